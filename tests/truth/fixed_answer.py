"""Tests as well-known courses and tools have them, to measure ours by: stored cases and `np.allclose`.

Each takes the first cases of an exercise of seed 0 and the answers that are right there. Integers for floats,
needless entries and changed arguments pass, and so does whatever is wrong only for other sizes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.learner.call import call
from grader.lessons import Exercise

SEED = 0
SECONDS = 1.0


class FixedAnswer:
    """A test of the first `count` cases of an exercise, which may look at shapes too."""

    def __init__(self, exercise: Exercise, count: int = 1, shapes: bool = False):
        cases = exercise.cases(np.random.default_rng(SEED))[:count]
        self.asked = [(case.arguments, exercise.reference(case)) for case in cases]
        self.shapes = shapes

    def accepts(self, function: Callable) -> bool:
        """Whether the test lets a function through."""
        return all(self._accepts(call(function, asked, SECONDS).value, want) for asked, want in self.asked)

    def _accepts(self, got: Any, want: Any) -> bool:
        try:
            return self._close(got, want)
        except Exception:  # noqa: BLE001 - in a notebook, the test cell would show it in red
            return False

    def _close(self, got: Any, want: Any) -> bool:
        if isinstance(want, dict):
            return all(self._close(got[name], value) for name, value in want.items())
        if isinstance(want, tuple):
            return all(self._close(*pair) for pair in zip(got, want, strict=True))
        same_shape = not self.shapes or np.shape(got) == np.shape(want)
        return same_shape and bool(np.allclose(got, want))


STYLES = {
    "one stored answer": {"count": 1},
    "learntools": {"count": 3},
    "Otter": {"count": 4, "shapes": True},
}
"""What tests are like by whose documentation we wrote them.

A `FunctionProblem` of learntools has a list of arguments and answers; its `==` is no comparison of arrays, so
`np.allclose` stands for it. A question of Otter has public tests, here one of the shape and one of the first
case, and hidden tests, here three cases more.
"""


def in_styles(exercise: Exercise) -> dict[str, FixedAnswer]:
    """A test of an exercise in each of the `STYLES`."""
    return {style: FixedAnswer(exercise, **how) for style, how in STYLES.items()}
