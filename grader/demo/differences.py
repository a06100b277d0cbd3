"""Compares what the grader found in the sample class with what the submissions were made to show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.classroom.class_table import Mark, Row
from grader.demo.submissions import CLASS, SampleSubmission


def differences(rows: Sequence[Row], submissions: Iterable[SampleSubmission] = CLASS) -> list[str]:
    """Return in words where the class table differs from what is expected of the submissions."""
    by_student = {row.student: row for row in rows}
    found = []
    for submission in submissions:
        row = by_student.get(submission.name)
        if row is None or row.failure:
            found.append(f"{submission.name} was not graded: {row.failure if row else 'no row'}")
            continue
        found += [text for mark in row.marks if (text := _difference(submission, mark))]
        if bool(row.repairs) != bool(submission.without_tests):
            found.append(f"{submission.name}: repaired {row.repairs or 'nothing'}")
    return found


def _difference(submission: SampleSubmission, mark: Mark) -> str | None:
    expected = submission.expected.get(mark.exercise)
    has_lost = mark.score < mark.max_score
    place = f"{submission.name}, {mark.exercise}"
    if has_lost != (expected is not None):
        return f"{place}: {mark.score:g} of {mark.max_score:g} points"
    if expected and expected not in (*mark.diagnosis, mark.status):
        return f"{place}: found {', '.join(mark.diagnosis) or mark.status} instead of {expected}"
    return None
