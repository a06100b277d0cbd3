"""The exercise `predict_classes`: from probabilities to classes."""

from __future__ import annotations

import numpy as np

from grader.lessons.cases import stored_by_columns
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Slip
from grader.lessons.matching_keras import sections
from grader.lessons.matching_keras.row_slips import SINGLE_ROW_SLIPS
from grader.lessons.right_answers import (
    LAST_AXIS,
    ONE_AXIS,
    RAVEL,
    ROUNDED_INTEGER,
    SINGLE_ROW,
    TRANSPOSE,
    wrapped,
)
from grader.lessons.slips import changed, replaced_by
from grader.lessons.tensors import float64
from utils.network import softmax
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def predict_classes(A, threshold, largest):
    """The class of each row of a network's output `A` `(m, n)`, as integers `(m,)`.

    A single column is the probability of class 1; several columns are the classes' probabilities.
    """
    return threshold(A[:, 0]) if A.shape[1] == 1 else largest(A)


def threshold(a):
    """1 where the probability `a` `(m,)` is at least one half, else 0; int64."""
    return (a >= 0.5).astype(np.int64)


def largest(A):
    """The column of the largest entry in each row of `A` `(m, n)`, the first of equal ones; int64."""
    return A.argmax(axis=1)


# --- Slips ------------------------------------------------------------------------------------------


def _first_ten_columns(right, A):
    """Raises `IndexError` where there are fewer."""
    return right(A[:, list(range(10))])


PRINT_TWO_ROWS = "print(predict_classes(np.array([[0.7, 0.1, 0.2], [0.1, 0.2, 0.7]])))"
TWO_ROWS = Hint(code=PRINT_TWO_ROWS)
SWAPPED = Hint(
    experiment="Call it with a prediction near 1 and one near 0: of which class is the model sure in each "
    "case?"
)

