"""Lesson 2: a unit, a layer, a network of sigmoid layers, its cost, its size and its first weights.

The initial weights are those of Glorot and Bengio, "Understanding the difficulty of training deep
feedforward neural networks", AISTATS 2010, as Keras draws them.
"""

from __future__ import annotations

import copy
from itertools import pairwise

import numpy as np

from grader.learner.functions import Activation
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Lesson, Slip, in_order
from grader.lessons.invariants import not_negative, of
from grader.lessons.networks import LESSON_SIZES, Network, networks, random_network
from grader.lessons.tensors import tensor_of
from utils.network import sigmoid, softmax
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def dense(A_prev, W, b, activation, affine, activate):
    """The layer for a batch `A_prev` (m, n_in) or for one example (n_in,)."""
    return activate(affine(A_prev, W, b), activation)


def affine(A_prev, W, b):
    return A_prev @ W + b


def activate(Z, activation):
    return activation(Z)


def forward(X, params, *, layer, handed_on, kept):
    depth = len(params) // 2
    A, fed, cache = X, X, {"A0": X}
    for number in range(1, depth + 1):
        W, b = params[f"W{number}"], params[f"b{number}"]
        Z, A = layer(fed, W, b, number, depth)
        cache[f"Z{number}"], cache[f"A{number}"] = kept(fed @ W, Z, A)
        fed = handed_on(Z, A)
    return A, cache


def sigmoid_layer(A_prev, W, b, number, depth):
    """`(Z, A)` of one layer of the network."""
    Z = A_prev @ W + b
    return Z, sigmoid(Z)


def handed_on(Z, A):
    """What the next layer is fed."""
    return A


def kept(product, Z, A):
    """What goes into the cache for `Z` and `A`; `product` is `Z` before the bias."""
    return Z, A


def count_parameters(layer_sizes, *, of_layer):
    return sum(of_layer(n_in, n_out) for n_in, n_out in pairwise(layer_sizes))


def parameters_of_layer(n_in, n_out):
    return n_in * n_out + n_out


def binary_cross_entropy(Y, A, *, losses):
    return np.mean(losses(Y, A))


def losses(Y, A):
    return -Y * np.log(A) - (1 - Y) * np.log(1 - A)


def glorot_uniform(n_in, n_out, rng):
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_in, n_out))


# --- Slips: small wrong steps -----------------------------------------------------------------------


def relu(Z):
    return np.maximum(Z, 0.0)


def _softmax(Z):
    """Softmax over the units, also of a single example."""
    return softmax(Z.reshape(-1, Z.shape[-1])).reshape(Z.shape)


OTHER_ACTIVATIONS = (np.tanh, relu, _softmax)


def _float32(*arrays):
    return tuple(np.asarray(array, np.float32) for array in arrays)


def _in_the_type_of_the_inputs(right, A_prev, *others, **steps):
    return right(A_prev, *others, **steps).astype(A_prev.dtype)


LAYER_SLIPS = (
    Slip("integer-truncation", {"answer": _in_the_type_of_the_inputs}),
    Slip("activation-skipped", {"activate": lambda right, Z, g: Z}),
    Slip("activation-twice", {"activate": lambda right, Z, g: g(g(Z))}),
    *(
        Slip("wrong-activation", {"activate": lambda right, Z, g, other=other: other(Z)})
        for other in (sigmoid, *OTHER_ACTIVATIONS)
    ),
    Slip("bias-skipped", {"affine": lambda right, A_prev, W, b: A_prev @ W}),
    Slip("weights-transposed", {"affine": lambda right, A_prev, W, b: right(A_prev, W.T, b)}),
    Slip("low-precision", {"affine": lambda right, A_prev, W, b: right(*_float32(A_prev, W, b))}),
    Slip("low-precision", {"affine": lambda right, A_prev, W, b: _float32(right(A_prev, W, b))[0]}),
    Slip("low-precision", {"affine": lambda right, A_prev, W, b: right(*_float32(A_prev), W, b)}),
)


def _one_example(rows) -> Slip:
    return Slip(
        "one-example-only",
        {"answer": lambda right, A_prev, *others, **steps: right(A_prev[rows], *others, **steps)},
    )


