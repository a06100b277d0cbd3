"""The exercise `forward_layers`: the activations behind each layer of a list."""

from __future__ import annotations

from functools import reduce
from typing import Any

import numpy as np

from grader.lessons.cases import stored_by_columns
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Slip
from grader.lessons.list_of_layers import sections
from grader.lessons.list_of_layers.layer_lists import (
    DENSE_ALONE,
    SAME_TYPES,
    TINY_LAYERS,
    LayerList,
    apply,
    layer_lists,
    layer_tensor,
    tensor_layers,
)
from grader.lessons.slips import FIRST_ROW, LAST_ROW, of_rows, slips_in, with_hints
from grader.lessons.tensors import float64
from utils.network import sigmoid as sigmoid_of
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def dense(A, W, b):
    """What a dense layer makes of its input `A` `(m, n_in)`: `(m, n_out)`."""
    return A @ W + b


def sigmoid(A):
    """What a sigmoid layer makes of its input, float64 of its shape."""
    return sigmoid_of(A)


def leaky_relu(A, slope):
    """What a leaky ReLU makes of its input, float64 of its shape."""
    return np.where(A > 0, A, slope * A)


def handed_on(activations):
    """The input of the next layer."""
    return activations[-1]


def kept(activations):
    """What is returned of the activations, `X` among them."""
    return activations


def forward_layers(X, layers, **steps):
    """The list of activations of `layers`: `X` `(m, n)` first, then what each layer makes, `(m, n_out)`."""
    activations = [X]
    for layer in layers:
        A, kind = steps["handed_on"](activations), layer["type"]
        if kind == "dense":
            activations.append(steps["dense"](A, layer["W"], layer["b"]))
        else:
            activations.append(steps[kind](A, layer["slope"]) if "slope" in layer else steps[kind](A))
    return steps["kept"](activations)


STEPS = {
    "dense": dense,
    "sigmoid": sigmoid,
    "leaky_relu": leaky_relu,
    "handed_on": handed_on,
    "kept": kept,
}


# --- The form in which answers are compared ---------------------------------------------------------


def read_activations(answer: Any) -> Any:
    """The activations by their places, such as `activations[2]`; an answer that is no list as it is."""
    if not isinstance(answer, (list, tuple)):
        return answer
    return {f"activations[{i}]": value for i, value in enumerate(answer)}


# --- Slips ------------------------------------------------------------------------------------------

TINY = f"{TINY_LAYERS}\ntiny = tiny_rows, tiny_layers"
ONE_LAYER_EACH = (
    "tiny_row = np.array([[-1.0, 0.0, 1.0]])\n"
    'print(forward_layers(tiny_row, [{"type": "sigmoid"}]))\n'
    'print(forward_layers(tiny_row, [{"type": "leaky_relu", "slope": 2.5}]))'
)
OWN_SLOPES = (0.01, 0.1, 0.2, 0.3)


def _float32(right, A, W, b):
    return right(*(np.float32(value) for value in (A, W, b)))


