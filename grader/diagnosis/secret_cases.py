"""Bounds what a learner can read of a case that is secret.

The words of an answer are the learner's own: the message of an exception may hold the arguments, and so may
what a function prints. Verdicts quote these words, and whoever knows the cases needs no derivative.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import count
from typing import Any

from grader.learner.call import Outcome, Raised
from grader.learner.plain_data import UnsupportedValue

PUBLIC_SEED = 0
"""The seed of the cases in every notebook, which are no secret."""
WORDS_LIMIT = 200
NAME_LIMIT = 60
"""Characters of a text, and of a name, that a verdict may quote."""
SIGNIFICANT_DIGITS = 3
_LONG_NUMBER = re.compile(r"\d*\.\d+|\d{6,}")  # a size or the number of a line has fewer digits


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
        value=_with_short_names(outcome.value),
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
    return replace(
        raised,
        kind=quotable(raised.kind, NAME_LIMIT),
        message=quotable(raised.message),
        line=quotable(raised.line),
    )


def _with_short_names(value: Any, known: dict[str, str] | None = None) -> Any:
    """Return plain data with the names that a learner chose cut: keys of dicts, texts, and types.

    Names that differ still do: `known` has what became of each name so far.
    """
    known = {} if known is None else known
    if isinstance(value, str):
        return _short_name(value, known)
    if isinstance(value, dict):
        return {_short_name(key, known): _with_short_names(entry, known) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_with_short_names(entry, known) for entry in value)
    return (
        UnsupportedValue(quotable(value.kind, NAME_LIMIT)) if isinstance(value, UnsupportedValue) else value
    )


def _short_name(name: str, known: dict[str, str]) -> str:
    if name not in known:
        short, taken = quotable(name, NAME_LIMIT), set(known.values())
        numbered = (f"{short} ({number})" for number in count(2))
        known[name] = short if short not in taken else next(n for n in numbered if n not in taken)
    return known[name]


def _cut_number(found: re.Match[str]) -> str:
    number, count = found[0], 0
    for place, digit in enumerate(number):
        count += digit != "." and (count > 0 or digit != "0")
        if count > SIGNIFICANT_DIGITS:
            return f"{number[:place].rstrip('.')}…"
    return number
