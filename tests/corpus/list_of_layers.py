"""Lesson 7, a network as a list of layers, as learners answer it."""

from __future__ import annotations

import copy
import math

import numpy as np
from scipy.special import expit

from tests.corpus.entries import Corpus
from utils.network import sigmoid, softmax

CORPUS = Corpus("07_list_of_layers")
FORWARD, BACKWARD, SHARES, FIT = "forward_layers", "backward_layers", "class_shares", "fit_layers"


# 1. forward_layers


@CORPUS.right(FORWARD)
def forward_with_expit_and_a_sum_of_two_halves(X, layers):
    out = [np.array(X, float)]
    for layer in layers:
        kind, A = layer["type"], out[-1]
        if kind == "dense":
            out += [np.matmul(A, layer["W"]) + layer["b"]]
        elif kind == "sigmoid":
            out += [expit(A)]
        elif kind == "leaky_relu":
            out += [np.clip(A, 0, None) + layer["slope"] * np.clip(A, None, 0)]
    return out


@CORPUS.right(FORWARD)
def forward_with_nested_functions(X, layers):
    def dense(A, layer):
        return np.dot(A, layer["W"]) + layer["b"].reshape(1, -1)

    def leaky(A, layer):
        result = A.astype(float)
        result[A < 0] *= layer["slope"]
        return result

    functions = {"dense": dense, "leaky_relu": leaky, "sigmoid": lambda A, layer: sigmoid(A)}
    activations = [X]
    for layer in layers:
        activations = [*activations, functions[layer["type"]](activations[-1], layer)]
    return activations


@CORPUS.right(FORWARD)
def forward_into_a_list_made_before(X, layers):
    A = [None] * (len(layers) + 1)
    A[0] = X.copy()
    for i, layer in enumerate(layers):
        if "W" in layer:
            A[i + 1] = sum(np.outer(A[i][:, j], layer["W"][j]) for j in range(A[i].shape[1])) + layer["b"]
        else:
            f = sigmoid if "slope" not in layer else lambda Z, s=layer["slope"]: np.where(Z < 0, s * Z, Z)
            A[i + 1] = f(A[i])
    return A


def _walk(X, layers, dense=None, sig=sigmoid, leaky=lambda A, s: np.where(A > 0, A, s * A)):
    dense = dense or (lambda A, layer: A @ layer["W"] + layer["b"])
    out = [X]
    for layer in layers:
        kind, A = layer["type"], out[-1]
        out.append(
            dense(A, layer) if kind == "dense" else sig(A) if kind == "sigmoid" else leaky(A, layer["slope"])
        )
    return out


@CORPUS.slip(FORWARD, "bias-skipped")
def forward_without_bias(X, layers):
    return _walk(X, layers, dense=lambda A, layer: A @ layer["W"])


@CORPUS.slip(FORWARD, "wrong-activation")
def forward_with_a_relu(X, layers):
    return _walk(X, layers, leaky=lambda A, s: A * (A > 0))


@CORPUS.slip(FORWARD, "larger-branch")
def forward_with_the_larger_of_two(X, layers):
    return _walk(X, layers, leaky=lambda A, s: np.maximum(s * A, A))


@CORPUS.slip(FORWARD, "wrong-activation")
def forward_with_tanh(X, layers):
    return _walk(X, layers, sig=np.tanh)


@CORPUS.slip(FORWARD, "layer-skipped")
def forward_that_forgets_the_sigmoids(X, layers):
    return _walk(X, layers, sig=lambda A: A)


@CORPUS.slip(FORWARD, "ignores-argument")
def forward_with_a_slope_from_a_textbook(X, layers):
    return _walk(X, layers, leaky=lambda A, s: np.where(A > 0, A, 0.01 * A))


@CORPUS.slip(FORWARD, "mutates-arguments")
def forward_with_an_activation_in_place(X, layers):
    out = [X]
    for layer in layers:
        A = out[-1]
        if layer["type"] == "dense":
            A = A @ layer["W"] + layer["b"]
        elif layer["type"] == "sigmoid":
            A = sigmoid(A)
        else:
            A[A <= 0] *= layer["slope"]
        out.append(A)
    return out


@CORPUS.slip(FORWARD, "wrong-keys")
def forward_without_the_input(X, layers):
    return _walk(X, layers)[1:]


