"""The networks of the lessons in NumPy, for lessons that need a network and do not build it themselves.

Hidden layers have the sigmoid as activation. The output is either a sigmoid with binary cross-entropy or a
softmax with cross-entropy. Every gradient is that of the cost, the mean loss over the m examples.
"""

from itertools import pairwise

import numpy as np

from utils.recorded_calls import recorded


@recorded
def sigmoid(z):
    """Return 1 / (1 + e^-z), entry by entry, for an array or a number `z`: same shape, float64, in [0, 1]."""
    z = np.asarray(z, dtype=np.float64)
    # The exponent is never positive, so that exp() cannot overflow. For z < 0 the fraction is multiplied
    # by e^z above and below: e^z / (1 + e^z).
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


@recorded
def initialize(layer_sizes, seed):
    """Return random parameters {"W1", "b1", "W2", ...}, float64, for `layer_sizes` such as [64, 25, 15, 1].

    The weights of a layer have shape (n_in, n_out) and are uniform between -limit and limit with
    limit = sqrt(6 / (n_in + n_out)) (Glorot and Bengio, "Understanding the difficulty of training deep
    feedforward neural networks", 2010). The biases have shape (n_out,) and are uniform between -0.1 and 0.1,
    not zero, so that a mistake in a bias shows. The same `seed` gives the same parameters.
    """
    rng = np.random.default_rng(seed)
    params = {}
    for layer, (n_in, n_out) in enumerate(pairwise(layer_sizes), start=1):
        limit = np.sqrt(6 / (n_in + n_out))
        params[f"W{layer}"] = rng.uniform(-limit, limit, size=(n_in, n_out))
        params[f"b{layer}"] = rng.uniform(-0.1, 0.1, size=n_out)
    return params


@recorded
def softmax(Z):
    """Return the softmax of each row of the logits `Z` (m, N): (m, N), float64, in [0, 1], rows add up to 1.

    The largest logit of a row is subtracted first. That leaves the result as it is and keeps exp() from
    overflowing.
    """
    exponentials = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


@recorded
def forward(X, params, output=sigmoid):
    """Run the forward pass for the examples `X` (m, n_0), one in each row.

    The activation is the sigmoid, in the last layer the function `output`. Returns `(A, cache)`: `A` (m, n_L)
    are the activations of the last layer; `cache` holds "A0" (= X), "Z1", "A1", ..., "ZL", "AL", each of
    shape (m, units of that layer), float64.
    """
    A = np.asarray(X, dtype=np.float64)
    cache, depth = {"A0": A}, len(params) // 2
    for layer in range(1, depth + 1):
        Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
        A = output(Z) if layer == depth else sigmoid(Z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = Z, A
    return A, cache


@recorded
def binary_cross_entropy(Y, A):
    """Return the mean over all entries of -Y log A - (1 - Y) log(1 - A), a float of at least 0, in nats.

    The labels `Y` (m, 1) are in [0, 1], the predictions `A` (m, 1) strictly between 0 and 1.
    """
    return float(np.mean(-Y * np.log(A) - (1 - Y) * np.log(1 - A)))


@recorded
def sparse_cross_entropy(y, P):
    """Return the mean of -log p over the examples, p the probability of the right class: a float, in nats.

    `y` (m,) are the right classes, integers from 0; `P` (m, N) are probabilities in (0, 1].
    """
    return float(-np.mean(np.log(P[np.arange(len(y)), y])))


@recorded
def backward(params, cache, Y):
    """Return the gradients {"dW1", "db1", ...} of a network with a sigmoid output and binary cross-entropy.

    `cache` is that of `forward`, `Y` (m, 1) are the labels. Each gradient has the shape of its parameter.
    """
    return walk_back(params, cache, (_output(params, cache) - Y) / len(Y))


@recorded
def backward_softmax(params, cache, y):
    """Return the gradients {"dW1", "db1", ...} of a network with a softmax output and cross-entropy.

    `cache` is that of `forward`, `y` (m,) are the right classes, integers from 0. Each gradient has the shape
    of its parameter.
    """
    P = _output(params, cache)
    return walk_back(params, cache, (P - np.eye(P.shape[1])[y]) / len(y))


def _output(params, cache):
    """Return the activations of the last layer."""
    return cache[f"A{len(params) // 2}"]


@recorded
def walk_back(params, cache, dZ):
    """Return the gradients {"dW1", "db1", ...} from `dZ` (m, n_L), the error signal of the last layer.

    This is the backward pass without its first step. `dZ` has the 1/m of the mean in it.
    """
    grads = {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = A_prev.T @ dZ, dZ.sum(axis=0)
        dZ = (dZ @ params[f"W{layer}"].T) * A_prev * (1 - A_prev)
    return grads
