"""Predictions of pairs are made once, and found again from an answer."""

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.case_results import CaseResult, referenced_cases
from grader.diagnosis.predictions import accounts_for, pairs, pairs_like, predicted, predictor, warns
from grader.learner.call import make_caller
from grader.lessons import Slip


@pytest.fixture
def exercise():
    return lessons.load("03_backpropagation").exercises["parameter_gradients"]


def result_of(exercise, function, referenced):
    return CaseResult(exercise, referenced, make_caller(function)(referenced.case.arguments, 10))


def test_pairs_have_two_names_and_both_orders_where_the_order_matters(exercise):
    made = list(pairs(exercise))
    assert all(first.name != second.name for first, second in made)
    assert all((second, first) in made for first, second in made)  # all of them spoil one step
    apart = Slip("a", {"one": min}), Slip("b", {"another": max})
    assert list(pairs(type("E", (), {"slips": apart}))) == [apart]


def test_what_denies_each_other_makes_no_pair():
    left_out, swapped = Slip("missing-one-hot", {"one": min}), Slip("labels-swapped", {"one": max})
    elsewhere = Slip("labels-swapped", {"another": max})
    assert list(pairs(type("E", (), {"slips": (left_out, swapped)}))) == []
    assert list(pairs(type("E", (), {"slips": (left_out, elsewhere)}))) == [(left_out, elsewhere)]


def test_the_pair_that_was_made_is_among_those_that_are_like_it(exercise):
    questions_wrong = [q for q in referenced_cases(exercise) if "one example" not in q.case.tags]
    for pair in list(pairs(exercise))[::7]:
        for referenced in questions_wrong[:3]:
            result = result_of(exercise, lambda *a, pair=pair: exercise.answer(a, pair), referenced)
            if not result.values_right:
                assert pair in pairs_like(result)


def test_what_is_like_nothing_has_no_candidates(exercise):
    referenced = referenced_cases(exercise)[1]
    noisy = result_of(exercise, lambda A, dZ: (A.T @ dZ + 0.1, dZ.sum(axis=0) + 0.3), referenced)
    other_shapes = result_of(exercise, lambda A, dZ: (np.ones((2, 2, 2)), np.ones(1)), referenced)
    no_arrays = result_of(exercise, lambda A, dZ: ("dW", "db"), referenced)
    assert pairs_like(noisy) == pairs_like(other_shapes) == pairs_like(no_arrays) == []


def test_a_prediction_is_made_once_for_each_question(exercise):
    calls = []
    slip = Slip("counted", {"answer": lambda right, *a, **steps: calls.append(1) or right(*a, **steps)})
    referenced = referenced_cases(exercise)[0]
    assert predicted(exercise, referenced, (slip,)) is predicted(exercise, referenced, (slip,))
    assert len(calls) == 1


def test_a_slip_that_is_harmless_everywhere_explains_nothing(exercise):
    slip = Slip("harmless", {"answer": lambda right, *a, **steps: right(*a, **steps)})
    results = [result_of(exercise, lambda *a: exercise.answer(a), q) for q in referenced_cases(exercise)]
    assert not accounts_for(results, predictor(exercise, (slip,)))


def test_slips_that_warn_by_themselves():
    exercise = lessons.load("04_softmax_cross_entropy").exercises["softmax"]
    saturated = next(
        q for q in referenced_cases(exercise) if "saturated" in q.case.tags and q.want["P"].shape[1] > 1
    )
    unstable = next(slip for slip in exercise.slips if slip.name == "numerically-unstable")
    assert warns(exercise, saturated, (unstable,))
    assert not warns(exercise, saturated, ())
