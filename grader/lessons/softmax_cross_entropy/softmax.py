"""The exercise `softmax`: the probabilities of a batch of logits."""

from __future__ import annotations

import numpy as np

from grader.lessons import withheld
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import between_0_and_1, rows_sum_to
from grader.lessons.right_answers import LAST_AXIS
from grader.lessons.slips import (
    changed,
    one_example_slips,
    repeated_row,
    replaced_by,
    slips_in,
    unchanged,
    with_hints,
)
from grader.lessons.softmax_cross_entropy import sections
from grader.lessons.softmax_cross_entropy.batches import LOGIT_EXAMPLES, far_class_hint, logit_cases
from grader.lessons.softmax_cross_entropy.clips import VISIBLE, clips
from grader.lessons.tensors import float64
from utils import network
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def softmax(Z, *, shift, normalise, finish):
    """The probabilities `(m, N)` of the logits `Z` `(m, N)`, float64 (Blanchard et al. 2021)."""
    return finish(normalise(np.exp(shift(Z))), Z)


def shift(Z):
    """The logits `(m, N)` less the largest of each row."""
    return Z - Z.max(axis=1, keepdims=True)


def normalise(exponentials):
    """Each row of `(m, N)` over its sum."""
    return exponentials / exponentials.sum(axis=1, keepdims=True)


SOFTMAX_STEPS = {"shift": shift, "normalise": normalise, "finish": unchanged}


# --- Slips ------------------------------------------------------------------------------------------


def _sum(axis, keepdims):
    return lambda u: u.sum(axis=axis, keepdims=keepdims)


def _shift_by_max(axis, keepdims):
    return replaced_by(lambda Z: Z - Z.max(axis=axis, keepdims=keepdims))


WRONG_AXES = ((0, True), (None, True), (1, False))  # columns, everything, and a forgotten keepdims


def wrong_axis_slips(step: str, with_sum) -> tuple[Slip, ...]:
    """Slips that take the row's maximum, its sum, or both, over something else than the row.

    `with_sum(total)` is what `step` is with the sum `total(exponentials)`.
    """
    sums = {axis: replaced_by(with_sum(_sum(*axis))) for axis in WRONG_AXES}
    shifts = {axis: _shift_by_max(*axis) for axis in WRONG_AXES}
    return (
        *(Slip(_name_of(axis), {step: sums[axis]}) for axis in WRONG_AXES),
        *(Slip(_name_of(axis), {"shift": shifts[axis]}) for axis in WRONG_AXES if axis[0] is not None),
        *(Slip(_name_of(axis), {"shift": shifts[axis], step: sums[axis]}) for axis in WRONG_AXES),
    )


def _name_of(axis) -> str:
    return "keepdims-missing" if axis == (1, False) else "wrong-axis"


UNSTABLE_SHIFTS = slips_in(
    "shift",
    ("numerically-unstable", replaced_by(lambda Z: Z)),
    ("numerically-unstable", replaced_by(lambda Z: Z - Z.max())),
)


def _with_small_sum(epsilon):
    return lambda u: u / (u.sum(axis=1, keepdims=True) + epsilon)


PROBABILITY_SLIPS = (
    *wrong_axis_slips("normalise", lambda total: lambda u: u / total(u)),
    *UNSTABLE_SHIFTS,
    *slips_in("normalise", *(("clipped", replaced_by(_with_small_sum(small))) for small in VISIBLE)),
    *slips_in("finish", *(("clipped", changed(clip)) for clip in clips(VISIBLE))),
    *slips_in(
        "finish",
        ("softmax-of-probabilities", changed(network.softmax)),
        ("wrong-activation", replaced_by(lambda P, Z: sigmoid(Z))),
        ("wrong-activation", replaced_by(lambda P, Z: np.tanh(Z))),
        ("wrong-activation", replaced_by(lambda P, Z: np.maximum(Z, 0.0))),
    ),
)
"""For answers that are made of the probabilities."""

SLIPS = (
    *PROBABILITY_SLIPS,
    *slips_in(
        "finish",
        ("wrong-activation", changed(np.log)),
        ("activation-skipped", replaced_by(lambda P, Z: Z)),
    ),
    *slips_in("normalise", ("needless-mean", lambda right, u: u / u.mean(axis=1, keepdims=True))),
    *one_example_slips(0),
    *slips_in("answer", *(("one-example-only", repeated_row(row)) for row in (0, -1))),
)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    return tf.nn.softmax(float64(tf, case.arguments[0]), axis=1).numpy()


# --- Invariants -------------------------------------------------------------------------------------


def _larger_logits_are_likelier(case: Case, parts) -> bool:
    order = np.argsort(case.arguments[0], axis=1)
    return bool(np.all(np.diff(np.take_along_axis(parts["P"], order, axis=1)) >= -1e-12))


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="softmax",
    points=2,
    asks="the probabilities of a batch of logits",
    reread=sections.OVERFLOW,
    general_hints=(
        "What may you add to all the logits of a row without changing the probabilities?",
        ("Choose what you add so that the largest exponent of each row is harmless. Every row has its own."),
        (
            "Exponentials of shifted logits (m, N), divided by their sum along the row. Keep the axis of "
            "the sum and of the maximum, so that rows meet rows."
        ),
    ),
    sections=no_later_than(
        "2.3",
        {
            **sections.SECTIONS,
            **dict.fromkeys(("wrong-axis", "one-example-only", "transposed", "wrong-sign"), sections.SOFTMAX),
            **dict.fromkeys(("factor-two", "constant-factor"), sections.SOFTMAX),
            "clipped": sections.OVERFLOW,
        },
    ),
    examples=LOGIT_EXAMPLES,
    hints={
        "integer-truncation": Hint(
            code=(
                "tiny = (np.array([[1, 2, 4], [0, 0, -1]]),)\n"
                "print(softmax(*tiny))\n"
                "print(softmax(1.0 * tiny[0]))"
            ),
        ),
    },
    arguments=("Z",),
    cases=logit_cases,
    reference=_reference,
    withheld=withheld.LESSON_4,
    solve=softmax,
    steps=SOFTMAX_STEPS,
    slips=with_hints(
        SLIPS,
        {
            "needless-mean": far_class_hint("softmax"),
        },
    ),
    parts=("P",),
    stable=True,
    extra_mean="needless-mean",
    axes={"P": ("example", "class")},
    invariants=(
        rows_sum_to(1, "P", "In your `P` a row does not sum to 1."),
        between_0_and_1("P", "Some entries of your `P` do not lie between 0 and 1."),
        Invariant(
            "In your `P` a larger logit does not always get a larger probability.",
            _larger_logits_are_likelier,
        ),
    ),
    equivalent={
        LAST_AXIS: (
            "return u / u.sum(axis=1, keepdims=True) -> return u / u.sum(axis=-1, keepdims=True)",
            "u = np.exp(Z - Z.max(axis=1, keepdims=True)) -> u = np.exp(Z - Z.max(axis=-1, keepdims=True))",
        ),
    },
)
