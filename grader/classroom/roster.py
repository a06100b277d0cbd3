"""A roster of the class, a CSV file, and who of it has not handed in."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.classroom.course.assignment import Assignment
from grader.classroom.errors import ClassroomError
from grader.classroom.file_access import read_limited
from grader.classroom.lms.formats import find_lms_file
from grader.classroom.preconditions import demand_lesson, open_course
from grader.isolation.foreign_text import inert_line

SIZE_LIMIT = 16 * 1024**2
"""Bytes of a roster."""
_ID_COLUMNS = (
    "id",
    "student_id",
    "student",
    "username",
    "user",
    "login",
    "login_id",
    "sis_login_id",
    "netid",
)
_NAME_COLUMNS = ("name", "full_name", "student_name", "display_name")
_FIRST_NAMES = ("first_name", "firstname", "given_name")
_LAST_NAMES = ("last_name", "lastname", "surname", "family_name")
_COLUMNS_LIMIT = 500


@dataclass(frozen=True)
class HandedIn:
    """Who handed in a lesson: ids of students, with the names of the roster, "" where it has none.

    `unknown` are those who handed in and are not in the roster.
    """

    there: Mapping[str, str]
    missing: Mapping[str, str]
    unknown: Sequence[str]


def compare_with_roster(
    lesson: str,
    roster: Path,
    course: Path = Path("."),
    *,
    id_column: str | None = None,
    name_column: str | None = None,
) -> HandedIn:
    """Return who of a roster has handed in the lesson, and who has not. Raises `ClassroomError`.

    The roster may be a gradebook or worksheet that an LMS lets a teacher download. Unless a column is named,
    that of its columns of identities counts which knows the most of those who handed in.
    """
    demand_lesson(lesson)
    found = set(Assignment(open_course(Path(course)), lesson).students("submitted"))
    names = _names_of_lms_file(roster, found) if id_column is name_column is None else {}
    names = names or read_roster(roster, id_column, name_column)
    return HandedIn(
        there={student: name for student, name in names.items() if student in found},
        missing={student: name for student, name in names.items() if student not in found},
        unknown=sorted(found - names.keys()),
    )


def read_roster(file: Path, id_column: str | None = None, name_column: str | None = None) -> dict[str, str]:
    """Return the names of the students by their ids, in the order of the file.

    The columns are recognized by usual names, as nbgrader, Canvas and Moodle have them, or named. Raises
    `ClassroomError` for a file that is no such table.
    """
    rows = _rows(file)
    header = [_plain(title) for title in rows[0]]
    ids = _column(file, header, rows[0], id_column, _ID_COLUMNS)
    if ids is None:
        raise ClassroomError(
            f"{file}: no column is called id, student_id, username or the like. It has: {_listed(rows[0])}. "
            "Say with --id-column which one holds the names of the folders in submitted/."
        )
    names = _column(file, header, rows[0], name_column, _NAME_COLUMNS)
    parts = [_column(file, header, rows[0], None, known) for known in (_FIRST_NAMES, _LAST_NAMES)]
    columns = [names] if names is not None else [part for part in parts if part is not None]
    roster: dict[str, str] = {}
    for number, row in _students(rows):
        student = _entry(row, ids)
        if not student:
            raise ClassroomError(f"{file}: row {number} has no id. Add it or remove the row.")
        if student in roster:
            raise ClassroomError(f"{file}: {inert_line(student, 100)} is there twice, again in row {number}.")
        roster[student] = " ".join(filter(None, (_entry(row, column) for column in columns)))
    if not roster:
        raise ClassroomError(f"{file} has a row of titles, but no students.")
    return roster


def _names_of_lms_file(roster: Path, found: set[str]) -> dict[str, str]:
    """Return the names of the students in a file of an LMS by their ids; none if it is no such file."""
    try:
        file = find_lms_file(roster)
        keys = file.keys() if file else []
    except ClassroomError:  # a table that looks like one
        return {}
    best = max(keys, key=lambda key: len(found.intersection(key.values)), default=None)
    if best is None:
        return {}
    rows = zip(file.students, best.values, strict=True)
    return {student: file.student_name(row) for row, student in rows if student}


def _students(rows: Sequence[Sequence[str]]) -> list[tuple[int, Sequence[str]]]:
    """Return the rows below the titles that are not empty, numbered from 1 for the titles."""
    return [(number, row) for number, row in enumerate(rows[1:], 2) if any(entry.strip() for entry in row)]


def _rows(file: Path) -> list[list[str]]:
    data = read_limited(file, SIZE_LIMIT, "roster")
    try:
        text = data.decode("utf-8-sig")
        first = text.partition("\n")[0]
        separator = max(",;\t", key=first.count)
        rows = list(csv.reader(io.StringIO(text), delimiter=separator, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ClassroomError(
            f"{file} is no CSV file in UTF-8: {error}. In a spreadsheet, save it as CSV (UTF-8)."
        ) from error
    rows = rows[next((place for place, row in enumerate(rows) if any(row)), 0) :]
    if not rows:
        raise ClassroomError(f"{file} is empty. Its first row holds titles such as id,first_name,last_name.")
    return rows


def _column(
    file: Path, header: Sequence[str], titles: Sequence[str], named: str | None, known: Sequence[str]
) -> int | None:
    """Return the place of the column that is named, or has one of the known titles; None if there is none."""
    if named is None:
        return next((header.index(title) for title in known if title in header), None)
    if _plain(named) not in header:
        raise ClassroomError(f"{file} has no column {named}. It has: {_listed(titles)}.")
    return header.index(_plain(named))


def _plain(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", title.strip().lower()).strip("_")


def _entry(row: Sequence[str], column: int) -> str:
    return row[column].strip() if column < len(row) else ""


def _listed(titles: Sequence[str]) -> str:
    return inert_line(", ".join(titles), _COLUMNS_LIMIT)
