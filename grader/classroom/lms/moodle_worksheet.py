"""Moodle's worksheet for grading an assignment offline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from grader.classroom.errors import ClassroomError
from grader.classroom.lms.delimited import Row, Table
from grader.classroom.lms.lms_file import Item, Key, LmsFile, number, shown

_IDENTIFIER, _GRADE, _MAXIMUM, _LAST_MODIFIED = (
    "Identifier",
    "Grade",
    "Maximum grade",
    "Last modified (grade)",
)
_NAME, _MAIL = "Full name", "Email address"
_LOCK = "Grade can be changed"
_COMMENTS = "Feedback comments"
_GUARDED = re.compile(r"'[=+\-@]")
_PARTICIPANT = re.compile(r"Participant ([0-9]+)")
_STATES_LIMIT = 10  # of what stands beside the maximum: whether a mark may change, or how far marking is
_TRANSLATED_PARTICIPANT = re.compile(r"(\D+)([0-9]+)")


class MoodleWorksheet(LmsFile):
    """All who can hand in, one mark each.

    An empty mark changes nothing, so all rows stay. A row that was graded in Moodle after the download is
    skipped there, by its last column of time; so that column must stay as it is. Where Moodle is not in
    English, the columns are known by what stands in them.
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
    other_keys = ("Username", "ID number", _MAIL)

    @classmethod
    def recognizes(cls, titles: Sequence[str]) -> bool:
        """Whether the columns are there without which Moodle refuses the file."""
        return {_IDENTIFIER, _LAST_MODIFIED} <= set(titles) and (_GRADE in titles or "Scale" in titles)

    @classmethod
    def fits(cls, table: Table) -> bool:
        """Whether the cells are those of a worksheet, whatever the titles say."""
        return bool(_english_titles([row for row in table.rows if not row.is_blank]))

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The titles of the columns, in English where the code asks for one.

        Raises `ClassroomError` if they are in another language, and the cells do not tell what they mean.
        """
        titles = self.table.header.texts
        if self.recognizes(titles):
            return titles
        english = _english_titles([row for row in self.table.rows if not row.is_blank])
        if not english:
            raise ClassroomError(
                f"{self.place}: the columns are not those of Moodle's worksheet in English. In another "
                "language they are known by their cells: a word and a number first, then marks in points "
                "beside the same maximum in each row. Use the file as it was downloaded; if the assignment "
                "is graded in words, set its grade to points in Moodle first."
            )
        return tuple(english.get(column, title) for column, title in enumerate(titles))

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
        """Yield what was taken for what in another language, and that some versions do not write a 0."""
        if self._is_translated:
            grade, most = (self.table.header.texts[self.column(one)] for one in (_GRADE, _MAXIMUM))
            yield (
                "The worksheet is not in English. Its columns were found by their cells: the marks are in "
                f"{shown(grade)}, the maximum is in {shown(most)}. Moodle leaves marks that are locked there "
                "as they are. Where it cannot read the dates of the language, it also skips rows that are "
                "graded there already: compare these after the upload."
            )
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

    @property
    def _is_translated(self) -> bool:
        return not self.recognizes(self.table.header.texts)

    def _number(self, row: Row) -> str:
        text = row.texts[self.column(_IDENTIFIER)]
        if self._is_translated:
            return _TRANSLATED_PARTICIPANT.fullmatch(text)[2]
        found = _PARTICIPANT.fullmatch(text)
        if found is None:
            raise ClassroomError(
                f"{self.place}, line {row.line}: the {_IDENTIFIER} is not “Participant” and a number. Use "
                "the file as it was downloaded."
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


# --- Worksheets in other languages --------------------------------------------------------------------------


def _english_titles(rows: Sequence[Row]) -> dict[int, str]:
    """Return the English titles of columns, by their places, as the cells tell them; none if they do not.

    Moodle's order is the same in all languages: the identifier, a word and a number; names; marks and, beside
    them, the maximum; whether a mark may change; times; comments.
    """
    identifiers = [_TRANSLATED_PARTICIPANT.fullmatch(row.texts[0]) for row in rows if row.texts]
    if not rows or None in identifiers or len({found[1] for found in identifiers}) > 1:
        return {}
    columns = [[row.texts[place] for row in rows] for place in range(len(rows[0].texts))]
    last = len(columns) - 1
    grades = [place for place in range(1, last - 2) if _are_marks(columns[place], columns[place + 1])]
    if not grades or len(set(columns[grades[-1] + 2])) > _STATES_LIMIT:
        return {}
    mails = [place for place in range(1, grades[-1]) if all("@" in text for text in columns[place])]
    found = dict.fromkeys(mails[:1], _MAIL)
    if 1 not in mails and len({*columns[1], ""}) > len(rows):
        found[1] = _NAME
    if any(_GUARDED.match(text) for text in columns[last]):
        found[last] = _COMMENTS
    return found | {0: _IDENTIFIER, grades[-1]: _GRADE, grades[-1] + 1: _MAXIMUM}


def _are_marks(marks: Sequence[str], maxima: Sequence[str]) -> bool:
    """Whether a column may be of marks in points, and the one beside it of their maximum."""
    most = {number(text) for text in maxima}
    if len(most) > 1 or (maximum := most.pop()) is None or maximum <= 0:
        return False
    points = [number(text) for text in marks if text]
    return all(one is not None and 0 <= one <= maximum for one in points)
