"""The digits of the lessons."""

import numpy as np
import pytest
from sklearn.datasets import load_digits as original

from utils.data import load_digits, split


def test_two_classes():
    """The zeros and ones, scaled to 0 to 1, labelled by their position."""
    X, y = load_digits()
    digits = original().target
    assert X.shape == (np.isin(digits, (0, 1)).sum(), 64)
    assert (X.dtype, y.dtype) == (np.float64, np.int64)
    assert (X.min(), X.max()) == (0.0, 1.0)
    np.testing.assert_array_equal(y, digits[np.isin(digits, (0, 1))])


def test_labels_follow_the_order_of_the_classes():
    """With classes (8, 3) an 8 is a 0 and a 3 is a 1."""
    X, y = load_digits(classes=(8, 3))
    images = original()
    np.testing.assert_array_equal(X[y == 0], images.data[images.target == 8] / 16)
    np.testing.assert_array_equal(X[y == 1], images.data[images.target == 3] / 16)


def test_all_ten():
    """All classes give the whole data set."""
    X, y = load_digits(classes=range(10))
    assert X.shape == (1797, 64)
    np.testing.assert_array_equal(y, original().target)


def test_split_keeps_pairs_and_loses_nothing():
    """Each example is in one part, beside its own label."""
    X, y = np.arange(20.0).reshape(10, 2), np.arange(10)
    X_train, X_test, y_train, y_test = split(X, y, test_share=0.3, seed=4)
    assert (len(X_train), len(X_test)) == (7, 3)
    assert sorted([*y_train, *y_test]) == list(range(10))
    np.testing.assert_array_equal(X_train[:, 0], 2 * y_train)
    np.testing.assert_array_equal(X_test[:, 0], 2 * y_test)


@pytest.mark.parametrize("seed", [0, 1])
def test_split_depends_on_the_seed_alone(seed):
    """The same seed shuffles the same way."""
    X, y = load_digits()
    first, second = split(X, y, seed=seed), split(X, y, seed=seed)
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    assert not np.array_equal(first[0], split(X, y, seed=seed + 1)[0])
