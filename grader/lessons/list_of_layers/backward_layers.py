"""The exercise `backward_layers`: the gradients of every layer of a list, and that of its input."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from grader.lessons.backpropagation.parameter_gradients import PARAMETER_SLIPS, parameter_gradients
from grader.lessons.backpropagation.sigmoid_derivative import SCALED_TWICE
from grader.lessons.backpropagation.sigmoid_derivative import sigmoid_slope as slope_at
from grader.lessons.cases import stored_by_columns
from grader.lessons.draws import nonzero_integers, normals
from grader.lessons.exercise import Case, Exercise, Fault, Hint, Invariant, Slip
from grader.lessons.invariants import slopes
from grader.lessons.list_of_layers import sections
from grader.lessons.list_of_layers.forward_layers import STEPS as FORWARD_STEPS
from grader.lessons.list_of_layers.forward_layers import forward_layers
from grader.lessons.list_of_layers.layer_lists import (
    DENSE_ALONE,
    NOTHING,
    SAME_DICTS,
    SAME_TYPES,
    TINY_LAYERS,
    by_index,
    layer_lists,
    layer_tensor,
    tensor_layers,
)
from grader.lessons.right_answers import TO_LIST, wrapped
from grader.lessons.slips import changed, slips_in, with_hints
from grader.lessons.tensors import float64
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def backward_layers(layers, activations, dA, **steps):
    """`(grads, dX)` from `dA` `(m, n_out)`, the gradient of a scalar with respect to the last activations.

    `grads` has a dict for each layer, `{"dW", "db"}` or empty; `dX` is `(m, n)`. `activations` are those of
    `forward_layers`.
    """
    grads: list[Mapping[str, np.ndarray]] = [{} for _ in layers]
    for i in reversed(range(len(layers))):
        grads[i], dA = steps["local"](layers, activations, i, dA, steps)
    return steps["returned"](grads, dA)


def local(layers, activations, i, dA, steps):
    """The gradients of layer `i` and the signal `(m, n_in)` in front of it; `dA` is that behind it."""
    layer, A_prev, A = layers[i], activations[i], activations[i + 1]
    if layer["type"] == "dense":
        dW, db = steps["parameter_gradients"](steps["layer_input"](A_prev, A), dA)
        return {"dW": dW, "db": db}, steps["in_front"](dA, layer["W"])
    slope = steps["leaky_slope"](A_prev, layer["slope"]) if "slope" in layer else steps["slope"](A_prev, A)
    return {}, steps["through"](dA, slope)


def layer_input(A_prev, A):
    """What a dense layer was fed."""
    return A_prev


def in_front(dA, W):
    """The signal `(m, n_in)` in front of a dense layer with weights `W`."""
    return dA @ W.T


def through(dA, slope):
    """The signal in front of an activation with these slopes."""
    return dA * slope


def slope(A_prev, A):
    """The slope of the sigmoid whose output is `A`."""
    return A * (1 - A)


def leaky_slope(A_prev, slope):
    """The slope of a leaky ReLU whose input is `A_prev`."""
    return np.where(A_prev > 0, 1.0, slope)


def returned(grads, dX):
    """What is returned."""
    return grads, dX


STEPS = {
    "local": local,
    "parameter_gradients": parameter_gradients,
    "layer_input": layer_input,
    "in_front": in_front,
    "through": through,
    "slope": slope,
    "leaky_slope": leaky_slope,
    "returned": returned,
}


# --- The form in which answers are compared ---------------------------------------------------------


def read_gradients(answer: Any) -> Any:
    """The gradients by their places, such as `grads[2]['dW']`, and `dX`; another answer as it is.

    They are in the order of the derivation, from the last layer to the first. An empty dict is a part of its
    own at the end, `grads[1]`, so that a dict too few shows.
    """
    if not isinstance(answer, (list, tuple)) or len(answer) != 2 or not isinstance(answer[0], (list, tuple)):
        return answer
    grads, dX = answer
    filled = {f"grads[{i}]": entry for i, entry in reversed(list(enumerate(grads))) if entry != {}}
    empty = {f"grads[{i}]": NOTHING for i, entry in enumerate(grads) if entry == {}}
    return filled | {"dX": dX} | empty


def fault_of_order(case: Case, answer: Any) -> Fault | None:
    """`dX` in the place of the list of gradients, and the list in its place."""
    if not isinstance(answer, (list, tuple)) or len(answer) != 2:
        return None
    first, second = answer
    if isinstance(first, np.ndarray) and isinstance(second, (list, tuple)):
        return Fault("swapped-outputs", "an array came back first, and the list of gradients second")
    return None


# --- Slips ------------------------------------------------------------------------------------------

TINY = (
    f"{TINY_LAYERS}\n"
    "tiny = tiny_layers, forward_layers(tiny_rows, tiny_layers), np.array([[0.5], [-1.0], [0.25]])"
)
CALL = f"{TINY}\nprint(backward_layers(*tiny))"
ONE_ACTIVATION = (
    "tiny_row = np.array([[-4.0, 0.0, 0.5]])\n"
    'for tiny_layer in ({"type": "sigmoid"}, {"type": "leaky_relu", "slope": 0.3}):\n'
    "    tiny_ahead = forward_layers(tiny_row, [tiny_layer])\n"
    "    print(tiny_layer, backward_layers([tiny_layer], tiny_ahead, np.array([[1.0, 1.0, 2.0]])))"
)


def _without_the_last_slope(right, layers, activations, i, dA, steps):
    if i == len(layers) - 1 and layers[i]["type"] != "dense":
        return {}, dA
    return right(layers, activations, i, dA, steps)


def _without_the_first_weights(right, layers, activations, i, dA, steps):
    """A first dense layer hands on what it got, since "there is no layer before"."""
    grads, in_front = right(layers, activations, i, dA, steps)
    return grads, dA if i == 0 and layers[i]["type"] == "dense" else in_front


def _named_as_parameters(right, grads, dX):
    return right([{name[1:]: value for name, value in entry.items()} for entry in grads], dX)


OWN_SLOPES = (0.01, 0.1, 0.2, 0.3)
IN_SIGMOID = (
    ("missing-activation-derivative", lambda A_prev, A: np.ones(A.shape)),
    ("half-activation-derivative", lambda A_prev, A: A),
    ("half-activation-derivative", lambda A_prev, A: 1 - A),
    ("slope-of-output", lambda A_prev, A: slope_at(A)),
    ("slope-from-input", lambda A_prev, A: A_prev * (1 - A_prev)),
    ("wrong-activation-derivative", lambda A_prev, A: 1 - A**2),
    ("wrong-activation-derivative", lambda A_prev, A: A > 0.5),
    ("extra-activation-derivative", lambda A_prev, A: (A * (1 - A)) ** 2),
)

SLIPS_IN_STEPS = with_hints(
    (
        *(
            Slip(name, {"slope": lambda right, A_prev, A, wrong=wrong: wrong(A_prev, A)})
            for name, wrong in IN_SIGMOID
        ),
        *slips_in(
            "leaky_slope",
            ("missing-activation-derivative", lambda right, A_prev, slope: np.ones(A_prev.shape)),
            ("wrong-activation-derivative", lambda right, A_prev, slope: np.where(A_prev > 0, 1.0, 0.0)),
            ("derivative-at-zero", lambda right, A_prev, slope: np.where(A_prev >= 0, 1.0, slope)),
            *(("ignores-argument", lambda right, Z, slope, own=own: right(Z, own)) for own in OWN_SLOPES),
        ),
        Slip("missing-activation-derivative", {"through": lambda right, dA, slope: dA}),
        Slip("missing-activation-derivative", {"local": _without_the_last_slope}),
        Slip("chain-cut", {"through": lambda right, dA, slope: slope}),
        Slip("chain-cut", {"in_front": lambda right, dA, W: np.ones(dA.shape) @ W.T}),
        Slip("weights-transposed", {"in_front": lambda right, dA, W: dA @ W}),
        Slip("wrong-layer-input", {"layer_input": lambda right, A_prev, A: A}),
        *PARAMETER_SLIPS,
        Slip("wrong-sign", {"parameter_gradients": changed(lambda grads: tuple(-grad for grad in grads))}),
        *slips_in(
            "returned",
            ("swapped-outputs", lambda right, grads, dX: right(grads[::-1], dX)),
            ("wrong-keys", lambda right, grads, dX: right([entry for entry in grads if entry], dX)),
            ("wrong-keys", _named_as_parameters),
            ("needless-mean", lambda right, grads, dX: right(grads, dX.mean(axis=0))),
        ),
    ),
    {
        **dict.fromkeys(
            (
                "missing-activation-derivative",
                "half-activation-derivative",
                "slope-of-output",
                "slope-from-input",
                "wrong-activation-derivative",
            ),
            Hint(
                experiment="Send a signal back through a single activation, for inputs far to the left, at 0 "
                "and to the right: by how much should each be scaled?",
                code=ONE_ACTIVATION,
            ),
        ),
        "derivative-at-zero": Hint(
            advice="Only entries whose input is exactly 0 are off. A leaky ReLU has a corner there, and the "
            "lesson has chosen one of the two slopes.",
            experiment="Send a signal back through a leaky ReLU that was fed -4, 0 and 0.5, and compare the "
            "middle one with section 2.1.",
            code=ONE_ACTIVATION,
        ),
        "extra-activation-derivative": Hint(experiment=SCALED_TWICE.experiment, code=ONE_ACTIVATION),
        "ignores-argument": Hint(
            experiment="Send the same signal back through a leaky ReLU with slope 0.05 and one with slope "
            "0.7: what should differ?",
            code="tiny_row, tiny_signal = np.array([[-2.0, 3.0]]), np.ones((1, 2))\n"
            "for tiny_slope in (0.05, 0.7):\n"
            '    tiny_layers = [{"type": "leaky_relu", "slope": tiny_slope}]\n'
            "    print(backward_layers(tiny_layers, forward_layers(tiny_row, tiny_layers), tiny_signal))",
        ),
        "chain-cut": Hint(
            advice="Each layer gets a signal from the next one, changes it and hands it to the one before. "
            "Where in your code does what it got enter?",
            experiment="Call it once more with a signal ten times as large: which entries should grow, and "
            "by what factor?",
            code=f"{CALL}\nprint(backward_layers(*tiny[:2], 10 * tiny[2]))",
        ),
        "weights-transposed": Hint(
            experiment="Call it with two rows, two inputs and two units, where a wrong product goes through, "
            "then with sizes that all differ. What does NumPy complain of, if it does?",
            code="for tiny_m, tiny_W in (2, np.array([[0.0, 0.0], [1.0, 0.0]])), (4, np.ones((2, 3))):\n"
            '    tiny_layers = [{"type": "dense", "W": tiny_W, "b": np.zeros(tiny_W.shape[1])}]\n'
            "    tiny_ahead = forward_layers(np.arange(2.0 * tiny_m).reshape(tiny_m, 2), tiny_layers)\n"
            "    tiny_dA = np.arange(1.0 * tiny_m * tiny_W.shape[1]).reshape(tiny_m, -1)\n"
            "    print(backward_layers(tiny_layers, tiny_ahead, tiny_dA))",
        ),
        "swapped-outputs": Hint(
            advice="You meet the layers from the last to the first, but the list of gradients that you "
            "return has to begin with the first layer.",
            experiment="Print the shape of each dW beside that of the W of the same place: do they agree?",
            code=f"{TINY}\nfor tiny_layer, tiny_grad in zip(tiny_layers, backward_layers(*tiny)[0]):\n"
            "    print(np.shape(tiny_layer.get('W')), np.shape(tiny_grad.get('dW')))",
        ),
        "wrong-keys": Hint(
            advice="There is one dict for each layer, also for a layer that has nothing to learn, and the "
            "names in it are those of the docstring.",
            experiment="Print the layers and what comes back for them, one below the other.",
            code=f"{TINY}\nprint(tiny_layers)\nprint(backward_layers(*tiny)[0])",
        ),
        "needless-mean": Hint(
            advice="Each example has its own inputs, so each has a row of `dX`.", code=CALL
        ),
    },
)

SLIPS = (
    *SLIPS_IN_STEPS,
    Slip(
        "chain-cut",
        {"local": _without_the_first_weights},
        hint=Hint(
            advice="What you call `dX` is the signal behind the first layer, not the one in front of it. "
            "What do all other dense layers do with a signal that the first one leaves out?",
            experiment="Call it with two inputs and four units: how many columns should `dX` have?",
            code=f"{TINY}\nprint(tiny_rows.shape, backward_layers(*tiny)[1].shape)",
        ),
    ),
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(layers, activations, dA)`, with the network for context."""
    cases = []
    for network in layer_lists(rng):
        activations = forward_layers(network.X, network.layers, **FORWARD_STEPS)
        draw = nonzero_integers if "integer" in network.tags else normals
        dA = draw(rng, (len(network.X), network.n_out))
        arguments = network.layers, activations, dA
        cases.append(Case(network.label, arguments, network.tags, network.counts, context=network))
    return stored_by_columns(cases, DENSE_ALONE)


