"""Lesson 6: vector-Jacobian products, the walk back along a tape, and the gradient by an input.

The method is reverse accumulation, as in Griewank and Walther, "Evaluating Derivatives", SIAM 2008.
"""

from __future__ import annotations

import operator
from dataclasses import replace
from functools import partial

import numpy as np

from grader.lessons import backpropagation as layers
from grader.lessons.automatic_differentiation.tapes import OPS, gradients, integers, names_on, tapes
from grader.lessons.exercise import Case, Exercise, Hint, Invariant, Lesson, Slip, in_order
from grader.lessons.invariants import of, slopes
from grader.lessons.networks import LESSON_SIZES, random_network
from utils.network import forward, sigmoid
from utils.tensorflow import import_tensorflow

# --- The right answer in NumPy, in steps that a slip can spoil --------------------------------------


def vjp_matmul(A, B, G):
    return G @ B.T, A.T @ G


def vjp_add(A, b, G):
    return G, G if np.shape(b) == np.shape(A) else G.sum(axis=0)


def vjp_mul(A, B, G):
    return G * B, G * A


def vjp_sigmoid(S, G):
    return G * S * (1 - S)


def vjp_log(A, G):
    return G / A


def vjp_mean(A, G):
    return np.full(np.shape(A), G / np.size(A))


def sigmoid_value(values, inputs, output):
    """What the derivative of a sigmoid is computed from."""
    return values[output]


def backward(tape, values, **steps):
    grads = {name: np.zeros(np.shape(values[name])) for name in names_on(tape)}
    grads[tape[-1][2]] = np.ones(())
    for step in steps["order"](tape):
        parts = steps["local"](step, values, grads[step[2]], steps)
        steps["arrive"](grads, step[1], parts)
    return grads


def order(tape):
    """The order in which the steps are visited."""
    return tape[::-1]


def local(step, values, G, steps):
    """The gradients of one step's inputs, in their order, from the gradient `G` of its output."""
    op, inputs, output = step
    operands = [values[name] for name in inputs]
    if op == "sigmoid":
        operands = [steps["sigmoid_value"](values, inputs, output)]
    found = steps[f"vjp_{op}"](*operands, G)
    return found if len(inputs) == 2 else (found,)


def arrive(grads, inputs, parts):
    """Take in the gradients that one step sends to its inputs."""
    for name, part in zip(inputs, parts, strict=True):
        grads[name] = grads[name] + part


def saliency(params, x, forward, **steps):
    _, cache = forward(x[np.newaxis], params)
    return layers.input_gradient(params, cache, None, **steps)[0]


def output_slope(A, Y):
    """The derivative of the output by its own pre-activation, where training has the cost's."""
    return A * (1 - A)


# --- Slips: small wrong steps -----------------------------------------------------------------------


def _over_all_entries(name) -> Slip:
    """Divides by the number of all entries of G, where nothing is to be averaged."""

    def step(right, *arguments):
        found, size = right(*arguments), np.size(arguments[-1])
        return tuple(part / size for part in found) if isinstance(found, tuple) else found / size

    return Slip("needless-mean", {name: step})


MATMUL_SLIPS = (
    Slip("operands-swapped", {"vjp_matmul": lambda right, A, B, G: right(A, B, G)[::-1]}),
    Slip("weights-transposed", {"vjp_matmul": lambda right, A, B, G: (G @ B, right(A, B, G)[1])}),
    Slip("weights-transposed", {"vjp_matmul": lambda right, A, B, G: (right(A, B, G)[0], A @ G)}),
    Slip("weights-transposed", {"vjp_matmul": lambda right, A, B, G: (G @ B, A @ G)}),
)


def _second_factor_slip(name, wrong) -> Slip:
    """A slip in the gradient of the second factor alone: `wrong(dB, A, G)` stands for it."""

    def step(right, A, B, G):
        dA, dB = right(A, B, G)
        return dA, wrong(dB, A, G)

    return Slip(name, {"vjp_matmul": step})


BATCH_SLIPS = (  # of those who take the rows for examples: not in a walk, where the cost has its mean
    _second_factor_slip("needless-mean", lambda dB, A, G: dB / len(A)),
    _second_factor_slip("one-example-only", lambda dB, A, G: np.outer(A[0], G[0])),
    _second_factor_slip("one-example-only", lambda dB, A, G: np.outer(A[-1], G[-1])),
)


def _bias_slip(name, wrong) -> Slip:
    """A slip where `b` was broadcast over the rows: `wrong(G)` stands for its gradient."""

    def step(right, A, b, G):
        return G, right(A, b, G)[1] if np.shape(b) == np.shape(A) else wrong(G)

    return Slip(name, {"vjp_add": step})


def _told_apart_by(measure):
    """Takes `b` for a full matrix where a measure of both says the same: the rows, or all entries."""

    def step(right, A, b, G):
        return G, G if measure(b) == measure(A) else G.sum(axis=0)

    return step


