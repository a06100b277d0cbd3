"""The marks of a lesson as the gradebook has them, and which of them are not final yet."""

from __future__ import annotations

import math
from dataclasses import dataclass

from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.fingerprint import RECEIPT_FILE
from grader.classroom.noted_failures import read_failures
from grader.classroom.receipts import read_receipt, release_fingerprint
from grader.classroom.records import Grades


@dataclass(frozen=True)
class Mark:
    """What a student earned; `not_final` says why it is not to be told yet, "" if it is."""

    student: str
    score: float = 0.0
    max_score: float = 0.0
    not_final: str = ""


def read_marks(assignment: Assignment) -> list[Mark]:
    """Return the marks of all who have handed in or are in the gradebook. Raises `ClassroomError`."""
    grades = assignment.course.gradebook().grades(assignment.lesson)
    handed_in = set(assignment.students("submitted"))
    is_released = assignment.notebook("release").is_file()
    release = release_fingerprint(assignment) if is_released else ""
    submissions = [Submission(assignment, student) for student in sorted(handed_in | grades.keys())]
    failures = read_failures(assignment, submissions, release)
    return [
        _mark(one, grades.get(one.student), one.student in handed_in, release, failures.get(one))
        for one in submissions
    ]


def _mark(
    submission: Submission, found: Grades | None, is_handed_in: bool, release: str, failure: str | None
) -> Mark:
    student, failed = submission.student, f"could not be graded: {failure.rstrip('.')}" if failure else ""
    if found is None:
        return Mark(student, not_final=failed or "not graded yet")
    if is_handed_in and not _is_graded_as_it_is(submission, release):
        changed = "to be graded again: submission or lesson has changed"
        return Mark(student, found.score, found.max_score, failed or changed)
    return Mark(student, found.score, found.max_score, _what_is_missing(found))


def _what_is_missing(grades: Grades) -> str:
    """Return what a person is still to do, "" if nothing."""
    waiting = sum(cell.max_score for cell in grades.cells.values() if cell.is_waiting)
    to_remark = sum(cell.max_score for cell in grades.cells.values() if cell.is_to_remark)
    if waiting:
        return f"{waiting:g} points wait to be marked by hand"
    if to_remark:
        return f"{to_remark:g} points are to be marked again by hand"
    if not grades.cells or not math.isfinite(grades.score):
        return "no points in the gradebook"
    return ""


def _is_graded_as_it_is(submission: Submission, release: str) -> bool:
    """Whether the marks are of what is handed in now, as far as the files tell.

    `nbgrader autograde` leaves no receipt; then the submitted notebook must not be newer than the graded one.
    """
    graded = submission.notebook("autograded")
    if (graded.parent / RECEIPT_FILE).exists():
        return read_receipt(submission, release) is not None
    try:
        return submission.notebook("submitted").stat().st_mtime <= graded.stat().st_mtime
    except FileNotFoundError:
        return False
