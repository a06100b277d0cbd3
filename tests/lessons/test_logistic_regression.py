"""Lesson 1: cases as the contract wants them, right answers in many styles, wrong ones with their reasons."""

import math

import numpy as np
import pytest
import scipy.special

from grader import lessons
from grader.diagnosis.references import SHIPPED
from grader.judge import judge_function
from utils.network import sigmoid

EXERCISES = lessons.load("01_logistic_regression").exercises


def softplus(z):
    return np.logaddexp(0, z)


def masked_sigmoid(z):
    z = np.asarray(z, dtype=float)
    result = np.empty_like(z)
    right = z >= 0
    result[right] = 1 / (1 + np.exp(-z[right]))
    result[~right] = np.exp(z[~right]) / (1 + np.exp(z[~right]))
    return result


def looped_predict(X, w, b):
    scores = [sum(x * weight for x, weight in zip(row, w, strict=True)) + b for row in X]
    return np.array([1 / (1 + math.exp(-z)) for z in scores])


def looped_loss(f, y):
    return np.array([-t * math.log(p) - (1 - t) * math.log(1 - p) for p, t in zip(f, y, strict=True)])


def looped_cost(X, y, w, b):
    total = 0.0
    for row, label in zip(X, y, strict=True):
        z = float(row @ w + b)
        total += max(z, 0.0) + math.log1p(math.exp(-abs(z))) - label * z
    return total / len(y)


def looped_gradient(X, y, w, b):
    dw, db = np.zeros(len(w)), 0.0
    for row, label in zip(X, y, strict=True):
        error = sigmoid(row @ w + b) - label
        for j, x in enumerate(row):
            dw[j] += error * x
        db += error
    return dw / len(y), db / len(y)


def gradient_the_long_way(X, y, w, b):
    f = sigmoid(X @ w + b)
    dz = (-y / f + (1 - y) / (1 - f)) * f * (1 - f)
    return np.mean(X * dz[:, np.newaxis], axis=0), np.mean(dz)


def descent_in_place(X, y, w, b, learning_rate, iterations):
    w, history = np.array(w, dtype=float), []
    for _ in range(iterations):
        dw, db = looped_gradient(X, y, w, b)
        w -= learning_rate * dw
        b = b - learning_rate * db
        f = sigmoid(X @ w + b)
        history.append(np.mean(-y * np.log(f) - (1 - y) * np.log(1 - f)))
    return [w, np.array(b), history]


def recursive_descent(X, y, w, b, learning_rate, iterations):
    dw, db = looped_gradient(X, y, w, b)
    w, b = w - learning_rate * dw, b - learning_rate * db
    rest = recursive_descent(X, y, w, b, learning_rate, iterations - 1) if iterations > 1 else (w, b, [])
    return *rest[:2], [looped_cost(X, y, w, b), *rest[2]]


STYLES = {
    "sigmoid": [masked_sigmoid, scipy.special.expit, lambda z: 0.5 + 0.5 * np.tanh(np.asarray(z) / 2)],
    "predict": [looped_predict, lambda X, w, b: sigmoid(np.einsum("ij,j->i", X, w) + b)],
    "loss": [looped_loss, lambda f, y: -scipy.special.xlogy(y, f) - scipy.special.xlog1py(1 - y, -f)],
    "cost": [
        looped_cost,
        lambda X, y, w, b: np.mean(softplus(X @ w + b) - y * (X @ w + b)),
        lambda X, y, w, b: np.array(
            np.mean(y * softplus(-(X @ w + b)) + (1 - y) * softplus(X @ w + b)),
        ),
    ],
    "gradient": [looped_gradient, gradient_the_long_way],
    "gradient_descent": [descent_in_place, recursive_descent],
}


@pytest.mark.parametrize("name", STYLES)
def test_right_is_right_in_any_style(name):
    for function in STYLES[name]:
        for seed in range(20):
            verdict = judge_function(EXERCISES[name], function, seed)
            assert verdict.status == "correct", str(verdict)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=list(EXERCISES))
def test_cases_are_as_the_contract_wants_them(exercise):
    cases = exercise.cases(np.random.default_rng(0))
    tags = set().union(*(case.tags for case in cases))
    assert {"lesson", "saturated"} <= tags
    if exercise.name == "sigmoid":
        assert {"scalar", "integer", "square"} <= tags
        assert {type(case.arguments[0]) for case in cases} == {np.ndarray, float, int}
    elif exercise.name != "loss":
        assert {"square", "one example", "one feature", "integer"} <= tags
        assert {type(case.arguments[3 if "y" in exercise.arguments else 2]) for case in cases} == {float, int}
    if "y" in exercise.arguments:
        labels = [case.arguments[1] for case in cases]
        assert {y.dtype.kind for y in labels} == {"i", "f"}
        assert any(np.any((y > 0) & (y < 1)) for y in labels)


@pytest.mark.parametrize("name", ["predict", "gradient", "gradient_descent"])
def test_scores_stay_within_what_the_contract_judges(name):
    for seed in range(5):
        for case in EXERCISES[name].cases(np.random.default_rng(seed)):
            arguments = dict(zip(EXERCISES[name].arguments, case.arguments, strict=True))
            assert np.abs(arguments["X"] @ arguments["w"] + arguments["b"]).max() <= 30.0001


def test_scores_of_the_cost_reach_the_ends_of_the_contract():
    largest = []
    for case in EXERCISES["cost"].cases(np.random.default_rng(1)):
        X, _, w, b = case.arguments
        largest.append(np.abs(X @ w + b).max())
    assert max(largest) == pytest.approx(1e4)


def test_history_is_judged_over_one_iteration_and_over_several():
    lengths = {len(referenced.want["history"]) for referenced in SHIPPED.of(EXERCISES["gradient_descent"])}
    assert 1 in lengths and len(lengths) > 4


def test_a_cost_by_way_of_the_predictions_is_unstable_and_clipping_is_no_cure():
    def naive(X, y, w, b):
        f = sigmoid(X @ w + b)
        return np.mean(-y * np.log(f) - (1 - y) * np.log(1 - f))

    def clipped(epsilon):
        def cost(X, y, w, b):
            f = np.clip(sigmoid(X @ w + b), epsilon, 1 - epsilon)
            return np.mean(-y * np.log(f) - (1 - y) * np.log(1 - f))

        return cost

    assert judge_function(EXERCISES["cost"], naive).diagnosis == ("numerically-unstable",)
    for epsilon in (1e-7, 3e-10, 1e-12, 1e-15):
        assert judge_function(EXERCISES["cost"], clipped(epsilon)).diagnosis == ("clipped",)


def test_two_slips_in_one_cost_are_both_named():
    def cost(X, y, w, b):
        f = sigmoid(X @ w)
        return np.sum(-y * np.log(f) - (1 - y) * np.log(1 - f)) / len(y)

    assert set(judge_function(EXERCISES["cost"], cost).diagnosis) == {"bias-skipped", "numerically-unstable"}


def test_an_answer_without_its_history_lacks_an_entry():
    def descent(*arguments):
        return tuple(descent_in_place(*arguments)[:2])

    verdict = judge_function(EXERCISES["gradient_descent"], descent)
    assert verdict.diagnosis == ("wrong-keys",)
    assert verdict.score == 0


def test_labels_rounded_to_integers_are_named():
    verdict = judge_function(
        EXERCISES["loss"], lambda f, y: np.where(y == 1, -np.log(f), -np.log(1 - f)), seed=1
    )
    assert verdict.status == "incorrect"
    assert verdict.diagnosis == ("hard-labels",)
