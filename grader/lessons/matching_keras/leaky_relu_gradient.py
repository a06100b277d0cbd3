"""The exercise `leaky_relu_gradient`: the derivative of the leaky ReLU."""

from __future__ import annotations

import numpy as np

from grader.lessons.exercise import Case, Exercise, Hint
from grader.lessons.invariants import of_part
from grader.lessons.matching_keras import sections
from grader.lessons.matching_keras.elementwise import TINY, cases, common_slips, slips_of
from grader.lessons.matching_keras.leaky_relu import leaky_relu_tensor
from grader.lessons.tensors import float64
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy ----------------------------------------------------------------------


def leaky_relu_gradient(Z, slope):
    """1 where `Z` `(m, n)` is positive, else `slope`; float64. At 0 it is the slope of the left."""
    return np.where(Z > 0, 1.0, slope)


# --- Slips ------------------------------------------------------------------------------------------

SLIPS = (
    *slips_of(
        "wrong-activation-derivative",
        lambda Z, slope: np.where(Z > 0, 1.0, 0.0),
        lambda Z, slope: np.where(Z >= 0, 1.0, 0.0),
        lambda Z, slope: np.where(Z > 0, 1.0, slope * np.exp(Z)),
        lambda Z, slope: sigmoid(Z) * (1 - sigmoid(Z)),
        lambda Z, slope: 1 - np.tanh(Z) ** 2,
    ),
    *slips_of(
        "derivative-at-zero",
        lambda Z, slope: np.where(Z >= 0, 1.0, slope),
        lambda Z, slope: (Z > 0) * 1.0 + (Z < 0) * slope,
        lambda Z, slope: np.where(Z == 0, (1 + slope) / 2, np.where(Z > 0, 1.0, slope)),
        hint=Hint(
            advice="The function has a corner at 0, so the slope there is a matter of agreement. Which side "
            "does the docstring choose?",
            code="print(leaky_relu_gradient(np.array([[-1.0, 0.0, 1.0]]), 0.1))",
        ),
    ),
    *slips_of(
        "missing-activation-derivative",
        lambda Z, slope: np.ones(Z.shape),
        hint=Hint(
            experiment="Compare the slope far to the left with the slope far to the right: are both as steep?"
        ),
    ),
    *slips_of(
        "wrong-sign",
        lambda Z, slope: leaky_relu_gradient(Z, -slope),
        hint=Hint(
            advice="The function never falls, so no slope of it is negative. Which of your two branches "
            "breaks that?",
            experiment="Before you call it with -2 and 2, say of each place whether the function rises.",
        ),
    ),
    *common_slips("leaky_relu_gradient"),
)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf, (Z, slope) = import_tensorflow(), case.arguments
    Z = float64(tf, Z)
    with tf.GradientTape() as tape:
        tape.watch(Z)
        total = tf.reduce_sum(leaky_relu_tensor(tf, Z, slope))
    return tape.gradient(total, Z).numpy()


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="leaky_relu_gradient",
    points=1,
    asks="the derivative of the leaky rectified linear unit",
    reread=sections.LEAKY_RELU,
    general_hints=(
        "The function is made of two straight lines. What are their slopes?",
        ("The sign of `Z` decides which line you are on. At 0 itself the course takes the line on the left."),
        (
            "An array of the shape of `Z` with only two different numbers in it. The size of an entry of "
            "`Z` plays no part."
        ),
    ),
    sections=sections.SECTIONS,
    examples={"tiny": TINY},
    hints={
        "extra-axis": Hint(
            code=("print(leaky_relu_gradient(np.array([[-2.0, 1.0]]), 0.1))"),
        ),
    },
    arguments=("Z", "slope"),
    cases=cases,
    reference=_reference,
    solve=leaky_relu_gradient,
    slips=SLIPS,
    parts=("derivative",),
    axes={"derivative": ("example", "unit")},
    invariants=(
        of_part(
            "derivative",
            lambda slope: np.all(slope >= 0),
            "Some slopes are negative, but the function never falls.",
        ),
    ),
)
