"""A table of how long submissions and their exercises took, which grows while a class is graded."""

from __future__ import annotations

import csv
import datetime as dt
import errno
import io
import os
from collections.abc import Iterator
from pathlib import Path

from grader.classroom.answers import Failure, Graded
from grader.classroom.errors import ClassroomError
from grader.isolation.foreign_text import inert_entry

COLUMNS = ("time", "lesson", "student", "exercise", "status", "score", "max_score", "seconds")
"""A row without an exercise is about a whole submission, which is graded, failed, or tried again alone."""


class SecondsLog:
    """A CSV file that gets rows for each submission, whole and at once. It goes on where one was left.

    Raises `ClassroomError` if the file is there and is something else, `OSError` if it cannot be written.
    """

    def __init__(self, file: Path, lesson: str):
        self._file, self._lesson = file, lesson
        header = _lines([COLUMNS])
        if not file.exists():
            self._append(header)
        elif file.read_bytes()[: len(header)] != header:
            raise ClassroomError(f"{file} is there and is no log of a grading. Give --log another name.")

    def add(self, student: str, answer: Graded | Failure, is_tried_again: bool = False) -> None:
        """Add the rows of a submission. Raises `OSError`."""
        time = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        start = (time, self._lesson, inert_entry(student))
        self._append(_lines([(*start, *row) for row in _rows(answer, is_tried_again)]))

    def _append(self, lines: bytes) -> None:
        descriptor = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            if os.write(descriptor, lines) < len(lines):  # so that no line of another process is in between
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._file))
        finally:
            os.close(descriptor)


def _rows(answer: Graded | Failure, is_tried_again: bool) -> Iterator[tuple]:
    if isinstance(answer, Failure):
        yield "", "tried again" if is_tried_again else "failed", "", "", ""
        return
    for exercise, verdict in answer.verdicts.items():
        numbers = (verdict.get("score", ""), verdict.get("max_score", ""))
        yield exercise, verdict.get("status", ""), *numbers, _text(answer.exercise_seconds.get(exercise))
    yield "", "graded", "", "", _text(answer.seconds)


def _text(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.3f}"


def _lines(rows: list[tuple]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
