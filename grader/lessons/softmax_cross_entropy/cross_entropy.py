"""The exercise `cross_entropy`: the cost of a batch from one-hot labels."""

from __future__ import annotations

import numpy as np

from grader.lessons import withheld
from grader.lessons.cases import stored_by_columns
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import not_negative
from grader.lessons.right_answers import SAME_FLOAT, other_floats
from grader.lessons.slips import replaced_by, slips_in, unchanged
from grader.lessons.softmax_cross_entropy import sections
from grader.lessons.softmax_cross_entropy.batches import (
    ONE_CLASS_MORE,
    UNUSUAL,
    Batch,
    random_classes,
    with_probabilities,
)
from grader.lessons.softmax_cross_entropy.costs import LOG_SLIPS, MEAN_OF_LOSSES_SLIPS
from grader.lessons.tensors import float64
from utils.network import softmax
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def cross_entropy(Y, P, *, log, terms, loss, mean):
    """The mean loss, a float64 scalar.

    The rows of `Y` `(m, N)` are one-hot, of integers or floats; `P` `(m, N)` are probabilities in (0, 1].
    """
    return mean(loss(terms(Y, P, log)))


def one_hot_terms(Y, P, log):
    """The terms `(m, N)` of each example's loss."""
    return -Y * log(P)


def sum_over_classes(terms):
    """The sum `(m,)` of each row."""
    return terms.sum(axis=1)


# --- Slips ------------------------------------------------------------------------------------------


def _costs_by_class(reduce) -> Slip:
    return Slip("wrong-axis", {"loss": replaced_by(reduce), "mean": replaced_by(unchanged)})


def _binary_terms(log_of_rest):
    return lambda right, Y, P, log: right(Y, P, log) - (1 - Y) * log_of_rest(P, log)


def _finite(P, log):
    """The logarithms of 1 - P, and 0 where there is none."""
    return np.where(P < 1, log(np.where(P < 1, 1 - P, 1.0)), 0.0)


BINARY_TERMS = (_binary_terms(lambda P, log: log(1 - P)), _binary_terms(_finite))
BINARY = (
    *({"terms": terms} for terms in BINARY_TERMS),
    *({"terms": terms, "loss": replaced_by(lambda terms: terms.mean(axis=1))} for terms in BINARY_TERMS),
)
ONE_CLASS_IS_RIGHT = Hint(
    advice="An example's loss is the surprise at its own class alone; the others have their say through the "
    "shares that they take. Which terms of yours speak of classes that are not right?",
    experiment="Give the right class one half, and share the other half among the wrong classes in two ways: "
    "should the cost notice?",
    code="tiny_Y = np.array([[1, 0, 0]])\n"
    "print(*(cross_entropy(tiny_Y, np.array([rest])) for rest in ([0.5, 0.25, 0.25], [0.5, 0.4, 0.1])))",
)
SLIPS = (
    *LOG_SLIPS,
    *MEAN_OF_LOSSES_SLIPS,
    *slips_in(
        "terms",
        ("labels-swapped", lambda right, Y, P, log: right(1 - Y, P, log)),
        ("labels-swapped", lambda right, Y, P, log: right(Y, 1 - P, log)),
        ("softmax-of-probabilities", lambda right, Y, P, log: right(Y, softmax(P), log)),
    ),
    *(Slip("binary-for-classes", steps, hint=ONE_CLASS_IS_RIGHT) for steps in BINARY),
    _costs_by_class(lambda terms: terms.sum(axis=0)),
    _costs_by_class(lambda terms: terms.mean(axis=0)),
    Slip("not-a-scalar", {"loss": replaced_by(unchanged), "mean": replaced_by(unchanged)}),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(Y, P)`, with labels of float64 and in the last case of int64."""
    cases = [batch.case(np.eye(P.shape[1])[batch.y], P) for batch, P in with_probabilities(rng)]
    Z, y = rng.normal(size=(6, 5)), random_classes(rng, 6, 5)
    batch = Batch("integer labels", Z, y, frozenset({"integer"}))
    return [*stored_by_columns(cases, UNUSUAL), batch.case(np.eye(5, dtype=np.int64)[y], softmax(Z))]


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    Y, P = (float64(tf, array) for array in case.arguments)
    return float(tf.reduce_mean(-tf.reduce_sum(Y * tf.math.log(P), axis=1)))


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="cross_entropy",
    points=2,
    asks="the cost of a batch from one-hot labels",
    reread=sections.LOSS,
    general_hints=(
        "Of the N logarithms of a row, how many does a one-hot label let through?",
        (
            "Multiply the label and the logarithms entry by entry, and a row's sum is its loss, but for "
            "the sign."
        ),
        (
            "One sum over all entries of `Y` and the logarithms of `P`, a sign, and a mean over the "
            "examples, not over the entries. A float."
        ),
    ),
    sections=no_later_than("3.1", sections.SECTIONS),
    examples={
        "tiny": "tiny = np.array([[0, 0, 1], [1, 0, 0]]), np.array([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]])",
        "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], (2, 1))",
        "tiny_far": "tiny_far = np.array([[1, 0]]), np.array([[1e-20, 1.0]])",
    },
    hints={
        "integer-truncation": Hint(
            code=(
                "tiny = np.array([[0, 0, 1], [1, 0, 0]]), np.array([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]])\n"
                "print(cross_entropy(*tiny), cross_entropy(1.0 * tiny[0], tiny[1]))"
            ),
        ),
        "mean-over-wrong-count": Hint(
            experiment=ONE_CLASS_MORE,
            code=(
                "tiny = np.array([[0, 0, 1], [1, 0, 0]]), np.array([[0.1, 0.2, 0.7], [0.5, 0.3, 0.2]])\n"
                "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], (2, 1))\n"
                "tiny_wide = np.hstack([tiny[0], [[0], [0]]]), np.hstack([tiny[1], [[1e-9], [1e-9]]])\n"
                "print(*(cross_entropy(*case) for case in (tiny, tiny_twice, tiny_wide)), sep='\\n')"
            ),
        ),
    },
    arguments=("Y", "P"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_4,
    solve=cross_entropy,
    steps={"log": np.log, "terms": one_hot_terms, "loss": sum_over_classes, "mean": np.mean},
    slips=SLIPS,
    parts=("cost",),
    invariants=(not_negative("cost"),),
    equivalent={SAME_FLOAT: other_floats("-np.sum(Y * np.log(P)) / len(Y)")},
)
