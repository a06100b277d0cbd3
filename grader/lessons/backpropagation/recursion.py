"""The way back through a network of any depth, in steps that a slip can spoil, and the slips in them.

The exercises on a whole network, and lessons 4 to 6, build their answers and slips on these steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from grader.lessons.backpropagation.forward_slips import without_biases
from grader.lessons.backpropagation.hidden_delta import DERIVATIVE_SLIPS, hidden_delta
from grader.lessons.backpropagation.output_delta import OUTPUT_DELTA_SLIPS, output_delta
from grader.lessons.backpropagation.parameter_gradients import parameter_gradients
from grader.lessons.exercise import Slip
from utils.network import forward

# --- Steps ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CachedNetwork:
    """A network after its forward pass: `params` `W1`, `b1`, ..., `cache` `A0`, `Z1`, `A1`, ...

    `steps` are those of the way back, right as in `NETWORK_STEPS` or spoilt.
    """

    params: Mapping[str, np.ndarray]
    cache: Mapping[str, np.ndarray]
    steps: Mapping[str, Callable]

    @property
    def depth(self) -> int:
        return len(self.params) // 2


def deltas(network: CachedNetwork, Y) -> dict[int, np.ndarray]:
    """`dZ` `(m, n_l)` of every layer l, from the output back; `Y` are labels for `output_delta`."""
    depth = network.depth
    dZ = {depth: network.steps["output_delta"](network.cache[f"A{depth}"], Y)}
    for layer in range(depth - 1, 0, -1):
        dZ[layer] = network.steps["layer_delta"](network, layer, dZ[layer + 1], dZ[depth])
    return dZ


def layer_delta(network: CachedNetwork, layer: int, dZ_next, dZ_output):
    """`dZ` `(m, n_l)` of a hidden layer.

    `dZ_next` `(m, n_{l+1})` is the next layer's, `dZ_output` `(m, n_L)` the output's, which only slips use.
    """
    W_next, A = network.params[f"W{layer + 1}"], network.cache[f"A{layer}"]
    return network.steps["hidden_delta"](dZ_next, W_next, A)


def layer_input(network: CachedNetwork, layer: int):
    """The input `(m, n_{l-1})` of a layer: the activations of the layer before."""
    return network.cache[f"A{layer - 1}"]


def input_from_delta(dZ1, W1, cache):
    """The gradient `(m, n)` with respect to the inputs.

    `dZ1` `(m, n_1)` is the first layer's error signal, `W1` `(n, n_1)` its weights; only slips use `cache`.
    """
    return dZ1 @ W1.T


NETWORK_STEPS = {
    "output_delta": output_delta,
    "hidden_delta": hidden_delta,
    "layer_delta": layer_delta,
    "layer_input": layer_input,
    "parameter_gradients": parameter_gradients,
    "input_from_delta": input_from_delta,
}


# --- Slips ------------------------------------------------------------------------------------------


def _from_own_weights(change) -> dict[str, Callable]:
    """Spoil `layer_delta`: it uses `change` of the layer's own weights, not the next layer's."""

    def step(right, network, layer, dZ_next, dZ_output):
        W, A = network.params[f"W{layer}"], network.cache[f"A{layer}"]
        return network.steps["hidden_delta"](dZ_next, change(W), A)

    return {"layer_delta": step}


def _from_activations(number) -> dict[str, Callable]:
    """Spoil `layer_delta`: it uses the activations of the layer `number(layer, depth)`."""

    def step(right, network, layer, dZ_next, dZ_output):
        W_next, A = network.params[f"W{layer + 1}"], network.cache[f"A{number(layer, network.depth)}"]
        return network.steps["hidden_delta"](dZ_next, W_next, A)

    return {"layer_delta": step}


def _without_next_weights(delta) -> dict[str, Callable]:
    """Spoil `layer_delta`: it returns `delta(A, dZ_next, dZ_output)`, without the next weights."""

    def step(right, network, layer, dZ_next, dZ_output):
        return delta(network.cache[f"A{layer}"], dZ_next, dZ_output)

    return {"layer_delta": step}


def _no_derivative_in_the_first_layer(right, network, layer, dZ_next, dZ_output):
    if layer > 1:
        return right(network, layer, dZ_next, dZ_output)
    return dZ_next @ network.params["W2"].T


def _summed_over_units(A, dZ_next, dZ_output):
    return dZ_next.sum(axis=1, keepdims=True) * A * (1 - A)


RECURSION_SLIPS = (
    Slip("wrong-layer-weights", _from_own_weights(lambda W: W)),
    Slip("wrong-layer-weights", _from_own_weights(np.transpose)),
    Slip("derivative-of-wrong-layer", _from_activations(lambda layer, depth: layer - 1)),
    Slip("derivative-of-wrong-layer", _from_activations(lambda layer, depth: layer + 1)),
    Slip("derivative-of-wrong-layer", _from_activations(lambda layer, depth: depth)),
    Slip("missing-activation-derivative", {"layer_delta": _no_derivative_in_the_first_layer}),
    Slip("chain-cut", _without_next_weights(lambda A, dZ_next, dZ_output: dZ_output)),
    Slip("chain-cut", _without_next_weights(lambda A, dZ_next, dZ_output: dZ_output * A * (1 - A))),
    Slip("chain-cut", _without_next_weights(lambda A, dZ_next, dZ_output: dZ_output * np.ones_like(A))),
    Slip("chain-cut", _without_next_weights(_summed_over_units)),
)

NETWORK_SLIPS = (*OUTPUT_DELTA_SLIPS, *DERIVATIVE_SLIPS, *RECURSION_SLIPS)


def _pre_activations(right, network, layer):
    return network.cache[f"Z{layer - 1}" if layer > 1 else "A0"]


LAYER_INPUT_SLIPS = (
    Slip("wrong-layer-input", {"layer_input": lambda right, network, layer: network.cache[f"A{layer}"]}),
    Slip("activation-skipped", {"layer_input": _pre_activations}),
)


def _recomputed_without_biases(right, params, cache, labels, **steps):
    """The way back along a forward pass of one's own that leaves the biases out."""
    _, own = forward(cache["A0"], without_biases(params))
    return right(params, {**cache, **own}, labels, **steps)


WITHOUT_BIASES = Slip("bias-skipped", {"answer": _recomputed_without_biases})


def other_output_slip(name: str, change: Callable) -> Slip:
    """A slip that takes `change(A, Z)` of the output layer for its activations."""

    def step(right, params, cache, labels, **steps):
        depth = len(params) // 2
        output = change(cache[f"A{depth}"], cache[f"Z{depth}"])
        return right(params, {**cache, f"A{depth}": output}, labels, **steps)

    return Slip(name, {"answer": step})


LOGITS_FOR_OUTPUT = other_output_slip("activation-skipped", lambda A, Z: Z)