def gradients_alike(part: str, case: Case) -> str:
    """`dW`, `db` or `dX`: networks differ in all but that. An empty dict counts among the `dW`."""
    found = re.fullmatch(r"grads\[\d+\](\['(d[Wb])'\])?", part)
    return part if found is None else found[2] or "dW"


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    """The gradients of a scalar whose gradient with respect to the last activations is `dA`."""
    tf, (layers, _, dA) = import_tensorflow(), case.arguments
    layers, X, dA = tensor_layers(tf, layers), float64(tf, case.context.X), float64(tf, dA)
    parameters = [{f"d{name}": layer[name] for name in ("W", "b") if name in layer} for layer in layers]
    with tf.GradientTape() as tape:
        tape.watch([X, parameters])
        A = X
        for layer in layers:
            A = layer_tensor(tf, layer, A)
        scalar = tf.reduce_sum(dA * A)
    grads, dX = tape.gradient(scalar, [parameters, X])
    return [{name: grad.numpy() for name, grad in entry.items()} for entry in grads], dX.numpy()


# --- Invariants -------------------------------------------------------------------------------------


def _nudged(case: Case) -> dict:
    """What the gradients are taken with respect to, under the names of their parts."""
    found = {"dX": case.context.X}
    for i, layer in enumerate(case.arguments[0]):
        if layer["type"] == "dense":
            found |= {f"grads[{i}]['d{name}']": layer[name] for name in "Wb"}
    return found


