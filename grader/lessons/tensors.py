"""Parts of references: float64 tensors, and the networks and functions of cases in TensorFlow.

Every function takes the module `tensorflow` as `tf`: only what computes references imports it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import singledispatch

import numpy as np

from grader.learner.functions import Activation, Cubic, NetworkCost


def float64(tf, x):
    """A number, an array or a tensor as a float64 tensor of the same shape, without loss of digits.

    `tf.cast` alone would round a Python float to float32, a relative error of up to 6e-8.
    """
    return tf.cast(x, tf.float64) if tf.is_tensor(x) else tf.constant(np.asarray(x, np.float64))


def tensors(tf, entries: Mapping[str, np.ndarray]) -> dict:
    """The entries of a dict as float64 tensors, which a tape can watch."""
    return {name: float64(tf, value) for name, value in entries.items()}


def layer_tensors(tf, params, X) -> Iterator[tuple]:
    """The pairs `(Z, A)` `(m, n_out)` of the layers of a sigmoid network, in order, as float64 tensors.

    `params` has `W1` `(n_in, n_out)`, `b1` `(n_out,)` and so on, `X` is `(m, n)`.
    """
    A = float64(tf, X)
    for layer in range(1, len(params) // 2 + 1):
        W, b = (float64(tf, params[f"{kind}{layer}"]) for kind in "Wb")
        Z = A @ W + b
        A = tf.sigmoid(Z)
        yield Z, A


def cost_tensor(tf, params, X, Y):
    """The cost of a sigmoid network: the mean of `loss_tensor`, a scalar tensor.

    `params` has `W1` `(n_in, n_out)`, `b1` `(n_out,)` and so on, `X` is `(m, n)`, `Y` `(m, 1)`.
    """
    return tf.reduce_mean(loss_tensor(tf, params, X, Y))


def loss_tensor(tf, params, X, Y):
    """The loss of each example `(m, 1)` by `tf.nn.sigmoid_cross_entropy_with_logits`.

    The parameters may have a leading axis of m, a copy for each example: W `(m, n_in, n_out)`.
    """
    A = tf.expand_dims(float64(tf, X), -2)
    for layer in range(1, len(params) // 2 + 1):
        W, b = (float64(tf, params[f"{kind}{layer}"]) for kind in "Wb")
        Z = tf.matmul(A, W) + tf.expand_dims(b, -2)
        A = tf.sigmoid(Z)
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=float64(tf, Y), logits=tf.squeeze(Z, -2))


@singledispatch
def tensor_of(function, tf, x):
    """The value of `function` at the float64 tensor `x`, as a tensor that a tape can differentiate.

    Raises `TypeError` for a function that is not one of `grader.learner.functions`.
    """
    raise TypeError(f"{type(function).__name__} has no counterpart in TensorFlow")


@tensor_of.register
def _(function: Cubic, tf, x):
    terms = function.a * x + function.b * x**2 + function.c * x**3
    return tf.reduce_sum(terms) + tf.reduce_sum(function.w * x) ** 2


@tensor_of.register
def _(function: NetworkCost, tf, x):
    return cost_tensor(tf, {**function.params, function.name: x}, function.X, function.Y)


@tensor_of.register
def _(function: Activation, tf, x):
    activations = {
        "sigmoid": tf.sigmoid,
        "tanh": tf.tanh,
        "relu": tf.nn.relu,
        "identity": tf.identity,
        "softsign": tf.nn.softsign,
    }
    return activations[function.name](x)
