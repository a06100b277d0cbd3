"""The files of marks that are known, and which of them a file is."""

from __future__ import annotations

from pathlib import Path

from grader.classroom.errors import ClassroomError
from grader.classroom.file_access import read_limited
from grader.classroom.lms.blackboard import BlackboardGrades
from grader.classroom.lms.brightspace import BrightspaceGrades
from grader.classroom.lms.canvas import CanvasGradebook
from grader.classroom.lms.delimited import read_table, read_titles
from grader.classroom.lms.lms_file import LmsFile, shown
from grader.classroom.lms.moodle_gradebook import MoodleGradebook
from grader.classroom.lms.moodle_worksheet import MoodleWorksheet

FORMATS: dict[str, type[LmsFile]] = {
    one.name: one
    for one in (CanvasGradebook, MoodleWorksheet, MoodleGradebook, BrightspaceGrades, BlackboardGrades)
}
SIZE_LIMIT = 64 * 1024**2
"""Bytes of a file of marks."""


def read_lms_file(file: Path, format_name: str | None = None) -> LmsFile:
    """Return a file of marks in a format that is named, or recognized by its titles.

    Raises `ClassroomError` for a file that cannot be read, or is not as its LMS writes it.
    """
    return parse_lms_file(_read(file), str(file), format_name)


def find_lms_file(file: Path) -> LmsFile | None:
    """Return a file in the one format that has its titles, None if there is none.

    Raises `ClassroomError` if it cannot be read, or is not as its LMS writes it.
    """
    data, place = _read(file), str(file)
    try:
        found = _recognized(data, place)
    except ClassroomError:
        return None
    return _parse(data, place, found[0]) if len(found) == 1 else None


def parse_lms_file(data: bytes, place: str, format_name: str | None = None) -> LmsFile:
    """Return the file of marks with the contents `data`; `place` is what messages call it."""
    found = [FORMATS[format_name]] if format_name else _recognized(data, place)
    if len(found) != 1:
        names = ", ".join(one.name for one in found or FORMATS.values())
        raise ClassroomError(
            f"{place}, line 1: the columns {shown(', '.join(read_titles(data, place)))} are those of "
            f"{'several formats' if found else 'no known format'}. Use the file as it was downloaded, with "
            f"the LMS in English, or say with --format which one it is: {names}."
        )
    return _parse(data, place, found[0])


def _recognized(data: bytes, place: str) -> list[type[LmsFile]]:
    """Return the formats that have the titles of a file, else those that its cells fit."""
    titles = read_titles(data, place)
    found = [one for one in FORMATS.values() if one.recognizes(titles)]
    return found or [
        one for one in FORMATS.values() if one.fits(read_table(data, place, has_escapes=one.has_escapes))
    ]


def _parse(data: bytes, place: str, kind: type[LmsFile]) -> LmsFile:
    return kind(read_table(data, place, has_escapes=kind.has_escapes), place)


def _read(file: Path) -> bytes:
    return read_limited(file, SIZE_LIMIT, "file of marks")
