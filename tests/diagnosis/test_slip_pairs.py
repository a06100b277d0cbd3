"""Answers of pairs are computed once, and the pairs are found again from an answer."""

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.references import SHIPPED
from grader.diagnosis.slip_pairs import likely_pairs, slip_pairs, specific_first
from grader.lessons import Slip
from tests.diagnosis.helpers import result_of


@pytest.fixture
def exercise():
    return lessons.load("03_backpropagation").exercises["parameter_gradients"]


def test_general_names_come_last():
    general, specific = Slip("wrong-sign", {}), Slip("chain-cut", {})
    assert specific_first((general, specific)) == [specific, general]


def test_pairs_have_two_names_and_both_orders_where_the_order_matters(exercise):
    made = list(slip_pairs(exercise))
    assert all(first.name != second.name for first, second in made)
    assert all((second, first) in made for first, second in made)  # all of them change one step
    apart = Slip("a", {"one": min}), Slip("b", {"another": max})
    assert list(slip_pairs(type("E", (), {"slips": apart}))) == [apart]


def test_contradictions_make_no_pair():
    left_out, swapped = Slip("missing-one-hot", {"one": min}), Slip("labels-swapped", {"one": max})
    elsewhere = Slip("labels-swapped", {"another": max})
    assert list(slip_pairs(type("E", (), {"slips": (left_out, swapped)}))) == []
    assert list(slip_pairs(type("E", (), {"slips": (left_out, elsewhere)}))) == [(left_out, elsewhere)]


def test_the_pair_that_was_made_is_among_the_likely_ones(exercise):
    several_examples = [q for q in SHIPPED.of(exercise) if "one example" not in q.case.tags]
    for pair in list(slip_pairs(exercise))[::7]:
        for referenced in several_examples[:3]:
            result = result_of(exercise, lambda *a, pair=pair: exercise.answer(a, pair), referenced)
            if not result.values_right:
                assert pair in likely_pairs(result)


def test_an_answer_like_none_of_the_pairs_has_no_candidates(exercise):
    referenced = SHIPPED.of(exercise)[1]
    noisy = result_of(exercise, lambda A, dZ: (A.T @ dZ + 0.1, dZ.sum(axis=0) + 0.3), referenced)
    other_shapes = result_of(exercise, lambda A, dZ: (np.ones((2, 2, 2)), np.ones(1)), referenced)
    no_arrays = result_of(exercise, lambda A, dZ: ("dW", "db"), referenced)
    assert likely_pairs(noisy) == likely_pairs(other_shapes) == likely_pairs(no_arrays) == []


def test_no_pair_is_computed_for_a_history_of_another_length(monkeypatch):
    descent = lessons.load("01_logistic_regression").exercises["gradient_descent"]
    referenced = next(r for r in SHIPPED.of(descent) if r.case.label.startswith("one example with one"))
    right = descent.answer(referenced.case.arguments)
    monkeypatch.setattr("grader.diagnosis.slip_pairs.find_tables", pytest.fail)
    longer = result_of(descent, lambda *arguments: (right[0] + 0.5, right[1], [0.1] * 100), referenced)
    assert likely_pairs(longer) == []
