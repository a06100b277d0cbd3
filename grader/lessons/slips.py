"""Makers of slips that exercises of several lessons have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from grader.lessons.exercise import Hint, Slip


def slips_in(step: str, *named: tuple[str, Callable]) -> tuple[Slip, ...]:
    """Slips in one step, each given as its name and what replaces the step: `wrong(right, *arguments)`."""
    return tuple(Slip(name, {step: wrong}) for name, wrong in named)


def changed(change: Callable) -> Callable:
    """A replacement of a step that applies `change` to the step's right result."""
    return lambda right, *arguments, **steps: change(right(*arguments, **steps))


def small_numbers(first: int, last: int) -> tuple[float, ...]:
    """10^-first to 10^-last: what learners clip to, or add, against logarithms of 0 and divisions by 0."""
    return tuple(10.0**-k for k in range(first, last + 1))


def with_hints(slips: Iterable[Slip], hints: Mapping[str, Hint]) -> tuple[Slip, ...]:
    """The slips with one exercise's `hints`, by their names, in place of those that they have elsewhere."""
    return tuple(slip.with_hint(hints.get(slip.name, Hint())) for slip in slips)
