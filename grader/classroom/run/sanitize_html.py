"""Filters that make the HTML of learners harmless on feedback pages and in formgrader."""

from __future__ import annotations

import re
from functools import partial

import nh3

from grader.isolation.inside.sanitize_text import without_controls

TAGS_LIMIT = 10_000
"""Tags of HTML that is cleaned: the time grows with the square of their number, if they are nested."""
_TOO_MANY = "<p>Left out: this HTML has too many tags.</p>"
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]*")
_TAGS = (nh3.ALLOWED_TAGS | {"section"}) - {"map", "area"}
_ATTRIBUTES = {
    "*": {"style", "title", "align"},
    "a": {"href"},
    "img": {"alt", "height", "src", "width"},
    "details": {"open"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_STYLES = {
    *("background-color", "border", "border-bottom", "border-collapse", "border-left", "border-radius"),
    *("border-right", "border-top", "color", "font-family", "font-size", "font-style", "font-weight"),
    *("height", "line-height", "margin", "max-height", "max-width", "opacity", "overflow", "padding"),
    *("text-align", "vertical-align", "white-space", "width"),
}
# A link as a browser reads it as one: it skips control characters, so that these can hide a scheme.
_LINK = re.compile(r"(?:https?://|mailto:)[^\x00-\x20\x7f]+", re.IGNORECASE)
# Plain values and colours: no other function, no escape, and no negative length, which moves an element.
_STYLE = re.compile(
    r"(?:(?:rgb|hsl)a?\([\d.,%/\s]*\)|color-mix\([\w\s#.%,]*\)|-(?!\s*[\d.])|[\w\s#%.,:;'\"+!])*",
    re.IGNORECASE,
)
# MathJax's commands for links, styles and extensions.
_MATH_COMMAND = re.compile(
    r"\\(?=(?:href|url|style|class|cssId|bbox|require|unicode|mmlToken|HTML)\b)", re.IGNORECASE
)


def sanitize_html(html: str, mark: str = "") -> str:
    """Return HTML without scripts, forms, frames, links to files, and pictures from outside the page.

    Characters that change the writing direction are replaced, so that no text reads as another one.
    HTML with more than `TAGS_LIMIT` tags is left out, and so are attributes that hold `mark`, a text that the
    caller will replace by other HTML.
    """
    if html.count("<") > TAGS_LIMIT:
        return _TOO_MANY
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=partial(_attribute, mark),
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "data"},
        url_relative="deny",
    )
    return sanitize_math(without_controls(cleaned))  # a reference such as &#8238; is a character now


def sanitize_math(text: str) -> str:
    """Return text in which MathJax finds formulas but no links, styles or extensions."""
    return _MATH_COMMAND.sub("\N{FULLWIDTH REVERSE SOLIDUS}", text)


def is_picture(address: str) -> bool:
    """Whether this is a data address of a picture of a kind that can hold no script."""
    return bool(_PICTURE.fullmatch(address))


def _attribute(mark: str, tag: str, name: str, value: str) -> str | None:
    if mark and mark in value:
        return None
    if name == "src":
        return value if is_picture(value) else None
    if name == "href":
        return value if _LINK.fullmatch(value.strip()) else None
    if name == "style":
        return value if _STYLE.fullmatch(value) else None
    return value
