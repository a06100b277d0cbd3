"""Sigmoid networks with random parameters, inputs and labels, as arguments of cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from grader.lessons.draws import (
    hard_labels,
    nonzero_integers,
    normals,
    shuffled,
    signs,
    with_zeros_and_equal_rows,
)
from utils.network import forward, sigmoid

LESSON_SIZES = (64, 25, 15, 1)


@dataclass(frozen=True)
class Network:
    """A network and a batch of examples for it.

    `sizes` are the numbers of inputs and of each layer's units, `params` holds `W1` `(n_in, n_out)`, `b1`
    `(n_out,)` and so on in any order, `X` is `(m, n)`; the labels `Y` `(m, 1)` are 0 or 1.
    """

    label: str
    sizes: tuple[int, ...]
    params: dict[str, np.ndarray]
    X: np.ndarray
    Y: np.ndarray
    tags: frozenset[str]

    @property
    def depth(self) -> int:
        """The number of layers."""
        return len(self.sizes) - 1

    @property
    def counts(self) -> dict[str, int]:
        """The sizes that a mean could divide by."""
        m, units = len(self.X), sum(self.sizes[1:])
        features = self.sizes[0]
        return {
            "m": m,
            "features": features,
            "units": units,
            "layers": self.depth,
            "entries of X": m * features,
        }

    def cache(self, output: Callable = sigmoid) -> dict[str, np.ndarray]:
        """The cache of `forward` with `X` as its "A0", the entries sorted by layer, "A" before "Z".

        `output` is the activation of the last layer.
        """
        _, cache = forward(self.X, self.params, output)
        cache["A0"] = self.X
        return dict(sorted(cache.items(), key=lambda item: item[0][::-1]))


def networks(rng: np.random.Generator) -> list[Network]:
    """The networks for the cases of an exercise on whole networks, the lesson's own first."""
    return [
        random_network(rng, "the lesson's 64-25-15-1 network", LESSON_SIZES, 12, {"lesson"}),
        random_network(rng, "a 7-5-3-1 network", (7, 5, 3, 1), 9),
        random_network(rng, "square layers, 4-4-4-1, with as many examples", (4, 4, 4, 1), 4, {"square"}),
        random_network(rng, "integer inputs and weights", (5, 4, 3, 1), 6, {"integer"}),
        random_network(rng, "saturated units", (6, 5, 4, 1), 8, {"saturated"}),
        random_network(rng, "a single example", (5, 4, 3, 1), 1, {"one example"}),
        random_network(rng, "layers of one unit", (3, 1, 1, 1), 5, {"one unit"}),
        random_network(rng, "one feature and one unit a layer", (1, 1, 1, 1), 5, {"one unit"}),
        with_zeros_and_equal_examples(random_network(rng, TWO_LAYERS, (5, 4, 1), 7)),
        random_network(rng, "a network of four layers", (6, 5, 4, 3, 1), 5),
        random_network(rng, "a network of one layer", (4, 1), 6),
    ]


TWO_LAYERS = "a network of two layers"
"""The network of `networks` whose arrays a case can store by columns."""
DEEP = (2, *[1] * 11)
"""The sizes of a network of eleven layers: in alphabetical order `W10` comes before `W2`."""


def further_networks(rng: np.random.Generator) -> list[Network]:
    """Networks with what those of `networks` lack: many layers, large gradients, integers among floats."""
    return [
        deep_network(rng, DEEP),
        scaled_inputs(random_network(rng, "large inputs", (3, 2, 1), 4), 1e4),
        *networks_of_mixed_dtypes(rng),
    ]


def deep_network(rng, sizes, m=3) -> Network:
    """Draw a network of many layers of one unit, none saturated: no gradient of the first layer is tiny."""
    network = random_network(rng, f"a network of {len(sizes) - 1} layers", sizes, m, {"one unit"})
    params = {}
    for layer in range(1, network.depth + 1):
        W = network.params[f"W{layer}"]
        params[f"W{layer}"] = rng.uniform(2, 4, size=W.shape) * signs(rng, W.shape)
        middle = -params[f"W{layer}"].sum(axis=0) / 2
        params[f"b{layer}"] = middle + rng.uniform(-0.5, 0.5, size=middle.shape)
    return replace(network, params=shuffled(rng, params))


