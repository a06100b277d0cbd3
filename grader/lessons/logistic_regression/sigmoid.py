"""The exercise `sigmoid`: the sigmoid of any score, without overflow."""

from __future__ import annotations

from functools import partial

import numpy as np

from grader.lessons import withheld
from grader.lessons.cases import elementwise_cases
from grader.lessons.exercise import Case, Exercise, Hint, Invariant
from grader.lessons.invariants import between_0_and_1
from grader.lessons.logistic_regression import sections
from grader.lessons.slips import slips_in, small_numbers
from grader.lessons.tensors import float64
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- Slips ------------------------------------------------------------------------------------------


def _softmax(z):
    exponentials = np.exp(z - np.max(z))
    return exponentials / exponentials.sum()


OTHER_ACTIVATIONS = (
    np.tanh,
    lambda z: np.maximum(z, 0.0),
    lambda z: sigmoid(-np.asarray(z)),
    lambda z: (np.asarray(z) >= 0) * 1.0,
    lambda z: (np.asarray(z) > 0) * 1.0,
    lambda z: np.sign(z) * 1.0,
    lambda z: np.log1p(np.exp(z)),
    lambda z: sigmoid(2.0 * np.asarray(z)),
    _softmax,
)
ACTIVATION_SLIPS = slips_in(
    "activation",
    ("activation-skipped", lambda right, z: np.asarray(z) * 1.0),
    ("activation-twice", lambda right, z: right(right(z))),
    *(("wrong-activation", lambda right, z, other=other: other(z)) for other in OTHER_ACTIVATIONS),
)
CLIPPED_PREDICTIONS = slips_in(
    "activation",
    *(("clipped", lambda right, z, e=e: np.clip(right(z), e, 1 - e)) for e in small_numbers(1, 8)),
)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    (z,) = case.arguments
    return tf.sigmoid(float64(tf, z)).numpy()


# --- Invariants -------------------------------------------------------------------------------------


def _increases(case: Case, parts) -> bool:
    z, a = np.ravel(case.arguments[0]), np.ravel(parts["a"])
    return bool(np.all(np.diff(a[np.argsort(z)]) >= -1e-12))


# --- Right answers in other styles ------------------------------------------------------------------


def sigmoid_by_the_larger_power(z):
    bound = np.maximum(z, 0.0)
    return np.exp(z - bound) / (np.exp(-bound) + np.exp(z - bound))


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="sigmoid",
    points=2,
    asks="the sigmoid of any score, without overflow",
    reread=sections.SIGMOID,
    general_hints=(
        ("Which numbers can an exponential hold, and for which `z` would yours be asked for a larger one?"),
        (
            "Multiply the fraction above and below by the same power of e. It is still the same fraction, "
            "but now the exponent has the other sign."
        ),
        (
            "You need both forms of the fraction, each for the signs of `z` for which its exponent is at "
            "most 0, put together entry by entry. The result has the shape of `z`, in float64."
        ),
    ),
    sections={
        **sections.SECTIONS,
        **dict.fromkeys(("clipped", "numerically-unstable"), sections.SIGMOID),
    },
    examples={
        "tiny": "tiny = (np.array([[-2.0, 0.0, 2.0]]),)",
        "tiny_far": "tiny_far = (np.array([-1000.0, -30.0, 30.0, 1000.0]),)",
    },
    hints={
        "integer-truncation": Hint(
            code=("print(sigmoid(np.array([-1, 0, 2])))\nprint(sigmoid(np.array([-1.0, 0.0, 2.0])))"),
        ),
        "extra-axis": Hint(
            code=("print(sigmoid(np.array(2.0)))\nprint(sigmoid(np.array([2.0])))"),
        ),
        "mutates-arguments": Hint(
            code=(
                "tiny_far = np.array([-1000.0, 1000.0])\nprint(tiny_far)\nsigmoid(tiny_far)\nprint(tiny_far)"
            ),
        ),
    },
    arguments=("z",),
    cases=partial(elementwise_cases, entry="score"),
    reference=_reference,
    withheld=withheld.LESSON_1 | {"sigmoid"},
    solve=lambda z, activation: activation(z),
    steps={"activation": sigmoid},
    slips=(*ACTIVATION_SLIPS, *CLIPPED_PREDICTIONS),
    parts=("a",),
    stable=True,
    invariants=(
        between_0_and_1("a", "A probability lies between 0 and 1; some of these do not."),
        Invariant("A larger score does not always give a larger probability.", _increases),
    ),
    right=(sigmoid_by_the_larger_power,),
    equivalent={
        "At 0 both branches give 1.": (
            "return np.where(z >= 0, 1.0, small) / (1.0 + small) "
            "-> return np.where(z > 0, 1.0, small) / (1.0 + small)",
        ),
        "The functions of the next lines make arrays of float64 of numbers and integers by themselves.": (
            "z = np.asarray(z, dtype=np.float64) -> pass",
            "z = np.asarray(z, dtype=np.float64) -> z = np.asarray(z)",
        ),
    },
)
