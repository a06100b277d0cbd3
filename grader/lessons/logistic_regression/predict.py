"""The exercise `predict`: the prediction of every example of a batch."""

from __future__ import annotations

import numpy as np

from grader.lessons import withheld
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import between_0_and_1
from grader.lessons.logistic_regression import sections
from grader.lessons.logistic_regression.batches import (
    large_features_case,
    mixed_cases,
    moderate_cases,
    saturated_case,
)
from grader.lessons.logistic_regression.per_example import per_example_slips
from grader.lessons.logistic_regression.sigmoid import ACTIVATION_SLIPS, CLIPPED_PREDICTIONS
from grader.lessons.right_answers import IMMUTABLE, ONE_AXIS, RAVEL, TRANSPOSE, Number, wrapped
from grader.lessons.slips import slips_in
from grader.lessons.tensors import float64
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def scores(X, w, b):
    """The score of each example `(m,)`, from `X` `(m, n)`, `w` `(n,)` and a number `b`."""
    return X @ w + b


def predict(X, w, b, **steps):
    """The prediction for each example `(m,)`, float64, from `X` `(m, n)`, `w` `(n,)` and a number `b`."""
    return steps["activation"](steps["scores"](X, w, b))


MODEL_STEPS = {"scores": scores, "activation": sigmoid}


# --- Slips ------------------------------------------------------------------------------------------


def without_bias(right, X, w, b):
    """A replacement of a step that computes the scores: it leaves the bias out."""
    return right(X, w, 0)


def score_slips(step: str) -> tuple[Slip, ...]:
    """Slips in a step that computes the scores."""
    return slips_in(
        step,
        ("bias-skipped", without_bias),
        ("wrong-axis", lambda right, X, w, b: right(X.T, w, b)),
        ("wrong-axis", lambda right, X, w, b: (X * w).sum(axis=0) + b),
        ("wrong-axis", lambda right, X, w, b: (X * w).sum() + b),
    )


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(X, w, b)`. No case has saturated predictions only, so that every feature counts."""
    cases = [*moderate_cases(rng), saturated_case(rng)]
    cases += [case for case in mixed_cases(rng) if case.label != "floats in y alone"]
    cases.append(large_features_case(rng))
    return [Case(c.label, (c.arguments[0], *c.arguments[2:]), c.tags, c.counts) for c in cases]


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    X, w, b = (float64(tf, argument) for argument in case.arguments)
    return tf.sigmoid(tf.linalg.matvec(X, w) + b).numpy()


# --- Right answers in other styles ------------------------------------------------------------------


def predict_in_numbers_of_a_class_of_its_own(X, w, b):
    def score(row):
        return sum((Number(x) * Number(weight) for x, weight in zip(row, w, strict=True)), Number(b))

    return np.array([Number(sigmoid(float(score(row)))) for row in X])


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="predict",
    points=1,
    asks="the prediction of every example of a batch",
    reread=sections.BATCH,
    general_hints=(
        (
            "One row of `X` gives one score. What do you multiply with what, and what do you add to all "
            "of them?"
        ),
        ("A row times the weights, added up, is a dot product. All rows at once are one matrix product."),
        "One line: the scores from `X`, `w` and `b`, of shape (m,), then your `sigmoid` of them.",
    ),
    sections=no_later_than("2.2", sections.SECTIONS),
    examples={
        "tiny": "tiny = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]]), np.array([0.5, -1.0]), 0.25",
        "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), *tiny[1:]",
        "tiny_far": "tiny_far = np.array([[-30.0], [30.0]]), np.array([1.0]), 0.0",
    },
    hints={
        "integer-truncation": Hint(
            code=(
                "tiny = np.array([[1, 2], [3, -1]]), np.array([0.5, -1.0]), 0.25\n"
                "print(predict(*tiny))\n"
                "print(predict(1.0 * tiny[0], *tiny[1:]))"
            ),
        ),
        "hard-coded-size": Hint(
            code=(
                "tiny = np.array([[1.0, 2.0, 3.0], [3.0, -1.0, 0.5]]), np.array([0.5, -1.0, 2.0]), 0.25\n"
                "print(predict(*tiny))"
            ),
        ),
    },
    arguments=("X", "w", "b"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_1,
    solve=predict,
    steps=MODEL_STEPS,
    slips=(
        *score_slips("scores"),
        *ACTIVATION_SLIPS,
        *CLIPPED_PREDICTIONS,
        *per_example_slips("answer"),
    ),
    parts=("f",),
    extra_mean="needless-mean",
    axes={"f": ("example",)},
    invariants=(between_0_and_1("f", "A probability lies between 0 and 1; some of these do not."),),
    right=(predict_in_numbers_of_a_class_of_its_own,),
    equivalent={
        ONE_AXIS: (
            "return sigmoid(X @ w + b) -> return sigmoid(X @ w.T + b)",
            *wrapped("sigmoid(X @ w + b)", TRANSPOSE, RAVEL),
        ),
        IMMUTABLE: (" -> b = spoil(b)",),
    },
)
