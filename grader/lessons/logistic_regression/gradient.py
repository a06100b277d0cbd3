"""The exercise `gradient`: the gradient of the cost with respect to the weights and the bias."""

from __future__ import annotations

from functools import reduce

import numpy as np

from grader.lessons import withheld
from grader.lessons.error_signals import expected_gradients
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.invariants import slopes
from grader.lessons.logistic_regression import sections
from grader.lessons.logistic_regression.batches import (
    TINY,
    TINY_FAR,
    TINY_TWICE,
    certain_and_right_case,
    large_features_case,
    mixed_cases,
    moderate_cases,
    saturated_case,
)
from grader.lessons.logistic_regression.cost import COST_STEPS, cost, cost_tensor
from grader.lessons.logistic_regression.predict import MODEL_STEPS, predict, score_slips
from grader.lessons.logistic_regression.sigmoid import ACTIVATION_SLIPS
from grader.lessons.right_answers import (
    IMMUTABLE,
    ONE_AXIS,
    RAVEL,
    SAME_FLOAT,
    TRANSPOSE,
    other_floats,
    wrapped,
)
from grader.lessons.slips import FIRST_ROW, HARDENED, LAST_ROW, of_rows, slips_in, small_numbers, with_hints
from grader.lessons.tensors import float64
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def errors(f, y):
    """The derivative of each example's loss with respect to its score `(m,)`."""
    return f - y


def weight_gradient(X, error):
    """`(n,)`, from `X` `(m, n)` and the errors `(m,)`."""
    return X.T @ error / len(error)


def bias_gradient(X, error):
    """A number, from the errors `(m,)`."""
    return error.sum() / len(error)


def gradient(X, y, w, b, **steps):
    """The gradient `(dw, db)` of the mean loss, `dw` `(n,)` and `db` a float.

    `X` is `(m, n)`, `y` `(m,)`, `w` `(n,)`, `b` a number.
    """
    error = steps["errors"](predict(X, w, b, **steps), y)
    return steps["weight_gradient"](X, error), steps["bias_gradient"](X, error)


GRADIENT_STEPS = {
    **MODEL_STEPS,
    "errors": errors,
    "weight_gradient": weight_gradient,
    "bias_gradient": bias_gradient,
}


# --- Slips in the errors ----------------------------------------------------------------------------


def _by_chain_rule(activation_derivative):
    """The derivative of the loss with respect to the prediction, times `activation_derivative(f)`."""
    return lambda right, f, y: right(f, y) / (f * (1 - f)) * activation_derivative(f)


ERROR_SLIPS = slips_in(
    "errors",
    ("extra-activation-derivative", lambda right, f, y: right(f, y) * f * (1 - f)),
    ("stops-at-activation", _by_chain_rule(np.ones_like)),
    ("half-activation-derivative", _by_chain_rule(lambda f: f)),
    ("half-activation-derivative", _by_chain_rule(lambda f: 1 - f)),
    ("derivative-of-activation", _by_chain_rule(lambda f: sigmoid(f) * (1 - sigmoid(f)))),
    ("wrong-activation-derivative", _by_chain_rule(lambda f: 1 - f**2)),
    ("missing-one-hot", lambda right, f, y: f),
    ("labels-swapped", lambda right, f, y: right(f, 1 - y)),
    ("positive-term-only", lambda right, f, y: y * (f - 1)),
    ("integer-truncation", lambda right, f, y: right(f, y).astype(y.dtype)),
    *(("hard-labels", lambda right, f, y, harden=harden: right(f, harden(y))) for harden in HARDENED),
)


def _from_clipped_predictions(e):
    return lambda right, f, y: right(np.clip(f, e, 1 - e), y)


def _with_small_number(e):
    """By the chain rule, with a small number in the denominators."""
    return lambda right, f, y: ((1 - y) / (1 - f + e) - y / (f + e)) * f * (1 - f)


SMALL = small_numbers(1, 9)
CLIPPED_ERRORS = slips_in(
    "errors",
    *(("clipped", _from_clipped_predictions(e)) for e in SMALL),
    *(("clipped", _with_small_number(e)) for e in SMALL),
)


# --- Slips in the sums over the examples ------------------------------------------------------------


