"""What a function does with its arguments shows when it is called again."""

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.probes import ignored_arguments, imprecise_arguments, replace_argument
from grader.judge import judge_function
from grader.learner.call import answers_of
from tests.diagnosis.helpers import results_of


@pytest.fixture
def exercise():
    return lessons.load("06_automatic_differentiation").exercises["vjp_sigmoid"]


def probed(find, exercise, function):
    answers = answers_of(function)
    return find(exercise, results_of(exercise, function), lambda arguments: next(answers([arguments], 10)))


def test_replace_argument():
    assert replace_argument((1, 2, 3), 1, "x") == (1, "x", 3)


def test_ignored_arguments(exercise):
    assert probed(ignored_arguments, exercise, lambda S, G: S**2) == ["G"]
    assert probed(ignored_arguments, exercise, lambda S, G: np.zeros(S.shape)) == ["S", "G"]
    assert probed(ignored_arguments, exercise, lambda S, G: S + G) == []


def test_an_argument_that_cancels_or_is_only_compared_is_used(exercise):
    assert probed(ignored_arguments, exercise, lambda S, G: S + (G - G)) == []
    assert probed(ignored_arguments, exercise, lambda S, G: S + np.sign(G)) == []


def test_an_ignored_activation():
    dense = lessons.load("02_forward_propagation").exercises["dense"]
    function = lambda A_prev, W, b, activation: np.logaddexp(0, A_prev @ W + b)  # noqa: E731
    assert probed(ignored_arguments, dense, function) == ["activation"]


def test_imprecise_arguments(exercise):
    def rounded(S, G):
        S = S.astype(np.float32)
        return G * S - G * S * S

    assert probed(imprecise_arguments, exercise, rounded) == ["S"]
    assert probed(imprecise_arguments, exercise, lambda S, G: np.round(G * S * (1 - S), 7)) == []
    assert probed(imprecise_arguments, exercise, lambda S, G: S**2) == []


@pytest.mark.parametrize("earlier", [0, 1], ids=["first check", "second check"])
def test_a_history_that_calls_share_is_no_fixed_size(earlier):
    def descend(X, y, w, b, learning_rate, iterations, history=[]):  # noqa: B006
        w, b, entries = exercise.answer((X, y, w, b, learning_rate, iterations))
        history.extend(entries)
        return w, b, list(history)

    exercise = lessons.load("01_logistic_regression").exercises["gradient_descent"]
    verdicts = [judge_function(exercise, descend) for _ in range(earlier + 1)]
    assert verdicts[-1].diagnosis == ("shared-state",)


def test_a_fixed_size_is_told_from_numbers_that_show_no_error():
    exercise = lessons.load("03_backpropagation").exercises["numerical_gradient"]
    assert judge_function(exercise, lambda *a: np.abs(exercise.answer(a))).diagnosis == ()
    shape = exercise.cases(np.random.default_rng(0))[0].arguments[1].shape
    fixed = judge_function(exercise, lambda *a: exercise.answer(a) * (1 if a[1].shape == shape else 3))
    assert fixed.diagnosis == ("hard-coded-size",)
