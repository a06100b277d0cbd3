"""The exercise `mean_squared_error`: the mean squared error of predictions of any shape."""

from __future__ import annotations

import numpy as np

from grader.lessons import withheld
from grader.lessons.exercise import Case, Exercise, Hint
from grader.lessons.invariants import not_negative
from grader.lessons.right_answers import SAME_FLOAT, other_floats
from grader.lessons.slips import slips_in
from grader.lessons.softmax_cross_entropy import sections
from grader.lessons.softmax_cross_entropy.regression import REGRESSION_EXAMPLES, regression_cases
from grader.lessons.tensors import float64
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def mean_squared_error(Y, A, *, squares, mean):
    """The mean over all entries, a float64 scalar, of targets `Y` and predictions `A` of one shape."""
    return mean(squares(Y, A))


def squares(Y, A):
    """The square of each error, of the shape of `Y` and `A`."""
    return (A - Y) ** 2


# --- Slips ------------------------------------------------------------------------------------------

SLIPS = slips_in(
    "mean",
    ("missing-mean", lambda right, D: D.sum()),
    ("double-mean", lambda right, D: right(D) / D.size),
    ("double-mean", lambda right, D: right(D) / len(D)),  # the examples, which are in the size already
    ("factor-two", lambda right, D: right(D) / 2),
    ("not-a-scalar", lambda right, D: D),
    ("not-a-scalar", lambda right, D: D.mean(axis=-1)),
    ("wrong-axis", lambda right, D: D.mean(axis=0)),
    ("one-example-only", lambda right, D: right(D[0])),
    ("one-example-only", lambda right, D: right(D[-1])),
    ("one-example-only", lambda right, D: D[-1].sum() / D.size),
)


# --- Reference --------------------------------------------------------------------------------------


def squared_error_tensor(tf, Y, A):
    """The mean squared error of two float64 tensors as a scalar tensor."""
    return tf.reduce_mean(tf.square(A - Y))


def _reference(case: Case):
    tf = import_tensorflow()
    return float(squared_error_tensor(tf, *(float64(tf, array) for array in case.arguments)))


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="mean_squared_error",
    points=1,
    asks="the mean squared error of predictions of any shape",
    reread=sections.SQUARED_ERROR,
    general_hints=(
        "How many numbers is the mean taken over: examples, or entries?",
        "Each entry has an error of its own; its square can't be negative.",
        ("The difference of `A` and `Y`, squared entry by entry, and one mean over all of them, as a float."),
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
                "print(*(mean_squared_error(*case) for case in (tiny, tiny_twice, tiny_wide)), sep='\\n')"
            ),
        ),
        "integer-truncation": Hint(
            code=(
                "tiny = np.array([[2, 4, 3]]), np.array([[0.5, 2.5, 3.5]])\n"
                "print(mean_squared_error(*tiny), mean_squared_error(1.0 * tiny[0], tiny[1]))\n"
                "print(mean_squared_error(*tiny[::-1]), mean_squared_error(tiny[1], 1.0 * tiny[0]))"
            ),
        ),
    },
    arguments=("Y", "A"),
    cases=regression_cases,
    reference=_reference,
    withheld=withheld.LESSON_4,
    solve=mean_squared_error,
    steps={"squares": squares, "mean": np.mean},
    slips=SLIPS,
    parts=("cost",),
    invariants=(not_negative("cost"),),
    equivalent={
        SAME_FLOAT: other_floats("np.mean((A - Y) ** 2)"),
        "The square of a difference does not depend on its sign.": (
            "return float(np.mean((A - Y) ** 2)) -> return float(np.mean((Y - A) ** 2))",
        ),
    },
)
