"""The exercise `dense_loop`: a layer for one example, unit by unit."""

from __future__ import annotations

import numpy as np

from grader.lessons import withheld
from grader.lessons.exercise import Case, Exercise, Hint
from grader.lessons.forward_propagation import sections
from grader.lessons.forward_propagation.layer import (
    LAYER_SLIPS,
    LAYER_STEPS,
    TINY,
    dense,
    keras_layer,
    layer_cases,
)
from grader.lessons.headings import no_later_than
from grader.lessons.right_answers import FILLED, ONE_AXIS, RAVEL, TRANSPOSE, Number, wrapped
from grader.lessons.slips import SQUARE, with_hints
from utils.tensorflow import import_tensorflow

# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(a_prev, W, b, activation)`: the layers of batches with the first example of each."""
    return [
        Case(case.label, (case.arguments[0][0], *case.arguments[1:]), case.tags)
        for case in layer_cases(rng)
        if "one example" not in case.tags
    ]


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    a_prev, *others = case.arguments
    return keras_layer(import_tensorflow(), a_prev[np.newaxis], *others)[0]


# --- Right answers in other styles ------------------------------------------------------------------


def dense_loop_by_recursion_over_the_inputs(a_prev, W, b, activation):
    def z(unit, inputs):
        if inputs == 0:
            return Number(b[unit])
        return z(unit, inputs - 1) + Number(a_prev[inputs - 1]) * Number(W[inputs - 1, unit])

    return np.array([activation(float(z(unit, len(a_prev)))) for unit in range(len(b))])


def dense_loop_by_broadcasting(a_prev, W, b, activation):
    return activation((a_prev[:, np.newaxis] * W).sum(axis=0) + b)


# --- Hints ------------------------------------------------------------------------------------------

HINTS = {
    "weights-transposed": Hint(
        experiment=SQUARE,
        code="tiny = np.array([10.0, 20.0]), np.array([[0.0, 0.0], [1.0, 0.0]]), np.zeros(2), np.arctan\n"
        "print(dense_loop(*tiny))",
    )
}


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="dense_loop",
    points=2,
    asks="a layer for one example, unit by unit",
    reread=sections.UNITS,
    general_hints=(
        "How many numbers come out, and which column of `W` makes the first of them?",
        (
            "For one unit, begin with its bias, go through its inputs and add what each contributes. When "
            "all have been added, and not before, comes the activation."
        ),
        (
            "Two loops: the outer one over the units, the inner one over the inputs. An entry of `W` has "
            "the input's number first, then the unit's. You fill an array (n_out,) of floats."
        ),
    ),
    sections=no_later_than(
        "2.1",
        {**sections.SECTIONS, "weights-transposed": sections.UNITS},
    ),
    examples={"tiny": TINY.format("np.array([1, 2])")},
    arguments=("a_prev", "W", "b", "activation"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_2,
    solve=dense,
    steps=LAYER_STEPS,
    slips=with_hints(LAYER_SLIPS, HINTS),
    parts=("a",),
    extra_mean="needless-mean",
    axes={"a": ("unit",)},
    right=(dense_loop_by_recursion_over_the_inputs, dense_loop_by_broadcasting),
    equivalent={
        ONE_AXIS: wrapped("a", TRANSPOSE, RAVEL),
        FILLED: ("a = np.zeros(n_out) -> a = np.ones(n_out)",),
    },
)
