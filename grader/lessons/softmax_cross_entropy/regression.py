"""What the exercises on squared error share: targets and predictions of any shape, small arguments."""

from __future__ import annotations

import numpy as np

from grader.lessons.draws import with_zeros_and_equal_rows
from grader.lessons.exercise import Case

SHAPES = {
    "the lesson's curve": (60, 1),
    "5 examples of 3 targets": (5, 3),
    "as many targets as examples": (4, 4),
    "one target an example, no second axis": (7,),
    "a single example": (1, 4),
    "a single number": (1, 1),
    "three axes": (2, 3, 4),
    "integers": (6, 2),
    "integer targets": (5, 2),
    "integer predictions": (4, 3),
    "predictions close to the targets": (5, 2),
    "predictions far from the targets": (4, 2),
    "arrays that are transposed in memory": (3, 4),
}
TAGS = {
    "the lesson's curve": {"lesson"},
    "as many targets as examples": {"square"},
    "a single example": {"one example"},
    "a single number": {"one example", "one unit"},
    "integers": {"integer"},
    "integer targets": {"integer"},
    "integer predictions": {"integer"},
}


def regression_cases(rng: np.random.Generator) -> list[Case]:
    """Cases with arguments `(Y, A)`; `m` is what the mean divides by, the number of entries."""
    cases = []
    for label, shape in SHAPES.items():
        tags = frozenset(TAGS.get(label, ()))
        Y, A = rng.normal(scale=2, size=(2, *shape))
        if label == "5 examples of 3 targets":
            Y, A = with_zeros_and_equal_rows(Y), with_zeros_and_equal_rows(A)
            A[-1] = -A[0]
        if label in ("integers", "integer targets"):
            Y = rng.integers(-4, 5, size=shape)
        if label in ("integers", "integer predictions"):
            A = rng.integers(-4, 5, size=shape)
        if label == "predictions close to the targets":
            A = Y + 1e-3 * A
        if label == "predictions far from the targets":
            A = 1e4 * A
        if label == "arrays that are transposed in memory":
            Y, A = np.asfortranarray(Y), np.asfortranarray(A)
        counts = {"m": A.size, "examples": shape[0], "columns": shape[-1]}
        cases.append(Case(label, (Y, A), tags, counts))
    return cases


REGRESSION_EXAMPLES = {
    "tiny": (
        "tiny = np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 0.0]]), np.array([[2.0, 0.0, 4.0], [1.0, 1.0, 2.5]])"
    ),
    "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], (2, 1))",
}
"""`Exercise.examples` where the arguments are `(Y, A)`."""
