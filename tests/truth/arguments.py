"""Legal arguments beyond the cases of the exercises: Hypothesis draws sizes, depths, scales, saturation.

`drawn(lesson, exercise)` is a strategy for cases, with all that the reference needs. What a drawn number of
bits decides is the noise in the arrays; all that may matter is drawn one by one, so that it can shrink.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
from hypothesis import strategies as st

from grader import lessons
from grader.learner.functions import ACTIVATIONS, Activation, Cubic, NetworkCost
from grader.lessons import Case
from grader.lessons.automatic_differentiation.drawn_tapes import tapes
from grader.lessons.automatic_differentiation.tapes import OPS, Tape, network_tape
from grader.lessons.list_of_layers.fit_layers import STEPS as FIT_STEPS
from grader.lessons.list_of_layers.fit_layers import fit_layers
from grader.lessons.list_of_layers.forward_layers import STEPS as FORWARD_STEPS
from grader.lessons.list_of_layers.forward_layers import forward_layers
from grader.lessons.list_of_layers.layer_lists import random_layers
from grader.lessons.networks import random_network
from grader.lessons.softmax_cross_entropy.backward_softmax import SoftmaxNetwork
from utils.network import forward, sigmoid, softmax

LARGEST = 30.0  # where the contract still judges
LARGEST_STABLE = 1e4

generators = st.integers(0, 2**32 - 1).map(np.random.default_rng)
sizes = st.integers(1, 7)
one_unit = st.just(1)
batch_sizes = st.integers(1, 12)
scales = st.floats(-3, 3).map(lambda exponent: 10.0**exponent)
shapes = st.lists(st.integers(1, 6), min_size=0, max_size=3).map(tuple)


def drawn(lesson: str, exercise: str) -> st.SearchStrategy[Case]:
    """Cases for an exercise of a lesson: drawn for it if it has a strategy, else those of other seeds."""
    if exercise in STRATEGIES[lesson]:
        return STRATEGIES[lesson][exercise]
    cases = lessons.load(lesson).exercises[exercise].cases
    return generators.flatmap(lambda rng: st.sampled_from(cases(rng)))


def _case(arguments: tuple, context=None) -> Case:
    sizes = ", ".join(map(_size, arguments))
    return Case(f"drawn arguments of sizes {sizes}", arguments, context=context)


def _size(argument) -> str:
    if isinstance(argument, dict):
        return "{" + ", ".join(f"{name}: {_size(value)}" for name, value in argument.items()) + "}"
    return str(np.shape(argument)) if isinstance(argument, np.ndarray) else type(argument).__name__


def _normal(rng, shape) -> np.ndarray:
    return np.asarray(rng.normal(size=shape))


def _integers(rng, shape) -> np.ndarray:
    """Small integers of dtype int64, 0 among them."""
    return np.asarray(rng.integers(-3, 4, size=shape))


@st.composite
def _arrays(draw, shape):
    """An array of a shape: numbers of some scale, or integers."""
    rng = draw(generators)
    return _integers(rng, shape) if draw(st.booleans()) else _normal(rng, shape) * draw(scales)


@st.composite
def _scores(draw, shape, largest):
    """Floats of which the largest is anything up to `largest`."""
    z = _normal(draw(generators), shape)
    bound = largest * 10.0 ** draw(st.floats(-4, 0))
    return z * (bound / np.abs(z).max())


# --- Lesson 1 ---------------------------------------------------------------------------------------


@st.composite
def _sigmoid_cases(draw):
    kind = draw(st.sampled_from(["array", "integers", "float", "int"]))
    bound = int(LARGEST_STABLE)
    if kind == "float":
        return _case((draw(st.floats(-bound, bound)),))
    if kind == "int":
        return _case((draw(st.integers(-bound, bound)),))
    if kind == "integers":
        return _case((draw(generators).integers(-bound, bound + 1, size=draw(shapes) or (3,)),))
    return _case((draw(_scores(draw(shapes), LARGEST_STABLE)),))


@st.composite
def _labels(draw, m):
    kind = draw(st.sampled_from(["int64", "float64", "soft"]))
    rng = draw(generators)
    return rng.uniform(size=m) if kind == "soft" else rng.integers(2, size=m).astype(kind)


@st.composite
def _models(draw, largest):
    """`(X, y, w, b)` with scores of any size up to `largest`."""
    rng, m, n = draw(generators), draw(batch_sizes), draw(sizes)
    if draw(st.booleans()):
        X, w, b = _integers(rng, (m, n)), rng.integers(-1, 2, size=n), int(rng.integers(-2, 3))
    else:
        scale = draw(scales)
        X, w, b = _normal(rng, (m, n)) * scale, _normal(rng, n) / scale, float(rng.normal())
        factor = largest * 10.0 ** draw(st.floats(-3, 0)) / np.abs(X @ w + b).max()
        w, b = w * factor, float(b * factor)
    return X, draw(_labels(m)), w, b


@st.composite
def _loss_cases(draw):
    m = draw(batch_sizes)
    return _case((sigmoid(draw(_scores(m, LARGEST))), draw(_labels(m))))


@st.composite
def _descents(draw):
    """Steps so small that the scores stay where the contract judges."""
    X, y, w, b = draw(_models(LARGEST / 3))
    rate = draw(st.floats(0.01, 1)) / max(1.0, float((X**2).sum(axis=1).max()))
    return _case((X, y, w, b, rate, draw(st.integers(1, 8))))


# --- Lesson 2 ---------------------------------------------------------------------------------------


@st.composite
def _dense_cases(draw, examples):
    n_in, n_out = draw(sizes), draw(sizes)
    A_prev = draw(_arrays((*examples(draw), n_in)))
    W, b = draw(_arrays((n_in, n_out))), draw(_arrays((n_out,)))
    largest = np.abs(A_prev @ W + b).max()
    if largest > LARGEST:
        W, b = W * (LARGEST / largest), b * (LARGEST / largest)
    return _case((A_prev, W, b, Activation(draw(st.sampled_from(sorted(ACTIVATIONS))))))


def _largest_z(X, params) -> float:
    _, cache = forward(X, params)
    return max(np.abs(value).max() for name, value in cache.items() if name[0] == "Z")


@st.composite
def _networks(draw, outputs=one_unit):
    """Networks of up to five layers, of integers, saturated, or with weights of some scale."""
    units = (*draw(st.lists(sizes, min_size=1, max_size=5)), draw(outputs))
    kind = draw(st.sampled_from(["integer", "saturated", "scaled"]))
    network = random_network(draw(generators), "a drawn network", units, draw(batch_sizes), {kind})
    if kind == "scaled":
        factor = draw(st.floats(-2, 1).map(lambda exponent: 10.0**exponent))
        params = {name: value * factor for name, value in network.params.items()}
        if _largest_z(network.X, params) <= LARGEST:
            network = replace(network, params=params)
    return network


@st.composite
def _binary_cross_entropy_cases(draw):
    network = draw(_networks())
    return _case((network.Y, network.cache()[f"A{network.depth}"]))


count_cases = st.lists(st.integers(1, 3000), min_size=2, max_size=9).map(lambda layers: _case((layers,)))


@st.composite
def _glorot_cases(draw):
    return _case((draw(st.integers(1, 60)), draw(st.integers(1, 60)), draw(generators)))


# --- Lesson 3 ---------------------------------------------------------------------------------------


@st.composite
def _difference_cases(draw):
    rng = draw(generators)
    if draw(st.booleans()):
        units = (*draw(st.lists(sizes, min_size=1, max_size=2)), 1)
        network = random_network(rng, "a drawn network", units, draw(batch_sizes))
        name = draw(st.sampled_from(sorted(network.params)))
        return _case((NetworkCost(network.params, network.X, network.Y, name), network.params[name]))
    shape, scale = draw(shapes), draw(scales)
    f = Cubic(*(_normal(rng, shape) * factor for factor in (scale, scale, scale, np.sqrt(scale))))
    return _case((f, _normal(rng, shape), *draw(st.sampled_from([(), (1e-5,), (1e-4,), (0.3,)]))))


@st.composite
def _output_delta_cases(draw):
    network = draw(_networks())
    A, Z = (network.cache()[f"{kind}{network.depth}"] for kind in "AZ")
    return _case((A, network.Y), context=Z)


@st.composite
def _hidden_delta_cases(draw):
    m, n, units = draw(batch_sizes), draw(sizes), draw(sizes)
    Z, W, dZ = draw(_scores((m, n), LARGEST)), draw(_arrays((n, units))), draw(_arrays((m, units)))
    A = sigmoid(Z)
    return _case((dZ, W, A), context=SimpleNamespace(Z=Z, A=A, W=W, dZ=dZ))


@st.composite
def _parameter_gradient_cases(draw):
    m = draw(batch_sizes)
    return _case((draw(_arrays((m, draw(sizes)))), draw(_arrays((m, draw(sizes))))))


# --- Lesson 4 ---------------------------------------------------------------------------------------


@st.composite
def _logits(draw):
    shape = draw(batch_sizes), draw(sizes)
    if draw(st.booleans()):
        return _integers(draw(generators), shape) * draw(st.sampled_from([1, 3000]))
    return draw(_scores(shape, LARGEST_STABLE)) + draw(st.sampled_from([0.0, 700.0, -9000.0]))


def _classes(rng, Z):
    return rng.integers(Z.shape[1], size=len(Z))


@st.composite
def _logit_cases(draw, with_classes):
    Z = np.clip(draw(_logits()), -LARGEST_STABLE, LARGEST_STABLE)
    return _case((Z, _classes(draw(generators), Z)) if with_classes else (Z,))


@st.composite
def _probability_cases(draw, labels):
    rng, Z = draw(generators), draw(_scores((draw(batch_sizes), draw(sizes)), LARGEST))
    y = _classes(rng, Z)
    if labels == "classes":
        return _case((y, softmax(Z)))
    dtype = draw(st.sampled_from([np.int64, np.float64]))
    return _case((np.eye(Z.shape[1], dtype=dtype)[y], softmax(Z)))


@st.composite
def _jacobian_cases(draw):
    n = draw(st.integers(1, 12))
    return _case((draw(st.one_of(_scores(n, LARGEST), generators.map(lambda rng: _integers(rng, n)))),))


@st.composite
def _regression_cases(draw):
    shape = draw(shapes) or (1,)
    return _case((draw(_arrays(shape)), draw(_arrays(shape))))


@st.composite
def _softmax_network_cases(draw):
    plain = draw(_networks(outputs=sizes))
    fields = {name: getattr(plain, name) for name in ("label", "sizes", "params", "X", "Y", "tags")}
    y = draw(generators).integers(plain.sizes[-1], size=len(plain.X))
    network = SoftmaxNetwork(**fields, y=y)
    return _case((network.params, network.cache(), y), context=network)


# --- Lesson 5 ---------------------------------------------------------------------------------------


@st.composite
def _predict_classes_cases(draw):
    """Probabilities in steps of an eighth, where halves and ties abound, or of no steps."""
    A = draw(generators).uniform(size=(draw(batch_sizes), draw(sizes)))
    return _case((np.round(8 * A) / 8 if draw(st.booleans()) else A,))


@st.composite
def _accuracy_cases(draw):
    rng, m, classes = draw(generators), draw(batch_sizes), draw(sizes)
    y, y_pred = rng.integers(classes, size=(2, m))
    return _case((y.astype(draw(st.sampled_from([np.int64, np.float64]))), y_pred))


@st.composite
def _params_and_grads(draw):
    """`(params, grads, depth)` of a network of any depth, each array of a scale of its own."""
    units = draw(st.lists(sizes, min_size=2, max_size=6))
    arrays = {}
    for layer, (n_in, n_out) in enumerate(pairwise(units), start=1):
        arrays[f"W{layer}"], arrays[f"b{layer}"] = (n_in, n_out), (n_out,)
    params = {name: draw(_arrays(shape)) for name, shape in arrays.items()}
    return params, {f"d{name}": draw(_arrays(shape)) for name, shape in arrays.items()}, len(units) - 1


@st.composite
def _sgd_cases(draw):
    params, grads, depth = draw(_params_and_grads())
    return _case((params, grads, draw(scales)), context=depth)


@st.composite
def _adam_cases(draw):
    params, grads, depth = draw(_params_and_grads())
    rng, t = draw(generators), draw(st.sampled_from([0, 1, 2, 30, 5000]))
    m = {name: _normal(rng, value.shape) * (t > 0) for name, value in params.items()}
    v = {name: value**2 * rng.uniform(0.5, 2) for name, value in m.items()}
    beta = st.floats(0.05, 0.999)
    others = draw(scales), draw(beta), draw(beta), 10.0 ** draw(st.floats(-8, -1))
    state = {"t": t, "m": m, "v": v}
    return _case((params, grads, state, *others[: draw(st.integers(0, 4))]), context=depth)


@st.composite
def _fit_cases(draw):
    network = draw(_networks().filter(lambda network: "scaled" in network.tags))
    Y = draw(_labels(len(network.X))).reshape(-1, 1)
    rate, epochs, batch_size = draw(st.floats(0.01, 1)), draw(st.integers(1, 3)), draw(st.integers(1, 14))
    return _case((network.X, Y, network.params, rate, epochs, batch_size), context=network.depth)


@st.composite
def _standardize_cases(draw):
    """Features of any mean and spread; some do not vary, at a number that need not be exact in binary."""
    rng, m, k, n = draw(generators), draw(batch_sizes), draw(batch_sizes), draw(sizes)
    if draw(st.booleans()):
        both = rng.integers(-9, 10, size=(m + k, n))
    else:
        both = _normal(rng, (m + k, n)) * draw(scales) + _normal(rng, n) * 3
    for column in draw(st.sets(st.integers(0, n - 1))):
        both[:m, column] = both[0, column]
    return _case((both[:m], both[m:]))


@st.composite
def _leaky_cases(draw):
    slope = draw(st.one_of(st.sampled_from([0.0, 0.01, 1.0]), st.floats(0, 4)))
    return _case((draw(_arrays(draw(shapes) or (1,))), slope))


# --- Lesson 6 ---------------------------------------------------------------------------------------


@st.composite
def _matmul_cases(draw):
    m, p, n = draw(batch_sizes), draw(sizes), draw(sizes)
    return _case((draw(_arrays((m, p))), draw(_arrays((p, n))), draw(_gradients((m, n)))))


@st.composite
def _gradients(draw, shape):
    return _normal(draw(generators), shape) * draw(scales)


@st.composite
def _add_cases(draw):
    shape = draw(batch_sizes), draw(sizes)
    b = draw(_arrays(draw(st.sampled_from([shape, shape[1:]]))))
    return _case((draw(_arrays(shape)), b, draw(_gradients(shape))))


@st.composite
def _mul_cases(draw):
    shape = draw(shapes) or (1,)
    return _case((draw(_arrays(shape)), draw(_arrays(shape)), draw(_gradients(shape))))


@st.composite
def _vjp_sigmoid_cases(draw):
    shape = draw(shapes) or (1,)
    Z = draw(_scores(shape, LARGEST))
    return _case((sigmoid(Z), draw(_gradients(shape))), context=Z)


@st.composite
def _vjp_log_cases(draw):
    shape = draw(shapes) or (1,)
    A = 10.0 ** draw(generators).uniform(-13, 3, size=shape)
    return _case((A, draw(_gradients(shape))))


@st.composite
def _vjp_mean_cases(draw):
    return _case((draw(_arrays(draw(shapes) or (1,))), draw(_gradients(()))))


@st.composite
def _tape_cases(draw):
    """Tapes of random steps, and of networks of any size."""
    if draw(st.booleans()):
        found = tapes(draw(generators))[-1]
    else:
        network = draw(_networks().filter(lambda network: "scaled" in network.tags))
        steps, values = network_tape(network)
        for op, inputs, output in steps:
            values[output] = np.asarray(OPS[op](*(values[name] for name in inputs)))
        found = Tape("a drawn network", network.label, steps, values)
    return _case((found.steps, found.values), context=found)


@st.composite
def _saliency_cases(draw):
    network = draw(_networks())
    return _case((network.params, network.X[0]))


# --- All of them ------------------------------------------------------------------------------------


def _of_networks(*arguments: str):
    """Cases whose arguments are these of a network, its cache for the word "cache"."""

    def case(network):
        values = {"params": network.params, "X": network.X, "Y": network.Y, "cache": network.cache()}
        return _case(tuple(values[name] for name in arguments), context=network)

    return case


forward_networks = _networks(outputs=sizes)

# --- Lesson 7 ---------------------------------------------------------------------------------------


@st.composite
def _layer_lists(draw):
    """Lists of up to six layers in any order."""
    layer = st.one_of(sizes, st.just("sigmoid"), st.sampled_from([0.0, 0.01, 1.0]), st.floats(0, 3))
    described = draw(st.lists(layer, min_size=1, max_size=6))
    tags = draw(st.sampled_from([(), ("integer",), ("zeros",)]))
    m, features = draw(batch_sizes), draw(sizes)
    return random_layers(draw(generators), "a drawn list of layers", features, described, m, tags)


def _of_layer_lists(*names):
    return lambda network: _case(tuple(getattr(network, name) for name in names), context=network)


def _of_way_back(network):
    rng = np.random.default_rng(len(network.layers))
    activations = forward_layers(network.X, network.layers, **FORWARD_STEPS)
    dA = _normal(rng, (len(network.X), network.n_out))
    return _case((network.layers, activations, dA), context=network)


@st.composite
def _share_cases(draw):
    return _case((sigmoid(draw(_scores((draw(batch_sizes), draw(sizes)), LARGEST))),))


@st.composite
def _fit_layers_cases(draw):
    network = draw(_layer_lists())
    Y = draw(generators).uniform(size=(len(network.X), network.n_out))
    rate, epochs, batch_size = draw(st.floats(0.01, 0.2)), draw(st.integers(1, 3)), draw(st.integers(1, 14))
    while not _stays_small(network.X, Y, network.layers, rate, epochs, batch_size):
        rate /= 4
    return _case((network.X, Y, network.layers, rate, epochs, batch_size), context=network)


def _stays_small(*arguments) -> bool:
    """Whether no trained parameter is beyond what the contract still judges."""
    with np.errstate(all="ignore"):
        layers, history = fit_layers(*arguments, **FIT_STEPS)
    parameters = [layer[name] for layer in layers for name in "Wb" if name in layer]
    return bool(np.isfinite(history).all() and all(np.abs(value).max() <= LARGEST for value in parameters))


STRATEGIES = {
    "01_logistic_regression": {
        "sigmoid": _sigmoid_cases(),
        "predict": _models(LARGEST).map(lambda model: _case((model[0], *model[2:]))),
        "loss": _loss_cases(),
        "cost": _models(LARGEST_STABLE).map(_case),
        "gradient": _models(LARGEST).map(_case),
        "gradient_descent": _descents(),
    },
    "02_forward_propagation": {
        "dense_loop": _dense_cases(lambda draw: ()),
        "dense": _dense_cases(lambda draw: (draw(batch_sizes),)),
        "forward": forward_networks.map(_of_networks("X", "params")),
        "count_parameters": count_cases,
        "binary_cross_entropy": _binary_cross_entropy_cases(),
        "glorot_uniform": _glorot_cases(),
    },
    "03_backpropagation": {
        "numerical_gradient": _difference_cases(),
        "output_delta": _output_delta_cases(),
        "parameter_gradients": _parameter_gradient_cases(),
        "hidden_delta": _hidden_delta_cases(),
        "backward": _networks().map(_of_networks("params", "cache", "Y")),
        "per_example_gradients": _networks().map(_of_networks("params", "X", "Y")),
        "input_gradient": _networks().map(_of_networks("params", "cache", "Y")),
    },
    "04_softmax_cross_entropy": {
        "softmax": _logit_cases(with_classes=False),
        "log_softmax": _logit_cases(with_classes=False),
        "cross_entropy": _probability_cases("one-hot"),
        "sparse_cross_entropy": _probability_cases("classes"),
        "softmax_jacobian": _jacobian_cases(),
        "softmax_cross_entropy_gradient": _logit_cases(with_classes=True),
        "backward_softmax": _softmax_network_cases(),
        "mean_squared_error": _regression_cases(),
        "mean_squared_error_gradient": _regression_cases(),
    },
    "05_matching_keras": {
        "predict_classes": _predict_classes_cases(),
        "accuracy": _accuracy_cases(),
        "sgd_step": _sgd_cases(),
        "fit": _fit_cases(),
        "adam_step": _adam_cases(),
        "standardize": _standardize_cases(),
        "leaky_relu": _leaky_cases(),
        "leaky_relu_gradient": _leaky_cases(),
    },
    "06_automatic_differentiation": {
        "vjp_matmul": _matmul_cases(),
        "vjp_add": _add_cases(),
        "vjp_mul": _mul_cases(),
        "vjp_sigmoid": _vjp_sigmoid_cases(),
        "vjp_log": _vjp_log_cases(),
        "vjp_mean": _vjp_mean_cases(),
        "backward": _tape_cases(),
        "saliency": _saliency_cases(),
    },
    "07_list_of_layers": {
        "forward_layers": _layer_lists().map(_of_layer_lists("X", "layers")),
        "backward_layers": _layer_lists().map(_of_way_back),
        "class_shares": _share_cases(),
        "fit_layers": _fit_layers_cases(),
    },
}
