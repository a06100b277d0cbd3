"""The exercise `vjp_mean`: the vector-Jacobian product of the mean over all entries."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grader.lessons.automatic_differentiation import sections
from grader.lessons.automatic_differentiation.vjp import (
    cases_of_mixed_dtypes,
    cases_of_one_shape,
    reference_of,
    slopes_of,
    vjp_exercise,
)
from grader.lessons.draws import normals
from grader.lessons.exercise import Case, Hint, Slip
from grader.lessons.invariants import of_part
from grader.lessons.slips import with_hints

# --- The right answer in NumPy ----------------------------------------------------------------------


def vjp_mean(A, G):
    """The gradient with respect to `A`, of any shape, float64, for a single number `G` `()`."""
    return np.full(np.shape(A), G / np.size(A))


# --- Slips ------------------------------------------------------------------------------------------


def _over_length_of(axis):
    return lambda right, A, G: right(A, G) * A.size / (A.shape[axis] if A.ndim else 1)


SLIPS = (
    Slip("number-for-array", {"vjp_mean": lambda right, A, G: G / A.size}),
    Slip("missing-mean", {"vjp_mean": lambda right, A, G: right(A, G) * A.size}),
    Slip("double-mean", {"vjp_mean": lambda right, A, G: right(A, G) / A.size}),
    *(Slip("mean-over-wrong-count", {"vjp_mean": _over_length_of(axis)}) for axis in (0, -1)),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Without counts: what a slip divides by is the number of all entries, as in the right answer."""
    cases = cases_of_one_shape(rng, lambda draw, shape: (draw(shape),), lambda rng, shape: normals(rng, ()))
    cases += cases_of_mixed_dtypes(rng, {"A": (4, 3), "G": ()})
    return [replace(case, counts={}) for case in cases]


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = vjp_exercise(
    vjp_mean,
    points=1,
    asks="the gradient of the entries that a mean is taken of",
    reread=sections.MEAN,
    general_hints=(
        "If one entry of `A` grows by 1, by how much does the mean grow?",
        "It is the same for every entry, wherever it stands.",
        (
            "An array of the shape of `A` in which all entries are equal, made of the number `G` and the "
            "number of entries, in float64."
        ),
    ),
    examples={
        "tiny": "tiny = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), 0.5",
        "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), tiny[1]",
    },
    hints={
        "integer-truncation": Hint(
            code=(
                "tiny = np.array([[1, 2, 3]]), 1.0\n"
                "print(vjp_mean(*tiny))\n"
                "print(vjp_mean(1.0 * tiny[0], tiny[1]))"
            ),
        ),
    },
    arguments=("A", "G"),
    cases=_cases,
    reference=reference_of(lambda tf, A: tf.reduce_mean(A)),
    slips=with_hints(
        SLIPS,
        {
            "mean-over-wrong-count": Hint(
                experiment=(
                    "Call it with the same rows twice over, then with every column twice: both double "
                    "the number of entries. Does your answer follow that number in both?"
                ),
                code=(
                    "tiny = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), 0.5\n"
                    "tiny_twice, tiny_wide = (np.tile(tiny[0], (2, 1)), 0.5), (np.tile(tiny[0], 2), 0.5)\n"
                    "print(*(vjp_mean(*case) for case in (tiny, tiny_twice, tiny_wide)), sep='\\n')"
                ),
            ),
        },
    ),
    parts=("dA",),
    invariants=(
        of_part(
            "dA",
            lambda dA: np.ptp(dA) <= 1e-12,
            "The entries differ, but each of them has the same share in a mean.",
        ),
        slopes_of(np.mean, "dA"),
    ),
)