ADD_SLIPS = (
    _bias_slip("broadcast-not-summed", lambda G: G),
    _bias_slip("broadcast-not-summed", lambda G: G.mean(axis=0)),
    Slip("broadcast-not-summed", {"vjp_add": lambda right, A, b, G: (G, G)}),
    Slip("broadcast-not-summed", {"vjp_add": _told_apart_by(len)}),
    Slip("broadcast-not-summed", {"vjp_add": _told_apart_by(np.size)}),
    Slip("operands-swapped", {"vjp_add": lambda right, A, b, G: right(A, b, G)[::-1]}),
    _bias_slip("bias-gradient-not-summed", lambda G: G[0]),
    _bias_slip("bias-gradient-not-summed", lambda G: G[-1]),
    _bias_slip("bias-gradient-missing", lambda G: np.zeros(G.shape[1])),
    Slip("bias-gradient-missing", {"vjp_add": lambda right, A, b, G: (G, np.zeros(np.shape(b)))}),
    _bias_slip("wrong-axis", lambda G: G.sum(axis=1)),
    _bias_slip("wrong-axis", lambda G: G.sum()),
    _bias_slip("wrong-axis", lambda G: np.full(G.shape[1], G.sum())),
    _bias_slip("extra-axis", lambda G: G.sum(axis=0, keepdims=True)),
)

MUL_SLIPS = (Slip("operands-swapped", {"vjp_mul": lambda right, A, B, G: right(A, B, G)[::-1]}),)


def _slope_slips(step, *more) -> tuple[Slip, ...]:
    """Slips in the sigmoid's derivative: `step(factor)` puts another factor of `a` in its place.

    `more` are steps of other names that the same slip spoils with it.
    """
    wrong = [
        ("missing-activation-derivative", np.ones_like),
        ("half-activation-derivative", lambda A: A),
        ("half-activation-derivative", lambda A: 1 - A),
        ("derivative-of-activation", lambda A: sigmoid(A) * (1 - sigmoid(A))),
        ("wrong-activation-derivative", lambda A: 1 - A**2),
        ("extra-activation-derivative", lambda A: (A * (1 - A)) ** 2),
    ]
    made = [(name, (step(factor), *(other(factor) for other in more))) for name, factor in wrong]
    return tuple(Slip(name, dict(spoilt)) for name, spoilt in made)


SIGMOID_SLIPS = _slope_slips(lambda factor: ("vjp_sigmoid", lambda right, S, G: G * factor(S)))


def _log_slip(name, wrong) -> Slip:
    return Slip(name, {"vjp_log": lambda right, A, G: right(wrong(A), G)})


LOG_SLIPS = (
    _log_slip("wrong-log-base", lambda A: A * np.log(10)),
    _log_slip("wrong-log-base", lambda A: A * np.log(2)),
    *(_log_slip("clipped", lambda A, e=10.0**-k: A + e) for k in range(4, 11)),
    *(_log_slip("clipped", lambda A, e=10.0**-k: np.clip(A, e, 1 - e)) for k in range(4, 11)),
    _log_slip("clipped", lambda A: np.minimum(A, 1)),
)
FLOOR_SLIPS = (  # only the exercise on the logarithm itself has inputs that are small enough to tell
    *(_log_slip("clipped", lambda A, e=10.0**-k: np.maximum(A, e)) for k in range(4, 13)),
    *(_log_slip("clipped", lambda A, e=10.0**-k: np.clip(A, e, 1 - e)) for k in range(11, 17)),
)

MEAN_SLIPS = (
    Slip("missing-mean", {"vjp_mean": lambda right, A, G: right(A, G) * A.size}),
    Slip("double-mean", {"vjp_mean": lambda right, A, G: right(A, G) / A.size}),
    *(
        Slip(
            "mean-over-wrong-count",
            {"vjp_mean": lambda right, A, G, axis=axis: right(A, G) * A.size / A.shape[axis]},
        )
        for axis in (0, -1)
    ),
)


def _last_path(right, grads, inputs, parts):
    for name, part in zip(inputs, parts, strict=True):
        grads[name] = part


def _last_path_that_reaches(right, grads, inputs, parts):
    if any(np.any(part) for part in parts):
        _last_path(right, grads, inputs, parts)


def _first_path(right, grads, inputs, parts):
    for name, part in zip(inputs, parts, strict=True):
        if not np.any(grads[name]):
            grads[name] = part


def _one_path_of_a_step(right, grads, inputs, parts):
    """Adds over steps, but a step that takes one name twice is heard once."""
    once = dict(zip(inputs, parts, strict=True))
    right(grads, tuple(once), tuple(once.values()))


def _first_path_of_a_step(right, grads, inputs, parts):
    once = dict(zip(inputs[::-1], parts[::-1], strict=True))
    right(grads, tuple(once), tuple(once.values()))


def _last_step(right, grads, inputs, parts):
    """Adds within a step that takes one name twice, but not over steps."""
    _last_path(right, grads, inputs, [np.zeros_like(part) for part in parts])
    right(grads, inputs, parts)


PATH_SLIPS = tuple(
    Slip("path-overwritten", {"arrive": wrong})
    for wrong in (
        _last_path,
        _last_path_that_reaches,
        _first_path,
        _one_path_of_a_step,
        _first_path_of_a_step,
        _last_step,
    )
)


def _cut(right, step, values, G, steps):
    """Local derivatives only: whatever comes back to the step's output is left out."""
    return right(step, values, np.ones(np.shape(values[step[2]])), steps)


