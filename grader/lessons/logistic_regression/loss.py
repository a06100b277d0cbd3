"""The exercise `loss`: the loss of every example."""

from __future__ import annotations

import numpy as np

from grader.lessons import withheld
from grader.lessons.draws import signed_log_uniform
from grader.lessons.exercise import Case, Exercise, Hint
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import not_negative
from grader.lessons.logistic_regression import sections
from grader.lessons.logistic_regression.batches import labels
from grader.lessons.logistic_regression.per_example import per_example_slips
from grader.lessons.right_answers import ONE_AXIS, RAVEL, TRANSPOSE, wrapped
from grader.lessons.slips import HARDENED, slips_in, small_numbers, with_hints
from grader.lessons.tensors import float64
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def logarithms(f):
    """The logarithms of the probabilities of the labels 1 and 0, for predictions `f` `(m,)` in (0, 1)."""
    return np.log(f), np.log(1 - f)


def losses(log_1, log_0, y):
    """The loss of each example, from the logarithms of the probabilities of the two labels."""
    return -y * log_1 - (1 - y) * log_0


def loss(f, y, **steps):
    """The cross-entropy of each prediction `f` `(m,)` with its label `y` `(m,)`: `(m,)`, float64."""
    return steps["losses"](*steps["logarithms"](f), y)


# --- Slips ------------------------------------------------------------------------------------------


def _other_base(base):
    return lambda right, log_1, log_0, y: right(log_1, log_0, y) / np.log(base)


LOSS_SLIPS = slips_in(
    "losses",
    ("positive-term-only", lambda right, log_1, log_0, y: -y * log_1),
    ("labels-swapped", lambda right, log_1, log_0, y: right(log_0, log_1, y)),
    ("labels-swapped", lambda right, log_1, log_0, y: right(log_1, log_0, 1 - y)),
    ("wrong-sign", lambda right, log_1, log_0, y: -right(log_1, log_0, y)),
    ("wrong-sign", lambda right, log_1, log_0, y: -y * log_1 + (1 - y) * log_0),
    ("wrong-sign", lambda right, log_1, log_0, y: y * log_1 - (1 - y) * log_0),
    ("integer-truncation", lambda right, log_1, log_0, y: right(log_1, log_0, y).astype(y.dtype)),
    ("wrong-log-base", _other_base(2)),
    ("wrong-log-base", _other_base(10)),
)


def _with_hard_labels(harden):
    return lambda right, log_1, log_0, y: right(log_1, log_0, harden(y))


HARD_LABELS = Hint(
    advice="A label of 0.7 says that seven parts in ten speak for a 1, and three against it. How many of "
    "your two terms does such an example come to?",
    experiment="Call it with one prediction and the labels 0, 0.3, 0.7 and 1: on a sheet of paper, the four "
    "losses lie on a straight line.",
    code="print(loss(np.full(4, 0.8), np.array([0.0, 0.3, 0.7, 1.0])))",
)
HARD_LABEL_SLIPS = slips_in("losses", *(("hard-labels", _with_hard_labels(harden)) for harden in HARDENED))


def clipped_logarithms(e):
    """Three ways to keep the logarithms of predictions finite with a small number."""
    return (
        lambda f: logarithms(np.clip(f, e, 1 - e)),
        lambda f: (np.log(f + e), np.log(1 - f + e)),
        lambda f: (np.log(f + e), np.log(1 + e - f)),
    )


LOGARITHM_SLIPS = slips_in(
    "logarithms",
    ("activation-twice", lambda right, f: right(sigmoid(f))),
    *(
        ("clipped", lambda right, f, clipped=clipped: clipped(f))
        for e in small_numbers(1, 12)
        for clipped in clipped_logarithms(e)
    ),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(f, y)`."""
    far = np.concatenate([[30.0, -30.0], signed_log_uniform(rng, 6, 12, 30)])
    wrong = np.concatenate([[0, 1], rng.integers(2, size=6)]).astype(float)

    def case(label, m, kind, *tags):
        z = rng.normal(scale=1.5, size=m)
        return Case(label, (sigmoid(z), labels(rng, m, kind)), frozenset(tags), {"m": m})

    return [
        case("a batch of twelve", 12, np.int64, "lesson"),
        case("labels of type float64", 7, np.float64),
        case("soft labels", 9, "soft"),
        case("two examples", 2, np.int64),
        case("a single example", 1, np.float64, "one example"),
        case("a single soft label", 1, "soft", "one example"),
        Case("predictions near 0 and 1", (sigmoid(far), wrong), frozenset({"saturated"}), {"m": 8}),
    ]


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    """TensorFlow's cross-entropy of the logits that have these predictions."""
    tf = import_tensorflow()
    f, y = (float64(tf, argument) for argument in case.arguments)
    logits = tf.math.log(f) - tf.math.log1p(-f)
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits).numpy()


# --- Right answers in other styles ------------------------------------------------------------------


def loss_by_recursion(f, y):
    if len(f) == 1:
        return np.array([-y[0] * np.log(f[0]) - (1 - y[0]) * np.log(1 - f[0])])
    half = len(f) // 2
    return np.concatenate([loss_by_recursion(f[:half], y[:half]), loss_by_recursion(f[half:], y[half:])])


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="loss",
    points=2,
    asks="the loss of every example",
    reread=sections.LOSS,
    general_hints=(
        ("Which of the two numbers is the probability of the truth if the label is 1? Which if it is 0?"),
        (
            "You can write both cases as one sum of two terms, in which the label switches one of them "
            "off. Labels between 0 and 1 then need no case of their own."
        ),
        (
            "Two terms for each example, each a weight made of the label times the logarithm of a "
            "probability. Mind the sign: a loss is never negative. The shape is (m,), and nothing is "
            "averaged."
        ),
    ),
    sections=no_later_than("3.1", sections.SECTIONS),
    examples={
        "tiny": "tiny = np.array([0.9, 0.2, 0.5]), np.array([1, 0, 1])",
        "tiny_twice": "tiny_twice = np.tile(tiny[0], 2), np.tile(tiny[1], 2)",
        "tiny_far": "tiny_far = np.array([1e-14, 1 - 1e-14]), np.array([1, 0])",
    },
    arguments=("f", "y"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_1,
    solve=loss,
    steps={"logarithms": logarithms, "losses": losses},
    slips=(
        *LOSS_SLIPS,
        *with_hints(HARD_LABEL_SLIPS, {"hard-labels": HARD_LABELS}),
        *LOGARITHM_SLIPS,
        *per_example_slips("losses"),
    ),
    parts=("loss",),
    extra_mean="needless-mean",
    axes={"loss": ("example",)},
    invariants=(not_negative("loss", "Some losses are negative, which no loss is."),),
    right=(loss_by_recursion,),
    equivalent={ONE_AXIS: wrapped("-y * np.log(f) - (1 - y) * np.log(1 - f)", TRANSPOSE, RAVEL)},
)
