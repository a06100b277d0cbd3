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
