"""Moodle's gradebook, exported as plain text, for its import of CSV files."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cached_property

from grader.classroom.errors import ClassroomError
from grader.classroom.lms.delimited import Row, Table
from grader.classroom.lms.lms_file import Item, LmsFile

_MAIL = "Email address"
_IDENTITIES = ("Username", "username", "ID number", "idnumber", _MAIL, "email", "User id")
_NAMES = ("First name", "Surname", "Last name")
_DOWNLOADED = "Last downloaded from this course"
_REAL = " (Real)"
_NOT_ITEMS = re.compile(
    r".*[\s(]feedback\)?|(Course|Category) total.*|.*\((Percentage|Letter)\)", re.IGNORECASE
)
_KIND = re.compile(r"[A-Z]\w+: ")  # of the activity, as in "Assignment: Lesson 1"
_DISPLAY = re.compile(r" \([^()]+\)$")  # of the marks, as " (Real)" in another language
_TIME = re.compile(r"1[0-9]{9}")  # in seconds since 1970, from 2001 to 2033


class MoodleGradebook(LmsFile):
    """The marks of a course in columns such as `Assignment: Lesson 1 (Real)`.

    A blank cell erases a mark. One row that cannot be placed lets Moodle refuse the whole file, and in some
    versions lets the marks of an empty identity go to the student of the row above. Where Moodle is not in
    English, the addresses and the time of the download are known by their cells.
    """

    name = "moodle-gradebook"
    title = "Moodle gradebook"
    advice = (
        "In Moodle, Grades, Import, CSV file: map one column that says who a student is, and the one of the "
        "marks to its item. The marks then stand above those of the assignment itself; the grading "
        "worksheet has no such effect."
    )
    has_escapes = True
    own_keys = ()
    other_keys = _IDENTITIES

    @classmethod
    def recognizes(cls, titles: Sequence[str]) -> bool:
        """Whether there are real marks, and columns that say who a student is."""
        return any(one in titles for one in _IDENTITIES) and any(title.endswith(_REAL) for title in titles)

    @classmethod
    def fits(cls, table: Table) -> bool:
        """Whether there are mail addresses, and the time of the download last, whatever the titles say."""
        return len(_english_titles(table)) > 1

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The titles of the columns; of addresses and the time in English, whatever the language is."""
        titles = self.table.header.texts
        english = {} if self.recognizes(titles) else _english_titles(self.table)
        return tuple(english.get(column, title) for column, title in enumerate(titles))

    def items(self) -> list[Item]:
        """Return the columns of marks in points; in a file without such, all that may be of marks."""
        real = [(column, title) for column, title in enumerate(self.titles) if title.endswith(_REAL)]
        others = {*_IDENTITIES, *_NAMES, "Institution", "Department", _DOWNLOADED}
        found = real or [(column, title) for column, title in enumerate(self.titles) if title not in others]
        return [
            Item(column, _KIND.sub("", self._without_display(title), count=1))
            for column, title in found
            if not _NOT_ITEMS.fullmatch(title)
        ]

    def kept_columns(self, rows: Sequence[Row]) -> Collection[int]:
        """Return the columns of names, what tells all of `rows` apart, and the time of the download.

        By that time Moodle knows which marks have changed since.
        """
        identities = [one for one in _IDENTITIES if one in self.titles and self._tells_apart(one, rows)]
        if not identities:
            raise ClassroomError(
                f"{self.place}: no column, such as ID number or Email address, says of all students who they "
                "are. Add one to Moodle's export, then download it again."
            )
        return [self.titles.index(one) for one in (*identities, *_NAMES, _DOWNLOADED) if one in self.titles]

    def _without_display(self, title: str) -> str:
        """Return a title without what says at its end how the marks are shown."""
        is_translated = self.titles != self.table.header.texts
        return _DISPLAY.sub("", title) if is_translated else title.removesuffix(_REAL)

    def _tells_apart(self, title: str, rows: Sequence[Row]) -> bool:
        column = self.column(title)
        values = {row.texts[column].casefold() for row in rows}
        return len(values) == len(rows) and "" not in values


def _english_titles(table: Table) -> dict[int, str]:
    """Return the English titles of the columns that the cells tell, by their places."""
    rows = [row.texts for row in table.rows if not row.is_blank]
    columns = list(zip(*rows, strict=True))
    mails = [place for place, texts in enumerate(columns) if all("@" in text for text in texts)]
    found = dict.fromkeys(mails[:1], _MAIL)
    if columns and len(set(columns[-1])) == 1 and _TIME.fullmatch(columns[-1][0]):
        found[len(columns) - 1] = _DOWNLOADED
    return found
