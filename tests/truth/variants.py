"""Right answers in styles that the corpus has not."""

from functools import reduce

import numpy as np

from tests.corpus.entries import Corpus
from utils.network import sigmoid

LOGISTIC = Corpus("01_logistic_regression")
FORWARD = Corpus("02_forward_propagation")
VARIANTS = (LOGISTIC, FORWARD)


class Number(float):
    """A float that learners may have defined themselves, and that stays what it is under + and *."""

    def __add__(self, other):
        return Number(float(self) + float(other))

    def __mul__(self, other):
        return Number(float(self) * float(other))

    __radd__, __rmul__ = __add__, __mul__


# --- Lesson 1 ---------------------------------------------------------------------------------------


@LOGISTIC.right("sigmoid")
def sigmoid_by_the_larger_power(z):
    bound = np.maximum(z, 0.0)
    return np.exp(z - bound) / (np.exp(-bound) + np.exp(z - bound))


@LOGISTIC.right("predict")
def predict_in_numbers_of_a_class_of_its_own(X, w, b):
    def score(row):
        return sum((Number(x) * Number(weight) for x, weight in zip(row, w, strict=True)), Number(b))

    return np.array([Number(sigmoid(float(score(row)))) for row in X])


@LOGISTIC.right("loss")
def loss_by_recursion(f, y):
    if len(f) == 1:
        return np.array([-y[0] * np.log(f[0]) - (1 - y[0]) * np.log(1 - f[0])])
    half = len(f) // 2
    return np.concatenate([loss_by_recursion(f[:half], y[:half]), loss_by_recursion(f[half:], y[half:])])


@LOGISTIC.right("cost")
def cost_by_reduction_of_logaddexp(X, y, w, b):
    z = reduce(
        lambda total, pair: total + pair[0] * pair[1], zip(X.T, w, strict=True), np.full(len(X), b * 1.0)
    )
    return Number(np.logaddexp.reduce([np.zeros(len(z)), z]).mean() - (y * z).mean())


@LOGISTIC.right("gradient")
def gradient_by_reduction_over_examples(X, y, w, b):
    def added(sums, example):
        x, label = example
        error = float(sigmoid(x @ w + b)) - label
        return sums[0] + error * x, sums[1] + error

    dw, db = reduce(added, zip(X, y, strict=True), (np.zeros(X.shape[1]), 0.0))
    return dw / len(y), np.float64(db / len(y))


@LOGISTIC.right("gradient_descent")
def descent_by_reduction_over_steps(X, y, w, b, learning_rate, iterations):
    with_one = np.c_[X, np.ones(len(X))]

    def step(walk, _):
        theta, costs = walk
        theta = theta - learning_rate * with_one.T @ (sigmoid(with_one @ theta) - y) / len(y)
        z = with_one @ theta
        return theta, [*costs, Number(np.mean(np.logaddexp(0, z) - y * z))]

    theta, history = reduce(step, range(iterations), (np.append(w, b).astype(float), []))
    return theta[:-1], theta[-1], history


# --- Lesson 2 ---------------------------------------------------------------------------------------


@FORWARD.right("dense_loop")
def dense_loop_by_recursion_over_the_inputs(a_prev, W, b, activation):
    def z(unit, inputs):
        if inputs == 0:
            return Number(b[unit])
        return z(unit, inputs - 1) + Number(a_prev[inputs - 1]) * Number(W[inputs - 1, unit])

    return np.array([activation(float(z(unit, len(a_prev)))) for unit in range(len(b))])


@FORWARD.right("dense_loop")
def dense_loop_by_broadcasting(a_prev, W, b, activation):
    return activation((a_prev[:, np.newaxis] * W).sum(axis=0) + b)


@FORWARD.right("dense")
def dense_by_broadcasting_over_three_axes(A_prev, W, b, activation):
    return activation((A_prev[:, :, np.newaxis] * W[np.newaxis]).sum(axis=1) + b)


@FORWARD.right("dense")
def dense_by_reduction_over_the_inputs(A_prev, W, b, activation):
    start = np.broadcast_to(b.astype(float), (len(A_prev), len(b)))
    return activation(reduce(lambda Z, j: Z + np.outer(A_prev[:, j], W[j]), range(len(W)), start))


@FORWARD.right("forward")
def forward_by_reduction_over_the_layers(X, params):
    def layer(cache, number):
        Z = np.tensordot(cache[f"A{number - 1}"], params[f"W{number}"], axes=1) + params[f"b{number}"]
        return {f"Z{number}": Z, f"A{number}": 1 / (1 + np.exp(-Z)), **cache}

    depth = len(params) // 2
    cache = reduce(layer, range(1, depth + 1), {"A0": X})
    return cache[f"A{depth}"], cache


@FORWARD.right("forward")
def forward_in_columns_with_matrices(X, params):
    A, cache = np.asmatrix(X).T, {"A0": X.astype(float)}
    for number in range(1, 1 + max(int(name[1:]) for name in params)):
        Z = np.asmatrix(params[f"W{number}"]).T * A + params[f"b{number}"].reshape(-1, 1)
        A = 0.5 * (1 + np.tanh(Z / 2))
        cache.update({f"Z{number}": np.asarray(Z.T), f"A{number}": np.asarray(A.T)})
    return cache[f"A{number}"], cache


@FORWARD.right("count_parameters")
def count_parameters_by_reduction(layer_sizes):
    def added(sums, units):
        total, inputs = sums
        return total + inputs * units + units, units

    return reduce(added, layer_sizes[1:], (0, layer_sizes[0]))[0]


@FORWARD.right("count_parameters")
def count_parameters_by_scalar_product(layer_sizes):
    return np.dot(np.add(layer_sizes[:-1], 1), layer_sizes[1:])


@FORWARD.right("binary_cross_entropy")
def binary_cross_entropy_of_the_probability_of_the_label(Y, A):
    return -np.log(np.where(Y == 1, A, 1 - A)).mean()


@FORWARD.right("binary_cross_entropy")
def binary_cross_entropy_by_reduction(Y, A):
    pairs = zip(Y.ravel(), A.ravel(), strict=True)
    return Number(reduce(lambda J, ya: J - np.log(ya[1] if ya[0] else 1 - ya[1]), pairs, 0.0) / Y.size)


@FORWARD.right("glorot_uniform")
def glorot_uniform_in_one_long_row(n_in, n_out, rng):
    spread = np.array([-1, 1]) * 6**0.5 / (n_in + n_out) ** 0.5
    return rng.uniform(*spread, n_in * n_out).reshape(n_out, n_in).T


@FORWARD.right("glorot_uniform")
def glorot_uniform_an_input_at_a_time(n_in, n_out, rng):
    limit = (6 / (n_in + n_out)) ** 0.5
    return np.vstack([rng.uniform(low=-limit, high=limit, size=n_out) for _ in range(n_in)])
