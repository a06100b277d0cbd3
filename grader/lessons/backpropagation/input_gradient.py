"""The exercise `input_gradient`: the gradient of the cost with respect to the inputs."""

from __future__ import annotations

from grader.lessons import withheld
from grader.lessons.backpropagation import sections
from grader.lessons.backpropagation.hidden_delta import TRANSPOSED_IF_SQUARE
from grader.lessons.backpropagation.output_delta import MEAN_SLIPS
from grader.lessons.backpropagation.recursion import (
    LOGITS_FOR_OUTPUT,
    NETWORK_SLIPS,
    NETWORK_STEPS,
    WITHOUT_BIASES,
    CachedNetwork,
    deltas,
)
from grader.lessons.backpropagation.whole_network import (
    COUNT_OF_LAYERS,
    NETWORK,
    NETWORK_EXAMPLES,
    cached,
    cached_network_cases,
    recomputed_hint,
    square_layers_hint,
    wider_network_hint,
)
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import slopes
from grader.lessons.networks import large_weights_network
from grader.lessons.slips import EXAMPLES_SUMMED, ONE_ROW_SLIPS, changed, with_hints
from grader.lessons.tensors import cost_tensor, float64
from utils.network import binary_cross_entropy, forward
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def input_gradient(params, cache, Y, **steps):
    """`dX` `(m, n)`, float64, from the parameters, the cache of a forward pass and labels `(m, 1)`."""
    return steps["input_from_delta"](deltas(CachedNetwork(params, cache, steps), Y)[1], params["W1"], cache)


# --- Slips ------------------------------------------------------------------------------------------


def _sigmoid_slope_of_input(right, dZ1, W1, cache):
    return right(dZ1, W1, cache) * cache["A0"] * (1 - cache["A0"])


SLIPS = (
    *MEAN_SLIPS,
    *NETWORK_SLIPS,
    Slip("activation-derivative-at-input", {"input_from_delta": _sigmoid_slope_of_input}),
    *EXAMPLES_SUMMED,
    LOGITS_FOR_OUTPUT,
    WITHOUT_BIASES.with_hint(recomputed_hint("input_gradient")),
    TRANSPOSED_IF_SQUARE.with_hint(square_layers_hint("input_gradient")),
    *ONE_ROW_SLIPS,
    Slip("needless-mean", {"answer": changed(lambda dX: dX.mean(axis=0))}),
    Slip("weights-transposed", {"input_from_delta": lambda right, dZ1, W1, cache: dZ1 @ W1}),
)


FIRST_SIGNAL = Slip(
    "chain-cut",
    {"input_from_delta": lambda right, dZ1, W1, cache: dZ1},
    hint=Hint(
        advice="What comes back is the error signal of the first layer. One step is left, from there to the "
        "inputs: through what does it go?",
        experiment="Call it with three inputs and two units: how many columns should come back?",
        code=f"{NETWORK}\nprint(input_gradient(*tiny).shape)",
    ),
)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf, network = import_tensorflow(), case.context
    X = float64(tf, network.X)
    with tf.GradientTape() as tape:
        tape.watch(X)
        J = cost_tensor(tf, network.params, X, network.Y)
    return tape.gradient(J, X).numpy()


# --- Invariants -------------------------------------------------------------------------------------


def _cost(case: Case, arrays) -> float:
    network = case.context
    return binary_cross_entropy(network.Y, forward(arrays["dX"], network.params)[0])


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(params, cache, Y)`, in the last case with a large gradient."""
    return [*cached_network_cases(rng), *cached([large_weights_network(rng)])]


# --- The exercise -----------------------------------------------------------------------------------

BLANK_AND_FULL_PIXELS = Hint(
    code=f"{NETWORK}\n"
    "tiny_rows = np.array([[0.0, 1.0, 1.0], [1.0, 0.0, 0.0]])\n"
    "print(input_gradient(tiny_net, forward(tiny_rows, tiny_net)[1], tiny[2]))"
)
WITHOUT_WEIGHTS = Hint(
    code=f"{NETWORK}\nprint(input_gradient({{**tiny_net, 'W2': 0 * tiny_net['W2']}}, *tiny[1:]))"
)

HINTS = {"chain-cut": WITHOUT_WEIGHTS, "activation-derivative-at-input": BLANK_AND_FULL_PIXELS}

EXERCISE = Exercise(
    name="input_gradient",
    points=2,
    asks="the gradient of the cost with respect to the inputs",
    reread=sections.INPUT,
    general_hints=(
        "How far back does `backward` carry the signal, and how much further do you have to go?",
        (
            "The signal goes through the same layers as in `backward`. Only the last step differs: the "
            "input is no output of a sigmoid."
        ),
        (
            "Carry the signal back to the first layer with the functions that you have. Then one product "
            "with the first layer's weights gives (m, n_0), with no slope after it."
        ),
    ),
    sections=no_later_than(
        "5",
        {**sections.SECTIONS, "weights-transposed": sections.INPUT},
    ),
    examples=NETWORK_EXAMPLES,
    hints={
        "mean-over-wrong-count": wider_network_hint("input_gradient"),
        "raises": COUNT_OF_LAYERS,
        "extra-axis": Hint(
            code=(
                "tiny_net, tiny_row = initialize([3, 2, 1], seed=0), np.array([[1.0, 2.0, 3.0]])\n"
                "print(input_gradient(tiny_net, forward(tiny_row, tiny_net)[1], np.array([[1]])))"
            ),
        ),
    },
    arguments=("params", "cache", "Y"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_3,
    solve=input_gradient,
    steps=NETWORK_STEPS,
    slips=(*with_hints(SLIPS, HINTS), FIRST_SIGNAL),
    parts=("dX",),
    axes={"dX": ("example", "feature")},
    invariants=(slopes(_cost, lambda case: {"dX": case.context.X}, "an input", "the cost"),),
)
