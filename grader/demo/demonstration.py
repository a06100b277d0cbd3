"""The demonstration: makes the sample class, grades it, and prints what was found and what to try next."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.console import Console

from grader.classroom.class_table_view import render_class_table
from grader.classroom.course.course_folder import LOG_FILE
from grader.classroom.grading import grade
from grader.demo.differences import differences
from grader.demo.sample_class import make_class
from grader.demo.submissions import CLASS, LESSON, SampleSubmission
from grader.isolation.foreign_text import InertConsole


def run(console: Console | None = None, submissions: Iterable[SampleSubmission] = CLASS) -> list[str]:
    """Make the class in a temporary folder, grade it, and print the table and what to try next.

    Returns the differences between what the grader found and what it should have found. Raises
    `ClassroomError`.
    """
    console, submissions = console or InertConsole(), tuple(submissions)
    course = Path(tempfile.mkdtemp(prefix="backpropagation-class-"))
    console.print(f"A class of {len(submissions)} hands in {LESSON} in {course}", soft_wrap=True)
    with _no_bytecode():
        make_class(course, submissions)
        rows = grade(LESSON, course, console=console)
    console.print(render_class_table(rows, LESSON))
    found = differences(rows, submissions)
    _print_outcome(console, course, found)
    return found


@contextlib.contextmanager
def _no_bytecode() -> Iterator[None]:
    """Keep this process and those that it starts from writing bytecode into the repository."""
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


def _activation_command() -> list[str]:
    """Return the command that puts `nbgrader` on the path, if the virtual environment is not active."""
    is_needed = sys.prefix != sys.base_prefix and os.environ.get("VIRTUAL_ENV") != sys.prefix
    return [f"  source {sys.prefix}/bin/activate"] if is_needed else []


def _print_outcome(console: Console, course: Path, found: Sequence[str]) -> None:
    for difference in found:
        console.print(f"[red]Not as expected:[/red] {difference}", soft_wrap=True)
    if not found:
        console.print("Every slip was found and named, and every right answer has full marks.\n")
    feedback = course / "feedback" / "missing-mean" / LESSON / f"{LESSON}.html"
    lines = (
        f"gradebook  {course / 'gradebook.db'}",
        f"feedback   {feedback}",
        f"log        {course / LOG_FILE}",
        "",
        "Try next:",
        f"  cd {course}",
        *_activation_command(),
        f"  grader report {LESSON}     # a page on what the class misunderstood",
        f"  nbgrader autograde {LESSON} --student missing-mean --force",
        "  nbgrader export                      # writes grades.csv",
        "  jupyter lab                          # Nbgrader > Formgrader, to mark the written answers",
    )
    console.print("\n".join(lines), soft_wrap=True, highlight=False)
