"""Lists of layers with random parameters, as arguments of cases, in NumPy and in TensorFlow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.lessons.draws import nonzero_integers, normals, shuffled, with_zeros_and_equal_rows
from grader.lessons.matching_keras.leaky_relu import leaky_relu_tensor
from grader.lessons.tensors import float64
from utils.network import sigmoid

# --- Layers -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LayerList:
    """A network `layers` and a batch `X` `(m, n)` for it; `n_out` is the number of its outputs."""

    label: str
    layers: list[dict[str, Any]]
    X: np.ndarray
    n_out: int
    tags: frozenset[str]

    @property
    def counts(self) -> dict[str, int]:
        """The sizes that a mean could divide by."""
        m, features = self.X.shape
        return {"m": m, "features": features, "units": self.n_out, "layers": len(self.layers)}

    def kind(self, index: int) -> str:
        """The type of the layer with this index."""
        return self.layers[index]["type"]


SAME_TYPES = "Of the three types, in the order of the alphabet, dense is the first and sigmoid the last."
SAME_DICTS = "The entries of the list are dicts, which stay as they are."
"""Reasons why some changed answers are right."""

S = "sigmoid"
DENSE_ALONE = "dense layers in a row"
"""The network that a case can store by columns."""
NETWORKS = (
    # label, features, layers (units of a dense one, slope of a leaky ReLU as a float, or a sigmoid), m, tags
    ("the lesson's network, 64-25-15-2", 64, (25, 0.1, 15, 0.1, 2, S), 12, {"lesson"}),
    ("a 7-5-3 network", 7, (5, 0.3, 3, S), 9, set()),
    ("square layers with as many examples", 4, (4, S, 4, 0.2, 4), 4, {"square"}),
    ("integer inputs and weights", 5, (4, 0.5, 3, S), 6, {"integer"}),
    ("saturated units", 6, (5, S, 4, S), 8, {"saturated"}),
    ("a single example", 5, (4, S, 3, 0.4, 2), 1, {"one example"}),
    ("dense layers of one unit", 3, (1, S, 1, 0.7, 1), 5, {"one unit"}),
    ("a single dense layer", 4, (3,), 6, set()),
    (DENSE_ALONE, 5, (4, 3, 2), 7, set()),
    ("activations in a row", 4, (3, S, 0.6, 2, 0.25, S), 6, set()),
    ("an activation first, inputs of which some are 0", 6, (0.45, 3, S), 5, {"zeros"}),
    ("a sigmoid first, a dense layer last", 5, (S, 3), 6, set()),
    ("a slope above 1", 5, (4, 2.5, 3, 1.75, 2), 6, set()),
    ("slope 0, the ReLU", 5, (6, 0.0, 3, 0.0, 2, S), 8, set()),
    ("a network of twelve layers", 4, (3, S, 4, 0.35, 2, S, 3, 0.15, 4, S, 2, 0.55), 5, set()),
    ("a leaky ReLU last", 3, (8, 0.35), 7, set()),
)


def layer_lists(rng: np.random.Generator) -> Iterator[LayerList]:
    """Draw a network and a batch for each row of `NETWORKS`, the lesson's own first."""
    for row in NETWORKS:
        network = random_layers(rng, *row)
        yield with_zeros_and_equal_examples(network) if network.label == DENSE_ALONE else network
    yield from small_layer_lists(rng)


def small_layer_lists(rng) -> Iterator[LayerList]:
    """Draw dense layers: of integers, of integers with floats among them, and one with large inputs."""

    def drawn(label, *tags):
        return random_layers(rng, label, 3, (2,), 4, tags)

    yield drawn("integers and no activation", "integer")
    yield replace(drawn("floats in the inputs alone", "integer"), X=normals(rng, (4, 3)))
    yield replace(
        drawn("integers in the inputs alone"), X=nonzero_integers(rng, (4, 3)), tags=frozenset({"integer"})
    )
    large = drawn("large inputs")
    (layer,) = large.layers
    yield replace(large, X=1e4 * large.X, layers=[{**layer, "W": layer["W"] / 1e4}])


def with_zeros_and_equal_examples(network: LayerList) -> LayerList:
    """The network with some inputs and weights that are 0, and two equal examples."""
    layers = [
        {**layer, "W": with_zeros_and_equal_rows(layer["W"])} if layer["type"] == "dense" else layer
        for layer in network.layers
    ]
    return replace(network, X=with_zeros_and_equal_rows(network.X), layers=layers)


def random_layers(rng, label, features, described, m, tags=()) -> LayerList:
    """Draw a network with the `described` layers and `m` examples.

    The tag `integer` makes inputs and parameters int64, `zeros` some inputs 0, `saturated` scales each dense
    layer so that its largest |z| is 30.
    """
    draw = nonzero_integers if "integer" in tags else normals
    X, layers = draw(rng, (m, features)), []
    if "zeros" in tags:
        X.flat[rng.permutation(X.size)[:4]] = 0.0
    A, n_in = X, features
    for layer in described:
        if isinstance(layer, int):
            layer, n_in = _dense(rng, draw, n_in, layer), layer
            if "saturated" in tags:
                scale = 30 / np.abs(apply(layer, A)).max()
                layer = {**layer, "W": layer["W"] * scale, "b": layer["b"] * scale}
        else:
            layer = {"type": layer} if layer == S else {"type": "leaky_relu", "slope": layer}
        A = apply(layer, A)
        layers.append(shuffled(rng, layer))
    return LayerList(label, layers, X, n_in, frozenset(tags))


def _dense(rng, draw, n_in, n_out) -> dict[str, Any]:
    scale = 1 if draw is nonzero_integers else 1.5 / np.sqrt(n_in)
    return {"type": "dense", "W": draw(rng, (n_in, n_out)) * scale, "b": draw(rng, (n_out,))}


def apply(layer, A):
    """The activations behind one layer, from those before it, `(m, n_in)`; float64."""
    if layer["type"] == "dense":
        return A @ layer["W"] + layer["b"]
    return sigmoid(A) if layer["type"] == "sigmoid" else np.where(A > 0, A, layer["slope"] * A)


# --- In TensorFlow ----------------------------------------------------------------------------------


def tensor_layers(tf, layers) -> list[dict[str, Any]]:
    """The same layers with float64 tensors for weights and biases, which a tape can watch."""
    return [
        {name: float64(tf, value) if name in ("W", "b") else value for name, value in layer.items()}
        for layer in layers
    ]


def layer_tensor(tf, layer, A):
    """The activations behind a layer of tensors, a float64 tensor."""
    if layer["type"] == "dense":
        return A @ layer["W"] + layer["b"]
    return tf.sigmoid(A) if layer["type"] == "sigmoid" else leaky_relu_tensor(tf, A, layer["slope"])


# --- Parts ------------------------------------------------------------------------------------------

NOTHING = np.zeros(0)
"""The part of an answer that says that an entry is there and has nothing in it."""
MOST_LAYERS = 20


def by_index(name: str, axes: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """`Exercise.axes` of the entries of a list of dicts, such as `grads[2]['dW']`, by the entries' keys."""
    return {f"{name}[{i}]['{key}']": names for i in range(MOST_LAYERS) for key, names in axes.items()}


# --- Examples ---------------------------------------------------------------------------------------

TINY_LAYERS = (
    "tiny_rows = np.array([[1.0, 2.0], [-3.0, 0.5], [0.5, -1.5]])\n"
    "tiny_layers = random_layers([2, 4, 1], 0.2, seed=0)\n"
    'tiny_layers[0]["b"] = np.array([0.5, -1.0, 0.25, 2.0])'
)
