"""What the files of all learning management systems have in common: rows of students, columns of marks."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

from grader.classroom.errors import ClassroomError
from grader.classroom.lms.delimited import Row, Table
from grader.isolation.foreign_text import inert_line

_SHOWN_LIMIT = 200
_NAME_COLUMNS = (
    ("Student",),
    ("Full name",),
    ("First name", "Surname"),
    ("First name", "Last name"),
    ("First Name", "Last Name"),
    ("FirstName", "LastName"),
)
_DECIMALS = re.compile(r"-?\d+([.,])\d{1,2}")
_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?")


@dataclass(frozen=True)
class Item:
    """A column that takes marks: its title without what the LMS adds, and the number that the LMS gives it.

    `max_score` is the most points that it takes, None where the file does not say.
    """

    column: int
    title: str
    number: str = ""
    max_score: float | None = None


@dataclass(frozen=True)
class Key:
    """What tells the students of a file apart: the title of a column, and its value in each of their rows."""

    title: str
    values: tuple[str, ...]

    def local_part(self) -> Key:
        """Return the parts before the `@` of mail addresses, "" for what is none."""
        values = [value.rpartition("@")[0] for value in self.values]
        return Key(f"{self.title}, up to the @", tuple(values))


class LmsFile(ABC):
    """The `table` of a file that a teacher downloaded, called `place` in messages.

    Methods raise `ClassroomError`, with the line, where the file is not as the LMS writes it.
    """

    name: ClassVar[str]
    """Its name on the command line."""
    title: ClassVar[str]
    advice: ClassVar[str]
    """What the teacher is to know before the upload."""
    has_escapes: ClassVar[bool] = False
    """Whether a backslash keeps a quotation mark from ending a cell."""
    allows_extra_credit: ClassVar[bool] = False
    """Whether the LMS takes a mark above the maximum as it is."""
    has_one_item: ClassVar[bool] = False
    """Whether a file is of one assignment."""
    own_keys: ClassVar[tuple[str, ...]]
    """The columns by which the LMS finds a student."""
    other_keys: ClassVar[tuple[str, ...]] = ()

    def __init__(self, table: Table, place: str):
        self.table, self.place = table, place
        for title in self.own_keys:
            self._demand_distinct(title)

    # --- What a format says of itself ---------------------------------------------------------------------

    @classmethod
    @abstractmethod
    def recognizes(cls, titles: Sequence[str]) -> bool:
        """Whether titles of columns are those of this format."""

    @classmethod
    def fits(cls, table: Table) -> bool:
        """Whether a table may be of this format in another language than English, by its cells."""
        return False

    @abstractmethod
    def items(self) -> list[Item]:
        """Return the columns that take marks."""

    def demand_usable(self, item: Item) -> None:  # noqa: B027 - most formats have nothing to demand
        """Raise `ClassroomError` if the LMS would not take marks in a column."""

    def objection(self, row: Row, item: Item) -> str:
        """Return why the LMS gives the student of a row no mark from outside, "" if it does."""
        return ""

    def notes(self, texts: Iterable[str]) -> Iterator[str]:
        """Yield what to look at after the upload of marks with these texts."""
        yield from ()

    def with_marks(self, item: Item, marks: Mapping[int, str]) -> bytes:
        """Return the file with marks, by the lines of their rows.

        It has the rows with a mark alone, since a blank cell erases a mark, and of the columns those that say
        who a student is and the one of the marks, since any other may change or create an item.
        """
        rows = [row for row in self._filled(item, marks) if row.line in marks]
        columns = {item.column, *self.kept_columns([row for row in self.students if row.line in marks])}
        return self._written([row.with_columns(columns) for row in rows], columns)

    def kept_columns(self, rows: Sequence[Row]) -> Collection[int]:
        """Return the columns that stay beside that of the marks, if `rows` stay."""
        return range(len(self.titles))

    # --- What formats are made of -------------------------------------------------------------------------

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles of the columns."""
        return self.table.header.texts

    @cached_property
    def students(self) -> tuple[Row, ...]:
        """The rows of students."""
        return tuple(row for row in self.table.rows if not row.is_blank)

    def column(self, title: str) -> int | None:
        """Return the place of a column, None if it is not there."""
        if self.titles.count(title) > 1:
            raise ClassroomError(
                f"{self.place}, line 1: the column {shown(title)} is there twice. Remove one."
            )
        return self.titles.index(title) if title in self.titles else None

    def key(self, title: str) -> Key:
        """Return the values of a column that is there."""
        column = self.column(title)
        return Key(title, tuple(self.key_value(row.texts[column]) for row in self.students))

    def key_value(self, text: str) -> str:
        """Return what a cell says of who a student is."""
        return text

    def keys(self) -> list[Key]:
        """Return what students may be known by, what is most probable first."""
        found = [self.key(title) for title in (*self.other_keys, *self.own_keys) if title in self.titles]
        mails = [key.local_part() for key in found if any("@" in value for value in key.values)]
        return [*found, *mails]

    def numbers(self) -> tuple[str, ...]:
        """Return the LMS's numbers of the students, as names of handed-in files have them; "" if none."""
        return ("",) * len(self.students)

    def student_name(self, row: Row) -> str:
        """Return the name that the file gives a student, "" if none."""
        columns = next((names for names in _NAME_COLUMNS if set(names) <= set(self.titles)), ())
        return " ".join(row.texts[self.titles.index(title)] for title in columns)

    def decimal_sign(self) -> str:
        """Return the decimal sign of the file's marks and maxima; a point if they have none.

        Raises `ClassroomError` if it has both.
        """
        columns = [item.column for item in self.items()]
        return self._common_sign((row, row.texts[one]) for row in self.students for one in columns)

    def _common_sign(self, texts: Iterable[tuple[Row, str]]) -> str:
        signs: dict[str, int] = {}
        for row, text in texts:
            if found := _DECIMALS.fullmatch(text):
                signs.setdefault(found[1], row.line)
        if len(signs) > 1:
            raise ClassroomError(
                f"{self.place} has decimal points (line {signs['.']}) and decimal commas (line "
                f"{signs[',']}). Use the file as it was downloaded."
            )
        return next(iter(signs), ".")

    def _demand_distinct(self, title: str) -> None:
        """Raise `ClassroomError` unless a column by which the LMS finds students tells all of them apart."""
        if title not in self.titles:
            return
        lines: dict[str, int] = {}
        for row, value in zip(self.students, self.key(title).values, strict=True):
            if value and value in lines:
                raise ClassroomError(
                    f"{self.place}, lines {lines[value]} and {row.line}: {title} is {shown(value)} twice. "
                    "Use the file as it was downloaded."
                )
            lines[value] = row.line

    def _filled(self, item: Item, marks: Mapping[int, str]) -> list[Row]:
        """Return all rows, with the marks in those of their lines."""
        return [
            row.with_text(item.column, marks[row.line], self.table.delimiter) if row.line in marks else row
            for row in self.table.rows
        ]

    def _written(self, rows: Iterable[Row], columns: Collection[int]) -> bytes:
        table = replace(self.table, header=self.table.header.with_columns(columns), rows=tuple(rows))
        return table.to_bytes()


def shown(text: str) -> str:
    """Return a text of the file as a message shows it."""
    return inert_line(f"\u201c{text}\u201d", _SHOWN_LIMIT)


def number(text: str) -> float | None:
    """Return a number as an LMS writes it, with a decimal point or comma; None for anything else."""
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
