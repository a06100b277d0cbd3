"""Filters of formgrader's templates: its page comes whatever a learner wrote, and code reads as it is."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import Any
from urllib.parse import unquote

from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters import Highlight2HTML

from grader.classroom.page import markdown
from grader.classroom.page.page import CELL_LIMIT
from grader.classroom.run.sanitize_html import is_picture, sanitize_html, sanitize_math
from grader.isolation.inside.sanitize_text import without_controls

_TARGET = re.compile(r"(?<=\]\()(attachment:)?([^\s)]+)")
_FILE = re.compile(r"[\w-][\w.-]*\.(?:png|jpe?g|gif|webp)")
"""The name of a picture beside the notebook: formgrader serves the files of the folder."""
_CUT = "<p>The rest of this cell is left out: there is too much text.</p>"


class _Harmless(str):
    """HTML that `render_markdown` has made; its formulas would not pass the filter for a learner's HTML."""


def highlight_code(source: str, language: str | None = None, metadata: dict | None = None) -> str:
    """Return code in colours, with its control characters and marks of the writing direction replaced."""
    return _highlighter()(without_controls(source.replace("\r\n", "\n")), language, metadata)


@pass_context
def render_markdown(context: Context, source: str) -> str:
    """Return a Markdown text as HTML as on feedback pages, with the pictures of its cell and of its folder.

    Formulas are MathML, which needs no network.
    """
    attached = _pictures((context.get("cell") or {}).get("attachments"))
    marks: dict[str, str] = {}

    def put_mark(target: re.Match) -> str:
        is_attached, name = target.groups()
        address = attached.get(unquote(name)) if is_attached else name if _FILE.fullmatch(name) else None
        if address is None:
            return target[0]
        mark = _mark(address)
        marks[mark] = address
        return mark

    html = sanitize_math(markdown.render_markdown(_TARGET.sub(put_mark, source[:CELL_LIMIT])))
    for mark, address in marks.items():
        html = html.replace(mark, address)
    return _Harmless(html + (_CUT if len(source) > CELL_LIMIT else ""))


def clean_html(html: str) -> str:
    """Return HTML without what could do harm; that of `render_markdown` as it is."""
    return html if isinstance(html, _Harmless) else sanitize_html(html)


def _pictures(attachments: Any) -> dict[str, str]:
    """The pictures among a cell's attachments, by name, each as a data address; none if these are no dict."""
    if not isinstance(attachments, dict):
        return {}
    addresses = (
        (name, f"data:{kind};base64,{data}")
        for name, kinds in attachments.items()
        if isinstance(kinds, dict)
        for kind, data in kinds.items()
    )
    return {name: address for name, address in addresses if is_picture(address)}


def _mark(address: str) -> str:
    """A short address that stands for a picture while its text is rendered."""
    return f"data:image/png;base64,{hashlib.sha256(address.encode()).hexdigest()}"


@cache
def _highlighter() -> Highlight2HTML:
    return Highlight2HTML()
