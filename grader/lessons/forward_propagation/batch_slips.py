"""Slips that answer for one example, or for the mean of the examples, where a batch `(m, n)` comes first."""

from __future__ import annotations

import numpy as np

from grader.lessons.exercise import Slip
from grader.lessons.slips import FIRST_ROW, LAST_ROW, of_rows, slips_in


def _with_other_batch(name, change) -> Slip:
    """The right answer to the batch `change(X)` instead of `X`."""

    def answer(right, X, *others, **steps):
        return right(change(X), *others, **steps)

    return Slip(name, {"answer": answer})


ONE_EXAMPLE_SLIPS = (
    *slips_in("answer", *(("one-example-only", of_rows(rows, 0)) for rows in (FIRST_ROW, LAST_ROW, 0, -1))),
    *(
        _with_other_batch("one-example-only", lambda X, row=row: np.broadcast_to(X[row], X.shape))
        for row in (0, -1)
    ),
)

AVERAGED_EXAMPLE_SLIPS = tuple(
    _with_other_batch("needless-mean", lambda X, keep=keep: X.mean(axis=0, keepdims=keep))
    for keep in (True, False)
)
