"""Makers of slips that exercises of several lessons have."""

from __future__ import annotations

from collections.abc import Callable

from grader.lessons.exercise import Slip


def slips_in(step: str, *named: tuple[str, Callable]) -> tuple[Slip, ...]:
    """Slips in one step, each given as its name and what replaces the step: `wrong(right, *arguments)`."""
    return tuple(Slip(name, {step: wrong}) for name, wrong in named)


def changed(change: Callable) -> Callable:
    """A replacement of a step that applies `change` to the step's right result."""
    return lambda right, *arguments, **steps: change(right(*arguments, **steps))


def small_numbers(first: int, last: int) -> tuple[float, ...]:
    """10^-first to 10^-last: what learners clip to, or add, against logarithms of 0 and divisions by 0."""
    return tuple(10.0**-k for k in range(first, last + 1))
