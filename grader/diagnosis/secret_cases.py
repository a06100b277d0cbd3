"""Bounds what a learner can read of a case that is secret.

The words of an answer are the learner's own: the message of an exception may hold the arguments, and so may
what a function prints. Verdicts quote these words, and whoever knows the cases needs no derivative.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np

from grader.learner.call import Outcome, Raised
from grader.learner.plain_data import UnsupportedValue

PUBLIC_SEED = 0
"""The seed of the cases in every notebook, which are no secret."""
WORDS_LIMIT = 200
NAME_LIMIT = 60
"""Characters of a text, and of a name, that a verdict may quote."""
SIGNIFICANT_DIGITS = 3
SIZE_LIMIT, AXES_LIMIT = 9_999, 6
"""The largest size of an axis, and the number of axes, that a verdict may tell of an array."""
LINES_LIMIT = 9_999
"""The largest number of a line that a verdict may tell: the sandbox says where an exception comes from."""
# A size or the number of a line has fewer digits; the two at first are hexadecimal.
_LONG_NUMBER = re.compile(
    r"x[01]\.[\da-f]{4,}|0x[\da-f]{5,}|\b(?=[a-f]*\d)[\da-f]{12,}\b|\d*\.\d+|\d{6,}", re.IGNORECASE
)


def is_secret(seed: int) -> bool:
    """Whether learners do not know the cases of this seed."""
    return seed != PUBLIC_SEED


def without_secrets(outcome: Outcome) -> Outcome:
    """Return an outcome whose words can be quoted: cut, with no long number in them, and nothing printed.

    Numbers in the answer stay as they are.
    """
    raised = outcome.raised
    return replace(
        outcome,
        value=_with_short_names(outcome.value, _ShortNames()),
        raised=raised and _without_numbers(raised),
        forbidden=quotable(outcome.forbidden, NAME_LIMIT),
        printed="",
        warned=tuple(map(quotable, outcome.warned)),
    )


def quotable(words: str, limit: int = WORDS_LIMIT) -> str:
    """Return at most `limit` characters of a text, with 3 significant digits of each long number in it."""
    text = _LONG_NUMBER.sub(_cut_number, words)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _without_numbers(raised: Raised) -> Raised:
    has_place = 0 < (raised.line_number or 0) <= LINES_LIMIT
    return Raised(
        kind=quotable(raised.kind, NAME_LIMIT),
        message=quotable(raised.message),
        line_number=raised.line_number if has_place else None,
        line=quotable(raised.line) if has_place else "",
    )


def _with_short_names(value: Any, names: _ShortNames) -> Any:
    """Return plain data with the names that a learner chose cut: keys of dicts, texts, and types."""
    if isinstance(value, str):
        return names[value]
    if isinstance(value, dict):
        return {names[key]: _with_short_names(entry, names) for key, entry in value.items()}
    if isinstance(value, np.ndarray) and _has_odd_shape(value):
        return UnsupportedValue("numpy array with too many axes or too long an axis")
    if isinstance(value, (list, tuple)):
        return type(value)(_with_short_names(entry, names) for entry in value)
    return (
        UnsupportedValue(quotable(value.kind, NAME_LIMIT)) if isinstance(value, UnsupportedValue) else value
    )


def _has_odd_shape(array: np.ndarray) -> bool:
    """Whether an array, maybe one without entries, has a shape whose sizes could be a message."""
    return array.ndim > AXES_LIMIT or max(array.shape, default=0) > SIZE_LIMIT


class _ShortNames(dict):
    """What became of each name: names that differ still do. There may be thousands of names."""

    def __init__(self):
        super().__init__()
        self._taken: set[str] = set()
        self._numbers: dict[str, Iterator[int]] = defaultdict(lambda: count(2))

    def __missing__(self, name: str) -> str:
        short = found = quotable(name, NAME_LIMIT)
        while found in self._taken:
            found = f"{short} ({next(self._numbers[short])})"
        self._taken.add(found)
        self[name] = found
        return found


def _cut_number(found: re.Match[str]) -> str:
    number, count = found[0], 0
    for place, digit in enumerate(number):
        count += digit != "." and (count > 0 or digit != "0")
        if count > SIGNIFICANT_DIGITS:
            return f"{number[:place].rstrip('.')}…"
    return number
