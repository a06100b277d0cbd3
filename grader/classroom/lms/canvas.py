"""Canvas's gradebook, exported as CSV."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from grader.classroom.errors import ClassroomError
from grader.classroom.lms.delimited import Row
from grader.classroom.lms.lms_file import Item, LmsFile, number

_NAMES = (("Student", "ID"), ("LastName", "FirstName", "ID"))
_IDENTITIES = re.compile(
    r"(SIS Login ID;|SIS User ID;SIS Login ID;(Integration ID;)?(Root Account;)?)?Section;"
)
_ASSIGNMENT = re.compile(r"(.*\S)\s\((\d+)\)", re.DOTALL)
# Canvas takes any column with such words in its title for one of its own, and drops it without a word.
_RESERVED = re.compile(
    r"(Current|Final)\s+(Score|Points|Grade)|Override\s+(Score|Grade|Status)", re.IGNORECASE
)
_NOT_TAKEN = {"EX": "excused in Canvas", "EXCUSED": "excused in Canvas", "N/A": "not assigned in Canvas"}
_LINES_SEEN = 3  # those by which Canvas knows the delimiter


class CanvasGradebook(LmsFile):
    """Rows of students, with a number in brackets after the title of an assignment.

    A blank cell erases a mark, and a column that Canvas does not know becomes a published assignment.
    """

    name = "canvas"
    title = "Canvas gradebook"
    advice = (
        "In Canvas, Gradebook, Import. If groups are graded as one there, the mark of one member becomes "
        "that of all: compare the preview with the file."
    )
    allows_extra_credit = True
    own_keys = ("ID",)
    other_keys = ("SIS Login ID", "SIS User ID")

    @classmethod
    def recognizes(cls, titles: Sequence[str]) -> bool:
        """Whether the first columns are those of Canvas."""
        return any(tuple(titles[: len(names)]) == names for names in _NAMES)

    @cached_property
    def students(self) -> tuple[Row, ...]:
        """The rows of students. Raises `ClassroomError` for one without Canvas's number."""
        rows = tuple(row for row in self.table.rows if not self._is_about_columns(row))
        for row in rows:
            if not re.fullmatch(r"0|[1-9][0-9]*", row.texts[self._names.index("ID")]):
                raise ClassroomError(
                    f"{self.place}, line {row.line}: the ID is no number of Canvas. Use the file as it was "
                    "downloaded."
                )
        return rows

    def numbers(self) -> tuple[str, ...]:
        """Return Canvas's numbers of the students."""
        return self.key("ID").values

    def items(self) -> list[Item]:
        """Return the assignments, without totals and what Canvas marks as read-only."""
        points = next((row.texts for row in self.table.rows if _is_of_points(row)), ())
        found = []
        for column, title in list(enumerate(self.titles))[self._section + 1 :]:
            match = _ASSIGNMENT.fullmatch(title)
            most = points[column] if points else ""
            if match and (not most or number(most) is not None):  # else "(read only)", in any language
                found.append(Item(column, match[1], match[2], number(most)))
        return found

    def demand_usable(self, item: Item) -> None:
        """Raise `ClassroomError` if Canvas would drop the column for its title."""
        if reserved := _RESERVED.search(self.titles[item.column]):
            raise ClassroomError(
                f"{self.place}: Canvas ignores a column whose title has the words “{reserved[0]}”. Rename "
                "the assignment in Canvas, then download the gradebook again."
            )

    def objection(self, row: Row, item: Item) -> str:
        """Return that a student is excused or has not been assigned the work."""
        return _NOT_TAKEN.get(row.texts[item.column].upper(), "")

    def kept_columns(self, rows: Sequence[Row]) -> Collection[int]:
        """Return the columns up to the section; without the notes that some courses have after it."""
        return range(self._section + 1)

    def with_marks(self, item: Item, marks: Mapping[int, str]) -> bytes:
        """Return the file without a byte order mark, which Canvas takes for a part of the first title."""
        data = super().with_marks(item, marks).removeprefix(self.table.byte_order_mark)
        if self.table.encoding != "utf-8" or not self._is_delimiter_seen(data.decode()):
            raise ClassroomError(
                f"{self.place}: Canvas would not read this text again as it is. In Canvas's user settings, "
                "choose commas for exported CSV files, then download the gradebook again."
            )
        return data

    @cached_property
    def _section(self) -> int:
        """The place of the last column that says who a student is."""
        rest = "".join(f"{title};" for title in self.titles[len(self._names) :])
        match = _IDENTITIES.match(rest)
        if match is None:
            raise ClassroomError(
                f"{self.place}, line 1: after ID Canvas expects SIS User ID, SIS Login ID, or both, if the "
                "course has them, then Section. Use the file as it was downloaded."
            )
        return len(self._names) + match[0].count(";") - 1

    @cached_property
    def _names(self) -> tuple[str, ...]:
        """The first titles."""
        for names in _NAMES:
            if self.titles[: len(names)] == names:
                return names
        raise ClassroomError(
            f"{self.place}, line 1: the first columns are not Student and ID, as Canvas writes them. Use the "
            "file as it was downloaded: Canvas writes these words in every language."
        )

    def _is_about_columns(self, row: Row) -> bool:
        """Whether a row is of no student: the points, and which assignments are muted, in any language."""
        return not any(row.texts[: len(self._names)]) or _is_of_points(row)

    def _is_delimiter_seen(self, text: str) -> bool:
        """Whether Canvas takes the delimiter of the file for one: semicolons alone, or as few as commas."""
        lines = re.split(r"\r\n|\r|\n", text.rstrip("\r\n"))[:_LINES_SEEN]
        semicolons, commas = ({line.count(sign) for line in lines} for sign in ";,")
        are_semicolons = len(semicolons) == 1 and max(semicolons) > max(commas)
        return self.table.delimiter == (";" if are_semicolons else ",")


def _is_of_points(row: Row) -> bool:
    return "Points Possible" in row.texts[0]