def _repeated_example(row) -> Slip:
    """The answer to one example in the place of all answers."""

    def answer(right, A_prev, *others, **steps):
        return right(np.broadcast_to(A_prev[row], A_prev.shape), *others, **steps)

    return Slip("one-example-only", {"answer": answer})


ONE_EXAMPLE_SLIPS = (
    *map(_one_example, (slice(0, 1), slice(-1, None), 0, -1)),
    *map(_repeated_example, (0, -1)),
)


def _averaged_example(keepdims) -> Slip:
    def answer(right, A_prev, *others, **steps):
        return right(A_prev.mean(axis=0, keepdims=keepdims), *others, **steps)

    return Slip("needless-mean", {"answer": answer})


AVERAGED_EXAMPLE_SLIPS = tuple(map(_averaged_example, (True, False)))

AVERAGED_ANSWER_SLIPS = tuple(
    Slip(
        "needless-mean",
        {"answer": lambda right, *all, keep=keep, **steps: right(*all, **steps).mean(axis=0, keepdims=keep)},
    )
    for keep in (True, False)
)


def _layer_with(hidden, output):
    """A layer whose activation is `hidden`, or `output` if it is the last."""

    def layer(right, A_prev, W, b, number, depth):
        Z, _ = right(A_prev, W, b, number, depth)
        return Z, (output if number == depth else hidden)(Z)

    return {"layer": layer}


def _layer_from(change):
    """A layer that is computed from other arrays than its own: `change(A_prev, W, b)`."""
    return {"layer": lambda right, A_prev, W, b, number, depth: right(*change(A_prev, W, b), number, depth)}


def _biases_only_where(has_biases) -> Slip:
    """Leave out the biases of some layers; `has_biases(number, depth)` says which ones are kept."""

    def layer(right, A_prev, W, b, number, depth):
        return right(A_prev, W, b if has_biases(number, depth) else 0 * b, number, depth)

    return Slip("bias-skipped", {"layer": layer})


def _linear(Z):
    return Z


def _twice(Z):
    return sigmoid(sigmoid(Z))


def _flat_predictions(right, X, params, **steps):
    A, cache = right(X, params, **steps)
    return A[:, 0], cache


NETWORK_SLIPS = (
    Slip("hidden-layer-linear", _layer_with(_linear, sigmoid)),
    Slip("output-layer-linear", _layer_with(sigmoid, _linear)),
    Slip("activation-skipped", _layer_with(_linear, _linear)),
    Slip("activation-skipped", {"handed_on": lambda right, Z, A: Z}),
    Slip("activation-skipped", {"kept": lambda right, product, Z, A: (Z, Z)}),
    Slip("activation-twice", _layer_with(_twice, _twice)),
    Slip("activation-twice", _layer_with(sigmoid, _twice)),
    Slip("activation-twice", _layer_with(_twice, sigmoid)),
    Slip("activation-twice", {"handed_on": lambda right, Z, A: sigmoid(A)}),
    *(
        Slip("wrong-activation", _layer_with(hidden, output))
        for other in OTHER_ACTIVATIONS
        for hidden, output in ((other, other), (other, sigmoid), (sigmoid, other))
    ),
    *map(
        _biases_only_where,
        (
            lambda number, depth: False,
            lambda number, depth: number == depth,
            lambda number, depth: number < depth,
            lambda number, depth: number == 1,
            lambda number, depth: number > 1,
        ),
    ),
    Slip("bias-skipped", {"kept": lambda right, product, Z, A: (product, A)}),
    Slip("weights-transposed", _layer_from(lambda A_prev, W, b: (A_prev, W.T, b))),
    Slip("low-precision", _layer_from(_float32)),
    Slip("low-precision", _layer_from(lambda A_prev, W, b: (*_float32(A_prev), W, b))),
    Slip("low-precision", {"answer": lambda right, X, params, **steps: right(*_float32(X), params, **steps)}),
    Slip("extra-axis", {"answer": _flat_predictions}),
    *ONE_EXAMPLE_SLIPS,
    *AVERAGED_EXAMPLE_SLIPS,
)

COUNT_SLIPS = (
    Slip("bias-skipped", {"of_layer": lambda right, n_in, n_out: n_in * n_out}),
    Slip("bias-skipped", {"answer": lambda right, sizes, **steps: right(sizes, **steps) - sizes[-1]}),
)


def _logarithm(divisor):
    return lambda right, Y, A: right(Y, A) / divisor


