"""The exercise `forward`: the forward pass of a network of any depth, with its cache."""

from __future__ import annotations

from functools import reduce

import numpy as np

from grader.lessons import withheld
from grader.lessons.cases import (
    network_cases,
    stored_by_columns,
)
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Slip
from grader.lessons.forward_propagation import sections
from grader.lessons.forward_propagation.batch_slips import AVERAGED_EXAMPLE_SLIPS, ONE_EXAMPLE_SLIPS
from grader.lessons.forward_propagation.layer import OTHER_ACTIVATIONS, to_float32
from grader.lessons.headings import no_later_than
from grader.lessons.networks import (
    TWO_LAYERS,
    further_networks,
    networks,
    random_network,
)
from grader.lessons.slips import SQUARE, slips_in, transposed_if_square
from grader.lessons.tensors import float64, layer_tensors
from utils.network import sigmoid
from utils.tensorflow import import_tensorflow

TINY = "tiny = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]]), initialize([3, 2, 1], seed=0)"


# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def layer(A_prev, W, b, number, depth):
    """`(Z, A)` `(m, n_out)` of the layer `number`, counted from 1, of `depth` sigmoid layers."""
    Z = A_prev @ W + b
    return Z, sigmoid(Z)


def handed_on(Z, A):
    """The input of the next layer."""
    return A


def kept(product, Z, A):
    """The entries of the cache for `Z` and `A`; `product` is `Z` before the bias."""
    return Z, A


def forward(X, params, *, layer, handed_on, kept):
    """The predictions `(m, n_L)` and the cache of a sigmoid network for the examples `X` `(m, n)`.

    `params` has `W1` `(n_in, n_out)`, `b1` `(n_out,)` and so on. The cache has `A0`, which is `X`, and `Z1`,
    `A1` and so on, each `(m, n_out)`.
    """
    depth = len(params) // 2
    A, fed, cache = X, X, {"A0": X}
    for number in range(1, depth + 1):
        W, b = params[f"W{number}"], params[f"b{number}"]
        Z, A = layer(fed, W, b, number, depth)
        cache[f"Z{number}"], cache[f"A{number}"] = kept(fed @ W, Z, A)
        fed = handed_on(Z, A)
    return A, cache


# --- Slips ------------------------------------------------------------------------------------------


def _activations(hidden, output):
    """Layers with the activation `hidden`, the last one with `output`; None leaves them as they are."""

    def layer(right, A_prev, W, b, number, depth):
        Z, A = right(A_prev, W, b, number, depth)
        activation = output if number == depth else hidden
        return Z, A if activation is None else activation(Z)

    return {"layer": layer}


def _layer_of(change):
    """Layers of other arrays than their own: `change(A_prev, W, b)`."""
    return {"layer": lambda right, A_prev, W, b, number, depth: right(*change(A_prev, W, b), number, depth)}


def _biases_only_where(has_biases) -> Slip:
    """Layers without biases, but for those where `has_biases(number, depth)`."""

    def layer(right, A_prev, W, b, number, depth):
        return right(A_prev, W, b if has_biases(number, depth) else 0 * b, number, depth)

    return Slip("bias-skipped", {"layer": layer})


def _linear(Z):
    return Z


def _twice(Z):
    return sigmoid(sigmoid(Z))


def _activated_from_the_start(right, A_prev, W, b, number, depth):
    """What is called Z has been through the sigmoid already, and goes through it once more."""
    _, A = right(A_prev, W, b, number, depth)
    return A, sigmoid(A)


def _flat_predictions(right, X, params, **steps):
    A, cache = right(X, params, **steps)
    return A[:, 0], cache


def _without_last_layer(right, X, params, **steps):
    depth = len(params) // 2
    if depth == 1:
        return X, {"A0": X}
    return right(X, {k: v for k, v in params.items() if int(k[1:]) < depth}, **steps)


