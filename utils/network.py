"""The network of the lessons in NumPy: sigmoid at every layer, binary cross-entropy at the end."""

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


def forward(X, params):
    """Run the examples `X` (m, n), one a row, through every layer.

    Returns `(A, cache)`: `A` (m, n_L) is what the last layer puts out; `cache` holds "A0" (= X),
    "Z1", "A1", ..., "ZL", "AL", each of shape (m, units of that layer), float64.
    """
    A = np.asarray(X, dtype=np.float64)
    cache = {"A0": A}
    for layer in range(1, len(params) // 2 + 1):
        Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
        A = sigmoid(Z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = Z, A
    return A, cache


def binary_cross_entropy(Y, A):
    """Return the mean over all entries of -Y log A - (1 - Y) log(1 - A) as a float.

    `Y` (m, 1) in [0, 1], `A` (m, 1) strictly between 0 and 1.
    """
    return float(np.mean(-Y * np.log(A) - (1 - Y) * np.log(1 - A)))