def _averaged(right, A, B, G):
    return tuple(part / len(G) for part in right(A, B, G))


def _without_unreached(right, tape, values, **steps):
    return {name: grad for name, grad in right(tape, values, **steps).items() if np.any(grad)}


def _for_inputs_only(right, tape, values, **steps):
    made = {output for _, _, output in tape}
    return {n: grad for n, grad in right(tape, values, **steps).items() if n not in made}


def _only_what_is_reached(right, tape, values, add=operator.add, **steps):
    """Another style of the walk: a gradient is kept as it first arrives, steps without one are left out."""
    grads = {tape[-1][2]: np.ones(())}
    for step in steps["order"](tape):
        if step[2] in grads:
            parts = steps["local"](step, values, grads[step[2]], steps)
            for name, part in zip(step[1], parts, strict=True):
                grads[name] = add(grads[name], part) if name in grads else part
    return {name: grads.get(name, np.zeros(np.shape(values[name]))) for name in names_on(tape)}


CUT = Slip("chain-cut", {"local": _cut})
SWAPPED = Slip("operands-swapped", {**MATMUL_SLIPS[0].steps, **MUL_SLIPS[0].steps})

TAPE_SLIPS = (
    *PATH_SLIPS,
    Slip("shared-gradient", {"answer": partial(_only_what_is_reached, add=operator.iadd)}),
    Slip("forward-order", {"order": lambda right, tape: tape}),
    CUT,
    SWAPPED,
    *(  # with wrong shapes, or where nothing should arrive, it makes a difference how the walk is written
        Slip(slip.name, {**slip.steps, "answer": _only_what_is_reached})
        for slip in (CUT, SWAPPED, *MATMUL_SLIPS, *ADD_SLIPS)
    ),
    Slip("activation-skipped", {"sigmoid_value": lambda right, values, inputs, output: values[inputs[0]]}),
    Slip("double-mean", {"vjp_matmul": _averaged}),
    Slip("double-mean", {"vjp_matmul": _averaged, "vjp_add": _averaged}),
    Slip("wrong-keys", {"answer": _without_unreached}),
    Slip("wrong-keys", {"answer": _for_inputs_only}),
)


def _forward_with(activate):
    """A forward pass that activates with `activate(hidden, Z)`; `hidden` says of which kind the layer is."""

    def step(right, X, params):
        A, cache, depth = X, {"A0": X}, len(params) // 2
        for layer in range(1, depth + 1):
            Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
            A = activate(layer < depth, Z)
            cache[f"Z{layer}"], cache[f"A{layer}"] = Z, A
        return A, cache

    return step


def _without_biases(right, X, params):
    return right(X, {name: value * (name[0] == "W") for name, value in params.items()})


def _z_for_a(hidden, output):
    """A cache that has pre-activations for the A of the hidden layers, of the output, or of both."""

    def step(right, X, params):
        A, cache = right(X, params)
        depth = len(params) // 2
        chosen = [*range(1, depth)] * hidden + [depth] * output
        return A, cache | {f"A{layer}": cache[f"Z{layer}"] for layer in chosen}

    return step


def _in_output(factor):
    return "output_delta", lambda right, A, Y: factor(A)


def _in_hidden(factor):
    return "hidden_delta", lambda right, dZ_next, W_next, A: (dZ_next @ W_next.T) * factor(A)


def _input_slip(name, wrong) -> Slip:
    return Slip(name, {"input_from_delta": lambda right, dZ, W, cache: wrong(dZ, W, cache["A0"])})


SALIENCY_SLIPS = (
    *_slope_slips(_in_output),
    *_slope_slips(_in_output, _in_hidden),
    *(s for s in layers.HIDDEN_DELTA_SLIPS if s.name not in ("double-mean", "weights-transposed")),
    *layers.RECURSION_SLIPS,
    Slip("bias-skipped", {"forward": _without_biases}),
    Slip("activation-skipped", {"forward": _z_for_a(hidden=True, output=True)}),
    Slip("activation-skipped", {"forward": _z_for_a(hidden=True, output=False)}),
    Slip("hidden-layer-linear", {"forward": _forward_with(lambda hidden, Z: Z if hidden else sigmoid(Z))}),
    Slip("activation-skipped", {"forward": _forward_with(lambda hidden, Z: Z)}),
    Slip("output-layer-linear", {"forward": _forward_with(lambda hidden, Z: sigmoid(Z) if hidden else Z)}),
    Slip("wrong-activation", {"forward": _forward_with(lambda hidden, Z: np.tanh(Z))}),
    Slip(
        "wrong-activation", {"forward": _forward_with(lambda hidden, Z: np.tanh(Z) if hidden else sigmoid(Z))}
    ),
    Slip("activation-twice", {"forward": _forward_with(lambda hidden, Z: sigmoid(sigmoid(Z)))}),
    Slip("needless-mean", {"answer": lambda right, params, x, **steps: right(params, x, **steps) / x.size}),
    _input_slip("extra-activation-derivative", lambda dZ, W, X: (dZ @ W.T) * X * (1 - X)),
    _input_slip("chain-cut", lambda dZ, W, X: dZ),
    _input_slip("weights-transposed", lambda dZ, W, X: dZ @ W),
)


