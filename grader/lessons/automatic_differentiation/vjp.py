"""What the exercises on vector-Jacobian products share.

Each takes the operands of one operation, or its output, and last the gradient `G` of a final scalar by that
output. It returns the gradients with respect to the operands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from grader.lessons.automatic_differentiation import sections
from grader.lessons.cases import (
    mixed_dtypes,
    stored_by_columns,
)
from grader.lessons.draws import (
    nonzero_integers,
    normals,
    with_zeros_and_equal_rows,
)
from grader.lessons.exercise import Case, Exercise, Invariant, Slip
from grader.lessons.invariants import slopes
from grader.lessons.tensors import float64
from utils.tensorflow import import_tensorflow


def vjp_exercise(rule: Callable, **fields) -> Exercise:
    """The exercise on one `rule`, which is also its only step: `backward` shares the step's slips."""
    name = rule.__name__
    return Exercise(
        name=name,
        solve=lambda *arguments, **steps: steps[name](*arguments),
        steps={name: rule},
        **{"sections": sections.SECTIONS, **fields},
    )


def over_all_entries(name: str) -> Slip:
    """A slip in the step `name` that divides by the number of entries of G: there is nothing to average."""

    def step(right, *arguments):
        found, size = right(*arguments), np.size(arguments[-1])
        return tuple(part / size for part in found) if isinstance(found, tuple) else found / size

    return Slip("needless-mean", {name: step})


# --- Cases ------------------------------------------------------------------------------------------

SHAPES = (
    # label, shape, tags
    ("the lesson's losses", (12, 1), {"lesson"}),
    ("arrays of shape (6, 4)", (6, 4), set()),
    ("square arrays", (4, 4), {"square"}),
    ("integers", (5, 3), {"integer"}),
    ("a single example", (1, 5), {"one example"}),
    ("a single column", (7, 1), {"one unit"}),
    ("a single entry", (1, 1), {"one unit"}),
    ("vectors", (6,), set()),
    ("arrays with three axes", (2, 3, 4), set()),
    ("arrays without axes", (), set()),
)


def drawing(rng, tags) -> Callable:
    """The function that draws an operand of a given shape for a case with these tags."""
    return partial(nonzero_integers if "integer" in tags else normals, rng)


def cases_of_one_shape(rng, operands: Callable, gradient: Callable = normals) -> list[Case]:
    """A case for each of `SHAPES`, with the tuple `operands(draw, shape)` and G, and those with a small G."""
    cases = []
    for label, shape, tags in SHAPES:
        arguments = (*operands(drawing(rng, tags), shape), gradient(rng, shape))
        cases.append(Case(label, arguments, frozenset(tags), {"m": shape[0] if shape else 1}))
    return with_other_gradients(cases)


def with_other_gradients(cases: list[Case]) -> list[Case]:
    """The cases, two of them again with a small G, as first layers have it, one with a large G or zeros."""
    other = []
    for case, factor, size in (
        (cases[1], 1e-5, "small"),
        (cases[2], 1e-5, "small"),
        (cases[1], 1e5, "large"),
    ):
        *operands, G = case.arguments
        arguments = (*operands, np.asarray(factor * G))
        other.append(replace(case, label=f"{case.label}, a {size} G", arguments=arguments))
    zeros = replace(cases[1], label=f"{cases[1].label} with zeros", arguments=_with_zeros(cases[1].arguments))
    return [*cases, *other, *stored_by_columns([zeros], zeros.label)]


def _with_zeros(arguments) -> tuple:
    """The arguments with zeros and equal rows, except in what has to be positive."""
    return tuple(
        with_zeros_and_equal_rows(array) if array.ndim > 1 and np.any(array < 0) else array
        for array in arguments
    )


def cases_of_mixed_dtypes(rng, shapes: Mapping[str, tuple[int, ...]]) -> list[Case]:
    """Cases with floats in one of the operands or in none, and integers in the others and in G, the last."""
    floats, integers = (
        {name: draw(rng, shape) for name, shape in shapes.items()} for draw in (normals, nonzero_integers)
    )
    counts = {"m": shapes["A"][0]}
    *cases, _ = (
        Case(label, arguments, frozenset({"integer"}), counts)
        for label, arguments in mixed_dtypes(floats, integers)
    )
    return [*cases, Case("integers in all of them", tuple(integers.values()), frozenset({"integer"}), counts)]


# --- References -------------------------------------------------------------------------------------


def reference_of(op: Callable) -> Callable:
    """The reference for the operation `op(tf, *operands)` on all arguments of a case but the last, G."""

    def reference(case: Case):
        *operands, G = case.arguments
        return vector_jacobian_products(op, operands, G)

    return reference


def vector_jacobian_products(op: Callable, operands, G):
    """The gradients with respect to the operands of `op(tf, *operands)`, for the gradient `G` of its output.

    A tuple, or an array if there is only one operand.
    """
    tf = import_tensorflow()
    operands = [float64(tf, operand) for operand in operands]
    with tf.GradientTape() as tape:
        tape.watch(operands)
        output = op(tf, *operands)
    found = [g.numpy() for g in tape.gradient(output, operands, output_gradients=float64(tf, G))]
    return tuple(found) if len(found) > 1 else found[0]


# --- Invariants -------------------------------------------------------------------------------------


def slopes_of(op: Callable, *parts: str) -> Invariant:
    """To nudge an operand of `op` changes its output, weighted by G, as the gradients say.

    `parts` are the names of the gradients in the order of the operands.
    """

    def weighted(case: Case, arrays) -> float:
        return float((op(*(arrays[part] for part in parts)) * case.arguments[-1]).sum())

    def operands(case: Case) -> dict:
        return dict(zip(parts, case.arguments[:-1], strict=True))

    return slopes(
        weighted,
        operands,
        "an operand",
        "the output",
    )
