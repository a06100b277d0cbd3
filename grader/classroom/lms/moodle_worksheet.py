"""Moodle's worksheet for grading an assignment offline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from grader.classroom.errors import ClassroomError
from grader.classroom.lms.delimited import Row
from grader.classroom.lms.lms_file import Item, Key, LmsFile, number, shown

_IDENTIFIER, _GRADE, _MAXIMUM, _LAST_MODIFIED = (
    "Identifier",
    "Grade",
    "Maximum grade",
    "Last modified (grade)",
)
_LOCK = "Grade can be changed"
_COMMENTS = "Feedback comments"
_GUARDED = re.compile(r"'[=+\-@]")
_PARTICIPANT = re.compile(r"Participant ([0-9]+)")


class MoodleWorksheet(LmsFile):
    """All who can hand in, one mark each.

    An empty mark changes nothing, so all rows stay. A row that was graded in Moodle after the download is
    skipped there, by its last column of time; so that column must stay as it is.
    """

    name = "moodle-worksheet"
    title = "Moodle grading worksheet"
    advice = (
        "In Moodle, the assignment's page of submissions, Upload grading worksheet. Leave “Allow updating "
        "records that have been modified more recently” unticked: what was graded there meanwhile stays."
    )
    has_escapes = True
    has_one_item = True
    own_keys = (_IDENTIFIER,)
    other_keys = ("Username", "ID number", "Email address")

    @classmethod
    def recognizes(cls, titles: Sequence[str]) -> bool:
        """Whether the columns are there without which Moodle refuses the file."""
        return {_IDENTIFIER, _LAST_MODIFIED} <= set(titles) and (_GRADE in titles or "Scale" in titles)

    def items(self) -> list[Item]:
        """Return the one column of marks. Raises `ClassroomError` where one is no number."""
        column, maximum = self.column(_GRADE), self.column(_MAXIMUM)
        if column is None or maximum is None:
            raise ClassroomError(
                f"{self.place}, line 1: there are no columns {_GRADE} and {_MAXIMUM}, so this assignment is "
                "graded in words. Set its grade to points in Moodle, then download the worksheet again."
            )
        for row in self.students:
            if row.texts[column] and number(row.texts[column]) is None:
                raise ClassroomError(
                    f"{self.place}, line {row.line}: the grade is {shown(row.texts[column])}, which Moodle "
                    "would take for 0 or a part of it. Correct it or leave it empty."
                )
        return [Item(column, _GRADE, max_score=self._maximum(maximum))]

    def objection(self, row: Row, item: Item) -> str:
        """Return that the mark is locked."""
        lock = self.column(_LOCK)
        return "locked in Moodle" if lock is not None and row.texts[lock] == "No" else ""

    def keys(self) -> list[Key]:
        """Return the others', and the number of the identifier alone."""
        return [*super().keys(), Key(f"the number of {_IDENTIFIER}", self.numbers())]

    def numbers(self) -> tuple[str, ...]:
        """Return the numbers of the identifiers."""
        return tuple(map(self._number, self.students))

    @cached_property
    def students(self) -> tuple[Row, ...]:
        """The rows of students. Raises `ClassroomError` for one whose identifier Moodle would misread."""
        rows = super().students
        for row in rows:
            self._number(row)
        return rows

    def decimal_sign(self) -> str:
        """Return the decimal sign of the marks and maxima."""
        columns = (self.column(_GRADE), self.column(_MAXIMUM))
        return self._common_sign((row, row.texts[one]) for row in self.students for one in columns)

    def notes(self, texts: Iterable[str]) -> Iterator[str]:
        """Yield that some versions of Moodle do not write a mark of 0."""
        if any(number(text) == 0 for text in texts):
            yield "A mark of 0 is not written by Moodle versions that know several markers: look at it there."

    def with_marks(self, item: Item, marks: Mapping[int, str]) -> bytes:
        """Return the file with marks; all else is as it was.

        Where Moodle has put a `'` before a comment that looks like a formula, the column of comments is left
        out: uploaded, it would change them.
        """
        comments, columns = self.column(_COMMENTS), list(range(len(self.titles)))
        if comments is not None and any(_GUARDED.match(row.texts[comments]) for row in self.students):
            columns.remove(comments)
        return self._written([row.with_columns(columns) for row in self._filled(item, marks)], columns)

    def _number(self, row: Row) -> str:
        found = _PARTICIPANT.fullmatch(row.texts[self.column(_IDENTIFIER)])
        if found is None:
            raise ClassroomError(
                f"{self.place}, line {row.line}: the {_IDENTIFIER} is not “Participant” and a number. Use "
                "the file as it was downloaded, with Moodle in English."
            )
        return found[1]

    def _maximum(self, column: int) -> float | None:
        texts = {row.texts[column]: row.line for row in self.students}
        if len({number(text) for text in texts}) > 1:
            raise ClassroomError(
                f"{self.place}, lines {' and '.join(map(str, sorted(texts.values())[:2]))}: the maxima "
                "differ. Use the file as it was downloaded."
            )
        return next(map(number, texts), None)
