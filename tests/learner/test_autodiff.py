import functools
import types

import numpy as np
import pytest

from grader.learner.autodiff import autodiff_used_by, is_autodiff

tensorflow = types.ModuleType("tensorflow.python.some.place")


def mentions(x):
    return tensorflow.constant(x)


def calls_a_helper(x):
    return [mentions(value) for value in x]


def imports(x):
    from jax import numpy

    return numpy.sum(x)


def closure():
    module = tensorflow
    return lambda x: module.constant(x)


@functools.wraps(len)
def wrapped(x):
    return x


def default(x, tf=tensorflow):
    return tf.constant(x)


def by_name(x):
    import importlib

    return importlib.import_module("tensorflow").constant(x)


class Network:
    def gradient(self, x):
        import tensorflow

        return tensorflow.constant(x)


network = Network()


def uses_an_object(x):
    return network.gradient(x)


class Caller:
    def __call__(self, x):
        return mentions(x)

    def method(self, x):
        return mentions(x)


@pytest.mark.parametrize(
    "function",
    [
        mentions,
        calls_a_helper,
        default,
        by_name,
        uses_an_object,
        closure(),
        functools.partial(mentions, 1),
        Caller(),
        Caller().method,
    ],
)
def test_tensorflow_is_found_however_it_is_reached(function):
    assert autodiff_used_by(function) == "tensorflow"


def test_an_import_inside_a_function_is_found():
    assert autodiff_used_by(imports) == "jax"


def pure(x):
    return np.sum(x) + recursive(3)


def recursive(n):
    return recursive(n - 1) if n else tensorless.attribute


def named_torch(library="torch"):
    return lambda x: (library, x)


class tensorless:
    attribute = 1
    torch = 2


@pytest.mark.parametrize(
    "function", [pure, recursive, named_torch, named_torch(), len, np.sum, wrapped, tensorless, 3, None]
)
def test_what_uses_none_is_left_alone(function):
    assert autodiff_used_by(function) == ""


def test_modules_objects_and_names():
    assert is_autodiff(tensorflow)
    assert is_autodiff("keras.layers")
    assert not is_autodiff(np)
    assert not is_autodiff("tensorflowish")
