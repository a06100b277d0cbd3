"""Filters of formgrader's templates: its page comes whatever a learner wrote, and code reads as it is."""

from __future__ import annotations

from functools import cache
from html import escape

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert import HTMLExporter
from nbconvert.filters import Highlight2HTML

from grader.isolation.inside.sanitize_text import without_controls


def highlight_code(source: str, language: str | None = None, metadata: dict | None = None) -> str:
    """Return code in colours, with its control characters and marks of the writing direction replaced."""
    return _highlighter()(without_controls(source.replace("\r\n", "\n")), language, metadata)


@pass_context
def render_markdown(context: Context, source: str) -> str:
    """Return a Markdown text as HTML, or its source where nbconvert would give up the whole page.

    It does so where a text shows an attached picture that is not there.
    """
    try:
        return _exporter().markdown2html(context, source)
    except Exception:  # of any kind: the rest of the page is still to be shown
        return f"<pre>{escape(source)}</pre>"


@cache
def _exporter() -> HTMLExporter:
    return HTMLExporter()


@cache
def _highlighter() -> Highlight2HTML:
    return Highlight2HTML()
