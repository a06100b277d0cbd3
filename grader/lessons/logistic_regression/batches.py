"""Batches of examples with weights and a bias: the arguments `(X, y, w, b)` of most exercises.

`X` is `(m, n)`, the labels `y` `(m,)`, the weights `w` `(n,)`, the bias `b` a number.
"""

from __future__ import annotations

import numpy as np

from grader.lessons.cases import mixed_dtypes, stored_by_columns
from grader.lessons.draws import (
    hard_labels,
    nonzero_integers,
    signed_log_uniform,
    signs,
    with_zeros_and_equal_rows,
)
from grader.lessons.exercise import Case

TINY = (
    "tiny_X, tiny_y = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]]), np.array([1, 0, 1])\n"
    "tiny = tiny_X, tiny_y, np.array([0.5, -1.0]), 0.25"
)
TINY_TWICE = "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], 2), *tiny[2:]"
TINY_FAR = "tiny_far = np.array([[30.0, 0.0], [0.0, 30.0]]), np.array([1, 0]), np.array([1.0, 1.0]), 0.0"
"""Examples to experiment with."""

UNUSUAL = "7 examples of 4 features, two of them alike"
BATCHES = (
    # label, m, n, labels, tags
    ("a batch with the lesson's two features", 20, 2, np.int64, {"lesson"}),
    ("a batch of 64 features", 9, 64, np.float64, set()),
    (UNUSUAL, 7, 4, np.float64, set()),
    ("as many features as examples", 4, 4, np.int64, {"square"}),
    ("integer features, weights and bias", 6, 3, np.int64, {"integer"}),
    ("soft labels", 8, 3, "soft", set()),
    ("a single example", 1, 5, np.float64, {"one example"}),
    ("a single feature", 11, 1, np.int64, {"one feature"}),
    ("one example with one feature", 1, 1, "soft", {"one example", "one feature"}),
)


def batch_case(label, X, y, w, b, tags=()) -> Case:
    """The case with the arguments `(X, y, w, b)`."""
    counts = {"m": len(X), "features": X.shape[1], "entries": X.size}
    return Case(label, (X, y, w, b), frozenset(tags), counts)


def labels(rng, m, kind):
    """Labels `(m,)`: 0 and 1 of the dtype `kind`, or between 0 and 1 for the kind "soft"."""
    drawn = hard_labels(rng, m)
    if kind == "soft":
        return np.where(rng.random(m) < 0.7, rng.uniform(0.05, 0.95, size=m), drawn)
    return drawn.astype(kind)


def moderate_cases(rng) -> list[Case]:
    """A case for each row of `BATCHES`; no score is saturated."""
    cases = []
    for label, m, n, kind, tags in BATCHES:
        y = labels(rng, m, kind)
        if "integer" in tags:
            X, w, b = (nonzero_integers(rng, shape) for shape in ((m, n), n, ()))
            b = int(b)
        else:
            X, w = rng.normal(size=(m, n)), rng.normal(scale=1.5 / np.sqrt(n), size=n)
            b = _bias(rng)
        if label == UNUSUAL:
            X, y[-1] = with_zeros_and_equal_rows(X), 1 - y[0]
        cases.append(batch_case(label, X, y, w, b, tags))
    return stored_by_columns(cases, UNUSUAL)


def mixed_cases(rng) -> list[Case]:
    """A batch with floats in one of X, y, w and b, and integers in the others."""
    m, n = 5, 3
    floats = {"X": rng.normal(size=(m, n)), "y": rng.uniform(0.05, 0.95, size=m)}
    floats |= {"w": rng.normal(size=n), "b": _bias(rng)}
    integers = {"X": nonzero_integers(rng, (m, n)), "y": hard_labels(rng, m)}
    integers |= {"w": nonzero_integers(rng, n), "b": int(nonzero_integers(rng, ()))}
    return [batch_case(label, *batch, {"integer"}) for label, batch in mixed_dtypes(floats, integers)]


def large_features_case(rng) -> Case:
    """A batch with a gradient of the size of its features, which are about 1,000; the weights are small."""
    X, w = 1e3 * rng.normal(size=(6, 3)), 1e-3 * rng.normal(size=3)
    return batch_case("large features", X, labels(rng, 6, np.float64), w, _bias(rng))


def _bias(rng) -> float:
    return float(rng.uniform(0.4, 1.2) * signs(rng, ()))


def saturated_case(rng) -> Case:
    """A batch with scores up to 30, which are due to large weights and a large bias."""
    X, w, b = rng.normal(size=(8, 5)), rng.normal(size=5), float(rng.uniform(0.4, 1.2))
    factor = 30.0 / np.abs(X @ w + b).max()
    y = labels(rng, 8, np.float64)
    return batch_case("saturated predictions", X, y, factor * w, float(factor * b), {"saturated"})


def case_with_scores(rng, label, z, y, n, tags=("saturated",)) -> Case:
    """A batch of n features with the scores `z` `(m,)`: each example is moved along `w` to its score."""
    X, w = rng.normal(size=(len(z), n)), rng.uniform(0.5, 1.5, size=n) * signs(rng, n)
    b = _bias(rng)
    X += np.outer(z - X @ w - b, w / (w @ w))
    return batch_case(label, X, y, w, b, tags)


def certain_and_right_case(rng, m, low=18) -> Case:
    """A batch of 3 features with right predictions; the scores are between `low` and 24 in size."""
    z = signed_log_uniform(rng, m, low, 24)
    return case_with_scores(rng, "predictions that are certain and right", z, (z > 0).astype(float), 3)
