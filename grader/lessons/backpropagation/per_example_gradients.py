"""The exercise `per_example_gradients`: the gradient of each example's own loss."""

from __future__ import annotations

import numpy as np

from grader.lessons import withheld
from grader.lessons.backpropagation import sections
from grader.lessons.backpropagation.backward import COST_SLOPES, backward
from grader.lessons.backpropagation.forward_slips import forward_with, without_biases
from grader.lessons.backpropagation.parameter_gradients import MISSING_BIAS
from grader.lessons.backpropagation.recursion import LAYER_INPUT_SLIPS, NETWORK_SLIPS, NETWORK_STEPS
from grader.lessons.backpropagation.whole_network import (
    COUNTERPARTS,
    GRADIENTS_MADE_IN,
    counted_from_output,
    in_derivation_order,
)
from grader.lessons.cases import (
    network_cases,
    stored_by_columns,
)
from grader.lessons.error_signals import expected_per_example_gradients
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.networks import (
    TWO_LAYERS,
    further_networks,
    networks,
)
from grader.lessons.slips import FIRST_ROW, LAST_ROW, changed, slips_in, unchanged, with_hints
from grader.lessons.tensors import loss_tensor, tensors
from utils.network import forward, sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def per_example_gradients(params, X, Y, **steps):
    """Each example's gradients along a leading axis: `dWl` `(m, n_in, n_out)`, `dbl` `(m, n_out)`.

    `X` is `(m, n)`, `Y` `(m, 1)`. Each example is a batch of one, so that a slip in the steps of `backward`
    spoils this answer too.
    """
    rows = []
    for i in range(len(X)):
        _, cache = steps["forward"](X[i : i + 1], params)
        rows.append(backward(params, cache, Y[i : i + 1], **steps))
    return {part: np.stack([row[part] for row in rows]) for part in rows[0]}


# --- Slips ------------------------------------------------------------------------------------------


def _without_biases(right, params, X, Y, **steps):
    return right(without_biases(params), X, Y, **steps)


def _each_part(change):
    return changed(lambda grads: {part: change(value) for part, value in grads.items()})


SLIPS = (
    *NETWORK_SLIPS,
    MISSING_BIAS,
    *LAYER_INPUT_SLIPS,
    Slip("bias-skipped", {"answer": _without_biases}),
    *slips_in(
        "answer",
        ("needless-mean", _each_part(lambda value: value.mean(axis=0))),
        ("needless-mean", _each_part(lambda value: np.broadcast_to(value.mean(axis=0), value.shape))),
        ("one-example-only", _each_part(lambda value: value[LAST_ROW])),
        ("one-example-only", _each_part(lambda value: value[FIRST_ROW])),
        ("one-example-only", _each_part(lambda value: np.broadcast_to(value[0], value.shape))),
    ),
    Slip("hidden-layer-linear", forward_with(unchanged, sigmoid)),
    Slip("output-layer-linear", forward_with(sigmoid, unchanged)),
    Slip("wrong-activation", forward_with(np.tanh, np.tanh)),
    Slip("wrong-activation", forward_with(np.tanh, sigmoid)),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(params, X, Y)`."""
    drawn = [*networks(rng), *further_networks(rng)]
    cases = network_cases(drawn, lambda network: (network.params, network.X, network.Y))
    return stored_by_columns(cases, TWO_LAYERS)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    """Every example has a copy of the parameters: the gradient of the summed losses tells them apart."""
    tf, network = import_tensorflow(), case.context
    m = len(network.X)
    params = tensors(tf, {k: np.broadcast_to(v, (m, *v.shape)) for k, v in network.params.items()})
    with tf.GradientTape() as tape:
        tape.watch(params)
        total = tf.reduce_sum(loss_tensor(tf, params, network.X, network.Y))
    return in_derivation_order(tape.gradient(total, params), network.depth)


# --- Invariants and error carried forward -----------------------------------------------------------


def _mean_is_gradient_of_cost(case: Case, parts) -> bool:
    return COST_SLOPES.holds(case, {name: value.mean(axis=0) for name, value in parts.items()})


def _carry_forward(case: Case, own) -> dict:
    params, X, Y = case.arguments
    A, cache = forward(X, params)
    return expected_per_example_gradients(params, cache, A - Y, own)


# --- The exercise -----------------------------------------------------------------------------------

NETWORK_AND_BATCH = (
    "tiny_rows = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]])\n"
    "tiny = initialize([3, 2, 1], seed=0), tiny_rows, np.array([[1], [0]])"
)

HINTS = {
    "bias-skipped": Hint(
        code=f"{NETWORK_AND_BATCH}\nprint(per_example_gradients(tiny[0], 0 * tiny[1], tiny[2]))"
    ),
    "chain-cut": Hint(
        code=f"{NETWORK_AND_BATCH}\n"
        "print(per_example_gradients({**tiny[0], 'W2': 0 * tiny[0]['W2']}, *tiny[1:])['dW1'])"
    ),
    "output-layer-linear": Hint(
        experiment="Make the last bias 100, so that the prediction is certain. What is left to learn "
        "from an example whose label is 1?",
        code=f"{NETWORK_AND_BATCH}\n"
        "print(per_example_gradients({**tiny[0], 'b2': np.array([100.0])}, *tiny[1:])['db2'])",
    ),
}
EXERCISE = Exercise(
    name="per_example_gradients",
    points=3,
    asks="the gradient of each example's own loss",
    reread=sections.BATCH,
    general_hints=(
        "What is the cost of a batch of one? What does your `backward` return for it?",
        (
            "Cut out one example so that it is still a batch, with its axis. It needs a forward pass of "
            "its own."
        ),
        (
            "For every example a dict from `backward`; then, for each name, the arrays of all examples "
            "stacked along a new first axis, so that `dW1` is (m, n_0, n_1)."
        ),
    ),
    sections=no_later_than("4", sections.SECTIONS),
    examples={
        "tiny": NETWORK_AND_BATCH,
        "tiny_twice": "tiny_twice = tiny[0], np.tile(tiny[1], (2, 1)), np.tile(tiny[2], (2, 1))",
        "tiny_far": (
            'tiny_net = {**initialize([3, 2, 1], seed=0), "b2": np.array([28.0])}\n'
            "tiny_far = tiny_net, np.ones((2, 3)), np.array([[1], [0]])"
        ),
    },
    hints={
        "integer-truncation": Hint(
            code=(
                "tiny_net, tiny_rows = initialize([3, 2, 1], seed=0), np.array([[1, 2, 3], [0, -1, 0]])\n"
                "print(per_example_gradients(tiny_net, tiny_rows, np.array([[1], [0]])))\n"
                "print(per_example_gradients(tiny_net, 1.0 * tiny_rows, np.array([[1.0], [0.0]])))"
            ),
        ),
    },
    arguments=("params", "X", "Y"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_3,
    counterparts=COUNTERPARTS,
    solve=per_example_gradients,
    steps={**NETWORK_STEPS, "forward": forward},
    slips=with_hints(SLIPS, HINTS),
    alias=counted_from_output,
    carry_forward=_carry_forward,
    made_in=GRADIENTS_MADE_IN,
    extra_mean="needless-mean",
    axes={"dW": ("example", "input", "unit"), "db": ("example", "unit")},
    invariants=(
        Invariant("The mean over the examples is not the gradient of the cost.", _mean_is_gradient_of_cost),
    ),
    equivalent={
        "All examples have the same names.": (
            "return {name: np.stack([single[name] for single in singles]) for name in singles[0]} -> "
            "return {name: np.stack([single[name] for single in singles]) for name in singles[-1]}",
        ),
    },
)
