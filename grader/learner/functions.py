"""Functions that an exercise passes to a learner's code: a name and plain data, so they can enter a sandbox.

`grader.lessons.tensors` has the same functions in TensorFlow.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from utils.network import binary_cross_entropy, forward, sigmoid


def _as_float64(theta, shape: tuple[int, ...]) -> np.ndarray:
    """`theta` as float64. Raises `ValueError`, with the expected shape, if it has another one."""
    theta = np.asarray(theta, dtype=np.float64)
    if theta.shape != shape:
        raise ValueError(f"f takes an array of shape {shape}, but was called with shape {theta.shape}")
    return theta


@dataclass(frozen=True, eq=False)
class Cubic:
    """`f(t) = sum(a t + b t**2 + c t**3) + sum(w t)**2`; `t` and the coefficients have the same shape."""

    a: np.ndarray
    b: np.ndarray
    c: np.ndarray
    w: np.ndarray

    def __call__(self, theta) -> float:
        t = _as_float64(theta, self.a.shape)
        return float((self.a * t + self.b * t**2 + self.c * t**3).sum() + (self.w * t).sum() ** 2)


@dataclass(frozen=True, eq=False)
class NetworkCost:
    """The binary cross-entropy cost of a sigmoid network as a function of its parameter `name`.

    `X` has shape `(m, n_0)` and `Y` shape `(m, n_L)`; `params` is that of `utils.network.forward`.
    """

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
    """An elementwise activation, one of `ACTIVATIONS`, for a number or an array of any shape."""

    name: str

    def __call__(self, z):
        return ACTIVATIONS[self.name](z)


FUNCTIONS = {kind.__name__: kind for kind in (Cubic, NetworkCost, Activation)}
"""The functions that may enter a sandbox, by the names of their types."""
