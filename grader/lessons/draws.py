"""Random numbers, labels and orders, drawn from a generator `rng`, that cases are made of."""

from __future__ import annotations

import numpy as np


def signs(rng: np.random.Generator, shape):
    """-1.0 or 1.0 for each entry, a scalar for the shape ()."""
    return rng.choice([-1.0, 1.0], size=shape)


def normals(rng: np.random.Generator, shape) -> np.ndarray:
    """Numbers of the standard normal distribution; a 0-d array for the shape ()."""
    return np.asarray(rng.normal(size=shape))


def nonzero_integers(rng: np.random.Generator, shape, largest: int = 2) -> np.ndarray:
    """Integers between `-largest` and `largest` other than 0, dtype int64; a 0-d array for the shape ()."""
    return np.asarray(rng.integers(1, largest + 1, size=shape) * rng.choice([-1, 1], size=shape))


def signed_log_uniform(rng: np.random.Generator, shape, low: float, high: float):
    """Numbers of either sign with absolute values from `low` to `high`, whose logarithms are uniform."""
    return np.exp(rng.uniform(np.log(low), np.log(high), size=shape)) * signs(rng, shape)


def hard_labels(rng: np.random.Generator, m: int) -> np.ndarray:
    """Labels 0 and 1 `(m,)`, dtype int64. From two examples on, both occur."""
    labels = rng.integers(2, size=m)
    labels[: min(m, 2)] = [0, 1][:m] if rng.integers(2) else [1, 0][:m]
    return rng.permutation(labels)


def with_zeros_and_equal_rows(array: np.ndarray) -> np.ndarray:
    """A copy of an array of floats whose last row is the first; the second row begins with 0 and 1e-7.

    Of a row with one entry, that entry is 0. An array of fewer than three rows stays as it is.
    """
    array = array.copy()
    if len(array) > 2:
        array[-1] = array[0]
        array[1].flat[:2] = [0.0, 1e-7][: array[1].size]
    return array


def shuffled(rng: np.random.Generator, entries: dict) -> dict:
    """The same entries in random order."""
    keys = list(entries)
    return {keys[i]: entries[keys[i]] for i in rng.permutation(len(keys))}
