import numpy as np
import pytest

from grader.lessons.draws import hard_labels, nonzero_integers, normals, shuffled, signed_log_uniform


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_integers_are_of_either_sign_and_never_0(rng):
    drawn = nonzero_integers(rng, (20, 10), largest=3)
    assert drawn.shape == (20, 10)
    assert drawn.dtype == np.int64
    assert set(drawn.ravel()) == {-3, -2, -1, 1, 2, 3}
    assert nonzero_integers(rng, ()).shape == ()


def test_normals_are_an_array_for_every_shape(rng):
    assert normals(rng, (2, 3)).shape == (2, 3)
    assert isinstance(normals(rng, ()), np.ndarray)


def test_sizes_of_many_orders_of_magnitude_are_as_likely(rng):
    sizes = np.abs(signed_log_uniform(rng, 3000, 1, 1e3))
    assert sizes.min() >= 1 and sizes.max() <= 1e3
    counts, _ = np.histogram(np.log10(sizes), bins=(0, 1, 2, 3))
    assert counts == pytest.approx([1000] * 3, rel=0.1)


@pytest.mark.parametrize("m", [2, 3, 10])
def test_both_labels_occur(rng, m):
    for _ in range(50):
        assert set(hard_labels(rng, m)) == {0, 1}


def test_a_single_label_is_either(rng):
    assert {hard_labels(rng, 1).item() for _ in range(50)} == {0, 1}


def test_shuffled_entries_stay_together(rng):
    entries = {"W1": 1, "b1": 2, "W2": 3, "b2": 4}
    assert shuffled(rng, entries) == entries
    assert len({tuple(shuffled(rng, entries)) for _ in range(20)}) > 1
