"""The report as data: JSON for programs, and a table for an analysis of one's own."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from grader.classroom.class_table import Mark, Row
from grader.classroom.report.class_report import ClassReport, misconceptions, percent
from grader.isolation.foreign_text import inert_entry

COLUMNS = {
    "lesson": "the lesson",
    "student": "the name of the folder in submitted/",
    "exercise": "the function",
    "outcome": "correct, in part, incorrect, error, timeout, forbidden or missing",
    "score": "the points that it earned, or that a person gave",
    "max_score": "the points that it can earn",
    "misconception": "a name that `explain` knows; empty if the verdict names none",
    "late_seconds": "by how much the submission was handed in late; 0 if it was not",
}
"""The columns of the table, with a row for each misconception of a student in an exercise, or one without."""


def to_csv(report: ClassReport) -> str:
    """Return the table of all graded submissions, with the columns of `COLUMNS`."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in report.graded:
        for mark in row.marks:
            writer.writerows(_csv_rows(report.lesson, row, mark))
    return file.getvalue()


def to_json(report: ClassReport) -> str:
    """Return all that the report has as one JSON object."""
    return f"{json.dumps(_as_dict(report), indent=1)}\n"


def _csv_rows(lesson: str, row: Row, mark: Mark) -> Iterator[tuple]:
    for name in misconceptions(mark) or ("",):
        student = inert_entry(row.student)
        yield (lesson, student, mark.exercise, mark.outcome, *_numbers(mark), name, f"{row.late_seconds:g}")


def _numbers(mark: Mark) -> tuple[str, str]:
    return f"{mark.score:g}", f"{mark.max_score:g}"


def _as_dict(report: ClassReport) -> dict[str, Any]:
    found = [asdict(one) | {"students": list(one.students)} for one in report.found]
    exercises = [asdict(one) | {"pass_rate": one.pass_rate} for one in report.exercises]
    return {
        "lesson": report.lesson,
        "title": report.title,
        "graded": len(report.graded),
        "distribution": report.distribution and asdict(report.distribution),
        "exercises": exercises,
        "misconceptions": found,
        "pairs": [asdict(pair) for pair in report.pairs],
        "earlier": report.earlier,
        "overcome": dict(report.overcome),
        "stopped": {sentence: list(names) for sentence, names in report.stopped.items()},
        "failed": {row.student: row.failure for row in report.failed},
        "students": [_student(row) for row in report.graded],
    }


def _student(row: Row) -> dict[str, Any]:
    return {
        "student": row.student,
        "score": row.score,
        "max_score": row.max_score,
        "percent": percent(row),
        "waiting": row.waiting,
        "to_remark": row.to_remark,
        "late_seconds": row.late_seconds,
        "repairs": list(row.repairs),
        "marks": [_mark(mark) for mark in row.marks],
    }


def _mark(mark: Mark) -> dict[str, Any]:
    return {
        "exercise": mark.exercise,
        "outcome": mark.outcome,
        "score": mark.score,
        "max_score": mark.max_score,
        "misconceptions": list(misconceptions(mark)),
    }
