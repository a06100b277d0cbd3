"""Lesson 3: the gradient of a sigmoid network with binary cross-entropy, one step at a time.

The formulas of the steps follow from the chain rule; their common source is Rumelhart, Hinton and
Williams, "Learning representations by back-propagating errors", Nature 323 (1986).
"""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np

from grader.learner.functions import Cubic, NetworkCost
from grader.lessons.error_signals import carried_back, carried_back_alone
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Lesson, Slip, in_order
from grader.lessons.invariants import slopes
from grader.lessons.networks import (
    Network,
    derivation_order,
    networks,
)
from grader.lessons.tensors import cost_tensor, loss_tensor, tensor_of, tensors
from utils.network import binary_cross_entropy, forward, sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def output_delta(A, Y):
    return (A - Y) / len(A)


def hidden_delta(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * A * (1 - A)


def parameter_gradients(A_prev, dZ):
    return A_prev.T @ dZ, dZ.sum(axis=0)


def layer_delta(network, layer, dZ_next, dZ_output):
    """`dZ` of a hidden layer of `network`, a namespace of params, cache, depth and steps."""
    W_next, A = network.params[f"W{layer + 1}"], network.cache[f"A{layer}"]
    return network.steps["hidden_delta"](dZ_next, W_next, A)


def layer_input(network, layer):
    """What a layer was fed: the activations of the layer before it."""
    return network.cache[f"A{layer - 1}"]


def deltas(network, Y):
    """`dZ` of every layer, from the output back: `{layer: array}`."""
    depth = network.depth
    dZ = {depth: network.steps["output_delta"](network.cache[f"A{depth}"], Y)}
    for layer in range(depth - 1, 0, -1):
        dZ[layer] = network.steps["layer_delta"](network, layer, dZ[layer + 1], dZ[depth])
    return dZ


def _network(params, cache, steps):
    return SimpleNamespace(params=params, cache=cache, depth=len(params) // 2, steps=steps)


def backward(params, cache, Y, **steps):
    network, grads = _network(params, cache, steps), {}
    for layer, dZ in deltas(network, Y).items():
        A_prev = steps["layer_input"](network, layer)
        grads[f"dW{layer}"], grads[f"db{layer}"] = steps["parameter_gradients"](A_prev, dZ)
    return grads


def input_gradient(params, cache, Y, **steps):
    return steps["input_from_delta"](deltas(_network(params, cache, steps), Y)[1], params["W1"], cache)


def input_from_delta(dZ1, W1, cache):
    return dZ1 @ W1.T


def per_example_gradients(params, X, Y, **steps):
    """Each example is a batch of one: a delta at the output that a slip spoils is spoilt here too."""
    rows = []
    for i in range(len(X)):
        _, cache = steps["forward"](X[i : i + 1], params)
        rows.append(backward(params, cache, Y[i : i + 1], **steps))
    return {part: np.stack([row[part] for row in rows]) for part in rows[0]}


def numerical_gradient(f, theta, eps=1e-5, **steps):
    theta = np.array(theta, dtype=np.float64)
    gradient = np.empty_like(theta)
    for index in np.ndindex(theta.shape):

        def moved(step, index=index):
            shifted = theta.copy()
            shifted[index] += step
            return f(shifted)

        gradient[index] = steps["difference"](moved, eps)
    return gradient


def central_difference(moved, eps):
    return (moved(eps) - moved(-eps)) / (2 * eps)


# --- Slips: small wrong steps -----------------------------------------------------------------------


def _sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def _tanh_prime_of_z(A):
    """The derivative of tanh at the z of which `A` is the sigmoid: far out, nothing."""
    with np.errstate(divide="ignore"):
        return 1 - np.tanh(np.log(A) - np.log1p(-A)) ** 2


def _derivative_slips() -> tuple[Slip, ...]:
    """Slips in the factor g'(z) of a hidden layer's delta, given as what stands in its place."""
    wrong = [
        ("missing-activation-derivative", np.ones_like),
        ("half-activation-derivative", lambda A: A),
        ("half-activation-derivative", lambda A: 1 - A),
        ("derivative-of-activation", _sigmoid_prime),
        ("wrong-activation-derivative", lambda A: 1 - A**2),
        ("wrong-activation-derivative", _tanh_prime_of_z),
        ("wrong-activation-derivative", lambda A: A > 0.5),  # of ReLU, where z > 0
        ("extra-activation-derivative", lambda A: (A * (1 - A)) ** 2),
    ]

    def step(factor):
        return lambda right, dZ_next, W_next, A: (dZ_next @ W_next.T) * factor(A)

    return tuple(Slip(name, {"hidden_delta": step(factor)}) for name, factor in wrong)


DERIVATIVE_SLIPS = _derivative_slips()


def _transposed_if_square(right, dZ_next, W_next, A):
    return right(dZ_next, W_next.T if W_next.shape[0] == W_next.shape[1] else W_next, A)


def _answer_slip(name, change) -> Slip:
    """A slip that `change`s the right answer as a whole."""
    return Slip(name, {"answer": lambda right, *arguments, **steps: change(right(*arguments, **steps))})


def _first_row_alone(rows):
    alone = np.zeros_like(rows)
    alone[0] = rows[0]
    return alone


def _repeated(row):
    return lambda rows: np.broadcast_to(rows[row], rows.shape)


ONE_ROW_SLIPS = tuple(
    _answer_slip("one-example-only", change)
    for change in (
        lambda rows: rows[:1],
        lambda rows: rows[-1:],
        _first_row_alone,
        _repeated(0),
        _repeated(-1),
    )
)

HIDDEN_DELTA_SLIPS = (
    *DERIVATIVE_SLIPS,
    Slip("weights-transposed", {"hidden_delta": lambda right, dZ, W, A: right(dZ, W.T, A)}),
    Slip("weights-transposed", {"hidden_delta": _transposed_if_square}),
    Slip("chain-cut", {"hidden_delta": lambda right, dZ, W, A: dZ * np.ones_like(A)}),
    Slip("chain-cut", {"hidden_delta": lambda right, dZ, W, A: dZ * A * (1 - A)}),
    Slip("double-mean", {"hidden_delta": lambda right, dZ, W, A: right(dZ, W, A) / len(A)}),
    *ONE_ROW_SLIPS,
)


def _with_small_number(epsilon):
    """The long way through dJ/dA, with a small number added to both denominators."""

    def step(right, A, Y):
        dA = (1 - Y) / (1 - A + epsilon) - Y / (A + epsilon)
        return dA * A * (1 - A) / len(A)

    return step


MEAN_SLIPS = (
    Slip("missing-mean", {"output_delta": lambda right, A, Y: right(A, Y) * len(A)}),
    Slip("double-mean", {"output_delta": lambda right, A, Y: right(A, Y) / len(A)}),
)


def _output_slips() -> tuple[Slip, ...]:
    """Slips in the error signal of the output, given as what stands in its place."""
    wrong = [
        ("extra-activation-derivative", lambda right, A, Y: right(A, Y) * A * (1 - A)),
        ("stops-at-activation", lambda right, A, Y: right(A, Y) / (A * (1 - A))),
        ("half-activation-derivative", lambda right, A, Y: right(A, Y) / A),
        ("half-activation-derivative", lambda right, A, Y: right(A, Y) / (1 - A)),
        ("derivative-of-activation", lambda right, A, Y: right(A, Y) * _sigmoid_prime(A) / (A * (1 - A))),
        ("wrong-activation-derivative", lambda right, A, Y: right(A, Y) * (1 + A) / A),
        ("missing-one-hot", lambda right, A, Y: right(A, 0 * Y)),
        ("labels-swapped", lambda right, A, Y: right(A, 1 - Y)),
        ("positive-term-only", lambda right, A, Y: right(A, 1) * Y),
        ("activation-twice", lambda right, A, Y: right(sigmoid(A), Y)),
        ("wrong-log-base", lambda right, A, Y: right(A, Y) / np.log(2)),
        ("wrong-log-base", lambda right, A, Y: right(A, Y) / np.log(10)),
    ]
    wrong += [("clipped", _with_small_number(10.0**-k)) for k in range(4, 9)]
    return (
        *(Slip(name, {"output_delta": step}) for name, step in wrong),
        Slip("ignores-argument", {"output_delta": lambda right, A, Y: right(A, 1)}, "Y"),
    )


OUTPUT_DELTA_SLIPS = _output_slips()


def with_other_output(name, change) -> Slip:
    """The output layer's `change(A, Z)` taken for its activations."""

    def step(right, params, cache, labels, **steps):
        depth = len(params) // 2
        output = change(cache[f"A{depth}"], cache[f"Z{depth}"])
        return right(params, {**cache, f"A{depth}": output}, labels, **steps)

    return Slip(name, {"answer": step})


LOGITS_FOR_OUTPUT = with_other_output("activation-skipped", lambda A, Z: Z)


def _bias_slip(name, wrong) -> Slip:
    """A slip in the bias gradient alone: `wrong(db, dZ)` stands in its place."""

    def step(right, A_prev, dZ):
        dW, db = right(A_prev, dZ)
        return dW, wrong(db, dZ)

    return Slip(name, {"parameter_gradients": step})


MISSING_BIAS = _bias_slip("bias-gradient-missing", lambda db, dZ: np.zeros_like(db))

PARAMETER_SLIPS = (
    MISSING_BIAS,
    _bias_slip("bias-gradient-not-summed", lambda db, dZ: dZ),
    _bias_slip("bias-gradient-not-summed", lambda db, dZ: dZ[0]),
    _bias_slip("bias-gradient-not-summed", lambda db, dZ: dZ[-1]),
    _bias_slip("wrong-axis", lambda db, dZ: dZ.sum(axis=1)),
    _bias_slip("wrong-axis", lambda db, dZ: dZ.sum()),
    _bias_slip("extra-axis", lambda db, dZ: db[None, :]),
    Slip(
        "double-mean",
        {"parameter_gradients": lambda right, A, dZ: tuple(part / len(dZ) for part in right(A, dZ))},
    ),
    *(
        Slip(
            "one-example-only",
            {"parameter_gradients": lambda right, A, dZ, rows=rows: right(A[rows], dZ[rows])},
        )
        for rows in (slice(0, 1), slice(-1, None))
    ),
    _bias_slip("missing-mean", lambda db, dZ: db * len(dZ)),
    _bias_slip("double-mean", lambda db, dZ: db / len(dZ)),
)


def _own_weights(right, network, layer, dZ_next, dZ_output):
    return network.steps["hidden_delta"](dZ_next, network.params[f"W{layer}"], network.cache[f"A{layer}"])


def _own_weights_forward(right, network, layer, dZ_next, dZ_output):
    return network.steps["hidden_delta"](dZ_next, network.params[f"W{layer}"].T, network.cache[f"A{layer}"])


def _derivative_from(shift):
    def step(right, network, layer, dZ_next, dZ_output):
        A, W_next = network.cache[f"A{layer + shift}"], network.params[f"W{layer + 1}"]
        return network.steps["hidden_delta"](dZ_next, W_next, A)

    return step


def _derivative_of_the_output(right, network, layer, dZ_next, dZ_output):
    A, W_next = network.cache[f"A{network.depth}"], network.params[f"W{layer + 1}"]
    return network.steps["hidden_delta"](dZ_next, W_next, A)


def _no_derivative_in_the_first_layer(right, network, layer, dZ_next, dZ_output):
    if layer > 1:
        return right(network, layer, dZ_next, dZ_output)
    return dZ_next @ network.params["W2"].T


def _output_delta_everywhere(right, network, layer, dZ_next, dZ_output):
    return dZ_output


def _output_delta_scaled(right, network, layer, dZ_next, dZ_output):
    A = network.cache[f"A{layer}"]
    return dZ_output * A * (1 - A)


def _output_delta_spread(right, network, layer, dZ_next, dZ_output):
    return dZ_output * np.ones_like(network.cache[f"A{layer}"])


def _delta_without_weights(right, network, layer, dZ_next, dZ_output):
    """The delta of the next layer, its units added up, times the derivative of this layer."""
    A = network.cache[f"A{layer}"]
    return dZ_next.sum(axis=1, keepdims=True) * A * (1 - A)


RECURSION_SLIPS = (
    Slip("wrong-layer-weights", {"layer_delta": _own_weights}),
    Slip("wrong-layer-weights", {"layer_delta": _own_weights_forward}),
    Slip("derivative-of-wrong-layer", {"layer_delta": _derivative_from(-1)}),
    Slip("derivative-of-wrong-layer", {"layer_delta": _derivative_from(+1)}),
    Slip("derivative-of-wrong-layer", {"layer_delta": _derivative_of_the_output}),
    Slip("missing-activation-derivative", {"layer_delta": _no_derivative_in_the_first_layer}),
    Slip("chain-cut", {"layer_delta": _output_delta_everywhere}),
    Slip("chain-cut", {"layer_delta": _output_delta_scaled}),
    Slip("chain-cut", {"layer_delta": _output_delta_spread}),
    Slip("chain-cut", {"layer_delta": _delta_without_weights}),
)


def _updated_weights(rate):
    """Each layer's weights are updated before the signal goes back through them."""

    def step(right, network, layer, dZ_next, dZ_output):
        steps, name = network.steps, f"W{layer + 1}"
        dW, _ = steps["parameter_gradients"](steps["layer_input"](network, layer + 1), dZ_next)
        params = {**network.params, name: network.params[name] - rate * dW}
        return right(SimpleNamespace(**{**vars(network), "params": params}), layer, dZ_next, dZ_output)

    return step


LEARNING_RATES = (1.0, 0.5, 0.1, 0.05, 0.01, 0.005, 0.001)

UPDATE_SLIPS = tuple(
    Slip("gradient-after-update", {"layer_delta": _updated_weights(rate)}, f"learning rate {rate:g}")
    for rate in LEARNING_RATES
)


def _unactivated_input(right, network, layer):
    return network.cache[f"Z{layer - 1}" if layer > 1 else "A0"]


LAYER_INPUT_SLIPS = (
    Slip("wrong-layer-input", {"layer_input": lambda right, network, layer: network.cache[f"A{layer}"]}),
    Slip("activation-skipped", {"layer_input": _unactivated_input}),
)


def _without_biases(right, params, X, Y, **steps):
    without = {name: value * (name[0] == "W") for name, value in params.items()}
    return right(without, X, Y, **steps)


def _each_part(name, change) -> Slip:
    return _answer_slip(name, lambda grads: {part: change(value) for part, value in grads.items()})


def _forward_with(hidden, output):
    """A forward pass with these activations in the place of the sigmoid."""

    def step(right, X, params):
        depth, A = len(params) // 2, X
        cache = {"A0": A}
        for layer in range(1, depth + 1):
            Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
            A = output(Z) if layer == depth else hidden(Z)
            cache |= {f"Z{layer}": Z, f"A{layer}": A}
        return A, cache

    return step


def _identity(Z):
    return Z


PER_EXAMPLE_SLIPS = (
    Slip("bias-skipped", {"answer": _without_biases}),
    _each_part("needless-mean", lambda value: value.mean(axis=0)),
    _each_part("needless-mean", lambda value: np.broadcast_to(value.mean(axis=0), value.shape)),
    _each_part("one-example-only", lambda value: value[-1:]),
    _each_part("one-example-only", lambda value: value[:1]),
    _each_part("one-example-only", lambda value: np.broadcast_to(value[0], value.shape)),
    Slip("hidden-layer-linear", {"forward": _forward_with(_identity, sigmoid)}),
    Slip("output-layer-linear", {"forward": _forward_with(sigmoid, _identity)}),
    Slip("wrong-activation", {"forward": _forward_with(np.tanh, np.tanh)}),
    Slip("wrong-activation", {"forward": _forward_with(np.tanh, sigmoid)}),
)

ONE_EXAMPLE_SLIPS = tuple(
    Slip(
        "one-example-only",
        {
            "answer": lambda right, params, cache, Y, rows=rows, **steps: right(
                params, {name: value[rows] for name, value in cache.items()}, Y[rows], **steps
            )
        },
    )
    for rows in (slice(0, 1), slice(-1, None))
)

NETWORK_SLIPS = (
    *OUTPUT_DELTA_SLIPS,
    *DERIVATIVE_SLIPS,
    *RECURSION_SLIPS,
)

OWN_STEPS = tuple(10.0**-k for k in range(2, 7))

DIFFERENCE_SLIPS = (
    Slip("one-sided-difference", {"difference": lambda right, f, eps: (f(eps) - f(0)) / eps}),
    Slip("one-sided-difference", {"difference": lambda right, f, eps: (f(0) - f(-eps)) / eps}),
    Slip("difference-step-error", {"difference": lambda right, f, eps: 2 * right(f, eps)}),
    Slip("difference-step-error", {"difference": lambda right, f, eps: right(f, eps) / 2}),
    *(
        Slip("ignores-argument", {"difference": lambda right, f, eps, own=own: right(f, own)}, "eps")
        for own in OWN_STEPS
    ),
)


# --- Cases ------------------------------------------------------------------------------------------


def _network_cases(rng) -> list[Case]:
    """Arguments `(params, cache, Y)`."""
    return [Case(n.label, (n.params, n.cache(), n.Y), n.tags, n.counts, context=n) for n in networks(rng)]


def _per_example_cases(rng) -> list[Case]:
    return [Case(n.label, (n.params, n.X, n.Y), n.tags, n.counts, context=n) for n in networks(rng)]


def _output_cases(rng) -> list[Case]:
    cases = [
        Case(n.label, (n.cache()[f"A{n.depth}"], n.Y), n.tags, n.counts, n.cache()[f"Z{n.depth}"])
        for n in networks(rng)
    ]
    Z = _far_from_zero(rng, (5, 1))
    tags = frozenset({"saturated", "all saturated"})
    confident = (sigmoid(Z), (Z > 0).astype(float))
    return [*cases, Case("predictions that are certain and right", confident, tags, {"m": 5}, Z)]


LAYERS = (
    # label, m, n_in, n_out, tags
    ("the lesson's second layer", 12, 25, 15, {"lesson"}),
    ("a layer of 4 inputs and 3 units", 6, 4, 3, set()),
    ("a square layer with as many examples", 4, 4, 4, {"square"}),
    ("integer inputs", 5, 3, 4, {"integer"}),
    ("saturated units", 8, 5, 6, {"saturated"}),
    ("nothing but saturated units", 6, 4, 5, {"saturated", "all saturated"}),
    ("a single example", 1, 5, 3, {"one example"}),
    ("a layer of one unit", 7, 3, 1, {"one unit"}),
    ("a layer with one input", 5, 1, 2, {"one unit"}),
)


def _layers(rng, numbers):
    """One layer a row of `LAYERS`: activations `A` `(m, n_in)`, weights and the delta behind them."""
    for label, m, n_in, n_out, tags in LAYERS:
        draw = numbers if "integer" in tags else rng.normal
        Z = rng.normal(scale=1.5, size=(m, n_in))
        if "all saturated" in tags:
            Z = _far_from_zero(rng, Z.shape)
        elif "saturated" in tags:
            Z *= 30 / np.abs(Z).max()
        W, dZ = draw(size=(n_in, n_out)), draw(size=(m, n_out))
        counts = {"m": m, "inputs": n_in, "units": n_out, "entries": m * n_out}
        yield Case(label, (), frozenset(tags), counts, SimpleNamespace(Z=Z, A=sigmoid(Z), W=W, dZ=dZ))


def _far_from_zero(rng, shape):
    """Where a sigmoid is so flat that clipping its value to 1e-9 shows in everything."""
    return rng.uniform(18, 24, size=shape) * rng.choice([-1, 1], size=shape)


def _nonzero_integers(rng):
    return lambda size: rng.integers(1, 4, size=size) * rng.choice([-1, 1], size=size)


def _with_arguments(case: Case, *arguments) -> Case:
    return replace(case, arguments=arguments)


def _hidden_cases(rng) -> list[Case]:
    layers = _layers(rng, _nonzero_integers(rng))
    return [_with_arguments(c, c.context.dZ, c.context.W, c.context.A) for c in layers]


def _parameter_cases(rng) -> list[Case]:
    """The layer's input is a matrix of any numbers: integers too, as the first layer's may be.

    The signal is once as small as it is in the first layers of a deep network.
    """
    integers = _nonzero_integers(rng)
    cases = []
    for case in _layers(rng, rng.normal):
        A_prev, dZ = case.context.A, case.context.dZ
        if "integer" in case.tags:
            A_prev = integers(A_prev.shape)
            both = replace(case, label="integer inputs and signals")
            cases.append(_with_arguments(both, A_prev, integers(dZ.shape)))
        cases.append(_with_arguments(case, A_prev, dZ))
    A_prev, dZ = cases[1].arguments
    return [*cases, _with_arguments(replace(cases[1], label="a small signal"), A_prev, 1e-5 * dZ)]


def _cubic(rng, shape, scale=1.0) -> Cubic:
    """A function whose slopes are of the size of `scale`."""
    a, b, c, w = (rng.normal(size=shape) for _ in range(4))
    return Cubic(*map(np.asarray, (scale * a, scale * b, scale * c, np.sqrt(scale) * w)))


def _difference_cases(rng) -> list[Case]:
    lesson = networks(rng)[0]
    small = networks(rng)[1]
    cases = [
        Case(
            "the cost of the lesson's network, nudging W3",
            (NetworkCost(lesson.params, lesson.X, lesson.Y, "W3"), lesson.params["W3"]),
            frozenset({"lesson"}),
        ),
        Case(
            "the cost of a 7-5-3-1 network, nudging b2",
            (NetworkCost(small.params, small.X, small.Y, "b2"), small.params["b2"], 1e-4),
        ),
        Case("integers", (_cubic(rng, (4,)), np.array([1, -2, 3, 2])), frozenset({"integer"})),
        Case("a function that is almost flat", (_cubic(rng, (6,), scale=1e-5), rng.normal(size=6))),
    ]
    shapes = {
        "a vector": (5,),
        "a matrix": (3, 4),
        "a row": (1, 6),
        "three axes": (2, 3, 2),
        "one entry": (1,),
        "a 0-d array": (),
    }
    for (label, shape), eps in zip(shapes.items(), (1e-5, 0.125, 1e-4, 0.25, 1e-5, 0.5), strict=True):
        theta = rng.normal(size=shape) if shape else np.array(rng.normal())
        cases.append(Case(f"{label}, eps = {eps}", (_cubic(rng, shape), theta, eps)))
    return [Case(c.label, c.arguments, c.tags, {"entries": c.arguments[1].size}) for c in cases]


# --- References: TensorFlow in float64 --------------------------------------------------------------


def _numpy(gradients: dict) -> dict[str, np.ndarray]:
    return {name: gradient.numpy() for name, gradient in gradients.items()}


def _backward_reference(case: Case):
    tf, network = import_tensorflow(), case.context
    params = tensors(tf, network.params)
    with tf.GradientTape() as tape:
        tape.watch(params)
        J = cost_tensor(tf, params, network.X, network.Y)
    gradients = _numpy(tape.gradient(J, params))
    return {part: gradients[part[1:]] for part in derivation_order(network.depth)}


def _input_reference(case: Case):
    tf, network = import_tensorflow(), case.context
    X = tf.constant(network.X, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(X)
        J = cost_tensor(tf, network.params, X, network.Y)
    return tape.gradient(J, X).numpy()


def _per_example_reference(case: Case):
    """Every example has a copy of the parameters: the gradient of the summed losses tells them apart."""
    tf, network = import_tensorflow(), case.context
    m = len(network.X)
    params = tensors(tf, {k: np.broadcast_to(v, (m, *v.shape)) for k, v in network.params.items()})
    with tf.GradientTape() as tape:
        tape.watch(params)
        total = tf.reduce_sum(loss_tensor(tf, params, network.X, network.Y))
    gradients = _numpy(tape.gradient(total, params))
    return {part: gradients[part[1:]] for part in derivation_order(network.depth)}


def _output_reference(case: Case):
    tf = import_tensorflow()
    Z, Y = tf.constant(case.context), tf.cast(case.arguments[1], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(Z)
        J = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=Y, logits=Z))
    return tape.gradient(J, Z).numpy()


def _hidden_reference(case: Case):
    """A scalar whose gradient with respect to the next layer's z is `dZ_next`, by construction."""
    tf, layer = import_tensorflow(), case.context
    Z = tf.constant(layer.Z)
    W, dZ = (tf.cast(array, tf.float64) for array in (layer.W, layer.dZ))
    with tf.GradientTape() as tape:
        tape.watch(Z)
        scalar = tf.reduce_sum(dZ * (tf.sigmoid(Z) @ W))
    return tape.gradient(scalar, Z).numpy()


def _parameter_reference(case: Case):
    tf = import_tensorflow()
    A_prev, dZ = (tf.cast(array, tf.float64) for array in case.arguments)
    W = tf.zeros((A_prev.shape[1], dZ.shape[1]), tf.float64)
    b = tf.zeros(dZ.shape[1], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch([W, b])
        scalar = tf.reduce_sum(dZ * (A_prev @ W + b))
    return tuple(gradient.numpy() for gradient in tape.gradient(scalar, [W, b]))


def _difference_reference(case: Case):
    """The derivative, plus what a central difference of step `eps` adds to it on a cubic."""
    tf = import_tensorflow()
    f, theta, eps = (*case.arguments, 1e-5)[:3]
    theta = tf.constant(theta, tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(theta)
        value = tensor_of(f, tf, theta)
    # A central difference of step h is off by h**2 times a sixth of the third derivative: of a cubic, by its
    # coefficient c; of a network's cost by far less than the tolerance at the steps used here.
    third = f.c if isinstance(f, Cubic) else 0.0
    return np.asarray(tape.gradient(value, theta).numpy() + eps**2 * third)


# --- What to read again, and small arguments to experiment with -------------------------------------

SECTIONS = {
    # name: the section that explains it, where that is another than the exercise's own
    "activation-skipped": "1.2 The network",
    "activation-twice": "1.2 The network",
    "wrong-activation": "1.2 The network",
    "bias-skipped": "1.2 The network",
    "hidden-layer-linear": "1.2 The network",
    "output-layer-linear": "1.2 The network",
    "wrong-log-base": "1.2 The network",
    "half-activation-derivative": "3.1 A network of two numbers",
    "derivative-of-activation": "3.1 A network of two numbers",
    "wrong-activation-derivative": "3.1 A network of two numbers",
    "extra-activation-derivative": "3.3 First step: $dZ_3$",
    "stops-at-activation": "3.3 First step: $dZ_3$",
    "missing-one-hot": "3.3 First step: $dZ_3$",
    "labels-swapped": "3.3 First step: $dZ_3$",
    "positive-term-only": "3.3 First step: $dZ_3$",
    "wrong-layer-input": "3.4 Second step: $dW_3$ and $db_3$",
    "bias-gradient-not-summed": "3.4 Second step: $dW_3$ and $db_3$",
    "bias-gradient-missing": "3.4 Second step: $dW_3$ and $db_3$",
    "wrong-axis": "3.4 Second step: $dW_3$ and $db_3$",
    "extra-axis": "3.4 Second step: $dW_3$ and $db_3$",
    "swapped-outputs": "3.4 Second step: $dW_3$ and $db_3$",
    "missing-activation-derivative": "3.5 Third step: into the hidden layer, $dZ_2$",
    "derivative-of-wrong-layer": "3.5 Third step: into the hidden layer, $dZ_2$",
    "wrong-layer-weights": "3.5 Third step: into the hidden layer, $dZ_2$",
    "weights-transposed": "3.5 Third step: into the hidden layer, $dZ_2$",
    "chain-cut": "3.5 Third step: into the hidden layer, $dZ_2$",
    "one-example-only": "4. What about a batch?",
    "missing-mean": "4.2 Where $1/m$ lives",
    "double-mean": "4.2 Where $1/m$ lives",
    "mean-over-wrong-count": "4.2 Where $1/m$ lives",
    "clipped": "7.3 Saturation",
    "numerically-unstable": "7.3 Saturation",
}

NET = (
    "tiny_net, tiny_rows = initialize([3, 2, 1], seed=0), np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]])\n"
    "tiny = tiny_net, forward(tiny_rows, tiny_net)[1], np.array([[1], [0]])"
)
HIDDEN = (
    "tiny_signal, tiny_weights = np.array([[0.5], [-0.2], [0.1]]), np.array([[2.0], [2.0]])\n"
    "tiny = tiny_signal, tiny_weights, np.array([[0.01, 0.5], [0.99, 0.3], [0.6, 0.8]])"
)
EACH = (
    "tiny_rows = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]])\n"
    "tiny = initialize([3, 2, 1], seed=0), tiny_rows, np.array([[1], [0]])"
)
SCALED_TWICE = Hint(
    experiment="Take an activation of one half, where the sigmoid is steepest, and follow the signal "
    "through your line: how often is it scaled?"
)
NET_TWICE = (
    "tiny_twice = tiny_net, forward(np.tile(tiny_rows, (2, 1)), tiny_net)[1], np.tile(tiny[2], (2, 1))"
)
NET_FAR = (
    'tiny_net, tiny_rows = {**initialize([3, 2, 1], seed=0), "b2": np.array([28.0])}, np.ones((2, 3))\n'
    "tiny_far = tiny_net, forward(tiny_rows, tiny_net)[1], np.array([[1], [0]])"
)


# --- The lesson -------------------------------------------------------------------------------------


def same_layer_of_the_lesson(part: str, case: Case) -> str:
    """Layers are counted from the output, where the derivation starts: dW4 of four is dW3 of three."""
    network: Network = case.context
    kind, layer = part[:2], part[2:]
    if kind not in ("dW", "db") or not layer.isdigit() or not 1 <= int(layer) <= network.depth:
        return part
    return f"{kind}{max(1, 3 - (network.depth - int(layer)))}"


def _carried_back(case: Case, own) -> dict:
    params, cache, Y = case.arguments
    return carried_back(params, cache, output_delta(cache[f"A{len(params) // 2}"], Y), own)


def _carried_back_alone(case: Case, own) -> dict:
    params, X, Y = case.arguments
    A, cache = forward(X, params)
    return carried_back_alone(params, cache, A - Y, own)


# The first bias gradient shows the error signal of the output, the others what became of it on the way.
GRADIENTS_MADE_IN = {
    "dW": ("layer_input", "parameter_gradients"),
    "db": ("layer_delta", "hidden_delta", "parameter_gradients"),
}


def _points_at_the_label(case: Case, parts) -> bool:
    A, Y = case.arguments
    return bool(np.all(parts["dZ"] * (A - Y) >= 0))


def _cost_of_params(case: Case, arrays) -> float:
    params = {name[1:]: array for name, array in arrays.items()}
    return binary_cross_entropy(case.context.Y, forward(case.context.X, params)[0])


def _params_by_gradient(case: Case) -> dict:
    return {f"d{name}": value for name, value in case.context.params.items()}


def _cost_of_input(case: Case, arrays) -> float:
    network = case.context
    return binary_cross_entropy(network.Y, forward(arrays["dX"], network.params)[0])


def _cost_of_product(case: Case, arrays) -> float:
    """A cost that has `dZ` for its slope with respect to the layer's z."""
    A_prev, dZ = case.arguments
    return float((dZ * (A_prev @ arrays["dW"] + arrays["db"])).sum())


def _a_layer_by_gradient(case: Case) -> dict:
    A_prev, dZ = case.arguments
    return {"dW": np.zeros((A_prev.shape[1], dZ.shape[1])), "db": np.zeros(dZ.shape[1])}


def _cost_of_z(case: Case, arrays) -> float:
    """A cost that has `dZ_next` for its slope with respect to the next layer's z."""
    dZ_next, W_next, _ = case.arguments
    return float((dZ_next * (sigmoid(arrays["dZ"]) @ W_next)).sum())


def _mean_agrees(case: Case, parts) -> bool:
    """The mean over the examples is the gradient of the cost."""
    means = {name: value.mean(axis=0) for name, value in parts.items()}
    return BATCH_SLOPES.holds(case, means)


NUDGED = "Nudge {}, and the cost changes by another amount than this gradient says."
BATCH_SLOPES = slopes(_cost_of_params, _params_by_gradient, NUDGED.format("a weight or a bias"))
LAYER_AXES = {"dW": ("input", "unit"), "db": ("unit",)}

NETWORK_STEPS = {
    "output_delta": output_delta,
    "hidden_delta": hidden_delta,
    "layer_delta": layer_delta,
    "layer_input": layer_input,
    "parameter_gradients": parameter_gradients,
    "input_from_delta": input_from_delta,
}

EXERCISES = (
    Exercise(
        name="numerical_gradient",
        points=2,
        asks="the gradient of any scalar function by central differences",
        reread="2.1 Nudge one weight",
        sections={"ignores-argument": "2.3 How small should the step be?"},
        examples={
            "tiny": "tiny = (lambda theta: float(np.sum(theta**2))), np.array([[3.0, -1.0]]), 0.5",
            "ignores-argument": (
                "tiny_f = lambda theta: float(np.sum(theta**3))\n"
                "print([numerical_gradient(tiny_f, np.array([1.0]), eps) for eps in (0.5, 1e-5)])"
            ),
        },
        hints={
            "ignores-argument": Hint(
                experiment=(
                    "Try it on the cube with a large step and with a small one: the large step should"
                    " be off by more."
                ),
            ),
            "wrong-sign": Hint(
                experiment=(
                    "Try it on the square, at 3 and at -1: on which side does it rise, and on which "
                    "does it fall?"
                ),
            ),
        },
        arguments=("f", "theta", "eps"),
        cases=_difference_cases,
        reference=_difference_reference,
        solve=numerical_gradient,
        steps={"difference": central_difference},
        slips=DIFFERENCE_SLIPS,
        parts=("gradient",),
        tolerance=1e-7,
        extra_mean="needless-mean",
    ),
    Exercise(
        name="output_delta",
        points=1,
        asks="the error signal of the output layer",
        reread="3.3 First step: $dZ_3$",
        sections=SECTIONS,
        examples={
            "tiny": "tiny = np.array([[0.9], [0.2], [0.5]]), np.array([[1], [0], [1]])",
            "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], (2, 1))",
            "tiny_far": "tiny_far = np.array([[1 - 1e-12], [1 - 1e-12]]), np.array([[1], [0]])",
        },
        arguments=("A", "Y"),
        cases=_output_cases,
        reference=_output_reference,
        solve=lambda A, Y, output_delta: output_delta(A, Y),
        steps={"output_delta": output_delta},
        slips=(*MEAN_SLIPS, *OUTPUT_DELTA_SLIPS, *ONE_ROW_SLIPS),
        parts=("dZ",),
        axes={"dZ": ("example", "unit")},
        invariants=(
            Invariant(
                "Some error signals would move a prediction away from its label.", _points_at_the_label
            ),
        ),
    ),
    Exercise(
        name="parameter_gradients",
        points=2,
        asks="the gradients of one layer's weights and biases",
        reread="3.4 Second step: $dW_3$ and $db_3$",
        sections=SECTIONS,
        examples={
            "tiny": (
                "tiny = np.array([[1.0, 2.0], [0.5, -1.0], [3.0, 0.0]]), np.array([[0.1], [-0.2], [0.4]])"
            ),
            "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), np.tile(tiny[1], (2, 1))",
        },
        arguments=("A_prev", "dZ"),
        cases=_parameter_cases,
        reference=_parameter_reference,
        solve=lambda A_prev, dZ, parameter_gradients: parameter_gradients(A_prev, dZ),
        steps={"parameter_gradients": parameter_gradients},
        slips=PARAMETER_SLIPS,
        parts=("dW", "db"),
        axes=LAYER_AXES,
        invariants=(slopes(_cost_of_product, _a_layer_by_gradient, NUDGED.format("a weight or a bias")),),
    ),
    Exercise(
        name="hidden_delta",
        points=2,
        asks="the error signal of a hidden layer",
        reread="3.5 Third step: into the hidden layer, $dZ_2$",
        sections={
            **SECTIONS,
            **dict.fromkeys(
                ("extra-activation-derivative", "one-example-only"),
                "3.5 Third step: into the hidden layer, $dZ_2$",
            ),
        },
        examples={
            "tiny": HIDDEN,
            "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), tiny[1], np.tile(tiny[2], (2, 1))",
            "tiny_far": "tiny_far = np.ones((1, 1)), np.ones((2, 1)), np.array([[1e-12, 1 - 1e-12]])",
            "extra-activation-derivative": HIDDEN + "\nprint(hidden_delta(*tiny))",
            "chain-cut": HIDDEN + "\nprint(hidden_delta(tiny[0], 0 * tiny[1], tiny[2]))",
        },
        hints={
            "extra-activation-derivative": SCALED_TWICE,
        },
        arguments=("dZ_next", "W_next", "A"),
        cases=_hidden_cases,
        reference=_hidden_reference,
        solve=lambda dZ_next, W_next, A, hidden_delta: hidden_delta(dZ_next, W_next, A),
        steps={"hidden_delta": hidden_delta},
        slips=HIDDEN_DELTA_SLIPS,
        parts=("dZ",),
        axes={"dZ": ("example", "unit")},
        invariants=(
            slopes(_cost_of_z, lambda case: {"dZ": case.context.Z}, NUDGED.format("a z of the layer")),
        ),
    ),
    Exercise(
        name="backward",
        points=4,
        asks="the gradients of every layer of a network of any depth",
        reread="3.6 The whole way back",
        sections=SECTIONS,
        examples={
            "tiny": NET,
            "tiny_twice": NET_TWICE,
            "tiny_far": NET_FAR,
            "chain-cut": NET + "\nprint(backward({**tiny_net, 'W2': 0 * tiny_net['W2']}, *tiny[1:])['dW1'])",
        },
        arguments=("params", "cache", "Y"),
        cases=_network_cases,
        reference=_backward_reference,
        counterparts={"dW": "db", "db": "dW"},
        solve=backward,
        steps=NETWORK_STEPS,
        slips=(
            *MEAN_SLIPS,
            *NETWORK_SLIPS,
            *UPDATE_SLIPS,
            *PARAMETER_SLIPS,
            *LAYER_INPUT_SLIPS,
            *ONE_EXAMPLE_SLIPS,
            LOGITS_FOR_OUTPUT,
        ),
        alias=same_layer_of_the_lesson,
        carry_forward=_carried_back,
        made_in=GRADIENTS_MADE_IN,
        axes=LAYER_AXES,
        invariants=(BATCH_SLOPES,),
    ),
    Exercise(
        name="per_example_gradients",
        points=3,
        asks="the gradient of each example's own loss",
        reread="4. What about a batch?",
        sections=SECTIONS,
        examples={
            "tiny": EACH,
            "tiny_twice": "tiny_twice = tiny[0], np.tile(tiny[1], (2, 1)), np.tile(tiny[2], (2, 1))",
            "tiny_far": (
                'tiny_net = {**initialize([3, 2, 1], seed=0), "b2": np.array([28.0])}\n'
                "tiny_far = tiny_net, np.ones((2, 3)), np.array([[1], [0]])"
            ),
            "bias-skipped": EACH + "\nprint(per_example_gradients(tiny[0], 0 * tiny[1], tiny[2]))",
            "chain-cut": EACH
            + "\nprint(per_example_gradients({**tiny[0], 'W2': 0 * tiny[0]['W2']}, *tiny[1:])['dW1'])",
            "output-layer-linear": EACH
            + "\nprint(per_example_gradients({**tiny[0], 'b2': np.array([100.0])}, *tiny[1:])['db2'])",
        },
        hints={
            "output-layer-linear": Hint(
                experiment="Make the last bias 100, so that the prediction is certain. What is left to learn "
                "from an example whose label is 1?"
            ),
        },
        arguments=("params", "X", "Y"),
        cases=_per_example_cases,
        reference=_per_example_reference,
        counterparts={"dW": "db", "db": "dW"},
        solve=per_example_gradients,
        steps={**NETWORK_STEPS, "forward": forward},
        slips=(*NETWORK_SLIPS, MISSING_BIAS, *LAYER_INPUT_SLIPS, *PER_EXAMPLE_SLIPS),
        alias=same_layer_of_the_lesson,
        carry_forward=_carried_back_alone,
        made_in=GRADIENTS_MADE_IN,
        extra_mean="needless-mean",
        axes={"dW": ("example", "input", "unit"), "db": ("example", "unit")},
        invariants=(Invariant("The mean over the examples is not the gradient of the cost.", _mean_agrees),),
    ),
    Exercise(
        name="input_gradient",
        points=2,
        asks="the gradient of the cost with respect to the inputs",
        reread="5. One step further: the input",
        sections={**SECTIONS, "weights-transposed": "5. One step further: the input"},
        examples={
            "tiny": NET,
            "tiny_twice": NET_TWICE,
            "tiny_far": NET_FAR,
            "chain-cut": NET + "\nprint(input_gradient({**tiny_net, 'W2': 0 * tiny_net['W2']}, *tiny[1:]))",
        },
        arguments=("params", "cache", "Y"),
        cases=_network_cases,
        reference=_input_reference,
        solve=input_gradient,
        steps=NETWORK_STEPS,
        slips=(
            *MEAN_SLIPS,
            *NETWORK_SLIPS,
            Slip(
                "extra-activation-derivative",
                {
                    "input_from_delta": lambda right, dZ, W, cache: (
                        right(dZ, W, cache) * cache["A0"] * (1 - cache["A0"])
                    )
                },
            ),
            LOGITS_FOR_OUTPUT,
            *ONE_ROW_SLIPS,
            _answer_slip("needless-mean", lambda dX: dX.mean(axis=0)),
            Slip("weights-transposed", {"input_from_delta": lambda right, dZ, W, cache: dZ @ W}),
        ),
        parts=("dX",),
        axes={"dX": ("example", "feature")},
        invariants=(slopes(_cost_of_input, lambda case: {"dX": case.context.X}, NUDGED.format("an input")),),
    ),
)

LESSON = Lesson(
    name="03_backpropagation",
    title="Backpropagation",
    builds=(
        "the gradients of a sigmoid network of any depth, for a batch, for each example and for the "
        "input; training on handwritten digits"
    ),
    minutes="90–120",
    exercises=in_order(*EXERCISES),
)
