"""The command line: `grader`, or `python -m grader`."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import click
from rich.text import Text

from grader import lessons
from grader.isolation.foreign_text import InertConsole, inert_line
from grader.learner.library_code import ROOT


@click.group()
def app() -> None:
    """Check, build and grade the lessons on backpropagation."""


console = InertConsole()
errors = InertConsole(stderr=True, soft_wrap=True)
_LINE_LIMIT = 1000
_BOOK_PACKAGES = ("docutils", "sphinx")
_NAMED = 10  # so many students are named, more are counted
_LMS_FORMATS = ("canvas", "moodle-worksheet", "moodle-gradebook", "brightspace", "blackboard")

no_isolation_option = click.option(
    "--no-isolation",
    is_flag=True,
    help="Run student code without a sandbox. It can then read and change all that you can: other "
    "submissions, marks, your own files, the network.",
)
lesson_argument = click.argument("lesson")


def _lesson(name: str) -> lessons.Lesson:
    try:
        return lessons.load(name)
    except lessons.UnknownLesson as error:
        _stop(error)


def _stop(error: object, code: int = 2) -> None:
    """Print what is wrong on standard error and exit with `code`."""
    errors.print(Text(str(error)))
    raise SystemExit(code)


def main() -> None:
    """Run the command line. Where a package of an extra is missing, say so in words."""
    try:
        app()
    except ModuleNotFoundError as error:
        name = (error.name or "").partition(".")[0]
        if name in ("", "grader", "utils"):
            raise
        need, extra = ("a book", "book") if name in _BOOK_PACKAGES else ("a class", "teach")
        _stop(
            f"This needs the package {name}, which is not installed. All that {need} needs comes with\n"
            f"  python -m pip install 'backpropagation-learnt-by-doing[{extra}]'"
        )


@app.command("lessons")
def list_lessons() -> None:
    """List the lessons, their exercises and points."""
    for name in lessons.names():
        lesson = lessons.load(name)
        console.print(Text(f"{name}: {lesson.title}", style="bold"))
        for exercise in lesson.exercises.values():
            console.print(Text(f"  {exercise.name:24}{exercise.points:>3} points  {exercise.asks}"))


@app.command(short_help="Check the functions that Python files define.")
@lesson_argument
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line for each file.")
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Another seed makes other cases."
)
@click.option(
    "--carry-errors", is_flag=True, help="Give points for parts that are right given their own earlier ones."
)
@click.option("--live", is_flag=True, help="Let TensorFlow compute the right answers now.")
@no_isolation_option
def check(
    lesson: str,
    files: tuple[str, ...],
    as_json: bool,
    seed: int,
    carry_errors: bool,
    live: bool,
    no_isolation: bool,
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
    raise SystemExit(code)


def _print_report(report, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.as_dict()))
        return
    if report.error:
        errors.print(Text(inert_line(report.error, _LINE_LIMIT)))
        return
    file = inert_line(report.file, _LINE_LIMIT)
    console.print(Text(f"{file}: {report.score:g} of {report.max_score:g} points", style="bold"))
    for finding in (*report.verdicts, *report.stopped):
        for line in str(finding).splitlines():
            console.print(Text(line), soft_wrap=line.startswith(6 * " "))  # code stays unbroken, to be copied


@app.command(short_help="Explain the name of a finding.")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def explain(name: str | None, as_json: bool) -> None:
    """Explain the NAME of a finding: its meaning, what a learner is told, where it applies.

    Without a name, such as missing-mean, all are listed.
    Exit code 2: there is no such name.
    """
    from grader.feedback import glossary, print_glossary

    try:
        if as_json:
            click.echo(json.dumps(glossary.entry(name) if name else glossary.all_entries()))
        elif name:
            print_glossary.print_entry(name, console)
        else:
            print_glossary.print_all(console)
    except glossary.UnknownName as error:
        _stop(error)


@app.command(short_help="Build the notebooks of the lessons.")
@click.option(
    "--check",
    "check_only",
    is_flag=True,
    help="Change nothing; fail if a notebook is not what its source gives.",
)
def build(check_only: bool) -> None:
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


@app.command(short_help="Make a static site of the lessons, for reading.")
@click.argument("names", metavar="[LESSON]...", nargs=-1)
@click.option("--out", type=click.Path(path_type=Path), default=Path("build/book"), show_default=True)
@click.option(
    "--solutions",
    type=click.Choice(["folded", "without"]),
    default="folded",
    show_default=True,
    help="Whether the solutions of the exercises are there to unfold, or left out.",
)
def book(names: tuple[str, ...], out: Path, solutions: str) -> None:
    """Make a static site of the lessons, by default all, with what their cells display.

    It is read from its folder or from any web server, and asks for nothing from elsewhere. Each lesson runs
    once, up to a minute, and is kept until it changes. Exit code 2: a lesson or the site fails.
    """
    from grader.book.errors import BookError
    from grader.book.make_book import make_book

    for name in names:
        _lesson(name)
    try:
        warnings = make_book(out, names, solutions)
    except BookError as error:
        _stop(error)
    if warnings:
        errors.print(Text(warnings.rstrip()))
    console.print(Text(f"Book: {inert_line(str(out / 'index.html'), _LINE_LIMIT)}"), soft_wrap=True)


@app.command("init", short_help="Make a course folder of your own.")
@click.argument("folder", type=click.Path(path_type=Path), default=".")
def init_course(folder: Path) -> None:
    """Make a course folder in FOLDER, by default the current one, with configuration and lessons.

    Nothing is overwritten. Exit code 2: the folder has some of it already, or cannot be written.
    """
    from grader.classroom.course.new_course import make_course_folder
    from grader.classroom.errors import ClassroomError

    try:
        make_course_folder(folder)
    except ClassroomError as error:
        _stop(error)
    lesson = lessons.names()[0]
    steps = (
        []
        if folder.resolve() == Path.cwd()
        else [f"  cd {shlex.quote(inert_line(str(folder), _LINE_LIMIT))}"]
    )
    lines = [
        f"A course folder is at {inert_line(str(folder.resolve()), _LINE_LIMIT)}:",
        "  nbgrader_config.py   the course's configuration; add your own settings below",
        "  solutions/           the lessons with their answers",
        "  notebooks/           the lessons as learners get them",
        "  submitted/           for what they hand in, such as",
        f"                       submitted/ada/{lesson}/{lesson}.ipynb",
        "When there are submissions:",
        *steps,
        f"  grader grade {lesson}",
    ]
    console.print(Text("\n".join(lines)), soft_wrap=True)


@app.command(short_help="Release a lesson and grade what was handed in.")
@lesson_argument
@click.option("--student", "students", multiple=True, help="Only this one; may be given several times.")
@click.option("--force", is_flag=True, help="Also what was graded before.")
@click.option("--rerun", is_flag=True, help="Then run each notebook once more, for what it shows.")
@click.option("--jobs", type=click.IntRange(min=1), help="How many notebooks run at once.")
@click.option("--all", "shows_all", is_flag=True, help="A row for each student, also of a large class.")
@click.option(
    "--log", type=click.Path(path_type=Path), help="Add to this CSV file how long each exercise took."
)
@click.option("--scheduler", metavar="ADDRESS", help="Let the workers of this Dask scheduler grade.")
@click.option("--tls-ca", type=click.Path(path_type=Path), help="For a scheduler at tls://: the authority,")
@click.option("--tls-cert", type=click.Path(path_type=Path), help="your certificate,")
@click.option("--tls-key", type=click.Path(path_type=Path), help="and its key, each a file.")
@no_isolation_option
def grade(
    lesson: str,
    students: tuple[str, ...],
    force: bool,
    rerun: bool,
    jobs: int | None,
    shows_all: bool,
    log: Path | None,
    scheduler: str | None,
    tls_ca: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
    no_isolation: bool,
) -> None:
    """Release a lesson, grade what was handed in and write feedback, in the current course folder.

    A course folder holds nbgrader_config.py, solutions/ and submitted/STUDENT/LESSON/LESSON.ipynb.
    Exit code 1: a submission could not be graded. 2: nothing more could, for lack of a sandbox for example.
    130: you have interrupted it; the same command goes on.
    """
    from grader.classroom import grading
    from grader.classroom.class_summary_view import render_class
    from grader.classroom.cluster.scheduler import Scheduler
    from grader.classroom.errors import ClassroomError, Interrupted

    try:
        rows = grading.grade(
            lesson,
            students=students,
            force=force,
            rerun=rerun,
            jobs=jobs,
            console=errors,
            is_isolated=not no_isolation,
            log=log,
            scheduler=Scheduler(scheduler, tls_ca, tls_cert, tls_key) if scheduler else None,
        )
    except Interrupted as error:
        _stop(error, code=130)
    except ClassroomError as error:
        _stop(error)
    console.print(render_class(rows, lesson, shows_all=shows_all))
    raise SystemExit(1 if any(row.failure for row in rows) else 0)


@app.command(short_help="Grade a sample class in a scratch folder.")
def demo() -> None:
    """Grade a sample class in a scratch folder, and compare what is found with what was put in."""
    from grader.classroom.errors import ClassroomError
    from grader.demo import run

    try:
        differences = run(console)
    except ClassroomError as error:
        _stop(error)
    raise SystemExit(1 if differences else 0)


@app.command(short_help="Show whose answers are unusually alike, for a person to look at.")
@lesson_argument
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def similar(lesson: str, as_json: bool) -> None:
    """Show pairs of students whose answers are more alike than the class's way of answering explains.

    Layout, comments and names do not count; what many have, and what right answers and slips naturally have,
    counts little. It is for a person to look at, and never scored. Exit code 2: too few are graded.
    """
    from dataclasses import asdict

    from grader.classroom.errors import ClassroomError
    from grader.classroom.similar_answers import similar_in_class
    from grader.classroom.similar_view import similar_lines
    from grader.demo.answer_bank import natural_answers

    _lesson(lesson)
    try:
        found = similar_in_class(lesson, background=natural_answers(lesson))
    except ClassroomError as error:
        _stop(error)
    if as_json:
        click.echo(json.dumps(asdict(found), indent=1))
        return
    for line in similar_lines(found):
        console.print(line, soft_wrap=True)


@app.command(short_help="Let a made-up class hand in a lesson.")
@lesson_argument
@click.option("--students", "count", type=click.IntRange(1, 999), default=100, show_default=True)
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same class.")
@click.option("--copies", type=click.IntRange(min=0), default=0, help="So many copy from somebody.")
@click.option("--into", type=click.Path(path_type=Path), help="A course folder, made unless it is there.")
def simulate(lesson: str, count: int, seed: int, copies: int, into: Path | None) -> None:
    """Let a made-up class hand in a lesson, to try out grading or to train assistants.

    Right answers in many styles, slips and pairs of them, errors, gaps, late hand-ins and lost labels, by
    students of different ability, who are the same in other lessons of the same seed. What was put into each
    answer is in simulated.LESSON.json. Exit code 2: the class could not be made.
    """
    import tempfile

    from grader.classroom.errors import ClassroomError
    from grader.demo.simulated_class import simulate as make

    _lesson(lesson)
    into = into or Path(tempfile.mkdtemp(prefix="simulated-class-"))
    errors.print(Text("Making up answers, right and wrong, takes some ten seconds."))
    try:
        students = make(lesson, into, count, seed, copies)
    except ClassroomError as error:
        _stop(error)
    place = shlex.quote(inert_line(str(into), _LINE_LIMIT))
    key = inert_line(str(into / f"simulated.{lesson}.json"), _LINE_LIMIT)
    go_there = [] if into.resolve() == Path.cwd() else [f"  cd {place}"]
    commands = [f"  grader {command} {lesson}" for command in ("grade", "report", "similar")]
    lines = [
        f"{len(students)} students handed in {lesson}. What was put into their answers is in",
        f"  {key}",
    ]
    console.print(Text("\n".join([*lines, "Try next:", *go_there, *commands])), soft_wrap=True)


@app.command(short_help="Write the feedback pages anew that marks by hand have changed.")
@lesson_argument
@click.option("--student", "students", multiple=True, help="Only this one; may be given several times.")
@click.option(
    "--for",
    "archive",
    type=click.Path(path_type=Path),
    help="The zip file of submissions that Canvas or Moodle gave you: pack the pages for an upload there.",
)
@click.option("--out", type=click.Path(path_type=Path), help="The zip file to upload.")
@click.option("--roster", type=click.Path(path_type=Path), help="The roster that `collect` was given.")
@click.option("--id-column", help="The column of the roster that `collect` was given.")
def feedback(
    lesson: str,
    students: tuple[str, ...],
    archive: Path | None,
    out: Path | None,
    roster: Path | None,
    id_column: str | None,
) -> None:
    """Write the feedback pages of graded submissions anew where the gradebook has changed since.

    `grade` does so, too. Nothing is run or judged. With --for and --out, the pages whose marks are final are
    packed into a zip file, named so that the LMS gives each student theirs. Exit code 1: a submission has no
    page of what it is now. 2: the course, its gradebook or a file cannot be used.
    """
    from grader.classroom.collect.hand_back import describe_handed_back, hand_back
    from grader.classroom.errors import ClassroomError
    from grader.classroom.feedback_pages import remake_feedback

    if (archive is None) != (out is None):
        _stop("--for and --out go together: what the LMS gave you, and the file to upload.")
    try:
        made, failures = remake_feedback(lesson, students=students)
        packed = archive and hand_back(lesson, archive, out, roster=roster, id_column=id_column)
    except ClassroomError as error:
        _stop(error)
    for student, reason in failures.items():
        errors.print(Text(inert_line(f"{student}: no new page: {reason}", _LINE_LIMIT)))
    names = inert_line(", ".join(made), _LINE_LIMIT) if len(made) <= _NAMED else f"{len(made)} students"
    console.print(Text(f"New pages: {names}" if made else "Every page shows what the gradebook has."))
    for line in describe_handed_back(packed, out) if packed else ():
        console.print(Text(inert_line(line, len(line))), soft_wrap=True)
    raise SystemExit(1 if failures else 0)


@app.command(short_help="Show what a class misunderstood in a lesson.")
@lesson_argument
@click.option("--since", metavar="LESSON", help="Changes since this lesson; by default the last one before.")
@click.option("--anonymous", is_flag=True, help="Nothing of single students, to show the page to the class.")
@click.option("--json", "form", flag_value="json", help="Print all of it as JSON.")
@click.option(
    "--csv",
    "form",
    flag_value="csv",
    help="Print a table: a row for each misconception of a student in an exercise.",
)
@click.option("--out", type=click.Path(path_type=Path), help="The file. [default: reports/LESSON.html]")
def report(lesson: str, since: str | None, anonymous: bool, form: str | None, out: Path | None) -> None:
    """Write a page of what a graded class made of a lesson: scores, exercises, misconceptions, what waits.

    The page is one file that asks for nothing. Columns of the table: lesson, student, exercise, outcome
    (correct, in part, incorrect, error, timeout, forbidden, missing), score, max_score, misconception (empty
    without one), late_seconds. Exit code 2: nothing is graded, or the course cannot be used.
    """
    from grader.classroom.errors import ClassroomError
    from grader.classroom.report import exports, read_class, write_report

    try:
        found = read_class.report_on_class(lesson, since=since)
        if form is None:
            out = out or Path("reports") / f"{lesson}.html"
            write_report.write_report(found, out, is_anonymous=anonymous)
        else:
            text = exports.to_json(found) if form == "json" else exports.to_csv(found)
            if out is None:
                click.echo(text, nl=False)
                return
            write_report.write_text(out, text)
    except ClassroomError as error:
        _stop(error)
    console.print(Text(f"Report: {inert_line(str(out), _LINE_LIMIT)}"), soft_wrap=True)


@app.command(short_help="Release a lesson whose tests or answers came or went, and keep the marks.")
@lesson_argument
def rerelease(lesson: str) -> None:
    """Release a lesson anew whose tests or answers came or went after submissions were graded.

    Marks and comments of cells that stay are kept, those of cells that are gone go. Of a gradebook that is a
    file, a copy is kept. `grade` then grades everybody. Exit code 2: the lesson could not be released.
    """
    from grader.classroom.course.changed_cells import release_changed_cells
    from grader.classroom.errors import ClassroomError

    try:
        changed = release_changed_cells(lesson)
    except ClassroomError as error:
        _stop(error)
    for words, names in (("Gone", changed.removed), ("New", changed.added)):
        if names:
            console.print(Text(f"{words}: {inert_line(', '.join(names), _LINE_LIMIT)}."))
    if changed.lost_marks:
        console.print(Text(f"Marks by hand that went with them: {changed.lost_marks}."))
    if changed.copy:
        console.print(Text(f"The gradebook as it was: {changed.copy}."))
    console.print(Text(f"{lesson} is released. Grade again: grader grade {lesson}"))


@app.command(short_help="Show who of a roster has not handed in a lesson.")
@lesson_argument
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--id-column", help="The column with the names of the folders in submitted/.")
@click.option("--name-column", help="The column with the students' names.")
def roster(lesson: str, file: Path, id_column: str | None, name_column: str | None) -> None:
    """Show who of a roster, a CSV FILE, has not handed in a lesson, and who is not in the roster.

    Columns such as id, first_name and last_name, or username and name, are recognized.
    Exit code 1: somebody has not handed in. 2: the file cannot be read as a roster.
    """
    from grader.classroom.errors import ClassroomError
    from grader.classroom.roster import compare_with_roster

    try:
        found = compare_with_roster(lesson, file, id_column=id_column, name_column=name_column)
    except ClassroomError as error:
        _stop(error)
    total = len(found.there) + len(found.missing)
    console.print(Text(f"{len(found.there)} of {total} handed in {lesson}."))
    for title, students in (
        ("Not handed in:", found.missing),
        ("Handed in, but not in the roster:", dict.fromkeys(found.unknown, "")),
    ):
        if students:
            console.print(Text(title))
        for student, name in students.items():
            console.print(Text(inert_line(f"  {student}  {name}".rstrip(), _LINE_LIMIT)), soft_wrap=True)
    raise SystemExit(1 if found.missing else 0)


@app.command(short_help="Fill the marks of a lesson into a file that the LMS gave you.")
@lesson_argument
@click.option(
    "--into", "downloaded", type=click.Path(path_type=Path), required=True, help="What you downloaded."
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to upload.")
@click.option(
    "--format", "format_name", type=click.Choice(_LMS_FORMATS), help="What the file is, if need be."
)
@click.option("--item", help="The column of marks, by its title or the LMS's number.")
@click.option("--key", help="The column with the names of the folders in submitted/.")
@click.option("--maximum", type=float, help="The LMS's points for the lesson, where the file does not say.")
@click.option("--scale", "is_scaled", is_flag=True, help="Convert marks to the LMS's points, if they differ.")
def marks(lesson: str, downloaded: Path, out: Path, **options) -> None:
    """Fill the final marks of a lesson into a gradebook or worksheet that you downloaded from the LMS.

    Canvas's gradebook, Moodle's worksheet and gradebook, Brightspace's grades and Blackboard's grade center
    are recognized. Rows without a final mark are left out, or left as they are where that changes nothing.
    Exit code 1: somebody's mark is not in the file. 2: the file cannot be filled in.
    """
    from grader.classroom.errors import ClassroomError
    from grader.classroom.lms.write_upload import describe_upload, write_upload

    try:
        file, upload = write_upload(lesson, downloaded, out, **options)
    except ClassroomError as error:
        _stop(error)
    for line in describe_upload(file, upload, out):
        console.print(Text(inert_line(line, len(line))), soft_wrap=True)
    raise SystemExit(1 if upload.left_out else 0)


@app.command(short_help="Collect submissions from a zip file or folder that an LMS handed out.")
@click.argument("archive", type=click.Path(path_type=Path))
@click.option("--into", type=click.Path(path_type=Path), help="A folder; by default the course's submitted/.")
@click.option("--lesson", help="Only notebooks of this lesson.")
@click.option("--roster", type=click.Path(path_type=Path), help="A CSV file that says who is who.")
@click.option("--id-column", help="The column of the roster with the names of the folders in submitted/.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Write nothing, and show what would be placed.")
def collect(archive: Path, **options) -> None:
    """Collect the notebooks of an ARCHIVE into STUDENT/LESSON/LESSON.ipynb.

    It is a zip file, or a folder, as Canvas, Moodle, Blackboard or Brightspace hand it out, or of notebooks
    whose folder or name says whose they are. Of several attempts, the latest is taken. A roster, which may be
    the LMS's gradebook or worksheet, turns the LMS's numbers and names into those of folders.
    Exit code 1: something could not be placed. 2: archive, roster or course cannot be used.
    """
    from grader.classroom.collect.collect import collect as collect_archive
    from grader.classroom.collect.collect import describe_collected
    from grader.classroom.errors import ClassroomError

    try:
        collected = collect_archive(archive, **options)
    except ClassroomError as error:
        _stop(error)
    for line in describe_collected(collected):
        console.print(Text(inert_line(line, len(line))), soft_wrap=True)
    raise SystemExit(1 if collected.plan.not_placed else 0)
