"""Predictions are computed once, and hold only where an answer is wrong in the same way."""

import pytest

from grader import lessons
from grader.diagnosis.predictions import predicted_answer, prediction_holds, predictor, slips_warn
from grader.diagnosis.references import SHIPPED
from grader.lessons import Slip
from tests.diagnosis.helpers import results_of


@pytest.fixture
def exercise():
    return lessons.load("03_backpropagation").exercises["parameter_gradients"]


def test_a_prediction_is_made_once_for_each_case(exercise):
    calls = []
    slip = Slip("counted", {"answer": lambda right, *a, **steps: calls.append(1) or right(*a, **steps)})
    referenced = SHIPPED.of(exercise)[0]
    first = predicted_answer(exercise, referenced, (slip,))
    assert predicted_answer(exercise, referenced, (slip,)) is first
    assert len(calls) == 1


def test_a_slip_that_is_harmless_everywhere_explains_nothing(exercise):
    slip = Slip("harmless", {"answer": lambda right, *a, **steps: right(*a, **steps)})
    results = results_of(exercise, lambda *a: exercise.answer(a))
    assert not prediction_holds(results, predictor(exercise, (slip,)))


def raises(right, *arguments, **steps):
    raise IndexError


def test_an_exception_confirms_a_prediction_only_if_it_counts(exercise):
    always = predictor(exercise, (Slip("raises", {"answer": raises}),))
    results = results_of(exercise, raises)
    assert not prediction_holds(results, always)
    assert prediction_holds(results, always, raising_counts=True)


def test_a_prediction_may_have_to_hold_for_right_parts_too(exercise):
    def negative(result):
        return {name: -value for name, value in result.want.items()}

    def only_dW_negative(A_prev, dZ):
        dW, db = exercise.answer((A_prev, dZ))
        return -dW, db

    results = results_of(exercise, only_dW_negative)
    assert prediction_holds(results, negative)
    assert not prediction_holds(results, negative, needs_all_parts=True)


def test_a_slip_may_be_confined_to_some_layers(exercises):
    """The first layer is right beside wrong ones, so it may also be right where there is no other."""
    backward = exercises["backward"]

    def negative(result):
        return {name: -value for name, value in result.want.items()}

    def without_first_layer(params, cache, Y):
        grads = backward.answer((params, cache, Y))
        return {name: value if name.endswith("1") else -value for name, value in grads.items()}

    def right_in_shallow_networks(params, cache, Y):
        grads = backward.answer((params, cache, Y))
        return grads if len(params) == 2 else {name: -value for name, value in grads.items()}

    assert any(result.right for result in results_of(backward, without_first_layer))
    assert prediction_holds(results_of(backward, without_first_layer), negative)
    assert not prediction_holds(results_of(backward, right_in_shallow_networks), negative)


def test_slips_that_warn_by_themselves():
    exercise = lessons.load("04_softmax_cross_entropy").exercises["softmax"]
    saturated = next(
        q for q in SHIPPED.of(exercise) if "saturated" in q.case.tags and q.want["P"].shape[1] > 1
    )
    unstable = next(slip for slip in exercise.slips if slip.name == "numerically-unstable")
    assert slips_warn(exercise, saturated, (unstable,))
    assert not slips_warn(exercise, saturated, ())
