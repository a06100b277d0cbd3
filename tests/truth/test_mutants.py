"""Mutants: what is made of a source, and what the sources call."""

import numpy as np
import pytest

from tests.truth.mutants import each, mutants, second_order, spoil

SOURCE = '''
def delta(A, Y):
    """The error signal."""
    dZ = (A - Y) / len(Y)
    return dZ.sum(axis=0)
'''


@pytest.fixture(scope="module")
def made():
    return mutants(SOURCE)


@pytest.mark.parametrize(
    "change",
    [
        "dZ = (A - Y) / len(Y) -> dZ = (A + Y) / len(Y)",
        "dZ = (A - Y) / len(Y) -> dZ = (Y - A) / len(Y)",
        "dZ = (A - Y) / len(Y) -> dZ = A - Y",
        "dZ = (A - Y) / len(Y) -> pass",
        "return dZ.sum(axis=0) -> return dZ.sum(axis=1)",
        "return dZ.sum(axis=0) -> return dZ.sum(axis=0, keepdims=True)",
        "return dZ.sum(axis=0) -> return dZ.mean(axis=0)",
        "return dZ.sum(axis=0) -> return each(np.float32, dZ.sum(axis=0))",
        " -> Y = spoil(Y)",
    ],
)
def test_one_small_thing_is_changed(made, change):
    (mutant,) = [mutant for mutant in made if mutant.change == change]
    assert "The error signal" not in mutant.source


def test_each_mutant_is_made_once_and_known_by_its_change(made):
    assert len({mutant.source for mutant in made}) == len({mutant.change for mutant in made}) == len(made)


def test_second_changes_give_other_sources_than_first_ones(made):
    twice = second_order(SOURCE, made, 50)
    assert twice == second_order(SOURCE, made, 50)
    assert len({mutant.source for mutant in twice}) == len({mutant.change for mutant in twice}) == 50
    assert not {mutant.source for mutant in twice} & {mutant.source for mutant in made}
    assert all(", " in mutant.rule for mutant in twice)


def test_equal_lines_are_numbered():
    changes = [mutant.change for mutant in mutants("def f(a):\n    a = -a\n    a = -a\n    return a\n")]
    assert "a = -a -> pass" in changes
    assert "a = -a -> pass (2)" in changes


def test_what_is_done_to_a_result_is_done_to_each_entry_of_a_dict():
    found = each(np.transpose, {"dW1": np.zeros((2, 3)), "more": {"b": np.zeros((4, 1))}})
    assert found["dW1"].shape == (3, 2)
    assert found["more"]["b"].shape == (1, 4)


def test_an_argument_is_spoilt_and_its_copy_is_not():
    array, entries = np.ones(3), {"W1": np.ones(2)}
    np.testing.assert_array_equal(spoil(array), 1)
    np.testing.assert_array_equal(array, 0)
    assert spoil(entries).keys() == {"W1"}
    assert not entries
