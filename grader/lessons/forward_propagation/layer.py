"""A layer with any activation: what the exercises on one layer, for one example or for a batch, share."""

from __future__ import annotations

import numpy as np

from grader.learner.functions import Activation
from grader.lessons.cases import mixed_dtypes, stored_by_columns
from grader.lessons.draws import nonzero_integers, normals
from grader.lessons.exercise import Case, Slip
from grader.lessons.networks import random_network, scaled_inputs, with_zeros_and_equal_examples
from grader.lessons.slips import slips_in, transposed_if_square
from grader.lessons.tensors import float64, tensor_of
from utils.network import sigmoid, softmax

# --- The right answer in NumPy ----------------------------------------------------------------------


def affine(A_prev, W, b):
    """`(m, n_out)`, or `(n_out,)` for one example, from the same arguments as `dense`."""
    return A_prev @ W + b


def activate(Z, activation):
    """The activations, of the shape of `Z`."""
    return activation(Z)


def dense(A_prev, W, b, activation, affine, activate):
    """The activations `(m, n_out)` of a batch `A_prev` `(m, n_in)`, or `(n_out,)` of one example `(n_in,)`.

    `W` is `(n_in, n_out)`, `b` `(n_out,)`, `activation` a function of each entry.
    """
    return activate(affine(A_prev, W, b), activation)


LAYER_STEPS = {"affine": affine, "activate": activate}


# --- Slips ------------------------------------------------------------------------------------------


def _relu(Z):
    return np.maximum(Z, 0.0)


def _softmax(Z):
    """Softmax over the units, of a batch or of one example."""
    return softmax(Z.reshape(-1, Z.shape[-1])).reshape(Z.shape)


OTHER_ACTIVATIONS = (np.tanh, _relu, _softmax)


def to_float32(*arrays):
    """The arrays rounded to float32, as a tuple."""
    return tuple(np.asarray(array, np.float32) for array in arrays)


def _in_the_dtype_of_the_inputs(right, A_prev, *others, **steps):
    return right(A_prev, *others, **steps).astype(A_prev.dtype)


LAYER_SLIPS = (
    Slip("integer-truncation", {"answer": _in_the_dtype_of_the_inputs}),
    *slips_in(
        "activate",
        ("activation-skipped", lambda right, Z, g: Z),
        ("activation-twice", lambda right, Z, g: g(g(Z))),
        *(
            ("wrong-activation", lambda right, Z, g, other=other: other(Z))
            for other in (sigmoid, *OTHER_ACTIVATIONS)
        ),
    ),
    *slips_in(
        "affine",
        ("bias-skipped", lambda right, A_prev, W, b: A_prev @ W),
        ("weights-transposed", lambda right, A_prev, W, b: right(A_prev, W.T, b)),
        ("weights-transposed", lambda right, A_prev, W, b: right(A_prev, transposed_if_square(W), b)),
        ("low-precision", lambda right, A_prev, W, b: right(*to_float32(A_prev, W, b))),
        ("low-precision", lambda right, A_prev, W, b: to_float32(right(A_prev, W, b))[0]),
        ("low-precision", lambda right, A_prev, W, b: right(*to_float32(A_prev), W, b)),
    ),
)


# --- Cases ------------------------------------------------------------------------------------------

TINY = (
    "tiny_W, tiny_b = np.array([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5]]), np.array([0.1, 0.2, 0.3])\n"
    "tiny = {}, tiny_W, tiny_b, np.arctan"
)
"""A layer to experiment with, once it is given its input."""

UNUSUAL = "a layer of 5 inputs and 3 units, tanh"
LAYERS = (
    # label, m, n_in, n_out, activation, tags
    ("the lesson's first layer", 12, 64, 25, "sigmoid", {"lesson"}),
    (UNUSUAL, 7, 5, 3, "tanh", set()),
    ("a layer of 3 inputs and 6 units, ReLU", 4, 3, 6, "relu", set()),
    ("a layer without activation", 6, 4, 2, "identity", set()),
    ("a layer of 4 inputs and 5 units, softsign", 8, 4, 5, "softsign", set()),
    ("a square layer with as many examples", 4, 4, 4, "sigmoid", {"square"}),
    ("a square layer, tanh", 5, 3, 3, "tanh", {"square"}),
    ("integer inputs, weights and biases", 6, 4, 3, "sigmoid", {"integer"}),
    ("saturated units", 8, 5, 6, "sigmoid", {"saturated"}),
    ("a single example", 1, 5, 4, "sigmoid", {"one example"}),
    ("a layer of one unit", 7, 3, 1, "sigmoid", {"one unit"}),
    ("a layer with one input", 5, 1, 2, "tanh", {"one input"}),
)


def layer_cases(rng) -> list[Case]:
    """A case for each row of `LAYERS`, with the arguments `(A_prev, W, b, activation)`."""
    cases = []
    for label, m, n_in, n_out, activation, tags in LAYERS:
        network = random_network(rng, label, (n_in, n_out), m, tags)
        if label == UNUSUAL:
            network = with_zeros_and_equal_examples(network)
        arguments = (network.X, network.params["W1"], network.params["b1"], Activation(activation))
        counts = {"m": m, "inputs": n_in, "units": n_out}
        cases.append(Case(label, arguments, frozenset(tags), counts))
    return [*stored_by_columns(cases, UNUSUAL), *_of_mixed_dtypes(rng), _large_inputs(rng)]


def _large_inputs(rng) -> Case:
    """Inputs of about 10,000, with weights so small that no unit is saturated."""
    m, n_in, n_out = 4, 3, 2
    network = scaled_inputs(random_network(rng, "", (n_in, n_out), m), 1e4)
    arguments = (network.X, network.params["W1"], network.params["b1"], Activation("tanh"))
    return Case("large inputs", arguments, counts={"m": m, "inputs": n_in, "units": n_out})


def _of_mixed_dtypes(rng) -> list[Case]:
    """A layer without activation, where integers and floats show."""
    m, n_in, n_out = 5, 3, 2
    shapes = {"A_prev": (m, n_in), "W": (n_in, n_out), "b": (n_out,)}
    floats, integers = (
        {name: draw(rng, shape) for name, shape in shapes.items()} for draw in (normals, nonzero_integers)
    )
    counts = {"m": m, "inputs": n_in, "units": n_out}
    return [
        Case(label, (*arguments, Activation("identity")), frozenset({"integer"}), counts)
        for label, arguments in mixed_dtypes(floats, integers)
    ]


# --- Reference --------------------------------------------------------------------------------------


def keras_layer(tf, A_prev, W, b, activation):
    """The output `(m, n_out)` of Keras's `Dense` with these weights for a batch `(m, n_in)`."""
    layer = tf.keras.layers.Dense(len(b), activation=lambda z: tensor_of(activation, tf, z), dtype="float64")
    layer.build((None, len(W)))
    layer.set_weights([W, b])
    return layer(float64(tf, A_prev)).numpy()
