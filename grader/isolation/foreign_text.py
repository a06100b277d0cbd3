"""Makes text of strangers harmless where people read it: in a terminal, a log and a spreadsheet.

Names of students and files, messages of exceptions and the text of cells may hold escape sequences, control
characters, marks of the writing direction, and characters that UTF-8 can't encode. The console and the log
let none through, whoever writes to them; `inert_line` is for what goes into a sentence.
"""

from __future__ import annotations

import logging
import textwrap
import threading
from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from grader.isolation.inside.sanitize_text import sanitize_text

_ENTRY_LIMIT = 500
_FORMULA_STARTS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")  # some spreadsheets take the wide forms, too


def inert_line(text: str, limit: int) -> str:
    """Return a text as one line of at most `limit` characters that a terminal only displays."""
    bound = 8 * limit + 1  # escape sequences are removed before the rest is cut
    line = sanitize_text(" ".join(text[:bound].splitlines()), bound)
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def inert_entry(text: str) -> str:
    """Return a text for a table that a spreadsheet takes for no formula.

    An apostrophe comes before what begins as one.
    """
    text = inert_line(text, _ENTRY_LIMIT)
    return f"'{text}" if text.lstrip().startswith(_FORMULA_STARTS) else text


class InertConsole(Console):
    """A console of Rich that prints text without anything that a terminal would interpret.

    Rich's own control codes, as for colours and a progress bar, are no text and pass.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self._rendering = threading.local()  # a progress bar is rendered in a thread of its own

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterator[Segment]:
        """Yield the segments of what is printed, their text sanitized, once for all that it consists of."""
        if getattr(self._rendering, "is_under_way", False):
            yield from super().render(renderable, options)
            return
        self._rendering.is_under_way = True
        try:
            for segment in super().render(renderable, options):
                text, style, control = segment
                yield segment if control else Segment(sanitize_text(text, len(text)), style)
        finally:
            self._rendering.is_under_way = False


class InertFormatter(logging.Formatter):
    """Formats a record of a log as one line; below it, indented, stand its traceback and its `details`.

    So no text can imitate another record.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's text."""
        details = getattr(record, "details", "")
        return "\n".join(filter(None, [super().format(record), _indented(details)]))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - a name of `logging`
        """Return the record's line."""
        line = super().formatMessage(record)
        return inert_line(line, len(line))

    def formatException(self, ei) -> str:  # noqa: N802 - a name of `logging`
        """Return the indented traceback."""
        return _indented(super().formatException(ei))


def _indented(text: str) -> str:
    return textwrap.indent(sanitize_text(text, len(text)), "  ").rstrip("\n")
