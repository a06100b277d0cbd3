"""The exercise `cost`: the mean loss of a batch, for any scores."""

from __future__ import annotations

from functools import reduce

import numpy as np

from grader.lessons import withheld
from grader.lessons.draws import signed_log_uniform, signs
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.invariants import not_negative
from grader.lessons.logistic_regression import sections
from grader.lessons.logistic_regression.batches import (
    TINY,
    TINY_TWICE,
    case_with_scores,
    certain_and_right_case,
    labels,
    mixed_cases,
    moderate_cases,
)
from grader.lessons.logistic_regression.loss import (
    HARD_LABEL_SLIPS,
    LOSS_SLIPS,
    clipped_logarithms,
    logarithms,
    losses,
)
from grader.lessons.logistic_regression.predict import score_slips, scores
from grader.lessons.right_answers import IMMUTABLE, ONE_AXIS, SAME_FLOAT, Number, other_floats
from grader.lessons.slips import slips_in, small_numbers, with_hints
from grader.lessons.tensors import float64
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def logarithms_of_scores(z):
    """The logarithms of the probabilities of the labels 1 and 0, accurate for all scores `z` `(m,)`."""
    return -np.logaddexp(0, -z), -np.logaddexp(0, z)


def cost(X, y, w, b, **steps):
    """The mean loss of a batch, a float, from `X` `(m, n)`, `y` `(m,)`, `w` `(n,)` and a number `b`.

    The step for its scores is called `cost_scores`, since `gradient_descent` also has one for the gradient's.
    """
    z = steps["cost_scores"](X, w, b)
    return steps["average"](steps["losses"](*steps["logarithms"](z), y))


COST_STEPS = {
    "cost_scores": scores,
    "logarithms": logarithms_of_scores,
    "losses": losses,
    "average": np.mean,
}


# --- Slips ------------------------------------------------------------------------------------------

# The part of the loss from scores that does not depend on the label: log(1 + e^z).
LABEL_LEFT_OUT = slips_in("losses", ("missing-one-hot", lambda right, log_1, log_0, y: -log_0))


def _of_predictions(logarithms, activation=sigmoid):
    """The logarithms by way of the predictions."""
    return lambda right, z: logarithms(activation(z))


UNSTABLE = Slip("numerically-unstable", {"logarithms": _of_predictions(logarithms)})
ACTIVATED_TWICE = Slip("activation-twice", {"logarithms": lambda right, z: right(sigmoid(z))})


def clipped_costs(numbers) -> tuple[Slip, ...]:
    """Slips that clip predictions with small numbers, or add these to them."""
    changed = [_of_predictions(clipped) for e in numbers for clipped in clipped_logarithms(e)]
    return slips_in("logarithms", *(("clipped", instead) for instead in changed))


WRONG_ACTIVATION_SLIPS = slips_in(
    "logarithms",
    ("activation-skipped", lambda right, z: logarithms(z)),
    ("wrong-activation", _of_predictions(logarithms, np.tanh)),
)

AVERAGE_SLIPS = slips_in(
    "average",
    ("one-example-only", lambda right, each: each[0]),
    ("one-example-only", lambda right, each: each[-1]),
    ("one-example-only", lambda right, each: each[0] / len(each)),
    ("one-example-only", lambda right, each: each[-1] / len(each)),
)
NOT_A_SCALAR_SLIPS = slips_in(
    "average",
    ("not-a-scalar", lambda right, each: each),
    ("not-a-scalar", lambda right, each: each / len(each)),
)