def _with_small_number(epsilon):
    return lambda right, Y, A: -Y * np.log(A + epsilon) - (1 - Y) * np.log(1 - A + epsilon)


COST_SLIPS = (
    Slip("positive-term-only", {"losses": lambda right, Y, A: -Y * np.log(A)}),
    Slip("labels-swapped", {"losses": lambda right, Y, A: right(1 - Y, A)}),
    Slip("wrong-sign", {"losses": lambda right, Y, A: -Y * np.log(A) + (1 - Y) * np.log(1 - A)}),
    Slip("wrong-sign", {"losses": lambda right, Y, A: Y * np.log(A) - (1 - Y) * np.log(1 - A)}),
    Slip("wrong-axis", {"losses": lambda right, Y, A: right(Y[:, 0], A)}),  # every label, every prediction
    Slip("wrong-log-base", {"losses": _logarithm(np.log(2))}),
    Slip("wrong-log-base", {"losses": _logarithm(np.log(10))}),
    Slip("activation-twice", {"losses": lambda right, Y, A: right(Y, sigmoid(A))}),
    Slip("not-a-scalar", {"answer": lambda right, Y, A, losses: losses(Y, A)}),
    Slip("not-a-scalar", {"answer": lambda right, Y, A, losses: losses(Y, A)[:, 0]}),
    *(
        Slip("one-example-only", {"losses": lambda right, Y, A, rows=rows: right(Y[rows], A[rows])})
        for rows in (slice(0, 1), slice(-1, None))
    ),
    *(Slip("clipped", {"losses": _with_small_number(10.0**-k)}) for k in range(4, 10)),
)

GLOROT_SLIPS = (Slip("transposed", {"answer": lambda right, n_in, n_out, rng: right(n_in, n_out, rng).T}),)


# --- Cases ------------------------------------------------------------------------------------------

