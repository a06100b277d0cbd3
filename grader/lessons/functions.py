"""Functions that an exercise hands to the learner's code, as plain data plus a name.

The NumPy side is what the learner calls; `tensor` is the same function for the reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from utils.network import binary_cross_entropy, forward, sigmoid


def _entries_like(theta, shape: tuple[int, ...]) -> np.ndarray:
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
        t = _entries_like(theta, self.a.shape)
        return float((self.a * t + self.b * t**2 + self.c * t**3).sum() + (self.w * t).sum() ** 2)

    def tensor(self, tf, theta):
        """The same function of a TensorFlow tensor."""
        terms = self.a * theta + self.b * theta**2 + self.c * theta**3
        return tf.reduce_sum(terms) + tf.reduce_sum(self.w * theta) ** 2

    def bend(self) -> np.ndarray:
        """A sixth of the third derivative: a central difference of step h is off by `h**2` times this."""
        return self.c


@dataclass(frozen=True, eq=False)
class NetworkCost:
    """The binary cross-entropy cost of a sigmoid network as a function of one of its parameters."""

    params: Mapping[str, np.ndarray]
    X: np.ndarray
    Y: np.ndarray
    name: str

    def __call__(self, theta) -> float:
        theta = _entries_like(theta, self.params[self.name].shape)
        A, _ = forward(self.X, {**self.params, self.name: theta})
        return float(binary_cross_entropy(self.Y, A))

    def tensor(self, tf, theta):
        """The same function of a TensorFlow tensor."""
        from grader.lessons.networks import cost_tensor

        return cost_tensor(tf, {**self.params, self.name: theta}, self.X, self.Y)

    def bend(self) -> float:
        """Unknown, and far below the tolerance at the steps used with this function."""
        return 0.0


ACTIVATIONS = {
    # name: in NumPy, in TensorFlow
    "sigmoid": (sigmoid, lambda tf, z: tf.sigmoid(z)),
    "tanh": (np.tanh, lambda tf, z: tf.tanh(z)),
    "relu": (lambda z: np.maximum(z, 0.0), lambda tf, z: tf.nn.relu(z)),
    "identity": (lambda z: np.asarray(z, np.float64) + 0.0, lambda tf, z: z),
    "softsign": (lambda z: z / (1 + np.abs(z)), lambda tf, z: tf.nn.softsign(z)),
}


@dataclass(frozen=True)
class Activation:
    """An elementwise activation, one of `ACTIVATIONS`: takes a number or an array of any shape."""

    name: str

    def __call__(self, z):
        return ACTIVATIONS[self.name][0](z)

    def tensor(self, tf, z):
        """The same function of a TensorFlow tensor."""
        return ACTIVATIONS[self.name][1](tf, z)


FUNCTIONS = {kind.__name__: kind for kind in (Cubic, NetworkCost, Activation)}