# --- Cases ------------------------------------------------------------------------------------------

SHAPES = (
    # label, shape, tags
    ("the lesson's losses", (12, 1), {"lesson"}),
    ("arrays of shape (6, 4)", (6, 4), set()),
    ("square arrays", (4, 4), {"square"}),
    ("integers", (5, 3), {"integer"}),
    ("a single example", (1, 5), {"one example"}),
    ("a single column", (7, 1), {"one unit"}),
    ("a single entry", (1, 1), {"one unit"}),
    ("vectors", (6,), set()),
    ("arrays with three axes", (2, 3, 4), set()),
)

PRODUCTS = (
    # label, m, inputs, units, tags
    ("the lesson's second layer", 12, 25, 15, {"lesson"}),
    ("a (6, 4) times a (4, 3) matrix", 6, 4, 3, set()),
    ("square matrices", 4, 4, 4, {"square"}),
    ("integers", 5, 3, 4, {"integer"}),
    ("a single example", 1, 5, 3, {"one example"}),
    ("a single unit", 7, 3, 1, {"one unit"}),
    ("a single input", 5, 1, 2, {"one unit"}),
    ("matrices of a single entry", 1, 1, 1, {"one example", "one unit"}),
)

SUMS = (
    # label, shape, whether b is a row that broadcasts, tags
    ("the lesson's second layer", (12, 15), True, {"lesson"}),
    ("a matrix and a bias", (6, 4), True, set()),
    ("two matrices of one shape", (6, 4), False, set()),
    ("a square matrix and a bias", (4, 4), True, {"square"}),
    ("two square matrices", (4, 4), False, {"square"}),
    ("integers, a matrix and a bias", (5, 3), True, {"integer"}),
    ("integers, two matrices", (3, 5), False, {"integer"}),
    ("a single example and a bias", (1, 5), True, {"one example"}),
    ("two single examples", (1, 5), False, {"one example"}),
    ("a single unit and its bias", (7, 1), True, {"one unit"}),
    ("two columns", (7, 1), False, {"one unit"}),
)


def _array(rng, shape):
    """Normal numbers; an array for the shape () too."""
    return np.asarray(rng.normal(size=shape))


def _drawing(rng, tags):
    return partial(integers if "integer" in tags else _array, rng)


def _rows(shape) -> dict[str, int]:
    return {"m": shape[0]}


def _and_small_gradients(cases: list[Case]) -> list[Case]:
    """The cases, and two of them once more with a G as small as those of a deep network's first layers."""
    small = []
    for case in cases[1:3]:
        *operands, G = case.arguments
        small.append(
            replace(case, label=f"{case.label}, a small G", arguments=(*operands, np.asarray(1e-5 * G)))
        )
    return [*cases, *small]


def _product_cases(rng) -> list[Case]:
    cases = []
    for label, m, inputs, units, tags in PRODUCTS:
        draw = _drawing(rng, tags)
        A, B, G = draw((m, inputs)), draw((inputs, units)), _array(rng, (m, units))
        cases.append(Case(label, (A, B, G), frozenset(tags), {"m": m}))
    return _and_small_gradients(cases)


def _sum_cases(rng) -> list[Case]:
    cases = []
    for label, shape, bias, tags in SUMS:
        draw = _drawing(rng, tags)
        A, b, G = draw(shape), draw(shape[1:] if bias else shape), _array(rng, shape)
        cases.append(Case(label, (A, b, G), frozenset(tags), _rows(shape)))
    return _and_small_gradients(cases)


def _shape_cases(rng, operands, gradient=_array) -> list[Case]:
    """A case for each of `SHAPES`: what `operands(draw, shape)` makes, and G."""
    cases = []
    for label, shape, tags in SHAPES:
        arguments = (*operands(_drawing(rng, tags), shape), gradient(rng, shape))
        cases.append(Case(label, arguments, frozenset(tags), _rows(shape)))
    return _and_small_gradients(cases)


def _mul_cases(rng) -> list[Case]:
    return _shape_cases(rng, lambda draw, shape: (draw(shape), draw(shape)))


def _sigmoid_cases(rng) -> list[Case]:
    """`context` is the op's input: the function sees its output."""
    cases = []
    for label, shape, tags in SHAPES:
        if "integer" not in tags:  # no sigmoid puts out integers
            Z = _array(rng, shape) * 1.5
            cases.append(Case(label, (sigmoid(Z), _array(rng, shape)), frozenset(tags), _rows(shape), Z))
    Z = _array(rng, (8, 5))
    Z *= 30 / np.abs(Z).max()
    tags = frozenset({"saturated"})
    return [*cases, Case("saturated units", (sigmoid(Z), _array(rng, Z.shape)), tags, _rows(Z.shape), Z)]


def _positive(array):
    """Its absolute values; floats stay away from 0, near which a case of its own is."""
    return np.abs(array) + (0 if array.dtype.kind == "i" else 0.1)


def _log_cases(rng) -> list[Case]:
    cases = _shape_cases(rng, lambda draw, shape: (_positive(draw(shape)),))
    tiny = rng.permutation(np.logspace(-13, -7, 18)).reshape(6, 3)  # a sigmoid at -30 is as small
    tags = frozenset({"saturated"})
    return [*cases, Case("probabilities near 0", (tiny, _array(rng, tiny.shape)), tags, _rows(tiny.shape))]


