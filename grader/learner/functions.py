"""Functions that an exercise hands to the learner's code: plain data plus a name, so that they can cross
into a sandbox. `grader.lessons.function_tensors` has the same functions in TensorFlow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from utils.network import binary_cross_entropy, forward, sigmoid


def _as_float64(theta, shape: tuple[int, ...]) -> np.ndarray:
    """`theta` as float64, or a `ValueError` that says which shape the function wants."""
    theta = np.asarray(theta, dtype=np.float64)
    if theta.shape != shape:
        raise ValueError(f"f takes an array of shape {shape}, but was called with shape {theta.shape}")
    return theta


@dataclass(frozen=True, eq=False)
class Cubic:
    """`sum(a t + b t**2 + c t**3) + sum(w t)**2` for an array `t` of the shape of the coefficients."""

    a: np.ndarray
    b: np.ndarray
    c: np.ndarray
    w: np.ndarray

    def __call__(self, theta) -> float:
        t = _as_float64(theta, self.a.shape)
        return float((self.a * t + self.b * t**2 + self.c * t**3).sum() + (self.w * t).sum() ** 2)


@dataclass(frozen=True, eq=False)
class NetworkCost:
    """The binary cross-entropy cost of a sigmoid network as a function of one of its parameters."""

    params: Mapping[str, np.ndarray]
    X: np.ndarray
    Y: np.ndarray
    name: str

    def __call__(self, theta) -> float:
        theta = _as_float64(theta, self.params[self.name].shape)
        A, _ = forward(self.X, {**self.params, self.name: theta})
        return float(binary_cross_entropy(self.Y, A))


ACTIVATIONS = {
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0.0),
    "identity": lambda z: np.asarray(z, np.float64) + 0.0,
    "softsign": lambda z: z / (1 + np.abs(z)),
}


@dataclass(frozen=True)
class Activation:
    """An elementwise activation, one of `ACTIVATIONS`: takes a number or an array of any shape."""

    name: str

    def __call__(self, z):
        return ACTIVATIONS[self.name](z)


FUNCTIONS = {kind.__name__: kind for kind in (Cubic, NetworkCost, Activation)}
