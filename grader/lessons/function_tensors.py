"""The functions of `grader.learner.functions` in TensorFlow, for the references."""

from __future__ import annotations

from functools import singledispatch

from grader.learner.functions import Activation, Cubic, NetworkCost
from grader.lessons.networks import cost_tensor


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
