"""The exercise `softmax_cross_entropy_gradient`: the gradient of the mean cost with respect to the logits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grader.lessons import withheld
from grader.lessons.cases import stored_by_columns
from grader.lessons.exercise import Case, Exercise, Hint
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import rows_sum_to, slopes
from grader.lessons.slips import one_example_slips, replaced_by, slips_in
from grader.lessons.softmax_cross_entropy import sections
from grader.lessons.softmax_cross_entropy.batches import (
    ONE_CLASS_MORE,
    UNUSUAL,
    batches,
)
from grader.lessons.softmax_cross_entropy.output_delta import OUTPUT_DELTA_SLIPS, OUTPUT_DELTA_STEPS
from grader.lessons.softmax_cross_entropy.softmax import PROBABILITY_SLIPS, SOFTMAX_STEPS, softmax
from grader.lessons.softmax_cross_entropy.softmax_jacobian import NOT_SHIFT_INVARIANT
from grader.lessons.tensors import float64
from utils import network
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def softmax_cross_entropy_gradient(Z, y, *, difference, one_hot, mean, **softmax_steps):
    """`dZ` `(m, N)`, float64, of the mean loss of logits `Z` `(m, N)` and classes `y` `(m,)`.

    Source: Bishop, "Pattern Recognition and Machine Learning" (2006), section 4.3.4.
    """
    return mean(difference(softmax(Z, **softmax_steps), y, one_hot=one_hot))


# --- Slips ------------------------------------------------------------------------------------------


def _labels_of_one_class(right, y, N):
    """One-hot labels as wide as the logits, where a lost axis makes probabilities of one class wider."""
    return np.ones((N, 1)) if len(y) == N and not y.any() else right(y, N)


LOST_AXES_BESIDE_LABELS = tuple(
    replace(slip, steps={**slip.steps, "one_hot": _labels_of_one_class})
    for slip in PROBABILITY_SLIPS
    if slip.name == "keepdims-missing"
)
SLIPS = (
    *PROBABILITY_SLIPS,
    *LOST_AXES_BESIDE_LABELS,
    *slips_in("finish", ("softmax-of-probabilities", replaced_by(lambda P, Z: Z))),
    *OUTPUT_DELTA_SLIPS,
    *one_example_slips(0, 1),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(Z, y)`."""
    return stored_by_columns([batch.case(batch.Z, batch.y) for batch in batches(rng)], UNUSUAL)


# --- Reference --------------------------------------------------------------------------------------


def mean_loss_tensor(tf, y, Z):
    """The mean loss as a scalar tensor: classes `y` `(m,)`, float64 logits `Z` `(m, N)`."""
    return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=Z))


def _reference(case: Case):
    tf, (Z, y) = import_tensorflow(), case.arguments
    Z = float64(tf, Z)
    with tf.GradientTape() as tape:
        tape.watch(Z)
        J = mean_loss_tensor(tf, y, Z)
    return tape.gradient(J, Z).numpy()


# --- Invariants -------------------------------------------------------------------------------------


def _cost(case: Case, arrays) -> float:
    return network.sparse_cross_entropy(case.arguments[1], network.softmax(arrays["dZ"]))


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="softmax_cross_entropy_gradient",
    points=3,
    asks="the derivative of the mean cost with respect to the logits",
    reread=sections.LOGIT_GRADIENT,
    general_hints=(
        (
            "What is left when the row of the loss's derivatives meets the Jacobian? Section 4.5 counts "
            "it out."
        ),
        (
            "For each logit: what the network says, compared with what the label says. The cost is a mean "
            "over the examples."
        ),
        (
            "The probabilities (m, N), changed in one place of every row, the place that `y` names; then "
            "the factor of the mean. Every row sums to 0."
        ),
    ),
    sections=no_later_than(
        "4.5",
        {**sections.SECTIONS, "wrong-axis": sections.SOFTMAX},
    ),
    examples={
        "tiny": "tiny = np.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]]), np.array([2, 0])",
        "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], 2)",
        "tiny_square": (
            "tiny_Z = np.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0], [2.0, 2.0, 3.0]])\n"
            "tiny_square = tiny_Z, np.array([2, 0, 1])"
        ),
        "tiny_far": (
            "tiny_Z = np.array([[1000.0, 0.0], [-1000.0, -1002.0], [0.0, 30.0]])\n"
            "tiny_far = tiny_Z, np.array([1, 0, 1])"
        ),
    },
    hints={
        "mean-over-wrong-count": Hint(
            experiment=ONE_CLASS_MORE,
            code=(
                "tiny = np.array([[1.0, 2.0, 4.0], [0.5, 0.0, -1.0]]), np.array([2, 0])\n"
                "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], 2)\n"
                "tiny_wide = np.hstack([tiny[0], np.full((2, 1), -99.0)]), tiny[1]\n"
                "print([softmax_cross_entropy_gradient(*case) for case in (tiny, tiny_twice, tiny_wide)])"
            ),
        ),
        "integer-truncation": Hint(
            code=(
                "tiny = np.array([[1, 2, 4], [0, 0, -1]]), np.array([2, 0])\n"
                "print(softmax_cross_entropy_gradient(*tiny))\n"
                "print(softmax_cross_entropy_gradient(1.0 * tiny[0], tiny[1]))"
            ),
        ),
    },
    arguments=("Z", "y"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_4,
    solve=softmax_cross_entropy_gradient,
    steps={**SOFTMAX_STEPS, **OUTPUT_DELTA_STEPS},
    slips=SLIPS,
    parts=("dZ",),
    stable=True,
    axes={"dZ": ("example", "class")},
    invariants=(
        rows_sum_to(0, "dZ", NOT_SHIFT_INVARIANT.format("In your `dZ` a row does")),
        slopes(_cost, lambda case: {"dZ": case.context.Z}, "a logit", "the cost"),
    ),
)
