"""Why submissions could not be graded, noted in the course folder: the report and the marks say it again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.file_access import write_whole
from grader.classroom.fingerprint import file_states


def note_failures(
    assignment: Assignment,
    submissions: Iterable[Submission],
    failures: Mapping[Submission, str],
    release: str,
) -> None:
    """Write down why some of the `submissions` could not be graded against the release of a fingerprint.

    What was noted of these submissions before is forgotten. Raises `OSError`.
    """
    noted = _read(assignment)
    for submission in submissions:
        noted.pop(submission.student, None)
    noted |= {one.student: [*_key(one, release), reason] for one, reason in failures.items()}
    if noted:
        write_whole(_file(assignment), json.dumps(noted).encode())
    else:
        _file(assignment).unlink(missing_ok=True)


def read_failures(
    assignment: Assignment, submissions: Iterable[Submission], release: str
) -> dict[Submission, str]:
    """Return why submissions could not be graded, of those that are as they were then."""
    noted = _read(assignment)
    found = {one: noted[one.student] for one in submissions if one.student in noted}
    return {one: reason for one, (*key, reason) in found.items() if key == _key(one, release)}


def _read(assignment: Assignment) -> dict[str, list[str]]:
    try:
        return json.loads(_file(assignment).read_bytes())
    except (OSError, ValueError):
        return {}


def _file(assignment: Assignment) -> Path:
    return assignment.course.root / f".grading.failures.{assignment.lesson}"


def _key(submission: Submission, release: str) -> list[str]:
    """Return what says that neither the release nor the submission has changed."""
    return [release, file_states(submission.folder("submitted"))]