def _mean_cases(rng) -> list[Case]:
    """Without counts: what divides is the number of all entries, in slips as in the right answer."""
    cases = _shape_cases(rng, lambda draw, shape: (draw(shape),), lambda rng, shape: _array(rng, ()))
    return [Case(c.label, c.arguments, c.tags) for c in cases]


SALIENT = (
    # label, sizes, tags
    ("the lesson's 64-25-15-1 network", LESSON_SIZES, {"lesson"}),
    ("a 7-5-3-1 network", (7, 5, 3, 1), set()),
    ("square layers, 4-4-4-1", (4, 4, 4, 1), {"square"}),
    ("integer input and weights", (5, 4, 3, 1), {"integer"}),
    ("saturated units", (6, 5, 4, 1), {"saturated"}),
    ("layers of one unit", (3, 1, 1, 1), {"one unit"}),
    ("one feature and one unit a layer", (1, 1, 1, 1), {"one unit"}),
    ("a network of two layers", (5, 4, 1), set()),
    ("a network of four layers", (6, 5, 4, 3, 1), set()),
    ("a network of one layer", (4, 1), set()),
)


def _saliency_cases(rng) -> list[Case]:
    cases = []
    for label, sizes, tags in SALIENT:
        network = random_network(rng, label, sizes, 3, tags)
        cases.append(Case(label, (network.params, network.X[0]), network.tags))
    return cases


def _tape_cases(rng) -> list[Case]:
    return [Case(t.label, (t.steps, t.values), t.tags, context=t) for t in tapes(rng)]


# --- References: TensorFlow in float64 --------------------------------------------------------------


def _product_of(op):
    """The reference for `op(tf, *operands)`: TensorFlow's vector-Jacobian product with the last argument."""

    def reference(case: Case):
        tf = import_tensorflow()
        *operands, G = (tf.constant(array, tf.float64) for array in case.arguments)
        return _products(tf, op, operands, G)

    return reference


def _products(tf, op, operands, G):
    with tf.GradientTape() as tape:
        tape.watch(operands)
        output = op(tf, *operands)
    found = [gradient.numpy() for gradient in tape.gradient(output, operands, output_gradients=G)]
    return tuple(found) if len(found) > 1 else found[0]


def _sigmoid_reference(case: Case):
    tf = import_tensorflow()
    return _products(
        tf, lambda tf, Z: tf.sigmoid(Z), [tf.constant(case.context)], tf.constant(case.arguments[1])
    )


def _tape_reference(case: Case):
    return gradients(import_tensorflow(), case.context)


