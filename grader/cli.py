"""The command line: `python -m grader`."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.text import Text

from grader import lessons
from grader.isolation.foreign_text import InertConsole, inert_line
from grader.learner.library_code import ROOT

app = typer.Typer(
    help="Check, build and grade the lessons on backpropagation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
console = InertConsole()
errors = InertConsole(stderr=True, soft_wrap=True)
_LINE_LIMIT = 1000

NoIsolation = Annotated[
    bool,
    typer.Option(
        "--no-isolation",
        help="Run student code without a sandbox. It can then read and change all that you can: other "
        "submissions, marks, your own files, the network.",
    ),
]
LessonName = Annotated[str, typer.Argument(metavar="LESSON", help="Such as 03_backpropagation.")]


def _lesson(name: str) -> lessons.Lesson:
    try:
        return lessons.load(name)
    except lessons.UnknownLesson as error:
        _stop(error)


def _stop(error: object, code: int = 2) -> None:
    """Print what is wrong on standard error and exit with `code`."""
    errors.print(Text(str(error)))
    raise typer.Exit(code)


@app.command("lessons")
def list_lessons() -> None:
    """List the lessons, their exercises and points."""
    for name in lessons.names():
        lesson = lessons.load(name)
        console.print(Text(f"{name}: {lesson.title}", style="bold"))
        for exercise in lesson.exercises.values():
            console.print(Text(f"  {exercise.name:24}{exercise.points:>3} points  {exercise.asks}"))


@app.command()
def check(
    lesson: LessonName,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Python files that define the functions.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line for each file.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Another seed makes other cases.")] = 0,
    carry_errors: Annotated[
        bool,
        typer.Option(
            "--carry-errors", help="Give points for parts that are right given their own earlier ones."
        ),
    ] = False,
    live: Annotated[
        bool, typer.Option("--live", help="Let TensorFlow compute the right answers now.")
    ] = False,
    no_isolation: NoIsolation = False,
) -> None:
    """Check the functions that Python files define, each file in a sandbox of its own.

    Exit code 0: everything that is defined is correct; 1: something is not; 2: a file or a lesson
    can't be read, or there can be no sandbox here.
    """
    from grader.diagnosis.references import LIVE, SHIPPED, ReferencesMissing
    from grader.files import check_files
    from grader.isolation.sandbox import RISK, SandboxError

    code = 0
    try:
        references = LIVE if live else SHIPPED
        options = {"is_isolated": not no_isolation, "carried_forward": carry_errors}
        for report in check_files(_lesson(lesson), files, seed, references=references, **options):
            code = max(code, 2 if report.error else 0 if report.correct else 1)
            _print_report(report, as_json)
    except ReferencesMissing as error:
        _stop(error)
    except SandboxError as error:
        _stop(f"{error}\n{RISK}")
    raise typer.Exit(code)


def _print_report(report, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(report.as_dict()))
        return
    if report.error:
        errors.print(Text(inert_line(report.error, _LINE_LIMIT)))
        return
    file = inert_line(report.file, _LINE_LIMIT)
    console.print(Text(f"{file}: {report.score:g} of {report.max_score:g} points", style="bold"))
    for finding in (*report.verdicts, *report.stopped):
        for line in str(finding).splitlines():
            console.print(Text(line), soft_wrap=line.startswith(6 * " "))  # code stays unbroken, to be copied


@app.command()
def explain(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="Such as missing-mean; without one, all are listed.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="The same as JSON.")] = False,
) -> None:
    """Explain the name of a finding: its meaning, what a learner is told, where it applies.

    Exit code 2: there is no such name.
    """
    from grader.feedback import glossary, print_glossary

    try:
        if as_json:
            typer.echo(json.dumps(glossary.entry(name) if name else glossary.all_entries()))
        elif name:
            print_glossary.print_entry(name, console)
        else:
            print_glossary.print_all(console)
    except glossary.UnknownName as error:
        _stop(error)


@app.command()
def build(
    check_only: Annotated[
        bool, typer.Option("--check", help="Change nothing; fail if a notebook is not what its source gives.")
    ] = False,
) -> None:
    """Build every lesson's notebooks from solutions/*.py, and the references of their exercises."""
    from grader.authoring import references
    from grader.authoring.build import build as build_notebooks
    from grader.authoring.build import check_fresh
    from grader.authoring.source import BuildError

    try:
        if check_only:
            check_fresh(ROOT)
            references.check_fresh()
            console.print("Every notebook is what its source gives, every reference what TensorFlow gives.")
        else:
            changed = [*build_notebooks(ROOT), *references.build()]
            console.print("\n".join(str(file) for file in changed) or "Nothing to do: all is up to date.")
    except BuildError as error:
        _stop(error, code=1)


@app.command()
def grade(
    lesson: LessonName,
    students: Annotated[
        list[str] | None, typer.Option("--student", help="Only this one; may be given several times.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also what was graded before.")] = False,
    rerun: Annotated[
        bool,
        typer.Option("--rerun", help="Then run each notebook once more, for what it shows."),
    ] = False,
    jobs: Annotated[int | None, typer.Option(min=1, help="How many notebooks run at once.")] = None,
    no_isolation: NoIsolation = False,
) -> None:
    """Release a lesson, grade what was handed in and write feedback, in the current course folder.

    A course folder holds nbgrader_config.py, solutions/ and submitted/STUDENT/LESSON/LESSON.ipynb.
    Exit code 1: a submission could not be graded. 2: nothing more could, for lack of a sandbox for example.
    """
    from grader.classroom import grading
    from grader.classroom.class_table_view import render_class_table
    from grader.classroom.errors import ClassroomError

    try:
        rows = grading.grade(
            lesson,
            students=students,
            force=force,
            rerun=rerun,
            jobs=jobs,
            console=console,
            is_isolated=not no_isolation,
        )
    except ClassroomError as error:
        _stop(error)
    console.print(render_class_table(rows, lesson))
    raise typer.Exit(1 if any(row.failure for row in rows) else 0)


@app.command()
def demo() -> None:
    """Grade a sample class in a scratch folder, and compare what is found with what was put in."""
    from grader.classroom.errors import ClassroomError
    from grader.demo import run

    try:
        differences = run(console)
    except ClassroomError as error:
        _stop(error)
    raise typer.Exit(1 if differences else 0)
