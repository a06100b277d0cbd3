"""Measurements of wrong answers that no name explains."""

import json

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.measurements import CASE_PATTERNS
from grader.judge import judge_function
from grader.lessons import TAGS

RNG = np.random.default_rng(0)


def judged(lesson, name, change, seed=0):
    exercise = lessons.load(lesson).exercises[name]
    return judge_function(exercise, lambda *a: change(exercise.answer(a), *a), seed)


def measured(*arguments, **options):
    verdict = judged(*arguments, **options)
    assert verdict.diagnosis == ()
    return verdict.measured


HIDDEN = ("03_backpropagation", "hidden_delta")
JACOBIAN = ("04_softmax_cross_entropy", "softmax_jacobian")


def by_row(array):
    return (1.5 + np.arange(len(array)))[:, None]


def test_a_factor_that_changes_from_case_to_case():
    found = measured(*HIDDEN, lambda dZ, *a: dZ / np.linalg.norm(dZ))
    assert (found.part, found.ratio) == ("dZ", "everywhere")
    assert found.factor > 0
    assert "The factor is not the same on all cases." in found.sentences


def test_a_ratio_for_each_row_or_each_column():
    rows = measured(*HIDDEN, lambda dZ, *a: dZ * by_row(dZ))
    columns = measured(*HIDDEN, lambda dZ, *a: dZ * by_row(dZ.T).T)
    assert rows.ratio == "each row, that is for each example"
    assert columns.ratio == "each column, that is for each unit"
    assert "Its ratio to the right values is one number in each row" in rows.sentences[0]


def test_a_number_added_everywhere():
    found = measured(*HIDDEN, lambda dZ, *a: dZ + 0.25)
    assert found.offset == pytest.approx(0.25)
    assert "off by the same amount everywhere, 0.25" in found.sentences[0]


PLACES = {
    "on the diagonal": lambda J: J + np.diag(RNG.normal(size=len(J))),
    "off the diagonal": lambda J: J + RNG.normal(size=J.shape) * (1 - np.eye(len(J))),
    "for the first class": lambda J: J + RNG.normal(size=J.shape) * (np.arange(len(J)) == 0)[:, None],
    "for the last class": lambda J: J + RNG.normal(size=J.shape) * (np.arange(len(J)) == len(J) - 1),
}


@pytest.mark.parametrize("places", PLACES)
def test_places_in_a_matrix(places):
    found = measured(*JACOBIAN, lambda J, z: PLACES[places](J))
    assert found.places == places
    assert f"It is wrong only {places}." in found.sentences


def test_some_rows():
    found = measured(
        *HIDDEN, lambda dZ, *a: dZ + RNG.normal(size=dZ.shape) * (np.arange(len(dZ)) % 2)[:, None]
    )
    assert found.places == "for 6 of 12 examples"


CASES = {
    "with more than one example": lambda A, Y: len(A) > 1,
    "with a single example": lambda A, Y: len(A) == 1,
}


@pytest.mark.parametrize("cases", CASES)
def test_cases_that_have_something_in_common(cases):
    wrong = CASES[cases]
    found = measured(
        "03_backpropagation", "output_delta", lambda dZ, A, Y: dZ + 0.1 * A**2 if wrong(A, Y) else dZ
    )
    assert found.cases == cases


def test_patterns_are_of_tags_that_cases_can_have():
    assert CASE_PATTERNS.keys() <= TAGS.keys()


def test_invariants_that_fail():
    found = measured(*JACOBIAN, lambda J, z: J + np.triu(np.ones_like(J)))
    assert "Your `J` is not symmetric." in found.lacks
    assert any("a row does not sum to 0" in sentence for sentence in found.lacks)
    found = measured(*JACOBIAN, lambda J, z: J + 0.1 * (np.eye(len(J)) - 1 / len(J)))
    assert found.lacks == ()  # symmetric, and its rows sum to 0


def test_shapes_in_words():
    found = measured("03_backpropagation", "output_delta", lambda dZ, A, Y: A - Y[:, 0] ** 2 / len(A))
    assert (found.got_shape, found.want_shape) == ((12, 12), (12, 1))
    assert "It should have a row for each example and a column for each unit." in found.sentences


def test_the_first_part_is_the_first_that_does_not_follow():
    def noisy(answer, X, params):
        A, cache = answer
        return A, {n: Z + 0.1 * Z**2 if n == "Z2" else Z for n, Z in cache.items()}

    assert measured("02_forward_propagation", "forward", noisy).part == "cache['Z2']"


def test_a_measurement_is_in_the_message_and_the_json_only_without_a_diagnosis():
    verdict = judged(*JACOBIAN, lambda J, z: J + np.triu(np.ones_like(J)))
    data = json.loads(json.dumps(verdict.as_dict(), allow_nan=False))["measured"]
    assert data["part"] == "J"
    assert data["want_shape"] == [10, 10]
    assert data["axes"] == ["class", "class"]
    sentence = "Your `J` is not symmetric."
    assert sentence in data["lacks"] and sentence in verdict.message
    assert judged(*JACOBIAN, lambda J, z: -J).as_dict()["measured"] is None
    assert judged(*JACOBIAN, lambda J, z: J).as_dict()["measured"] is None


def test_a_label_that_is_absent_is_told_from_a_batch_of_one():
    delta = "03_backpropagation", "output_delta"
    one_label = measured(*delta, lambda dZ, A, Y: 3 * dZ if np.ptp(Y) == 0 else dZ)
    one_example = measured(*delta, lambda dZ, A, Y: dZ + 0.1 if len(A) == 1 else dZ)
    assert one_label.cases == "where all examples have the same label"
    assert one_example.cases == "with a single example"


@pytest.mark.parametrize("name", ["leaky_relu", "leaky_relu_gradient"])
def test_values_that_are_right_but_for_their_type_are_not_measured(name):
    def rounded(answer, *arguments):
        return np.float32(answer) if len(answer) % 2 == 0 else -answer

    verdict = judged("05_matching_keras", name, rounded)
    assert "has dtype float32" in verdict.observation
    assert verdict.diagnosis == () and verdict.measured.sentences == []
