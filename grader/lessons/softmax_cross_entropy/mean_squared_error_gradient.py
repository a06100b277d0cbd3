"""The exercise `mean_squared_error_gradient`: the derivative of the mean squared error by the predictions."""

from __future__ import annotations

import numpy as np

from grader.lessons import withheld
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.invariants import slopes
from grader.lessons.slips import one_example_slips, slips_in
from grader.lessons.softmax_cross_entropy import sections
from grader.lessons.softmax_cross_entropy.mean_squared_error import squared_error_tensor, squares
from grader.lessons.softmax_cross_entropy.regression import REGRESSION_EXAMPLES, regression_cases
from grader.lessons.tensors import float64
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def mean_squared_error_gradient(Y, A, *, slopes, mean):
    """`dA`, float64, of the shape of the targets `Y` and predictions `A`."""
    return mean(slopes(Y, A))


def slopes_of_squares(Y, A):
    """The derivative of each square by its prediction, of the shape of `Y` and `A`."""
    return 2 * (A - Y)


def mean_over_entries(D):
    """Each entry over the number of entries: its share in the gradient of the mean."""
    return D / D.size


# --- Slips ------------------------------------------------------------------------------------------

SIGMOID_SLOPE = Slip(
    "extra-activation-derivative",
    {"slopes": lambda right, Y, A: right(Y, A) * A * (1 - A)},
    hint=Hint(
        advice="This cost is one of predictions, whatever made them: there is no activation between "
        "the two. Which link of the chain does each of your factors belong to?",
        experiment="Let a linear unit predict 5 where 3 is right: which of your factors could know "
        "of its activation?",
        code=f"{REGRESSION_EXAMPLES['tiny']}\nprint(mean_squared_error_gradient(*tiny))",
    ),
)

SLIPS = (
    *slips_in(
        "slopes",
        ("factor-two", lambda right, Y, A: right(Y, A) / 2),
        ("wrong-sign", lambda right, Y, A: -right(Y, A)),
    ),
    SIGMOID_SLOPE,
    *slips_in(
        "mean",
        ("missing-mean", lambda right, D: D),
        ("double-mean", lambda right, D: right(D) / D.size),
        ("double-mean", lambda right, D: right(D) / len(D)),  # the examples, which are in the size already
        ("needless-mean", lambda right, D: D.mean()),
        ("wrong-axis", lambda right, D: right(D).sum(axis=0)),
    ),
    *one_example_slips(0, 1),
)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    Y, A = (float64(tf, array) for array in case.arguments)
    with tf.GradientTape() as tape:
        tape.watch(A)
        J = squared_error_tensor(tf, Y, A)
    return tape.gradient(J, A).numpy()


# --- Invariants -------------------------------------------------------------------------------------


def _cost(case: Case, arrays) -> float:
    return float(np.mean(squares(case.arguments[0], arrays["dA"])))


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="mean_squared_error_gradient",
    points=1,
    asks="the derivative of the mean squared error with respect to the predictions",
    reread=sections.SQUARED_ERROR,
    general_hints=(
        "Of all the terms of the mean, in how many does one entry of `A` appear?",
        "Differentiate that one term. The square leaves a factor, the mean leaves another.",
        (
            "An array of the shape of `A`: the difference, signed, times a constant from the square, over "
            "the number of entries."
        ),
    ),
    examples=REGRESSION_EXAMPLES,
    hints={
        "mean-over-wrong-count": Hint(
            experiment=(
                "Call it with the same rows twice over, then with every column twice: both double "
                "the number of entries. Does your answer follow that number in both?"
            ),
            code=(
                f"{REGRESSION_EXAMPLES['tiny']}\n"
                f"{REGRESSION_EXAMPLES['tiny_twice']}\n"
                "tiny_wide = np.tile(tiny[0], 2), np.tile(tiny[1], 2)\n"
                "print([mean_squared_error_gradient(*case) for case in (tiny, tiny_twice, tiny_wide)])"
            ),
        ),
        "integer-truncation": Hint(
            code=(
                "tiny = np.array([[1, 2, 3]]), np.array([[2, 4, 3]])\n"
                "print(mean_squared_error_gradient(*tiny))\n"
                "print(mean_squared_error_gradient(1.0 * tiny[0], 1.0 * tiny[1]))"
            ),
        ),
    },
    arguments=("Y", "A"),
    cases=regression_cases,
    reference=_reference,
    withheld=withheld.LESSON_4,
    solve=mean_squared_error_gradient,
    steps={"slopes": slopes_of_squares, "mean": mean_over_entries},
    slips=SLIPS,
    parts=("dA",),
    axes={"dA": ("example", "unit")},
    invariants=(slopes(_cost, lambda case: {"dA": case.arguments[1]}, "a prediction", "the cost"),),
)
