"""The exercise `vjp_log`: the vector-Jacobian product of the natural logarithm."""

from __future__ import annotations

from dataclasses import replace

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
from grader.lessons.draws import normals
from grader.lessons.exercise import Case, Hint, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.slips import small_numbers

# --- The right answer in NumPy ----------------------------------------------------------------------


def vjp_log(A, G):
    """The gradient with respect to `A`, whose entries are positive, float64; `A` and `G` are of one shape."""
    return G / A


# --- Slips ------------------------------------------------------------------------------------------


def _input_slip(name, wrong) -> Slip:
    """A slip that divides by `wrong(A)`."""
    return Slip(name, {"vjp_log": lambda right, A, G: right(wrong(A), G)})


def _clipped_slip(wrong, small) -> Slip:
    """A slip that divides by `wrong(A, small)`."""
    return _input_slip("clipped", lambda A: wrong(A, small))


def _between(A, small):
    return np.clip(A, small, 1 - small)


SLIPS = (
    _input_slip("wrong-log-base", lambda A: A * np.log(10)),
    _input_slip("wrong-log-base", lambda A: A * np.log(2)),
    *(_clipped_slip(np.add, small) for small in small_numbers(4, 10)),
    *(_clipped_slip(_between, small) for small in small_numbers(4, 10)),
    _input_slip("clipped", lambda A: np.minimum(A, 1)),
)

# Only the cases of this exercise, not those of `backward`, have inputs small enough to show these.
FLOOR_SLIPS = (
    *(_clipped_slip(np.maximum, small) for small in small_numbers(4, 12)),
    *(_clipped_slip(_between, small) for small in small_numbers(11, 16)),
)


# --- Cases ------------------------------------------------------------------------------------------


def _positive(array):
    """The absolute values; floats are at least 0.1, since a case of its own has the values near 0."""
    return np.asarray(np.abs(array) + (0 if array.dtype.kind == "i" else 0.1))


def _cases(rng) -> list[Case]:
    cases = cases_of_one_shape(rng, lambda draw, shape: (_positive(draw(shape)),))
    near_0 = rng.permutation(np.logspace(-13, -7, 18)).reshape(6, 3)  # a sigmoid at -30 is as small
    arguments = near_0, normals(rng, near_0.shape)
    of_integers = cases_of_mixed_dtypes(rng, dict.fromkeys("AG", (4, 3)))
    return [
        *cases,
        Case("probabilities near 0", arguments, frozenset({"saturated"}), {"m": len(near_0)}),
        *(replace(c, arguments=(_positive(c.arguments[0]), c.arguments[1])) for c in of_integers),
    ]


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = vjp_exercise(
    vjp_log,
    points=1,
    asks="the gradient of a logarithm's input",
    reread=sections.ENTRIES,
    general_hints=(
        "Where is the logarithm steep, and where is it flat?",
        (
            "The slope at an entry depends on that entry alone. No entry is 0, so nothing has to be added "
            "to be safe."
        ),
        "An array of the shape of `A`, entry by entry from `G` and `A`, in one operation.",
    ),
    sections=no_later_than("2.4", sections.SECTIONS),
    examples={
        "tiny": "tiny = np.array([[0.5, 1.0, 2.0]]), np.array([[1.0, 1.0, 2.0]])",
        "tiny_twice": "tiny_twice = [np.tile(part, (2, 1)) for part in tiny]",
        "tiny_far": "tiny_far = np.array([1e-13, 1e-5, 2.0]), np.array([1.0, 1.0, 1.0])",
    },
    hints={
        "integer-truncation": Hint(
            code=(
                "tiny = np.array([[2, 4]]), np.array([[1.0, 1.0]])\n"
                "print(vjp_log(*tiny))\n"
                "print(vjp_log(1.0 * tiny[0], tiny[1]))"
            ),
        ),
    },
    arguments=("A", "G"),
    cases=_cases,
    reference=reference_of(lambda tf, A: tf.math.log(A)),
    slips=(*SLIPS, *FLOOR_SLIPS, over_all_entries("vjp_log")),
    extra_mean="needless-mean",
    parts=("dA",),
    invariants=(slopes_of(np.log, "dA"),),
)
