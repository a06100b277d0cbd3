import pytest

from grader.lessons.slips import changed, slips_in, small_numbers


def test_slips_in_a_step_have_their_names():
    double, negative = slips_in("step", ("factor-two", lambda right, x: 2 * right(x)), ("wrong-sign", None))
    assert (double.name, negative.name) == ("factor-two", "wrong-sign")
    assert double.steps["step"](lambda x: x + 1, 3) == 8


def test_a_changed_step_takes_the_arguments_of_the_right_one():
    assert changed(abs)(lambda x, *, step: step(x), 3, step=lambda x: -x) == 3


def test_small_numbers():
    assert small_numbers(4, 6) == pytest.approx((1e-4, 1e-5, 1e-6))