def _scalar(case: Case, arrays) -> float:
    layers, _, dA = case.arguments
    for i, layer in enumerate(layers):
        own = {name: arrays[f"grads[{i}]['d{name}']"] for name in "Wb" if name in layer}
        layers = [*layers[:i], {**layer, **own}, *layers[i + 1 :]]
    return float((dA * forward_layers(arrays["dX"], layers, **FORWARD_STEPS)[-1]).sum())


SLOPES = slopes(_scalar, _nudged, "an input, a weight or a bias", "the scalar")


def _has_the_slopes(case: Case, parts) -> bool:
    """At 0 a leaky ReLU has a kink, which nudging can't judge."""
    has_kinks = case.tags & {"zeros", "integer"}
    return bool(has_kinks) or SLOPES.holds(case, parts)


# --- Right answers in other styles ------------------------------------------------------------------


def backward_layers_by_recursion(layers, activations, dA):
    if not layers:
        return [], dA
    *before, last = layers
    A_prev, A = activations[-2:]
    if last["type"] == "dense":
        own = {"dW": np.einsum("mi,mo->io", A_prev, dA), "db": np.einsum("mo->o", dA)}
        signal = np.einsum("mo,io->mi", dA, last["W"])
    elif last["type"] == "sigmoid":
        own, signal = {}, dA * (A - A**2)
    else:
        own, signal = {}, np.where(A_prev > 0, dA, last["slope"] * dA)
    grads, dX = backward_layers_by_recursion(before, activations[:-1], signal)
    return [*grads, own], dX


