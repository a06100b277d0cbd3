"""The exercise `vjp_sigmoid`: the vector-Jacobian product of the sigmoid, from its output."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grader.lessons.automatic_differentiation import sections
from grader.lessons.automatic_differentiation.vjp import (
    SHAPES,
    over_all_entries,
    vector_jacobian_products,
    vjp_exercise,
)
from grader.lessons.backpropagation.sigmoid_derivative import (
    SCALED_TWICE,
    SQUARED,
    WRONG_FACTORS,
    derivative_slips,
)
from grader.lessons.cases import stored_by_columns
from grader.lessons.draws import (
    nonzero_integers,
    normals,
    with_zeros_and_equal_rows,
)
from grader.lessons.exercise import Case, Invariant
from grader.lessons.headings import no_later_than
from grader.lessons.slips import with_hints
from utils.network import sigmoid

# --- The right answer in NumPy ----------------------------------------------------------------------


def vjp_sigmoid(S, G):
    """The gradient with respect to the input of a sigmoid with output `S`, float64; all are of one shape."""
    return G * S * (1 - S)


# --- Slips ------------------------------------------------------------------------------------------

TINY = "tiny = np.array([[0.01, 0.5, 0.99]]), np.array([[1.0, 1.0, 2.0]])"

SLIPS = with_hints(
    derivative_slips(
        (*WRONG_FACTORS, SQUARED), lambda factor: ("vjp_sigmoid", lambda right, S, G: G * factor(S))
    ),
    {"extra-activation-derivative": replace(SCALED_TWICE, code=f"{TINY}\nprint(vjp_sigmoid(*tiny))")},
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """The context of a case is the sigmoid's input, which the function does not see."""
    cases = []
    for label, shape, tags in SHAPES:
        if "integer" not in tags:  # no sigmoid puts out integers
            cases.append(_case(rng, label, normals(rng, shape) * 1.5, tags))
    Z = normals(rng, (8, 5))
    Z *= 30 / np.abs(Z).max()
    cases.append(_case(rng, "saturated units", Z, {"saturated"}))
    large = _case(rng, "a large G", normals(rng, (6, 4)))
    S, G = large.arguments
    large = replace(large, arguments=(S, 1e5 * G))
    zeros = _case(rng, "arrays with equal rows", with_zeros_and_equal_rows(normals(rng, (4, 3))))
    S, G = zeros.arguments
    zeros = replace(zeros, arguments=(S, with_zeros_and_equal_rows(G)))
    return [
        *cases,
        large,
        *stored_by_columns([zeros], zeros.label),
        _case(rng, "floats in S alone", normals(rng, (4, 3)), {"integer"}, nonzero_integers),
    ]


def _case(rng, label, Z, tags=(), draw=normals) -> Case:
    S, G = np.asarray(sigmoid(Z)), draw(rng, Z.shape)
    return Case(label, (S, G), frozenset(tags), {"m": len(Z) if Z.ndim else 1}, Z)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    _, G = case.arguments
    return vector_jacobian_products(lambda tf, Z: tf.sigmoid(Z), [case.context], G)


# --- Invariants -------------------------------------------------------------------------------------


def _has_signs_of_g(case: Case, parts) -> bool:
    return bool(np.all(parts["dA"] * case.arguments[1] >= 0))


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = vjp_exercise(
    vjp_sigmoid,
    points=1,
    asks="the gradient of a sigmoid's input, from its output",
    reread=sections.ENTRIES,
    general_hints=(
        "Can you write the slope of the sigmoid with its output alone?",
        (
            "You are given what came out, not what went in. So nothing has to be computed again, and no "
            "exponential is needed."
        ),
        ("An array of the shape of `S`: `G` times a product of two factors made of `S`, entry by entry."),
    ),
    sections=no_later_than("2.4", sections.SECTIONS),
    examples={
        "tiny": TINY,
        "tiny_twice": "tiny_twice = [np.tile(part, (2, 1)) for part in tiny]",
        "tiny_far": "tiny_far = np.array([1e-12, 1 - 1e-12]), np.array([1.0, 1.0])",
    },
    arguments=("S", "G"),
    cases=_cases,
    reference=_reference,
    slips=(*SLIPS, over_all_entries("vjp_sigmoid")),
    extra_mean="needless-mean",
    parts=("dA",),
    invariants=(Invariant("A sigmoid only ever rises, but some signs are not those of G.", _has_signs_of_g),),
)
