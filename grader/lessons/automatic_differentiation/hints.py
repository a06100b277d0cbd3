"""Hints for slips that several exercises share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grader.lessons import backpropagation as layers
from grader.lessons.exercise import Hint, Slip

SCALED_TWICE = layers.SCALED_TWICE


def with_hints(slips: Iterable[Slip], hints: Mapping[str, Hint]) -> tuple[Slip, ...]:
    """The slips with one exercise's `hints`, by their names, instead of those that they have elsewhere."""
    return tuple(slip.with_hint(hints.get(slip.name, Hint())) for slip in slips)