SLIPS = (
    Slip("strict-threshold", {"threshold": lambda right, a: (a > 0.5).astype(np.int64)}),
    Slip("labels-swapped", {"threshold": lambda right, a: (a < 0.5).astype(np.int64)}, hint=SWAPPED),
    Slip("labels-swapped", {"threshold": lambda right, a: (a <= 0.5).astype(np.int64)}, hint=SWAPPED),
    Slip(
        "argmax-on-column",
        {"threshold": lambda right, a: np.zeros(len(a), np.int64)},
        hint=Hint(
            advice="A single output is the probability of class 1. What can be the largest in a row of one, "
            "and with what has that number to be compared?",
            experiment="Call it with a column that holds 0.2 and 0.9: of which class is the model sure in "
            "each case?",
            code="print(predict_classes(np.array([[0.2], [0.9]])))",
        ),
    ),
    Slip(
        "softmax-of-probabilities",
        {"threshold": lambda right, a: np.ones(len(a), np.int64)},
        hint=Hint(
            experiment="Put a single column of probabilities through softmax: how many different numbers can "
            "come out of a row of one?"
        ),
    ),
    *(
        Slip(name, {step: wrong}, hint=TWO_ROWS)
        for name, step, wrong in (
            ("wrong-axis", "largest", replaced_by(lambda A: A.argmax(axis=0))),
            ("wrong-axis", "largest", replaced_by(np.argmax)),
            ("wrong-axis", "answer", replaced_by(lambda A: A.argmax(axis=0))),
            ("wrong-axis", "answer", replaced_by(np.argmax)),
            ("class-off-by-one", "largest", changed(lambda classes: classes + 1)),
            ("class-off-by-one", "answer", changed(lambda classes: classes + 1)),
        )
    ),
    Slip(
        "hard-coded-size",
        {"largest": _first_ten_columns},
        hint=Hint(
            advice="The lesson's networks have one output unit or ten, others have as many as they need. "
            "Look for a number of columns, or of rows, that is written into your code, and read it from the "
            "argument instead.",
            experiment="Call it with twelve columns, then with three: can it find the last class in both?",
            code=f"print(predict_classes(np.eye(12)[[11, 0]]))\n{PRINT_TWO_ROWS}",
        ),
    ),
    *SINGLE_ROW_SLIPS,
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    def column(m):
        a = rng.uniform(size=(m, 1))
        a[: min(m, 2), 0] = [rng.uniform(0.1, 0.4), rng.uniform(0.6, 0.9)][: min(m, 2)]
        a[4:8, 0] = [0.4, 0.49, 0.51, 0.6][: max(m - 4, 0)]  # where another threshold would show
        return rng.permutation(a)

    def rows_with_a_tiny_share(m, units):
        shares = rows(m, units)
        shares[0, 0] = 1e-7
        return shares

    def rows(m, units):
        return softmax(rng.normal(scale=0.3, size=(m, units)))

    half = np.array([[0.5], [np.nextafter(0.5, 0)], [np.nextafter(0.5, 1)], [0.5], [0.25]])
    ties = np.array([[0.375, 0.375, 0.25], [0.25, 0.375, 0.375], [0.5, 0.0, 0.5], [0.25, 0.25, 0.25]])
    one_hot = np.eye(4, dtype=np.int64)[rng.permutation([0, 1, 2, 3, 2])]
    cases = [
        ("the output for two digits, one column", column(12), {"lesson"}),
        ("the output for ten digits, ten columns", rows(12, 10), {"lesson"}),
        ("three columns", rows_with_a_tiny_share(9, 3), set()),
        ("one column with halves", rng.permutation(half), set()),
        ("columns that are equally large", rng.permutation(ties), set()),
        ("two columns", rows(6, 2), set()),
        ("as many columns as examples", rows(4, 4), {"square"}),
        ("a single example, one column", column(1), {"one example"}),
        ("a single example at one half", np.array([[0.5]]), {"one example"}),
        ("a single example, five columns", rows(1, 5), {"one example"}),
        ("one column of integers", rng.permutation([[0], [1], [1], [0], [1]]), {"integer"}),
        ("four columns of integers", one_hot, {"integer"}),
    ]
    made = [Case(label, (A,), frozenset(tags), {"m": len(A)}) for label, A, tags in cases]
    return stored_by_columns(made, "three columns")


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    A = float64(tf, case.arguments[0])
    m, columns = A.shape
    if columns == 1:
        return tf.cast(tf.greater_equal(A[:, 0], float64(tf, 0.5)), tf.int64).numpy()
    is_largest = tf.equal(A, tf.reduce_max(A, axis=1, keepdims=True))
    positions = tf.where(is_largest, tf.range(columns, dtype=tf.int64), columns)
    return tf.reduce_min(positions, axis=1).numpy()


# --- Invariants -------------------------------------------------------------------------------------


def _are_classes(case: Case, parts) -> bool:
    """Classes are 0 and 1 for a single column, else numbers of columns."""
    classes, (A,) = parts["classes"], case.arguments
    return bool(np.all((classes >= 0) & (classes < max(2, A.shape[1]))))


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="predict_classes",
    points=2,
    asks="the class that each row of a network's output speaks for",
    reread=sections.CLASSES,
    general_hints=(
        "What does one column say that several columns say in another way?",
        (
            "With one column you compare with a threshold; think of the case that sits exactly on it. "
            "With several you ask where the largest entry is."
        ),
        (
            "Two cases by the number of columns. Both give (m,) integers, also if m is 1: don't lose an "
            "axis that you still need, and keep none that you don't."
        ),
    ),
    sections=sections.SECTIONS,
    examples={"tiny": "tiny = (np.array([[0.2], [0.5], [0.9]]),)"},
    hints={
        "extra-axis": Hint(
            code=("print(predict_classes(np.array([[0.9]])), predict_classes(np.array([[0.7, 0.1, 0.2]])))"),
        ),
    },
    arguments=("A",),
    cases=_cases,
    reference=_reference,
    solve=predict_classes,
    steps={"threshold": threshold, "largest": largest},
    slips=SLIPS,
    parts=("classes",),
    axes={"classes": ("example",)},
    invariants=(Invariant("Some of these numbers are no class.", _are_classes),),
    equivalent={
        ONE_AXIS: (
            *wrapped("np.argmax(A, axis=1)", TRANSPOSE, RAVEL),
            *wrapped("(A[:, 0] >= 0.5).astype(np.int64)", TRANSPOSE, RAVEL),
        ),
        ROUNDED_INTEGER: (
            *wrapped("np.argmax(A, axis=1)", "np.round"),
            *wrapped("(A[:, 0] >= 0.5).astype(np.int64)", "np.round"),
        ),
        LAST_AXIS: ("return np.argmax(A, axis=1) -> return np.argmax(A, axis=-1)",),
        SINGLE_ROW: (
            "return (A[:, 0] >= 0.5).astype(np.int64) -> return (A[:, -1] >= 0.5).astype(np.int64)",
        ),
        "No array has fewer columns than one.": ("if A.shape[1] == 1: -> if A.shape[1] <= 1:",),
    },
)
