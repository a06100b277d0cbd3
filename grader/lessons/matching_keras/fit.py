"""The exercise `fit`: mini-batch gradient descent that reports what `keras.Model.fit` reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from grader.lessons.cases import stored_by_columns
from grader.lessons.exercise import Case, Exercise, Hint
from grader.lessons.headings import no_later_than
from grader.lessons.invariants import not_negative
from grader.lessons.matching_keras import sections
from grader.lessons.matching_keras.fit_slips import INTEGERS_AND_FLOATS, SLIPS, TINY, TINY_FAR
from grader.lessons.matching_keras.parameters import (
    PARAMETER_AXES,
    counted_from_output,
    layer_by_layer,
)
from grader.lessons.matching_keras.sgd_step import sgd_step
from grader.lessons.networks import (
    LESSON_SIZES,
    Network,
    further_networks,
    random_network,
    with_zeros_and_equal_examples,
)
from grader.lessons.right_answers import RAVEL, SAME_LIST, TO_LIST, TRANSPOSE, wrapped
from grader.lessons.tensors import cost_tensor, float64, tensors
from utils.network import backward, binary_cross_entropy, forward
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


@dataclass(frozen=True)
class Batch:
    """The examples of one step, `X` `(k, n)` and `Y` `(k, 1)`, of `m` in all; k is at most `batch_size`."""

    X: np.ndarray
    Y: np.ndarray
    m: int
    batch_size: int


@dataclass(frozen=True)
class Costs:
    """The cost of `size` examples before and after an update, each computed when it is called for."""

    size: int
    before: Callable[[], float]
    after: Callable[[], float]


def fit(X, Y, params, learning_rate, epochs, batch_size, **steps):
    """The trained parameters of a sigmoid network and the loss of each epoch, a list of floats.

    The examples `X` `(m, n)` with labels `Y` `(m, 1)` are taken in their order, `batch_size` at a time; the
    last batch may be smaller. `params` has `W1` `(n_in, n_out)`, `b1` `(n_out,)` and so on.
    """
    m, history = len(X), []
    for _ in range(epochs):
        start, batch_costs = params, []
        for rows in steps["batches"](m, batch_size):
            batch = Batch(X[rows], Y[rows], m, batch_size)
            old, params = params, steps["descend"](params, batch, learning_rate, steps["gradient"])
            batch_costs.append(_costs(steps["cost"], batch.X, batch.Y, old, params))
        history.append(steps["report"](batch_costs, _costs(steps["cost"], X, Y, start, params)))
    return params, history


def _costs(cost, X, Y, before, after) -> Costs:
    return Costs(len(X), before=partial(cost, X, Y, before), after=partial(cost, X, Y, after))


def batches(m, batch_size):
    """The slices of `m` rows, in their order."""
    return [slice(first, first + batch_size) for first in range(0, m, batch_size)]


def descend(params, batch, learning_rate, gradient):
    """The parameters after one step with a `Batch`, by `gradient(params, cache, Y)`."""
    _, cache = forward(batch.X, params)
    return sgd_step(params, gradient(params, cache, batch.Y), learning_rate)


def cost(X, Y, params):
    """The mean loss of the examples `X` `(m, n)` with labels `Y` `(m, 1)`, a float."""
    return binary_cross_entropy(Y, forward(X, params)[0])


def report(batch_costs, epoch_costs):
    """The loss that Keras reports for an epoch: the batches' costs before each update, by size.

    `batch_costs` has the `Costs` of each batch, `epoch_costs` those of all examples over the whole epoch.
    """
    examples = sum(batch.size for batch in batch_costs)
    return sum(batch.size * batch.before() for batch in batch_costs) / examples


# --- Cases ------------------------------------------------------------------------------------------

LONG = 31  # epochs, so that a stop after thirty shows
UNUSUAL = "a network of two layers, soft labels"
TRAININGS = (
    # label, sizes, m, batch size, epochs, tags
    ("the lesson's 64-25-15-1 network, a smaller last batch", LESSON_SIZES, 12, 5, 3, {"lesson"}),
    ("a 7-5-3-1 network, a last batch of one", (7, 5, 3, 1), 9, 4, 2, set()),
    ("a 5-4-3-1 network, batches of equal size", (5, 4, 3, 1), 6, 3, 3, set()),
    ("square layers in one full batch", (4, 4, 4, 1), 4, 4, 3, {"square"}),
    ("a batch size above m", (5, 4, 3, 1), 5, 8, 2, set()),
    ("batches of one", (4, 3, 2, 1), 4, 1, 2, set()),
    ("integer inputs and weights", (5, 4, 3, 1), 6, 4, 2, {"integer"}),
    ("a single example", (5, 4, 3, 1), 1, 1, 3, {"one example"}),
    ("layers of one unit", (3, 1, 1, 1), 5, 3, 2, {"one unit"}),
    (UNUSUAL, (5, 4, 1), 7, 3, 2, {"soft"}),
    ("a network of four layers", (6, 5, 4, 3, 1), 5, 2, 2, set()),
    ("a network of one layer", (4, 1), 6, 4, 3, set()),
    ("a 6-3-1 network, a single epoch", (6, 3, 1), 8, 3, 1, set()),
)


def _cases(rng) -> list[Case]:
    cases = []
    for label, sizes, m, batch_size, epochs, tags in TRAININGS:
        network = random_network(rng, label, sizes, m, tags)
        if label == UNUSUAL:
            network = with_zeros_and_equal_examples(network)
        Y = rng.uniform(0.05, 0.95, size=(m, 1)) if "soft" in tags else network.Y
        rate = float(rng.uniform(0.4, 0.9))
        arguments = (network.X, Y, network.params, rate, epochs, batch_size)
        cases.append(Case(label, arguments, network.tags, network.counts, network.depth))
    return [*stored_by_columns(cases, UNUSUAL), *_further_cases(rng)]


def _further_cases(rng) -> list[Case]:
    """Many layers, integers among floats, large gradients, and runs that diverge, stand still or are long."""

    def case(network, rate, epochs, batch_size, label=""):
        arguments = (network.X, network.Y, network.params, rate, epochs, batch_size)
        return Case(label or network.label, arguments, network.tags, network.counts, network.depth)

    deep, large, *mixed = further_networks(rng)
    still, long = (random_network(rng, "", (2, 1), 3) for _ in range(2))
    return [
        case(deep, 0.5, 1, 2),
        case(large, 1e-7, 2, 3),
        *(case(network, 1, 1, 3) for network in mixed),
        case(*_diverging(rng), 3, 6, "a rate at which the loss rises"),
        case(still, 0.0, 3, 2, "a rate of 0"),
        case(long, 0.3, LONG, 3, "a long run"),
    ]


def _diverging(rng) -> tuple[Network, float]:
    """A network and a learning rate with which each step raises the loss: 4 over the largest curvature."""
    network = random_network(rng, "", (2, 1), 6)
    params = {"W1": network.params["W1"] / 2, "b1": network.params["b1"] / 2}
    Y = forward(network.X, params)[0]
    inputs = np.column_stack([network.X, np.ones(6)])
    curvatures, directions = np.linalg.eigh(inputs.T * (Y * (1 - Y)).T @ inputs / 6)
    step = 0.05 * directions[:, -1:]
    params = {"W1": params["W1"] + step[:-1], "b1": params["b1"] + step[-1]}
    return replace(network, params=params, Y=Y), float(4 / curvatures[-1])


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    """What `keras.Model.fit(shuffle=False)` does, by TensorFlow's tape; a test compares it with Keras."""
    tf = import_tensorflow()
    X, Y, params, learning_rate, epochs, batch_size = case.arguments
    params, rate, history = tensors(tf, params), float64(tf, learning_rate), []
    for _ in range(epochs):
        total = 0.0
        for first in range(0, len(X), batch_size):
            batch = X[first : first + batch_size], Y[first : first + batch_size]
            with tf.GradientTape() as tape:
                tape.watch(params)
                J = cost_tensor(tf, params, *batch)
            gradients = tape.gradient(J, params)
            params = {name: value - rate * gradients[name] for name, value in params.items()}
            total += len(batch[0]) * float(J)
        history.append(total / len(X))
    return {name: params[name].numpy() for name in layer_by_layer(params)}, history