SLIPS = with_hints(
    (
        Slip("layer-skipped", {"sigmoid": lambda right, A: A * 1.0}),
        Slip("layer-skipped", {"leaky_relu": lambda right, A, slope: A * 1.0}),
        *slips_in(
            "leaky_relu",
            ("wrong-activation", lambda right, A, slope: np.maximum(A, 0)),
            ("larger-branch", lambda right, A, slope: np.maximum(A, slope * A)),
            ("wrong-activation", lambda right, A, slope: sigmoid_of(A)),
            ("wrong-sign", lambda right, A, slope: right(A, -slope)),
            *(("ignores-argument", lambda right, A, slope, own=own: right(A, own)) for own in OWN_SLOPES),
        ),
        *slips_in(
            "sigmoid",
            ("wrong-activation", lambda right, A: np.tanh(A)),
            ("wrong-activation", lambda right, A: np.maximum(A, 0)),
            ("activation-twice", lambda right, A: right(right(A))),
        ),
        *slips_in(
            "dense",
            ("bias-skipped", lambda right, A, W, b: A @ W),
            ("weights-transposed", lambda right, A, W, b: A @ W.T + b),
            ("low-precision", _float32),
        ),
        *slips_in(
            "kept",
            ("wrong-keys", lambda right, activations: activations[1:]),
            ("wrong-keys", lambda right, activations: activations[:-1]),
        ),
        *slips_in(
            "answer",
            ("one-example-only", of_rows(FIRST_ROW, 0)),
            ("one-example-only", of_rows(LAST_ROW, 0)),
        ),
    ),
    {
        "layer-skipped": Hint(code=ONE_LAYER_EACH),
        "larger-branch": Hint(
            advice="The sign of what comes in chooses the branch, whatever the slope is. For which slopes "
            "does the larger of the two lie on the other branch?",
            experiment="Send -1 and 1 through a leaky ReLU of slope 2.5: which of the two results should be "
            "the steeper one?",
            code="tiny_row = np.array([[-1.0, 1.0]])\n"
            'print(forward_layers(tiny_row, [{"type": "leaky_relu", "slope": 2.5}]))',
        ),
        "wrong-activation": Hint(
            advice="Each layer says by its type which function it applies, and with which slope. Which of "
            "them applies another one in your code?",
            experiment="Follow one row through a sigmoid alone and through a leaky ReLU of slope 2.5 alone: "
            "what should become of -1, of 0 and of 1?",
            code=ONE_LAYER_EACH,
        ),
        "wrong-sign": Hint(
            advice="A leaky ReLU never falls: a larger input makes a larger output, on both sides of 0.",
            experiment="Send -2, -1 and 0 through a leaky ReLU and go from left to right: do they rise?",
            code="tiny_row = np.array([[-2.0, -1.0, 0.0]])\n"
            'print(forward_layers(tiny_row, [{"type": "leaky_relu", "slope": 0.5}]))',
        ),
        "ignores-argument": Hint(
            experiment="Send the same row through a leaky ReLU with slope 0.05 and one with slope 0.7: what "
            "should differ?",
            code="tiny_row = np.array([[-2.0, 3.0]])\n"
            "for tiny_slope in (0.05, 0.7):\n"
            '    print(forward_layers(tiny_row, [{"type": "leaky_relu", "slope": tiny_slope}]))',
        ),
        "wrong-keys": Hint(
            advice="The list has one entry more than there are layers: what went in stands first, what the "
            "last layer makes stands last.",
            experiment="Count the layers and the entries of what comes back, then print its first and its "
            "last entry.",
            code=f"{TINY}\ntiny_list = forward_layers(*tiny)\n"
            "print(len(tiny_layers), len(tiny_list), tiny_list[0], tiny_list[-1])",
        ),
    },
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(X, layers)`."""
    cases = [Case(n.label, (n.X, n.layers), n.tags, n.counts, context=n) for n in layer_lists(rng)]
    return stored_by_columns(cases, DENSE_ALONE)


def _kind_of_layer(part: str, case: Case) -> str:
    """The kind of layer that made the activations: networks differ in all but that."""
    index, network = int(part[len("activations[") : -1] if "[" in part else -1), case.context
    if not 0 < index <= len(network.layers):
        return part
    return f"behind {network.kind(index - 1)}"


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf, (X, layers) = import_tensorflow(), case.arguments
    activations = [float64(tf, X)]
    for layer in tensor_layers(tf, layers):
        activations.append(layer_tensor(tf, layer, activations[-1]))
    return [A.numpy() for A in activations]


# --- Invariants and error carried forward -----------------------------------------------------------


def _carry_forward(case: Case, own) -> dict:
    """The activations behind each layer, given the learner's own before it."""
    network: LayerList = case.context
    names = [f"activations[{i}]" for i in range(len(network.layers) + 1)]
    pairs = zip(network.layers, names, names[1:], strict=False)
    return {after: apply(layer, own[before]) for layer, before, after in pairs if before in own}


def _begins_with_the_examples(case: Case, parts) -> bool:
    return bool(np.array_equal(parts["activations[0]"], case.arguments[0]))


# --- Right answers in other styles ------------------------------------------------------------------


def forward_layers_by_reduction(X, layers):
    def behind(activations, layer):
        A = activations[-1]
        if layer["type"] == "dense":
            return [*activations, np.einsum("mi,io->mo", A, layer["W"]) + layer["b"]]
        if layer["type"] == "sigmoid":
            return [*activations, 0.5 * (1 + np.tanh(np.asarray(A) / 2))]
        return [*activations, np.maximum(A, 0) + layer["slope"] * np.minimum(A, 0)]

    return reduce(behind, layers, [np.array(X)])


def forward_layers_by_a_table(X, layers):
    table = {
        "dense": lambda A, type, W, b: A @ W + b,
        "sigmoid": lambda A, type: 1 / (1 + np.exp(-A)),
        "leaky_relu": lambda A, type, slope: A * np.where(A < 0, slope, 1),
    }
    found = [X]
    for layer in layers:
        found.append(table[layer["type"]](found[-1], **layer))
    return found


def forward_layers_by_recursion(X, layers):
    if not layers:
        return [X]
    first, *others = layers
    if first["type"] == "dense":
        A = np.tensordot(X, first["W"], axes=1) + first["b"][None, :]
    else:
        slope = first.get("slope")
        A = 1 / (1 + np.exp(-X)) if slope is None else np.where(X <= 0, slope * X, X)
    return [X] + forward_layers_by_recursion(A, others)


def forward_layers_example_by_example(X, layers):
    def of_one(x):
        found = [x]
        for layer in layers:
            a = found[-1]
            match layer["type"]:
                case "dense":
                    a = layer["b"] + sum(a[i] * layer["W"][i] for i in range(len(a)))
                case "sigmoid":
                    a = np.array([1 / (1 + np.exp(-entry)) for entry in a])
                case "leaky_relu":
                    a = np.array([entry if entry > 0 else layer["slope"] * entry for entry in a], float)
            found.append(a)
        return found

    return [np.stack(rows) for rows in zip(*map(of_one, X), strict=True)]


def forward_layers_in_columns(X, layers):
    columns = [np.asarray(X).T]
    for layer in layers:
        A = columns[-1]
        if "W" in layer:
            columns.append(layer["W"].T @ A + layer["b"][:, np.newaxis])
        elif "slope" in layer:
            columns.append(np.where(A > 0, 1.0, layer["slope"]) * A)
        else:
            columns.append(np.exp(A) / (1 + np.exp(A)))
    return tuple(A.T for A in columns)


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="forward_layers",
    points=2,
    asks="the activations behind each layer of a list",
    reread=sections.FORWARD,
    general_hints=(
        "What is the only thing that a layer needs from the one before it?",
        (
            "Each layer takes the last array of the list and appends its own. Which of the three it is "
            "stands in its dict."
        ),
        (
            "A list that begins with `X` and has one array more than there are layers. In the loop three "
            'cases, by `"type"`; only one of them has a matrix product.'
        ),
    ),
    examples={
        "tiny": TINY,
        "tiny_twice": "tiny_twice = np.tile(tiny_rows, (2, 1)), tiny_layers",
        "tiny_far": "tiny_far = 1000.0 * np.ones((1, 2)), [{'type': 'sigmoid'}]",
    },
    hints={
        "mutates-arguments": Hint(
            advice="Operators such as `-=` and assignments to slices work in place, on an argument and on "
            "any array that is in your list already. Make a new array first.",
            code='tiny = np.array([[-2.0, 3.0]]), [{"type": "leaky_relu", "slope": 0.5}]\n'
            "print(tiny)\nforward_layers(*tiny)\nprint(tiny)",
        ),
        "integer-truncation": Hint(
            code=f"{TINY_LAYERS}\ntiny = np.array([[1, 2], [-3, 0]])\n"
            "print(forward_layers(tiny, tiny_layers))\nprint(forward_layers(1.0 * tiny, tiny_layers))"
        ),
    },
    arguments=("X", "layers"),
    cases=_cases,
    reference=_reference,
    read=read_activations,
    solve=forward_layers,
    steps=STEPS,
    slips=SLIPS,
    alias=_kind_of_layer,
    carry_forward=_carry_forward,
    extra_mean="needless-mean",
    axes={"activations": ("example", "unit")},
    invariants=(Invariant("The first entry is not what went in.", _begins_with_the_examples),),
    right=(
        forward_layers_by_reduction,
        forward_layers_by_a_table,
        forward_layers_by_recursion,
        forward_layers_example_by_example,
        forward_layers_in_columns,
    ),
    equivalent={
        SAME_TYPES: (
            "if layer['type'] == 'dense': -> if layer['type'] <= 'dense':",
            "elif layer['type'] == 'sigmoid': -> elif layer['type'] >= 'sigmoid':",
        ),
        "At 0 both branches give 0.": (
            "A = np.where(A > 0, A, layer['slope'] * A) -> A = np.where(A >= 0, A, layer['slope'] * A)",
        ),
    },
)
