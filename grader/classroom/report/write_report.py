"""Writes the report of a class to a file."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.file_access import demand_written
from grader.classroom.preconditions import open_course
from grader.classroom.report.class_report import ClassReport
from grader.classroom.report.page import render_report


def write_report(
    report: ClassReport, file: Path, course: Path = Path("."), *, is_anonymous: bool = False
) -> None:
    """Write the report's page, with links to the feedback pages that are there.

    Raises `ClassroomError` if the file cannot be written.
    """
    assignment = Assignment(open_course(Path(course)), report.lesson)
    pages = {row.student: Submission(assignment, row.student).page for row in report.rows}
    links = {student: _address(page, file) for student, page in pages.items() if page.is_file()}
    write_text(file, render_report(report, links, is_anonymous=is_anonymous))


def write_text(file: Path, text: str) -> None:
    """Write a file, and the folder that it is in. Raises `ClassroomError` if that cannot be."""
    with demand_written(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", errors="replace")


def _address(page: Path, file: Path) -> str:
    """Return where a page is as seen from the folder of a file, as a part of an address."""
    return quote(os.path.relpath(page, file.resolve().parent), errors="surrogateescape")