def large_weights_network(rng) -> Network:
    """A network with small inputs and large first weights: the gradient of the inputs is large."""
    return scaled_inputs(random_network(rng, "small inputs, large weights", (3, 2, 1), 4), 1e-6)


def scaled_inputs(network: Network, factor: float) -> Network:
    """The network with its inputs larger by a factor and its first weights smaller by it.

    `dW1` is larger by the factor and the gradient of the inputs smaller; all activations are the same.
    """
    params = {**network.params, "W1": network.params["W1"] / factor}
    return replace(network, params=params, X=network.X * factor)


def with_zeros_and_equal_examples(network: Network) -> Network:
    """The network with some inputs and weights that are 0; two examples differ in the label alone."""
    params = {
        name: with_zeros_and_equal_rows(value) if name[0] == "W" else value
        for name, value in network.params.items()
    }
    Y = network.Y.copy()
    Y[-1] = 1 - Y[0]
    return replace(network, params=params, X=with_zeros_and_equal_rows(network.X), Y=Y)


def networks_of_mixed_dtypes(rng) -> list[Network]:
    """A network with floats in its inputs, its weights or its biases alone; all others are integers."""
    network = random_network(rng, "", (3, 2, 1), 4, {"integer"})
    X = normals(rng, network.X.shape)
    floats = {name: normals(rng, value.shape) for name, value in network.params.items()}

    def with_floats(kind):
        return {name: floats[name] if name[0] == kind else value for name, value in network.params.items()}

    changed = {"the inputs": {"X": X}, "weights": {"params": with_floats("W")}}
    changed["biases"] = {"params": with_floats("b")}
    return [replace(network, label=f"floats in {part} alone", **fields) for part, fields in changed.items()]


def random_network(rng, label, sizes, m, tags=()) -> Network:
    """Draw a network with layers of `sizes` and `m` examples.

    The tag `integer` makes inputs, parameters and labels int64, `saturated` scales the parameters so that
    each layer has a unit with |z| = 30.
    """
    tags = frozenset(tags) | {f"depth {len(sizes) - 1}"}
    draw = nonzero_integers if "integer" in tags else normals
    X = draw(rng, (m, sizes[0]))
    params = {}
    for layer, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        scale = 1 if "integer" in tags else 1.5 / np.sqrt(n_in)
        params[f"W{layer}"] = draw(rng, (n_in, n_out)) * scale
        params[f"b{layer}"] = draw(rng, (n_out,))
    if "saturated" in tags:
        params = _saturate(X, params, len(sizes) - 1)
    Y = hard_labels(rng, m).reshape(m, 1).astype(np.int64 if "integer" in tags else np.float64)
    return Network(label, tuple(sizes), shuffled(rng, params), X, Y, tags)


def _saturate(X, params, depth, largest=30.0):
    """The parameters, each layer scaled so that its largest |z| is `largest`.

    30 is the limit for formulas that go by way of the activations: well beyond it 1 - a is 0.
    """
    params = dict(params)
    for layer in range(1, depth + 1):
        _, cache = forward(X, params)
        factor = largest / np.abs(cache[f"Z{layer}"]).max()
        params[f"W{layer}"] = params[f"W{layer}"] * factor
        params[f"b{layer}"] = params[f"b{layer}"] * factor
    return params


def lesson_layer(layer: int, depth: int) -> int:
    """The layer of the lesson's network of three layers that is as far from the output, at the least 1."""
    return max(1, 3 - (depth - layer))


def derivation_order(depth: int) -> list[str]:
    """The names of all gradients in the order of their derivation: `dW` and `db`, last layer first."""
    return [f"{kind}{layer}" for layer in range(depth, 0, -1) for kind in ("dW", "db")]
