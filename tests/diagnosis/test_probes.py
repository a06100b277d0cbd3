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
