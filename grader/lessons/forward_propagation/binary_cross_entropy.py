"""The exercise `binary_cross_entropy`: the cost of a batch of predictions."""

from __future__ import annotations

from functools import reduce

import numpy as np

from grader.lessons import withheld
from grader.lessons.exercise import Case, Exercise
from grader.lessons.forward_propagation import sections
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import not_negative
from grader.lessons.networks import networks
from grader.lessons.right_answers import SAME_FLOAT, Number, other_floats
from grader.lessons.slips import FIRST_ROW, LAST_ROW, of_rows, slips_in, small_numbers
from grader.lessons.tensors import float64
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def losses(Y, A):
    """The loss of each example `(m, 1)`."""
    return -Y * np.log(A) - (1 - Y) * np.log(1 - A)


def binary_cross_entropy(Y, A, *, losses):
    """The mean loss, a float, from labels `Y` `(m, 1)`, 0 or 1, and predictions `A` `(m, 1)` in (0, 1)."""
    return np.mean(losses(Y, A))


# --- Slips ------------------------------------------------------------------------------------------


def _with_small_number(epsilon):
    return lambda right, Y, A: -Y * np.log(A + epsilon) - (1 - Y) * np.log(1 - A + epsilon)


SLIPS = (
    *slips_in(
        "losses",
        ("positive-term-only", lambda right, Y, A: -Y * np.log(A)),
        ("labels-swapped", lambda right, Y, A: right(1 - Y, A)),
        ("wrong-sign", lambda right, Y, A: -Y * np.log(A) + (1 - Y) * np.log(1 - A)),
        ("wrong-sign", lambda right, Y, A: Y * np.log(A) - (1 - Y) * np.log(1 - A)),
        ("wrong-axis", lambda right, Y, A: right(Y[:, 0], A)),  # each label with each prediction
        ("wrong-log-base", lambda right, Y, A: right(Y, A) / np.log(2)),
        ("wrong-log-base", lambda right, Y, A: right(Y, A) / np.log(10)),
        ("activation-twice", lambda right, Y, A: right(Y, sigmoid(A))),
    ),
    *slips_in(
        "answer",
        ("not-a-scalar", lambda right, Y, A, losses: losses(Y, A)),
        ("not-a-scalar", lambda right, Y, A, losses: losses(Y, A)[:, 0]),
    ),
    *slips_in(
        "losses",
        ("one-example-only", of_rows(FIRST_ROW, 0, 1)),
        ("one-example-only", of_rows(LAST_ROW, 0, 1)),
        *(("clipped", _with_small_number(epsilon)) for epsilon in small_numbers(4, 9)),
    ),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(Y, A)`."""
    cases = []
    for network in networks(rng):
        A, Y = network.cache()[f"A{network.depth}"], network.Y
        if "one example" in network.tags:
            Y = np.ones_like(Y)
        counts = {"m": len(Y), "examples labelled 1": int(Y.sum()), "classes": 2}
        label = f"{len(Y)} predictions of {network.label}"
        cases.append(Case(label, (Y, A), network.tags - {f"depth {network.depth}"}, counts))
    return cases


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    Y, A = (float64(tf, array) for array in case.arguments)
    return float(tf.reduce_mean(-Y * tf.math.log(A) - (1 - Y) * tf.math.log1p(-A)))


# --- Right answers in other styles ------------------------------------------------------------------


def binary_cross_entropy_of_the_probability_of_the_label(Y, A):
    return -np.log(np.where(Y == 1, A, 1 - A)).mean()


def binary_cross_entropy_by_reduction(Y, A):
    pairs = zip(Y.ravel(), A.ravel(), strict=True)
    return Number(reduce(lambda J, ya: J - np.log(ya[1] if ya[0] else 1 - ya[1]), pairs, 0.0) / Y.size)


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="binary_cross_entropy",
    points=3,
    asks="the cost of a batch of predictions",
    reread=sections.COST,
    general_hints=(
        (
            "For an image with label 1, which number measures how well the network did? And for one with "
            "label 0?"
        ),
        (
            "The label can switch between the two logarithms, so that one expression serves all entries "
            "at once."
        ),
        (
            "An array (m, 1) of losses from `Y` and `A`, entry by entry, with the sign that makes them "
            "positive. Then the mean over the examples, as a float."
        ),
    ),
    sections=no_later_than(
        "4.1",
        {**sections.SECTIONS, "activation-twice": sections.COST},
    ),
    examples={
        "tiny": "tiny = np.array([[1], [0], [1]]), np.array([[0.9], [0.2], [0.5]])",
        "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], (2, 1))",
        "tiny_far": "tiny_far = np.array([[1], [0]]), np.array([[1e-12], [1 - 1e-12]])",
    },
    arguments=("Y", "A"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_2,
    solve=binary_cross_entropy,
    steps={"losses": losses},
    slips=SLIPS,
    parts=("J",),
    invariants=(not_negative("J"),),
    right=(binary_cross_entropy_of_the_probability_of_the_label, binary_cross_entropy_by_reduction),
    equivalent={SAME_FLOAT: other_floats("np.mean(losses)")},
)
