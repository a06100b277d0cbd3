"""Slips of exercises that ask for one number per example."""

from __future__ import annotations

import numpy as np

from grader.lessons.exercise import Slip
from grader.lessons.slips import FIRST_ROW, LAST_ROW, changed, one_row, repeated_row, slips_in


def per_example_slips(step: str) -> tuple[Slip, ...]:
    """Slips in a step that returns one number per example `(m,)`."""
    return slips_in(
        step,
        ("needless-mean", changed(np.mean)),
        ("wrong-axis", changed(np.sum)),
        *(("one-example-only", one_row(rows)) for rows in (0, -1, FIRST_ROW, LAST_ROW)),
        *(("one-example-only", repeated_row(row)) for row in (0, -1)),
    )
