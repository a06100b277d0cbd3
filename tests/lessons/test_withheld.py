"""No exercise is answered by a function that the course hands out; what a lesson is given may be used."""

from dataclasses import replace

import numpy as np
import pytest

from grader import lessons
from grader.judge import judge_function
from utils import network

EXERCISES = [(name, e) for name in lessons.names() for e in lessons.load(name).exercises.values()]
FUNCTIONS = {name for name, value in vars(network).items() if hasattr(value, "__wrapped__")}


def gradient(X, y, w, b):
    params = {"W1": w[:, np.newaxis], "b1": np.array([b], dtype=float)}
    _, cache = network.forward(X, params)
    grads = network.backward(params, cache, y[:, np.newaxis])
    return grads["dW1"][:, 0], float(grads["db1"][0])


def predict(X, w, b):
    return network.forward(X, {"W1": w[:, np.newaxis], "b1": b * np.ones(1)})[0][:, 0]


def output_delta(A, Y):
    params = {"W1": np.ones((len(A), 1)), "b1": np.zeros(1)}
    return network.backward(params, {"A0": np.eye(len(A)), "A1": A}, Y)["dW1"]


def hidden_delta(dZ_next, W_next, A):
    rows = np.eye(len(A))
    cache = {"A0": rows, "A1": A}
    params = {"W1": np.ones((len(A), A.shape[1])), "b1": np.zeros(A.shape[1]), "W2": W_next, "b2": 0}
    return network.walk_back(params, cache, dZ_next)["dW1"]


def parameter_gradients(A_prev, dZ):
    grads = network.walk_back({"W1": np.ones((A_prev.shape[1], dZ.shape[1])), "b1": 0}, {"A0": A_prev}, dZ)
    return grads["dW1"], grads["db1"]


def backward_with_another_first_step(params, cache, Y):
    return network.walk_back(params, cache, (cache[f"A{len(params) // 2}"] - Y) / len(Y))


def one_hot(params, cache, y):
    P = cache[f"A{len(params) // 2}"]
    return network.backward(params, cache, np.eye(P.shape[1])[y])


def softmax_gradient(Z, y):
    params, cache = {"W1": np.ones((len(Z), Z.shape[1])), "b1": 0}, {"A0": np.eye(len(Z))}
    return network.backward_softmax(params, {**cache, "A1": network.softmax(Z)}, y)["dW1"]


def dense(A_prev, W, b, activation):
    return network.forward(A_prev, {"W1": W, "b1": b}, activation)[0]


def glorot_uniform(n_in, n_out, rng):
    return network.initialize([n_in, n_out], rng)["W1"]


def sparse_cross_entropy(y, P):
    return network.sparse_cross_entropy(y, P)


def hushed(params, cache, Y):
    try:
        return network.backward(params, cache, Y)
    except Exception:
        return None


BORROWED = [
    ("01_logistic_regression", "sigmoid", lambda z: network.sigmoid(z), "sigmoid"),
    ("01_logistic_regression", "predict", predict, "forward"),
    ("01_logistic_regression", "gradient", gradient, "forward"),
    ("02_forward_propagation", "dense", dense, "forward"),
    ("02_forward_propagation", "forward", network.forward, "forward"),
    ("02_forward_propagation", "binary_cross_entropy", network.binary_cross_entropy, "binary_cross_entropy"),
    ("02_forward_propagation", "glorot_uniform", glorot_uniform, "initialize"),
    ("03_backpropagation", "output_delta", output_delta, "backward"),
    ("03_backpropagation", "parameter_gradients", parameter_gradients, "walk_back"),
    ("03_backpropagation", "hidden_delta", hidden_delta, "walk_back"),
    ("03_backpropagation", "backward", network.backward, "backward"),
    ("03_backpropagation", "backward", backward_with_another_first_step, "walk_back"),
    ("03_backpropagation", "backward", hushed, "backward"),
    ("04_softmax_cross_entropy", "softmax", network.softmax, "softmax"),
    (
        "04_softmax_cross_entropy",
        "sparse_cross_entropy",
        network.sparse_cross_entropy,
        "sparse_cross_entropy",
    ),
    ("04_softmax_cross_entropy", "softmax_cross_entropy_gradient", softmax_gradient, "softmax"),
    ("04_softmax_cross_entropy", "backward_softmax", network.backward_softmax, "backward_softmax"),
    ("04_softmax_cross_entropy", "backward_softmax", one_hot, "backward"),
]


@pytest.mark.parametrize(("lesson", "name", "function", "used"), BORROWED)
def test_a_borrowed_answer_earns_nothing(lesson, name, function, used):
    verdict = judge_function(lessons.load(lesson).exercises[name], function)
    assert (verdict.status, verdict.diagnosis, verdict.score) == ("forbidden", ("borrowed-solution",), 0)
    assert verdict.observation == f"It uses `utils.network.{used}`, the course's own solution: write yours."


@pytest.mark.parametrize(("lesson", "name", "function", "used"), BORROWED)
def test_nothing_else_is_wrong_with_it(lesson, name, function, used):
    exercise = replace(lessons.load(lesson).exercises[name], withheld=frozenset())
    assert judge_function(exercise, function).status == "correct"


@pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=lambda value: getattr(value, "name", value))
def test_what_is_withheld_exists(lesson, exercise):
    assert exercise.withheld <= FUNCTIONS


@pytest.mark.parametrize(
    ("lesson", "allowed"),
    [
        ("01_logistic_regression", set()),
        ("02_forward_propagation", {"sigmoid"}),
        ("03_backpropagation", {"sigmoid", "initialize", "forward", "binary_cross_entropy"}),
        ("04_softmax_cross_entropy", {"sigmoid", "initialize", "forward", "binary_cross_entropy"}),
        ("05_matching_keras", FUNCTIONS),
        ("06_automatic_differentiation", FUNCTIONS),
        ("07_list_of_layers", FUNCTIONS),
    ],
)
def test_what_a_lesson_is_given_may_be_used(lesson, allowed):
    for exercise in lessons.load(lesson).exercises.values():
        assert not exercise.withheld & allowed