@CORPUS.slip(FORWARD, "bias-skipped", "wrong-activation")
def forward_without_bias_and_with_a_relu(X, layers):
    return _walk(X, layers, dense=lambda A, layer: A @ layer["W"], leaky=lambda A, s: np.maximum(A, 0))


@CORPUS.unlisted(FORWARD)
def forward_with_the_square_of_the_weights(X, layers):
    return _walk(X, layers, dense=lambda A, layer: A @ layer["W"] ** 2 + layer["b"])


# 2. backward_layers


@CORPUS.right(BACKWARD)
def backward_with_a_dict_of_places(layers, activations, dA):
    grads = {}
    for place in range(len(layers))[::-1]:
        layer, before, after = layers[place], activations[place], activations[place + 1]
        grads[place] = {}
        if layer["type"] == "dense":
            grads[place]["dW"] = np.dot(before.T, dA)
            grads[place]["db"] = np.sum(dA, axis=0)
            dA = np.dot(dA, layer["W"].T)
        elif layer["type"] == "sigmoid":
            dA = dA * after * (1.0 - after)
        else:
            factor = np.ones(before.shape)
            factor[before <= 0] = layer["slope"]
            dA = dA * factor
    return [grads[place] for place in sorted(grads)], dA


@CORPUS.right(BACKWARD)
def backward_with_a_copy_changed_in_place(layers, activations, dA):
    G, grads = np.array(dA, dtype=float), []
    for layer, (before, after) in reversed(
        list(zip(layers, zip(activations, activations[1:], strict=False), strict=True))
    ):
        if "W" in layer:
            grads.append({"dW": np.einsum("ij,ik->jk", before, G), "db": G.T @ np.ones(len(G))})
            G = G @ layer["W"].T
            continue
        grads.append({})
        G *= np.where(before > 0, 1, layer["slope"]) if "slope" in layer else after - after * after
    grads.reverse()
    return grads, G


@CORPUS.right(BACKWARD)
def backward_example_by_example(layers, activations, dA):
    rows, total = [], [{} for _ in layers]
    for e in range(len(dA)):
        g = np.array(dA[e], float)
        for i in range(len(layers) - 1, -1, -1):
            layer, a, made = layers[i], activations[i][e], activations[i + 1][e]
            if layer["type"] == "dense":
                total[i]["dW"] = total[i].get("dW", 0) + np.outer(a, g)
                total[i]["db"] = total[i].get("db", 0) + g
                g = layer["W"] @ g
            elif layer["type"] == "sigmoid":
                g = g * made * (1 - made)
            else:
                g = np.array([x if z > 0 else layer["slope"] * x for x, z in zip(g, a, strict=True)])
        rows.append(g)
    return total, np.array(rows)


def _back(layers, activations, dA, own=None, sig=None, leaky=None):
    own = own or (lambda A, G: {"dW": A.T @ G, "db": G.sum(axis=0)})
    sig = sig or (lambda Z, S: S * (1 - S))
    leaky = leaky or (lambda Z, s: np.where(Z > 0, 1.0, s))
    grads = []
    for i in range(len(layers) - 1, -1, -1):
        layer, A, after = layers[i], activations[i], activations[i + 1]
        if layer["type"] == "dense":
            grads.insert(0, own(A, dA))
            dA = dA @ layer["W"].T
        else:
            grads.insert(0, {})
            dA = dA * (sig(A, after) if layer["type"] == "sigmoid" else leaky(A, layer["slope"]))
    return grads, dA


@CORPUS.slip(BACKWARD, "double-mean")
def backward_divided_once_more(layers, activations, dA):
    m = len(dA)
    return _back(layers, activations, dA, lambda A, G: {"dW": A.T @ G / m, "db": G.sum(axis=0) / m})


@CORPUS.slip(BACKWARD, "bias-gradient-not-summed")
def backward_with_a_bias_row_an_example(layers, activations, dA):
    return _back(layers, activations, dA, lambda A, G: {"dW": A.T @ G, "db": G})


@CORPUS.slip(BACKWARD, "slope-from-input")
def backward_with_the_slope_of_what_the_sigmoid_was_fed(layers, activations, dA):
    return _back(layers, activations, dA, sig=lambda Z, S: Z - Z * Z)