SQUARE_LAYER = Hint(
    experiment=SQUARE,
    code='tiny_net = {"W1": np.array([[0.0, 0.0], [1.0, 0.0]]), "b1": np.zeros(2)}\n'
    "print(forward(np.array([[1.0, 2.0]]), tiny_net)[0])",
)
TWO_ARRAYS = Hint(
    advice="Every layer makes two arrays, and the cache has a place for each. At which moment is what you "
    "keep for Z put through the sigmoid?",
    experiment="Print Z1 and A1 of inputs of some size: should Z1 stay between 0 and 1?",
    code=TINY + "\nprint(forward(100 * tiny[0], tiny[1])[1])",
)
ONE_LAYER_SHORT = Hint(
    advice="Each matrix of weights is used once. With which number does your loop begin, and with which does "
    "it end?",
    experiment="Call it with a network of two layers and list the names in the cache: which one is missing?",
    code=TINY + "\nprint(sorted(forward(*tiny)[1]))",
)
HIDDEN_LAYER = Hint(code=TINY + "\nprint(forward(100 * tiny[0], tiny[1])[1]['A1'])")
OUTPUT_LAYER = Hint(code=TINY + "\nprint(forward(tiny[0], {**tiny[1], 'b2': np.array([100.0])})[0])")

SLIPS = (
    Slip("hidden-layer-linear", _activations(_linear, None), hint=HIDDEN_LAYER),
    Slip("output-layer-linear", _activations(None, _linear), hint=OUTPUT_LAYER),
    Slip("activation-skipped", _activations(_linear, _linear)),
    Slip("activation-skipped", {"handed_on": lambda right, Z, A: Z}),
    Slip("activation-skipped", {"kept": lambda right, product, Z, A: (Z, Z)}),
    Slip("activation-twice", _activations(_twice, _twice)),
    Slip("activation-twice", _activations(None, _twice)),
    Slip("activation-twice", _activations(_twice, None)),
    Slip("activation-twice", {"layer": _activated_from_the_start}),
    Slip("activation-twice", {"handed_on": lambda right, Z, A: sigmoid(A)}),
    *(
        Slip("wrong-activation", _activations(hidden, output))
        for other in OTHER_ACTIVATIONS
        for hidden, output in ((other, other), (other, None), (None, other))
    ),
    _biases_only_where(lambda number, depth: False),
    _biases_only_where(lambda number, depth: number == depth),
    _biases_only_where(lambda number, depth: number < depth),
    _biases_only_where(lambda number, depth: number == 1),
    _biases_only_where(lambda number, depth: number > 1),
    Slip("bias-skipped", {"kept": lambda right, product, Z, A: (product, A)}),
    Slip("weights-transposed", _layer_of(lambda A_prev, W, b: (A_prev, W.T, b)), hint=SQUARE_LAYER),
    Slip(
        "weights-transposed",
        _layer_of(lambda A_prev, W, b: (A_prev, transposed_if_square(W), b)),
        hint=SQUARE_LAYER,
    ),
    Slip("pre-activation-overwritten", {"kept": lambda right, product, Z, A: (A, A)}, hint=TWO_ARRAYS),
    Slip("swapped-outputs", {"kept": lambda right, product, Z, A: (A, Z)}),
    Slip("last-layer-missing", {"answer": _without_last_layer}, hint=ONE_LAYER_SHORT),
    Slip("low-precision", _layer_of(to_float32)),
    Slip("low-precision", _layer_of(lambda A_prev, W, b: (*to_float32(A_prev), W, b))),
    *slips_in(
        "answer",
        ("low-precision", lambda right, X, params, **steps: right(*to_float32(X), params, **steps)),
        ("extra-axis", _flat_predictions),
    ),
    *ONE_EXAMPLE_SLIPS,
    *AVERAGED_EXAMPLE_SLIPS,
)


# --- Cases ------------------------------------------------------------------------------------------


def _cases(rng) -> list[Case]:
    """Arguments `(X, params)`."""
    drawn = [
        *networks(rng),
        random_network(rng, "a network with three output units", (5, 4, 3), 6),
        random_network(rng, "square layers throughout, 4-4-4-4", (4, 4, 4, 4), 5, {"square"}),
        *further_networks(rng),
    ]
    cases = network_cases(drawn, lambda network: (network.X, network.params))
    return stored_by_columns(cases, TWO_LAYERS)


# --- Reference --------------------------------------------------------------------------------------


def _reference(case: Case):
    tf = import_tensorflow()
    X, params = case.arguments
    cache = {"A0": float64(tf, X).numpy()}
    for number, (Z, A) in enumerate(layer_tensors(tf, params, X), start=1):
        cache[f"Z{number}"], cache[f"A{number}"] = Z.numpy(), A.numpy()
    return A.numpy(), cache


# --- Invariants and error carried forward -----------------------------------------------------------