def backward_layers_with_insertions(layers, activations, dA):
    grads, signal = [], np.array(dA, float)
    for layer, A_prev, A in zip(layers[::-1], activations[-2::-1], activations[:0:-1], strict=True):
        if layer["type"] == "dense":
            grads.insert(0, {"db": np.ones(len(signal)) @ signal, "dW": (signal.T @ A_prev).T})
            signal = (layer["W"] @ signal.T).T
        else:
            grads.insert(0, {})
            signal = signal * (A * (1 - A) if layer["type"] == "sigmoid" else 1.0)
            if layer["type"] == "leaky_relu":
                signal[A_prev <= 0] *= layer["slope"]
    return grads, signal


def backward_layers_by_jacobians(layers, activations, dA):
    m, grads, signals = len(dA), [{} for _ in layers], [np.array(row, float) for row in dA]
    for i in range(len(layers) - 1, -1, -1):
        layer, A_prev, A = layers[i], activations[i], activations[i + 1]
        if layer["type"] == "dense":
            grads[i] = {"dW": sum(np.outer(A_prev[e], signals[e]) for e in range(m)), "db": sum(signals)}
            jacobians = [layer["W"].T] * m
        elif layer["type"] == "sigmoid":
            jacobians = [np.diag(a * (1 - a)) for a in A]
        else:
            jacobians = [np.diag([1.0 if z > 0 else layer["slope"] for z in row]) for row in A_prev]
        signals = [row @ jacobian for row, jacobian in zip(signals, jacobians, strict=True)]
    return grads, np.stack(signals)


