"""Slips of exercises that ask for one number per example."""

from __future__ import annotations

import numpy as np

from grader.lessons.exercise import Slip
from grader.lessons.slips import changed, slips_in


def _row(row):
    return changed(lambda numbers: numbers[row])


def _row_in_all_places(row):
    return changed(lambda numbers: np.full_like(numbers, numbers[row]))


def per_example_slips(step: str) -> tuple[Slip, ...]:
    """Slips in a step that returns one number per example `(m,)`."""
    rows = (0, -1, slice(0, 1), slice(-1, None))
    return slips_in(
        step,
        ("needless-mean", changed(np.mean)),
        ("wrong-axis", changed(np.sum)),
        *(("one-example-only", _row(row)) for row in rows),
        *(("one-example-only", _row_in_all_places(row)) for row in (0, -1)),
    )
