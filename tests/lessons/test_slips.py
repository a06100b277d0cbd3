import numpy as np
import pytest

from grader.lessons import Hint, Slip
from grader.lessons.slips import (
    EXAMPLES_SUMMED,
    FIRST_ROW,
    LAST_ROW,
    ONE_ROW_SLIPS,
    SINGLE_ROW_SLIPS,
    changed,
    of_rows,
    one_example_slips,
    one_row,
    repeated_row,
    replaced_by,
    slips_in,
    small_numbers,
    with_hints,
)

ROWS = np.array([[1, 2], [3, 4], [5, 6]])


def test_slips_in_a_step_have_their_names():
    double, negative = slips_in("step", ("factor-two", lambda right, x: 2 * right(x)), ("wrong-sign", None))
    assert (double.name, negative.name) == ("factor-two", "wrong-sign")
    assert double.steps["step"](lambda x: x + 1, 3) == 8


def test_a_changed_step_takes_the_arguments_of_the_right_one():
    assert changed(abs)(lambda x, *, step: step(x), 3, step=lambda x: -x) == 3


def test_a_replaced_step_knows_the_arguments_alone():
    assert replaced_by(abs)(None, -3, step=None) == 3


def test_rows_are_kept_of_the_chosen_arguments():
    def arguments(*given, **steps):
        return [np.asarray(a).tolist() for a in given]

    assert of_rows(LAST_ROW, 0)(arguments, ROWS, ROWS, step=None) == [[[5, 6]], ROWS.tolist()]
    assert of_rows(0, 0, 1)(arguments, ROWS, ROWS) == [[1, 2], [1, 2]]


def test_rows_are_kept_of_the_answer():
    assert one_row(FIRST_ROW)(np.negative, ROWS).tolist() == [[-1, -2]]
    assert repeated_row(-1)(np.negative, ROWS).tolist() == [[-5, -6]] * 3


def test_one_row_of_the_answer():
    answers = [slip.steps["answer"](np.negative, ROWS).tolist() for slip in ONE_ROW_SLIPS]
    assert answers == [
        [[-1, -2]],
        [[-5, -6]],
        [[-1, -2], [0, 0], [0, 0]],
        [[-1, -2]] * 3,
        [[-5, -6]] * 3,
    ]
    assert ONE_ROW_SLIPS[:2] == SINGLE_ROW_SLIPS


def test_the_sum_of_the_rows():
    answers = [slip.steps["answer"](np.negative, ROWS).tolist() for slip in EXAMPLES_SUMMED]
    assert answers == [[-9, -12], [[-9, -12]]]


def test_one_example_of_the_arguments():
    answers = [slip.steps["answer"](np.add, ROWS, ROWS) for slip in one_example_slips(0, 1)]
    assert [answer.tolist() for answer in answers] == [[[2, 4]], [2, 4], [[10, 12]], [10, 12]]


def test_small_numbers():
    assert small_numbers(4, 6) == pytest.approx((1e-4, 1e-5, 1e-6))


def test_a_hint_goes_to_every_slip_of_its_name():
    own, given = Hint(advice="Its own."), Hint(code="print(1)")
    slips = (Slip("chain-cut", {}), Slip("wrong-sign", {}, hint=own), Slip("chain-cut", {}, hint=own))
    assert [slip.hint for slip in with_hints(slips, {"chain-cut": given})] == [given, own, given]
