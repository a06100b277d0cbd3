"""The exercise `class_shares`: what to make of sigmoid outputs, one for each class, when predicting."""

from __future__ import annotations

import numpy as np

from grader.lessons.cases import stored_by_columns
from grader.lessons.draws import with_zeros_and_equal_rows
from grader.lessons.exercise import Case, Exercise, Hint
from grader.lessons.invariants import rows_sum_to
from grader.lessons.list_of_layers import sections
from grader.lessons.right_answers import LAST_AXIS
from grader.lessons.slips import SINGLE_ROW_SLIPS, slips_in, with_hints
from grader.lessons.tensors import float64
from utils.network import sigmoid, softmax
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy ----------------------------------------------------------------------


def class_shares(A):
    """Each output's share of its row, `(m, N)`; the outputs `A` `(m, N)` are positive."""
    return A / A.sum(axis=1, keepdims=True)


# --- Slips ------------------------------------------------------------------------------------------

TINY = "tiny = (np.array([[0.9, 0.1], [0.2, 0.6], [0.999, 0.001]]),)"

SLIPS = with_hints(
    (
        *slips_in(
            "answer",
            ("softmax-of-probabilities", lambda right, A: softmax(A)),
            ("softmax-of-probabilities", lambda right, A: softmax(np.log(A) - np.log1p(-A))),
            ("wrong-axis", lambda right, A: A / A.sum(axis=0)),
            ("wrong-axis", lambda right, A: A / A.sum()),
            ("needless-mean", lambda right, A: A / A.mean(axis=1, keepdims=True)),
        ),
        *SINGLE_ROW_SLIPS,
    ),
    {
        "softmax-of-probabilities": Hint(
            advice="What comes in are no logits: each entry is a probability already, and all that it lacks "
            "is that a row sums to 1.",
            experiment="Take a row that is as sure as can be, 0.999 against 0.001: what should become of it?",
            code=f"{TINY}\nprint(class_shares(*tiny))",
        ),
        "wrong-axis": Hint(
            code=f"{TINY}\nprint(class_shares(*tiny))\ntiny[0][0] = 0.5, 0.4\nprint(class_shares(*tiny))"
        ),
        "needless-mean": Hint(
            advice="Find the place in your code that takes a mean: what should a row add up to?",
            experiment="Call it with a small case and add up each row of what comes back.",
            code=f"{TINY}\nprint(class_shares(*tiny).sum(axis=1).round(9))",
        ),
    },
)


# --- Cases ------------------------------------------------------------------------------------------

UNUSUAL = "ten classes"
SHAPES = (
    # label, shape, tags
    ("two classes, as in the lesson", (12, 2), {"lesson"}),
    (UNUSUAL, (7, 10), set()),
    ("as many classes as examples", (4, 4), {"square"}),
    ("three classes, and outputs near 0 and 1", (6, 3), {"saturated"}),
    ("a single example", (1, 5), {"one example"}),
    ("a single class", (5, 1), {"one unit"}),
    ("as many examples and classes as before", (6, 3), set()),
)


def _cases(rng) -> list[Case]:
    cases = []
    for label, shape, tags in SHAPES:
        Z = rng.normal(scale=8.0 if "saturated" in tags else 1.5, size=shape)
        if label == UNUSUAL:
            Z = with_zeros_and_equal_rows(Z)
        counts = {"m": shape[0], "classes": shape[1], "entries": shape[0] * shape[1]}
        cases.append(Case(label, (sigmoid(Z),), frozenset(tags), counts))
    return stored_by_columns(cases, UNUSUAL)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    A = float64(tf, case.arguments[0])
    return (A / tf.reduce_sum(A, axis=1, keepdims=True)).numpy()


# --- Right answers in other styles ------------------------------------------------------------------


def class_shares_row_by_row(A):
    return np.array([row / sum(row) for row in A])


def class_shares_by_division_of_columns(A):
    return (A.T / A.T.sum(axis=0)).T


def class_shares_by_logarithms(A):
    return np.exp(np.log(A) - np.log(A.sum(axis=1))[:, np.newaxis])


def class_shares_by_a_diagonal_matrix(A):
    return np.diag(1 / (A @ np.ones(A.shape[1]))) @ A


def class_shares_by_einsum(A):
    return np.einsum("mn,m->mn", A, 1 / np.einsum("mn->m", A))


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="class_shares",
    points=1,
    asks="probabilities of the classes from sigmoid outputs, one for each class",
    reread=sections.SHARES,
    general_hints=(
        "Do the outputs of a row sum to 1? What would make them do so?",
        "Every row has a total of its own, and a share is a part of a total.",
        (
            "An array of the shape of `A`, each entry divided by one number of its row. Keep the axis "
            "of that number. No exponential is needed."
        ),
    ),
    examples={"tiny": TINY, "tiny_twice": "tiny_twice = (np.tile(tiny[0], (2, 1)),)"},
    arguments=("A",),
    cases=_cases,
    reference=_reference,
    solve=class_shares,
    slips=SLIPS,
    parts=("P",),
    extra_mean="needless-mean",
    axes={"P": ("example", "class")},
    invariants=(rows_sum_to(1.0, "P", "The rows do not sum to 1."),),
    right=(
        class_shares_row_by_row,
        class_shares_by_division_of_columns,
        class_shares_by_logarithms,
        class_shares_by_a_diagonal_matrix,
        class_shares_by_einsum,
    ),
    equivalent={
        LAST_AXIS: ("return A / A.sum(axis=1, keepdims=True) -> return A / A.sum(axis=-1, keepdims=True)",),
    },
)
