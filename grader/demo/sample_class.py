"""Makes the demonstration class, has it graded, and compares what was found with what was made."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from rich.console import Console

from grader.authoring.labels import ANSWER, BEGIN, END
from grader.classroom import grading, report
from grader.classroom.course_folder import CONFIG_FILE, Course
from grader.classroom.grading import CONFIG, ClassroomError
from grader.demo.submissions import CLASS, LESSON, WRITTEN_ANSWER, Submission
from grader.learner.library_code import ROOT

_SHORT_TIMEOUT = "c.Run.cell_seconds = 20  # nobody likes to watch an endless loop for a minute\n"
_REGION_MARK = re.compile(rf"^\s*({BEGIN}|{END})\n?", re.MULTILINE)


def run(console: Console | None = None, submissions: Iterable[Submission] = CLASS) -> list[str]:
    """Make the class in a temporary folder, grade it, and print the table and what to try next.

    Returns what the grader found otherwise than it should have: nothing, if all is well.
    """
    console, submissions = console or Console(), tuple(submissions)
    course = Path(tempfile.mkdtemp(prefix="backpropagation-class-"))
    console.print(f"A class of {len(submissions)} hands in {LESSON} in {course}", soft_wrap=True)
    with _no_bytecode():
        make_class(course, submissions)
        rows = grading.grade(LESSON, course, console=console)
    console.print(report.table(rows, LESSON))
    found = surprises(rows, submissions)
    _print_outcome(console, course, found)
    return found


def make_class(
    course: Path, submissions: Iterable[Submission] = CLASS, source: Path = ROOT / "solutions" / LESSON
) -> None:
    """Turn the empty folder `course` into a course folder with the lesson released and handed in.

    `source` is the lesson's folder, which has its name, with the instructor's notebook.
    """
    lesson = source.name
    if not source.is_dir():
        raise ClassroomError(f"{source} is not there. Run `make build` in {ROOT} first.")
    course.mkdir(parents=True, exist_ok=True)
    (course / CONFIG_FILE).write_text(CONFIG + _SHORT_TIMEOUT)
    shutil.copytree(source, course / "solutions" / lesson)
    folder = Course(course, log=course / grading.LOG_FILE)
    grading.release(lesson, folder)
    solved = nbformat.read(folder.notebook("source", lesson), as_version=4)
    for submission in submissions:
        released = nbformat.read(folder.notebook("release", lesson), as_version=4)
        handed_in = folder.notebook("submitted", lesson, submission.name)
        handed_in.parent.mkdir(parents=True)
        nbformat.write(_filled_in(released, solved, submission), handed_in)


def surprises(rows: list[report.Row], submissions: Iterable[Submission] = CLASS) -> list[str]:
    """Where the class table differs from what the submissions were made to show."""
    by_student = {row.student: row for row in rows}
    found = []
    for submission in submissions:
        row = by_student.get(submission.name)
        if row is None or row.failure:
            found.append(f"{submission.name} was not graded: {row.failure if row else 'no row'}")
            continue
        found += [surprise for mark in row.marks if (surprise := _surprise(submission, mark))]
        if bool(row.repairs) != bool(submission.without_tests):
            found.append(f"{submission.name}: repaired {row.repairs or 'nothing'}")
    return found


def _surprise(submission: Submission, mark: report.Mark) -> str | None:
    expected = submission.finds.get(mark.exercise)
    lost = mark.score < mark.max_score
    where = f"{submission.name}, {mark.exercise}"
    if lost != (expected is not None):
        return f"{where}: {mark.score:g} of {mark.max_score:g} points"
    if expected and expected not in (*mark.diagnosis, mark.status):
        return f"{where}: found {', '.join(mark.diagnosis) or mark.status} instead of {expected}"
    return None


def _filled_in(released: NotebookNode, solved: NotebookNode, submission: Submission) -> NotebookNode:
    """The release as a learner hands it in."""
    if submission.is_untouched:
        return released
    answers = {**_solutions(solved), **submission.answers}
    for cell in released.cells:
        label = cell.metadata.get("nbgrader", {})
        if label.get("solution"):
            is_written = label["grade"]
            cell.source = WRITTEN_ANSWER if is_written else answers[label["grade_id"]]
    deleted = {f"test_{name}" for name in submission.without_tests}
    released.cells = [cell for cell in released.cells if cell.id not in deleted]
    return released


def _solutions(solved: NotebookNode) -> dict[str, str]:
    labelled = [(cell.metadata.get("nbgrader", {}), cell) for cell in solved.cells]
    answers = [(label["grade_id"], cell.source) for label, cell in labelled if label.get("solution")]
    return {name: _REGION_MARK.sub("", source) for name, source in answers if not name.startswith(ANSWER)}


@contextlib.contextmanager
def _no_bytecode() -> Iterator[None]:
    """Nothing is written into the repository, by this process or by a kernel."""
    before, variable = sys.dont_write_bytecode, "PYTHONDONTWRITEBYTECODE"
    inherited = os.environ.get(variable)
    sys.dont_write_bytecode, os.environ[variable] = True, "1"
    try:
        yield
    finally:
        sys.dont_write_bytecode = before
        os.environ.pop(variable)
        if inherited is not None:
            os.environ[variable] = inherited


def _activation() -> list[str]:
    """How to get at `nbgrader` by its name, where the virtual environment is not active."""
    is_needed = sys.prefix != sys.base_prefix and os.environ.get("VIRTUAL_ENV") != sys.prefix
    return [f"  source {sys.prefix}/bin/activate"] if is_needed else []


def _print_outcome(console: Console, course: Path, found: list[str]) -> None:
    for surprise in found:
        console.print(f"[red]Not as expected:[/red] {surprise}", soft_wrap=True)
    if not found:
        console.print("Every slip was found and named, and every right answer has full marks.\n")
    feedback = course / "feedback" / "missing-mean" / LESSON / f"{LESSON}.html"
    lines = (
        f"gradebook  {course / 'gradebook.db'}",
        f"feedback   {feedback}",
        f"log        {course / grading.LOG_FILE}",
        "",
        "Try next:",
        f"  cd {course}",
        *_activation(),
        f"  nbgrader autograde {LESSON} --student missing-mean --force",
        "  nbgrader export                      # writes grades.csv",
        "  jupyter lab                          # Nbgrader > Formgrader, to mark the written answers",
    )
    console.print("\n".join(lines), soft_wrap=True, highlight=False)
