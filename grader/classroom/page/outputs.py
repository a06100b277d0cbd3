"""Renders the outputs of a learner's cells; whatever they hold is made harmless."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from html import escape
from typing import Any

from grader.classroom.page.markdown import render_markdown
from grader.classroom.run.sanitize_html import sanitize_html
from grader.isolation.inside.output_limits import HTML_LIMIT, IMAGE_LIMIT, TEXT_LIMIT
from grader.isolation.inside.sanitize_text import sanitize_text

# Long contents of pictures, most of what outputs hold.
_CONTENT = re.compile(r"(?<=;base64,)[A-Za-z0-9+/=]{200,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
_TAG_COST, _MARKDOWN_COST = 200, 80
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def cost_of(output: Mapping[str, Any]) -> int:
    """Return the characters of an output, a tag and Markdown counting as many as take the time they do."""
    data = output.get("data") or {}
    parts = (*output.values(), *data.values(), *(output.get("traceback") or ()))
    cost = sum(len(part) + _TAG_COST * part.count("<") for part in parts if isinstance(part, str))
    return cost + _MARKDOWN_COST * len(data.get("text/markdown") or "")


def render_output(output: Mapping[str, Any]) -> str:
    """Return the HTML of one output; "" for one that a page can't show."""
    kind = output.get("output_type")
    if kind == "stream":
        return _text(output.get("text"))
    if kind == "error":
        lines = output.get("traceback") or [f"{output.get('ename')}: {output.get('evalue')}"]
        return _text("\n".join(map(str, lines)))
    return _data(output.get("data") or {})


def _data(data: Mapping[str, Any]) -> str:
    """The HTML of the richest of several forms."""
    html, markdown = data.get("text/html"), data.get("text/markdown")
    if isinstance(html, str) and len(html) <= HTML_LIMIT:
        return _clean(html)
    for kind in _PICTURES:
        picture = data.get(kind)
        if isinstance(picture, str) and len(picture) <= 2 * IMAGE_LIMIT and _BASE64.fullmatch(picture):
            alt = escape(_plain(data.get("text/plain")))
            return f'<img alt="{alt}" src="data:{kind};base64,{"".join(picture.split())}">'
    if isinstance(markdown, str) and len(markdown) <= TEXT_LIMIT:
        return render_markdown(markdown)
    return _text(data.get("text/plain"))


def _clean(html: str) -> str:
    """Return the HTML sanitized.

    Meanwhile, marks stand for the contents of pictures, for speed: these are harmless wherever they are. A
    mark contains a hash, so that no HTML can repeat a content by its mark.
    """
    mark = hashlib.sha256(html.encode("utf-8", "replace")).hexdigest()
    contents: list[str] = []

    def leave_out(found: re.Match[str]) -> str:
        contents.append(found[0])
        return f"{mark}/{len(contents) - 1}="

    cleaned = sanitize_html(_CONTENT.sub(leave_out, html))
    return re.sub(rf"{mark}/(\d+)=", lambda found: contents[int(found[1])], cleaned)


def _text(text: Any) -> str:
    plain = _plain(text)
    return f"<pre>{escape(plain)}</pre>" if plain.strip() else ""


def _plain(text: Any) -> str:
    """A text without escape sequences, such as those for colours."""
    return sanitize_text(text, TEXT_LIMIT) if isinstance(text, str) else ""
