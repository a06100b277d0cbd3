"""The exercise `saliency`: the gradient of a network's output with respect to its input.

Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks: Visualising image classification models
and saliency maps", ICLR workshop 2014: an image's saliency map is the absolute value of this gradient.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grader.lessons.automatic_differentiation import sections
from grader.lessons.backpropagation.forward_slips import forward_with, without_biases
from grader.lessons.backpropagation.hidden_delta import HIDDEN_DELTA_SLIPS, TRANSPOSED_IF_SQUARE, with_factor
from grader.lessons.backpropagation.input_gradient import input_gradient
from grader.lessons.backpropagation.recursion import NETWORK_STEPS, RECURSION_SLIPS
from grader.lessons.backpropagation.sigmoid_derivative import (
    SCALED_TWICE,
    SQUARED,
    WRONG_FACTORS,
    derivative_slips,
)
from grader.lessons.cases import stored_by_columns
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.invariants import slopes
from grader.lessons.networks import (
    LESSON_SIZES,
    TWO_LAYERS,
    further_networks,
    large_weights_network,
    random_network,
    with_zeros_and_equal_examples,
)
from grader.lessons.right_answers import ONE_AXIS, RAVEL, SINGLE_ROW, TRANSPOSE, wrapped
from grader.lessons.slips import transposed_if_square, unchanged, with_hints
from grader.lessons.tensors import float64, layer_tensors
from utils.network import forward, sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def saliency(params, x, forward, **steps):
    """The gradient `(n,)` of a sigmoid network's only output with respect to the input `x` `(n,)`, float64.

    `params` has `W1` `(n_in, n_out)`, `b1` `(n_out,)` and so on.
    """
    _, cache = forward(x[np.newaxis], params)
    return input_gradient(params, cache, None, **steps)[0]


def output_slope(A, Y):
    """The derivative of the output with respect to its pre-activation, for activations `A` `(m, 1)`.

    It replaces the error signal of lesson 3's `backward`, which starts at the cost of the labels `Y`.
    """
    return A * (1 - A)


# --- Slips ------------------------------------------------------------------------------------------


def _sigmoid_twice(Z):
    return sigmoid(sigmoid(Z))


def _without_biases(right, X, params):
    return right(X, without_biases(params))


def _z_for_a(hidden, output):
    """A cache with pre-activations instead of the activations of hidden layers, of the output, or of both."""

    def step(right, X, params):
        A, cache = right(X, params)
        depth = len(params) // 2
        chosen = [*range(1, depth)] * hidden + [depth] * output
        return A, cache | {f"A{layer}": cache[f"Z{layer}"] for layer in chosen}

    return {"forward": step}


def _over_features(right, params, x, **steps):
    return right(params, x, **steps) / x.size


def _without_signs(right, params, x, **steps):
    return np.abs(right(params, x, **steps))


def _in_output(factor):
    return "output_delta", lambda right, A, Y: factor(A)


def _input_slip(name, wrong) -> Slip:
    """A slip in the last step: `wrong(dZ, W, X)` replaces the gradient with respect to the input."""
    return Slip(name, {"input_from_delta": lambda right, dZ, W, cache: wrong(dZ, W, cache["A0"])})


TINY = "tiny = initialize([3, 2, 1], seed=0), np.array([1.0, 2.0, 3.0])"
HINTS = {
    "extra-activation-derivative": replace(SCALED_TWICE, code=f"{TINY}\nprint(saliency(*tiny))"),
    "output-layer-linear": Hint(
        experiment="Make the last bias 100, so that the output is certain: how much can a small change of x "
        "still move it?",
        code=f"{TINY}\nprint(saliency({{**tiny[0], 'b2': np.array([100.0])}}, tiny[1]))",
    ),
    "needless-mean": Hint(
        experiment="Nudge one entry of x by a thousandth and put it through the network: by how many "
        "thousandths does the output move, and what does your function say of that entry?",
        code=f"{TINY}\nprint(saliency(*tiny))",
    ),
    "one-example-only": Hint(
        advice="Every entry of x moves the output a little. Look for an index, or a slice, that keeps one of "
        "them.",
        experiment="Nudge each entry of x in turn and put it through the network: which of them move the "
        "output, and which ones does your function know of?",
    ),
    "bias-skipped": Hint(code=f"{TINY}\nprint(saliency(tiny[0], 0 * tiny[1]))"),
    "chain-cut": Hint(code=f"{TINY}\nprint(saliency({{**tiny[0], 'W2': 0 * tiny[0]['W2']}}, tiny[1]))"),
}

SQUARE_LAYERS = Hint(
    experiment="Take a network of layers of two units, and let a single weight lead from the second unit of "
    "the first layer to the first of the next: by which unit does x move the output?",
    code="tiny_net = {**initialize([2, 2, 2, 1], seed=0), 'W2': np.array([[0.0, 0.0], [1.0, 0.0]])}\n"
    "print(saliency(tiny_net, np.array([1.0, 2.0])))",
)
SLIPS = with_hints(
    (
        *derivative_slips((*WRONG_FACTORS, SQUARED), _in_output),
        *derivative_slips((*WRONG_FACTORS, SQUARED), _in_output, with_factor),
        *(s for s in HIDDEN_DELTA_SLIPS if s.name not in ("double-mean", "weights-transposed")),
        Slip(
            "weights-transposed",
            {
                **TRANSPOSED_IF_SQUARE.steps,
                "input_from_delta": lambda right, dZ, W, cache: right(dZ, transposed_if_square(W), cache),
            },
            hint=SQUARE_LAYERS,
        ),
        TRANSPOSED_IF_SQUARE.with_hint(SQUARE_LAYERS),
        *RECURSION_SLIPS,
        Slip("bias-skipped", {"forward": _without_biases}),
        Slip("activation-skipped", _z_for_a(hidden=True, output=True)),
        Slip("activation-skipped", _z_for_a(hidden=True, output=False)),
        Slip("hidden-layer-linear", forward_with(unchanged, sigmoid)),
        Slip("activation-skipped", forward_with(unchanged, unchanged)),
        Slip("output-layer-linear", forward_with(sigmoid, unchanged)),
        Slip("wrong-activation", forward_with(np.tanh, np.tanh)),
        Slip("wrong-activation", forward_with(np.tanh, sigmoid)),
        Slip("activation-twice", forward_with(_sigmoid_twice, _sigmoid_twice)),
        Slip("needless-mean", {"answer": _over_features}),
        Slip("signs-lost", {"answer": _without_signs}),
        _input_slip("extra-activation-derivative", lambda dZ, W, X: (dZ @ W.T) * X * (1 - X)),
        _input_slip("chain-cut", lambda dZ, W, X: dZ),
        _input_slip("weights-transposed", lambda dZ, W, X: dZ @ W),
    ),
    HINTS,
)


# --- Cases ------------------------------------------------------------------------------------------

NETWORKS = (
    # label, sizes, tags
    ("the lesson's 64-25-15-1 network", LESSON_SIZES, {"lesson"}),
    ("a 7-5-3-1 network", (7, 5, 3, 1), set()),
    ("square layers, 4-4-4-1", (4, 4, 4, 1), {"square"}),
    ("integer input and weights", (4, 5, 3, 1), {"integer"}),
    ("saturated units", (6, 5, 4, 1), {"saturated"}),
    ("layers of one unit", (3, 1, 1, 1), {"one unit"}),
    ("one feature and one unit a layer", (1, 1, 1, 1), {"one unit"}),
    (TWO_LAYERS, (5, 4, 1), set()),
    ("a network of four layers", (6, 5, 4, 3, 1), set()),
    ("a network of one layer", (4, 1), set()),
)


def _cases(rng) -> list[Case]:
    cases = []
    for label, sizes, tags in NETWORKS:
        network = random_network(rng, label, sizes, 3, tags)
        if label == TWO_LAYERS:
            network = with_zeros_and_equal_examples(network)
        cases.append(Case(label, (network.params, network.X[0]), network.tags))
    further = [
        Case(n.label, (n.params, n.X[0]), n.tags)
        for n in (*further_networks(rng), large_weights_network(rng))
    ]
    return [*stored_by_columns(cases, TWO_LAYERS), *further]


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf, (params, x) = import_tensorflow(), case.arguments
    x = float64(tf, x[np.newaxis])
    with tf.GradientTape() as tape:
        tape.watch(x)
        *_, (_, output) = layer_tensors(tf, params, x)
    return tape.gradient(output, x).numpy()[0]


# --- Invariants -------------------------------------------------------------------------------------


def _output(case: Case, arrays) -> float:
    A, _ = forward(arrays["saliency"][np.newaxis], case.arguments[0])
    return float(A[0, 0])


# --- The exercise -----------------------------------------------------------------------------------

# A line of the lesson's solution.
PRODUCT = "G, _ = vjp_matmul(cache[f'A{layer - 1}'], params[f'W{layer}'], dZ)"
OTHER_LAYERS = (
    "{layer - 0}",
    "{layer // 1}",
    "{layer % 1}",
    "{layer * 1}",
    "{layer ** 1}",
    "{layer - 1 + 1}",
    "{layer}",
    "{1}",
)


EXERCISE = Exercise(
    name="saliency",
    points=3,
    asks="the gradient of the network's output with respect to its input",
    reread=sections.INPUT,
    general_hints=(
        (
            "You want the gradient of the output itself. What is the derivative of a number with respect "
            "to itself?"
        ),
        (
            "There is no label and no cost. Begin at the output, and every layer is a sigmoid and a "
            "matrix product, both of which you can walk back through."
        ),
        (
            "A batch of one through `forward`, then the layers backward with your VJPs, from a gradient "
            "of 1 for the output down to the input; at the end drop the axis, so that (n_0,) is left."
        ),
    ),
    examples={"tiny": TINY},
    hints={
        "integer-truncation": Hint(
            code=(
                "tiny = initialize([3, 2, 1], seed=0), np.array([1, 2, 3])\n"
                "print(saliency(*tiny))\n"
                "print(saliency(tiny[0], 1.0 * tiny[1]))"
            ),
        ),
    },
    arguments=("params", "x"),
    cases=_cases,
    reference=_reference,
    solve=saliency,
    steps={**NETWORK_STEPS, "output_delta": output_slope, "forward": forward},
    slips=SLIPS,
    parts=("saliency",),
    axes={"saliency": ("feature",)},
    invariants=(
        slopes(
            _output,
            lambda case: {"saliency": case.arguments[1]},
            "an input",
            "the output",
        ),
    ),
    equivalent={
        ONE_AXIS: wrapped("G[0]", TRANSPOSE, RAVEL),
        SINGLE_ROW: ("return G[0] -> return G[-1]",),
        "The first operand serves the gradient of the second alone, which is left aside.": tuple(
            f"{PRODUCT} -> {PRODUCT.replace('{layer - 1}', other)}" for other in OTHER_LAYERS
        ),
    },
)
