"""Brightspace's grades, exported as CSV."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from grader.classroom.errors import ClassroomError
from grader.classroom.lms.delimited import Row, Table
from grader.classroom.lms.lms_file import Item, LmsFile, number

_IDENTITIES = ("OrgDefinedId", "Username")
_LAST = "End-of-Line Indicator"
_ITEM = re.compile(r"(.*\S) Points Grade(?: <.*?MaxPoints:([0-9.,]+).*>)?", re.DOTALL)


class BrightspaceGrades(LmsFile):
    """Columns such as `Lesson 1 Points Grade`, ids with `#` before them, and a last column of `#` alone.

    What a blank cell does is not documented, so no row has one. A mark above the maximum is cut to it.
    """

    name = "brightspace"
    title = "Brightspace grades"
    advice = (
        "In Brightspace, Grades, Enter Grades, Import. Marks of an assignment's item are published at once."
    )
    own_keys = _IDENTITIES
    other_keys = ("Email",)

    def __init__(self, table: Table, place: str):
        super().__init__(table, place)
        identities = [title for title in self.titles if title in _IDENTITIES]
        if list(self.titles[: len(identities)]) != identities or self.titles[-1] != _LAST:
            raise ClassroomError(
                f"{place}, line 1: the first columns must be OrgDefinedId, Username or both, the last one "
                f"{_LAST}. Export the grades again, with both as the key field."
            )

    @classmethod
    def recognizes(cls, titles: Sequence[str]) -> bool:
        """Whether there is an id of Brightspace's, and marks in points or the end that it writes."""
        has_marks = any(_ITEM.fullmatch(title) for title in titles) or _LAST in titles
        return any(one in titles for one in _IDENTITIES) and has_marks

    def key_value(self, text: str) -> str:
        """Return an id without the `#` that keeps spreadsheets from changing it."""
        return text.removeprefix("#")

    def items(self) -> list[Item]:
        """Return the columns of marks in points."""
        found = ((column, _ITEM.fullmatch(title)) for column, title in enumerate(self.titles))
        return [
            Item(column, match[1], max_score=number(match[2]) if match[2] else None)
            for column, match in found
            if match
        ]

    def kept_columns(self, rows: Sequence[Row]) -> Collection[int]:
        """Return the ids and the last column, which keeps the ids from being read as numbers."""
        return [self.titles.index(title) for title in (*_IDENTITIES, _LAST) if title in self.titles]
