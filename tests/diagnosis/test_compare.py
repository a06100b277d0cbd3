import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from grader.diagnosis.compare import agree, compare, parts_of
from grader.learner.plain_data import UnsupportedValue

ARRAYS = npst.arrays(np.float64, npst.array_shapes(max_dims=3), elements=st.floats(-1e6, 1e6))


def only(got, want, tolerance=1e-9):
    (part,) = compare({"x": got}, {"x": want}, tolerance)
    return part


@given(ARRAYS)
def test_an_array_agrees_with_itself_exactly(array):
    part = only(array, array)
    assert part.ok
    assert part.error == 0


@given(ARRAYS, st.floats(1e-8, 1))
def test_one_entry_off_by_more_than_the_tolerance_is_wrong(array, share):
    off = array.copy()
    off.flat[0] += share * (np.abs(array).max() or 1.0) + 1e-11
    assert not only(off, array).ok


@given(ARRAYS, st.floats(-1e-10, 1e-10))
def test_rounding_is_no_fault(array, share):
    assert only(array + share * np.abs(array).max(), array).ok


def test_shapes_that_broadcast_are_not_equal():
    want = np.ones(3)
    for got in (np.ones((1, 3)), np.ones((3, 1)), np.ones((2, 3)), 1.0):
        part = only(got, want)
        assert not part.ok
        assert part.error is None
        assert "has shape" in part.problem


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_inf_and_nan_are_wrong(bad):
    part = only(np.array([1.0, bad]), np.array([1.0, 2.0]))
    assert not part.ok
    assert part.error is None


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
def test_low_precision_is_wrong_even_where_the_values_are_exact(dtype):
    assert not only(np.ones(3, dtype), np.ones(3)).ok


@pytest.mark.parametrize(
    "value", [np.ones(3, complex), np.ones(3, bool), [1.0] * 3, None, UnsupportedValue("x.Y"), "1"]
)
def test_anything_but_an_array_of_real_numbers_is_wrong(value):
    assert not only(value, np.ones(3)).ok


def test_integers_that_are_right_are_right():
    assert only(np.array([1, 2]), np.array([1.0, 2.0])).ok


@pytest.mark.parametrize("value", [0.5, np.float64(0.5), np.array(0.5)])
def test_a_float_may_come_in_three_kinds(value):
    assert only(value, np.array(0.5)).ok


def test_a_bool_is_no_number():
    assert not only(True, np.array(1.0)).ok


def test_every_part_is_judged_on_its_own():
    want = {"large": np.full(2, 1e9), "small": np.full(2, 1e-3)}
    got = {"large": np.full(2, 1e9), "small": np.full(2, 2e-3)}
    assert [part.ok for part in compare(got, want, 1e-9)] == [True, False]


def test_missing_and_extra_entries_are_parts_that_are_wrong():
    parts = compare({"a": np.ones(1), "c": np.ones(2)}, {"a": np.ones(1), "b": np.ones(1)}, 1e-9)
    assert [(part.name, part.ok) for part in parts] == [("a", True), ("b", False), ("c", False)]


def test_parts_of_takes_answers_apart():
    a, b = np.ones(1), np.ones(2)
    assert parts_of(a, ("dZ",)) == {"dZ": a}
    assert parts_of((a, b), ("dW", "db")) == {"dW": a, "db": b}
    assert parts_of([a, b], ("dW", "db")) == {"dW": a, "db": b}
    assert parts_of({"dW1": a}, ()) == {"dW1": a}
    assert parts_of((a,), ("dW", "db")) == {"answer": (a,)}
    assert parts_of(None, ()) == {"answer": None}


def test_agree_takes_inf_and_nan_as_they_come():
    strange = np.array([1.0, np.nan, np.inf])
    assert agree(strange, strange, 1e-9)
    assert not agree(np.ones(3), strange, 1e-9)
    assert not agree(True, np.array(1.0), 1e-9)


def test_a_part_that_is_a_dict_has_its_entries_for_parts():
    answer = ({"W1": 1, "b1": 2}, {"t": 3, "m": {"W1": 4}})
    assert parts_of(answer, ("params", "state")) == {
        "params['W1']": 1,
        "params['b1']": 2,
        "state['t']": 3,
        "state['m']['W1']": 4,
    }


def test_a_value_in_place_of_a_dict_is_described():
    parts = compare(parts_of((1.0, [1, 2]), ("A", "cache")), {"A": 1.0, "cache['Z1']": np.ones(2)}, 1e-9)
    assert [part.name for part in parts] == ["A", "cache['Z1']", "cache"]
    assert [part.problem for part in parts] == ["", "is missing", "is a list of 2"]


@pytest.mark.parametrize(
    "series", [[0.5, 0.25], (0.5, 0.25), np.array([0.5, 0.25]), [np.float64(0.5), np.array(0.25)]]
)
def test_a_list_of_numbers_is_asked_for_by_a_list(series):
    assert only(series, [0.5, 0.25]).ok
    assert not only(series, [0.5, 0.3]).ok
    assert not only(series, [0.5]).ok


@pytest.mark.parametrize(
    "series", [[0.5, True], [0.5, [0.25]], [np.float32(0.5), np.float32(0.25)], "ab", 0.5]
)
def test_anything_but_a_list_of_numbers_is_wrong(series):
    assert not only(series, [0.5, 0.25]).ok


def test_integers_are_asked_for_by_integers():
    want = np.array([1, 2])
    assert only(np.array([1, 2], np.int32), want).ok
    assert only(3, 3).ok
    for got in (np.array([1.0, 2.0]), np.array([True, True]), np.array([1, 3])):
        assert not only(got, want).ok
    assert "integers are asked for" in only(np.array([1.0, 2.0]), want).problem
    assert not only(3.0, 3).ok


def test_a_list_of_arrays_for_a_list_of_numbers_is_described():
    (part,) = compare({"history": [np.ones((1, 1)), np.ones((1, 1))]}, {"history": [1.0, 1.0]}, 1e-9)
    assert part.problem == "has entries that are no single numbers"
