"""The exercise `fit_layers`: mini-batch gradient descent for a list of layers, on the mean squared error."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np

from grader.lessons.cases import stored_by_columns
from grader.lessons.draws import (
    nonzero_integers,
    normals,
)
from grader.lessons.exercise import Case, Exercise, Hint, Slip
from grader.lessons.invariants import not_negative
from grader.lessons.list_of_layers import backward_layers as way_back
from grader.lessons.list_of_layers import sections
from grader.lessons.list_of_layers.forward_layers import STEPS as FORWARD_STEPS
from grader.lessons.list_of_layers.forward_layers import forward_layers
from grader.lessons.list_of_layers.layer_lists import (
    NOTHING,
    SAME_DICTS,
    by_index,
    layer_tensor,
    random_layers,
    small_layer_lists,
    tensor_layers,
    with_zeros_and_equal_examples,
)
from grader.lessons.matching_keras.fit import Batch, Costs, batches, report
from grader.lessons.matching_keras.fit_slips import (
    BEFORE_EACH_BATCH,
    DROPPED,
    ONE_BATCH,
    UNWEIGHTED,
    one_example,
    step_size,
)
from grader.lessons.right_answers import (
    RAVEL,
    SAME_FLOAT,
    SAME_LIST,
    TO_LIST,
    TRANSPOSE,
    wrapped,
)
from grader.lessons.slips import FIRST_ROW, LAST_ROW
from grader.lessons.tensors import float64
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def fit_layers(X, Y, layers, learning_rate, epochs, batch_size, **steps):
    """The trained layers and the loss of each epoch, a list of floats, for the mean squared error.

    The examples `X` `(m, n)` with targets `Y` `(m, n_out)` are taken in their order, `batch_size` at a time;
    the last batch may be smaller.
    """
    m, history = len(X), []
    for _ in range(epochs):
        start, batch_costs = layers, []
        for rows in steps["batches"](m, batch_size):
            batch = Batch(X[rows], Y[rows], m, batch_size)
            old, layers = layers, steps["descend"](layers, batch, learning_rate, steps)
            batch_costs.append(_costs(steps["cost"], batch.X, batch.Y, old, layers))
        history.append(steps["report"](batch_costs, _costs(steps["cost"], X, Y, start, layers)))
    return layers, history


def _costs(cost, X, Y, before, after) -> Costs:
    return Costs(len(X), before=partial(cost, X, Y, before), after=partial(cost, X, Y, after))


def descend(layers, batch, learning_rate, steps):
    """The layers after one step with a `Batch`."""
    activations = forward_layers(batch.X, layers, **FORWARD_STEPS)
    dA = steps["cost_gradient"](activations[-1], batch.Y)
    grads = steps["gradients"](layers, activations, dA)
    return [moved(layer, grad, learning_rate) for layer, grad in zip(layers, grads, strict=True)]


def moved(layer, grad, learning_rate):
    """A new layer, its parameters moved against their gradients."""
    return layer | {name[1:]: layer[name[1:]] - learning_rate * value for name, value in grad.items()}


def cost_gradient(A, Y):
    """The derivative `(m, n_out)` of the mean squared error with respect to the outputs `A`."""
    return 2 * (A - Y) / A.size


def gradients(layers, activations, dA):
    """The gradients of every layer."""
    return way_back.backward_layers(layers, activations, dA, **way_back.STEPS)[0]


def cost(X, Y, layers):
    """The mean squared error over all entries, a float."""
    return float(np.mean((forward_layers(X, layers, **FORWARD_STEPS)[-1] - Y) ** 2))


STEPS = {
    "batches": batches,
    "descend": descend,
    "cost_gradient": cost_gradient,
    "gradients": gradients,
    "cost": cost,
    "report": report,
}


# --- The form in which answers are compared ---------------------------------------------------------


def read_training(answer: Any) -> Any:
    """The parameters by their places, such as `layers[2]['W']`, and the history; another answer as it is.

    The type of a layer is the name of a part of its own at the end, so that a layer of another type shows.
    """
    if not isinstance(answer, (list, tuple)) or len(answer) != 2 or not isinstance(answer[0], (list, tuple)):
        return answer
    values: dict[str, Any] = {}
    types: dict[str, Any] = {}
    for i, layer in enumerate(answer[0]):
        if not isinstance(layer, dict):
            return answer
        types[f"layers[{i}] is {layer.get('type')}"] = NOTHING
        values |= {f"layers[{i}]['{name}']": value for name, value in layer.items() if name != "type"}
    return values | {"history": answer[1]} | types


# --- Slips ------------------------------------------------------------------------------------------

TINY = (
    "tiny_rows = np.array([[1.0, 2.0], [-3.0, 0.5], [0.5, -1.5]])\n"
    "tiny = tiny_rows, np.eye(2)[[0, 1, 0]], random_layers([2, 2, 2], 0.2, seed=0), 0.5, 1, 2"
)
LAST = "[0][2]['b']"
ROWS_CHANGED = (
    f"{TINY}\nprint(fit_layers(*tiny[:5], 3){LAST})\n"
    f"tiny_rows[-1] = 9.0\nprint(fit_layers(*tiny[:5], 3){LAST})\n"
    f"tiny_rows[0] = -9.0\nprint(fit_layers(*tiny[:5], 3){LAST})"
)
LAST_ROW_CHANGED = (
    f"{TINY}\nprint(fit_layers(*tiny){LAST})\ntiny_rows[-1] = 9.0\nprint(fit_layers(*tiny){LAST})"
)
TWICE_THE_ROWS = (
    f"{TINY}\ntiny_twice = np.tile(tiny_rows, (2, 1)), np.tile(tiny[1], (2, 1))\n"
    "print(fit_layers(*tiny[:5], 3))\nprint(fit_layers(*tiny_twice, *tiny[2:5], 6))"
)
ONE_WEIGHT = (
    'tiny_layers = [{"type": "dense", "W": np.array([[3.0]]), "b": np.array([0.0])}]\n'
    "tiny = np.array([[1.0]]), np.array([[1.0]]), tiny_layers, 0.25, 2, 1\n"
    "print(fit_layers(*tiny))"
)
BY_HAND = Hint(
    experiment="Train a single weight, 3, on a single number: the input is 1, the target is 1. Work out the "
    "cost, its slope and one step by hand before you run it.",
    code=ONE_WEIGHT,
)
SIZES = Hint(
    experiment="All outputs are 0 at first, all targets are 1, and a batch has two rows if there are two. "
    "Over how many entries is the mean in each line, and how far should the biases move?",
    code="for tiny_m, tiny_n in ((1, 1), (2, 1), (3, 1), (2, 3)):\n"
    '    tiny_layers = [{"type": "dense", "W": np.zeros((1, tiny_n)), "b": np.zeros(tiny_n)}]\n'
    "    tiny_X, tiny_Y = np.zeros((tiny_m, 1)), np.ones((tiny_m, tiny_n))\n"
    "    tiny_new = fit_layers(tiny_X, tiny_Y, tiny_layers, 0.25, 1, 2)[0]\n"
    '    print(tiny_m, "rows,", tiny_n, "outputs:", tiny_new[0]["b"])',
)
NUDGED_BIAS = Hint(
    code=f"{TINY}\ntiny_nudged = [dict(layer) for layer in tiny[2]]\n"
    'tiny_nudged[2]["b"] = tiny_nudged[2]["b"] + 0.001\n'
    "for tiny_layers in (tiny[2], tiny_nudged):\n"
    "    print(np.mean((forward_layers(tiny_rows, tiny_layers)[-1] - tiny[1]) ** 2))\n"
    f"print(tiny[2][2]['b'], fit_layers(*tiny){LAST})"
)


def _biases_unchanged(right, layers, *others):
    pairs = zip(right(layers, *others), layers, strict=True)
    return [new | ({"b": old["b"]} if "b" in old else {}) for new, old in pairs]


def _kept_in_float32(right, *arguments):
    return [
        {name: np.float32(value) if name in ("W", "b") else value for name, value in layer.items()}
        for layer in right(*arguments)
    ]


def _update_while_going_back(right, layers, batch, learning_rate, steps):
    """Each layer is updated before the signal goes back through it."""
    activations, new = forward_layers(batch.X, layers, **FORWARD_STEPS), list(layers)
    dA = steps["cost_gradient"](activations[-1], batch.Y)
    for i in reversed(range(len(layers))):
        grad, _ = way_back.local(layers, activations, i, dA, way_back.STEPS)
        new[i] = moved(layers[i], grad, learning_rate)
        _, dA = way_back.local(new, activations, i, dA, way_back.STEPS)
    return new


def _in_way_back(name) -> list[Slip]:
    """The slips of this name in `backward_layers`, made with every batch."""
    return [
        replace(slip, steps={"gradients": _gradients_with(slip)}, hint=BACKWARD_HINTS.get(name, Hint()))
        for slip in way_back.SLIPS
        if slip.name == name and "returned" not in slip.steps
    ]


def _gradients_with(slip):
    steps = dict(way_back.STEPS)
    steps |= {name: partial(wrong, steps[name]) for name, wrong in slip.steps.items()}
    return lambda right, *arguments: way_back.backward_layers(*arguments, **steps)[0]


FLAT_UNITS = Hint(
    experiment="Take outputs of almost 1, almost 0 and one half, all of them wrong: which of the biases "
    "behind them should a step move far, and which hardly?",
    code='tiny_layers = [{"type": "dense", "W": np.zeros((1, 3)), "b": np.array([8.0, -8.0, 0.0])},\n'
    '    {"type": "leaky_relu", "slope": 0.3}, {"type": "sigmoid"}]\n'
    "tiny = np.array([[1.0]]), np.array([[0.0, 1.0, 1.0]]), tiny_layers, 1.0, 1, 1\n"
    "print(fit_layers(*tiny)[0][0]['b'])",
)
BACKWARD_HINTS = {
    "missing-activation-derivative": FLAT_UNITS,
    "bias-gradient-not-summed": Hint(
        experiment="Train on three rows in one batch, change the last one and train again, then the first: "
        "which of them have their say in the last bias?",
        code=ROWS_CHANGED,
    ),
}

OTHER_NUMBERS = Hint(
    code=f"{TINY}\nprint(fit_layers(*tiny)[1])\nprint(fit_layers(*tiny[:4], 3, 2)[1])\n"
    "print(fit_layers(*tiny[:5], 3)[1])"
)

SLIPS = (
    *(Slip("last-batch-dropped", steps, hint=Hint(code=LAST_ROW_CHANGED)) for steps in DROPPED),
    *(
        Slip(
            "unweighted-history",
            {"report": wrong},
            hint=Hint(code=f"{TINY}\nprint(fit_layers(*tiny[:3], 0.0, 1, 2)[1], fit_layers(*tiny)[1])"),
        )
        for wrong in UNWEIGHTED
    ),
    Slip(
        "history-before-epoch",
        {"report": lambda right, batch_costs, epoch_costs: epoch_costs.before()},
        hint=replace(
            BEFORE_EACH_BATCH, code=f"{TINY}\nprint(fit_layers(*tiny[:5], 1)[1], fit_layers(*tiny[:5], 3)[1])"
        ),
    ),
    Slip("ignores-argument", ONE_BATCH, "batch_size", OTHER_NUMBERS),
    Slip("gradient-after-update", {"descend": _update_while_going_back}),
    Slip("missing-mean", step_size(lambda batch: batch.Y.size), hint=Hint(code=TWICE_THE_ROWS)),
    Slip("missing-mean", step_size(lambda batch: len(batch.Y)), hint=Hint(code=TWICE_THE_ROWS)),
    Slip("double-mean", step_size(lambda batch: 1 / len(batch.Y)), hint=Hint(code=TWICE_THE_ROWS)),
    Slip("mean-over-wrong-count", step_size(lambda batch: batch.Y.shape[1]), hint=SIZES),
    Slip("mean-over-wrong-count", step_size(lambda batch: len(batch.X) / batch.m), hint=SIZES),
    Slip("mean-over-wrong-count", step_size(lambda batch: len(batch.X) / batch.batch_size), hint=SIZES),
    Slip("factor-two", step_size(lambda batch: 0.5), hint=BY_HAND),
    Slip("factor-two", {"cost": lambda right, *arguments: right(*arguments) / 2}, hint=BY_HAND),
    Slip(
        "wrong-sign",
        step_size(lambda batch: -1),
        hint=Hint(
            experiment="Train on a single number for two epochs: should the history rise or fall?",
            code=ONE_WEIGHT,
        ),
    ),
    Slip("one-example-only", one_example(FIRST_ROW), hint=Hint(code=ROWS_CHANGED)),
    Slip("one-example-only", one_example(LAST_ROW), hint=Hint(code=ROWS_CHANGED)),
    Slip("bias-gradient-missing", {"descend": _biases_unchanged}, hint=NUDGED_BIAS),
    Slip("low-precision", {"descend": _kept_in_float32}),
    *_in_way_back("missing-activation-derivative"),
    *_in_way_back("bias-gradient-not-summed"),
)


# --- Cases ------------------------------------------------------------------------------------------

S = "sigmoid"
UNUSUAL = "a 7-5-3 network, a last batch of one"
TRAININGS = (
    # label, features, layers as in `layer_lists`, m, batch size, epochs, tags
    (
        "the lesson's 64-25-15-2 network, a smaller last batch",
        64,
        (25, 0.1, 15, 0.1, 2, S),
        12,
        5,
        3,
        {"lesson"},
    ),
    (UNUSUAL, 7, (5, 0.3, 3, S), 9, 4, 2, set()),
    ("batches of equal size", 5, (4, S, 3, S), 6, 3, 3, set()),
    ("square layers in one full batch", 4, (4, S, 4, 0.2, 4), 4, 4, 3, {"square"}),
    ("a batch size above m", 5, (4, 0.5, 3, S), 5, 8, 2, set()),
    ("batches of one", 4, (3, S, 2), 4, 1, 2, set()),
    ("integer inputs, targets and weights", 5, (4, 0.5, 3, S), 6, 4, 2, {"integer"}),
    ("a single example", 5, (4, S, 3, 0.4, 2), 1, 1, 3, {"one example"}),
    ("dense layers of one unit", 3, (1, S, 1, 0.7, 1), 5, 3, 2, {"one unit"}),
    ("a single dense layer, which is linear regression", 4, (3,), 7, 3, 2, set()),
    ("an activation first and activations in a row", 6, (0.45, 3, S, 0.6, 2), 5, 2, 2, set()),
    ("slopes above 1 and of 0", 5, (4, 2.5, 3, 0.0, 2, S), 6, 4, 1, set()),
)


def _cases(rng) -> list[Case]:
    cases = []
    for label, features, described, m, batch_size, epochs, tags in TRAININGS:
        network = random_layers(rng, label, features, described, m, tags)
        if label == UNUSUAL:
            network = with_zeros_and_equal_examples(network)
        shape = (m, network.n_out)
        Y = nonzero_integers(rng, shape) if "integer" in tags else rng.uniform(-0.2, 1.2, size=shape)
        rate = float(rng.uniform(0.1, 0.4))
        arguments = network.X, Y, network.layers, rate, epochs, batch_size
        cases.append(Case(label, arguments, network.tags, network.counts, context=network))
    for network in small_layer_lists(rng):
        draw, rate = (nonzero_integers, 0.2) if "integer" in network.tags else (normals, 1e-9)
        arguments = network.X, draw(rng, (4, 2)), network.layers, rate, 2, 3
        cases.append(Case(network.label, arguments, network.tags, network.counts, context=network))
    return stored_by_columns(cases, UNUSUAL)


def _parameters_alike(part: str, case: Case) -> str:
    """`W`, `b` or `history`: networks differ in all but that. Types and slopes count among the `W`."""
    found = re.match(r"layers\[\d+\](?:\['([Wb])'\])?", part)
    return part if found is None else found[1] or "W"


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    """What `keras.Model.fit(shuffle=False)` does, by TensorFlow's tape; a test compares it with Keras."""
    tf = import_tensorflow()
    X, Y, layers, learning_rate, epochs, batch_size = case.arguments
    layers, rate, history = tensor_layers(tf, layers), float64(tf, learning_rate), []
    for _ in range(epochs):
        total = 0.0
        for first in range(0, len(X), batch_size):
            A, targets = (float64(tf, part[first : first + batch_size]) for part in (X, Y))
            parameters = [{name: layer[name] for name in ("W", "b") if name in layer} for layer in layers]
            with tf.GradientTape() as tape:
                tape.watch(parameters)
                for layer in layers:
                    A = layer_tensor(tf, layer, A)
                J = tf.reduce_mean((A - targets) ** 2)
            moves = zip(layers, parameters, tape.gradient(J, parameters), strict=True)
            layers = [
                layer | {name: value - rate * grad[name] for name, value in own.items()}
                for layer, own, grad in moves
            ]
            total += len(targets) * float(J)
        history.append(total / len(X))
    return [_plain(layer) for layer in layers], history


