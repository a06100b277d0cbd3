"""Ways to write slips that spoil a single step, or use a single example."""

from __future__ import annotations

from collections.abc import Callable

from grader.lessons.exercise import Slip


def step_slips(step: str, *rows: tuple[str, Callable]) -> tuple[Slip, ...]:
    """Return a slip for each row `(name, wrong)`, where `wrong(right, *arguments)` spoils `step`."""
    return tuple(Slip(name, {step: wrong}) for name, wrong in rows)


def replaced_by(wrong: Callable) -> Callable:
    """Return a wrong step `wrong(*arguments)` that makes no use of the right one."""
    return lambda right, *arguments: wrong(*arguments)


def unchanged(value, *others):
    """Return the value: a step that only a slip makes into something."""
    return value


def one_example_slips(*positions: int) -> tuple[Slip, ...]:
    """Return slips that answer for the first or last example alone, with its axis or without.

    The arguments at `positions` have a row for each example.
    """

    def only(rows, keep_axis):
        def step(right, *arguments, **steps):
            chosen = [a[rows] if i in positions else a for i, a in enumerate(arguments)]
            answer = right(*chosen, **steps)
            return answer if keep_axis else answer[0]

        return step

    return tuple(
        Slip("one-example-only", {"answer": only(rows, keep_axis)})
        for rows in (slice(0, 1), slice(-1, None))
        for keep_axis in (True, False)
    )
