"""The exercise `glorot_uniform`: random initial weights of the right size."""

from __future__ import annotations

import copy

import numpy as np

from grader.lessons import withheld
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Slip
from grader.lessons.forward_propagation import sections
from grader.lessons.right_answers import wrapped
from grader.lessons.tensors import float64
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy ----------------------------------------------------------------------


def limit_of(n_in, n_out):
    """The largest size that a weight may have."""
    return np.sqrt(6 / (n_in + n_out))


def glorot_uniform(n_in, n_out, rng):
    """Weights `(n_in, n_out)`, float64, drawn from the `np.random.Generator` `rng`.

    The normalized initialization of Glorot and Bengio, "Understanding the difficulty of training deep
    feedforward neural networks", AISTATS 2010. Keras calls it `GlorotUniform`.
    """
    limit = limit_of(n_in, n_out)
    return rng.uniform(-limit, limit, size=(n_in, n_out))


# --- Slips ------------------------------------------------------------------------------------------

SLIPS = (Slip("transposed", {"answer": lambda right, n_in, n_out, rng: right(n_in, n_out, rng).T}),)


# --- Cases ------------------------------------------------------------------------------------------

SHAPES = (
    # label, n_in, n_out, tags
    ("the lesson's first layer", 64, 25, {"lesson"}),
    ("the lesson's second layer", 25, 15, set()),
    ("the lesson's output layer", 15, 1, {"one unit"}),
    ("more units than inputs", 5, 12, set()),
    ("more inputs than units", 40, 3, set()),
    ("a square layer", 7, 7, {"square"}),
    ("one input", 1, 6, {"one input"}),
    ("one input and one unit", 1, 1, {"one unit"}),
)


def _cases(rng) -> list[Case]:
    """Arguments `(n_in, n_out, rng)`."""
    return [
        Case(label, (n_in, n_out, np.random.default_rng(int(rng.integers(2**32)))), frozenset(tags))
        for label, n_in, n_out, tags in SHAPES
    ]


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    """What an equal generator draws between Keras's limits."""
    tf = import_tensorflow()
    n_in, n_out, rng = case.arguments
    limit = float(tf.sqrt(float64(tf, 6) / (n_in + n_out)))
    return copy.deepcopy(rng).uniform(-limit, limit, size=(n_in, n_out))


def _in_any_order(draws: np.ndarray) -> np.ndarray:
    """The numbers sorted, with the sign that makes the one of largest magnitude positive.

    A draw is as good in another order, or as its negative: the limits are symmetric about 0.
    """
    flat = np.sort(draws, axis=None)
    if flat.size and flat[0] + flat[-1] < 0:
        flat = -flat[::-1]
    return flat.reshape(draws.shape)


# --- Invariants -------------------------------------------------------------------------------------


def _is_within_limits(case: Case, parts) -> bool:
    n_in, n_out, _ = case.arguments
    return bool(np.abs(parts["W"]).max() <= limit_of(n_in, n_out))


# --- Right answers in other styles ------------------------------------------------------------------


def glorot_uniform_in_one_long_row(n_in, n_out, rng):
    spread = np.array([-1, 1]) * 6**0.5 / (n_in + n_out) ** 0.5
    return rng.uniform(*spread, n_in * n_out).reshape(n_out, n_in).T


def glorot_uniform_an_input_at_a_time(n_in, n_out, rng):
    limit = (6 / (n_in + n_out)) ** 0.5
    return np.vstack([rng.uniform(low=-limit, high=limit, size=n_out) for _ in range(n_in)])


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="glorot_uniform",
    points=3,
    asks="random initial weights of the right size",
    reread=sections.LIMITS,
    general_hints=(
        "Which two numbers decide how large the weights of a layer may be?",
        (
            "The section gives a limit for the size of a weight. The weights lie between minus it and "
            "plus it, all values equally likely."
        ),
        (
            "A limit made of a constant, `n_in` and `n_out` under a root, and one call of the generator "
            "that you are given, for an array (n_in, n_out). Don't make a generator of your own."
        ),
    ),
    sections={**sections.SECTIONS, "transposed": sections.LIMITS},
    examples={"tiny": "tiny = 3, 2, np.random.default_rng(0)"},
    hints={
        "ignores-argument": Hint(
            code=(
                "print(glorot_uniform(3, 2, np.random.default_rng(1)))\n"
                "print(glorot_uniform(3, 2, np.random.default_rng(2)))\n"
                "print(glorot_uniform(3, 20, np.random.default_rng(1)))"
            ),
        ),
    },
    arguments=("n_in", "n_out", "rng"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_2,
    solve=glorot_uniform,
    slips=SLIPS,
    parts=("W",),
    canonical=_in_any_order,
    extra_mean="needless-mean",
    axes={"W": ("input", "unit")},
    invariants=(
        Invariant("Some weights are larger than the limits for these sizes allow.", _is_within_limits),
    ),
    right=(glorot_uniform_in_one_long_row, glorot_uniform_an_input_at_a_time),
    equivalent={
        "The limits are symmetric about 0: the negative of a draw is as good a draw.": wrapped(
            "rng.uniform(-limit, limit, size=(n_in, n_out))", "lambda value: -1 * value"
        ),
    },
)
