"""Slips in the derivative of the sigmoid, wherever an exercise multiplies by it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.lessons.exercise import Slip
from utils.network import sigmoid

# name, the factor of the activations `A` that replaces A (1 - A)
WRONG_FACTORS = (
    ("missing-activation-derivative", np.ones_like),
    ("half-activation-derivative", lambda A: A),
    ("half-activation-derivative", lambda A: 1 - A),
    ("derivative-of-activation", lambda A: sigmoid(A) * (1 - sigmoid(A))),
    ("wrong-activation-derivative", lambda A: 1 - A**2),
    ("extra-activation-derivative", lambda A: (A * (1 - A)) ** 2),
)


def derivative_slips(*spoilt: Callable) -> tuple[Slip, ...]:
    """A slip for each of `WRONG_FACTORS`.

    Each of `spoilt` maps a factor to the name of a step of the exercise and the wrong step with that factor.
    """
    return tuple(Slip(name, dict(step(factor) for step in spoilt)) for name, factor in WRONG_FACTORS)
