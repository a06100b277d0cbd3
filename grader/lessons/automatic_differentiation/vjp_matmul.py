"""The exercise `vjp_matmul`: the vector-Jacobian products of a matrix product.

Giles, "An extended collection of matrix derivative results for forward and reverse mode algorithmic
differentiation", Oxford University Computing Laboratory 2008.
"""

from __future__ import annotations

import numpy as np

from grader.lessons.automatic_differentiation import sections
from grader.lessons.automatic_differentiation.vjp import (
    cases_of_mixed_dtypes,
    drawing,
    over_all_entries,
    reference_of,
    slopes_of,
    vjp_exercise,
    with_other_gradients,
)
from grader.lessons.draws import normals
from grader.lessons.exercise import Case, Hint, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.slips import SQUARE, transposed_if_square, with_hints

# --- The right answer in NumPy ----------------------------------------------------------------------


def vjp_matmul(A, B, G):
    """The gradients with respect to `A` `(m, p)` and `B` `(p, n)`, float64, for `G` `(m, n)`."""
    return G @ B.T, A.T @ G


# --- Slips ------------------------------------------------------------------------------------------

SWAPPED = Slip("operands-swapped", {"vjp_matmul": lambda right, A, B, G: right(A, B, G)[::-1]})

SLIPS = with_hints(
    (
        SWAPPED,
        Slip("weights-transposed", {"vjp_matmul": lambda right, A, B, G: (G @ B, right(A, B, G)[1])}),
        Slip("weights-transposed", {"vjp_matmul": lambda right, A, B, G: (right(A, B, G)[0], A @ G)}),
        Slip("weights-transposed", {"vjp_matmul": lambda right, A, B, G: (G @ B, A @ G)}),
        Slip(
            "weights-transposed", {"vjp_matmul": lambda right, A, B, G: right(A, transposed_if_square(B), G)}
        ),
        Slip(
            "weights-transposed", {"vjp_matmul": lambda right, A, B, G: right(transposed_if_square(A), B, G)}
        ),
        Slip(
            "weights-transposed",
            {"vjp_matmul": lambda right, A, B, G: right(transposed_if_square(A), transposed_if_square(B), G)},
        ),
    ),
    {
        "weights-transposed": Hint(
            experiment=SQUARE,
            code="tiny_A, tiny_B = np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0, 2.0], [0.0, 0.0]])\n"
            "print(vjp_matmul(tiny_A, tiny_B, np.array([[1.0, 0.0], [3.0, 4.0]])))",
        ),
    },
)


def _second_factor_slip(name, wrong) -> Slip:
    """A slip in the gradient of the second factor alone: `wrong(dB, A, G)` replaces it."""

    def step(right, A, B, G):
        dA, dB = right(A, B, G)
        return dA, wrong(dB, A, G)

    return Slip(name, {"vjp_matmul": step})


# Slips of learners who take the rows for examples; not in `backward`, where the cost has its mean.
EXAMPLE_SLIPS = (
    _second_factor_slip("needless-mean", lambda dB, A, G: dB / len(A)),
    _second_factor_slip("one-example-only", lambda dB, A, G: np.outer(A[0], G[0])),
    _second_factor_slip("one-example-only", lambda dB, A, G: np.outer(A[-1], G[-1])),
)


# --- Cases ------------------------------------------------------------------------------------------

PRODUCTS = (
    # label, m, p, n, tags
    ("the lesson's second layer", 12, 25, 15, {"lesson"}),
    ("a (6, 4) times a (4, 3) matrix", 6, 4, 3, set()),
    ("square matrices", 4, 4, 4, {"square"}),
    ("integers", 5, 3, 4, {"integer"}),
    ("a single example", 1, 5, 3, {"one example"}),
    ("a single unit", 7, 3, 1, {"one unit"}),
    ("a single input", 5, 1, 2, {"one unit"}),
    ("matrices of a single entry", 1, 1, 1, {"one example", "one unit"}),
)


def _cases(rng) -> list[Case]:
    cases = []
    for label, m, p, n, tags in PRODUCTS:
        draw = drawing(rng, tags)
        A, B, G = draw((m, p)), draw((p, n)), normals(rng, (m, n))
        cases.append(Case(label, (A, B, G), frozenset(tags), {"m": m}))
    return [
        *with_other_gradients(cases),
        *cases_of_mixed_dtypes(rng, {"A": (4, 3), "B": (3, 2), "G": (4, 2)}),
    ]


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = vjp_exercise(
    vjp_matmul,
    points=2,
    asks="the gradients of a matrix product's two factors",
    reread=sections.PRODUCT,
    general_hints=(
        "Which entries of the product does one entry of `A` take part in?",
        (
            "Take shapes as your guide: `G` has the shape of the product. For each operand there is one "
            "product of `G` with the other operand that has its shape."
        ),
        (
            "Two matrix products, each of `G` and the other operand, one of them turned: (m, p) and (p, "
            "n) have to come out. The order matters."
        ),
    ),
    sections=no_later_than("2.2", sections.SECTIONS),
    examples={
        "tiny": (
            "tiny = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]]), np.array([[2.0], [1.0], [0.5]])\n"
            "tiny += (np.array([[0.1], [0.4]]),)"
        ),
        "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), tiny[1], np.tile(tiny[2], (2, 1))",
    },
    hints={
        "integer-truncation": Hint(
            code=(
                "tiny = np.array([[1, 2]]), np.array([[3], [1]]), np.array([[0.5]])\n"
                "print(vjp_matmul(*tiny))\n"
                "print(vjp_matmul(1.0 * tiny[0], 1.0 * tiny[1], tiny[2]))"
            ),
        ),
    },
    arguments=("A", "B", "G"),
    cases=_cases,
    reference=reference_of(lambda tf, A, B: A @ B),
    slips=(*SLIPS, *EXAMPLE_SLIPS, over_all_entries("vjp_matmul")),
    extra_mean="needless-mean",
    parts=("dA", "dB"),
    invariants=(slopes_of(np.matmul, "dA", "dB"),),
)
