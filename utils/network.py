"""The networks of the lessons in NumPy, for the lessons that come after the one that builds them.

Sigmoid hidden layers, and either a sigmoid output with binary cross-entropy or a softmax output with
cross-entropy. Every gradient is one of the cost, the mean loss over the examples.
"""

from itertools import pairwise

import numpy as np


def sigmoid(z):
    """Return 1 / (1 + e^-z) of an array or a number, same shape, float64; never overflows."""
    z = np.asarray(z, dtype=np.float64)
    # The exponent is never positive, so exp() cannot overflow. The numerator is 1 for z >= 0,
    # and e^z where multiplying above and below by e^z turned the fraction round.
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def initialize(layer_sizes, seed):
    """Return parameters for a network such as `layer_sizes = [64, 25, 15, 1]`.

    Returns a dict {"W1", "b1", "W2", ...}, float64. `Wl` has shape (n_in, n_out) and Glorot
    uniform values; `bl` has shape (n_out,) and small values that are not zero, so that a mistake
    in a bias shows.
    """
    rng = np.random.default_rng(seed)
    params = {}
    for layer, (n_in, n_out) in enumerate(pairwise(layer_sizes), start=1):
        limit = np.sqrt(6 / (n_in + n_out))
        params[f"W{layer}"] = rng.uniform(-limit, limit, size=(n_in, n_out))
        params[f"b{layer}"] = rng.uniform(-0.1, 0.1, size=n_out)
    return params


def softmax(Z):
    """Return e^z over the sum of its row's e^z, for logits `Z` (m, N); never overflows."""
    exponentials = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


def forward(X, params, output=sigmoid):
    """Run the examples `X` (m, n), one a row, through every layer: sigmoid, and `output` at the last.

    Returns `(A, cache)`: `A` (m, n_L) is what the last layer puts out; `cache` holds "A0" (= X),
    "Z1", "A1", ..., "ZL", "AL", each of shape (m, units of that layer), float64.
    """
    A = np.asarray(X, dtype=np.float64)
    cache, depth = {"A0": A}, len(params) // 2
    for layer in range(1, depth + 1):
        Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
        A = output(Z) if layer == depth else sigmoid(Z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = Z, A
    return A, cache


def binary_cross_entropy(Y, A):
    """Return the mean over all entries of -Y log A - (1 - Y) log(1 - A) as a float.

    `Y` (m, 1) in [0, 1], `A` (m, 1) strictly between 0 and 1.
    """
    return float(np.mean(-Y * np.log(A) - (1 - Y) * np.log(1 - A)))


def sparse_cross_entropy(y, P):
    """Return the mean of -log of the right class's probability; `y` (m,) integers, `P` (m, N) in (0, 1]."""
    return float(-np.mean(np.log(P[np.arange(len(y)), y])))


def backward(params, cache, Y):
    """Return `grads` {"dW1", "db1", ...} of the sigmoid network with binary cross-entropy, `Y` (m, 1)."""
    return walk_back(params, cache, (_output(params, cache) - Y) / len(Y))


def backward_softmax(params, cache, y):
    """Return `grads` of the network with a softmax output and cross-entropy, `y` (m,) integer classes."""
    P = _output(params, cache)
    return walk_back(params, cache, (P - np.eye(P.shape[1])[y]) / len(y))


def _output(params, cache):
    return cache[f"A{len(params) // 2}"]


def walk_back(params, cache, dZ):
    """Carry the output's error signal `dZ` (m, n_L), which holds the 1/m, back through every layer."""
    grads = {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = A_prev.T @ dZ, dZ.sum(axis=0)
        dZ = (dZ @ params[f"W{layer}"].T) * A_prev * (1 - A_prev)
    return grads
