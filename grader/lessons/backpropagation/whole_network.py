"""What the exercises on a whole network share: cases, examples, the names and the order of the gradients."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from grader.lessons.cases import (
    network_cases,
    stored_by_columns,
)
from grader.lessons.exercise import Case, Hint
from grader.lessons.networks import (
    TWO_LAYERS,
    Network,
    derivation_order,
    further_networks,
    lesson_layer,
    networks,
)


def cached_network_cases(rng: np.random.Generator) -> list[Case]:
    """Cases with arguments `(params, cache, Y)` and the network for context."""
    return cached([*networks(rng), *further_networks(rng)])


def cached(drawn: Iterable[Network]) -> list[Case]:
    """The same for the networks that are given."""
    cases = network_cases(drawn, lambda network: (network.params, network.cache(), network.Y))
    return stored_by_columns(cases, TWO_LAYERS)


def in_derivation_order(gradients: Mapping, depth: int) -> dict[str, np.ndarray]:
    """TensorFlow's gradients, given by parameter, as NumPy arrays `dW3`, `db3`, `dW2`, ..."""
    return {part: gradients[part[1:]].numpy() for part in derivation_order(depth)}


def params_by_gradient(case: Case) -> dict[str, np.ndarray]:
    """The parameters of the case's network under the names of their gradients."""
    return {f"d{name}": value for name, value in case.context.params.items()}


def counted_from_output(part: str, case: Case) -> str:
    """The part of the lesson's network of three layers that stands as far from the output.

    The derivation starts at the output: `dW4` of four layers is `dW3` of three.
    """
    depth, kind, layer = case.context.depth, part[:2], part[2:]
    if kind not in ("dW", "db") or not layer.isdigit() or not 1 <= int(layer) <= depth:
        return part
    return f"{kind}{lesson_layer(int(layer), depth)}"


NETWORK = (
    "tiny_net, tiny_rows = initialize([3, 2, 1], seed=0), np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]])\n"
    "tiny = tiny_net, forward(tiny_rows, tiny_net)[1], np.array([[1], [0]])"
)
NETWORK_EXAMPLES = {
    "tiny": NETWORK,
    "tiny_twice": (
        "tiny_twice = tiny_net, forward(np.tile(tiny_rows, (2, 1)), tiny_net)[1], np.tile(tiny[2], (2, 1))"
    ),
    "tiny_far": (
        'tiny_net, tiny_rows = {**initialize([3, 2, 1], seed=0), "b2": np.array([28.0])}, np.ones((2, 3))\n'
        "tiny_far = tiny_net, forward(tiny_rows, tiny_net)[1], np.array([[1], [0]])"
    ),
}
"""`Exercise.examples` where the arguments are `(params, cache, Y)`."""

COUNTERPARTS = {"dW": "db", "db": "dW"}

# `db` of the last layer shows the error signal of the output. Those of other layers follow from it in the
# steps named here, and each `dW` from the error signal that the same layer's `db` shows.
GRADIENTS_MADE_IN = {
    "dW": ("layer_input", "parameter_gradients"),
    "db": ("layer_delta", "hidden_delta", "parameter_gradients"),
}

FIRST_LAYER_CHECKS = {
    "The layer's number is never below 1, and the signal behind the first layer is not used.": (
        "if layer > 1: -> if layer > 0:",
        "if layer > 1: -> if layer >= 1:",
        "if layer > 1: -> if layer != 1:",
    ),
}
"""Equivalent changes of a solution that stops before it carries the signal behind the first layer."""


COUNT_OF_LAYERS = Hint(
    advice="Look at the line that is quoted, and print the names in `params` and `cache` just before it. How "
    "many entries of `params` has a layer, and which number has the last one?"
)
"""For `raises`: a loop over as many layers as `params` has entries is the likeliest reason."""


def wider_network_hint(function: str) -> Hint:
    """Return the hint for a mean that is not over the examples, with calls of `function`."""
    return Hint(
        experiment=(
            "Call it with the same rows twice over, then with one feature more whose weights "
            "are 0. Of which of the two should your divisor take notice?"
        ),
        code=(
            f"{NETWORK}\n"
            f"{NETWORK_EXAMPLES['tiny_twice']}\n"
            'tiny_wide = {**tiny_net, "W1": np.vstack([tiny_net["W1"], np.zeros(2)])}\n'
            "tiny_rows = np.hstack([tiny_rows, np.ones((2, 1))])\n"
            "tiny_wide = tiny_wide, forward(tiny_rows, tiny_wide)[1], tiny[2]\n"
            f"print(*({function}(*case) for case in (tiny, tiny_twice, tiny_wide)), sep='\\n')"
        ),
    )


def square_layers_hint(function: str) -> Hint:
    """Return the hint for a product with a transpose that square layers permit, with calls of `function`."""
    return Hint(
        experiment=(
            "Take a network of layers of two units, and let a single weight lead from the second unit of the "
            "first layer to the first of the next: which unit of the first layer should hear of an error?"
        ),
        code=(
            "tiny_net = {**initialize([2, 2, 2, 1], seed=0), 'W2': np.array([[0.0, 0.0], [1.0, 0.0]])}\n"
            "tiny_rows = np.array([[1.0, 2.0], [0.5, -1.0]])\n"
            "tiny = tiny_net, forward(tiny_rows, tiny_net)[1], np.array([[1], [0]])\n"
            f"print({function}(*tiny))"
        ),
    )


def recomputed_hint(function: str) -> Hint:
    """Return the hint for a forward pass of one's own without biases, with calls of `function`."""
    return Hint(
        advice=(
            "The cache holds what the forward pass computed, biases included. Which of your activations are "
            "computed anew, and do they agree with those in the cache?"
        ),
        experiment="Print your own activations beside those of the cache: which of them agree?",
        code=(
            "tiny_net = {**initialize([3, 2, 1], seed=0), 'b1': np.array([2.0, -2.0])}\n"
            "tiny = tiny_net, forward(np.array([[1.0, 2.0, 3.0]]), tiny_net)[1], np.array([[1]])\n"
            f"print({function}(*tiny))"
        ),
    )