HARD_LABELS = Hint(
    experiment="Call it with one example and the labels 0.3, 0.7 and 1 in turn: on a sheet of paper, the "
    "three costs lie on a straight line.",
    code="tiny = [(np.ones((1, 1)), np.array([label]), np.ones(1), 0.5) for label in (0.3, 0.7, 1.0)]\n"
    "print(*(cost(*case) for case in tiny))",
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Scores up to 10,000 in size.

    None has a size between 24 and 40, where it depends on the formula whether a cost by way of the
    predictions is right.
    """
    far = signed_log_uniform(rng, 8, 40, 1e4)
    far[:2] = 1e4 * signs(rng, 2)
    wrong = (far < 0).astype(np.int64)
    wrong[-3:] = 1 - wrong[-3:]  # some are right
    alone = signed_log_uniform(rng, 1, 800, 1e4)
    soft = signed_log_uniform(rng, 6, 40, 1e4)
    low = rng.uniform(0.1, 0.9, size=6)
    close = signed_log_uniform(rng, 5, 40, 1e4)
    close[0] = rng.uniform(0.5, 1.5)
    almost = (close > 0).astype(float)
    almost[0] = 0.0

    def case(label, z, y, n, tags=("saturated",)):
        return case_with_scores(rng, label, z, y, n, tags)

    return [
        *moderate_cases(rng),
        case("scores between 0 and 1", low, labels(rng, 6, np.int64), 5, ()),
        case("scores of up to 10,000, some of them wrong", far, wrong, 3),
        case("soft labels and far scores", soft, labels(rng, 6, "soft"), 4),
        case("a single example, certain and wrong", alone, (alone < 0).astype(float), 3),
        certain_and_right_case(rng, 7),
        case("predictions that round to the label, but for one", close, almost, 4),
        *mixed_cases(rng),
    ]


# --- Reference --------------------------------------------------------------------------------------


def cost_tensor(tf, X, y, w, b):
    """The cost of tensors by `tf.nn.sigmoid_cross_entropy_with_logits`."""
    logits = tf.linalg.matvec(X, w) + b
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits))


def _reference(case: Case):
    tf = import_tensorflow()
    return cost_tensor(tf, *(float64(tf, argument) for argument in case.arguments)).numpy()


# --- Right answers in other styles ------------------------------------------------------------------


def cost_by_reduction_of_logaddexp(X, y, w, b):
    z = reduce(
        lambda total, pair: total + pair[0] * pair[1], zip(X.T, w, strict=True), np.full(len(X), b * 1.0)
    )
    return Number(np.logaddexp.reduce([np.zeros(len(z)), z]).mean() - (y * z).mean())


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="cost",
    points=3,
    asks="the mean loss of a batch, for any scores",
    reread=sections.SATURATION,
    general_hints=(
        (
            "At which scores does the prediction round to exactly 0 or 1, and what does its logarithm do "
            "there?"
        ),
        (
            "Don't go through the prediction. Write the loss of an example as a function of its score, "
            "and simplify it on paper, with the label as a letter."
        ),
        (
            "What is left is a softplus of the score and a term with the label and the score. The "
            "softplus has a form whose exponent is never positive. Then comes the mean over the examples, "
            "as a float."
        ),
    ),
    sections={
        **sections.SECTIONS,
        **dict.fromkeys(("wrong-sign", "missing-one-hot"), sections.LOSS),
        **dict.fromkeys(("one-example-only", "not-a-scalar"), sections.MEAN),
        "wrong-axis": sections.BATCH,
    },
    examples={
        "tiny": TINY,
        "tiny_twice": TINY_TWICE,
        "tiny_far": "tiny_far = np.array([[1.0], [1.0]]), np.array([0, 0]), np.array([1000.0]), 0.0",
    },
    arguments=("X", "y", "w", "b"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_1,
    solve=cost,
    steps=COST_STEPS,
    slips=(
        *score_slips("cost_scores"),
        *LOSS_SLIPS,
        *with_hints(HARD_LABEL_SLIPS, {"hard-labels": HARD_LABELS}),
        *LABEL_LEFT_OUT,
        UNSTABLE,
        ACTIVATED_TWICE,
        *clipped_costs(small_numbers(3, 15)),
        *WRONG_ACTIVATION_SLIPS,
        *AVERAGE_SLIPS,
        *NOT_A_SCALAR_SLIPS,
    ),
    parts=("J",),
    stable=True,
    invariants=(not_negative("J"),),
    right=(cost_by_reduction_of_logaddexp,),
    equivalent={
        ONE_AXIS: ("z = X @ w + b -> z = X @ w.T + b",),
        IMMUTABLE: (" -> b = spoil(b)",),
        SAME_FLOAT: other_floats("np.mean(softplus - y * z)"),
        "The larger of two numbers does not depend on their order.": (
            "softplus = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))) "
            "-> softplus = np.maximum(0, z) + np.log1p(np.exp(-np.abs(z)))",
        ),
    },
)
