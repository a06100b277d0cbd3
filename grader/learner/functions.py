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


def _network_cost(X, minus_Y, Y_minus_1, ones, minus_ones, *params):
    """The binary cross-entropy of a sigmoid network; `params` are W1, b1, W2, b2 and so on."""
    A = X
    for W, b in zip(params[::2], params[1::2], strict=True):
        A = (A @ W + b).sigmoid()
    return (minus_Y * A.log() + Y_minus_1 * (ones + A * minus_ones).log()).mean()


def _squared_error(X, W, b, minus_T):
    error = X @ W + b + minus_T
    return (error * error).mean()


def _branch_and_join(a, b):
    left, right = a * b, a.sigmoid()
    return (left * right).mean()


def _made_and_not_used(a, b):
    a.sigmoid().log()
    kept = a + b
    (kept * b).mean()
    return kept.mean()


def _twice_in_a_step(a, c):
    squared = a @ a
    doubled = squared + squared
    return (doubled * doubled + c).mean()


def _powers(a):
    total = power = a
    for _ in range(6):
        power = power * a
        total = total + power
    return total.mean()


def _shared_layer(A, W, b):
    for _ in range(5):
        A = A + (A @ W + b).sigmoid()
    return A.mean()


def _sum_of_all(first, *others):
    for node in others:
        first = first * node + first
    return first.mean()


def _made_early_used_late(a, b, c):
    early, late = b.sigmoid(), a + c
    return (late @ early).mean()


PROGRAMS = {
    "network cost": _network_cost,
    "squared error": _squared_error,
    "branch and join": _branch_and_join,
    "made and not used": _made_and_not_used,
    "twice in a step": _twice_in_a_step,
    "powers": _powers,
    "shared layer": _shared_layer,
    "sum of all": _sum_of_all,
    "made early, used late": _made_early_used_late,
    "logarithms": lambda a, b: (a.log() + b.log() * a).mean(),
    "mean of an input": lambda a: a.mean(),
    "mean of one of two": lambda a, b: b.mean(),
}


@dataclass(frozen=True)
class Program:
    """A program of nodes, one of `PROGRAMS`, called with one node for each input.

    Nodes have `@`, `+` and `*` with each other and the methods `sigmoid`, `log` and `mean`.
    """

    name: str

    def __call__(self, *nodes):
        return PROGRAMS[self.name](*nodes)


FUNCTIONS = {kind.__name__: kind for kind in (Cubic, NetworkCost, Activation, Program)}
"""The functions that may enter a sandbox, by the names of their types."""