def _row_over_m(rows):
    """One example's contribution to a part of the gradient, divided by m."""
    return lambda right, X, error: of_rows(rows, 0, 1)(right, X, error) / len(error)


def _times(factor):
    """A part of the gradient times `factor(X)`."""
    return lambda right, X, error: right(X, error) * factor(X)


ROWS_ALONE = (
    of_rows(FIRST_ROW, 0, 1),
    _row_over_m(FIRST_ROW),
    of_rows(LAST_ROW, 0, 1),
    _row_over_m(LAST_ROW),
)
SCALED = (
    ("missing-mean", _times(len)),
    ("double-mean", _times(lambda X: 1 / len(X))),
    ("mean-over-wrong-count", _times(lambda X: len(X) / X.shape[1])),
    ("mean-over-wrong-count", _times(lambda X: 1 / X.shape[1])),
    ("wrong-sign", _times(lambda X: -1)),
    ("factor-two", _times(lambda X: 2)),
    ("factor-two", _times(lambda X: 0.5)),
)
WEIGHT_GRADIENT_SLIPS = slips_in(
    "weight_gradient",
    *SCALED,
    *(("one-example-only", instead) for instead in ROWS_ALONE),
    ("wrong-axis", lambda right, X, error: X @ error / len(error)),
    ("wrong-axis", lambda right, X, error: (X * error[:, None]).sum(axis=1) / len(error)),
    ("wrong-axis", lambda right, X, error: (X * error[:, None]).sum() / len(error)),
    ("wrong-axis", lambda right, X, error: (X * error[:, None]).mean(axis=1)),
    ("wrong-axis", lambda right, X, error: (X * error[:, None]).mean()),
)
BIAS_GRADIENT_SLIPS = slips_in(
    "bias_gradient",
    *SCALED,
    *(("bias-gradient-not-summed", instead) for instead in ROWS_ALONE),
    ("bias-gradient-not-summed", lambda right, X, error: error),
    ("bias-gradient-not-summed", lambda right, X, error: error / len(error)),
    ("bias-gradient-missing", lambda right, X, error: 0.0),
    ("not-a-scalar", lambda right, X, error: np.reshape(right(X, error), 1)),
)


def _in_both(name, instead) -> Slip:
    return Slip(name, dict.fromkeys(("weight_gradient", "bias_gradient"), instead))