@CORPUS.slip(BACKWARD, "slope-of-output")
def backward_with_the_slope_at_the_activation(layers, activations, dA):
    return _back(layers, activations, dA, sig=lambda Z, S: sigmoid(S) * (1 - sigmoid(S)))


@CORPUS.slip(BACKWARD, "half-activation-derivative")
def backward_with_one_minus_a(layers, activations, dA):
    return _back(layers, activations, dA, sig=lambda Z, S: 1 - S)


@CORPUS.slip(BACKWARD, "missing-activation-derivative")
def backward_without_the_slope_of_the_sigmoid(layers, activations, dA):
    return _back(layers, activations, dA, sig=lambda Z, S: 1.0)


@CORPUS.slip(BACKWARD, "wrong-activation-derivative")
def backward_with_the_slope_of_the_relu(layers, activations, dA):
    return _back(layers, activations, dA, leaky=lambda Z, s: (Z > 0) * 1.0)


@CORPUS.slip(BACKWARD, "derivative-at-zero")
def backward_with_the_right_slope_at_0(layers, activations, dA):
    return _back(layers, activations, dA, leaky=lambda Z, s: np.where(Z < 0, s, 1.0))


@CORPUS.slip(BACKWARD, "mutates-arguments")
def backward_with_the_signal_in_place(layers, activations, dA):
    grads = []
    for i in range(len(layers) - 1, -1, -1):
        layer, A, after = layers[i], activations[i], activations[i + 1]
        grads.insert(0, {"dW": A.T @ dA, "db": dA.sum(axis=0)} if "W" in layer else {})
        if "W" in layer:
            dA = dA @ layer["W"].T
        elif "slope" in layer:
            dA[A <= 0] *= layer["slope"]
        else:
            dA = dA * after * (1 - after)
    return grads, dA


@CORPUS.slip(BACKWARD, "swapped-outputs")
def backward_from_the_last_to_the_first(layers, activations, dA):
    grads, dX = _back(layers, activations, dA)
    return list(reversed(grads)), dX


@CORPUS.slip(BACKWARD, "wrong-keys")
def backward_of_dense_layers_only(layers, activations, dA):
    grads, dX = _back(layers, activations, dA)
    return [grad for grad in grads if "dW" in grad], dX


@CORPUS.slip(BACKWARD, "wrong-keys")
def backward_with_names_of_parameters(layers, activations, dA):
    return _back(layers, activations, dA, lambda A, G: {"W": A.T @ G, "b": G.sum(axis=0)})


@CORPUS.slip(BACKWARD, "bias-gradient-missing", "half-activation-derivative")
def backward_without_bias_and_with_half_a_slope(layers, activations, dA):
    own = lambda A, G: {"dW": A.T @ G, "db": np.zeros(G.shape[1])}  # noqa: E731
    return _back(layers, activations, dA, own, sig=lambda Z, S: S)


@CORPUS.unlisted(BACKWARD)
def backward_with_the_square_of_the_slope_of_the_leaky_relu(layers, activations, dA):
    return _back(layers, activations, dA, leaky=lambda Z, s: np.where(Z > 0, 1.0, s * s))


# 3. class_shares


@CORPUS.right(SHARES)
def shares_with_an_outer_loop(A):
    P = np.empty(A.shape)
    for e in range(A.shape[0]):
        total = 0.0
        for k in range(A.shape[1]):
            total += A[e, k]
        for k in range(A.shape[1]):
            P[e, k] = A[e, k] / total
    return P


@CORPUS.right(SHARES)
def shares_with_reshaped_sums(A):
    return np.divide(A, np.sum(A, axis=-1).reshape(-1, 1))


@CORPUS.right(SHARES)
def shares_as_a_softmax_of_logarithms(A):
    return softmax(np.log(A))


@CORPUS.slip(SHARES, "softmax-of-probabilities")
def shares_by_softmax(A):
    return np.exp(A) / np.exp(A).sum(axis=1, keepdims=True)


@CORPUS.slip(SHARES, "wrong-axis")
def shares_of_columns(A):
    return A / np.sum(A, axis=0, keepdims=True)


@CORPUS.slip(SHARES, "wrong-axis")
def shares_of_everything(A):
    return A / np.sum(A)


@CORPUS.slip(SHARES, "needless-mean")
def shares_of_the_mean(A):
    return A / np.mean(A, axis=1)[:, None]


