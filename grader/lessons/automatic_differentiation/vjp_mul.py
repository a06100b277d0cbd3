"""The exercise `vjp_mul`: the vector-Jacobian products of a product entry by entry."""

from __future__ import annotations

import numpy as np

from grader.lessons.automatic_differentiation import sections
from grader.lessons.automatic_differentiation.vjp import (
    cases_of_mixed_dtypes,
    cases_of_one_shape,
    over_all_entries,
    reference_of,
    slopes_of,
    vjp_exercise,
)
from grader.lessons.exercise import Case, Hint, Slip
from grader.lessons.headings import no_later_than

# --- The right answer in NumPy ----------------------------------------------------------------------


def vjp_mul(A, B, G):
    """The gradients with respect to `A` and `B`, float64; `A`, `B` and `G` are of one shape."""
    return G * B, G * A


# --- Slips ------------------------------------------------------------------------------------------

SWAPPED = Slip("operands-swapped", {"vjp_mul": lambda right, A, B, G: right(A, B, G)[::-1]})


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    cases = cases_of_one_shape(rng, lambda draw, shape: (draw(shape), draw(shape)))
    return [*cases, *cases_of_mixed_dtypes(rng, dict.fromkeys("ABG", (4, 3)))]


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = vjp_exercise(
    vjp_mul,
    points=1,
    asks="the gradients of the two factors of a product entry by entry",
    reread=sections.ENTRIES,
    general_hints=(
        "With `B` held still, how fast does an entry of the product grow with the entry of `A`?",
        "Entries don't mix here: each depends on two numbers, and each of them is the other's slope.",
        "Two arrays of the common shape, each made of `G` and one of the factors, entry by entry.",
    ),
    sections=no_later_than(
        "2.4",
        {**sections.SECTIONS, "operands-swapped": sections.ENTRIES},
    ),
    examples={
        "tiny": "tiny = np.array([[1.0, 2.0]]), np.array([[10.0, 20.0]]), np.array([[1.0, 3.0]])",
        "tiny_twice": "tiny_twice = [np.tile(part, (2, 1)) for part in tiny]",
    },
    hints={
        "integer-truncation": Hint(
            code=(
                "tiny = np.array([[1, 2]]), np.array([[10, 20]]), np.array([[0.25, 0.5]])\n"
                "print(vjp_mul(*tiny))\n"
                "print(vjp_mul(1.0 * tiny[0], 1.0 * tiny[1], tiny[2]))"
            ),
        ),
    },
    arguments=("A", "B", "G"),
    cases=_cases,
    reference=reference_of(lambda tf, A, B: A * B),
    slips=(SWAPPED, over_all_entries("vjp_mul")),
    extra_mean="needless-mean",
    parts=("dA", "dB"),
    invariants=(slopes_of(np.multiply, "dA", "dB"),),
)
