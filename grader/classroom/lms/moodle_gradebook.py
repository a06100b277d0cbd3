"""Moodle's gradebook, exported as plain text, for its import of CSV files."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from grader.classroom.errors import ClassroomError
from grader.classroom.lms.delimited import Row
from grader.classroom.lms.lms_file import Item, LmsFile

_IDENTITIES = ("Username", "username", "ID number", "idnumber", "Email address", "email", "User id")
_NAMES = ("First name", "Surname", "Last name")
_DOWNLOADED = "Last downloaded from this course"
_REAL = " (Real)"
_NOT_ITEMS = re.compile(
    r".*[\s(]feedback\)?|(Course|Category) total.*|.*\((Percentage|Letter)\)", re.IGNORECASE
)
_KIND = re.compile(r"[A-Z][a-z]+: ")  # of the activity, as in "Assignment: Lesson 1"


class MoodleGradebook(LmsFile):
    """The marks of a course in columns such as `Assignment: Lesson 1 (Real)`.

    A blank cell erases a mark. One row that cannot be placed lets Moodle refuse the whole file, and in some
    versions lets the marks of an empty identity go to the student of the row above.
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

    def items(self) -> list[Item]:
        """Return the columns of marks in points; in a file without such, all that may be of marks."""
        real = [(column, title) for column, title in enumerate(self.titles) if title.endswith(_REAL)]
        others = {*_IDENTITIES, *_NAMES, "Institution", "Department", _DOWNLOADED}
        found = real or [(column, title) for column, title in enumerate(self.titles) if title not in others]
        return [
            Item(column, _KIND.sub("", title.removesuffix(_REAL), count=1))
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

    def _tells_apart(self, title: str, rows: Sequence[Row]) -> bool:
        column = self.column(title)
        values = {row.texts[column].casefold() for row in rows}
        return len(values) == len(rows) and "" not in values
