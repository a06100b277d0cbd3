import functools
import importlib
import sys
import types

import numpy as np
import pytest
import scipy
from scipy.optimize import approx_fprime
from scipy.special import expit, softmax
from sklearn import tree

from grader.learner.forbidden_libraries import (
    ForbiddenLibrary,
    forbidden_library_of,
    forbidden_library_used_by,
    imports_refused,
    is_autodiff,
)
from utils import widgets
from utils.data import load_digits
from utils.network import forward
from utils.tensorflow import import_tensorflow

digits = {"data": load_digits()[0]}

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
    assert forbidden_library_used_by(function) == "tensorflow"


def test_an_import_inside_a_function_is_found():
    assert forbidden_library_used_by(imports) == "jax"


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
    assert forbidden_library_used_by(function) == ""


def test_modules_objects_and_names():
    assert is_autodiff(tensorflow)
    assert is_autodiff("keras.layers")
    assert not is_autodiff(np)
    assert not is_autodiff("tensorflowish")


# --- Libraries that do an exercise's work ---------------------------------------------------------------

TREE = tree.DecisionTreeClassifier()
fit = TREE.fit


def uses_a_class(x):
    return tree.DecisionTreeClassifier().fit(x)


def uses_a_global_object(x):
    return TREE.predict(x)


def uses_a_method(x):
    return fit(x)


def imports_a_class(x):
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier().fit(x)


def in_a_string(x):
    exec("from sklearn import tree")


@pytest.mark.parametrize(
    "function",
    [
        uses_a_class,
        uses_a_global_object,
        uses_a_method,
        imports_a_class,
        in_a_string,
        fit,
        functools.partial(fit, 1),
    ],
)
def test_scikit_learn_is_found(function):
    assert forbidden_library_used_by(function) == "scikit-learn"


def global_scipy(f, theta):
    return scipy.optimize.approx_fprime(theta, f)


def local_scipy(f, theta):
    import scipy

    return scipy.optimize.approx_fprime(theta, f)


def from_scipy(f, theta):
    from math import sqrt

    from scipy import optimize

    return optimize.approx_fprime(theta, f, sqrt(1e-16))


def enclosed_scipy(f, theta):
    import scipy

    return [(lambda: scipy.optimize.approx_fprime(t, f))() for t in theta]


def renamed_scipy(f, theta):
    import scipy.optimize as so

    return so.approx_fprime(theta, f)


def by_a_function(f, theta):
    return approx_fprime(theta, f)


@pytest.mark.parametrize(
    "function", [global_scipy, local_scipy, from_scipy, enclosed_scipy, renamed_scipy, by_a_function]
)
def test_scipy_is_found_but_for_special(function):
    assert forbidden_library_used_by(function) == "scipy.optimize"


def special(z):
    from scipy import special as functions
    from scipy.special import expit

    return (
        scipy.special.softmax(z) + expit(z) + functions.log_softmax(z) + softmax(z) + scipy.special.expit(z)
    )


def version(z):
    return z, scipy.__version__, np.__version__


def reads_data(z):
    return digits["data"] @ z


def shows_progress(z):
    import matplotlib.pyplot as plt
    from tqdm import tqdm

    plt.plot(z)
    return [forward(x, params={}) for x in tqdm(z)]


@pytest.mark.parametrize("function", [special, softmax, expit, version, reads_data, shows_progress, forward])
def test_what_an_exercise_allows_is_left_alone(function):
    assert forbidden_library_used_by(function) == ""


def test_the_courses_widgets_and_its_tensorflow_are_found():
    def stepper(params, cache, Y):
        return widgets.backprop_stepper(params, cache, Y)

    def passes(params, cache, Y):
        from utils.widgets.backprop_stepper_model import NetworkPasses

        return NetworkPasses(params, cache["A0"], Y).arrays

    def tensors(x):
        return import_tensorflow().constant(x)

    assert forbidden_library_used_by(stepper) == forbidden_library_used_by(passes) == "utils.widgets"
    assert forbidden_library_used_by(tensors) == "tensorflow"


@pytest.mark.parametrize(
    ("name", "library"),
    [
        ("sklearn", "scikit-learn"),
        ("sklearn.neural_network", "scikit-learn"),
        ("sklearn.datasets", ""),
        ("scipy", ""),
        ("scipy.special._logsumexp", ""),
        ("scipy.specialist", "scipy.specialist"),
        ("scipy.optimize._numdiff", "scipy.optimize"),
        ("jax.numpy", "jax"),
        ("utils.network", ""),
        ("utils.widgets_of_mine", ""),
        ("sklearning", ""),
    ],
)
def test_dotted_names(name, library):
    assert forbidden_library_of(name) == library


def test_a_first_import_is_refused_while_a_function_runs():
    finders, known = list(sys.meta_path), sys.modules.pop("sklearn.neural_network", None)
    try:
        with imports_refused(), pytest.raises(ForbiddenLibrary, match="scikit-learn"):
            importlib.import_module("sklearn.neural_network")
        with imports_refused():
            importlib.import_module("wave")
            sys.meta_path.pop(0)
        assert sys.meta_path == finders
    finally:
        if known:
            sys.modules["sklearn.neural_network"] = known


def test_two_operations_in_one_are_told_apart(monkeypatch):
    """As Python 3.13 has them: the module is stored, and loaded at once."""
    joined = [
        ("IMPORT_NAME", "scipy"),
        ("STORE_FAST_LOAD_FAST", ("scipy", "scipy")),
        ("LOAD_ATTR", "optimize"),
        ("LOAD_FAST_LOAD_FAST", ("theta", "f")),
    ]
    instructions = [types.SimpleNamespace(opname=name, argval=value) for name, value in joined]
    monkeypatch.setattr("dis.get_instructions", lambda code: instructions)
    assert forbidden_library_used_by(local_scipy) == "scipy.optimize"