@CORPUS.unlisted(SHARES)
def shares_of_squares(A):
    return A**2 / np.sum(A**2, axis=1, keepdims=True)


# 4. fit_layers


def _train(X, Y, layers, rate, epochs, size, rows=None, signal=None, report=None, own=None):
    """A right training, in which one thing may be replaced."""
    starts = rows or (lambda m, size: range(0, m, size))
    signal = signal or (lambda A, T: 2 * (A - T) / A.size)
    layers, history = copy.deepcopy(layers), []
    for _ in range(epochs):
        seen = []
        for first in starts(len(X), size):
            x, t = X[first : first + size], Y[first : first + size]
            ahead = _walk(x, layers)
            grads, _ = _back(layers, ahead, signal(ahead[-1], t), own)
            seen.append((len(x), np.mean((ahead[-1] - t) ** 2)))
            for layer, grad in zip(layers, grads, strict=True):
                for name in grad:
                    layer[name[1]] = layer[name[1]] - rate * grad[name]
        final = np.mean((_walk(X, layers)[-1] - Y) ** 2)
        history.append(report(seen, final) if report else sum(n * c for n, c in seen) / len(X))
    return layers, history


@CORPUS.right(FIT)
def fit_with_helpers_and_deep_copies(X, Y, layers, rate, epochs, size):
    return _train(X, Y, layers, rate, epochs, size)


@CORPUS.right(FIT)
def fit_with_split_arrays(X, Y, layers, rate, epochs, size):
    pieces = math.ceil(len(X) / size)
    places = [np.arange(len(X))[k * size : (k + 1) * size] for k in range(pieces)]
    history = []
    for _ in range(epochs):
        squares = 0.0
        for rows in places:
            ahead = forward_with_nested_functions(X[rows], layers)
            error = ahead[-1] - Y[rows]
            squares += np.sum(error**2)
            grads, _ = backward_with_a_dict_of_places(layers, ahead, error * (2 / error.size))
            layers = [
                {
                    **layer,
                    "W": layer["W"] - rate * g["dW"],
                    "b": layer["b"] - rate * g["db"],
                }
                if g
                else dict(layer)
                for layer, g in zip(layers, grads, strict=True)
            ]
        history.append(np.float64(squares / Y.size))
    return layers, history


@CORPUS.right(FIT)
def fit_with_a_while_loop(X, Y, layers, rate, epochs, size):
    layers, history = [dict(layer) for layer in layers], []
    while len(history) < epochs:
        first, losses, weights = 0, [], []
        while first < X.shape[0]:
            x, t = X[first : first + size], Y[first : first + size]
            ahead = _walk(x, layers)
            losses.append(((ahead[-1] - t) ** 2).mean())
            weights.append(x.shape[0])
            grads = backward_example_by_example(layers, ahead, (ahead[-1] - t) / (0.5 * t.size))[0]
            for layer, grad in zip(layers, grads, strict=True):
                if grad:
                    layer.update(W=layer["W"] - rate * grad["dW"], b=layer["b"] - rate * grad["db"])
            first += size
        history.append(float(np.average(losses, weights=weights)))
    return tuple(layers), history


@CORPUS.right(FIT)
def fit_with_parameters_beside_the_layers(X, Y, layers, rate, epochs, size):
    held = {
        i: [layer["W"].astype(float), layer["b"].astype(float)]
        for i, layer in enumerate(layers)
        if "W" in layer
    }

    def current():
        return [
            {**layer, "W": held[i][0], "b": held[i][1]} if i in held else layer
            for i, layer in enumerate(layers)
        ]

    history = np.zeros(epochs)
    for epoch in range(epochs):
        for start in range(0, len(X), size):
            x, t = X[start : start + size], Y[start : start + size]
            ahead = _walk(x, current())
            signal = 2 * (ahead[-1] - t) / np.prod(t.shape)
            grads, _ = backward_with_a_dict_of_places(current(), ahead, signal)
            for i, pair in held.items():
                pair[0] -= rate * grads[i]["dW"]
                pair[1] -= rate * grads[i]["db"]
            history[epoch] += len(t) / len(Y) * np.square(ahead[-1] - t).mean()
    return [dict(layer) for layer in current()], history.tolist()


