"""The exercise `hidden_delta`: the error signal of a hidden layer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grader.lessons import withheld
from grader.lessons.backpropagation import sections
from grader.lessons.backpropagation.layers import (
    UNUSUAL,
    further_layers,
    integers,
    layers,
)
from grader.lessons.backpropagation.sigmoid_derivative import (
    OTHER_ACTIVATIONS,
    SCALED_TWICE,
    SQUARED,
    WRONG_FACTORS,
    derivative_slips,
)
from grader.lessons.cases import stored_by_columns
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import slopes
from grader.lessons.slips import ONE_ROW_SLIPS, slips_in, transposed_if_square, with_hints
from grader.lessons.tensors import float64
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def hidden_delta(dZ_next, W_next, A):
    """`dZ` `(m, n)` of a sigmoid layer with activations `A` `(m, n)`, float64.

    `dZ_next` `(m, n_next)` is the error signal of the next layer, `W_next` `(n, n_next)` its weights
    (Nielsen, chapter 2, BP2).
    """
    return (dZ_next @ W_next.T) * A * (1 - A)


# --- Slips ------------------------------------------------------------------------------------------


def with_factor(factor):
    """The step `hidden_delta` with `factor(A)` in the place of A (1 - A)."""
    return "hidden_delta", lambda right, dZ_next, W_next, A: (dZ_next @ W_next.T) * factor(A)


def _transposed_if_square(right, dZ_next, W_next, A):
    return right(dZ_next, transposed_if_square(W_next), A)


DERIVATIVE_SLIPS = derivative_slips((*WRONG_FACTORS, *OTHER_ACTIVATIONS, SQUARED), with_factor)

TRANSPOSED_WEIGHTS = Slip("weights-transposed", {"hidden_delta": lambda right, dZ, W, A: right(dZ, W.T, A)})

TRANSPOSED_IF_SQUARE = Slip("weights-transposed", {"hidden_delta": _transposed_if_square})
HIDDEN_DELTA_SLIPS = (
    *DERIVATIVE_SLIPS,
    TRANSPOSED_WEIGHTS,
    TRANSPOSED_IF_SQUARE,
    *slips_in(
        "hidden_delta",
        ("chain-cut", lambda right, dZ, W, A: dZ * np.ones_like(A)),
        ("chain-cut", lambda right, dZ, W, A: dZ * A * (1 - A)),
        ("double-mean", lambda right, dZ, W, A: right(dZ, W, A) / len(A)),
    ),
    *ONE_ROW_SLIPS,
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(dZ_next, W_next, A)`."""
    drawn = [*layers(rng, integers), *further_layers(rng)]
    return stored_by_columns([layer.case(layer.dZ, layer.W, layer.A) for layer in drawn], UNUSUAL)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    """The gradient of a scalar whose gradient with respect to the next z is `dZ_next`, by construction."""
    tf, layer = import_tensorflow(), case.context
    Z, W, dZ = (float64(tf, array) for array in (layer.Z, layer.W, layer.dZ))
    with tf.GradientTape() as tape:
        tape.watch(Z)
        scalar = tf.reduce_sum(dZ * (tf.sigmoid(Z) @ W))
    return tape.gradient(scalar, Z).numpy()


# --- Invariants -------------------------------------------------------------------------------------


def _cost(case: Case, arrays) -> float:
    """A cost that has `dZ_next` for its slope with respect to the next layer's z."""
    dZ_next, W_next, _ = case.arguments
    return float((dZ_next * (sigmoid(arrays["dZ"]) @ W_next)).sum())


# --- The exercise -----------------------------------------------------------------------------------

LAYER = (
    "tiny_signal, tiny_weights = np.array([[0.5], [-0.2], [0.1]]), np.array([[2.0], [2.0]])\n"
    "tiny = tiny_signal, tiny_weights, np.array([[0.01, 0.5], [0.99, 0.3], [0.6, 0.8]])"
)

EXERCISE = Exercise(
    name="hidden_delta",
    points=2,
    asks="the error signal of a hidden layer",
    reread=sections.HIDDEN_DELTA,
    general_hints=(
        "Through which arrows does a hidden unit influence the cost? How many of them are there?",
        (
            "Two things happen on the way back: all the next layer's signals come through its weights and "
            "add up, then the activation's own slope acts on every entry."
        ),
        (
            "A matrix product of `dZ_next` (m, n_next) with the weights, turned so that (m, n) comes out, "
            "times an array (m, n) made of `A` alone, entry by entry."
        ),
    ),
    sections=no_later_than(
        "3.5",
        {
            **sections.SECTIONS,
            **dict.fromkeys(
                ("extra-activation-derivative", "one-example-only"),
                sections.HIDDEN_DELTA,
            ),
        },
    ),
    examples={
        "tiny": LAYER,
        "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), tiny[1], np.tile(tiny[2], (2, 1))",
        "tiny_far": "tiny_far = np.ones((1, 1)), np.ones((2, 1)), np.array([[1e-12, 1 - 1e-12]])",
    },
    hints={
        "extra-axis": Hint(
            code=(
                "tiny = np.array([[0.5]]), np.array([[2.0], [1.0]]), np.array([[0.2, 0.5]])\n"
                "print(hidden_delta(*tiny))"
            ),
        ),
        "mean-over-wrong-count": Hint(
            experiment=(
                "Give the layer after it one unit more, whose weights are all 0: no signal comes back "
                "from that one. Does your answer take notice of it?"
            ),
            code=(
                f"{LAYER}\n"
                "print(hidden_delta(*tiny))\n"
                "tiny_signal = np.hstack([tiny[0], tiny[0]])\n"
                "print(hidden_delta(tiny_signal, np.hstack([tiny[1], 0 * tiny[1]]), tiny[2]))"
            ),
        ),
    },
    arguments=("dZ_next", "W_next", "A"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_3,
    solve=lambda dZ_next, W_next, A, hidden_delta: hidden_delta(dZ_next, W_next, A),
    steps={"hidden_delta": hidden_delta},
    slips=with_hints(
        HIDDEN_DELTA_SLIPS,
        {
            "extra-activation-derivative": replace(SCALED_TWICE, code=f"{LAYER}\nprint(hidden_delta(*tiny))"),
            "chain-cut": Hint(code=f"{LAYER}\nprint(hidden_delta(tiny[0], 0 * tiny[1], tiny[2]))"),
            "weights-transposed": Hint(
                experiment="Take two layers of two units with a single weight that is not 0, from the second "
                "unit of the one to the first of the other. Which unit should hear the signal 10, and which "
                "none?",
                code="tiny_weights = np.array([[0.0, 0.0], [1.0, 0.0]])\n"
                "tiny = np.array([[10.0, 20.0]]), tiny_weights, np.array([[0.5, 0.5]])\n"
                "print(hidden_delta(*tiny))",
            ),
        },
    ),
    parts=("dZ",),
    axes={"dZ": ("example", "unit")},
    invariants=(slopes(_cost, lambda case: {"dZ": case.context.Z}, "a z of the layer", "the cost"),),
)
