"""Blackboard Learn's grade center, downloaded with tabs or commas."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from grader.classroom.lms.delimited import Row
from grader.classroom.lms.lms_file import Item, LmsFile, number

_IDENTITIES = ("Last Name", "First Name", "Username", "Student ID")
_ITEM = re.compile(r"(.*?\S)\s*(?:\[Total Pts: ([0-9.,]+)[^\]]*\])?\s*\|([0-9]+)", re.DOTALL)


class BlackboardGrades(LmsFile):
    """Columns such as `Lesson 1 [Total Pts: 10 Score] |4711`; Blackboard finds the column by the number.

    A column without a number becomes a new one, of text. Whether a blank cell erases is not documented, so no
    row has one.
    """

    name = "blackboard"
    title = "Blackboard grade center"
    advice = "In Blackboard, Grade Center, Work Offline, Upload: tick the one column."
    allows_extra_credit = True
    own_keys = ("Username",)
    other_keys = ("Student ID",)

    @classmethod
    def recognizes(cls, titles: Sequence[str]) -> bool:
        """Whether there are user names and a column with a number of Blackboard's."""
        return "Username" in titles and any(_ITEM.fullmatch(title) for title in titles)

    def items(self) -> list[Item]:
        """Return the columns that Blackboard knows."""
        found = ((column, _ITEM.fullmatch(title)) for column, title in enumerate(self.titles))
        return [
            Item(column, match[1], match[3], number(match[2]) if match[2] else None)
            for column, match in found
            if match
        ]

    def kept_columns(self, rows: Sequence[Row]) -> Collection[int]:
        """Return the columns that say who a student is."""
        return [self.titles.index(title) for title in _IDENTITIES if title in self.titles]
