"""Slips in the derivative of the sigmoid, wherever an answer multiplies by it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.lessons.exercise import Hint, Slip
from utils.network import sigmoid


def sigmoid_slope(z):
    """The derivative of the sigmoid at `z`, of its shape."""
    return sigmoid(z) * (1 - sigmoid(z))


def _tanh_slope(A):
    """The derivative of tanh at z, where `A` is the sigmoid of z; 0 far from 0."""
    with np.errstate(divide="ignore"):
        return 1 - np.tanh(np.log(A) - np.log1p(-A)) ** 2


# Rows of a name and the factor of the activations `A` that replaces A (1 - A).
WRONG_FACTORS = (
    ("missing-activation-derivative", np.ones_like),
    ("half-activation-derivative", lambda A: A),
    ("half-activation-derivative", lambda A: 1 - A),
    ("derivative-of-activation", sigmoid_slope),
    ("wrong-activation-derivative", lambda A: 1 - A**2),
)
OTHER_ACTIVATIONS = (
    ("wrong-activation-derivative", _tanh_slope),
    ("wrong-activation-derivative", lambda A: A > 0.5),  # of ReLU, where z > 0
)
SQUARED = ("extra-activation-derivative", lambda A: (A * (1 - A)) ** 2)


def derivative_slips(factors, *spoilt: Callable) -> tuple[Slip, ...]:
    """A slip for each row of `factors`.

    Each of `spoilt` maps a factor to the name of a step of the exercise and the wrong step with that factor.
    """
    return tuple(Slip(name, dict(step(factor) for step in spoilt)) for name, factor in factors)


SCALED_TWICE = Hint(
    experiment="Take an activation of one half, where the sigmoid is steepest, and follow the signal "
    "through your line: how often is it scaled?"
)
"""For `extra-activation-derivative`."""
