"""The exercise `output_delta`: the error signal of the output layer."""

from __future__ import annotations

import numpy as np

from grader.lessons import withheld
from grader.lessons.backpropagation import sections
from grader.lessons.backpropagation.layers import far_from_zero
from grader.lessons.backpropagation.sigmoid_derivative import sigmoid_slope
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.networks import networks
from grader.lessons.slips import EXAMPLES_SUMMED, ONE_ROW_SLIPS, changed, slips_in, small_numbers, with_hints
from grader.lessons.tensors import float64
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def output_delta(A, Y):
    """The gradient `dZ` `(m, 1)` of the mean cross-entropy with respect to the logits, float64.

    `A` `(m, 1)` are the sigmoid's outputs, `Y` `(m, 1)` the labels, integers or floats (Nielsen, "Neural
    Networks and Deep Learning", chapter 3, on the cross-entropy).
    """
    return (A - Y) / len(A)


# --- Slips ------------------------------------------------------------------------------------------

MEAN_SLIPS = slips_in(
    "output_delta",
    ("missing-mean", lambda right, A, Y: right(A, Y) * len(A)),
    ("double-mean", lambda right, A, Y: right(A, Y) / len(A)),
)


def _with_small_number(epsilon):
    """The error signal by way of dJ/dA, with a small number added to both denominators."""

    def step(right, A, Y):
        dA = (1 - Y) / (1 - A + epsilon) - Y / (A + epsilon)
        return dA * A * (1 - A) / len(A)

    return step


def _output_delta_slips() -> tuple[Slip, ...]:
    """Slips in the error signal of the output: each step replaces it."""
    wrong = [
        ("extra-activation-derivative", lambda right, A, Y: right(A, Y) * A * (1 - A)),
        ("stops-at-activation", lambda right, A, Y: right(A, Y) / (A * (1 - A))),
        ("half-activation-derivative", lambda right, A, Y: right(A, Y) / A),
        ("half-activation-derivative", lambda right, A, Y: right(A, Y) / (1 - A)),
        ("derivative-of-activation", lambda right, A, Y: right(A, Y) * sigmoid_slope(A) / (A * (1 - A))),
        ("wrong-activation-derivative", lambda right, A, Y: right(A, Y) * (1 + A) / A),
        ("missing-one-hot", lambda right, A, Y: right(A, 0 * Y)),
        ("labels-swapped", lambda right, A, Y: right(A, 1 - Y)),
        ("positive-term-only", lambda right, A, Y: right(A, 1) * Y),
        ("activation-twice", lambda right, A, Y: right(sigmoid(A), Y)),
        ("wrong-log-base", lambda right, A, Y: right(A, Y) / np.log(2)),
        ("wrong-log-base", lambda right, A, Y: right(A, Y) / np.log(10)),
    ]
    wrong += [("clipped", _with_small_number(epsilon)) for epsilon in small_numbers(4, 8)]
    return (
        *slips_in("output_delta", *wrong),
        Slip("ignores-argument", {"output_delta": lambda right, A, Y: right(A, 1)}, "Y"),
    )


OUTPUT_DELTA_SLIPS = _output_delta_slips()

ONE_SIGNAL_SLIPS = (*EXAMPLES_SUMMED, *slips_in("answer", ("examples-summed", changed(np.sum))))


HINTS = {
    "missing-mean": Hint(
        advice="You have the derivative of the sum of the losses; the cost is their mean. A mean knows "
        "how many things it is taken over: where does their number enter your code?"
    ),
    "examples-summed": Hint(
        advice="The mean belongs to the cost. What is left of it here is the division by the number of "
        "examples, in each row."
    ),
}


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(A, Y)`, with the logits for context."""
    cases = [
        Case(n.label, (n.cache()[f"A{n.depth}"], n.Y), n.tags, n.counts, n.cache()[f"Z{n.depth}"])
        for n in networks(rng)
    ]
    Z = far_from_zero(rng, (5, 1))
    tags = frozenset({"saturated", "all saturated"})
    certain = (sigmoid(Z), (Z > 0).astype(float))
    return [*cases, Case("predictions that are certain and right", certain, tags, {"m": 5}, Z)]


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    Z, Y = float64(tf, case.context), float64(tf, case.arguments[1])
    with tf.GradientTape() as tape:
        tape.watch(Z)
        J = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=Y, logits=Z))
    return tape.gradient(J, Z).numpy()


# --- Invariants -------------------------------------------------------------------------------------


def _moves_towards_the_labels(case: Case, parts) -> bool:
    A, Y = case.arguments
    return bool(np.all(parts["dZ"] * (A - Y) >= 0))


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="output_delta",
    points=1,
    asks="the error signal of the output layer",
    reread=sections.OUTPUT_DELTA,
    general_hints=(
        (
            "Two derivatives meet here, that of the loss and that of the sigmoid. What happens to their "
            "product?"
        ),
        (
            "Section 3.3 does the algebra: nearly everything cancels. Don't forget that the cost is a "
            "mean, and that this is the one place where you say so."
        ),
        (
            "A difference of `A` and `Y`, and the number of examples. Its shape is (m, 1), one signal for "
            "each example."
        ),
    ),
    sections=no_later_than("3.3", sections.SECTIONS),
    examples={
        "tiny": "tiny = np.array([[0.9], [0.2], [0.5]]), np.array([[1], [0], [1]])",
        "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], (2, 1))",
        "tiny_far": "tiny_far = np.array([[1 - 1e-12], [1 - 1e-12]]), np.array([[1], [0]])",
    },
    arguments=("A", "Y"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_3,
    solve=lambda A, Y, output_delta: output_delta(A, Y),
    steps={"output_delta": output_delta},
    slips=with_hints((*MEAN_SLIPS, *OUTPUT_DELTA_SLIPS, *ONE_ROW_SLIPS, *ONE_SIGNAL_SLIPS), HINTS),
    parts=("dZ",),
    axes={"dZ": ("example", "unit")},
    invariants=(
        Invariant(
            "Some error signals would move a prediction away from its label.", _moves_towards_the_labels
        ),
    ),
)