@CORPUS.right(FIT)
def fit_by_recursion(X, Y, layers, rate, epochs, size):
    if not epochs:
        return [dict(layer) for layer in layers], []

    def through(X, Y, layers):
        if not len(X):
            return layers, 0.0
        ahead = forward_with_nested_functions(X[:size], layers)
        off = ahead[-1] - Y[:size]
        grads, _ = backward_example_by_example(layers, ahead, 2 / off.size * off)
        moved = [
            {**layer, **{name: layer[name] - rate * grad[f"d{name}"] for name in "Wb"}} if grad else layer
            for layer, grad in zip(layers, grads, strict=True)
        ]
        after, rest = through(X[size:], Y[size:], moved)
        return after, np.vdot(off, off) + rest

    moved, squares = through(X, Y, layers)
    trained, history = fit_by_recursion(X, Y, moved, rate, epochs - 1, size)
    return trained, [float(squares / Y.size), *history]


@CORPUS.slip(FIT, "missing-mean")
def fit_with_the_sum(X, Y, layers, rate, epochs, size):
    return _train(X, Y, layers, rate, epochs, size, signal=lambda A, T: 2 * (A - T))


@CORPUS.slip(FIT, "mean-over-wrong-count")
def fit_with_the_mean_over_examples_alone(X, Y, layers, rate, epochs, size):
    return _train(X, Y, layers, rate, epochs, size, signal=lambda A, T: 2 * (A - T) / len(A))


@CORPUS.slip(FIT, "factor-two")
def fit_without_the_two(X, Y, layers, rate, epochs, size):
    return _train(X, Y, layers, rate, epochs, size, signal=lambda A, T: (A - T) / A.size)


@CORPUS.slip(FIT, "wrong-sign")
def fit_uphill(X, Y, layers, rate, epochs, size):
    return _train(X, Y, layers, rate, epochs, size, signal=lambda A, T: 2 * (T - A) / A.size)


@CORPUS.slip(FIT, "last-batch-dropped")
def fit_full_batches(X, Y, layers, rate, epochs, size):
    return _train(X, Y, layers, rate, epochs, size, rows=lambda m, k: range(0, m - k + 1, k))


@CORPUS.slip(FIT, "unweighted-history")
def fit_with_a_plain_mean_of_batches(X, Y, layers, rate, epochs, size):
    return _train(
        X,
        Y,
        layers,
        rate,
        epochs,
        size,
        report=lambda seen, final: np.mean([c for _, c in seen]),
    )


@CORPUS.slip(FIT, "unweighted-history")
def fit_with_the_cost_after_the_epoch(X, Y, layers, rate, epochs, size):
    return _train(X, Y, layers, rate, epochs, size, report=lambda seen, final: final)


@CORPUS.slip(FIT, "bias-gradient-missing")
def fit_without_biases(X, Y, layers, rate, epochs, size):
    return _train(X, Y, layers, rate, epochs, size, own=lambda A, G: {"dW": A.T @ G})


@CORPUS.slip(FIT, "mutates-arguments")
def fit_in_place(X, Y, layers, rate, epochs, size):
    trained, history = _train(X, Y, layers, rate, epochs, size)
    for layer, new in zip(layers, trained, strict=True):
        layer.update(new)
    return layers, history


@CORPUS.slip(FIT, "missing-mean", "unweighted-history")
def fit_with_the_sum_and_the_cost_after_the_epoch(X, Y, layers, rate, epochs, size):
    return _train(
        X,
        Y,
        layers,
        rate,
        epochs,
        size,
        signal=lambda A, T: 2 * (A - T),
        report=lambda seen, final: final,
    )


@CORPUS.unlisted(FIT)
def fit_on_the_fourth_power(X, Y, layers, rate, epochs, size):
    return _train(X, Y, layers, rate, epochs, size, signal=lambda A, T: (A - T) ** 3 / A.size)


# Wrong for arguments that are stored by columns, alike, next to 0 or integers


@CORPUS.slip("forward_layers", "integer-truncation")
def layers_in_the_type_of_the_inputs(X, layers):
    activations = [X]
    for layer in layers:
        A = activations[-1]
        if layer["type"] == "dense":
            Z = np.empty((len(A), layer["W"].shape[1]), dtype=A.dtype)
            Z[:] = A @ layer["W"] + layer["b"]
            activations.append(Z)
        elif layer["type"] == "sigmoid":
            activations.append(sigmoid(A))
        else:
            activations.append(np.where(A > 0, A, layer["slope"] * A))
    return activations
