"""The statuses of a verdict and of its parts, and how each is displayed: one table for all renderings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Display:
    """How a part of an answer is displayed: a `mark` of one character, `words`, and a `colour` for HTML.

    The mark is readable without the colour.
    """

    mark: str
    words: str
    colour: str


@dataclass(frozen=True)
class StatusDisplay(Display):
    """How a status is displayed: `words` are for the learner, the rest is for the class table in a terminal.

    `terminal_style` is a style of Rich, `legend` explains the mark below the class table.
    """

    terminal_style: str
    legend: str


_GREEN, _ORANGE, _RED, _GREY = "#1a7f37", "#b35900", "#b42318", "#57606a"

CORRECT, INCORRECT, ERROR = "correct", "incorrect", "error"
MISSING, TIMEOUT, FORBIDDEN = "missing", "timeout", "forbidden"

STATUSES = {
    CORRECT: StatusDisplay("✓", "right", _GREEN, "green", "right"),
    INCORRECT: StatusDisplay("✗", "not right yet", _ORANGE, "red", "wrong"),
    MISSING: StatusDisplay("–", "not attempted yet", _GREY, "dim", "not attempted"),
    TIMEOUT: StatusDisplay("∞", "takes too long", _RED, "magenta", "too slow"),
    ERROR: StatusDisplay("!", "stops with an error", _RED, "magenta", "error"),
    FORBIDDEN: StatusDisplay("⊘", "not allowed", _RED, "magenta", "forbidden"),
}

RIGHT_PART = Display("✓", "right", _GREEN)
WRONG_PART = Display("✗", "wrong", _ORANGE)
FOLLOWING_PART = Display("↪", "follows", _GREY)
"""A part that is wrong only because an earlier part is."""

PARTIAL_SCORE_STYLE = "yellow"
"""The terminal style of a score between none and all points, which the class table has in place of a mark."""


def class_table_legend() -> str:
    """The meaning of the entries of the class table, on one line of at most 80 characters."""
    correct, *others = (f"{display.mark} {display.legend}" for display in STATUSES.values())
    return "  ".join([correct, "2/4 in part", *others])