# --- Error carried forward --------------------------------------------------------------------------


def _carry_forward(case: Case, own) -> dict:
    """The history is unknown: it was written on the way to the final parameters."""
    *_, epochs, _ = case.arguments
    return {"history": [np.nan] * epochs}


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="fit",
    points=4,
    asks="mini-batch gradient descent with the loss history of Keras",
    reread=sections.LOSS_OF_EPOCH,
    general_hints=(
        "When does Keras look at a batch's loss: before it updates the weights with it, or after?",
        (
            "Two loops: epochs, and in each of them the batches in their order, the last one perhaps "
            "smaller. What Keras reports is a mean over examples, so a small batch has less weight."
        ),
        (
            "In each batch: forward, the batch's cost added up with the number of its examples as weight, "
            "backward, one step of your `sgd_step`. One float an epoch, over all m."
        ),
    ),
    sections=no_later_than(
        "2.2",
        {
            **sections.SECTIONS,
            "missing-mean": sections.ONE_STEP,
            "double-mean": sections.ONE_STEP,
            "mean-over-wrong-count": sections.ONE_STEP,
            "wrong-sign": sections.ONE_STEP,
            "bias-gradient-missing": sections.ONE_STEP,
            "gradient-after-update": sections.ONE_STEP,
            "one-example-only": sections.ONE_STEP,
            "bias-gradient-not-summed": sections.LAYERS,
            "missing-activation-derivative": sections.LAYERS,
            "extra-activation-derivative": sections.LAYERS,
            "half-activation-derivative": sections.LAYERS,
            "wrong-activation-derivative": sections.LAYERS,
        },
    ),
    examples={"tiny": TINY, "tiny_far": TINY_FAR},
    hints={"integer-truncation": Hint(code=INTEGERS_AND_FLOATS)},
    arguments=("X", "Y", "params", "learning_rate", "epochs", "batch_size"),
    cases=_cases,
    reference=_reference,
    solve=fit,
    steps={"batches": batches, "descend": descend, "gradient": backward, "cost": cost, "report": report},
    slips=SLIPS,
    parts=("params", "history"),
    worth={"params": 2, "history": 2},
    alias=counted_from_output,
    carry_forward=_carry_forward,
    made_in={"history": ("batches", "cost", "report")},
    axes={**PARAMETER_AXES, "history": ("epoch",)},
    invariants=(not_negative("history", "Some entries are negative, which no cost is."),),
    equivalent={SAME_LIST: wrapped("history", TRANSPOSE, RAVEL, TO_LIST, line="return (params, {})")},
)
