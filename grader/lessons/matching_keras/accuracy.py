"""The exercise `accuracy`: the share of right answers."""

from __future__ import annotations

import numpy as np

from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import between_0_and_1
from grader.lessons.matching_keras import sections
from grader.lessons.right_answers import SAME_FLOAT, other_floats
from grader.lessons.slips import FIRST_ROW, LAST_ROW, of_rows
from grader.lessons.tensors import float64
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy ----------------------------------------------------------------------


def accuracy(y, y_pred):
    """The share of equal entries in `y` and `y_pred`, both `(m,)`, as a float from 0 to 1."""
    return float(np.mean(y == y_pred))


# --- Slips ------------------------------------------------------------------------------------------

ONE_EXAMPLE = Hint(
    experiment="Call it with four answers of which only the third is wrong: which of them have their say in "
    "your share?"
)
CUT_OFF = Hint(
    advice="Counting right answers makes whole numbers, but a share of them is not one. Where in your code "
    "is a fraction cut off, or a result turned into an integer?",
    experiment="Call it with four answers of which three are right, and follow the share line by line: where "
    "does its fraction go?",
)
WRONG_COUNT = Hint(
    advice="What is it a share of, the examples or the classes? The number of those, all of them, belongs "
    "under the fraction.",
    experiment="Call it with a few answers, then with the same answers twice over: as large a part of them "
    "is right. Does your share stay as it is?",
)
OTHER_LABELS = Hint(
    advice="Whether an answer is right does not depend on how many classes or examples there are. Look for a "
    "number of them that is written into your code.",
    experiment="Call it with labels that the lesson does not have, such as 11 and 12, and predict all of "
    "them rightly: what share is that?",
    code="tiny = np.array([3, 11, 12])\nprint(accuracy(tiny, tiny))",
)


def _share_of_classes_below(count):
    """Counts right answers for the classes 0 to `count` - 1 only."""
    return lambda right, y, y_pred: np.mean((y == y_pred) & (y < count))


def _of_the_dtype_of_the_labels(right, y, y_pred):
    return float(np.asarray(right(y, y_pred)).astype(y.dtype))


def _count_over(count):
    """The number of right answers over `count(y)`, where m is right."""
    return lambda right, y, y_pred: right(y, y_pred) * len(y) / count(y)


SLIPS = (
    Slip("not-a-scalar", {"answer": lambda right, y, y_pred: (y == y_pred).astype(float)}),
    Slip("one-example-only", {"answer": of_rows(FIRST_ROW, 0, 1)}, hint=ONE_EXAMPLE),
    Slip("one-example-only", {"answer": of_rows(LAST_ROW, 0, 1)}, hint=ONE_EXAMPLE),
    Slip("integer-truncation", {"answer": lambda right, y, y_pred: int(right(y, y_pred))}, hint=CUT_OFF),
    Slip("integer-truncation", {"answer": _of_the_dtype_of_the_labels}, hint=CUT_OFF),
    Slip("mean-over-wrong-count", {"answer": _count_over(lambda y: len(np.unique(y)))}, hint=WRONG_COUNT),
    Slip("mean-over-wrong-count", {"answer": _count_over(lambda y: max(len(y) - 1, 1))}, hint=WRONG_COUNT),
    *(
        Slip("hard-coded-size", {"answer": _share_of_classes_below(count)}, hint=OTHER_LABELS)
        for count in (2, 10)
    ),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    def pair(m, classes, first_is_right, dtype=np.int64, lowest=0):
        """Labels, and predictions of which some are right; of the first and the last, one is right."""
        y = rng.integers(lowest, classes, size=m)
        wrong = np.arange(m) % 3 == rng.integers(3)
        wrong[[0, -1]] = [not first_is_right, first_is_right]
        return y.astype(dtype), np.where(wrong, (y + 1) % classes, y)

    one = rng.integers(10, size=1)
    some = rng.integers(3, size=8)
    cases = [
        ("labels of two digits", *pair(12, 2, True), {"lesson"}),
        ("labels of ten digits", *pair(12, 10, False), {"lesson"}),
        ("labels that are floats", *pair(7, 3, True, np.float64), set()),
        ("five examples, two classes", *pair(5, 2, False, np.float64), set()),
        ("nine examples, four classes", *pair(9, 4, True), set()),
        ("labels from 10 to 14", *pair(8, 15, False, lowest=10), set()),
        ("answers that are all right", some, some.copy(), set()),
        ("answers that are all wrong", some, (some + 1) % 3, set()),
        ("a single example, right", one, one.copy(), {"one example"}),
        ("a single example, wrong", one, (one + 1) % 10, {"one example"}),
    ]
    return [Case(label, (y, y_pred), frozenset(tags), _counts(y, y_pred)) for label, y, y_pred, tags in cases]


def _counts(y, y_pred) -> dict[str, int]:
    return {"m": len(y), "classes": int(max(y.max(), y_pred.max())) + 1}


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    y, y_pred = (float64(tf, labels) for labels in case.arguments)
    return float(tf.reduce_mean(tf.cast(tf.equal(y, y_pred), tf.float64)))


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="accuracy",
    points=1,
    asks="the share of right answers",
    reread=sections.CLASSES,
    general_hints=(
        "What can you say of one example: right or not? And which number stands for that?",
        "The mean of zeros and ones is a share.",
        "Compare `y` and `y_pred` entry by entry, both (m,), and take the mean, as a float.",
    ),
    sections=no_later_than("1.3", sections.SECTIONS),
    examples={
        "tiny": "tiny = np.array([1, 0, 2, 1]), np.array([1, 0, 0, 1])",
        "tiny_twice": "tiny_twice = np.tile(tiny[0], 2), np.tile(tiny[1], 2)",
    },
    arguments=("y", "y_pred"),
    cases=_cases,
    reference=_reference,
    solve=accuracy,
    slips=SLIPS,
    parts=("accuracy",),
    invariants=(between_0_and_1("accuracy", "A share lies between 0 and 1; this does not."),),
    equivalent={SAME_FLOAT: other_floats("np.mean(y == y_pred)")},
)
