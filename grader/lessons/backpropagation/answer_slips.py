"""Slips that change the right answer as a whole, such as keeping one row of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.lessons.exercise import Slip


def answer_slip(name: str, change: Callable) -> Slip:
    """Return a slip that applies `change` to the right answer."""
    return Slip(name, {"answer": lambda right, *arguments, **steps: change(right(*arguments, **steps))})


def _first_row_and_zeros(rows):
    kept = np.zeros_like(rows)
    kept[0] = rows[0]
    return kept


def _repeat(row):
    return lambda rows: np.broadcast_to(rows[row], rows.shape)


ONE_ROW_SLIPS = tuple(
    answer_slip("one-example-only", change)
    for change in (
        lambda rows: rows[:1],
        lambda rows: rows[-1:],
        _first_row_and_zeros,
        _repeat(0),
        _repeat(-1),
    )
)
"""For answers that have a row for each example."""
