"""What references are made of: float64 tensors, and the functions and networks of cases in TensorFlow.

Everything here takes the module `tensorflow` as `tf`, so that only what computes references imports it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import singledispatch

import numpy as np

from grader.learner.functions import Activation, Cubic, NetworkCost


def float64(tf, x):
    """A number, an array or a tensor as a float64 tensor of the same shape, to the last digit.

    `tf.cast` alone would take a Python float through float32, which changes it by up to 3e-8 of its size.
    """
    return tf.cast(x, tf.float64) if tf.is_tensor(x) else tf.constant(np.asarray(x, np.float64))


def tensors(tf, entries: Mapping[str, np.ndarray]) -> dict:
    """The entries as float64 tensors that a tape can watch."""
    return {name: float64(tf, value) for name, value in entries.items()}


def cost_tensor(tf, params, X, Y):
    """The cost of a sigmoid network as a TensorFlow scalar, by TensorFlow's own cross-entropy on logits.

    `params` has `W` `(n_in, n_out)` and `b` `(n_out,)` of each layer, `X` is `(m, n)`, `Y` `(m, 1)`.
    """
    return tf.reduce_mean(loss_tensor(tf, params, X, Y))


def loss_tensor(tf, params, X, Y):
    """The loss of each example `(m, 1)`. Weights may carry a leading axis of m: one copy an example."""
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
