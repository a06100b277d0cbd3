"""What a verdict quotes of a secret case is bounded; a learner's own notebook shows everything."""

import json
import time
import warnings

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.secret_cases import NAME_LIMIT, WORDS_LIMIT, quotable, without_secrets
from grader.isolation.inside.wire import ENTRIES_LIMIT
from grader.judge import judge_function
from grader.learner.call import Outcome

SECRET_SEED = 5


@pytest.mark.parametrize(
    ("words", "quoted"),
    [
        ("division by zero", "division by zero"),
        ("shapes (64,784) and (60000,10) not aligned", "shapes (64,784) and (60000,10) not aligned"),
        ("[[0.4967 -0.13826430]]", "[[0.496… -0.138…]]"),
        ("0.5, 1., 12.25, 1.23456e-05", "0.5, 1., 12.2…, 1.23…e-05"),
        ("123.456 and .000012345", "123… and .0000123…"),
        ("4602678819172646912", "460…"),
        ("0x1.91eb851eb851fp+1 and 0xfe", "0x1.9…p+1 and 0xfe"),
        ("9a64bb851eb85140 in a cafe", "9a6… in a cafe"),
        ("x" * 300, "x" * (WORDS_LIMIT - 1) + "…"),
        ("0.496…", "0.496…"),
    ],
)
def test_words_lose_their_long_numbers(words, quoted):
    assert quotable(words) == quoted


def raise_arguments(A, Y):
    raise ValueError(str(A))


def name_an_exception_by_arguments(A, Y):
    raise type(str(A), (Exception,), {})


def print_arguments(A, Y):
    print(repr(A.tolist()))
    return A


def warn_of_arguments(A, Y):
    warnings.warn(str(A), RuntimeWarning, stacklevel=1)
    return A


def name_an_entry_by_arguments(A, Y):
    return {"dZ": {str(A): A}}


def name_a_type_by_arguments(A, Y):
    return type(str(A), (), {})()


def shape_an_answer_by_arguments(A, Y):
    return np.empty((0, *(int(a * 10**5) for a in A.ravel()[:3])))


def shape_an_answer_of_many_axes(A, Y):
    digits = "".join(f"{number:.8f}"[2:7] for number in A.ravel()[:3])
    return np.empty((0, *map(int, digits)))


def name_a_dtype_by_arguments(A, Y):
    return np.empty(1, f"V{int(A.ravel()[0] * 10**5)}")


TELLTALES = [
    shape_an_answer_by_arguments,
    name_a_dtype_by_arguments,
    raise_arguments,
    name_an_exception_by_arguments,
    print_arguments,
    warn_of_arguments,
    name_an_entry_by_arguments,
    name_a_type_by_arguments,
]


def words_of(function, seed):
    exercise = lessons.load("03_backpropagation").exercises["output_delta"]
    verdict = judge_function(exercise, function, seed)
    return f"{json.dumps(verdict.as_dict(), ensure_ascii=False)}{verdict!r}{verdict._repr_html_()}"


def first_numbers(function, seed):
    """The arguments of the first case, as the function sees them, in the digits that NumPy prints."""
    seen = []
    exercise = lessons.load("03_backpropagation").exercises["output_delta"]
    judge_function(exercise, lambda A, Y: seen.append(A), seed)
    return [f"{number:.8f}"[2:7] for number in seen[0].ravel()[:3]]


@pytest.mark.parametrize("function", TELLTALES)
def test_no_words_tell_the_arguments_of_a_secret_case(function):
    words = words_of(function, SECRET_SEED)
    assert not any(digits in words for digits in first_numbers(function, SECRET_SEED))


def test_a_shape_of_many_axes_is_no_message():
    words = words_of(shape_an_answer_of_many_axes, SECRET_SEED)
    assert "too many axes" in words and "(0, " not in words


@pytest.mark.parametrize("function", [raise_arguments, print_arguments])
def test_in_a_learners_own_notebook_the_words_are_whole(function):
    assert all(digits in words_of(function, 0) for digits in first_numbers(function, 0))


def test_what_is_quoted_is_short():
    def raise_at_length(A, Y):
        raise type("E" * 300, (Exception,), {})("x" * 450)

    assert "x" * 450 in words_of(raise_at_length, 0)
    words = words_of(raise_at_length, SECRET_SEED)
    assert "x" * WORDS_LIMIT not in words and "E" * NAME_LIMIT not in words
    assert "raises E" in words and "in line " in words


def test_long_names_that_differ_still_differ_when_cut_and_texts_are_cut_alike():
    names = ["n" * 70, "n" * 80]
    value = without_secrets(Outcome(value=(names, dict.fromkeys(names, 1.0)))).value
    assert len(set(value[0])) == 2 and value[0] == list(value[1])
    assert all(len(name) <= 70 for name in value[0])


def test_as_many_long_names_as_may_come_back_are_cut_in_no_time():
    names = [f"{'n' * 70}{number}" for number in range(ENTRIES_LIMIT)]
    began = time.process_time()
    assert len(set(without_secrets(Outcome(value=names)).value)) == ENTRIES_LIMIT
    assert time.process_time() - began < 5  # each compared with all others, they take a minute


def test_few_entries_that_nobody_asked_for_are_named():
    def name_many_entries(A, Y):
        return {"dZ": {f"{chr(97 + number) * 40}": A for number in range(26)}}

    words = words_of(name_many_entries, SECRET_SEED)
    assert sum(chr(97 + number) * 40 in words for number in range(26)) <= 8