def backward_layers_in_columns(layers, activations, dA):
    D, found = np.asarray(dA).T, {}
    for i, layer in reversed(list(enumerate(layers))):
        if "W" in layer:
            found[i] = {"dW": (D @ activations[i]).T, "db": D.sum(axis=1)}
            D = layer["W"] @ D
        elif "slope" in layer:
            D = D * (layer["slope"] + (1 - layer["slope"]) * (activations[i].T > 0))
        else:
            S = activations[i + 1].T
            D = D * S * (1 - S)
    return [found.get(i, {}) for i in range(len(layers))], D.T


def backward_layers_by_a_table(layers, activations, dA):
    rules = {
        "dense": lambda G, A_prev, A, W, b: ({"dW": A_prev.T @ G, "db": G.sum(0)}, np.inner(G, W)),
        "sigmoid": lambda G, A_prev, A: ({}, G * A * (1 - A)),
        "leaky_relu": lambda G, A_prev, A, slope: ({}, G * np.where(A_prev > 0, 1, slope)),
    }
    grads, G, i = [None] * len(layers), dA, len(layers)
    while i:
        i -= 1
        own = {key: value for key, value in layers[i].items() if key != "type"}
        grads[i], G = rules[layers[i]["type"]](G, activations[i], activations[i + 1], **own)
    return tuple(grads), G


_SLOPES = "(A * (1 - A) if layer['type'] {} 'sigmoid' else np.where(A_prev > 0, 1, layer['slope']))"

# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="backward_layers",
    points=4,
    asks="the gradients of every layer of a list, and of its input",
    reread=sections.BACKWARD,
    general_hints=(
        "A layer gets the derivative with respect to its output. Which derivative must it hand on?",
        (
            "Each of the three types has its own way back, and each needs other things: its weights and "
            "its input, its output, or the sign of its input. Look up where these stand in `activations`."
        ),
        (
            "A loop over the layers from the last to the first, which renews `dA`. A dense layer also "
            "leaves `dW` and `db`, with no mean of its own, all others an empty dict. The list must be in "
            "the order of the layers at the end."
        ),
    ),
    hints={
        "mutates-arguments": Hint(
            code='tiny_layers = [{"type": "leaky_relu", "slope": 0.5}]\n'
            "tiny_ahead = forward_layers(np.array([[-2.0, 3.0]]), tiny_layers)\n"
            "tiny = tiny_layers, tiny_ahead, np.array([[1.0, 4.0]])\n"
            "print(tiny)\nbackward_layers(*tiny)\nprint(tiny)"
        )
    },
    examples={
        "tiny": TINY,
        "tiny_twice": (
            "tiny_twice = tiny_layers, [np.tile(A, (2, 1)) for A in tiny[1]], np.tile(tiny[2], (2, 1))"
        ),
    },
    arguments=("layers", "activations", "dA"),
    cases=_cases,
    reference=_reference,
    read=read_gradients,
    fault=fault_of_order,
    solve=backward_layers,
    steps=STEPS,
    slips=SLIPS,
    alias=gradients_alike,
    axes={**by_index("grads", {"dW": ("input", "unit"), "db": ("unit",)}), "dX": ("example", "feature")},
    invariants=(Invariant(SLOPES.sentence, _has_the_slopes),),
    right=(
        backward_layers_by_recursion,
        backward_layers_with_insertions,
        backward_layers_by_jacobians,
        backward_layers_in_columns,
        backward_layers_by_a_table,
    ),
    equivalent={
        SAME_TYPES: (
            "if layer['type'] == 'dense': -> if layer['type'] <= 'dense':",
            f"dA = dA * {_SLOPES.format('==')} -> dA = dA * {_SLOPES.format('>=')}",
        ),
        SAME_DICTS: wrapped("grads[::-1]", TO_LIST, line="return ({}, dA)"),
    },
)
