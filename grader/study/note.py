"""Sentences for a learner that display themselves: as text, in a notebook as HTML."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

from grader.feedback.explanation import heading_text

_STYLE = (
    "border-left: 4px solid currentColor; padding: 4px 14px; margin: 4px 0; max-width: 52em; "
    "font-family: system-ui, sans-serif; line-height: 1.45"
)


@dataclass(frozen=True)
class Note:
    """What one of the functions for self-study says.

    `section` is the heading of the lesson to read again, "" for none; `code` are lines to run or to read.
    """

    title: str
    paragraphs: tuple[str, ...] = ()
    code: str = ""
    section: str = ""

    def __repr__(self) -> str:
        reread = f"Reread “{heading_text(self.section)}”." if self.section else ""
        return "\n".join(filter(None, (self.title, *self.paragraphs, self.code, reread)))

    def _repr_html_(self) -> str:
        title = f"<p><strong>{_escaped(self.title)}</strong></p>" if self.title else ""
        paragraphs = "".join(f"<p>{_escaped(paragraph)}</p>" for paragraph in self.paragraphs)
        code = f'<pre style="overflow: auto">{html.escape(self.code)}</pre>' if self.code else ""
        return f'<div role="status" style="{_STYLE}">{title}{paragraphs}{code}{self._link()}</div>'

    def _link(self) -> str:
        if not self.section:
            return ""
        words = heading_text(self.section)
        anchor = html.escape(words.replace(" ", "-"))
        return f'<p>Reread “<a href="#{anchor}">{html.escape(words)}</a>”.</p>'

    def bundle(self) -> dict[str, Any]:
        """The note as a notebook's output."""
        return {"text/html": self._repr_html_(), "text/plain": repr(self)}


def show_sentence(sentence: str) -> None:
    """Display a sentence as a note that is not the value of a cell."""
    from IPython.display import display

    display(Note("", (sentence,)).bundle(), raw=True)


def ended(words: str) -> str:
    """Words as a sentence, with a full stop unless they end with one."""
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _escaped(sentence: str) -> str:
    """A sentence for HTML, with what stands between backquotes as code."""
    pieces = html.escape(sentence).split("`")
    if len(pieces) % 2 == 0:
        return "`".join(pieces)
    return "".join(f"<code>{piece}</code>" if i % 2 else piece for i, piece in enumerate(pieces))
