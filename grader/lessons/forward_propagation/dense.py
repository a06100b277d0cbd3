"""The exercise `dense`: a layer for a batch, at once."""

from __future__ import annotations

from functools import reduce

import numpy as np

from grader.lessons import withheld
from grader.lessons.exercise import Case, Exercise, Hint
from grader.lessons.forward_propagation import sections
from grader.lessons.forward_propagation.batch_slips import AVERAGED_EXAMPLE_SLIPS, ONE_EXAMPLE_SLIPS
from grader.lessons.forward_propagation.layer import (
    LAYER_SLIPS,
    LAYER_STEPS,
    TINY,
    dense,
    keras_layer,
    layer_cases,
)
from grader.lessons.headings import no_later_than
from grader.lessons.slips import SQUARE, changed, slips_in, with_hints
from utils.tensorflow import import_tensorflow

# --- Slips ------------------------------------------------------------------------------------------

AVERAGED_ANSWER_SLIPS = slips_in(
    "answer",
    ("needless-mean", changed(lambda A: A.mean(axis=0, keepdims=True))),
    ("needless-mean", changed(lambda A: A.mean(axis=0))),
)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    return keras_layer(import_tensorflow(), *case.arguments)


# --- Right answers in other styles ------------------------------------------------------------------


def dense_by_broadcasting_over_three_axes(A_prev, W, b, activation):
    return activation((A_prev[:, :, np.newaxis] * W[np.newaxis]).sum(axis=1) + b)


def dense_by_reduction_over_the_inputs(A_prev, W, b, activation):
    start = np.broadcast_to(b.astype(float), (len(A_prev), len(b)))
    return activation(reduce(lambda Z, j: Z + np.outer(A_prev[:, j], W[j]), range(len(W)), start))


# --- Hints ------------------------------------------------------------------------------------------

HINTS = {
    "weights-transposed": Hint(
        experiment=SQUARE,
        code="tiny = np.array([[10.0, 20.0]]), np.array([[0.0, 0.0], [1.0, 0.0]]), np.zeros(2), np.arctan\n"
        "print(dense(*tiny))",
    )
}


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="dense",
    points=3,
    asks="a layer for a batch, at once",
    reread=sections.LAYER,
    general_hints=(
        (
            "Write the three shapes under one another: (m, n_in), (n_in, n_out), (n_out,). What fits what "
            "as it stands?"
        ),
        (
            "The loops of one example and one unit are one entry of a matrix product. NumPy adds a row of "
            "biases to every row by itself."
        ),
        (
            "One line: the activation, called once, of a product of `A_prev` and `W` with the biases "
            "added. The result is (m, n_out)."
        ),
    ),
    sections=no_later_than("2.2", sections.SECTIONS),
    examples={
        "tiny": TINY.format("np.array([[1, 2], [3, -1], [0, 1], [2, 2]])"),
        "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), *tiny[1:]",
        "tiny_far": "tiny_far = np.array([[-30.0], [30.0]]), np.array([[1.0]]), np.array([0.0]), sigmoid",
    },
    arguments=("A_prev", "W", "b", "activation"),
    cases=layer_cases,
    reference=_reference,
    withheld=withheld.LESSON_2,
    solve=dense,
    steps=LAYER_STEPS,
    slips=(
        *with_hints(LAYER_SLIPS, HINTS),
        *ONE_EXAMPLE_SLIPS,
        *AVERAGED_EXAMPLE_SLIPS,
        *AVERAGED_ANSWER_SLIPS,
    ),
    parts=("A",),
    extra_mean="needless-mean",
    axes={"A": ("example", "unit")},
    right=(dense_by_broadcasting_over_three_axes, dense_by_reduction_over_the_inputs),
)
