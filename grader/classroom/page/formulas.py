"""Turns formulas in LaTeX into MathML, which browsers show without a script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape, unescape
from itertools import pairwise
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element

from grader.isolation.inside.sanitize_text import without_controls

LENGTH_LIMIT = 1500
"""Characters of a formula; those of the lessons have at most a third of it."""
_TAGS = frozenset(
    {
        *("math", "menclose", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom", "mroot", "mrow"),
        *("mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd", "mtext", "mtr"),
        *("munder", "munderover"),
    }
)
_ATTRIBUTES = frozenset(
    {
        *("accent", "columnalign", "depth", "display", "displaystyle", "fence", "form", "height"),
        *("linethickness", "lspace", "mathvariant", "maxsize", "minsize", "rspace", "scriptlevel"),
        *("separator", "stretchy", "width"),
    }
)
_ROWS = frozenset(("math", "mrow", "mstyle", "mtd", "mpadded", "mphantom"))
_VALUE = re.compile(r"[A-Za-z0-9.% -]{1,40}")
# The styles of letters for which Unicode has characters; browsers do not apply them.
_LETTERS = {"double-struck": "DOUBLE-STRUCK", "script": "SCRIPT", "fraktur": "FRAKTUR"}


class _NotSupported(Exception):
    """The formula has something that the converter does not know."""


def mathml(latex: str, *, is_display: bool = False) -> str:
    """Return a formula as MathML; one that can't be converted as its source, in a `code` element.

    The HTML is harmless whatever the formula says: it has no elements but those of `_TAGS`, none of which
    loads or runs anything, and all text is escaped.
    """
    try:
        if len(latex) > LENGTH_LIMIT:
            raise _NotSupported
        # The converter knows the environment by its name outside of a formula only.
        source = without_controls(latex).replace("{aligned}", "{align*}")
        element = convert_to_element(source, display="block" if is_display else "inline")
        return _html(element)
    except Exception:  # the converter raises many kinds, IndexError among them
        return f"<code>{escape(without_controls(latex))}</code>"


def _html(element: Element) -> str:
    tag = element.tag if element.tag in _TAGS else "mrow"
    text = _text(unescape(element.text or ""), element.get("mathvariant", ""))
    if tag == "mi" and text == "&" or "linebreak" in element.attrib:
        raise _NotSupported  # what the converter leaves of an environment that it does not know
    attributes = "".join(
        f' {name}="{value}"'
        for name, value in element.items()
        if name in _ATTRIBUTES and _VALUE.fullmatch(value)
    )
    children = _with_spaces(element) if tag in _ROWS else list(element)
    return f"<{tag}{attributes}>{escape(text)}{''.join(map(_html, children))}</{tag}>"


def _with_spaces(row: Element) -> Iterator[Element]:
    """The elements of a row, with a thin space between the name of a function and what is no operator."""
    for element, following in pairwise((*row, None)):
        yield element
        if following is not None and _has_space(element, following):
            yield Element("mspace", width="0.167em")


def _has_space(left: Element, right: Element) -> bool:
    return (_is_name(left) or _is_name(right)) and _is_operand(left) and _is_operand(right)


def _is_operand(element: Element) -> bool:
    return element.tag not in ("mo", "mspace", "mtext")


def _is_name(element: Element) -> bool:
    """Whether this is a name such as log, with or without an index."""
    base = element[0] if element.tag in ("msub", "msup", "msubsup", "munder") and len(element) else element
    return base.tag == "mi" and len(unescape(base.text or "")) > 1


def _text(text: str, variant: str) -> str:
    return "".join(_letter(char, _LETTERS[variant]) for char in text) if variant in _LETTERS else text


def _letter(char: str, style: str) -> str:
    """A letter in a style, such as the double-struck R for the real numbers; other characters unchanged."""
    if not (char.isascii() and char.isalpha()):
        return char
    name = f"{style} {'CAPITAL' if char.isupper() else 'SMALL'} {char.upper()}"
    for known in (name.replace("FRAKTUR", "BLACK-LETTER"), f"MATHEMATICAL {name}"):
        try:
            return unicodedata.lookup(known)
        except KeyError:
            pass
    return char
