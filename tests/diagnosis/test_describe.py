"""The sentences in which a verdict says what a function did."""

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.describe import describe_failure, describe_missing
from grader.diagnosis.findings import Finding
from grader.learner.call import Outcome
from tests.diagnosis.helpers import results_of


@pytest.fixture
def exercise():
    return lessons.load("03_backpropagation").exercises["output_delta"]


def described(results, *findings):
    displayed = next((r for r in results if r.answered and not r.right), results[0])
    return describe_failure(displayed, {result: result.parts for result in results}, findings)


def test_a_function_that_is_not_defined():
    assert describe_missing("fit") == "There is no function called `fit`."


def test_a_stub_a_forgotten_return_and_a_forbidden_library(exercise):
    def stub(A, Y):
        raise NotImplementedError

    assert described(results_of(exercise, stub), Finding("not-implemented")) == "Not attempted yet."
    assert described(results_of(exercise, lambda *a: None), Finding("not-implemented")) == "It returns None."
    library = Finding("uses-autodiff", "jax")
    assert described(results_of(exercise, lambda *a: None), library) == "It uses jax."


def test_a_timeout(exercise):
    (first, *_) = results_of(exercise, lambda A, Y: A)
    slow = CaseResult(exercise, first.referenced, Outcome(timed_out=True))
    sentence = f"It was still running after 10 seconds on {first.case.label} and was stopped."
    assert described([slow]) == sentence


def test_an_exception(exercise):
    assert " it raises ZeroDivisionError: division by zero in line " in described(
        results_of(exercise, lambda A, Y: 1 / 0)
    )

    def raising_on_one_example(A, Y):
        if len(A) == 1:
            raise ValueError("one")
        return -exercise.answer((A, Y))

    sentence = described(results_of(exercise, raising_on_one_example))
    assert "`dZ` is -1 times the right value everywhere. On " in sentence
    assert "it raises ValueError: one in line " in sentence


DIFFERENCES = {
    "is zero everywhere": lambda dZ: 0 * dZ,
    "is 12 times the right value everywhere": lambda dZ: 12 * dZ,
    "is 1/12 of the right value everywhere": lambda dZ: dZ / 12,
    "is -1/12 of the right value everywhere": lambda dZ: dZ / -12,
    "is off by up to 40 times its largest entry, in 100% of its entries": lambda dZ: (
        dZ + 40 * np.abs(dZ).max()
    ),
    "is off by up to 12% of its largest entry, in 100% of its entries": lambda dZ: (
        dZ + 0.12 * np.abs(dZ).max()
    ),
    "has shape (12,), not (12, 1)": lambda dZ: dZ[:, 0],
}


@pytest.mark.parametrize("words", DIFFERENCES)
def test_the_first_wrong_part(exercise, words):
    results = results_of(exercise, lambda *a: DIFFERENCES[words](exercise.answer(a)))
    assert f"`dZ` {words}." in described(results)


def test_parts_that_are_right():
    exercise = lessons.load("03_backpropagation").exercises["parameter_gradients"]
    results = results_of(exercise, lambda *a: (exercise.answer(a)[0], 2 * exercise.answer(a)[1]))
    assert "`db` is 2 times the right value everywhere (`dW` is right there)." in described(results)
