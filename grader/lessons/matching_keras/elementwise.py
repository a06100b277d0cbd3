"""What `leaky_relu` and its gradient share: both are functions of `(Z, slope)`, entry by entry."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from grader.lessons.draws import nonzero_integers
from grader.lessons.exercise import Case, Hint, Slip
from grader.lessons.matching_keras.row_slips import SINGLE_ROW_SLIPS
from grader.lessons.slips import replaced_by

TINY = "tiny = np.array([[-2.0, -1.0, 0.0], [1.0, 2.0, -3.0]]), 0.1"


# --- Slips ------------------------------------------------------------------------------------------

OWN_SLOPES = (0.01, 0.1, 0.125, 0.2, 0.3)  # those of textbooks, libraries and this lesson


def slips_of(name: str, *functions: Callable, **fields) -> tuple[Slip, ...]:
    """Slips of one name, each with another function of `(Z, slope)` in place of the right one.

    `fields` are further ones of `Slip`.
    """
    return tuple(Slip(name, {"answer": replaced_by(function)}, **fields) for function in functions)


def common_slips(function: str) -> tuple[Slip, ...]:
    """The slips that both exercises have; `function` is the name of the one that is called."""
    integers = Hint(
        code="tiny = np.array([[-2, -1], [1, 2]]), 0.1\n"
        f"print({function}(*tiny))\nprint({function}(1.0 * tiny[0], tiny[1]))"
    )
    two_slopes = Hint(
        code="tiny = np.array([[-2.0, -1.0, 0.0, 1.0]])\n"
        f"print({function}(tiny, 0.1))\nprint({function}(tiny, 0.7))"
    )
    return (
        *SINGLE_ROW_SLIPS,
        Slip(
            "integer-truncation",
            {"answer": lambda right, Z, slope: right(Z, slope).astype(Z.dtype)},
            hint=integers,
        ),
        *(
            Slip(
                "ignores-argument",
                {"answer": lambda right, Z, slope, own=own: right(Z, own)},
                hint=two_slopes,
            )
            for own in OWN_SLOPES
        ),
    )


# --- Cases ------------------------------------------------------------------------------------------

PREACTIVATIONS = (
    # label, shape, slope, tags
    ("the lesson's first layer, slope 0.05", (12, 25), 0.05, {"lesson"}),
    ("the lesson's second layer, slope 0.125", (12, 15), 0.125, set()),
    ("a slope above 1", (6, 4), 2.5, set()),
    ("slope 0, the ReLU", (4, 6), 0.0, set()),
    ("slope 1", (7, 2), 1.0, set()),
    ("as many units as examples", (4, 4), 0.3, {"square"}),
    ("entries of which some are exactly 0", (3, 5), 0.4, {"zeros"}),
    ("integers", (5, 4), 0.5, {"integer"}),
    ("integers, slope 0.25", (3, 4), 0.25, {"integer"}),
    ("a single example", (1, 5), 0.2, {"one example"}),
    ("one unit, a slope above 1", (6, 1), 1.75, {"one unit"}),
    ("nothing but negative entries, slope 0.01", (3, 4), 0.01, {"negative"}),
    ("floats, and a slope that is an integer", (2, 5), 2, {"integer"}),
    ("large entries", (3, 4), 0.6, set()),
    ("a matrix that is transposed in memory", (4, 3), 0.7, set()),
)


def cases(rng) -> list[Case]:
    """Cases with negative and positive entries, except where the tags say otherwise."""
    made = []
    for label, shape, slope, tags in PREACTIVATIONS:
        Z = (
            nonzero_integers(rng, shape, largest=3)
            if "integer" in tags and isinstance(slope, float)
            else 2 * rng.normal(size=shape)
        )
        places = rng.permutation(Z.size)
        Z.flat[places[:2]] = np.abs(Z.flat[places[:2]]) * [1, -1]
        if "zeros" in tags:
            Z.flat[places[2:6]] = 0.0
            Z.flat[places[6:8]] = [1e-7, -1e-7]
        if label == "a matrix that is transposed in memory":
            Z = np.asfortranarray(Z)
        if label == "large entries":
            Z *= 1e5
        if "negative" in tags:
            Z = -np.abs(Z)
        if label == "a slope above 1":
            Z[-1] = Z[0]
        made.append(Case(label, (Z, slope), frozenset(tags), {"m": shape[0]}))
    return made
