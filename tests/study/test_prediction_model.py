import math

import numpy as np
import pytest

from grader.study.prediction_model import Prediction, comparison, is_right, outcome

WORDS = Prediction("w", "Does it move?", ("no", "yes", "it depends"))
NUMBERS = Prediction("n", "How many?", (5, 50, 500), "times")
FREE = Prediction("f", "How much?", unit="MB")


def test_of_conditions_the_first_that_holds_counts():
    found = outcome(WORDS, [np.False_, np.True_, True])
    assert (found.words, found.answer) == ("yes", 1)
    assert comparison(WORDS, 1, found) == "You predicted: yes. It came out: yes. As you said."
    assert comparison(WORDS, 0, found).startswith("You predicted: no. It came out: yes. Before you read on")
    assert comparison(WORDS, None, found) == "You made no prediction here. It came out: yes."


def test_a_result_that_is_none_of_the_choices_makes_none_right():
    found = outcome(WORDS, [False] * 3)
    assert found.words == "none of these"
    assert not any(is_right(WORDS, answer, found) for answer in range(3))
    assert not any(is_right(NUMBERS, answer, outcome(NUMBERS, math.nan)) for answer in range(3))


@pytest.mark.parametrize(
    ("result", "answer"), [(1, 0), (15, 0), (17, 1), (200, 2), (np.float32(1e9), 2), (0, 0)]
)
def test_of_numbers_the_nearest_by_its_ratio_is_right(result, answer):
    assert outcome(NUMBERS, result).answer == answer


@pytest.mark.parametrize(
    ("answer", "right"),
    [(100, True), (51, True), (199, True), (49, False), (210, False), (-100, False), (0, False)],
)
def test_a_number_is_right_within_a_factor_of_two(answer, right):
    assert is_right(FREE, answer, outcome(FREE, 100)) == right


def test_numbers_are_written_for_a_person():
    texts = ["1e\N{MINUS SIGN}15", "0.01", "5", "312", "1,234", "2.5e+07"]
    assert [Prediction("n", "?").words(value) for value in (1e-15, 0.01, 5, 312.2, 1234.4, 2.5e7)] == texts
    assert Prediction("n", "?", unit="%").words(50) == "50%"
    assert NUMBERS.options() == ("5 times", "50 times", "500 times")
    assert outcome(NUMBERS, 312.345).words == "312 times, which is nearest to 500 times"
    assert outcome(NUMBERS, 50).words == "50 times"


def test_what_can_be_an_answer():
    assert [answer for answer in (0, 2, 3, -1, None, True, "1", math.nan) if WORDS.is_possible(answer)] == [
        0,
        2,
    ]
    assert [answer for answer in (0, -2.5, None, math.inf, "1") if FREE.is_possible(answer)] == [0, -2.5]


def test_choices_of_the_wrong_kind_are_refused():
    with pytest.raises(ValueError, match="two to four"):
        Prediction("p", "?", ("one",))
    with pytest.raises(ValueError, match="one kind"):
        Prediction("p", "?", ("one", 2))
    with pytest.raises(ValueError, match="2 conditions for 3 choices"):
        outcome(WORDS, [True, False])