def _counted_from_input(part: str, case: Case) -> str:
    """The output layer is the lesson's third layer, the first hidden layer its first, others its second."""
    depth = case.context.depth
    head, number = part[: len("cache['Z")], part[len("cache['Z") : -len("']")]
    if head not in ("cache['Z", "cache['A") or number not in map(str, range(1, depth + 1)):
        return part
    return f"{head}{3 if int(number) == depth else min(int(number), 2)}']"


def _carry_forward(case: Case, own) -> dict:
    """Each array of the cache given the one before it, and the predictions given the last."""
    _, params = case.arguments
    expected, depth = {}, len(params) // 2
    for number in range(1, depth + 1):
        A_prev, Z, A = (f"cache['{name}']" for name in (f"A{number - 1}", f"Z{number}", f"A{number}"))
        if A_prev in own:
            expected[Z] = own[A_prev] @ params[f"W{number}"] + params[f"b{number}"]
        if Z in own:
            expected[A] = sigmoid(own[Z])
    last = f"cache['A{depth}']"
    return expected | {"A": own[last]} if last in own else expected


def _is_activated(case: Case, parts) -> bool:
    """Whether every A but the first, which is the input, lies between 0 and 1."""
    made = [value for name, value in parts.items() if name.startswith("cache['A") and name != "cache['A0']"]
    return all(bool(np.all((value >= 0) & (value <= 1))) for value in made)


def _ends_with_the_cache(case: Case, parts) -> bool:
    last = parts[f"cache['A{len(case.arguments[1]) // 2}']"]
    return bool(np.abs(parts["A"] - last).max() <= 1e-9)


# --- Right answers in other styles ------------------------------------------------------------------


def forward_by_reduction_over_the_layers(X, params):
    def layer(cache, number):
        Z = np.tensordot(cache[f"A{number - 1}"], params[f"W{number}"], axes=1) + params[f"b{number}"]
        return {f"Z{number}": Z, f"A{number}": 1 / (1 + np.exp(-Z)), **cache}

    depth = len(params) // 2
    cache = reduce(layer, range(1, depth + 1), {"A0": X})
    return cache[f"A{depth}"], cache


def forward_in_columns_with_matrices(X, params):
    A, cache = np.asmatrix(X).T, {"A0": X.astype(float)}
    for number in range(1, 1 + max(int(name[1:]) for name in params)):
        Z = np.asmatrix(params[f"W{number}"]).T * A + params[f"b{number}"].reshape(-1, 1)
        A = 0.5 * (1 + np.tanh(Z / 2))
        cache.update({f"Z{number}": np.asarray(Z.T), f"A{number}": np.asarray(A.T)})
    return cache[f"A{number}"], cache


# --- The exercise -----------------------------------------------------------------------------------

EXERCISE = Exercise(
    name="forward",
    points=4,
    asks="the forward pass of a network of any depth, with its cache",
    reread=sections.NETWORK,
    general_hints=(
        "What does each layer need from the layer before it, and from `params`?",
        (
            "Do by hand what you would do for two layers, and see what changes in the second: only the "
            "number in the names. That number is your loop's variable."
        ),
        (
            "A loop from 1 to the number of layers, which is half the entries of `params`. In every round "
            "you compute Z and A of the layer and store both in the cache, which begins with `A0`. You "
            "return the last A and the cache."
        ),
    ),
    sections=no_later_than("3.2", sections.SECTIONS),
    examples={
        "tiny": TINY,
        "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), tiny[1]",
        "tiny_far": "tiny_far = np.array([[1e3, -1e3, 0.0]]), initialize([3, 2, 1], seed=0)",
    },
    arguments=("X", "params"),
    cases=_cases,
    reference=_reference,
    withheld=withheld.LESSON_2,
    solve=forward,
    steps={"layer": layer, "handed_on": handed_on, "kept": kept},
    slips=SLIPS,
    parts=("A", "cache"),
    open_dicts=("cache",),
    alias=_counted_from_input,
    carry_forward=_carry_forward,
    extra_mean="needless-mean",
    axes={"cache['A0']": ("example", "feature"), "cache": ("example", "unit"), "A": ("example", "unit")},
    invariants=(
        Invariant("Some activations in the cache do not lie between 0 and 1.", _is_activated),
        Invariant("The predictions are not the last activations of the cache.", _ends_with_the_cache),
    ),
    right=(forward_by_reduction_over_the_layers, forward_in_columns_with_matrices),
)
