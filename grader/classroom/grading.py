"""Grades a class: submissions run side by side, and this process alone writes what comes of them."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from grader.classroom.class_table import Row, class_table
from grader.classroom.concurrent_runs import run_concurrently
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.release import ensure_released
from grader.classroom.failure_reasons import failure_reason
from grader.classroom.preconditions import demand_lesson, demand_sandbox, find_submissions, open_course
from grader.classroom.receipts import is_graded
from grader.classroom.writer import only_writer, write_grading


def grade(
    lesson: str,
    course: Path = Path("."),
    students: Iterable[str] | None = None,
    *,
    force: bool = False,
    jobs: int | None = None,
    console: Console | None = None,
    is_isolated: bool = True,
) -> list[Row]:
    """Grade the submissions for `lesson` in the course folder `course`, and give feedback.

    The lesson is released first if need be. A submission that was graded before, against the same
    release, is left alone unless `force` is set; one that fails is reported and stops no other.
    `jobs` notebooks run at once, by default one for each core. Submissions run in sandboxes, unless
    `is_isolated` is unset. Returns the class table's rows, of the `students` named or of all.
    Raises `ClassroomError`.
    """
    demand_lesson(lesson)
    assignment = Assignment(open_course(Path(course), is_isolated), lesson)
    if is_isolated:
        demand_sandbox()
    with only_writer(assignment.course), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of SQLAlchemy and nbformat; the instructor cannot act on them
        ensure_released(assignment)
        submissions = find_submissions(assignment, students)
        new = [submission for submission in submissions if force or not is_graded(submission)]
        failures = _grade(assignment, new, jobs, console or Console())
    return class_table(assignment, [submission.student for submission in submissions], failures)


def _grade(
    assignment: Assignment, submissions: Sequence[Submission], jobs: int | None, console: Console
) -> dict[str, str]:
    """Run the submissions and write their gradings as they come. Return the failures by student."""
    failures: dict[str, str] = {}
    if not submissions:
        console.print("Nothing new to grade.")
        return failures
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    progress = Progress(*columns, TimeElapsedColumn(), console=console)
    with progress, run_concurrently(submissions, jobs) as runs:
        bar = progress.add_task(f"Grading {assignment.lesson}", total=len(submissions))
        for submission, executed in runs:
            try:
                write_grading(submission, executed.result())
            except Exception as failure:  # of any kind: the other submissions are still to be graded
                assignment.course.log.error("%s: %s", submission.student, failure, exc_info=failure)
                failures[submission.student] = failure_reason(failure, submission)
            progress.advance(bar)
    return failures
