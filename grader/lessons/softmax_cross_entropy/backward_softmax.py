"""The exercise `backward_softmax`: the gradients of every layer of a network with a softmax output."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.lessons import withheld
from grader.lessons.backpropagation.backward import ONE_EXAMPLE_SLIPS, UPDATE_SLIPS, backward
from grader.lessons.backpropagation.hidden_delta import (
    DERIVATIVE_SLIPS,
    TRANSPOSED_IF_SQUARE,
    TRANSPOSED_WEIGHTS,
)
from grader.lessons.backpropagation.parameter_gradients import LAYER_AXES, PARAMETER_SLIPS
from grader.lessons.backpropagation.recursion import (
    LAYER_INPUT_SLIPS,
    NETWORK_STEPS,
    RECURSION_SLIPS,
    other_output_slip,
)
from grader.lessons.backpropagation.whole_network import (
    COUNTERPARTS,
    FIRST_LAYER_CHECKS,
    GRADIENTS_MADE_IN,
    counted_from_output,
    in_derivation_order,
    params_by_gradient,
)
from grader.lessons.cases import (
    network_cases,
    stored_by_columns,
)
from grader.lessons.error_signals import expected_gradients
from grader.lessons.exercise import Case, Exercise, Hint, Invariant
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import slopes
from grader.lessons.networks import (
    DEEP,
    TWO_LAYERS,
    Network,
    deep_network,
    random_network,
    scaled_inputs,
)
from grader.lessons.slips import with_hints
from grader.lessons.softmax_cross_entropy import sections
from grader.lessons.softmax_cross_entropy.batches import ONE_CLASS_MORE, random_classes
from grader.lessons.softmax_cross_entropy.output_delta import (
    OUTPUT_DELTA_SLIPS,
    OUTPUT_DELTA_STEPS,
    difference,
    mean_over_examples,
)
from grader.lessons.softmax_cross_entropy.softmax_cross_entropy_gradient import mean_loss_tensor
from grader.lessons.softmax_cross_entropy.softmax_jacobian import NOT_SHIFT_INVARIANT
from grader.lessons.tensors import layer_tensors, tensors
from utils.network import forward, sigmoid, softmax, sparse_cross_entropy
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def backward_softmax(params, cache, y, *, difference, one_hot, mean, **steps):
    """The gradients of the cost, `dWl` `(n_in, n_out)` and `dbl` `(n_out,)` of each layer, float64.

    As `backward` of lesson 3, with another error signal of the output: its activations in the `cache` are
    the probabilities `(m, N)`, `y` `(m,)` are integer classes.
    """

    def output_delta(P, y):
        return mean(difference(P, y, one_hot=one_hot))

    return backward(params, cache, y, **{**steps, "output_delta": output_delta})


# --- Slips ------------------------------------------------------------------------------------------

SLIPS = (
    *OUTPUT_DELTA_SLIPS,
    other_output_slip("softmax-of-probabilities", lambda P, Z: Z),
    other_output_slip("softmax-of-probabilities", lambda P, Z: softmax(P)),
    other_output_slip("wrong-activation", lambda P, Z: sigmoid(Z)),
    *DERIVATIVE_SLIPS,
    TRANSPOSED_WEIGHTS,
    TRANSPOSED_IF_SQUARE,
    *RECURSION_SLIPS,
    *UPDATE_SLIPS,
    *PARAMETER_SLIPS,
    *LAYER_INPUT_SLIPS,
    *ONE_EXAMPLE_SLIPS,
)


# --- Cases ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SoftmaxNetwork(Network):
    """A network whose last layer is a softmax; `y` `(m,)` holds the classes."""

    y: np.ndarray

    def cache(self) -> dict[str, np.ndarray]:
        """As that of any network, with the probabilities as the last activations."""
        return super().cache(output=softmax)

    @property
    def counts(self) -> dict[str, int]:
        m, N = len(self.X), self.sizes[-1]
        return {**super().counts, "classes": N, "entries": m * N}


NETWORKS = (
    # label, sizes, m, tags
    ("the lesson's 64-25-15-10 network", (64, 25, 15, 10), 12, {"lesson"}),
    ("a 7-6-5-3 network", (7, 6, 5, 3), 9, set()),
    ("square layers, 4-4-4-4, with as many examples", (4, 4, 4, 4), 4, {"square"}),
    ("integer inputs and weights", (5, 4, 3, 6), 8, {"integer"}),
    ("saturated units", (6, 5, 4, 3), 8, {"saturated"}),
    ("a single example", (5, 4, 3, 2), 1, {"one example"}),
    ("hidden layers of one unit", (3, 1, 1, 4), 5, {"one unit"}),
    ("a single class", (3, 2, 2, 1), 5, {"one class"}),
    (TWO_LAYERS, (5, 4, 3), 7, set()),
    ("a network of four layers", (6, 5, 4, 3, 2), 5, set()),
    ("a network of one layer", (4, 3), 6, set()),
)


def _networks(rng) -> list[SoftmaxNetwork]:
    drawn = [
        *(random_network(rng, *row) for row in NETWORKS),
        deep_network(rng, (*DEEP[:-1], 3)),
        scaled_inputs(random_network(rng, "large inputs", (5, 4, 3), 7), 1e4),
    ]
    return [SoftmaxNetwork(**vars(n), y=random_classes(rng, len(n.X), n.sizes[-1])) for n in drawn]


def _cases(rng) -> list[Case]:
    """Arguments `(params, cache, y)`."""
    cases = network_cases(_networks(rng), lambda network: (network.params, network.cache(), network.y))
    return stored_by_columns(cases, TWO_LAYERS)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf, network = import_tensorflow(), case.context
    params = tensors(tf, network.params)
    with tf.GradientTape() as tape:
        tape.watch(params)
        *_, (logits, _) = layer_tensors(tf, params, network.X)
        J = mean_loss_tensor(tf, network.y, logits)
    return in_derivation_order(tape.gradient(J, params), network.depth)


# --- Invariants and error carried forward -----------------------------------------------------------


def _bias_gradients_sum_to_0(case: Case, parts) -> bool:
    """Whether the cost stays as it is where all logits rise alike."""
    last = parts[f"db{case.context.depth}"]
    return bool(abs(last.sum()) <= 1e-9 * np.abs(last).max() + 1e-12)


def _cost(case: Case, arrays) -> float:
    params = {name[1:]: array for name, array in arrays.items()}
    return sparse_cross_entropy(case.context.y, forward(case.context.X, params, output=softmax)[0])


def _carry_forward(case: Case, own) -> dict:
    params, cache, y = case.arguments
    dZ = mean_over_examples(difference(cache[f"A{len(params) // 2}"], y))
    return expected_gradients(params, cache, dZ, own)


# --- The exercise -----------------------------------------------------------------------------------

NETWORK = (
    "tiny_net, tiny_rows = initialize([3, 2, 4], seed=0), np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]])\n"
    "tiny = tiny_net, forward(tiny_rows, tiny_net, softmax)[1], np.array([2, 0])"
)
HINTS = {
    "weights-transposed": Hint(
        experiment="Take layers of two units, and let a single weight lead from the second unit of the first "
        "to the first of the next: which unit of the first layer should hear of an error?",
        code="tiny_net = {**initialize([2, 2, 2, 3], seed=0), 'W2': np.array([[0.0, 0.0], [1.0, 0.0]])}\n"
        "tiny_rows = np.array([[1.0, 2.0], [0.5, -1.0]])\n"
        "tiny = tiny_net, forward(tiny_rows, tiny_net, softmax)[1], np.array([1, 0])\n"
        "print(backward_softmax(*tiny))",
    ),
    "off-diagonal-sign": Hint(code=f"{NETWORK}\nprint(backward_softmax(*tiny)['db2'].sum().round(9))"),
    "chain-cut": Hint(
        code=f"{NETWORK}\nprint(backward_softmax({{**tiny_net, 'W2': 0 * tiny_net['W2']}}, *tiny[1:])['dW1'])"
    ),
}

EXERCISE = Exercise(
    name="backward_softmax",
    points=4,
    asks="the gradients of every layer of a network with a softmax output",
    reread=sections.NETWORK,
    general_hints=(
        (
            "Which part of lesson 3's `backward` knows what the last layer and the cost are? All the rest "
            "stays."
        ),
        (
            "The first signal now comes from the logits of the last layer. From there on a layer does not "
            "know what made its signal."
        ),
        (
            "As in lesson 3: the first signal from your `softmax_cross_entropy_gradient`; then, from the "
            "last layer to the first, `dW`, `db`, and the signal of the sigmoid layer below."
        ),
    ),
    sections=no_later_than("5", sections.SECTIONS),
    examples={
        "tiny": NETWORK,
        "tiny_twice": (
            "tiny_rows = np.tile(tiny_rows, (2, 1))\n"
            "tiny_twice = tiny_net, forward(tiny_rows, tiny_net, softmax)[1], np.tile(tiny[2], 2)"
        ),
        "tiny_far": (
            'tiny_net = {**initialize([3, 2, 4], seed=0), "b2": np.array([0.0, 0.0, 40.0, 0.0])}\n'
            "tiny_far = tiny_net, forward(np.ones((2, 3)), tiny_net, softmax)[1], np.array([2, 0])"
        ),
    },
    hints={
        "mean-over-wrong-count": Hint(
            experiment=ONE_CLASS_MORE,
            code=(
                f"{NETWORK}\n"
                "tiny_twice = tiny_net, {k: np.tile(v, (2, 1)) for k, v in tiny[1].items()}, "
                "np.tile(tiny[2], 2)\n"
                'tiny_wide = {**tiny_net, "W2": np.hstack([tiny_net["W2"], np.zeros((2, 1))])}\n'
                'tiny_wide["b2"] = np.append(tiny_net["b2"], -99.0)\n'
                "tiny_wide = tiny_wide, forward(tiny_rows, tiny_wide, softmax)[1], tiny[2]\n"
                "print(*(backward_softmax(*case) for case in (tiny, tiny_twice, tiny_wide)), sep='\\n')"
            ),
        ),
    },
    arguments=("params", "cache", "y"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_4,
    counterparts=COUNTERPARTS,
    solve=backward_softmax,
    steps={
        **{name: step for name, step in NETWORK_STEPS.items() if name != "output_delta"},
        **OUTPUT_DELTA_STEPS,
    },
    slips=with_hints(SLIPS, HINTS),
    alias=counted_from_output,
    carry_forward=_carry_forward,
    made_in=GRADIENTS_MADE_IN,
    axes=LAYER_AXES,
    invariants=(
        Invariant(
            NOT_SHIFT_INVARIANT.format("Your bias gradients of the last layer do"), _bias_gradients_sum_to_0
        ),
        slopes(_cost, params_by_gradient, "a weight or a bias", "the cost"),
    ),
    equivalent=FIRST_LAYER_CHECKS,
)
