"""A table of delimited text of which every cell keeps its characters: what is not changed is written so."""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from grader.classroom.errors import ClassroomError

DELIMITERS = (",", ";", "\t")
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Cell:
    """A cell: what it says, and the characters that say it in the file, quotes included."""

    text: str
    raw: str

    def says(self, text: str, delimiter: str) -> Cell:
        """Return the cell with another text, quoted if it was or if the text asks for it."""
        if self.text == text:
            return self
        is_quoted = self.raw.startswith('"') or any(sign in text for sign in (delimiter, '"', "\n", "\r"))
        return Cell(text, '"{}"'.format(text.replace('"', '""')) if is_quoted else text)


@dataclass(frozen=True)
class Row:
    """The cells of a row, the characters that end it, and the line of the file on which it begins."""

    cells: tuple[Cell, ...]
    end: str
    line: int

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What the cells say, without spaces around it."""
        return tuple(cell.text.strip() for cell in self.cells)

    @property
    def is_blank(self) -> bool:
        """Whether no cell says anything."""
        return not any(self.texts)

    def with_text(self, column: int, text: str, delimiter: str) -> Row:
        """Return the row with another text in a column."""
        cell = self.cells[column].says(text, delimiter)
        return replace(self, cells=(*self.cells[:column], cell, *self.cells[column + 1 :]))

    def with_columns(self, columns: Collection[int]) -> Row:
        """Return the row with some of its cells, in the order that they have; a blank row may have fewer."""
        return replace(self, cells=tuple(cell for place, cell in enumerate(self.cells) if place in columns))


@dataclass(frozen=True)
class Table:
    """A header and its rows, as read from a file of `encoding` that may begin with a byte order mark."""

    header: Row
    rows: tuple[Row, ...]
    delimiter: str
    encoding: str
    byte_order_mark: bytes

    def to_bytes(self) -> bytes:
        """Return the contents of the file."""
        rows = (self.header, *self.rows)
        text = "".join(self.delimiter.join(cell.raw for cell in row.cells) + row.end for row in rows)
        return self.byte_order_mark + text.encode(self.encoding)


def read_titles(data: bytes, place: str) -> tuple[str, ...]:
    """Return the titles of a table's columns. Raises `ClassroomError` as `read_table` does."""
    return _header(*_text_and_delimiter(data, place), has_escapes=False)


def read_table(data: bytes, place: str, *, has_escapes: bool = False) -> Table:
    """Return the table that a file holds; `place` is what messages call the file.

    The delimiter is the one that gives the header the most cells. With `has_escapes`, a backslash in a quoted
    cell keeps the next character from ending it, as in PHP's `fgetcsv`. Raises `ClassroomError` unless it is
    text in UTF-8 or with a byte order mark, and every row that is not blank has as many cells as the header.
    """
    mark, encoding = _encoding(data)
    text, delimiter = _text_and_delimiter(data, place)
    header, *rows = _rows(text, delimiter, has_escapes, place)
    for row in rows:
        if len(row.cells) != len(header.cells) and not row.is_blank:
            raise ClassroomError(
                f"{place}, line {row.line}: the row has {len(row.cells)} cells, but there are "
                f"{len(header.cells)} columns. Use the file as it was downloaded."
            )
    return Table(header, tuple(rows), delimiter, encoding, mark)


def _encoding(data: bytes) -> tuple[bytes, str]:
    """Return the byte order mark of a file, which may be empty, and the encoding."""
    return next((item for item in _BYTE_ORDER_MARKS.items() if data.startswith(item[0])), (b"", "utf-8"))


def _text_and_delimiter(data: bytes, place: str) -> tuple[str, str]:
    mark, encoding = _encoding(data)
    try:
        text = data[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        raise ClassroomError(
            f"{place} is no text in UTF-8. Use the file as it was downloaded: a spreadsheet may have "
            "changed it."
        ) from error
    counts = {one: len(_header(text, one, has_escapes=False)) for one in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda one: counts[one])
    if counts[delimiter] < 2:
        raise ClassroomError(
            f"{place}, line 1: no titles of columns with commas, semicolons or tabs between them. Use the "
            "file as it was downloaded."
        )
    return text, delimiter


def _header(text: str, delimiter: str, has_escapes: bool) -> tuple[str, ...]:
    """Return what the cells of the first row say, nothing where it cannot be read so."""
    try:
        return next(_rows(text, delimiter, has_escapes, "")).texts
    except (ClassroomError, StopIteration):
        return ()


def _rows(text: str, delimiter: str, has_escapes: bool, place: str) -> Iterator[Row]:
    """Yield the rows of a text. Raises `ClassroomError` for a quote that neither begins nor ends a cell."""
    quoted = r'"(?:\\.|""|[^"\\])*"' if has_escapes else r'"(?:""|[^"])*"'
    sign = re.escape(delimiter)
    pattern = re.compile(rf'({quoted}|[^"{sign}\r\n]*)({sign}|\r\n|\r|\n|\Z)', re.DOTALL)
    cells: list[Cell] = []
    position, line, next_line = 0, 1, 1
    while position < len(text) or cells:
        match = pattern.match(text, position)
        if match is None:
            raise ClassroomError(
                f"{place}, line {next_line}: a quotation mark stands within a cell, or one is missing. Use "
                "the file as it was downloaded."
            )
        raw, end = match.groups()
        cells.append(Cell(_text(raw), raw))
        next_line += len(_LINE_END.findall(match.group()))
        if end != delimiter:
            yield Row(tuple(cells), end, line)
            cells, line = [], next_line
        position = match.end()


def _text(raw: str) -> str:
    return raw[1:-1].replace('""', '"') if raw.startswith('"') else raw
