"""Makes text of strangers inert: what a terminal would obey is taken out."""

from __future__ import annotations

import re

# Colours, cursor movements and the like: what starts with an escape and is complete.
_ANSI = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\^_])")
# All other control characters but tab and line feed; and the marks that turn the direction of what follows.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def sanitize_text(text: str, limit: int) -> str:
    """At most `limit` characters of a text, as they would stand on a screen, without control characters."""
    text = text[:limit].encode("utf-8", "replace").decode()
    # A progress bar writes over itself: what follows the last return of a line is what stays.
    text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return _CONTROL.sub("\ufffd", _ANSI.sub("", text))
