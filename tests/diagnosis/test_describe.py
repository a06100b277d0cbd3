"""The sentences in which a verdict says what a function did."""

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.describe import describe_example, describe_failure, describe_missing
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

    assert described(results_of(exercise, stub), Finding("not-implemented")) == ""  # the headline says it
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
    assert "`dZ` has the opposite sign everywhere. On " in sentence
    assert "it raises ValueError: one in line " in sentence and 'raise ValueError("one")`.' in sentence
    of_size = described(results_of(exercise, raising_on_one_example), Finding("hard-coded-size"))
    first, second = of_size.split(". ")
    assert "it raises ValueError: one in line " in first and "has the opposite sign everywhere" in second


def test_an_exception_in_a_function_that_the_answer_calls(exercise):
    def helper(values):
        return sum(value / 0 for value in values)

    def output_delta(A, Y):
        return helper([1, 2])

    assert " of `helper`, `return sum(value / 0 for value in values)`" in described(
        results_of(exercise, output_delta)
    )


DIFFERENCES = {
    "is zero everywhere": lambda dZ: 0 * dZ,
    "is 12 times the right value everywhere": lambda dZ: 12 * dZ,
    "is 1/12 of the right value everywhere": lambda dZ: dZ / 12,
    "is -1/12 of the right value everywhere": lambda dZ: dZ / -12,
    "is 1e-10 times the right value everywhere": lambda dZ: 1e-10 * dZ,
    "is off everywhere, by up to 40 times the largest right value": lambda dZ: dZ + 40 * np.abs(dZ).max(),
    "is off everywhere, by up to 12% of the largest right value": lambda dZ: dZ + 0.12 * np.abs(dZ).max(),
    "is off in 1 of its 12 entries, by up to 0.20% of the largest right value": lambda dZ: (
        dZ + 0.002 * np.abs(dZ).max() * np.eye(12, 1)
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
    assert "`db` is twice the right value everywhere (`dW` is right there)." in described(results)


MISSING = {
    "an array of shape (12, 1) came back in the place of `A` and `cache`": lambda A, cache: A,
    "`A` is a dict, not an array": lambda A, cache: (cache, A),
    "`cache` is an array of shape (12, 1), not a dict": lambda A, cache: (A, A),
    "`cache['A0']` is missing (": lambda A, cache: (A, {k: v for k, v in cache.items() if k != "A0"}),
}


@pytest.mark.parametrize("words", MISSING)
def test_what_came_back_in_the_place_of_a_missing_part(words):
    forward = lessons.load("02_forward_propagation").exercises["forward"]
    assert words in described(results_of(forward, lambda *a: MISSING[words](*forward.answer(a))))


def test_a_list_of_another_length_and_entries_without_numbers():
    backward_layers = lessons.load("07_list_of_layers").exercises["backward_layers"]
    right = backward_layers.answer
    too_few = described(results_of(backward_layers, lambda *a: (right(a)[0][1:], right(a)[1])))
    assert "64-25-15-2, `grads` has 5 entries, not 6." in too_few
    no_mean = described(results_of(backward_layers, lambda *a: (right(a)[0], right(a)[1] + 1)))
    assert "`dX` is off everywhere" in no_mean and "(6 other parts are right there)" in no_mean


def test_names_that_nobody_asked_for():
    backward = lessons.load("03_backpropagation").exercises["backward"]
    results = results_of(backward, lambda *a: {n.upper(): v for n, v in backward.answer(a).items()})
    words = "`dW3` is missing, and what nobody asked for is there: `DW3`, `DB3`, `DW2`, `DB2`, …."
    assert words in described(results)


def test_arguments_that_were_changed(exercise):
    def in_place(A, Y):
        right = exercise.answer((A, Y))
        A[:] = 0
        return right

    assert "the answer is right, but `A` is no longer what came in." in described(
        results_of(exercise, in_place)
    )


def test_warnings_of_numpy_tell_one_breakdown_from_another():
    sigmoid = lessons.load("01_logistic_regression").exercises["sigmoid"]

    def with_a_quotient(z):
        return np.exp(z) / (1 + np.exp(z))

    assert "holds inf or nan, and NumPy warns: " in described(results_of(sigmoid, with_a_quotient))


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            "matmul: Input operand 1 has a mismatch in its core dimension 0, with gufunc signature "
            "(n?,k),(k,m?)->(n?,m?) (size 25 is different from 15)",
            "the inner sizes of a matrix product differ, 25 and 15 in line",
        ),
        ("word " * 100, "word word … in line"),
    ],
)
def test_messages_of_libraries_are_cut(exercise, message, words):
    def raising(A, Y):
        raise ValueError(message)

    sentence = described(results_of(exercise, raising))
    assert words in sentence and len(sentence.split()) < 50


def test_an_example_is_the_smallest_wrong_case():
    exercise = lessons.load("02_forward_propagation").exercises["count_parameters"]
    results = results_of(exercise, lambda layer_sizes: exercise.answer((layer_sizes,)) + 1)
    assert describe_example(results) == "For example, `count_parameters([9, 4])` gives `41`; `40` is right."


def test_no_example_where_there_are_many_numbers_or_the_digits_do_not_show_it(exercise):
    backward = lessons.load("03_backpropagation").exercises["backward"]
    assert describe_example(results_of(backward, lambda *a: {})) == ""
    assert describe_example(results_of(exercise, lambda *a: exercise.answer(a) * (1 + 1e-6))) == ""
    assert describe_example(results_of(exercise, lambda *a: exercise.answer(a))) == ""
