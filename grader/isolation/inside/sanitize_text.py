"""Removes from untrusted text what a terminal would interpret: escape sequences, control characters."""

from __future__ import annotations

import re

# Complete escape sequences: colours, cursor movements, titles, links.
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
# All other control characters except tab and line feed; separators of lines; marks of the writing direction.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def without_controls(text: str) -> str:
    """A text with all control characters replaced, marks of the writing direction among them."""
    return _CONTROL.sub("\ufffd", text)


def sanitize_text(text: str, limit: int) -> str:
    """The first `limit` characters of a text as a screen would show them, without control characters."""
    if text.isascii() and text.isprintable():  # nearly all texts; the rest takes longer
        return text[:limit]
    text = text[:limit].encode("utf-8", "replace").decode()
    # A progress bar overwrites itself: keep what follows the last carriage return of a line.
    text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return without_controls(_ANSI.sub("", text))
