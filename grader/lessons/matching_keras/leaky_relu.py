"""The exercise `leaky_relu`: an activation that never goes flat.

Maas, Hannun and Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.
"""

from __future__ import annotations

import numpy as np

from grader.lessons.exercise import Case, Exercise, Hint, Invariant
from grader.lessons.matching_keras import sections
from grader.lessons.matching_keras.elementwise import TINY, cases, common_slips, slips_of
from grader.lessons.tensors import float64
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy ----------------------------------------------------------------------


def leaky_relu(Z, slope):
    """`Z` `(m, n)` where it is positive, else `slope` times `Z`; float64."""
    return np.where(Z > 0, Z, slope * Z)


# --- Slips ------------------------------------------------------------------------------------------

SLIPS = (
    *slips_of(
        "wrong-activation",
        lambda Z, slope: np.maximum(Z, 0),
        lambda Z, slope: np.where(Z > 0, Z, slope * (np.exp(Z) - 1)),
        lambda Z, slope: np.where(Z > 0, Z, np.exp(Z) - 1),
        lambda Z, slope: sigmoid(Z),
        lambda Z, slope: np.tanh(Z),
    ),
    *slips_of(
        "larger-branch",
        lambda Z, slope: np.maximum(Z, slope * Z),
        hint=Hint(
            advice="The sign of z chooses the branch, whatever the slope is. For which slopes does the "
            "larger of the two lie on the other branch?",
            experiment="Call it with -1 and 1 and a slope of 2: which of the two results should be farther "
            "from 0?",
            code="print(leaky_relu(np.array([[-1.0, 1.0]]), 2.0))",
        ),
    ),
    *slips_of("activation-skipped", lambda Z, slope: Z),
    *slips_of("activation-twice", lambda Z, slope: leaky_relu(leaky_relu(Z, slope), slope)),
    *slips_of(
        "wrong-sign",
        lambda Z, slope: leaky_relu(Z, -slope),
        hint=Hint(
            advice="The function never falls: a larger z makes a larger activation, on both sides of 0. "
            "Which of your two branches breaks that?",
            experiment="Call it with -2, -1 and 0, and go from left to right: do the activations rise?",
        ),
    ),
    *common_slips("leaky_relu"),
)


# --- Reference --------------------------------------------------------------------------------------


def leaky_relu_tensor(tf, Z, slope):
    """The leaky ReLU of a float64 tensor. `tf.nn.leaky_relu` would round the slope to float32."""
    return tf.where(Z > 0, Z, float64(tf, slope) * Z)


def _reference(case: Case):
    tf, (Z, slope) = import_tensorflow(), case.arguments
    return leaky_relu_tensor(tf, float64(tf, Z), slope).numpy()


# --- Invariants -------------------------------------------------------------------------------------


def _never_falls(case: Case, parts) -> bool:
    order = np.argsort(case.arguments[0], axis=None)
    return bool(np.all(np.diff(np.ravel(parts["A"])[order]) >= -1e-12))


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="leaky_relu",
    points=1,
    asks="the leaky rectified linear unit",
    reread=sections.LEAKY_RELU,
    general_hints=(
        "What happens to positive entries, and what to all others?",
        (
            "Choose entry by entry. A maximum of two expressions does it for small slopes only: try a "
            "slope above 1."
        ),
        (
            "An array of the shape of `Z`, whose entries come from `Z` or from `Z` and `slope`, by the "
            "sign of the entry."
        ),
    ),
    sections=sections.SECTIONS,
    examples={"tiny": TINY},
    hints={
        "extra-axis": Hint(
            code=("print(leaky_relu(np.array([[-2.0, 1.0]]), 0.1))"),
        ),
    },
    arguments=("Z", "slope"),
    cases=cases,
    reference=_reference,
    solve=leaky_relu,
    slips=SLIPS,
    parts=("A",),
    axes={"A": ("example", "unit")},
    invariants=(Invariant("A larger z does not always give a larger activation.", _never_falls),),
    equivalent={
        "At 0 both branches give 0.": (
            "return np.where(Z > 0, Z, slope * Z) -> return np.where(Z >= 0, Z, slope * Z)",
        ),
    },
)