def _saliency_reference(case: Case):
    tf = import_tensorflow()
    params, x = case.arguments
    x = tf.constant(x[np.newaxis], tf.float64)
    with tf.GradientTape() as tape:
        tape.watch(x)
        A = x
        for layer in range(1, len(params) // 2 + 1):
            W, b = (tf.constant(params[f"{kind}{layer}"], tf.float64) for kind in "Wb")
            A = tf.sigmoid(A @ W + b)
    return tape.gradient(A, x).numpy()[0]


# --- What to read again, and small arguments to experiment with -------------------------------------

SECTIONS = {
    # name: the section that explains it, where that is another than the exercise's own
    "needless-mean": "2.1 What a step has to know",
    "weights-transposed": "2.2 The matrix product",
    "operands-swapped": "2.2 The matrix product",
    "broadcast-not-summed": "2.3 The sum",
    "bias-gradient-not-summed": "2.3 The sum",
    "bias-gradient-missing": "2.3 The sum",
    "wrong-axis": "2.3 The sum",
    "extra-axis": "2.3 The sum",
    "missing-activation-derivative": "2.4 Entry by entry",
    "extra-activation-derivative": "2.4 Entry by entry",
    "half-activation-derivative": "2.4 Entry by entry",
    "derivative-of-activation": "2.4 Entry by entry",
    "wrong-activation-derivative": "2.4 Entry by entry",
    "activation-skipped": "2.4 Entry by entry",
    "wrong-log-base": "2.4 Entry by entry",
    "clipped": "2.4 Entry by entry",
    "numerically-unstable": "2.4 Entry by entry",
    "missing-mean": "2.5 The mean",
    "double-mean": "2.5 The mean",
    "mean-over-wrong-count": "2.5 The mean",
    "shared-gradient": "3.1 A tape with a fork",
    "path-overwritten": "3.1 A tape with a fork",
    "forward-order": "3.2 The rule",
    "chain-cut": "3.2 The rule",
    "wrong-keys": "3.2 The rule",
}

# Names that another tape than the first shows in `backward`.
SIGMOID_NAMES = (
    "extra-activation-derivative",
    "missing-activation-derivative",
    "half-activation-derivative",
    "derivative-of-activation",
    "wrong-activation-derivative",
    "activation-skipped",
)
SUM_NAMES = (
    "broadcast-not-summed",
    "bias-gradient-not-summed",
    "bias-gradient-missing",
    "wrong-axis",
    "extra-axis",
)
PRODUCT_NAMES = ("weights-transposed", "operands-swapped", "double-mean", "mean-over-wrong-count")

LOG_TAPE = (
    "tiny_x, tiny_s = np.array([[3.0, 2.0]]), np.array([[9.0, 4.0]])\n"
    'tiny_tape = [("mul", ("x", "x"), "s"), ("log", ("s",), "l"), ("mean", ("l",), "J")]\n'
    'tiny = tiny_tape, {"x": tiny_x, "s": tiny_s, "l": np.log(tiny_s), "J": np.log(tiny_s).mean()}'
)
SALIENCY = "tiny = initialize([3, 2, 1], seed=0), np.array([1.0, 2.0, 3.0])"
SQUARE_TAPE = (
    'tiny_tape = [("mul", ("x", "x"), "s"), ("mean", ("s",), "J")]\n'
    'print(backward(tiny_tape, {"x": np.array([3.0]), "s": np.array([9.0]), "J": np.array(9.0)}))'
)
SIGMOID = "tiny = np.array([[0.01, 0.5, 0.99]]), np.array([[1.0, 1.0, 2.0]])"
SHARED_TAPE = (
    'tiny_tape = [("mul", ("x", "x"), "p"), ("add", ("x", "y"), "s")]\n'
    'tiny_tape += [("add", ("s", "p"), "q"), ("mean", ("q",), "J")]\n'
    'tiny_values = {"x": 3.0, "y": 1.0, "p": 9.0, "s": 4.0, "q": 13.0}\n'
    "tiny_values = {name: np.array([value]) for name, value in tiny_values.items()}\n"
    'print(backward(tiny_tape, {**tiny_values, "J": np.array(13.0)}))'
)
SIGMOID_TAPE = (
    'tiny_tape = [("sigmoid", ("z",), "a"), ("mean", ("a",), "J")]\n'
    'tiny_values = {"z": np.array([-4.6, 0.0, 4.6]), "a": np.array([0.01, 0.5, 0.99]), "J": np.array(0.5)}\n'
    "print(backward(tiny_tape, tiny_values))"
)
SUM_TAPE = (
    'tiny_tape = [("add", ("A", "b"), "Z"), ("mean", ("Z",), "J")]\n'
    'tiny_values = {"A": np.ones((3, 2)), "b": np.zeros(2), "Z": np.ones((3, 2)), "J": np.array(1.0)}\n'
    "print(backward(tiny_tape, tiny_values))"
)
PRODUCT_TAPE = (
    "tiny_A, tiny_B = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]]), np.array([[2.0], [1.0], [1.0]])\n"
    'tiny_tape = [("matmul", ("A", "B"), "C"), ("mean", ("C",), "J")]\n'
    'tiny_values = {"A": tiny_A, "B": tiny_B, "C": np.array([[7.0], [0.0]]), "J": np.array(3.5)}\n'
    "print(backward(tiny_tape, tiny_values))"
)


# --- The lesson -------------------------------------------------------------------------------------


def _kind_of_tape(part: str, case: Case) -> str:
    """Tapes have names of their own: what a learner sees is which kinds of tape are right."""
    return case.context.kind


def _carried_along(case: Case, own) -> dict:
    """The gradient by each name given those by the outputs of the steps that take it."""
    tape, values = case.arguments
    expected = {name: np.zeros(np.shape(values[name])) for name in names_on(tape)}
    for step in tape:
        _, inputs, output = step
        if output in own:
            parts = local(step, values, own[output], {**RULES, "sigmoid_value": sigmoid_value})
            arrive(expected, inputs, parts)
        else:
            expected |= dict.fromkeys(inputs, np.nan)
    del expected[tape[-1][2]]
    return expected


def _slopes_of(op, *parts: str) -> Invariant:
    """Nudging an operand of `op` moves its output, weighted by G, as the product says."""

    def weighted(case: Case, arrays) -> float:
        return float((op(*(arrays[part] for part in parts)) * case.arguments[-1]).sum())

    def operands(case: Case) -> dict:
        return dict(zip(parts, case.arguments[:-1], strict=True))

    return slopes(weighted, operands, NUDGED)


def _output_by_itself(case: Case, parts) -> bool:
    return bool(parts[case.arguments[0][-1][2]] == 1)


def _result(case: Case, arrays) -> float:
    """The last value of a tape that is run again from other inputs."""
    tape, values = case.arguments
    values = {**values, **arrays}
    for op, inputs, output in tape:
        values[output] = OPS[op](*(values[name] for name in inputs))
    return float(values[output])


def _given(case: Case) -> dict:
    """What a tape starts from."""
    tape, values = case.arguments
    made = {output for _, _, output in tape}
    return {name: values[name] for name in names_on(tape) if name not in made}


def _output_of_network(case: Case, arrays) -> float:
    A, _ = forward(arrays["saliency"][np.newaxis], case.arguments[0])
    return float(A[0, 0])


NUDGED = "Nudge an operand, and the output changes by another amount than this gradient says."
NUDGED_INPUT = "Nudge an input, and the output changes by another amount than this gradient says."

RULES = {
    "vjp_matmul": vjp_matmul,
    "vjp_add": vjp_add,
    "vjp_mul": vjp_mul,
    "vjp_sigmoid": vjp_sigmoid,
    "vjp_log": vjp_log,
    "vjp_mean": vjp_mean,
}


def _rule(name, **entries) -> Exercise:
    """The exercise on one op's vector-Jacobian product."""
    return Exercise(
        name=name,
        solve=lambda *arguments, **steps: steps[name](*arguments),
        steps={name: RULES[name]},
        **entries,
    )


EXERCISES = (
    _rule(
        "vjp_matmul",
        points=2,
        asks="the gradients of a matrix product's two factors",
        reread="2.2 The matrix product",
        sections=SECTIONS,
        examples={
            "tiny": (
                "tiny = np.array([[1.0, 2.0, 3.0], [0.5, -1.0, 0.0]]), np.array([[2.0], [1.0], [0.5]])\n"
                "tiny += (np.array([[0.1], [0.4]]),)"
            ),
            "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), tiny[1], np.tile(tiny[2], (2, 1))",
        },
        arguments=("A", "B", "G"),
        cases=_product_cases,
        reference=_product_of(lambda tf, A, B: A @ B),
        slips=(*MATMUL_SLIPS, *BATCH_SLIPS, _over_all_entries("vjp_matmul")),
        extra_mean="needless-mean",
        parts=("dA", "dB"),
        invariants=(_slopes_of(np.matmul, "dA", "dB"),),
    ),
    _rule(
        "vjp_add",
        points=2,
        asks="the gradients of a sum's two terms, one of which may be a bias",
        reread="2.3 The sum",
        sections={**SECTIONS, "operands-swapped": "2.3 The sum"},
        examples={
            "tiny": (
                "tiny = np.ones((3, 2)), np.array([1.0, 2.0]), np.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]])"
            ),
            "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), tiny[1], np.tile(tiny[2], (2, 1))",
        },
        arguments=("A", "b", "G"),
        cases=_sum_cases,
        reference=_product_of(lambda tf, A, b: A + b),
        slips=(*ADD_SLIPS, _over_all_entries("vjp_add")),
        extra_mean="needless-mean",
        parts=("dA", "db"),
        invariants=(_slopes_of(np.add, "dA", "db"),),
    ),
    _rule(
        "vjp_mul",
        points=1,
        asks="the gradients of the two factors of a product entry by entry",
        reread="2.4 Entry by entry",
        sections={**SECTIONS, "operands-swapped": "2.4 Entry by entry"},
        examples={
            "tiny": ("tiny = np.array([[1.0, 2.0]]), np.array([[10.0, 20.0]]), np.array([[1.0, 3.0]])"),
            "tiny_twice": "tiny_twice = [np.tile(part, (2, 1)) for part in tiny]",
        },
        arguments=("A", "B", "G"),
        cases=_mul_cases,
        reference=_product_of(lambda tf, A, B: A * B),
        slips=(*MUL_SLIPS, _over_all_entries("vjp_mul")),
        extra_mean="needless-mean",
        parts=("dA", "dB"),
        invariants=(_slopes_of(np.multiply, "dA", "dB"),),
    ),
    _rule(
        "vjp_sigmoid",
        points=1,
        asks="the gradient of a sigmoid's input, from its output",
        reread="2.4 Entry by entry",
        sections=SECTIONS,
        examples={
            "tiny": SIGMOID,
            "tiny_twice": "tiny_twice = [np.tile(part, (2, 1)) for part in tiny]",
            "tiny_far": "tiny_far = np.array([1e-12, 1 - 1e-12]), np.array([1.0, 1.0])",
            "extra-activation-derivative": SIGMOID + "\nprint(vjp_sigmoid(*tiny))",
        },
        hints={"extra-activation-derivative": layers.SCALED_TWICE},
        arguments=("S", "G"),
        cases=_sigmoid_cases,
        reference=_sigmoid_reference,
        slips=(*SIGMOID_SLIPS, _over_all_entries("vjp_sigmoid")),
        extra_mean="needless-mean",
        parts=("dA",),
        invariants=(
            Invariant(
                "A sigmoid only ever rises, but some signs are not those of G.",
                lambda case, parts: bool(np.all(parts["dA"] * case.arguments[1] >= 0)),
            ),
        ),
    ),
    _rule(
        "vjp_log",
        points=1,
        asks="the gradient of a logarithm's input",
        reread="2.4 Entry by entry",
        sections=SECTIONS,
        examples={
            "tiny": "tiny = np.array([[0.5, 1.0, 2.0]]), np.array([[1.0, 1.0, 2.0]])",
            "tiny_twice": "tiny_twice = [np.tile(part, (2, 1)) for part in tiny]",
            "tiny_far": "tiny_far = np.array([1e-13, 1e-5, 2.0]), np.array([1.0, 1.0, 1.0])",
        },
        arguments=("A", "G"),
        cases=_log_cases,
        reference=_product_of(lambda tf, A: tf.math.log(A)),
        slips=(*LOG_SLIPS, *FLOOR_SLIPS, _over_all_entries("vjp_log")),
        extra_mean="needless-mean",
        parts=("dA",),
        invariants=(_slopes_of(np.log, "dA"),),
    ),
    _rule(
        "vjp_mean",
        points=1,
        asks="the gradient of the entries that a mean is taken of",
        reread="2.5 The mean",
        sections=SECTIONS,
        examples={
            "tiny": "tiny = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), 1.0",
            "tiny_twice": "tiny_twice = np.tile(tiny[0], (2, 1)), tiny[1]",
        },
        arguments=("A", "G"),
        cases=_mean_cases,
        reference=_product_of(lambda tf, A: tf.reduce_mean(A)),
        slips=MEAN_SLIPS,
        parts=("dA",),
        invariants=(
            of(
                "dA",
                lambda dA: np.ptp(dA) <= 1e-12,
                "The entries differ, but each of them has the same share in a mean.",
            ),
            _slopes_of(np.mean, "dA"),
        ),
    ),
    Exercise(
        name="backward",
        points=5,
        asks="the gradients by every name on a tape",
        reread="3. Walk the tape back",
        sections=SECTIONS,
        examples={
            "tiny": LOG_TAPE,
            "tiny_far": (
                'tiny_tape = [("log", ("a",), "l"), ("mean", ("l",), "J")]\n'
                'tiny_far = tiny_tape, {"a": np.array([1e-13]), "l": np.log([1e-13]), "J": np.log(1e-13)}'
            ),
            **dict.fromkeys(SIGMOID_NAMES, SIGMOID_TAPE),
            **dict.fromkeys(SUM_NAMES, SUM_TAPE),
            **dict.fromkeys(PRODUCT_NAMES, PRODUCT_TAPE),
            "path-overwritten": SQUARE_TAPE,
            "shared-gradient": SHARED_TAPE,
            "missing-mean": LOG_TAPE + "\nprint(backward(*tiny))",
        },
        hints={
            "extra-activation-derivative": layers.SCALED_TWICE,
            "chain-cut": Hint(
                advice=(
                    "Each step receives what came back to its output and changes it by its own "
                    "operation. Where in your walk does what came back enter?"
                ),
                experiment=(
                    "Write down, step by step, what came back to the output and what goes on to the "
                    "inputs: does the second depend on the first?"
                ),
            ),
        },
        arguments=("tape", "values"),
        cases=_tape_cases,
        reference=_tape_reference,
        solve=backward,
        steps={**RULES, "order": order, "local": local, "arrive": arrive, "sigmoid_value": sigmoid_value},
        slips=(
            *TAPE_SLIPS,
            *MATMUL_SLIPS,
            *ADD_SLIPS,
            *MUL_SLIPS,
            *SIGMOID_SLIPS,
            *LOG_SLIPS,
            *MEAN_SLIPS,
        ),
        alias=_kind_of_tape,
        carry_forward=_carried_along,
        invariants=(
            Invariant("The gradient of the output by itself is not 1.", _output_by_itself),
            slopes(_result, _given, NUDGED_INPUT),
        ),
    ),
    Exercise(
        name="saliency",
        points=3,
        asks="the gradient of the network's output with respect to its input",
        reread="7. Gradients with respect to the input",
        examples={
            "tiny": SALIENCY,
            **dict.fromkeys(
                ("extra-activation-derivative", "needless-mean"), SALIENCY + "\nprint(saliency(*tiny))"
            ),
            "bias-skipped": SALIENCY + "\nprint(saliency(tiny[0], 0 * tiny[1]))",
            "chain-cut": SALIENCY + "\nprint(saliency({**tiny[0], 'W2': 0 * tiny[0]['W2']}, tiny[1]))",
            "output-layer-linear": SALIENCY
            + "\nprint(saliency({**tiny[0], 'b2': np.array([100.0])}, tiny[1]))",
        },
        hints={
            "extra-activation-derivative": layers.SCALED_TWICE,
            "output-layer-linear": Hint(
                experiment="Make the last bias 100, so that the output is certain: how much can a small "
                "change of x still move it?"
            ),
            "needless-mean": Hint(
                experiment=(
                    "Nudge one entry of x by a thousandth and put it through the network: by how many"
                    " thousandths does the output move, and what does your function say of that "
                    "entry?"
                ),
            ),
            "one-example-only": Hint(
                advice="Every entry of x moves the output a little. Look for an index, or a slice, that "
                "keeps one of them.",
                experiment=(
                    "Nudge each entry of x in turn and put it through the network: which of them move"
                    " the output, and which ones does your function know of?"
                ),
            ),
        },
        arguments=("params", "x"),
        cases=_saliency_cases,
        reference=_saliency_reference,
        solve=saliency,
        steps={**layers.NETWORK_STEPS, "output_delta": output_slope, "forward": forward},
        slips=SALIENCY_SLIPS,
        parts=("saliency",),
        axes={"saliency": ("feature",)},
        invariants=(slopes(_output_of_network, lambda case: {"saliency": case.arguments[1]}, NUDGED_INPUT),),
    ),
)

LESSON = Lesson(
    name="06_automatic_differentiation",
    title="Automatic differentiation",
    builds=(
        "your own `GradientTape`: record six operations, walk the tape back, find lesson 3's gradients "
        "again; where TensorFlow does the same, and what it costs"
    ),
    minutes="90–120",
    exercises=in_order(*EXERCISES),
)
