"""The exercise `backward`: the gradients of every layer of a network of any depth."""

from __future__ import annotations

from dataclasses import replace

from grader.lessons import withheld
from grader.lessons.backpropagation import sections
from grader.lessons.backpropagation.hidden_delta import TRANSPOSED_IF_SQUARE
from grader.lessons.backpropagation.output_delta import MEAN_SLIPS, output_delta
from grader.lessons.backpropagation.parameter_gradients import LAYER_AXES, PARAMETER_SLIPS
from grader.lessons.backpropagation.recursion import (
    LAYER_INPUT_SLIPS,
    LOGITS_FOR_OUTPUT,
    NETWORK_SLIPS,
    NETWORK_STEPS,
    WITHOUT_BIASES,
    CachedNetwork,
    deltas,
)
from grader.lessons.backpropagation.whole_network import (
    COUNT_OF_LAYERS,
    COUNTERPARTS,
    FIRST_LAYER_CHECKS,
    GRADIENTS_MADE_IN,
    NETWORK,
    NETWORK_EXAMPLES,
    cached_network_cases,
    counted_from_output,
    in_derivation_order,
    params_by_gradient,
    recomputed_hint,
    square_layers_hint,
    wider_network_hint,
)
from grader.lessons.error_signals import expected_gradients
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import slopes
from grader.lessons.slips import FIRST_ROW, LAST_ROW, with_hints
from grader.lessons.tensors import cost_tensor, tensors
from utils.network import binary_cross_entropy, forward
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def backward(params, cache, Y, **steps):
    """The gradients of the cost, `dWl` `(n_in, n_out)` and `dbl` `(n_out,)` of each layer, float64.

    `params` has `Wl` and `bl`, the `cache` `A0` `(m, n)`, `Zl` and `Al` `(m, n_l)`; `Y` `(m, 1)` are labels.
    Source: Rumelhart, Hinton and Williams (1986).
    """
    network, grads = CachedNetwork(params, cache, steps), {}
    for layer, dZ in deltas(network, Y).items():
        A_prev = steps["layer_input"](network, layer)
        grads[f"dW{layer}"], grads[f"db{layer}"] = steps["parameter_gradients"](A_prev, dZ)
    return grads


# --- Slips ------------------------------------------------------------------------------------------

LEARNING_RATES = (1.0, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001)


def _through_updated_weights(rate):
    """The signal goes back through weights that are updated already."""

    def step(right, network, layer, dZ_next, dZ_output):
        steps, name = network.steps, f"W{layer + 1}"
        dW, _ = steps["parameter_gradients"](steps["layer_input"](network, layer + 1), dZ_next)
        params = {**network.params, name: network.params[name] - rate * dW}
        return right(replace(network, params=params), layer, dZ_next, dZ_output)

    return step


UPDATE_SLIPS = tuple(
    Slip("gradient-after-update", {"layer_delta": _through_updated_weights(rate)}, f"learning rate {rate:g}")
    for rate in LEARNING_RATES
)


def _one_example(rows) -> Slip:
    def step(right, params, cache, Y, **steps):
        return right(params, {name: value[rows] for name, value in cache.items()}, Y[rows], **steps)

    return Slip("one-example-only", {"answer": step})


ONE_EXAMPLE_SLIPS = (_one_example(FIRST_ROW), _one_example(LAST_ROW))

SLIPS = (
    *MEAN_SLIPS,
    *NETWORK_SLIPS,
    *UPDATE_SLIPS,
    *PARAMETER_SLIPS,
    *LAYER_INPUT_SLIPS,
    *ONE_EXAMPLE_SLIPS,
    LOGITS_FOR_OUTPUT,
    WITHOUT_BIASES.with_hint(recomputed_hint("backward")),
    TRANSPOSED_IF_SQUARE,
)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf, network = import_tensorflow(), case.context
    params = tensors(tf, network.params)
    with tf.GradientTape() as tape:
        tape.watch(params)
        J = cost_tensor(tf, params, network.X, network.Y)
    return in_derivation_order(tape.gradient(J, params), network.depth)


# --- Invariants and error carried forward -----------------------------------------------------------


def _cost(case: Case, arrays) -> float:
    params = {name[1:]: array for name, array in arrays.items()}
    return binary_cross_entropy(case.context.Y, forward(case.context.X, params)[0])


COST_SLOPES = slopes(_cost, params_by_gradient, "a weight or a bias", "the cost")


def _carry_forward(case: Case, own) -> dict:
    params, cache, Y = case.arguments
    return expected_gradients(params, cache, output_delta(cache[f"A{len(params) // 2}"], Y), own)


# --- The exercise -----------------------------------------------------------------------------------

WITHOUT_WEIGHTS = Hint(
    code=f"{NETWORK}\nprint(backward({{**tiny_net, 'W2': 0 * tiny_net['W2']}}, *tiny[1:])['dW1'])"
)

EXERCISE = Exercise(
    name="backward",
    points=4,
    asks="the gradients of every layer of a network of any depth",
    reread=sections.ALL_LAYERS,
    general_hints=(
        "Which signal can you compute without knowing any other? Begin there.",
        (
            "You have written every piece: one makes the first signal, one makes a layer's gradients from "
            "its signal, one carries the signal a layer further. The loop counts downwards."
        ),
        (
            "For each layer from the last to the first: store `dW` and `db`, made of the layer's input "
            "and its signal; then, if there is a layer below, replace the signal. Look up which layer's "
            "weights and which activations each call needs."
        ),
    ),
    sections=no_later_than("3.6", sections.SECTIONS),
    examples=NETWORK_EXAMPLES,
    hints={
        "raises": COUNT_OF_LAYERS,
        "mean-over-wrong-count": wider_network_hint("backward"),
    },
    arguments=("params", "cache", "Y"),
    cases=cached_network_cases,
    reference=_reference,
    withheld=withheld.LESSON_3,
    counterparts=COUNTERPARTS,
    solve=backward,
    steps=NETWORK_STEPS,
    slips=with_hints(
        SLIPS, {"chain-cut": WITHOUT_WEIGHTS, "weights-transposed": square_layers_hint("backward")}
    ),
    alias=counted_from_output,
    carry_forward=_carry_forward,
    made_in=GRADIENTS_MADE_IN,
    axes=LAYER_AXES,
    invariants=(COST_SLOPES,),
    equivalent=FIRST_LAYER_CHECKS,
)