def _plain(layer) -> dict:
    """A layer of tensors as one of arrays, its entries in the order of a verdict."""
    return {name: np.asarray(value) if name in "Wb" else value for name, value in sorted(layer.items())}


# --- Error carried forward --------------------------------------------------------------------------


def _carry_forward(case: Case, own) -> dict:
    """The history is unknown: it was written on the way to the final parameters."""
    return {"history": [np.nan] * case.arguments[4]}


_PAIRS = "for layer, grad in zip(layers, grads{}):"

# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="fit_layers",
    points=4,
    asks="mini-batch gradient descent for a list of layers, with the loss history of Keras",
    reread=sections.TRAINING,
    general_hints=(
        (
            "What is the derivative of the mean squared error with respect to the network's output, and "
            "over how many entries is the mean?"
        ),
        (
            "In each batch: all activations, the derivative of the cost, the gradients of the layers, new "
            "layers. Dicts without parameters pass unchanged, but as copies."
        ),
        (
            "Two loops, epochs and batches, around your `forward_layers` and `backward_layers`. The "
            "history has one float an epoch, the batches' costs before their updates, weighted by the "
            "number of examples. The layers that you were given stay as they are."
        ),
    ),
    sections=dict.fromkeys(
        ("missing-activation-derivative", "bias-gradient-not-summed"),
        sections.BACKWARD,
    ),
    examples={"tiny": TINY},
    hints={
        "integer-truncation": Hint(
            code='tiny_layers = [{"type": "dense", "W": np.array([[1], [-2]]), "b": np.array([1])}]\n'
            "tiny = np.array([[1, 2], [3, -1]]), np.array([[1], [0]])\n"
            "print(fit_layers(*tiny, tiny_layers, 0.25, 1, 2))\n"
            'tiny_floats = [{"type": "dense", "W": np.array([[1.0], [-2.0]]), "b": np.array([1.0])}]\n'
            "print(fit_layers(*(1.0 * part for part in tiny), tiny_floats, 0.25, 1, 2))"
        ),
    },
    arguments=("X", "Y", "layers", "learning_rate", "epochs", "batch_size"),
    cases=_cases,
    reference=_reference,
    read=read_training,
    solve=fit_layers,
    steps=STEPS,
    slips=SLIPS,
    alias=_parameters_alike,
    carry_forward=_carry_forward,
    made_in={"history": ("batches", "cost", "report")},
    axes={**by_index("layers", {"W": ("input", "unit"), "b": ("unit",)}), "history": ("epoch",)},
    invariants=(not_negative("history", "Some entries are negative, which no cost is."),),
    equivalent={
        SAME_LIST: wrapped("history", TRANSPOSE, RAVEL, TO_LIST, line="return (layers, {})"),
        SAME_FLOAT: ("history.append(float(total / len(X))) -> history.append(total / len(X))",),
        SAME_DICTS: wrapped("layers", TO_LIST, line="return ({}, history)"),
        "The two always have one length, which `strict` only asserts.": tuple(
            f"{_PAIRS.format(', strict=True')} -> {_PAIRS.format(end)}" for end in (", strict=False", "")
        ),
    },
)