LAYERS = (
    # label, m, n_in, n_out, activation, tags
    ("the lesson's first layer", 12, 64, 25, "sigmoid", {"lesson"}),
    ("a layer of 5 inputs and 3 units, tanh", 7, 5, 3, "tanh", set()),
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


def _layer_cases(rng) -> list[Case]:
    """Arguments `(A_prev, W, b, activation)`."""
    cases = []
    for label, m, n_in, n_out, activation, tags in LAYERS:
        network = random_network(rng, label, (n_in, n_out), m, tags)
        arguments = (network.X, network.params["W1"], network.params["b1"], Activation(activation))
        counts = {"m": m, "inputs": n_in, "units": n_out}
        cases.append(Case(label, arguments, frozenset(tags), counts))
    return cases


def _example_cases(rng) -> list[Case]:
    """The same layers for their first example: arguments `(a_prev, W, b, activation)`."""
    return [
        Case(case.label, (case.arguments[0][0], *case.arguments[1:]), case.tags)
        for case in _layer_cases(rng)
        if "one example" not in case.tags
    ]


def _forward_networks(rng) -> list[Network]:
    return [
        *networks(rng),
        random_network(rng, "a network with three output units", (5, 4, 3), 6),
        random_network(rng, "square layers throughout, 4-4-4-4", (4, 4, 4, 4), 5, {"square"}),
    ]


def _forward_cases(rng) -> list[Case]:
    return [Case(n.label, (n.X, n.params), n.tags, n.counts, context=n) for n in _forward_networks(rng)]


def _cost_cases(rng) -> list[Case]:
    cases = []
    for network in networks(rng):
        A, Y = network.cache()[f"A{network.depth}"], network.Y
        if network.tags & {"one example"}:
            Y = np.ones_like(Y)
        counts = {"m": len(Y), "examples labelled 1": int(Y.sum()), "classes": 2}
        label = f"{len(Y)} predictions of {network.label}"
        cases.append(Case(label, (Y, A), network.tags - {f"depth {network.depth}"}, counts))
    return cases


SIZES = (
    ("the lesson's network", LESSON_SIZES, {"lesson", "depth 3"}),
    ("a 7-5-3-1 network", (7, 5, 3, 1), {"depth 3"}),
    ("a square network", (4, 4, 4, 4), {"depth 3", "square"}),
    ("a network of one layer", (9, 4), {"depth 1"}),
    ("a single unit", (6, 1), {"depth 1", "one unit"}),
    ("one input and one unit", (1, 1), {"depth 1", "one unit"}),
    ("a network of two layers", (5, 8, 2), {"depth 2"}),
    ("a network of four layers", (6, 5, 4, 3, 2), {"depth 4"}),
    ("a network for photographs of handwriting", (784, 512, 256, 10), {"depth 3"}),
)


def _count_cases(rng) -> list[Case]:
    drawn = tuple(int(size) for size in rng.integers(2, 40, size=4))
    sizes = (*SIZES, ("a network of three layers", drawn, {"depth 3"}))
    return [Case(label, ([*layer_sizes],), frozenset(tags)) for label, layer_sizes, tags in sizes]


def _glorot_cases(rng) -> list[Case]:
    shapes = (
        ("the lesson's first layer", 64, 25, {"lesson"}),
        ("the lesson's second layer", 25, 15, set()),
        ("the lesson's output layer", 15, 1, {"one unit"}),
        ("more units than inputs", 5, 12, set()),
        ("more inputs than units", 40, 3, set()),
        ("a square layer", 7, 7, {"square"}),
        ("one input", 1, 6, {"one input"}),
        ("one input and one unit", 1, 1, {"one unit"}),
    )
    return [
        Case(label, (n_in, n_out, np.random.default_rng(int(rng.integers(2**32)))), frozenset(tags))
        for label, n_in, n_out, tags in shapes
    ]


# --- References: TensorFlow in float64 --------------------------------------------------------------


def _keras_layer(tf, A_prev, W, b, activation):
    """What Keras's `Dense` gives with these weights."""
    layer = tf.keras.layers.Dense(len(b), activation=lambda z: tensor_of(activation, tf, z), dtype="float64")
    layer.build((None, len(W)))
    layer.set_weights([W, b])
    return layer(tf.cast(A_prev, tf.float64)).numpy()


def _dense_reference(case: Case):
    return _keras_layer(import_tensorflow(), *case.arguments)


def _dense_loop_reference(case: Case):
    a_prev, *others = case.arguments
    return _keras_layer(import_tensorflow(), a_prev[np.newaxis], *others)[0]


def _forward_reference(case: Case):
    tf = import_tensorflow()
    X, params = case.arguments
    A = tf.cast(X, tf.float64)
    cache = {"A0": A.numpy()}
    for layer in range(1, len(params) // 2 + 1):
        W, b = (tf.cast(params[f"{kind}{layer}"], tf.float64) for kind in "Wb")
        Z = A @ W + b
        A = tf.sigmoid(Z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = Z.numpy(), A.numpy()
    return A.numpy(), cache


def _cost_reference(case: Case):
    tf = import_tensorflow()
    Y, A = (tf.cast(array, tf.float64) for array in case.arguments)
    return float(tf.reduce_mean(-Y * tf.math.log(A) - (1 - Y) * tf.math.log1p(-A)))


def _count_reference(case: Case):
    """What Keras counts, layer by layer."""
    tf = import_tensorflow()
    total = 0
    for n_in, n_out in pairwise(case.arguments[0]):
        layer = tf.keras.layers.Dense(n_out, kernel_initializer="zeros")
        layer.build((None, n_in))
        total += layer.count_params()
    return total


def _glorot_reference(case: Case):
    """What an equal generator draws between Keras's limits."""
    tf = import_tensorflow()
    n_in, n_out, rng = case.arguments
    limit = float(tf.sqrt(tf.constant(6.0, tf.float64) / (n_in + n_out)))
    return copy.deepcopy(rng).uniform(-limit, limit, size=(n_in, n_out))


# --- What to read again, and small arguments to experiment with -------------------------------------

SECTIONS = {
    # name: the section that explains it, where that is another than the exercise's own
    "activation-skipped": "1.2 A weighted sum and a squash",
    "activation-twice": "1.2 A weighted sum and a squash",
    "bias-skipped": "1.2 A weighted sum and a squash",
    "weights-transposed": "2.2 All units and all examples at once",
    "transposed": "2.2 All units and all examples at once",
    "wrong-activation": "2.4 The activation is yours to choose",
    "wrong-keys": "3.2 The cache",
    "wrong-axis": "4.3 Trap: labels without their axis",
    "extra-axis": "4.5 Trap: the example that lost its axis",
}

NET = "tiny = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]]), initialize([3, 2, 1], seed=0)"
LAYER = (
    "tiny_W, tiny_b = np.array([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5]]), np.array([0.1, 0.2, 0.3])\n"
    "tiny = {}, tiny_W, tiny_b, np.arctan"
)


# --- The lesson -------------------------------------------------------------------------------------


def _same_layer_of_the_lesson(part: str, case: Case) -> str:
    """The output layer is the lesson's third, a hidden layer its first or second."""
    network: Network = case.context
    head, layer = part[: len("cache['Z")], part[len("cache['Z") : -len("']")]
    if head not in ("cache['Z", "cache['A") or layer not in map(str, range(1, network.depth + 1)):
        return part
    return f"{head}{3 if int(layer) == network.depth else min(int(layer), 2)}']"


def _in_any_order(draws: np.ndarray) -> np.ndarray:
    """Numbers in order of size, with the sign that makes the one of largest magnitude positive."""
    flat = np.sort(draws, axis=None)
    if flat.size and flat[0] + flat[-1] < 0:
        flat = -flat[::-1]
    return flat.reshape(draws.shape)


def _carried_forward(case: Case, own) -> dict:
    """Each array of the cache given the one before it, and the predictions given the last."""
    _, params = case.arguments
    expected, depth = {}, len(params) // 2
    for layer in range(1, depth + 1):
        A_prev, Z, A = (f"cache['{name}']" for name in (f"A{layer - 1}", f"Z{layer}", f"A{layer}"))
        if A_prev in own:
            expected[Z] = own[A_prev] @ params[f"W{layer}"] + params[f"b{layer}"]
        if Z in own:
            expected[A] = sigmoid(own[Z])
    last = f"cache['A{depth}']"
    return expected | {"A": own[last]} if last in own else expected


def _is_activated(case: Case, parts) -> bool:
    """Every A but the first, which is the input, lies between 0 and 1."""
    made = [value for name, value in parts.items() if name.startswith("cache['A") and name != "cache['A0']"]
    return all(bool(np.all((value >= 0) & (value <= 1))) for value in made)


def _ends_with_the_cache(case: Case, parts) -> bool:
    last = parts[f"cache['A{len(case.arguments[1]) // 2}']"]
    return bool(np.abs(parts["A"] - last).max() <= 1e-9)


def _is_within_limits(case: Case, parts) -> bool:
    n_in, n_out, _ = case.arguments
    return bool(np.abs(parts["W"]).max() <= np.sqrt(6 / (n_in + n_out)))


LAYER_STEPS = {"affine": affine, "activate": activate}

EXERCISES = (
    Exercise(
        name="dense_loop",
        points=2,
        asks="a layer for one example, unit by unit",
        reread="2.1 Many units look at the same input",
        sections={**SECTIONS, "weights-transposed": "2.1 Many units look at the same input"},
        examples={
            "tiny": LAYER.format("np.array([1, 2])"),
        },
        arguments=("a_prev", "W", "b", "activation"),
        cases=_example_cases,
        reference=_dense_loop_reference,
        solve=dense,
        steps=LAYER_STEPS,
        slips=LAYER_SLIPS,
        parts=("a",),
        extra_mean="needless-mean",
        axes={"a": ("unit",)},
    ),
    Exercise(
        name="dense",
        points=3,
        asks="a layer for a batch, at once",
        reread="2.2 All units and all examples at once",
        sections=SECTIONS,
        examples={
            "tiny": LAYER.format("np.array([[1, 2], [3, -1], [0, 1], [2, 2]])"),
            "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), *tiny[1:]",
            "tiny_far": "tiny_far = np.array([[-30.0], [30.0]]), np.array([[1.0]]), np.array([0.0]), sigmoid",
        },
        arguments=("A_prev", "W", "b", "activation"),
        cases=_layer_cases,
        reference=_dense_reference,
        solve=dense,
        steps=LAYER_STEPS,
        slips=(*LAYER_SLIPS, *ONE_EXAMPLE_SLIPS, *AVERAGED_EXAMPLE_SLIPS, *AVERAGED_ANSWER_SLIPS),
        parts=("A",),
        extra_mean="needless-mean",
        axes={"A": ("example", "unit")},
    ),
    Exercise(
        name="forward",
        points=4,
        asks="the forward pass of a network of any depth, with its cache",
        reread="3.1 Layers in a row",
        sections=SECTIONS,
        examples={
            "tiny": NET,
            "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), tiny[1]",
            "tiny_far": "tiny_far = np.array([[1e3, -1e3, 0.0]]), initialize([3, 2, 1], seed=0)",
            "hidden-layer-linear": NET + "\nprint(forward(100 * tiny[0], tiny[1])[1]['A1'])",
            "output-layer-linear": NET + "\nprint(forward(tiny[0], {**tiny[1], 'b2': np.array([100.0])})[0])",
        },
        arguments=("X", "params"),
        cases=_forward_cases,
        reference=_forward_reference,
        solve=forward,
        steps={"layer": sigmoid_layer, "handed_on": handed_on, "kept": kept},
        slips=NETWORK_SLIPS,
        parts=("A", "cache"),
        open_dicts=("cache",),
        alias=_same_layer_of_the_lesson,
        carry_forward=_carried_forward,
        extra_mean="needless-mean",
        axes={"cache['A0']": ("example", "feature"), "cache": ("example", "unit"), "A": ("example", "unit")},
        invariants=(
            Invariant("Some activations in the cache do not lie between 0 and 1.", _is_activated),
            Invariant("The predictions are not the last activations of the cache.", _ends_with_the_cache),
        ),
    ),
    Exercise(
        name="count_parameters",
        points=2,
        asks="the number of weights and biases of a network",
        reread="3.4 Count the parameters",
        sections={**SECTIONS, "bias-skipped": "3.4 Count the parameters"},
        examples={
            "tiny": "tiny = ([3, 2, 1],)",
            "bias-skipped": "print(count_parameters([1, 1]), count_parameters([3, 2, 1]))",
        },
        hints={
            "bias-skipped": Hint(
                advice=(
                    "Every unit has one number of its own beside its weights. How many units has each"
                    " layer, and are their numbers in your sum?"
                ),
                experiment=(
                    "Count by hand what a layer of one input and one unit has, then draw a 3-2-1 "
                    "network and count its lines and its units."
                ),
            ),
        },
        arguments=("layer_sizes",),
        cases=_count_cases,
        reference=_count_reference,
        solve=count_parameters,
        steps={"of_layer": parameters_of_layer},
        slips=COUNT_SLIPS,
        parts=("count",),
        invariants=(of("count", lambda count: count > 0, "A network has at least one parameter."),),
    ),
    Exercise(
        name="binary_cross_entropy",
        points=3,
        asks="the cost of a batch of predictions",
        reread="4.1 How wrong is it?",
        sections={**SECTIONS, "activation-twice": "4.1 How wrong is it?"},
        examples={
            "tiny": "tiny = np.array([[1], [0], [1]]), np.array([[0.9], [0.2], [0.5]])",
            "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], (2, 1))",
            "tiny_far": "tiny_far = np.array([[1], [0]]), np.array([[1e-12], [1 - 1e-12]])",
        },
        arguments=("Y", "A"),
        cases=_cost_cases,
        reference=_cost_reference,
        solve=binary_cross_entropy,
        steps={"losses": losses},
        slips=COST_SLIPS,
        parts=("J",),
        invariants=(not_negative("J"),),
    ),
    Exercise(
        name="glorot_uniform",
        points=3,
        asks="random initial weights of the right size",
        reread="5.3 How large?",
        sections={**SECTIONS, "transposed": "5.3 How large?"},
        examples={
            "tiny": "tiny = 3, 2, np.random.default_rng(0)",
        },
        arguments=("n_in", "n_out", "rng"),
        cases=_glorot_cases,
        reference=_glorot_reference,
        solve=glorot_uniform,
        slips=GLOROT_SLIPS,
        parts=("W",),
        canonical=_in_any_order,
        extra_mean="needless-mean",
        axes={"W": ("input", "unit")},
        invariants=(
            Invariant("Some weights are larger than the limits for these sizes allow.", _is_within_limits),
        ),
    ),
)

LESSON = Lesson(
    name="02_forward_propagation",
    title="Forward propagation",
    builds=(
        "a layer in loops and at once, a network of any depth with its cache, the count of its "
        "parameters, weights to start from; the same numbers from Keras's `Dense`"
    ),
    minutes="90–120",
    exercises=in_order(*EXERCISES),
)
