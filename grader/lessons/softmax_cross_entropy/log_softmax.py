"""The exercise `log_softmax`: the logarithm of the probabilities, from the logits."""

from __future__ import annotations

import numpy as np

from grader.lessons import withheld
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import of_part
from grader.lessons.right_answers import LAST_AXIS
from grader.lessons.slips import one_example_slips, replaced_by, slips_in, unchanged, with_hints
from grader.lessons.softmax_cross_entropy import sections
from grader.lessons.softmax_cross_entropy.batches import LOGIT_EXAMPLES, far_class_hint, logit_cases
from grader.lessons.softmax_cross_entropy.clips import ADDITIONS, CLIPS
from grader.lessons.softmax_cross_entropy.softmax import UNSTABLE_SHIFTS, shift, wrong_axis_slips
from grader.lessons.tensors import float64
from utils import network
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def log_softmax(Z, *, shift, log_sum, subtract, finish):
    """The log of the probabilities `(m, N)` of `Z` `(m, N)`, float64 (Blanchard et al. 2021)."""
    shifted = shift(Z)
    return finish(subtract(shifted, log_sum(shifted)), Z)


def log_sum(shifted):
    """The log of each row's sum of exponentials, `(m, 1)`."""
    return np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def subtract(shifted, log_of_sum):
    """The difference of `(m, N)` and `(m, 1)`."""
    return shifted - log_of_sum


# --- Slips ------------------------------------------------------------------------------------------


def _log_of_softmax(change=unchanged):
    """The way through the probabilities, which can underflow, or a `change` of them that keeps it finite."""
    return replaced_by(lambda shifted, log_of_sum: np.log(change(np.exp(shifted) / np.exp(log_of_sum))))


def _log_sum_by(log):
    return replaced_by(lambda shifted: log(np.exp(shifted).sum(axis=1, keepdims=True)))


def _divide_by_log(base):
    return lambda right, log_P, Z: right(log_P, Z) / np.log(base)


def _largest(Z):
    return Z.max(axis=1, keepdims=True)


SAME_SHIFT = Hint(
    advice="Taking the same number from all logits of a row changes nothing, as long as every place sees the "
    "shifted ones. In which of your terms do the logits stand as they came?",
    experiment="Call it with a row of logits, then with the same row ten higher: should the answer change?",
    code="tiny = np.array([[1.0, 2.0, 4.0]])\nprint(log_softmax(tiny))\nprint(log_softmax(tiny + 10))",
)
LOST_LOGARITHM = Hint(
    advice="A probability that rounds to 0 has lost its logarithm, which is an ordinary number. Which way to "
    "the logarithm does not lead through the probability?",
)
LARGE_OR_LOST = Hint(
    advice="Somewhere an exponential overflows, or the logarithm of a 0 is taken. Which step of yours can do "
    "that, and which number could you take away from a row before?",
)
SLIPS = (
    *wrong_axis_slips("log_sum", lambda total: lambda shifted: np.log(total(np.exp(shifted)))),
    *with_hints(UNSTABLE_SHIFTS, {"numerically-unstable": LARGE_OR_LOST}),
    Slip("numerically-unstable", {"subtract": _log_of_softmax()}, hint=LOST_LOGARITHM),
    Slip(
        "numerically-unstable",
        {"shift": replaced_by(unchanged), "subtract": _log_of_softmax()},
        hint=LOST_LOGARITHM,
    ),
    *slips_in("subtract", *(("clipped", _log_of_softmax(clip)) for clip in CLIPS)),
    *slips_in("subtract", *(("clipped", _log_of_softmax(add)) for add in ADDITIONS)),
    *slips_in("log_sum", *(("wrong-log-base", _log_sum_by(log)) for log in (np.log2, np.log10))),
    *slips_in("finish", *(("wrong-log-base", _divide_by_log(base)) for base in (2, 10))),
    *slips_in(
        "finish",
        (
            "softmax-of-probabilities",
            lambda right, log_P, Z: np.log(network.softmax(np.exp(right(log_P, Z)))),
        ),
        ("wrong-activation", lambda right, log_P, Z: np.exp(right(log_P, Z))),
        ("wrong-activation", replaced_by(lambda log_P, Z: np.log(sigmoid(Z)))),
        ("wrong-activation", replaced_by(lambda log_P, Z: sigmoid(Z))),
        ("activation-skipped", replaced_by(lambda log_P, Z: Z)),
        ("keepdims-missing", lambda right, log_P, Z: Z - (Z - right(log_P, Z))[:, 0]),
        ("wrong-sign", lambda right, log_P, Z: -right(log_P, Z)),
    ),
    *slips_in("log_sum", ("needless-mean", lambda right, shifted: right(shifted) - np.log(shifted.shape[1]))),
    Slip("shift-lost", {"finish": lambda right, log_P, Z: right(log_P, Z) + _largest(Z)}, hint=SAME_SHIFT),
    Slip("shift-lost", {"finish": lambda right, log_P, Z: right(log_P, Z) - _largest(Z)}, hint=SAME_SHIFT),
    *one_example_slips(0),
)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    return tf.nn.log_softmax(float64(tf, case.arguments[0]), axis=1).numpy()


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="log_softmax",
    points=2,
    asks="the logarithm of the probabilities, from the logits",
    reread=sections.LOG_SOFTMAX,
    general_hints=(
        "If a probability rounds to 0, what is its logarithm? So may you take the softmax first?",
        (
            "The logarithm of a fraction is a difference, and the logarithm of an exponential is what "
            "stands in it."
        ),
        (
            "The shifted logits minus the logarithm of one number for each row, a sum of exponentials. "
            "(m, N) comes out, without any logarithm of a probability."
        ),
    ),
    sections=no_later_than(
        "2.4",
        {
            **sections.SECTIONS,
            **dict.fromkeys(("clipped", "numerically-unstable"), sections.LOG_SOFTMAX),
            "wrong-log-base": sections.LOG_SOFTMAX,
        },
    ),
    examples=LOGIT_EXAMPLES,
    hints={
        "integer-truncation": Hint(
            code=(
                "tiny = (np.array([[1, 2, 4], [0, 0, -1]]),)\n"
                "print(log_softmax(*tiny))\n"
                "print(log_softmax(1.0 * tiny[0]))"
            ),
        ),
    },
    arguments=("Z",),
    cases=logit_cases,
    reference=_reference,
    withheld=withheld.LESSON_4,
    solve=log_softmax,
    steps={"shift": shift, "log_sum": log_sum, "subtract": subtract, "finish": unchanged},
    slips=with_hints(
        SLIPS,
        {
            "needless-mean": far_class_hint("log_softmax"),
        },
    ),
    parts=("log_P",),
    stable=True,
    extra_mean="needless-mean",
    axes={"log_P": ("example", "class")},
    invariants=(
        of_part(
            "log_P",
            lambda log_P: np.all(np.abs(np.exp(log_P).sum(axis=1) - 1) <= 1e-9),
            "In your `log_P` the exponentials of a row do not sum to 1.",
        ),
        of_part(
            "log_P",
            lambda log_P: np.all(log_P <= 1e-12),
            "Some entries of your `log_P` are positive; the logarithm of a probability never is.",
        ),
    ),
    equivalent={
        LAST_AXIS: (
            "shifted = Z - Z.max(axis=1, keepdims=True) -> shifted = Z - Z.max(axis=-1, keepdims=True)",
            "return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)) -> "
            "return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))",
        ),
    },
)