GRADIENT_SLIPS = (
    *score_slips("scores"),
    *ACTIVATION_SLIPS,
    *ERROR_SLIPS,
    *WEIGHT_GRADIENT_SLIPS,
    *BIAS_GRADIENT_SLIPS,
    *(_in_both(name, instead) for name, instead in SCALED),
    *(_in_both("one-example-only", instead) for instead in ROWS_ALONE),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(X, y, w, b)` with scores up to 30: a formula by way of the predictions still works."""
    return [
        *moderate_cases(rng),
        saturated_case(rng),
        certain_and_right_case(rng, 6),
        *mixed_cases(rng),
        large_features_case(rng),
    ]


# --- Reference --------------------------------------------------------------------------------------


def gradient_tensors(tf, X, y, w, b):
    """`[dw, db]` of tensors, by a `GradientTape`."""
    with tf.GradientTape() as tape:
        tape.watch([w, b])
        J = cost_tensor(tf, X, y, w, b)
    return tape.gradient(J, [w, b])


def _reference(case: Case):
    tf = import_tensorflow()
    batch = (float64(tf, argument) for argument in case.arguments)
    return tuple(part.numpy() for part in gradient_tensors(tf, *batch))


# --- Invariants and error carried forward -----------------------------------------------------------


def _carry_forward(case: Case, own) -> dict:
    """The right `dw` given the learner's `db`: the model is a network of one unit."""
    X, y, w, b = case.arguments
    error = errors(predict(X, w, b, **MODEL_STEPS), y) / len(X)
    unit = {"W1": w[:, np.newaxis], "b1": np.array([b])}
    if not {"dw", "db"} <= own.keys():
        return {}
    shaped = {"dW1": own["dw"][:, np.newaxis], "db1": own["db"][np.newaxis]}
    found = expected_gradients(unit, {"A0": X}, error[:, np.newaxis], shaped)
    return {"dw": found["dW1"][:, 0], "db": found["db1"][0]}


def _cost_of(case: Case, arrays) -> float:
    X, y, *_ = case.arguments
    return cost(X, y, arrays["dw"], arrays["db"], **COST_STEPS)


def _weights_and_bias(case: Case) -> dict:
    *_, w, b = case.arguments
    return {"dw": w, "db": b}


# --- Right answers in other styles ------------------------------------------------------------------


def gradient_by_reduction_over_examples(X, y, w, b):
    def added(sums, example):
        x, label = example
        error = float(sigmoid(x @ w + b)) - label
        return sums[0] + error * x, sums[1] + error

    dw, db = reduce(added, zip(X, y, strict=True), (np.zeros(X.shape[1]), 0.0))
    return dw / len(y), np.float64(db / len(y))


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="gradient",
    points=4,
    asks="the gradient of the cost with respect to the weights and the bias",
    reread=sections.ALL_EXAMPLES,
    general_hints=(
        (
            "What is the derivative of one example's loss with respect to its score? Section 4.1 has it "
            "in three symbols."
        ),
        (
            "Every score depends on the weights through its own row of `X`, and on the bias with a factor "
            "of 1. So each example's signal goes to the weights with its row as factor."
        ),
        (
            "First an array (m,) with one signal for each example, with the factor of the mean in it. "
            "`dw` (n,) combines it with `X`, summed over the examples; `db` is a sum of it alone, as a "
            "float."
        ),
    ),
    sections=sections.SECTIONS,
    examples={"tiny": TINY, "tiny_twice": TINY_TWICE, "tiny_far": TINY_FAR},
    arguments=("X", "y", "w", "b"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_1,
    solve=gradient,
    steps=GRADIENT_STEPS,
    slips=with_hints(
        (*GRADIENT_SLIPS, *CLIPPED_ERRORS),
        {
            "bias-gradient-not-summed": Hint(
                experiment=(
                    "Call it, change the last row and call it again, then the first: does what becomes of "
                    "the bias take notice both times?"
                ),
                code=(
                    f"{TINY}\n"
                    "print(gradient(*tiny))\n"
                    "tiny_X[-1] = 9.0\n"
                    "print(gradient(*tiny))\n"
                    "tiny_X[0] = -9.0\n"
                    "print(gradient(*tiny))"
                ),
            ),
            "hard-labels": Hint(
                experiment=(
                    "Call it with one example and the labels 0.3, 0.7 and 1 in turn: does your answer move "
                    "each time?"
                ),
                code=(
                    "tiny = [(np.ones((1, 1)), np.array([y]), np.ones(1), 0.5) for y in (0.3, 0.7, 1.0)]\n"
                    "print(*(gradient(*case) for case in tiny), sep='\\n')"
                ),
            ),
            "mean-over-wrong-count": Hint(
                experiment=(
                    "Call it with the same rows twice over, then with one feature more whose weights "
                    "are 0. Of which of the two should your divisor take notice?"
                ),
                code=(
                    f"{TINY}\n"
                    f"{TINY_TWICE}\n"
                    "tiny_wide = np.c_[tiny_X, np.ones(3)], tiny_y, np.append(tiny[2], 0), *tiny[3:]\n"
                    "print(*(gradient(*case) for case in (tiny, tiny_twice, tiny_wide)), sep='\\n')"
                ),
            ),
        },
    ),
    parts=("dw", "db"),
    carry_forward=_carry_forward,
    made_in={"dw": ("weight_gradient",)},
    axes={"dw": ("feature",)},
    invariants=(slopes(_cost_of, _weights_and_bias),),
    right=(gradient_by_reduction_over_examples,),
    equivalent={
        ONE_AXIS: (
            "return (X.T @ dz, float(dz.sum())) -> return (X.T @ dz.T, float(dz.sum()))",
            *wrapped("X.T @ dz", TRANSPOSE, RAVEL, line="return ({}, float(dz.sum()))"),
        ),
        IMMUTABLE: (" -> b = spoil(b)",),
        SAME_FLOAT: other_floats("dz.sum()", line="return (X.T @ dz, {})"),
    },
)
