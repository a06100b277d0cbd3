"""The exercise `sparse_cross_entropy`: the cost of a batch from integer classes."""

from __future__ import annotations

import numpy as np

from grader.lessons import withheld
from grader.lessons.cases import stored_by_columns
from grader.lessons.exercise import Case, Exercise, Hint
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import not_negative
from grader.lessons.right_answers import SAME_FLOAT, other_floats
from grader.lessons.slips import replaced_by, slips_in
from grader.lessons.softmax_cross_entropy import sections
from grader.lessons.softmax_cross_entropy.batches import (
    ONE_CLASS_MORE,
    UNUSUAL,
    with_probabilities,
)
from grader.lessons.softmax_cross_entropy.costs import LOG_SLIPS, MEAN_OF_LOSSES_SLIPS
from grader.lessons.tensors import float64
from utils.network import softmax
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def sparse_cross_entropy(y, P, *, log, pick, mean):
    """The mean loss, a float64 scalar.

    `y` `(m,)` are classes of dtype int64, `P` `(m, N)` probabilities in (0, 1].
    """
    return mean(-log(pick(y, P)))


def of_right_class(y, P):
    """The probability `(m,)` of each example's class."""
    return P[np.arange(len(y)), y]


# --- Slips ------------------------------------------------------------------------------------------

SLIPS = (
    *LOG_SLIPS,
    *MEAN_OF_LOSSES_SLIPS,
    *slips_in(
        "pick",
        ("class-off-by-one", lambda right, y, P: right(y - 1, P)),
        ("class-off-by-one", lambda right, y, P: right(y + 1, P)),
        ("class-off-by-one", lambda right, y, P: np.where(y > 0, right(y - 1, P), 1.0)),
        ("labels-as-rows", replaced_by(lambda y, P: P[y, np.arange(len(y))])),
        ("every-pair-picked", replaced_by(lambda y, P: P[:, y])),
        ("labels-as-rows", replaced_by(lambda y, P: P[y])),
        ("labels-swapped", lambda right, y, P: 1 - right(y, P)),
        ("softmax-of-probabilities", lambda right, y, P: right(y, softmax(P))),
    ),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(y, P)`; not for a single class, where every index is the right one."""
    cases = [batch.case(batch.y, P) for batch, P in with_probabilities(rng) if P.shape[1] > 1]
    return stored_by_columns(cases, UNUSUAL)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf, (y, P) = import_tensorflow(), case.arguments
    return float(tf.reduce_mean(-tf.math.log(tf.gather(float64(tf, P), y, batch_dims=1))))


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="sparse_cross_entropy",
    points=2,
    asks="the cost of a batch from integer classes",
    reread=sections.LOSS,
    general_hints=(
        "Which single entry of each row of `P` does the loss need?",
        (
            "NumPy can pick one entry of every row if you hand it two lists: the numbers of the rows, and "
            "the column for each."
        ),
        (
            "An array (m,) of the probabilities of the right classes, picked with `y`; then logarithm, "
            "mean and sign. A float."
        ),
    ),
    sections=no_later_than("3.1", sections.SECTIONS),
    examples={
        "tiny": "tiny = np.array([2, 1]), np.array([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]])",
        "tiny_twice": "tiny_twice = np.tile(tiny[0], 2), np.tile(tiny[1], (2, 1))",
        "tiny_far": "tiny_far = np.array([0]), np.array([[1e-20, 1.0]])",
    },
    hints={
        "mean-over-wrong-count": Hint(
            experiment=ONE_CLASS_MORE,
            code=(
                "tiny = np.array([2, 1]), np.array([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]])\n"
                "tiny_twice = np.tile(tiny[0], 2), np.tile(tiny[1], (2, 1))\n"
                "tiny_wide = tiny[0], np.hstack([tiny[1], np.full((2, 1), 1e-9)])\n"
                "print(*(sparse_cross_entropy(*case) for case in (tiny, tiny_twice, tiny_wide)), sep='\\n')"
            ),
        ),
    },
    arguments=("y", "P"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_4,
    solve=sparse_cross_entropy,
    steps={"log": np.log, "pick": of_right_class, "mean": np.mean},
    slips=SLIPS,
    parts=("cost",),
    invariants=(not_negative("cost"),),
    equivalent={SAME_FLOAT: other_floats("-np.mean(np.log(P[np.arange(len(y)), y]))")},
)
