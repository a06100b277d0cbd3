import numpy as np
import pytest

from grader.learner.plain_data import TEXT_LIMIT, UnsupportedValue, copy_data, identical, to_plain_data


class Liar(np.ndarray):
    """An array that claims to equal everything."""

    def __eq__(self, other):
        return True


class Odd(float):
    def __float__(self):
        return 0.0


def test_arrays_lose_their_subclass_and_share_no_memory():
    array = np.arange(6.0).reshape(2, 3)
    for value in (array, array.view(Liar), np.asmatrix(array), np.ma.masked_array(array)):
        made = to_plain_data(value)
        assert type(made) is np.ndarray
        assert np.array_equal(made, array)
        assert not np.shares_memory(made, array)


@pytest.mark.parametrize("value", [None, True, 3, 2.5, "text", [1, (2.0, None)], {"a": [1]}])
def test_plain_data_stays_what_it_is(value):
    assert to_plain_data(value) == value
    assert type(to_plain_data(value)) is type(value)


def test_numbers_lose_their_subclass():
    assert type(to_plain_data(Odd(2.5))) is float
    assert type(to_plain_data(np.float64(2.5))) is np.ndarray


class Dict(dict):
    def items(self):
        return [("forged", 1)]


class Key(str):
    def __str__(self):
        return "dW1"


def test_containers_and_numbers_that_lie_are_taken_at_their_contents():
    assert to_plain_data(Dict(a=1)) == {"a": 1}
    assert to_plain_data({Key("a"): 1}) == {"a": 1}
    assert to_plain_data({1: 1}) == {"<int>": 1}
    assert to_plain_data(Odd(2.5)) == 2.5


def test_text_is_bounded_and_can_be_printed():
    assert len(to_plain_data("x" * 10**6)) == TEXT_LIMIT
    to_plain_data("\ud800").encode()


@pytest.mark.parametrize(
    "value",
    [10**30, np.ma.masked_array([1.0], [True]), object(), {1, 2}, np.array([object()]), np.array(["a"]), len],
)
def test_everything_else_is_foreign(value):
    assert isinstance(to_plain_data(value), UnsupportedValue)


def test_nesting_without_end_is_foreign():
    endless = []
    endless.append(endless)
    made = to_plain_data(endless)
    while isinstance(made, list):
        (made,) = made
    assert isinstance(made, UnsupportedValue)


def test_same_sees_a_changed_bit_a_dtype_and_a_shape():
    array = np.arange(4.0)
    assert identical((array, {"a": array}), (array.copy(), {"a": array.copy()}))
    assert not identical(array, np.nextafter(array, 9))
    assert not identical(array, array.astype(np.float32))
    assert not identical(array, array.reshape(2, 2))
    assert not identical({"a": array}, {"a": array, "b": array})
    assert identical(np.array([np.nan]), np.array([np.nan]))


def test_copied_shares_no_memory():
    arguments = (np.ones(3), {"W": np.ones(2)}, len)
    copies = copy_data(arguments)
    assert identical(arguments, copies)
    assert not np.shares_memory(arguments[0], copies[0])
    assert not np.shares_memory(arguments[1]["W"], copies[1]["W"])


def test_a_copy_of_a_transpose_is_stored_by_columns():
    (copied,) = copy_data((np.ones((2, 3)).T,))
    assert copied.flags.f_contiguous and not copied.flags.c_contiguous


def test_a_generator_is_copied_and_to_draw_from_it_is_no_change():
    rng = np.random.default_rng(1)
    copy = copy_data(rng)
    assert copy.uniform() == rng.uniform()
    copy.uniform()
    assert identical(rng, copy)


@pytest.mark.parametrize("value", [[0.0] * 20_000, {str(n): n for n in range(20_000)}, [[[]] * 200] * 200])
def test_a_value_of_very_many_entries_is_foreign_as_a_whole(value):
    assert to_plain_data(value) == UnsupportedValue("value with more than 10000 entries")
