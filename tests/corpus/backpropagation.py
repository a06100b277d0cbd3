"""Lesson 3, backpropagation, as learners answer it."""

from __future__ import annotations

import math
from functools import reduce

import numpy as np

from tests.corpus.entries import Corpus
from utils.network import forward, sigmoid

CORPUS = Corpus("03_backpropagation")


# The learner's own earlier answers, which later ones may use.


def delta_at_output(A, Y):
    return (A - Y) / len(Y)


def delta_below(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * A * (1 - A)


def layer_gradients(A_prev, dZ):
    return A_prev.T @ dZ, dZ.sum(axis=0)


def gradients_from(params, cache, dZ):
    """The walk back from the output's error signal, as most learners write it."""
    grads = {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


def signal_at_input(params, cache, dZ):
    """The same walk without the parameters' gradients, down to the input."""
    for layer in range(len(params) // 2, 1, -1):
        dZ = delta_below(dZ, params[f"W{layer}"], cache[f"A{layer - 1}"])
    return dZ @ params["W1"].T


def stack_of_examples(params, X, Y):
    """Every example's gradients, from batches of one."""
    singles = []
    for i in range(len(X)):
        A, cache = forward(X[i : i + 1], params)
        singles.append(gradients_from(params, cache, A - Y[i : i + 1]))
    return {name: np.array([single[name] for single in singles]) for name in singles[0]}


class Tracked(float):
    """A float that stays what it is under the four operations, as of a learner who counts operations."""

    def __add__(self, other):
        return Tracked(float(self) + other)

    def __sub__(self, other):
        return Tracked(float(self) - other)

    def __rsub__(self, other):
        return Tracked(other - float(self))

    def __mul__(self, other):
        return Tracked(float(self) * other)

    def __truediv__(self, other):
        return Tracked(float(self) / other)

    __radd__, __rmul__ = __add__, __mul__


# 1. numerical_gradient, right


@CORPUS.right("numerical_gradient")
def numeric_with_two_copies(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        plus, minus = theta.astype(float), theta.astype(float)
        plus[i] += eps
        minus[i] -= eps
        gradient[i] = (f(plus) - f(minus)) / (2 * eps)
    return gradient


@CORPUS.right("numerical_gradient")
def numeric_restores_the_argument_exactly(f, theta, eps=1e-5):
    if theta.dtype != np.float64:
        theta = theta.astype(np.float64)
    gradient = np.empty(theta.shape)
    for i in np.ndindex(*theta.shape):
        old = theta[i].copy()
        theta[i] = old - eps
        below = f(theta)
        theta[i] = old + eps
        above = f(theta)
        theta[i] = old
        gradient[i] = (above - below) / 2 / eps
    return gradient


@CORPUS.right("numerical_gradient")
def numeric_with_unit_vectors(f, theta, eps=1e-5):
    steps = [eps * unit.reshape(theta.shape) for unit in np.eye(theta.size)]
    return np.array([(f(theta + h) - f(theta - h)) / (2 * eps) for h in steps]).reshape(theta.shape)


@CORPUS.right("numerical_gradient")
def numeric_with_nditer(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape, order="F")
    walk = np.nditer(theta, flags=["multi_index", "zerosize_ok"])

    def moved(place, step):
        copy = np.array(theta, dtype="float64")
        copy[place] = copy[place] + step
        return f(copy)

    while not walk.finished:
        place = walk.multi_index
        gradient[place] = (moved(place, eps) - moved(place, -eps)) * (0.5 / eps)
        walk.iternext()
    return gradient


@CORPUS.right("numerical_gradient")
def numeric_by_recursion(f, theta, eps=1e-5):
    if np.ndim(theta) == 0:
        return float(f(np.array(theta + eps)) - f(np.array(theta - eps))) / (2 * eps)

    def with_part(k, part):
        whole = np.array(theta, dtype=float)
        whole[k] = part
        return f(whole)

    parts = [
        numeric_by_recursion(lambda part, k=k: with_part(k, part), theta[k], eps) for k in range(len(theta))
    ]
    return np.array(parts)


@CORPUS.right("numerical_gradient")
def numeric_in_a_dict_of_places(f, theta, eps=1e-5):
    def bump(place):
        step = np.zeros(theta.shape)
        step[place] = eps
        return step

    quotients = {
        place: (f(theta + bump(place)) - f(theta - bump(place))) / (2 * eps)
        for place in reversed(list(np.ndindex(theta.shape)))
    }
    return np.array([quotients[place] for place in sorted(quotients)]).reshape(theta.shape)


@CORPUS.right("numerical_gradient")
def numeric_with_a_list_of_floats(f, theta, eps=1e-5):
    flat = [float(value) for value in theta.ravel()]
    slopes = []
    for k, value in enumerate(flat):
        up = np.array([*flat[:k], value + eps, *flat[k + 1 :]]).reshape(theta.shape)
        down = np.array([*flat[:k], value - eps, *flat[k + 1 :]]).reshape(theta.shape)
        slopes.append((f(up) - f(down)) / (eps + eps))
    return np.reshape(slopes, theta.shape)


@CORPUS.right("numerical_gradient")
def numeric_with_tracked_floats(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    work = np.array(theta, dtype=float)
    for i in np.ndindex(work.shape):
        value = Tracked(work[i])
        work[i] = value + eps
        rise = Tracked(f(work))
        work[i] = value - eps
        rise = rise - f(work)
        work[i] = value
        gradient[i] = rise / (2 * eps)
    return gradient


@CORPUS.right("numerical_gradient")
def numeric_of_numbers_apart(f, theta, eps=1e-5):
    if theta.shape == ():
        return np.array((f(theta + eps) - f(theta - eps)) / (2 * eps))
    gradient = theta * 0.0
    for i, value in np.ndenumerate(theta):
        moved = theta + np.zeros(theta.shape)
        moved[i] = value + eps
        gradient[i] = f(moved)
        moved[i] = value - eps
        gradient[i] -= f(moved)
    return gradient / (2 * eps)


# 1. numerical_gradient, one slip


@CORPUS.slip("numerical_gradient", "one-sided-difference")
def numeric_forward(f, theta, eps=1e-5):
    theta = np.array(theta, dtype=float)
    here = f(theta)
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        value = theta[i]
        theta[i] = value + eps
        gradient[i] = (f(theta) - here) / eps
        theta[i] = value
    return gradient


@CORPUS.slip("numerical_gradient", "one-sided-difference")
def numeric_backward(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        moved = theta.astype(float)
        moved[i] -= eps
        gradient[i] = (f(theta) - f(moved)) / eps
    return gradient


@CORPUS.slip("numerical_gradient", "difference-step-error")
def numeric_divides_by_one_step(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        gradient[i] = (f(theta + h) - f(theta - h)) / eps
    return gradient


@CORPUS.slip("numerical_gradient", "difference-step-error")
def numeric_divides_by_one_step_in_place(f, theta, eps=1e-5):
    theta = np.array(theta, dtype=np.float64)
    gradient = np.zeros_like(theta)
    for i in np.ndindex(theta.shape):
        value = theta[i]
        theta[i] = value + eps
        above = f(theta)
        theta[i] = value - eps
        gradient[i] = 1 / eps * (above - f(theta))
        theta[i] = value
    return gradient


@CORPUS.slip("numerical_gradient", "wrong-sign")
def numeric_below_minus_above(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        gradient[i] = (f(theta - h) - f(theta + h)) / (2 * eps)
    return gradient


@CORPUS.slip("numerical_gradient", "ignores-argument")
def numeric_step_of_its_own(f, theta, eps=1e-5):
    h = 1e-4
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        step = np.zeros(theta.shape)
        step[i] = h
        gradient[i] = (f(theta + step) - f(theta - step)) / (2 * h)
    return gradient


@CORPUS.slip("numerical_gradient", "ignores-argument")
def numeric_always_the_default_step(f, theta, eps=1e-5):
    eps = 1e-5
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        plus, minus = theta.astype(float), theta.astype(float)
        plus[i] += eps
        minus[i] -= eps
        gradient[i] = (f(plus) - f(minus)) / (2 * eps)
    return gradient


@CORPUS.slip("numerical_gradient", "mutates-arguments")
def numeric_steps_back_by_adding(f, theta, eps=1e-5):
    theta = np.asarray(theta, dtype=np.float64)
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        theta[i] += eps
        above = f(theta)
        theta[i] -= 2 * eps
        below = f(theta)
        theta[i] += eps
        gradient[i] = (above - below) / (2 * eps)
    return gradient


@CORPUS.slip("numerical_gradient", "mutates-arguments")
def numeric_rounds_the_argument_back(f, theta, eps=1e-5):
    theta = np.asarray(theta, dtype=np.float64)
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        value = theta[i]
        theta[i] = value + eps
        above = f(theta)
        theta[i] = value - eps
        gradient[i] = (above - f(theta)) / (2 * eps)
        theta[i] = round(float(value), 12)
    return gradient


@CORPUS.slip("numerical_gradient", "integer-truncation")
def numeric_steps_in_an_integer_copy(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        plus, minus = theta.copy(), theta.copy()
        plus[i] = theta[i] + eps
        minus[i] = theta[i] - eps
        gradient[i] = (f(plus) - f(minus)) / (2 * eps)
    return gradient


@CORPUS.slip("numerical_gradient", "integer-truncation")
def numeric_gradient_of_thetas_type(f, theta, eps=1e-5):
    gradient = np.zeros_like(theta)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        gradient[i] = (f(theta + h) - f(theta - h)) / (2 * eps)
    return gradient


@CORPUS.slip("numerical_gradient", "extra-axis")
def numeric_at_least_one_axis(f, theta, eps=1e-5):
    shape = theta.shape if theta.ndim else (1,)
    gradient = np.zeros(shape)
    for k in range(theta.size):
        h = np.zeros(theta.size)
        h[k] = eps
        h = h.reshape(theta.shape)
        gradient.flat[k] = (f(theta + h) - f(theta - h)) / (2 * eps)
    return gradient


@CORPUS.slip("numerical_gradient", "transposed")
def numeric_column_by_column(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape[::-1])
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        gradient[i[::-1]] = (f(theta + h) - f(theta - h)) / (2 * eps)
    return gradient


@CORPUS.slip("numerical_gradient", "raises")
def numeric_of_matrices_only(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in range(theta.shape[0]):
        for j in range(theta.shape[1]):
            h = np.zeros(theta.shape)
            h[i, j] = eps
            gradient[i, j] = (f(theta + h) - f(theta - h)) / (2 * eps)
    return gradient


@CORPUS.slip("numerical_gradient", "raises")
def numeric_misspells_size(f, theta, eps=1e-5):
    flat = theta.astype(float).ravel()
    gradient = np.zeros(flat.lenght)
    for k in range(len(flat)):
        h = np.zeros(len(flat))
        h[k] = eps
        gradient[k] = (f((flat + h).reshape(theta.shape)) - f((flat - h).reshape(theta.shape))) / (2 * eps)
    return gradient.reshape(theta.shape)


@CORPUS.slip("numerical_gradient", "raises")
def numeric_adds_floats_to_integers_in_place(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        plus, minus = theta.copy(), theta.copy()
        plus += h
        minus -= h
        gradient[i] = (f(plus) - f(minus)) / (2 * eps)
    return gradient


@CORPUS.slip("numerical_gradient", "not-implemented")
def numeric_without_return(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        gradient[i] = (f(theta + h) - f(theta - h)) / (2 * eps)


@CORPUS.slip("numerical_gradient", "not-implemented")
def numeric_stub(f, theta, eps=1e-5):
    raise NotImplementedError()


# 1. numerical_gradient, two slips


@CORPUS.slip("numerical_gradient", "one-sided-difference", "difference-step-error")
def numeric_forward_over_two_steps(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        gradient[i] = (f(theta + h) - f(theta)) / (2 * eps)
    return gradient


@CORPUS.slip("numerical_gradient", "one-sided-difference", "wrong-sign")
def numeric_here_minus_above(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        gradient[i] = (f(theta) - f(theta + h)) / eps
    return gradient


@CORPUS.slip("numerical_gradient", "wrong-sign", "difference-step-error")
def numeric_below_minus_above_over_one_step(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        gradient[i] = (f(theta - h) - f(theta + h)) / eps
    return gradient


@CORPUS.slip("numerical_gradient", "one-sided-difference", "ignores-argument")
def numeric_forward_with_a_step_of_its_own(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = 0.001
        gradient[i] = (f(theta + h) - f(theta)) / 0.001
    return gradient


@CORPUS.slip("numerical_gradient", "one-sided-difference", "mutates-arguments")
def numeric_forward_and_back_by_subtracting(f, theta, eps=1e-5):
    theta = np.asarray(theta, dtype=float)
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        here = f(theta)
        theta[i] += eps
        gradient[i] = (f(theta) - here) / eps
        theta[i] -= eps
    return gradient


@CORPUS.slip("numerical_gradient", "difference-step-error", "mutates-arguments")
def numeric_back_by_adding_over_one_step(f, theta, eps=1e-5):
    theta = np.asarray(theta, dtype=float)
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        theta[i] += eps
        above = f(theta)
        theta[i] -= 2 * eps
        gradient[i] = (above - f(theta)) / eps
        theta[i] += eps
    return gradient


@CORPUS.slip("numerical_gradient", "difference-step-error", "integer-truncation")
def numeric_gradient_of_thetas_type_over_one_step(f, theta, eps=1e-5):
    gradient = np.zeros_like(theta)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        gradient[i] = (f(theta + h) - f(theta - h)) / eps
    return gradient


@CORPUS.slip("numerical_gradient", "transposed", "difference-step-error")
def numeric_column_by_column_over_one_step(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        gradient[i] = (f(theta + h) - f(theta - h)) / eps
    return gradient.T


# 1. numerical_gradient, wrong in ways without a name


@CORPUS.slip("numerical_gradient", "all-nudged-at-once")
def numeric_in_one_step(f, theta, eps=1e-5):
    return (f(theta + eps) - f(theta - eps)) / (2 * eps)


@CORPUS.slip("numerical_gradient", "all-nudged-at-once")
def numeric_along_the_first_axis(f, theta, eps=1e-5):
    theta = theta.astype(float)
    gradient = np.zeros(theta.shape)
    for i in range(len(theta)):
        up, down = theta.copy(), theta.copy()
        up[i] += eps
        down[i] -= eps
        gradient[i] = (f(up) - f(down)) / (2 * eps)
    return gradient


@CORPUS.slip("numerical_gradient", "difference-step-error")
def numeric_forgets_the_parentheses(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        gradient[i] = (f(theta + h) - f(theta - h)) / 2 * eps
    return gradient


@CORPUS.slip("numerical_gradient", "difference-step-error")
def numeric_forgets_to_divide(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        gradient[i] = f(theta + h) - f(theta - h)
    return gradient


@CORPUS.unlisted("numerical_gradient")
def numeric_returns_inside_the_loop(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        gradient[i] = (f(theta + h) - f(theta - h)) / (2 * eps)
        return gradient
    return gradient


@CORPUS.slip("numerical_gradient", "all-nudged-at-once")
def numeric_steps_everywhere_at_once(f, theta, eps=1e-5):
    slope = (f(theta + eps) - f(theta - eps)) / (2 * eps)
    return np.full(theta.shape, slope)


@CORPUS.unlisted("numerical_gradient")
def numeric_leaves_its_copy_moved(f, theta, eps=1e-5):
    theta = np.array(theta, dtype=float)
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        theta[i] += eps
        above = f(theta)
        theta[i] -= 2 * eps
        gradient[i] = (above - f(theta)) / (2 * eps)
    return gradient


@CORPUS.unlisted("numerical_gradient")
def numeric_rounds_to_three_places(f, theta, eps=1e-5):
    gradient = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        h = np.zeros(theta.shape)
        h[i] = eps
        gradient[i] = np.round((f(theta + h) - f(theta - h)) / (2 * eps), 3)
    return gradient


# 2. output_delta, right


@CORPUS.right("output_delta")
def output_with_numpy_functions(A, Y):
    return np.divide(np.subtract(A, Y), np.size(A, 0))


@CORPUS.right("output_delta")
def output_in_python_floats(A, Y):
    m = len(A)
    dZ = np.empty((m, 1))
    for i in range(m):
        dZ[i, 0] = (float(A[i, 0]) - float(Y[i, 0])) / m
    return dZ


@CORPUS.right("output_delta")
def output_as_columns(A, Y):
    a, y = A.T, Y.T
    return ((a - y) / a.shape[1]).T


@CORPUS.right("output_delta")
def output_with_matrix(A, Y):
    return np.asarray(np.asmatrix(A) - np.asmatrix(Y)) * (1 / A.shape[0])


@CORPUS.right("output_delta")
def output_through_the_activation(A, Y):
    dA = (-Y / A + (1 - Y) / (1 - A)) / len(Y)
    return dA * A * (1 - A)


@CORPUS.right("output_delta")
def output_with_einsum(A, Y):
    return np.einsum("ij,->ij", A - Y, 1.0 / Y.shape[0])


@CORPUS.right("output_delta")
def output_by_halves(A, Y):
    def differences(a, y):
        if len(a) == 1:
            return [a[0] - y[0]]
        middle = len(a) // 2
        return differences(a[:middle], y[:middle]) + differences(a[middle:], y[middle:])

    return np.stack(differences(A, Y)) / len(A)


@CORPUS.right("output_delta")
def output_from_a_dict(A, Y):
    rows = {i: (A[i] - Y[i]) / A.size for i in reversed(range(len(A)))}
    return np.array([rows[i] for i in range(len(A))])


@CORPUS.right("output_delta")
def output_with_tracked_floats(A, Y):
    m = len(A)
    return np.array([[(Tracked(a) - y) / m] for a, y in zip(A[:, 0], Y[:, 0], strict=True)])


@CORPUS.right("output_delta")
def output_in_an_array_of_its_own(A, Y):
    dZ = A.astype(np.float64, copy=True)
    dZ -= Y
    dZ /= dZ.shape[0]
    return dZ


# 2. output_delta, one slip


@CORPUS.slip("output_delta", "missing-mean")
def output_forgets_the_mean(A, Y):
    return A - Y


@CORPUS.slip("output_delta", "missing-mean")
def output_divides_by_the_single_column(A, Y):
    return (A - Y) / A.shape[1]


@CORPUS.slip("output_delta", "wrong-sign")
def output_labels_minus_predictions(A, Y):
    m = Y.shape[0]
    return (Y - A) / m


@CORPUS.slip("output_delta", "extra-activation-derivative")
def output_as_for_squared_error(A, Y):
    return (A - Y) * A * (1 - A) / len(A)


@CORPUS.slip("output_delta", "stops-at-activation")
def output_stops_at_the_activation(A, Y):
    return -(Y / A - (1 - Y) / (1 - A)) / len(A)


@CORPUS.slip("output_delta", "half-activation-derivative")
def output_with_one_factor_of_the_derivative(A, Y):
    dA = (-Y / A + (1 - Y) / (1 - A)) / len(A)
    return dA * (1 - A)


@CORPUS.slip("output_delta", "derivative-of-activation")
def output_derivative_at_the_activation(A, Y):
    dA = (-Y / A + (1 - Y) / (1 - A)) / len(A)
    return dA * sigmoid(A) * (1 - sigmoid(A))


@CORPUS.slip("output_delta", "wrong-activation-derivative")
def output_with_the_derivative_of_tanh(A, Y):
    dA = (-Y / A + (1 - Y) / (1 - A)) / len(A)
    return dA * (1 - A**2)


@CORPUS.slip("output_delta", "double-mean")
def output_divides_twice(A, Y):
    m = len(A)
    return (A - Y) / m / m


@CORPUS.slip("output_delta", "factor-two")
def output_with_the_two_of_a_square(A, Y):
    return 2 * (A - Y) / len(A)


@CORPUS.slip("output_delta", "factor-two")
def output_over_two_m(A, Y):
    return 1 / (2 * len(A)) * (A - Y)


@CORPUS.slip("output_delta", "constant-factor")
def output_with_a_learning_rate(A, Y):
    learning_rate = 0.1
    return learning_rate * (A - Y) / len(A)


@CORPUS.slip("output_delta", "wrong-log-base")
def output_of_a_cost_in_bits(A, Y):
    dA = (-Y / (A * np.log(2)) + (1 - Y) / ((1 - A) * np.log(2))) / len(A)
    return dA * A * (1 - A)


@CORPUS.slip("output_delta", "labels-swapped")
def output_swaps_the_labels(A, Y):
    return (A - (1 - Y)) / len(A)


@CORPUS.slip("output_delta", "positive-term-only")
def output_of_the_first_term(A, Y):
    dA = -Y / A / len(A)
    return dA * A * (1 - A)


@CORPUS.slip("output_delta", "activation-twice")
def output_activates_again(A, Y):
    return (sigmoid(A) - Y) / len(A)


@CORPUS.slip("output_delta", "missing-one-hot")
def output_without_labels(A, Y):
    return A / len(A)


@CORPUS.slip("output_delta", "ignores-argument")
def output_takes_every_label_for_one(A, Y):
    return (A - 1) / len(A)


@CORPUS.slip("output_delta", "mutates-arguments")
def output_in_place(A, Y):
    A -= Y
    A /= len(Y)
    return A


@CORPUS.slip("output_delta", "extra-axis")
def output_flattened(A, Y):
    return (A.ravel() - Y.ravel()) / len(A)


@CORPUS.slip("output_delta", "extra-axis")
def output_wraps_every_row(A, Y):
    return np.array([[(a - y) / len(A)] for a, y in zip(A, Y, strict=True)])


@CORPUS.slip("output_delta", "transposed")
def output_stays_a_row(A, Y):
    a, y = A.T, Y.T
    return (a - y) / a.shape[1]


@CORPUS.slip("output_delta", "low-precision")
def output_in_float32(A, Y):
    return (A.astype(np.float32) - Y.astype(np.float32)) / len(A)


@CORPUS.slip("output_delta", "integer-truncation")
def output_in_an_array_like_the_labels(A, Y):
    dZ = np.zeros_like(Y)
    for i in range(len(Y)):
        dZ[i] = (A[i] - Y[i]) / len(Y)
    return dZ


@CORPUS.slip("output_delta", "one-example-only")
def output_of_the_last_example(A, Y):
    m = len(A)
    for a, y in zip(A, Y, strict=True):
        dZ = (a - y) / m
    return dZ.reshape(1, 1)


@CORPUS.slip("output_delta", "one-example-only")
def output_of_the_first_example(A, Y):
    dZ = np.zeros(A.shape)
    dZ[0] = (A[0] - Y[0]) / len(A)
    return dZ


@CORPUS.slip("output_delta", "clipped")
def output_of_clipped_predictions(A, Y):
    A = np.clip(A, 1e-7, 1 - 1e-7)
    return (A - Y) / len(A)


@CORPUS.slip("output_delta", "clipped")
def output_with_a_small_number_below_the_fractions(A, Y):
    dA = (-Y / (A + 1e-8) + (1 - Y) / (1 - A + 1e-8)) / len(A)
    return dA * A * (1 - A)


@CORPUS.slip("output_delta", "hard-coded-size")
def output_over_the_lessons_examples(A, Y):
    return (A - Y) / 270


@CORPUS.slip("output_delta", "raises")
def output_calls_the_shape(A, Y):
    m = A.shape(0)
    return (A - Y) / m


@CORPUS.slip("output_delta", "not-implemented")
def output_without_return(A, Y):
    dZ = A - Y
    dZ /= len(A)


@CORPUS.slip("output_delta", "uses-autodiff")
def output_with_a_tape(A, Y):
    import tensorflow as tf

    Z = tf.Variable(np.log(A) - np.log(1 - A))
    with tf.GradientTape() as tape:
        losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=Y.astype(float), logits=Z)
        cost = tf.reduce_mean(losses)
    return tape.gradient(cost, Z).numpy()


# 2. output_delta, two slips


@CORPUS.slip("output_delta", "wrong-sign", "missing-mean")
def output_labels_minus_predictions_without_mean(A, Y):
    return Y - A


@CORPUS.slip("output_delta", "extra-activation-derivative", "missing-mean")
def output_as_for_squared_error_without_mean(A, Y):
    return (A - Y) * A * (1 - A)


@CORPUS.slip("output_delta", "extra-activation-derivative", "factor-two")
def output_of_a_mean_of_squares(A, Y):
    return 2 * (A - Y) * A * (1 - A) / len(A)


@CORPUS.slip("output_delta", "wrong-sign", "factor-two")
def output_two_times_labels_minus_predictions(A, Y):
    return -2 / len(A) * (A - Y)


@CORPUS.slip("output_delta", "stops-at-activation", "missing-mean")
def output_stops_at_the_activation_without_mean(A, Y):
    return -Y / A + (1 - Y) / (1 - A)


@CORPUS.slip("output_delta", "stops-at-activation", "wrong-sign")
def output_stops_at_the_activation_with_the_wrong_sign(A, Y):
    return (Y / A - (1 - Y) / (1 - A)) / len(A)


@CORPUS.slip("output_delta", "missing-mean", "extra-axis")
def output_flattened_without_mean(A, Y):
    return (A - Y).flatten()


@CORPUS.slip("output_delta", "missing-mean", "mutates-arguments")
def output_in_place_without_mean(A, Y):
    A -= Y
    return A


@CORPUS.slip("output_delta", "labels-swapped", "missing-mean")
def output_swaps_the_labels_without_mean(A, Y):
    return A - (1 - Y)


@CORPUS.slip("output_delta", "transposed", "wrong-sign")
def output_stays_a_row_of_the_wrong_sign(A, Y):
    return (Y.T - A.T) / len(A)


# 2. output_delta, wrong in ways without a name


@CORPUS.slip("output_delta", "examples-summed")
def output_of_the_batch(A, Y):
    return np.mean(A - Y)


@CORPUS.slip("output_delta", "examples-summed")
def output_of_the_batch_as_an_array(A, Y):
    return np.mean(A - Y, axis=0)


@CORPUS.unlisted("output_delta")
def output_over_the_root_of_m(A, Y):
    return (A - Y) / np.sqrt(len(A))


@CORPUS.unlisted("output_delta")
def output_of_absolute_differences(A, Y):
    return np.abs(A - Y) / len(A)


@CORPUS.unlisted("output_delta")
def output_of_rounded_predictions(A, Y):
    return (np.round(A) - Y) / len(A)


@CORPUS.unlisted("output_delta")
def output_of_every_pair(A, Y):
    return (A - Y.ravel()) / len(A)


@CORPUS.unlisted("output_delta")
def output_of_squares(A, Y):
    return (A - Y) ** 2 / len(A)


@CORPUS.unlisted("output_delta")
def output_scaled_to_unit_length(A, Y):
    dZ = (A - Y) / len(A)
    return dZ / np.linalg.norm(dZ)


# 3. parameter_gradients, right


@CORPUS.right("parameter_gradients")
def layer_with_dot(A_prev, dZ):
    dW = np.dot(A_prev.T, dZ)
    db = np.sum(dZ, axis=0)
    return dW, db


@CORPUS.right("parameter_gradients")
def layer_in_loops(A_prev, dZ):
    m, n_in = A_prev.shape
    n_out = dZ.shape[1]
    dW, db = np.zeros((n_in, n_out)), np.zeros(n_out)
    for k in range(n_out):
        for j in range(n_in):
            for i in range(m):
                dW[j, k] += A_prev[i, j] * dZ[i, k]
        for i in range(m):
            db[k] += dZ[i, k]
    return dW, db


@CORPUS.right("parameter_gradients")
def layer_with_einsum(A_prev, dZ):
    return np.einsum("mi,mj->ij", A_prev, dZ), np.einsum("mj->j", dZ)


@CORPUS.right("parameter_gradients")
def layer_as_columns(A_prev, dZ):
    dz, a = dZ.T, A_prev.T
    dW = dz.dot(a.T)
    db = dz.sum(axis=1, keepdims=True)
    return dW.T, db.reshape(-1)


@CORPUS.right("parameter_gradients")
def layer_with_matrix(A_prev, dZ):
    a, d = np.asmatrix(A_prev), np.asmatrix(dZ)
    return np.asarray(a.T * d), np.asarray(d.sum(axis=0)).ravel()


@CORPUS.right("parameter_gradients")
def layer_as_a_sum_of_outer_products(A_prev, dZ):
    return sum(np.outer(a, d) for a, d in zip(A_prev, dZ, strict=True)), sum(dZ)


@CORPUS.right("parameter_gradients")
def layer_with_a_column_of_ones(A_prev, dZ):
    both = np.hstack([A_prev, np.ones((len(A_prev), 1))]).T @ dZ
    return both[:-1], both[-1]


@CORPUS.right("parameter_gradients")
def layer_in_python_floats(A_prev, dZ):
    columns, signals = A_prev.T.tolist(), dZ.T.tolist()
    dW = [[math.fsum(a * d for a, d in zip(c, s, strict=True)) for s in signals] for c in columns]
    return np.array(dW), np.array([math.fsum(signal) for signal in signals])


@CORPUS.right("parameter_gradients")
def layer_by_recursion(A_prev, dZ):
    if len(dZ) == 1:
        return A_prev[0][:, np.newaxis] * dZ[0], dZ[0].copy()
    dW, db = layer_by_recursion(A_prev[1:], dZ[1:])
    return dW + A_prev[0][:, np.newaxis] * dZ[0], db + dZ[0]


@CORPUS.right("parameter_gradients")
def layer_from_dicts(A_prev, dZ):
    dW = {(j, k): A_prev[:, j] @ dZ[:, k] for k in range(dZ.shape[1]) for j in range(A_prev.shape[1])}
    db = {k: Tracked(dZ[:, k].sum()) for k in range(dZ.shape[1])}
    return np.array([dW[place] for place in sorted(dW)]).reshape(-1, len(db)), np.array(list(db.values()))


# 3. parameter_gradients, one slip


@CORPUS.slip("parameter_gradients", "double-mean")
def layer_divides_by_m_again(A_prev, dZ):
    m = len(dZ)
    return A_prev.T @ dZ / m, dZ.sum(axis=0) / m


@CORPUS.slip("parameter_gradients", "double-mean")
def layer_averages_the_biases(A_prev, dZ):
    return A_prev.T @ dZ, dZ.mean(axis=0)


@CORPUS.slip("parameter_gradients", "double-mean")
def layer_averages_the_weights(A_prev, dZ):
    products = [np.outer(a, d) for a, d in zip(A_prev, dZ, strict=True)]
    return np.mean(products, axis=0), dZ.sum(axis=0)


@CORPUS.slip("parameter_gradients", "bias-gradient-not-summed")
def layer_bias_is_the_signal(A_prev, dZ):
    return A_prev.T @ dZ, dZ


@CORPUS.slip("parameter_gradients", "bias-gradient-not-summed")
def layer_bias_is_the_first_row(A_prev, dZ):
    return A_prev.T @ dZ, dZ[0]


@CORPUS.slip("parameter_gradients", "bias-gradient-not-summed")
def layer_bias_is_the_last_row(A_prev, dZ):
    dW = np.zeros((A_prev.shape[1], dZ.shape[1]))
    for a, d in zip(A_prev, dZ, strict=True):
        dW += np.outer(a, d)
        db = d
    return dW, db


@CORPUS.slip("parameter_gradients", "extra-axis")
def layer_keeps_the_axis(A_prev, dZ):
    return np.dot(A_prev.T, dZ), np.sum(dZ, axis=0, keepdims=True)


@CORPUS.slip("parameter_gradients", "extra-axis")
def layer_bias_as_a_column(A_prev, dZ):
    return np.dot(A_prev.T, dZ), np.sum(dZ, axis=0).reshape(-1, 1)


@CORPUS.slip("parameter_gradients", "extra-axis")
def layer_squeezes(A_prev, dZ):
    return np.squeeze(A_prev.T @ dZ), dZ.sum(axis=0)


@CORPUS.slip("parameter_gradients", "wrong-axis")
def layer_sums_over_units(A_prev, dZ):
    return A_prev.T @ dZ, np.sum(dZ, axis=1)


@CORPUS.slip("parameter_gradients", "wrong-axis")
def layer_sums_over_all(A_prev, dZ):
    return A_prev.T @ dZ, np.sum(dZ)


@CORPUS.slip("parameter_gradients", "swapped-outputs")
def layer_biases_first(A_prev, dZ):
    dW = A_prev.T @ dZ
    db = dZ.sum(axis=0)
    return db, dW


@CORPUS.slip("parameter_gradients", "transposed")
def layer_signal_first(A_prev, dZ):
    return dZ.T @ A_prev, dZ.sum(axis=0)


@CORPUS.slip("parameter_gradients", "bias-gradient-missing")
def layer_zero_biases(A_prev, dZ):
    db = np.zeros(dZ.shape[1])
    return A_prev.T @ dZ, db


@CORPUS.slip("parameter_gradients", "one-example-only")
def layer_overwrites_in_the_loop(A_prev, dZ):
    for i in range(len(dZ)):
        dW = np.outer(A_prev[i], dZ[i])
        db = dZ[i]
    return dW, db


@CORPUS.slip("parameter_gradients", "one-example-only")
def layer_of_the_first_example(A_prev, dZ):
    return A_prev[:1].T @ dZ[:1], dZ[:1].sum(axis=0)


@CORPUS.slip("parameter_gradients", "wrong-sign")
def layer_downhill(A_prev, dZ):
    return -(A_prev.T @ dZ), -dZ.sum(axis=0)


@CORPUS.slip("parameter_gradients", "wrong-sign")
def layer_weights_downhill(A_prev, dZ):
    return -A_prev.T @ dZ, dZ.sum(axis=0)


@CORPUS.slip("parameter_gradients", "factor-two")
def layer_twice(A_prev, dZ):
    return 2 * A_prev.T @ dZ, 2 * dZ.sum(axis=0)


@CORPUS.slip("parameter_gradients", "constant-factor")
def layer_with_a_learning_rate(A_prev, dZ):
    return 0.01 * (A_prev.T @ dZ), 0.01 * dZ.sum(axis=0)


@CORPUS.slip("parameter_gradients", "mutates-arguments")
def layer_sums_into_the_first_row(A_prev, dZ):
    dW = A_prev.T @ dZ
    db = dZ[0]
    for d in dZ[1:]:
        db += d
    return dW, db


@CORPUS.slip("parameter_gradients", "low-precision")
def layer_in_float32(A_prev, dZ):
    dW = np.zeros((A_prev.shape[1], dZ.shape[1]), dtype=np.float32)
    dW += A_prev.T @ dZ
    return dW, dZ.sum(axis=0)


@CORPUS.slip("parameter_gradients", "integer-truncation")
def layer_in_an_array_of_the_inputs_type(A_prev, dZ):
    dW = np.zeros((A_prev.shape[1], dZ.shape[1]), dtype=A_prev.dtype)
    for j in range(A_prev.shape[1]):
        dW[j] = A_prev[:, j] @ dZ
    return dW, dZ.sum(axis=0)


@CORPUS.slip("parameter_gradients", "hard-coded-size")
def layer_of_25_and_15_units(A_prev, dZ):
    dW = np.zeros((25, 15))
    for j in range(25):
        for k in range(15):
            dW[j, k] = np.sum(A_prev[:, j] * dZ[:, k])
    return dW, dZ.sum(axis=0)


@CORPUS.slip("parameter_gradients", "wrong-keys")
def layer_without_biases(A_prev, dZ):
    return (A_prev.T @ dZ,)


@CORPUS.slip("parameter_gradients", "raises")
def layer_without_transposing(A_prev, dZ):
    return A_prev @ dZ, dZ.sum(axis=0)


@CORPUS.slip("parameter_gradients", "not-implemented")
def layer_stub(A_prev, dZ):
    raise NotImplementedError


# 3. parameter_gradients, two slips


@CORPUS.slip("parameter_gradients", "transposed", "extra-axis")
def layer_in_columns(A_prev, dZ):
    return dZ.T @ A_prev, dZ.T.sum(axis=1, keepdims=True)


@CORPUS.slip("parameter_gradients", "double-mean", "extra-axis")
def layer_averages_and_keeps_the_axis(A_prev, dZ):
    m = dZ.shape[0]
    return A_prev.T @ dZ / m, np.sum(dZ, axis=0, keepdims=True) / m


@CORPUS.slip("parameter_gradients", "double-mean", "bias-gradient-missing")
def layer_averages_and_zero_biases(A_prev, dZ):
    return A_prev.T @ dZ / len(dZ), np.zeros(dZ.shape[1])


@CORPUS.slip("parameter_gradients", "double-mean", "bias-gradient-not-summed")
def layer_averages_weights_and_leaves_biases(A_prev, dZ):
    return A_prev.T @ dZ / len(dZ), dZ


@CORPUS.slip("parameter_gradients", "transposed", "double-mean")
def layer_signal_first_averaged(A_prev, dZ):
    return dZ.T @ A_prev / len(dZ), dZ.mean(axis=0)


@CORPUS.slip("parameter_gradients", "transposed", "wrong-axis")
def layer_signal_first_summed_over_units(A_prev, dZ):
    return dZ.T @ A_prev, dZ.sum(axis=1)


@CORPUS.slip("parameter_gradients", "wrong-sign", "extra-axis")
def layer_downhill_keeps_the_axis(A_prev, dZ):
    return -(A_prev.T @ dZ), -dZ.sum(axis=0, keepdims=True)


@CORPUS.slip("parameter_gradients", "double-mean", "mutates-arguments")
def layer_averages_what_it_sums_into_the_first_row(A_prev, dZ):
    m, dW = len(dZ), A_prev.T @ dZ
    db = dZ[0]
    for d in dZ[1:]:
        db += d
    return dW / m, db / m


@CORPUS.slip("parameter_gradients", "swapped-outputs", "transposed")
def layer_biases_first_weights_transposed(A_prev, dZ):
    return dZ.sum(axis=0), dZ.T @ A_prev


# 3. parameter_gradients, wrong in ways without a name


@CORPUS.unlisted("parameter_gradients")
def layer_bias_of_the_largest(A_prev, dZ):
    return A_prev.T @ dZ, dZ.max(axis=0)


@CORPUS.unlisted("parameter_gradients")
def layer_of_centred_inputs(A_prev, dZ):
    return (A_prev - A_prev.mean(axis=0)).T @ dZ, dZ.sum(axis=0)


@CORPUS.unlisted("parameter_gradients")
def layer_of_squared_inputs(A_prev, dZ):
    return (A_prev**2).T @ dZ, dZ.sum(axis=0)


@CORPUS.unlisted("parameter_gradients")
def layer_skips_the_first_example(A_prev, dZ):
    dW, db = np.zeros((A_prev.shape[1], dZ.shape[1])), np.zeros(dZ.shape[1])
    for i in range(1, len(dZ)):
        dW += np.outer(A_prev[i], dZ[i])
        db += dZ[i]
    return dW, db


@CORPUS.unlisted("parameter_gradients")
def layer_scaled_to_unit_length(A_prev, dZ):
    dW, db = A_prev.T @ dZ, dZ.sum(axis=0)
    return dW / np.linalg.norm(dW), db / np.linalg.norm(db)


@CORPUS.unlisted("parameter_gradients")
def layer_sums_the_inputs_first(A_prev, dZ):
    return np.outer(A_prev.sum(axis=0), dZ.sum(axis=0)), dZ.sum(axis=0)


# 4. hidden_delta, right


@CORPUS.right("hidden_delta")
def hidden_with_numpy_functions(dZ_next, W_next, A):
    back = np.dot(dZ_next, np.transpose(W_next))
    return np.multiply(back, np.multiply(A, np.subtract(1, A)))


@CORPUS.right("hidden_delta")
def hidden_in_loops(dZ_next, W_next, A):
    m, n = A.shape
    dZ = np.zeros((m, n))
    for i in range(m):
        for j in range(n):
            total = 0.0
            for k in range(W_next.shape[1]):
                total += dZ_next[i, k] * W_next[j, k]
            dZ[i, j] = total * A[i, j] * (1.0 - A[i, j])
    return dZ


@CORPUS.right("hidden_delta")
def hidden_with_einsum(dZ_next, W_next, A):
    return np.einsum("ik,jk,ij,ij->ij", dZ_next, W_next, A, 1.0 - A)


@CORPUS.right("hidden_delta")
def hidden_as_columns(dZ_next, W_next, A):
    d, w, a = dZ_next.T, W_next.T, A.T
    da = np.dot(w.T, d)
    return (da * (a - a**2)).T


@CORPUS.right("hidden_delta")
def hidden_with_matrix(dZ_next, W_next, A):
    a = np.asmatrix(A)
    back = np.asmatrix(dZ_next) * np.asmatrix(W_next).T
    return np.asarray(np.multiply(back, np.multiply(a, 1 - a)))


@CORPUS.right("hidden_delta")
def hidden_with_jacobians(dZ_next, W_next, A):
    return np.vstack([np.diag(a * (1 - a)) @ W_next @ d for d, a in zip(dZ_next, A, strict=True)])


@CORPUS.right("hidden_delta")
def hidden_unit_by_unit(dZ_next, W_next, A):
    columns = {j: np.inner(dZ_next, W_next[j]) * A[:, j] * (1 - A[:, j]) for j in range(A.shape[1])}
    return np.column_stack([columns[j] for j in sorted(columns)])


@CORPUS.right("hidden_delta")
def hidden_by_recursion_over_the_next_units(dZ_next, W_next, A):
    def back(k):
        here = dZ_next[:, [k]] * W_next[:, k]
        return here if k == 0 else back(k - 1) + here

    return back(W_next.shape[1] - 1) * (0.25 - (A - 0.5) ** 2)


@CORPUS.right("hidden_delta")
def hidden_with_tracked_floats(dZ_next, W_next, A):
    def entry(d, w, a):
        return sum(Tracked(x) * y for x, y in zip(d, w, strict=True)) * a * (1 - Tracked(a))

    rows = zip(dZ_next, A, strict=True)
    return np.array([[entry(d, w, a) for w, a in zip(W_next, row, strict=True)] for d, row in rows])


# 4. hidden_delta, one slip


@CORPUS.slip("hidden_delta", "missing-activation-derivative")
def hidden_without_derivative(dZ_next, W_next, A):
    return dZ_next @ W_next.T


@CORPUS.slip("hidden_delta", "half-activation-derivative")
def hidden_times_a(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * A


@CORPUS.slip("hidden_delta", "half-activation-derivative")
def hidden_times_one_minus_a(dZ_next, W_next, A):
    return (1 - A) * np.dot(dZ_next, W_next.T)


@CORPUS.slip("hidden_delta", "derivative-of-activation")
def hidden_derivative_at_the_activation(dZ_next, W_next, A):
    s = 1 / (1 + np.exp(-A))
    return (dZ_next @ W_next.T) * s * (1 - s)


@CORPUS.slip("hidden_delta", "wrong-activation-derivative")
def hidden_with_the_derivative_of_tanh(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * (1 - A**2)


@CORPUS.slip("hidden_delta", "double-mean")
def hidden_divides_by_m_again(dZ_next, W_next, A):
    m = A.shape[0]
    return (dZ_next @ W_next.T) * A * (1 - A) / m


@CORPUS.slip("hidden_delta", "wrong-sign")
def hidden_with_a_minus_one(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * A * (A - 1)


@CORPUS.slip("hidden_delta", "factor-two")
def hidden_twice(dZ_next, W_next, A):
    return 2 * (dZ_next @ W_next.T) * A * (1 - A)


@CORPUS.slip("hidden_delta", "weights-transposed")
def hidden_without_transposing(dZ_next, W_next, A):
    return (dZ_next @ W_next) * A * (1 - A)


@CORPUS.slip("hidden_delta", "weights-transposed")
def hidden_transposes_only_where_it_must(dZ_next, W_next, A):
    try:
        back = dZ_next @ W_next
    except ValueError:
        back = dZ_next @ W_next.T
    return back * A * (1 - A)


@CORPUS.slip("hidden_delta", "transposed")
def hidden_stays_in_columns(dZ_next, W_next, A):
    a = A.T
    return (W_next @ dZ_next.T) * a * (1 - a)


@CORPUS.slip("hidden_delta", "mutates-arguments")
def hidden_multiplies_into_the_activations(dZ_next, W_next, A):
    A *= 1 - A
    return dZ_next @ W_next.T * A


@CORPUS.slip("hidden_delta", "mutates-arguments")
def hidden_writes_over_the_activations(dZ_next, W_next, A):
    gate = A * (1 - A)
    np.matmul(dZ_next, W_next.T, out=A)
    return A * gate


@CORPUS.slip("hidden_delta", "one-example-only")
def hidden_of_the_last_example(dZ_next, W_next, A):
    for d, a in zip(dZ_next, A, strict=True):
        dZ = (W_next @ d) * a * (1 - a)
    return dZ[np.newaxis]


@CORPUS.slip("hidden_delta", "one-example-only")
def hidden_of_the_first_example(dZ_next, W_next, A):
    dZ = np.zeros(A.shape)
    dZ[0] = (dZ_next[0] @ W_next.T) * A[0] * (1 - A[0])
    return dZ


@CORPUS.slip("hidden_delta", "low-precision")
def hidden_in_float32(dZ_next, W_next, A):
    dZ_next, W_next, A = (array.astype("float32") for array in (dZ_next, W_next, A))
    return (dZ_next @ W_next.T) * A * (1 - A)


@CORPUS.slip("hidden_delta", "extra-axis")
def hidden_squeezes(dZ_next, W_next, A):
    return np.squeeze((dZ_next @ W_next.T) * A * (1 - A))


@CORPUS.slip("hidden_delta", "ignores-argument")
def hidden_without_weights(dZ_next, W_next, A):
    return dZ_next.sum(axis=1, keepdims=True) * A * (1 - A)


@CORPUS.slip("hidden_delta", "mean-over-wrong-count")
def hidden_averages_over_the_paths(dZ_next, W_next, A):
    back = (dZ_next[:, np.newaxis, :] * W_next).mean(axis=2)
    return back * A * (1 - A)


@CORPUS.slip("hidden_delta", "hard-coded-size")
def hidden_of_25_units(dZ_next, W_next, A):
    dZ = np.zeros((len(A), 25))
    for j in range(25):
        dZ[:, j] = (dZ_next @ W_next[j]) * A[:, j] * (1 - A[:, j])
    return dZ


@CORPUS.slip("hidden_delta", "raises")
def hidden_calls_the_activations(dZ_next, W_next, A):
    gate = A
    return (dZ_next @ W_next.T) * gate(1 - A)


@CORPUS.slip("hidden_delta", "not-implemented")
def hidden_stub(dZ_next, W_next, A):
    pass


# 4. hidden_delta, two slips


@CORPUS.slip("hidden_delta", "missing-activation-derivative", "double-mean")
def hidden_without_derivative_over_m(dZ_next, W_next, A):
    return dZ_next @ W_next.T / len(A)


@CORPUS.slip("hidden_delta", "half-activation-derivative", "double-mean")
def hidden_times_a_over_m(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * A / len(A)


@CORPUS.slip("hidden_delta", "half-activation-derivative", "wrong-sign")
def hidden_times_a_minus_one(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * (A - 1)


@CORPUS.slip("hidden_delta", "derivative-of-activation", "double-mean")
def hidden_derivative_at_the_activation_over_m(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * sigmoid(A) * (1 - sigmoid(A)) / len(A)


@CORPUS.slip("hidden_delta", "wrong-activation-derivative", "wrong-sign")
def hidden_with_the_derivative_of_tanh_downhill(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * (A**2 - 1)


@CORPUS.slip("hidden_delta", "transposed", "missing-activation-derivative")
def hidden_stays_in_columns_without_derivative(dZ_next, W_next, A):
    return np.dot(W_next, dZ_next.T)


@CORPUS.slip("hidden_delta", "half-activation-derivative", "mutates-arguments")
def hidden_multiplies_a_into_it(dZ_next, W_next, A):
    A *= dZ_next @ W_next.T
    return A


@CORPUS.slip("hidden_delta", "transposed", "half-activation-derivative")
def hidden_stays_in_columns_times_a(dZ_next, W_next, A):
    return np.dot(W_next, dZ_next.T) * A.T


# 4. hidden_delta, wrong in ways without a name


@CORPUS.unlisted("hidden_delta")
def hidden_forgets_the_parentheses(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * A * 1 - A


@CORPUS.unlisted("hidden_delta")
def hidden_adds_the_derivative(dZ_next, W_next, A):
    return dZ_next @ W_next.T + A * (1 - A)


@CORPUS.unlisted("hidden_delta")
def hidden_reshapes_the_weights(dZ_next, W_next, A):
    return (dZ_next @ W_next.reshape(W_next.shape[::-1])) * A * (1 - A)


@CORPUS.unlisted("hidden_delta")
def hidden_with_the_mean_activation(dZ_next, W_next, A):
    a = A.mean(axis=0)
    return (dZ_next @ W_next.T) * a * (1 - a)


@CORPUS.unlisted("hidden_delta")
def hidden_with_one_plus_a(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * A * (1 + A)


@CORPUS.unlisted("hidden_delta")
def hidden_with_the_size_of_the_weights(dZ_next, W_next, A):
    return (dZ_next @ np.abs(W_next).T) * A * (1 - A)


# 5. backward, right


@CORPUS.right("backward")
def backward_in_one_loop(params, cache, Y):
    L = len(params) // 2
    dZ = (cache[f"A{L}"] - Y) / Y.shape[0]
    grads = {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = A_prev.T @ dZ
        grads[f"db{layer}"] = dZ.sum(axis=0)
        dZ = dZ @ params[f"W{layer}"].T * A_prev * (1 - A_prev)
    return grads


@CORPUS.right("backward")
def backward_by_recursion(params, cache, Y):
    def back(layer):
        A = cache[f"A{layer}"]
        if f"W{layer + 1}" in params:
            dZ_next, grads = back(layer + 1)
            dZ = (dZ_next @ params[f"W{layer + 1}"].T) * (A - A**2)
        else:
            dZ, grads = (A - Y) / len(Y), {}
        here = {f"dW{layer}": cache[f"A{layer - 1}"].T @ dZ, f"db{layer}": np.add.reduce(dZ, 0)}
        return dZ, {**here, **grads}

    return back(1)[1]


@CORPUS.right("backward")
def backward_as_columns(params, cache, Y):
    L, m = len(params) // 2, Y.shape[0]
    a = [cache["A" + str(layer)].T for layer in range(L + 1)]
    dz = a[L] - Y.T
    grads = {}
    for layer in reversed(range(1, L + 1)):
        grads["dW" + str(layer)] = (np.dot(dz, a[layer - 1].T) / m).T
        grads["db" + str(layer)] = np.squeeze(np.sum(dz, axis=1, keepdims=True) / m, axis=1)
        if layer > 1:
            dz = np.dot(params["W" + str(layer)], dz) * np.multiply(a[layer - 1], 1 - a[layer - 1])
    return grads


@CORPUS.right("backward")
def backward_example_by_example(params, cache, Y):
    L, m = len(params) // 2, len(Y)
    grads = {"d" + name: np.zeros(array.shape) for name, array in params.items()}
    for i in range(m):
        d = cache[f"A{L}"][i] - Y[i]
        for layer in range(L, 0, -1):
            a = cache[f"A{layer - 1}"][i]
            grads[f"dW{layer}"] += np.outer(a, d) / m
            grads[f"db{layer}"] += d / m
            d = (params[f"W{layer}"] @ d) * a * (1 - a)
    return grads


@CORPUS.right("backward")
def backward_from_the_signals_in_any_order(params, cache, Y):
    L = sum(name.startswith("b") for name in params)
    signal = {L: delta_at_output(cache[f"A{L}"], Y)}
    for layer in range(L - 1, 0, -1):
        signal[layer] = delta_below(signal[layer + 1], params[f"W{layer + 1}"], cache[f"A{layer}"])
    biases = {f"db{layer}": np.ones(len(Y)) @ dZ for layer, dZ in signal.items()}
    weights = {
        f"dW{layer}": np.einsum("mi,mj->ij", cache[f"A{layer - 1}"], signal[layer]) for layer in signal
    }
    return {**biases, **weights}


@CORPUS.right("backward")
def backward_with_matrix(params, cache, Y):
    grads, dA = {}, None
    for layer in sorted({int(name[1:]) for name in params}, reverse=True):
        A = np.asmatrix(cache[f"A{layer}"])
        dZ = (A - Y) / len(Y) if dA is None else np.multiply(dA, np.multiply(A, 1 - A))
        grads[f"dW{layer}"] = np.asarray(np.asmatrix(cache[f"A{layer - 1}"]).T * dZ)
        grads[f"db{layer}"] = np.asarray(dZ.sum(axis=0)).ravel()
        dA = dZ * np.asmatrix(params[f"W{layer}"]).T
    return grads


@CORPUS.right("backward")
def backward_with_the_derivative_at_z(params, cache, Y):
    def slope(z):
        return sigmoid(z) * (1 - sigmoid(z))

    L = len(params) // 2
    A = cache[f"A{L}"]
    dA = (-Y / A + (1 - Y) / (1 - A)) / len(Y)
    grads = dict.fromkeys("d" + name for name in params)
    for layer in range(L, 0, -1):
        dZ = dA * slope(cache[f"Z{layer}"])
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(cache[f"A{layer - 1}"], dZ)
        dA = np.tensordot(dZ, params[f"W{layer}"], axes=(1, 1))
    return grads


@CORPUS.right("backward")
def backward_with_a_row_of_biases(params, cache, Y):
    L, m = len(params) // 2, len(Y)

    def step(state, layer):
        dZ, grads = state
        A_prev = cache[f"A{layer - 1}"]
        both = np.column_stack([A_prev, np.ones(m)]).T @ dZ
        grads = {f"dW{layer}": both[:-1], f"db{layer}": both[-1], **grads}
        return delta_below(dZ, params[f"W{layer}"], A_prev), grads

    return reduce(step, range(L, 0, -1), (delta_at_output(cache[f"A{L}"], Y), {}))[1]


@CORPUS.right("backward")
def backward_with_copies_used_up(params, cache, Y):
    weights, cache = dict(params), dict(cache)
    layer = len(params) // 2
    cache["dZ"] = cache[f"A{layer}"] * 1.0
    cache["dZ"] -= Y
    cache["dZ"] /= len(Y)
    grads = {}
    while layer:
        A = cache.pop(f"A{layer - 1}")
        grads[f"db{layer}"] = cache["dZ"].sum(0)
        grads[f"dW{layer}"] = np.asfortranarray(np.matmul(A.T, cache["dZ"]))
        cache["dZ"] = np.matmul(cache["dZ"], weights.pop(f"W{layer}").T)
        cache["dZ"] *= A * (1 - A)
        layer -= 1
    return grads


# 5. backward, one slip


@CORPUS.slip("backward", "missing-mean")
def backward_forgets_the_mean(params, cache, Y):
    L = len(params) // 2
    return gradients_from(params, cache, cache[f"A{L}"] - Y)


@CORPUS.slip("backward", "missing-mean")
def backward_forgets_the_mean_of_the_biases(params, cache, Y):
    L, m = len(params) // 2, len(Y)
    dZ, grads = cache[f"A{L}"] - Y, {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = A_prev.T @ dZ / m
        grads[f"db{layer}"] = dZ.sum(axis=0)
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "double-mean")
def backward_divides_again_in_every_layer(params, cache, Y):
    L, m = len(params) // 2, len(Y)
    dZ, grads = (cache[f"A{L}"] - Y) / m, {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = A_prev.T @ dZ / m
        grads[f"db{layer}"] = dZ.sum(axis=0) / m
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "mean-over-wrong-count")
def backward_divides_by_the_features(params, cache, Y):
    L, m = len(params) // 2, cache["A0"].shape[1]
    return gradients_from(params, cache, (cache[f"A{L}"] - Y) / m)


@CORPUS.slip("backward", "mean-over-wrong-count")
def backward_divides_by_all_the_inputs_entries(params, cache, Y):
    L = len(params) // 2
    return gradients_from(params, cache, (cache[f"A{L}"] - Y) / cache["A0"].size)


@CORPUS.slip("backward", "wrong-sign")
def backward_downhill(params, cache, Y):
    L = len(params) // 2
    return gradients_from(params, cache, (Y - cache[f"A{L}"]) / len(Y))


@CORPUS.slip("backward", "factor-two")
def backward_with_the_two_of_a_square(params, cache, Y):
    L = len(params) // 2
    return gradients_from(params, cache, 2 * (cache[f"A{L}"] - Y) / len(Y))


@CORPUS.slip("backward", "constant-factor")
def backward_with_a_learning_rate(params, cache, Y):
    L = len(params) // 2
    grads = gradients_from(params, cache, delta_at_output(cache[f"A{L}"], Y))
    return {name: 0.1 * array for name, array in grads.items()}


@CORPUS.slip("backward", "extra-activation-derivative")
def backward_as_for_squared_error(params, cache, Y):
    L = len(params) // 2
    A = cache[f"A{L}"]
    return gradients_from(params, cache, (A - Y) / len(Y) * A * (1 - A))


@CORPUS.slip("backward", "missing-activation-derivative")
def backward_without_derivative(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(cache[f"A{layer - 1}"], dZ)
        dZ = dZ @ params[f"W{layer}"].T
    return grads


@CORPUS.slip("backward", "missing-activation-derivative")
def backward_without_derivative_in_the_first_layer(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        dZ = dZ @ params[f"W{layer}"].T
        if layer != 2:
            dZ = dZ * A_prev * (1 - A_prev)
    return grads


@CORPUS.slip("backward", "half-activation-derivative")
def backward_times_one_minus_a(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        dZ = (dZ @ params[f"W{layer}"].T) * (1 - A_prev)
    return grads


@CORPUS.slip("backward", "derivative-of-activation")
def backward_derivative_at_the_activation(params, cache, Y):
    def slope(z):
        return sigmoid(z) * (1 - sigmoid(z))

    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        dZ = dZ @ params[f"W{layer}"].T * slope(A_prev)
    return grads


@CORPUS.slip("backward", "derivative-of-wrong-layer")
def backward_derivative_of_the_layer_above(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A, A_prev = cache[f"A{layer}"], cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        if layer > 1:
            dZ = delta_below(dZ, params[f"W{layer}"], A)
    return grads


@CORPUS.slip("backward", "derivative-of-wrong-layer")
def backward_derivative_of_the_output(params, cache, Y):
    L = len(params) // 2
    A = cache[f"A{L}"]
    dZ, grads = delta_at_output(A, Y), {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(cache[f"A{layer - 1}"], dZ)
        dZ = dZ @ params[f"W{layer}"].T * A * (1 - A)
    return grads


@CORPUS.slip("backward", "wrong-layer-weights")
def backward_through_the_layers_own_weights(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        if layer > 1:
            dZ = delta_below(dZ, params[f"W{layer - 1}"], A_prev)
    return grads


@CORPUS.slip("backward", "wrong-layer-input")
def backward_from_the_layers_own_activations(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(cache[f"A{layer}"], dZ)
        dZ = delta_below(dZ, params[f"W{layer}"], cache[f"A{layer - 1}"])
    return grads


@CORPUS.slip("backward", "activation-skipped")
def backward_from_the_pre_activations(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        received = cache[f"Z{layer - 1}"] if layer > 1 else cache["A0"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(received, dZ)
        dZ = delta_below(dZ, params[f"W{layer}"], cache[f"A{layer - 1}"])
    return grads


@CORPUS.slip("backward", "activation-skipped")
def backward_compares_the_logits_with_the_labels(params, cache, Y):
    L = len(params) // 2
    return gradients_from(params, cache, (cache[f"Z{L}"] - Y) / len(Y))


@CORPUS.slip("backward", "activation-twice")
def backward_activates_the_output_again(params, cache, Y):
    L = len(params) // 2
    return gradients_from(params, cache, (sigmoid(cache[f"A{L}"]) - Y) / len(Y))


@CORPUS.slip("backward", "wrong-activation-derivative")
def backward_with_the_derivative_of_relu(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(cache[f"A{layer - 1}"], dZ)
        if layer > 1:
            dZ = dZ @ params[f"W{layer}"].T * (cache[f"Z{layer - 1}"] > 0)
    return grads


@CORPUS.slip("backward", "wrong-activation-derivative")
def backward_with_the_derivative_of_tanh(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        dZ = dZ @ params[f"W{layer}"].T * (1 - A_prev**2)
    return grads


@CORPUS.slip("backward", "chain-cut")
def backward_with_the_output_delta_everywhere(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(cache[f"A{layer - 1}"], dZ)
    return grads


@CORPUS.slip("backward", "chain-cut")
def backward_with_the_output_delta_spread_over_the_units(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(1, L + 1):
        spread = np.repeat(dZ, len(params[f"b{layer}"]), axis=1)
        grads[f"dW{layer}"] = cache[f"A{layer - 1}"].T @ spread
        grads[f"db{layer}"] = spread.sum(axis=0)
    return grads


@CORPUS.slip("backward", "bias-gradient-not-summed")
def backward_bias_is_the_signal(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = A_prev.T @ dZ, dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "bias-gradient-missing")
def backward_never_fills_the_biases(params, cache, Y):
    L = len(params) // 2
    grads = {"d" + name: np.zeros(array.shape) for name, array in params.items()}
    dZ = delta_at_output(cache[f"A{L}"], Y)
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = A_prev.T @ dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "extra-axis")
def backward_keeps_the_axis(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = A_prev.T @ dZ
        grads[f"db{layer}"] = np.sum(dZ, axis=0, keepdims=True)
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "wrong-axis")
def backward_sums_the_biases_over_units(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = A_prev.T @ dZ, dZ.sum(axis=1)
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "wrong-keys")
def backward_names_without_d(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"W{layer}"], grads[f"b{layer}"] = layer_gradients(A_prev, dZ)
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "wrong-keys")
def backward_stops_above_the_first_layer(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 1, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "wrong-keys")
def backward_counts_layers_from_zero(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for k in range(L - 1, -1, -1):
        A_prev = cache[f"A{k}"]
        grads[f"dW{k}"], grads[f"db{k}"] = layer_gradients(A_prev, dZ)
        dZ = delta_below(dZ, params[f"W{k + 1}"], A_prev)
    return grads


@CORPUS.slip("backward", "swapped-outputs")
def backward_unpacks_the_wrong_way_round(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"db{layer}"], grads[f"dW{layer}"] = layer_gradients(A_prev, dZ)
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "transposed")
def backward_weights_transposed(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = dZ.T @ A_prev, dZ.sum(axis=0)
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "mutates-arguments")
def backward_keeps_its_signals_in_the_cache(params, cache, Y):
    L = len(params) // 2
    grads = {}
    cache[f"dZ{L}"] = delta_at_output(cache[f"A{L}"], Y)
    for layer in range(L, 0, -1):
        A_prev, dZ = cache[f"A{layer - 1}"], cache[f"dZ{layer}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        cache[f"dZ{layer - 1}"] = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "mutates-arguments")
def backward_multiplies_into_the_cache(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        gate = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(gate, dZ)
        gate *= 1 - gate
        dZ = dZ @ params[f"W{layer}"].T * gate
    return grads


@CORPUS.slip("backward", "mutates-arguments")
def backward_takes_the_step_too(params, cache, Y):
    L = len(params) // 2
    grads = gradients_from(params, cache, delta_at_output(cache[f"A{L}"], Y))
    for name in params:
        params[name] = params[name] - 0.1 * grads["d" + name]
    return grads


@CORPUS.slip("backward", "gradient-after-update")
def backward_through_updated_weights(params, cache, Y):
    updated = {name: array.astype(float) for name, array in params.items()}
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        updated[f"W{layer}"] -= 0.1 * grads[f"dW{layer}"]
        updated[f"b{layer}"] -= 0.1 * grads[f"db{layer}"]
        dZ = delta_below(dZ, updated[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "one-example-only")
def backward_of_the_first_example(params, cache, Y):
    L = len(params) // 2
    first = {name: array[:1] for name, array in cache.items()}
    return gradients_from(params, first, first[f"A{L}"] - Y[:1])


@CORPUS.slip("backward", "one-example-only")
def backward_overwrites_in_the_loop(params, cache, Y):
    L = len(params) // 2
    for i in range(len(Y)):
        one = {name: array[i : i + 1] for name, array in cache.items()}
        grads = gradients_from(params, one, one[f"A{L}"] - Y[i : i + 1])
    return grads


@CORPUS.slip("backward", "hard-coded-size")
def backward_of_three_layers(params, cache, Y):
    dZ3 = delta_at_output(cache["A3"], Y)
    dZ2 = delta_below(dZ3, params["W3"], cache["A2"])
    dZ1 = delta_below(dZ2, params["W2"], cache["A1"])
    grads = {}
    grads["dW3"], grads["db3"] = layer_gradients(cache["A2"], dZ3)
    grads["dW2"], grads["db2"] = layer_gradients(cache["A1"], dZ2)
    grads["dW1"], grads["db1"] = layer_gradients(cache["A0"], dZ1)
    return grads


@CORPUS.slip("backward", "low-precision")
def backward_in_float32(params, cache, Y):
    params = {name: array.astype(np.float32) for name, array in params.items()}
    cache = {name: array.astype(np.float32) for name, array in cache.items()}
    L = len(params) // 2
    dZ = (cache[f"A{L}"] - Y.astype(np.float32)) / np.float32(len(Y))
    return gradients_from(params, cache, dZ)


@CORPUS.slip("backward", "integer-truncation")
def backward_with_a_signal_like_the_labels(params, cache, Y):
    L = len(params) // 2
    dZ = np.empty_like(Y)
    dZ[:] = (cache[f"A{L}"] - Y) / len(Y)
    return gradients_from(params, cache, dZ)


@CORPUS.slip("backward", "missing-one-hot")
def backward_without_labels(params, cache, Y):
    L = len(params) // 2
    return gradients_from(params, cache, cache[f"A{L}"] / len(Y))


@CORPUS.slip("backward", "ignores-argument")
def backward_takes_every_label_for_one(params, cache, Y):
    L = len(params) // 2
    return gradients_from(params, cache, (cache[f"A{L}"] - 1) / len(Y))


@CORPUS.slip("backward", "labels-swapped")
def backward_swaps_the_labels(params, cache, Y):
    L = len(params) // 2
    return gradients_from(params, cache, (cache[f"A{L}"] - (1 - Y)) / len(Y))


@CORPUS.slip("backward", "positive-term-only")
def backward_of_the_first_term(params, cache, Y):
    L = len(params) // 2
    A = cache[f"A{L}"]
    dA = -Y / A / len(Y)
    return gradients_from(params, cache, dA * A * (1 - A))


@CORPUS.slip("backward", "clipped")
def backward_with_a_small_number_below_the_fractions(params, cache, Y):
    L = len(params) // 2
    A = cache[f"A{L}"]
    dA = (-Y / (A + 1e-7) + (1 - Y) / (1 - A + 1e-7)) / len(Y)
    return gradients_from(params, cache, dA * A * (1 - A))


@CORPUS.slip("backward", "raises")
def backward_adds_a_number_to_a_name(params, cache, Y):
    L = len(params) // 2
    grads = {}
    dZ = delta_at_output(cache["A" + L], Y)
    for layer in range(L, 0, -1):
        grads["dW" + layer], grads["db" + layer] = layer_gradients(cache["A" + (layer - 1)], dZ)
    return grads


@CORPUS.slip("backward", "raises")
def backward_one_layer_too_many(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, -1, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "not-implemented")
def backward_without_return(params, cache, Y):
    L = len(params) // 2
    grads = {}
    grads.update(gradients_from(params, cache, delta_at_output(cache[f"A{L}"], Y)))


@CORPUS.slip("backward", "uses-autodiff")
def backward_with_a_tape(params, cache, Y):
    import tensorflow as tf

    variables = {name: tf.Variable(array) for name, array in params.items()}
    with tf.GradientTape() as tape:
        A = tf.constant(cache["A0"])
        for layer in range(1, len(params) // 2 + 1):
            A = tf.sigmoid(A @ variables[f"W{layer}"] + variables[f"b{layer}"])
        Y = Y.astype(float)
        cost = -tf.reduce_mean(Y * tf.math.log(A) + (1 - Y) * tf.math.log(1 - A))
    return {"d" + name: array.numpy() for name, array in tape.gradient(cost, variables).items()}


# 5. backward, two slips


@CORPUS.slip("backward", "missing-mean", "wrong-sign")
def backward_downhill_without_mean(params, cache, Y):
    L = len(params) // 2
    return gradients_from(params, cache, Y - cache[f"A{L}"])


@CORPUS.slip("backward", "missing-mean", "missing-activation-derivative")
def backward_without_mean_and_derivative(params, cache, Y):
    L = len(params) // 2
    dZ, grads = cache[f"A{L}"] - Y, {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(cache[f"A{layer - 1}"], dZ)
        dZ = dZ @ params[f"W{layer}"].T
    return grads


@CORPUS.slip("backward", "extra-activation-derivative", "missing-activation-derivative")
def backward_with_the_derivative_in_the_wrong_place(params, cache, Y):
    L = len(params) // 2
    A = cache[f"A{L}"]
    dZ, grads = (A - Y) * A * (1 - A) / len(Y), {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(cache[f"A{layer - 1}"], dZ)
        dZ = dZ @ params[f"W{layer}"].T
    return grads


@CORPUS.slip("backward", "extra-activation-derivative", "factor-two")
def backward_of_a_mean_of_squares(params, cache, Y):
    L = len(params) // 2
    A = cache[f"A{L}"]
    return gradients_from(params, cache, 2 * (A - Y) * A * (1 - A) / len(Y))


@CORPUS.slip("backward", "half-activation-derivative", "bias-gradient-not-summed")
def backward_times_a_bias_is_the_signal(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = A_prev.T @ dZ, dZ
        dZ = (dZ @ params[f"W{layer}"].T) * A_prev
    return grads


@CORPUS.slip("backward", "double-mean", "extra-axis")
def backward_averages_again_and_keeps_the_axis(params, cache, Y):
    L, m = len(params) // 2, len(Y)
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = 1 / m * np.dot(A_prev.T, dZ)
        grads[f"db{layer}"] = 1 / m * np.sum(dZ, axis=0, keepdims=True)
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "derivative-of-activation", "missing-mean")
def backward_derivative_at_the_activation_without_mean(params, cache, Y):
    L = len(params) // 2
    dZ, grads = cache[f"A{L}"] - Y, {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        dZ = dZ @ params[f"W{layer}"].T * sigmoid(A_prev) * (1 - sigmoid(A_prev))
    return grads


@CORPUS.slip("backward", "missing-activation-derivative", "bias-gradient-missing")
def backward_without_derivative_and_biases(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"] = cache[f"A{layer - 1}"].T @ dZ
        grads[f"db{layer}"] = np.zeros_like(params[f"b{layer}"])
        dZ = dZ @ params[f"W{layer}"].T
    return grads


@CORPUS.slip("backward", "transposed", "missing-mean")
def backward_weights_transposed_without_mean(params, cache, Y):
    L = len(params) // 2
    dZ, grads = cache[f"A{L}"] - Y, {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = dZ.T @ A_prev, dZ.sum(axis=0)
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("backward", "wrong-keys", "missing-mean")
def backward_names_without_d_without_mean(params, cache, Y):
    L = len(params) // 2
    grads = gradients_from(params, cache, cache[f"A{L}"] - Y)
    return {name[1:]: array for name, array in grads.items()}


@CORPUS.slip("backward", "gradient-after-update", "mutates-arguments")
def backward_updates_on_the_way(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        params[f"W{layer}"] = params[f"W{layer}"] - 0.1 * grads[f"dW{layer}"]
        params[f"b{layer}"] = params[f"b{layer}"] - 0.1 * grads[f"db{layer}"]
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


# 5. backward, wrong in ways without a name


@CORPUS.unlisted("backward")
def backward_with_weight_decay(params, cache, Y):
    L = len(params) // 2
    grads = gradients_from(params, cache, delta_at_output(cache[f"A{L}"], Y))
    for layer in range(1, L + 1):
        grads[f"dW{layer}"] = grads[f"dW{layer}"] + 0.01 * params[f"W{layer}"]
    return grads


@CORPUS.unlisted("backward")
def backward_with_limited_gradients(params, cache, Y):
    L = len(params) // 2
    grads = gradients_from(params, cache, delta_at_output(cache[f"A{L}"], Y))
    return {name: array / (1 + np.linalg.norm(array)) for name, array in grads.items()}


@CORPUS.unlisted("backward")
def backward_from_the_input_in_every_layer(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(cache["A0"], dZ)
        dZ = delta_below(dZ, params[f"W{layer}"], cache[f"A{layer - 1}"])
    return grads


@CORPUS.unlisted("backward")
def backward_with_the_derivative_squared_on_one_side(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        dZ = dZ @ params[f"W{layer}"].T * A_prev * (1 - A_prev) ** 2
    return grads


@CORPUS.unlisted("backward")
def backward_through_the_inverse_of_the_weights(params, cache, Y):
    L = len(params) // 2
    dZ, grads = delta_at_output(cache[f"A{L}"], Y), {}
    for layer in range(L, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = layer_gradients(A_prev, dZ)
        dZ = dZ @ np.linalg.pinv(params[f"W{layer}"]) * A_prev * (1 - A_prev)
    return grads


@CORPUS.unlisted("backward")
def backward_with_heavier_positive_examples(params, cache, Y):
    L = len(params) // 2
    weight = np.where(Y > 0.5, 2.0, 1.0)
    return gradients_from(params, cache, weight * delta_at_output(cache[f"A{L}"], Y))


# 6. per_example_gradients, right


@CORPUS.right("per_example_gradients")
def examples_from_batches_of_one(params, X, Y):
    L, singles = len(params) // 2, []
    for i in range(len(X)):
        _, cache = forward(X[[i]], params)
        singles.append(gradients_from(params, cache, delta_at_output(cache[f"A{L}"], Y[[i]])))
    return {name: np.stack([single[name] for single in singles]) for name in singles[0]}


@CORPUS.right("per_example_gradients")
def examples_with_einsum(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = A - Y, {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A_prev, dZ)
        grads[f"db{layer}"] = dZ
        dZ = np.einsum("mk,jk,mj->mj", dZ, params[f"W{layer}"], A_prev - A_prev**2)
    return grads


@CORPUS.right("per_example_gradients")
def examples_with_broadcasting(params, X, Y):
    L = len(params) // 2
    A = [X.astype(float)]
    for layer in range(1, L + 1):
        A.append(1 / (1 + np.exp(-(A[-1] @ params[f"W{layer}"] + params[f"b{layer}"]))))
    signals = {L: A[L] - Y}
    for layer in range(L - 1, 0, -1):
        signals[layer] = delta_below(signals[layer + 1], params[f"W{layer + 1}"], A[layer])
    return {
        **{f"db{layer}": dZ for layer, dZ in signals.items()},
        **{f"dW{layer}": A[layer - 1][:, :, None] * dZ[:, None, :] for layer, dZ in signals.items()},
    }


@CORPUS.right("per_example_gradients")
def examples_as_columns(params, X, Y):
    L = len(params) // 2
    a = {0: X.T}
    for layer in range(1, L + 1):
        z = np.dot(params[f"W{layer}"].T, a[layer - 1]) + params[f"b{layer}"][:, np.newaxis]
        a[layer] = np.tanh(z / 2) / 2 + 0.5
    dz, grads = a[L] - Y.T, {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"] = np.moveaxis(a[layer - 1][:, np.newaxis, :] * dz[np.newaxis, :, :], 2, 0)
        grads[f"db{layer}"] = dz.T
        if layer > 1:
            dz = np.dot(params[f"W{layer}"], dz) * a[layer - 1] * (1 - a[layer - 1])
    return grads


@CORPUS.right("per_example_gradients")
def examples_in_python_floats(params, X, Y):
    def activate(z):
        return 1 / (1 + math.exp(-z))

    L = len(params) // 2
    grads = {"d" + name: [] for name in params}
    for x, y in zip(X.tolist(), Y.tolist(), strict=True):
        a = [x]
        for layer in range(1, L + 1):
            columns, b = params[f"W{layer}"].T.tolist(), params[f"b{layer}"].tolist()
            sums = [sum(p * q for p, q in zip(a[-1], w, strict=True)) for w in columns]
            a.append([activate(s + c) for s, c in zip(sums, b, strict=True)])
        d = [a[L][0] - y[0]]
        for layer in range(L, 0, -1):
            grads[f"dW{layer}"].append([[p * q for q in d] for p in a[layer - 1]])
            grads[f"db{layer}"].append(d)
            rows = params[f"W{layer}"].tolist()
            back = [sum(p * q for p, q in zip(w, d, strict=True)) for w in rows]
            d = [s * p * (1 - p) for s, p in zip(back, a[layer - 1], strict=True)]
    return {name: np.array(values) for name, values in grads.items()}


@CORPUS.right("per_example_gradients")
def examples_by_recursion(params, X, Y):
    grads = {}

    def visit(A, layer):
        if f"W{layer}" not in params:
            return A - Y
        W = params[f"W{layer}"]
        signal = visit(sigmoid(A @ W + params[f"b{layer}"]), layer + 1)
        grads[f"dW{layer}"] = np.matmul(A[..., np.newaxis], signal[..., np.newaxis, :])
        grads[f"db{layer}"] = signal.copy()
        return (signal @ W.T) * A * (1 - A)

    visit(np.asarray(X, dtype=np.float64), 1)
    return grads


@CORPUS.right("per_example_gradients")
def examples_from_the_batch_times_m(params, X, Y):
    m, L = len(X), len(params) // 2
    A, cache = forward(X, params)

    def gradient(name):
        dZ = delta_at_output(A, Y)
        for layer in range(L, int(name[1:]), -1):
            dZ = delta_below(dZ, params[f"W{layer}"], cache[f"A{layer - 1}"])
        A_prev = cache[f"A{int(name[1:]) - 1}"]
        return m * (A_prev[:, :, np.newaxis] * dZ[:, np.newaxis] if name[0] == "W" else dZ)

    return {f"d{name}": gradient(name) for name in sorted(params)}


@CORPUS.right("per_example_gradients")
def examples_with_matrix(params, X, Y):
    m, L = len(X), len(params) // 2
    grads = {"d" + name: np.empty((m, *array.shape)) for name, array in params.items()}
    for i in range(m):
        a = [np.asmatrix(X[i], dtype=float)]
        for layer in range(1, L + 1):
            a.append(np.asmatrix(sigmoid(a[-1] * params[f"W{layer}"] + params[f"b{layer}"])))
        d = a[L] - Y[i]
        for layer in range(L, 0, -1):
            grads[f"dW{layer}"][i] = a[layer - 1].T * d
            grads[f"db{layer}"][i] = d
            d = np.multiply(d * params[f"W{layer}"].T, np.multiply(a[layer - 1], 1 - a[layer - 1]))
    return grads


# 6. per_example_gradients, one slip


@CORPUS.slip("per_example_gradients", "needless-mean")
def examples_with_the_batchs_mean(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = (A - Y) / len(X), {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = A_prev[:, :, np.newaxis] * dZ[:, np.newaxis, :]
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("per_example_gradients", "needless-mean")
def examples_averaged(params, X, Y):
    grads = stack_of_examples(params, X, Y)
    return {name: array.mean(axis=0) for name, array in grads.items()}


@CORPUS.slip("per_example_gradients", "needless-mean")
def examples_all_with_the_average(params, X, Y):
    A, cache = forward(X, params)
    grads = gradients_from(params, cache, delta_at_output(A, Y))
    return {name: np.stack([array] * len(X)) for name, array in grads.items()}


@CORPUS.slip("per_example_gradients", "one-example-only")
def examples_all_of_the_first(params, X, Y):
    singles = []
    for _ in range(len(X)):
        A, cache = forward(X[:1], params)
        singles.append(gradients_from(params, cache, A - Y[:1]))
    return {name: np.array([single[name] for single in singles]) for name in singles[0]}


@CORPUS.slip("per_example_gradients", "one-example-only")
def examples_the_last_one_only(params, X, Y):
    for i in range(len(X)):
        A, cache = forward(X[i : i + 1], params)
        grads = gradients_from(params, cache, A - Y[i : i + 1])
    return {name: array[np.newaxis] for name, array in grads.items()}


@CORPUS.slip("per_example_gradients", "wrong-sign")
def examples_downhill(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = Y - A, {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A_prev, dZ)
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("per_example_gradients", "factor-two")
def examples_with_the_two_of_a_square(params, X, Y):
    grads = stack_of_examples(params, X, Y)
    return {name: 2 * array for name, array in grads.items()}


@CORPUS.slip("per_example_gradients", "extra-activation-derivative")
def examples_as_for_squared_error(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = (A - Y) * A * (1 - A), {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A_prev, dZ)
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("per_example_gradients", "missing-activation-derivative")
def examples_without_derivative(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = A - Y, {}
    for layer in range(len(params) // 2, 0, -1):
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", cache[f"A{layer - 1}"], dZ)
        grads[f"db{layer}"] = dZ
        dZ = dZ @ params[f"W{layer}"].T
    return grads


@CORPUS.slip("per_example_gradients", "half-activation-derivative")
def examples_times_one_minus_a(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = A - Y, {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A_prev, dZ)
        grads[f"db{layer}"] = dZ
        dZ = dZ @ params[f"W{layer}"].T * (1 - A_prev)
    return grads


@CORPUS.slip("per_example_gradients", "derivative-of-activation")
def examples_derivative_at_the_activation(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = A - Y, {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A_prev, dZ)
        grads[f"db{layer}"] = dZ
        s = sigmoid(A_prev)
        dZ = dZ @ params[f"W{layer}"].T * s * (1 - s)
    return grads


@CORPUS.slip("per_example_gradients", "wrong-activation-derivative")
def examples_with_the_derivative_of_tanh(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = A - Y, {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A_prev, dZ)
        grads[f"db{layer}"] = dZ
        dZ = dZ @ params[f"W{layer}"].T * (1 - A_prev**2)
    return grads


@CORPUS.slip("per_example_gradients", "chain-cut")
def examples_with_the_output_delta_everywhere(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = A - Y, {}
    for layer in range(1, len(params) // 2 + 1):
        spread = dZ * np.ones(len(params[f"b{layer}"]))
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", cache[f"A{layer - 1}"], spread)
        grads[f"db{layer}"] = spread
    return grads


@CORPUS.slip("per_example_gradients", "bias-skipped")
def examples_forward_without_bias(params, X, Y):
    L = len(params) // 2
    A = [X]
    for layer in range(1, L + 1):
        A.append(sigmoid(A[-1] @ params[f"W{layer}"]))
    dZ, grads = A[L] - Y, {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A[layer - 1], dZ)
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A[layer - 1])
    return grads


@CORPUS.slip("per_example_gradients", "output-layer-linear")
def examples_compare_the_logits_with_the_labels(params, X, Y):
    L = len(params) // 2
    A = [X]
    for layer in range(1, L + 1):
        Z = A[-1] @ params[f"W{layer}"] + params[f"b{layer}"]
        A.append(Z if layer == L else sigmoid(Z))
    dZ, grads = A[L] - Y, {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A[layer - 1], dZ)
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A[layer - 1])
    return grads


@CORPUS.slip("per_example_gradients", "hidden-layer-linear")
def examples_activate_the_output_alone(params, X, Y):
    L = len(params) // 2
    A = [X]
    for layer in range(1, L + 1):
        Z = A[-1] @ params[f"W{layer}"] + params[f"b{layer}"]
        A.append(sigmoid(Z) if layer == L else Z)
    dZ, grads = A[L] - Y, {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A[layer - 1], dZ)
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A[layer - 1])
    return grads


@CORPUS.slip("per_example_gradients", "wrong-activation")
def examples_forward_with_tanh(params, X, Y):
    L = len(params) // 2
    A = [X]
    for layer in range(1, L + 1):
        Z = A[-1] @ params[f"W{layer}"] + params[f"b{layer}"]
        A.append(np.tanh(Z))
    dZ, grads = A[L] - Y, {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A[layer - 1], dZ)
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A[layer - 1])
    return grads


@CORPUS.slip("per_example_gradients", "activation-twice")
def examples_activate_the_output_again(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = sigmoid(A) - Y, {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A_prev, dZ)
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("per_example_gradients", "labels-swapped")
def examples_swap_the_labels(params, X, Y):
    return stack_of_examples(params, X, 1 - Y)


@CORPUS.slip("per_example_gradients", "missing-one-hot")
def examples_without_labels(params, X, Y):
    return stack_of_examples(params, X, np.zeros(Y.shape))


@CORPUS.slip("per_example_gradients", "ignores-argument")
def examples_take_every_label_for_one(params, X, Y):
    return stack_of_examples(params, X, np.ones(Y.shape))


@CORPUS.slip("per_example_gradients", "wrong-layer-input")
def examples_from_the_layers_own_activations(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = A - Y, {}
    for layer in range(len(params) // 2, 0, -1):
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", cache[f"A{layer}"], dZ)
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params[f"W{layer}"], cache[f"A{layer - 1}"])
    return grads


@CORPUS.slip("per_example_gradients", "bias-gradient-missing")
def examples_zero_biases(params, X, Y):
    grads = stack_of_examples(params, X, Y)
    return {name: array * (name[1] == "W") for name, array in grads.items()}


@CORPUS.slip("per_example_gradients", "extra-axis")
def examples_biases_as_rows(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = (A - Y)[:, np.newaxis, :], {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"][:, np.newaxis, :]
        grads[f"dW{layer}"] = A_prev.transpose(0, 2, 1) @ dZ
        grads[f"db{layer}"] = dZ
        dZ = (dZ @ params[f"W{layer}"].T) * A_prev * (1 - A_prev)
    return grads


@CORPUS.slip("per_example_gradients", "extra-axis")
def examples_squeezed(params, X, Y):
    grads = stack_of_examples(params, X, Y)
    return {name: np.squeeze(array) if name[1] == "b" else array for name, array in grads.items()}


@CORPUS.slip("per_example_gradients", "transposed")
def examples_signal_first(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = A - Y, {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = np.einsum("mi,mj->mji", A_prev, dZ)
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("per_example_gradients", "wrong-keys")
def examples_names_without_d(params, X, Y):
    grads = stack_of_examples(params, X, Y)
    return {name: grads["d" + name] for name in params}


@CORPUS.slip("per_example_gradients", "mutates-arguments")
def examples_use_the_params_up(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = A - Y, {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A_prev, dZ)
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params.pop(f"W{layer}"), A_prev)
    return grads


@CORPUS.slip("per_example_gradients", "low-precision")
def examples_in_float32(params, X, Y):
    grads = stack_of_examples(params, X, Y)
    return {name: array.astype(np.float32) for name, array in grads.items()}


@CORPUS.slip("per_example_gradients", "integer-truncation")
def examples_in_arrays_of_the_inputs_type(params, X, Y):
    results = {"d" + name: np.zeros((len(X), *array.shape), X.dtype) for name, array in params.items()}
    for i in range(len(X)):
        A, cache = forward(X[i : i + 1], params)
        for name, array in gradients_from(params, cache, A - Y[i : i + 1]).items():
            results[name][i] = array
    return results


@CORPUS.slip("per_example_gradients", "hard-coded-size")
def examples_of_three_layers(params, X, Y):
    A, cache = forward(X, params)
    dZ3 = cache["A3"] - Y
    dZ2 = delta_below(dZ3, params["W3"], cache["A2"])
    dZ1 = delta_below(dZ2, params["W2"], cache["A1"])
    grads = {"db3": dZ3, "db2": dZ2, "db1": dZ1}
    grads["dW3"] = cache["A2"][:, :, np.newaxis] * dZ3[:, np.newaxis, :]
    grads["dW2"] = cache["A1"][:, :, np.newaxis] * dZ2[:, np.newaxis, :]
    grads["dW1"] = cache["A0"][:, :, np.newaxis] * dZ1[:, np.newaxis, :]
    return grads


@CORPUS.slip("per_example_gradients", "raises")
def examples_that_are_no_rows(params, X, Y):
    singles = []
    for x, y in zip(X, Y, strict=True):
        A, cache = forward(x, params)
        singles.append(gradients_from(params, cache, delta_at_output(A, y)))
    return {name: np.stack([single[name] for single in singles]) for name in singles[0]}


@CORPUS.slip("per_example_gradients", "not-implemented")
def examples_without_return(params, X, Y):
    grads = stack_of_examples(params, X, Y)
    grads = {name: np.asarray(array) for name, array in grads.items()}


# 6. per_example_gradients, two slips


@CORPUS.slip("per_example_gradients", "needless-mean", "missing-activation-derivative")
def examples_with_the_batchs_mean_without_derivative(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = delta_at_output(A, Y), {}
    for layer in range(len(params) // 2, 0, -1):
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", cache[f"A{layer - 1}"], dZ)
        grads[f"db{layer}"] = dZ
        dZ = dZ @ params[f"W{layer}"].T
    return grads


@CORPUS.slip("per_example_gradients", "needless-mean", "bias-skipped")
def examples_with_the_batchs_mean_without_bias(params, X, Y):
    L = len(params) // 2
    A = [X]
    for layer in range(1, L + 1):
        A.append(sigmoid(A[-1] @ params[f"W{layer}"]))
    dZ, grads = delta_at_output(A[L], Y), {}
    for layer in range(L, 0, -1):
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A[layer - 1], dZ)
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A[layer - 1])
    return grads


@CORPUS.slip("per_example_gradients", "needless-mean", "transposed")
def examples_with_the_batchs_mean_signal_first(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = delta_at_output(A, Y), {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = dZ[:, :, np.newaxis] * A_prev[:, np.newaxis, :]
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("per_example_gradients", "needless-mean", "extra-axis")
def examples_with_the_batchs_mean_biases_as_rows(params, X, Y):
    grads = stack_of_examples(params, X, Y)
    averaged = {name: array / len(X) for name, array in grads.items()}
    return {name: array[:, np.newaxis] if "b" in name else array for name, array in averaged.items()}


@CORPUS.slip("per_example_gradients", "extra-activation-derivative", "wrong-sign")
def examples_as_for_squared_error_downhill(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = (Y - A) * A * (1 - A), {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A_prev, dZ)
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


@CORPUS.slip("per_example_gradients", "half-activation-derivative", "wrong-sign")
def examples_times_a_downhill(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = Y - A, {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = np.einsum("mi,mj->mij", A_prev, dZ)
        grads[f"db{layer}"] = dZ
        dZ = dZ @ params[f"W{layer}"].T * A_prev
    return grads


@CORPUS.slip("per_example_gradients", "wrong-keys", "needless-mean")
def examples_with_the_batchs_mean_names_without_d(params, X, Y):
    grads = stack_of_examples(params, X, Y)
    return {name[1:]: array / len(X) for name, array in grads.items()}


# 6. per_example_gradients, wrong in ways without a name


@CORPUS.unlisted("per_example_gradients")
def examples_in_reverse_order(params, X, Y):
    grads = stack_of_examples(params, X, Y)
    return {name: array[::-1] for name, array in grads.items()}


@CORPUS.unlisted("per_example_gradients")
def examples_added_up_on_the_way(params, X, Y):
    grads = stack_of_examples(params, X, Y)
    return {name: np.cumsum(array, axis=0) for name, array in grads.items()}


@CORPUS.unlisted("per_example_gradients")
def examples_less_their_mean(params, X, Y):
    grads = stack_of_examples(params, X, Y)
    return {name: array - array.mean(axis=0) for name, array in grads.items()}


@CORPUS.unlisted("per_example_gradients")
def examples_squared(params, X, Y):
    grads = stack_of_examples(params, X, Y)
    return {name: array**2 for name, array in grads.items()}


@CORPUS.unlisted("per_example_gradients")
def examples_with_the_mean_input(params, X, Y):
    A, cache = forward(X, params)
    dZ, grads = A - Y, {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = A_prev.mean(axis=0)[:, np.newaxis] * dZ[:, np.newaxis, :]
        grads[f"db{layer}"] = dZ
        dZ = delta_below(dZ, params[f"W{layer}"], A_prev)
    return grads


# 7. input_gradient, right


@CORPUS.right("input_gradient")
def input_in_one_loop(params, cache, Y):
    L = len(params) // 2
    dZ = (cache[f"A{L}"] - Y) / len(Y)
    for layer in range(L, 1, -1):
        A = cache[f"A{layer - 1}"]
        dZ = dZ @ params[f"W{layer}"].T * A * (1 - A)
    return dZ @ params["W1"].T


@CORPUS.right("input_gradient")
def input_by_recursion(params, cache, Y):
    def signal(layer):
        A = cache[f"A{layer}"]
        if 2 * layer == len(params):
            return (A - Y) / A.shape[0]
        return delta_below(signal(layer + 1), params[f"W{layer + 1}"], A)

    return np.inner(signal(1), params["W1"])


@CORPUS.right("input_gradient")
def input_as_columns(params, cache, Y):
    L = len(params) // 2
    dz = (cache[f"A{L}"] - Y).T / Y.shape[0]
    for layer in range(L, 1, -1):
        a = cache[f"A{layer - 1}"].T
        dz = np.dot(params[f"W{layer}"], dz) * a * (1 - a)
    return np.asfortranarray(np.dot(params["W1"], dz).T)


@CORPUS.right("input_gradient")
def input_with_einsum(params, cache, Y):
    L = len(params) // 2
    dZ = np.einsum("mk,->mk", cache[f"A{L}"] - Y, 1 / len(Y))
    for layer in range(L, 1, -1):
        A = cache[f"A{layer - 1}"]
        dZ = np.einsum("mk,jk,mj,mj->mj", dZ, params[f"W{layer}"], A, 1 - A)
    return np.einsum("mk,nk->mn", dZ, params["W1"])


@CORPUS.right("input_gradient")
def input_through_every_activation(params, cache, Y):
    L = len(params) // 2
    A = cache[f"A{L}"]
    dA = (-Y / A + (1 - Y) / (1 - A)) / len(Y)
    for layer in range(L, 0, -1):
        A = cache[f"A{layer}"]
        dA = (dA * A * (1 - A)) @ params[f"W{layer}"].T
    return dA


@CORPUS.right("input_gradient")
def input_from_front_to_back(params, cache, Y):
    L = len(params) // 2
    J = np.repeat(params["W1"][np.newaxis], len(Y), axis=0)  # each example's dZ1/dx
    for layer in range(1, L):
        a = cache[f"A{layer}"]
        J = (J * (a * (1 - a))[:, np.newaxis, :]) @ params[f"W{layer + 1}"]
    return J[:, :, 0] * (cache[f"A{L}"] - Y) / len(Y)


@CORPUS.right("input_gradient")
def input_with_matrix(params, cache, Y):
    L = len(params) // 2
    d = np.asmatrix(delta_at_output(cache[f"A{L}"], Y))
    for layer in range(L, 1, -1):
        a = np.asmatrix(cache[f"A{layer - 1}"])
        d = np.multiply(d * np.asmatrix(params[f"W{layer}"]).T, np.multiply(a, 1 - a))
    return np.asarray(d * np.asmatrix(params["W1"]).T)


@CORPUS.right("input_gradient")
def input_row_by_row_in_floats(params, cache, Y):
    L, m = len(params) // 2, len(Y)
    rows = {}
    for i in reversed(range(m)):
        d = [(Tracked(cache[f"A{L}"][i, 0]) - float(Y[i, 0])) / m]
        for layer in range(L, 0, -1):
            back = [sum(w * s for w, s in zip(row, d, strict=True)) for row in params[f"W{layer}"].tolist()]
            gates = [a * (1 - a) for a in cache[f"A{layer - 1}"][i].tolist()]
            d = [s * g for s, g in zip(back, gates, strict=True)] if layer > 1 else back
        rows[i] = d
    return np.array([rows[i] for i in range(m)])


# 7. input_gradient, one slip


@CORPUS.slip("input_gradient", "missing-mean")
def input_forgets_the_mean(params, cache, Y):
    L = len(params) // 2
    return signal_at_input(params, cache, cache[f"A{L}"] - Y)


@CORPUS.slip("input_gradient", "double-mean")
def input_divides_twice(params, cache, Y):
    L = len(params) // 2
    return signal_at_input(params, cache, delta_at_output(cache[f"A{L}"], Y)) / len(Y)


@CORPUS.slip("input_gradient", "mean-over-wrong-count")
def input_divides_by_the_features(params, cache, Y):
    L, n = len(params) // 2, cache["A0"].shape[1]
    return signal_at_input(params, cache, (cache[f"A{L}"] - Y) / n)


@CORPUS.slip("input_gradient", "mean-over-wrong-count")
def input_divides_by_all_entries(params, cache, Y):
    L = len(params) // 2
    return signal_at_input(params, cache, cache[f"A{L}"] - Y) / cache["A0"].size


@CORPUS.slip("input_gradient", "wrong-sign")
def input_downhill(params, cache, Y):
    L = len(params) // 2
    return signal_at_input(params, cache, (Y - cache[f"A{L}"]) / len(Y))


@CORPUS.slip("input_gradient", "factor-two")
def input_with_the_two_of_a_square(params, cache, Y):
    L = len(params) // 2
    return signal_at_input(params, cache, 2 * (cache[f"A{L}"] - Y) / len(Y))


@CORPUS.slip("input_gradient", "extra-activation-derivative")
def input_as_for_squared_error(params, cache, Y):
    L = len(params) // 2
    A = cache[f"A{L}"]
    return signal_at_input(params, cache, (A - Y) * A * (1 - A) / len(Y))


@CORPUS.slip("input_gradient", "activation-derivative-at-input")
def input_taken_for_activations(params, cache, Y):
    L = len(params) // 2
    dZ = delta_at_output(cache[f"A{L}"], Y)
    for layer in range(L, 0, -1):
        dZ = delta_below(dZ, params[f"W{layer}"], cache[f"A{layer - 1}"])
    return dZ


@CORPUS.slip("input_gradient", "missing-activation-derivative")
def input_without_derivative(params, cache, Y):
    L = len(params) // 2
    dZ = delta_at_output(cache[f"A{L}"], Y)
    for layer in range(L, 0, -1):
        dZ = dZ @ params[f"W{layer}"].T
    return dZ


@CORPUS.slip("input_gradient", "half-activation-derivative")
def input_times_a(params, cache, Y):
    L = len(params) // 2
    dZ = delta_at_output(cache[f"A{L}"], Y)
    for layer in range(L, 1, -1):
        dZ = dZ @ params[f"W{layer}"].T * cache[f"A{layer - 1}"]
    return dZ @ params["W1"].T


@CORPUS.slip("input_gradient", "derivative-of-activation")
def input_derivative_at_the_activation(params, cache, Y):
    L = len(params) // 2
    dZ = delta_at_output(cache[f"A{L}"], Y)
    for layer in range(L, 1, -1):
        s = sigmoid(cache[f"A{layer - 1}"])
        dZ = dZ @ params[f"W{layer}"].T * s * (1 - s)
    return dZ @ params["W1"].T


@CORPUS.slip("input_gradient", "derivative-of-wrong-layer")
def input_derivative_of_the_output(params, cache, Y):
    L = len(params) // 2
    A = cache[f"A{L}"]
    dZ = delta_at_output(A, Y)
    for layer in range(L, 1, -1):
        dZ = dZ @ params[f"W{layer}"].T * A * (1 - A)
    return dZ @ params["W1"].T


@CORPUS.slip("input_gradient", "derivative-of-wrong-layer")
def input_derivative_of_the_layer_above(params, cache, Y):
    L = len(params) // 2
    dZ = delta_at_output(cache[f"A{L}"], Y)
    for layer in range(L, 1, -1):
        dZ = delta_below(dZ, params[f"W{layer}"], cache[f"A{layer}"])
    return dZ @ params["W1"].T


@CORPUS.slip("input_gradient", "wrong-layer-weights")
def input_through_the_layers_own_weights(params, cache, Y):
    L = len(params) // 2
    dZ = delta_at_output(cache[f"A{L}"], Y)
    for layer in range(L, 1, -1):
        dZ = delta_below(dZ, params[f"W{layer - 1}"], cache[f"A{layer - 1}"])
    return dZ @ params["W1"].T


@CORPUS.slip("input_gradient", "wrong-activation-derivative")
def input_with_the_derivative_of_tanh(params, cache, Y):
    L = len(params) // 2
    dZ = delta_at_output(cache[f"A{L}"], Y)
    for layer in range(L, 1, -1):
        dZ = dZ @ params[f"W{layer}"].T * (1 - cache[f"A{layer - 1}"] ** 2)
    return dZ @ params["W1"].T


@CORPUS.slip("input_gradient", "wrong-activation-derivative")
def input_with_the_derivative_of_relu(params, cache, Y):
    L = len(params) // 2
    dZ = delta_at_output(cache[f"A{L}"], Y)
    for layer in range(L, 1, -1):
        dZ = np.where(cache[f"Z{layer - 1}"] > 0, dZ @ params[f"W{layer}"].T, 0)
    return dZ @ params["W1"].T


@CORPUS.slip("input_gradient", "activation-skipped")
def input_compares_the_logits_with_the_labels(params, cache, Y):
    L = len(params) // 2
    return signal_at_input(params, cache, (cache[f"Z{L}"] - Y) / len(Y))


@CORPUS.slip("input_gradient", "labels-swapped")
def input_swaps_the_labels(params, cache, Y):
    L = len(params) // 2
    return signal_at_input(params, cache, (cache[f"A{L}"] - (1 - Y)) / len(Y))


@CORPUS.slip("input_gradient", "missing-one-hot")
def input_of_the_prediction(params, cache, Y):
    L = len(params) // 2
    return signal_at_input(params, cache, cache[f"A{L}"] / len(cache["A0"]))


@CORPUS.slip("input_gradient", "ignores-argument")
def input_takes_every_label_for_one(params, cache, Y):
    L = len(params) // 2
    return signal_at_input(params, cache, (cache[f"A{L}"] - 1) / len(Y))


@CORPUS.slip("input_gradient", "needless-mean")
def input_averaged_over_examples(params, cache, Y):
    L = len(params) // 2
    return signal_at_input(params, cache, delta_at_output(cache[f"A{L}"], Y)).mean(axis=0)


@CORPUS.slip("input_gradient", "one-example-only")
def input_of_the_first_example(params, cache, Y):
    L = len(params) // 2
    first = {name: array[:1] for name, array in cache.items()}
    return signal_at_input(params, first, (first[f"A{L}"] - Y[:1]) / len(Y))


@CORPUS.slip("input_gradient", "transposed")
def input_stays_in_columns(params, cache, Y):
    L = len(params) // 2
    dz = (cache[f"A{L}"] - Y).T / len(Y)
    for layer in range(L, 1, -1):
        a = cache[f"A{layer - 1}"].T
        dz = params[f"W{layer}"] @ dz * a * (1 - a)
    return params["W1"] @ dz


@CORPUS.slip("input_gradient", "extra-axis")
def input_squeezed(params, cache, Y):
    L = len(params) // 2
    return np.squeeze(signal_at_input(params, cache, delta_at_output(cache[f"A{L}"], Y)))


@CORPUS.slip("input_gradient", "extra-axis")
def input_as_a_stack_of_rows(params, cache, Y):
    L, m, rows = len(params) // 2, len(Y), []
    for i in range(m):
        one = {name: array[i : i + 1] for name, array in cache.items()}
        rows.append(signal_at_input(params, one, (one[f"A{L}"] - Y[i : i + 1]) / m))
    return np.array(rows)


@CORPUS.slip("input_gradient", "mutates-arguments")
def input_keeps_its_signals_in_the_cache(params, cache, Y):
    L = len(params) // 2
    cache[f"dZ{L}"] = delta_at_output(cache[f"A{L}"], Y)
    for layer in range(L, 1, -1):
        dZ = delta_below(cache[f"dZ{layer}"], params[f"W{layer}"], cache[f"A{layer - 1}"])
        cache[f"dZ{layer - 1}"] = dZ
    return cache["dZ1"] @ params["W1"].T


@CORPUS.slip("input_gradient", "mutates-arguments")
def input_subtracts_in_the_cache(params, cache, Y):
    L = len(params) // 2
    dZ = cache[f"A{L}"]
    dZ -= Y
    return signal_at_input(params, cache, dZ / len(Y))


@CORPUS.slip("input_gradient", "low-precision")
def input_in_float32(params, cache, Y):
    params = {name: array.astype(np.float32) for name, array in params.items()}
    L = len(params) // 2
    dZ = delta_at_output(cache[f"A{L}"], Y)
    return signal_at_input(params, cache, dZ).astype(np.float32)


@CORPUS.slip("input_gradient", "integer-truncation")
def input_with_a_signal_like_the_labels(params, cache, Y):
    L = len(params) // 2
    dZ = np.zeros_like(Y)
    dZ[...] = (cache[f"A{L}"] - Y) / len(Y)
    return signal_at_input(params, cache, dZ)


@CORPUS.slip("input_gradient", "hard-coded-size")
def input_of_three_layers(params, cache, Y):
    dZ3 = delta_at_output(cache["A3"], Y)
    dZ2 = delta_below(dZ3, params["W3"], cache["A2"])
    dZ1 = delta_below(dZ2, params["W2"], cache["A1"])
    return dZ1 @ params["W1"].T


@CORPUS.slip("input_gradient", "raises")
def input_through_one_hidden_layer_at_least(params, cache, Y):
    layer = len(params) // 2
    dZ = delta_at_output(cache[f"A{layer}"], Y)
    while True:
        dZ = delta_below(dZ, params[f"W{layer}"], cache[f"A{layer - 1}"])
        layer -= 1
        if layer == 1:
            return dZ @ params["W1"].T


@CORPUS.slip("input_gradient", "raises")
def input_without_transposing(params, cache, Y):
    L = len(params) // 2
    dZ = delta_at_output(cache[f"A{L}"], Y)
    for layer in range(L, 1, -1):
        dZ = delta_below(dZ, params[f"W{layer}"], cache[f"A{layer - 1}"])
    return dZ.dot(params["W"].T)


@CORPUS.slip("input_gradient", "not-implemented")
def input_without_return(params, cache, Y):
    L = len(params) // 2
    signal_at_input(params, cache, delta_at_output(cache[f"A{L}"], Y))


@CORPUS.slip("input_gradient", "uses-autodiff")
def input_with_a_tape(params, cache, Y):
    import tensorflow as tf

    X = tf.Variable(cache["A0"])
    with tf.GradientTape() as tape:
        A = X
        for layer in range(1, len(params) // 2 + 1):
            Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
            A = tf.sigmoid(Z)
        losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=Y.astype(float), logits=Z)
        cost = tf.reduce_mean(losses)
    return tape.gradient(cost, X).numpy()


# 7. input_gradient, two slips


@CORPUS.slip("input_gradient", "missing-mean", "wrong-sign")
def input_downhill_without_mean(params, cache, Y):
    L = len(params) // 2
    return signal_at_input(params, cache, Y - cache[f"A{L}"])


@CORPUS.slip("input_gradient", "missing-mean", "missing-activation-derivative")
def input_without_mean_and_derivative(params, cache, Y):
    L = len(params) // 2
    dZ = cache[f"A{L}"] - Y
    for layer in range(L, 0, -1):
        dZ = dZ @ params[f"W{layer}"].T
    return dZ


@CORPUS.slip("input_gradient", "missing-mean", "transposed")
def input_stays_in_columns_without_mean(params, cache, Y):
    L = len(params) // 2
    return signal_at_input(params, cache, cache[f"A{L}"] - Y).T


@CORPUS.slip("input_gradient", "extra-activation-derivative", "factor-two")
def input_of_a_mean_of_squares(params, cache, Y):
    L = len(params) // 2
    A = cache[f"A{L}"]
    return signal_at_input(params, cache, 2 * (A - Y) * A * (1 - A) / len(Y))


@CORPUS.slip("input_gradient", "half-activation-derivative", "missing-mean")
def input_times_a_without_mean(params, cache, Y):
    L = len(params) // 2
    dZ = cache[f"A{L}"] - Y
    for layer in range(L, 1, -1):
        dZ = dZ @ params[f"W{layer}"].T * cache[f"A{layer - 1}"]
    return dZ @ params["W1"].T


@CORPUS.slip("input_gradient", "wrong-sign", "derivative-of-activation")
def input_derivative_at_the_activation_downhill(params, cache, Y):
    L = len(params) // 2
    dZ = (Y - cache[f"A{L}"]) / len(Y)
    for layer in range(L, 1, -1):
        s = sigmoid(cache[f"A{layer - 1}"])
        dZ = dZ @ params[f"W{layer}"].T * s * (1 - s)
    return dZ @ params["W1"].T


@CORPUS.slip("input_gradient", "double-mean", "wrong-activation-derivative")
def input_with_the_derivative_of_tanh_over_m(params, cache, Y):
    L = len(params) // 2
    dZ = delta_at_output(cache[f"A{L}"], Y)
    for layer in range(L, 1, -1):
        dZ = dZ @ params[f"W{layer}"].T * (1 - cache[f"A{layer - 1}"] ** 2)
    return dZ @ params["W1"].T / len(Y)


# 7. input_gradient, wrong in ways without a name


@CORPUS.slip("input_gradient", "examples-summed")
def input_from_the_bias_gradient(params, cache, Y):
    L = len(params) // 2
    return gradients_from(params, cache, delta_at_output(cache[f"A{L}"], Y))["db1"] @ params["W1"].T


@CORPUS.slip("input_gradient", "chain-cut")
def input_stops_at_the_first_layer(params, cache, Y):
    L = len(params) // 2
    dZ = delta_at_output(cache[f"A{L}"], Y)
    for layer in range(L, 1, -1):
        dZ = delta_below(dZ, params[f"W{layer}"], cache[f"A{layer - 1}"])
    return dZ


@CORPUS.unlisted("input_gradient")
def input_gives_the_first_weights_gradient(params, cache, Y):
    L = len(params) // 2
    return gradients_from(params, cache, delta_at_output(cache[f"A{L}"], Y))["dW1"]


@CORPUS.unlisted("input_gradient")
def input_as_a_saliency_map(params, cache, Y):
    L = len(params) // 2
    return np.abs(signal_at_input(params, cache, delta_at_output(cache[f"A{L}"], Y)))


@CORPUS.unlisted("input_gradient")
def input_scaled_to_one(params, cache, Y):
    L = len(params) // 2
    dX = signal_at_input(params, cache, delta_at_output(cache[f"A{L}"], Y))
    return dX / np.max(np.abs(dX))


@CORPUS.unlisted("input_gradient")
def input_times_the_input(params, cache, Y):
    L = len(params) // 2
    return cache["A0"] * signal_at_input(params, cache, delta_at_output(cache[f"A{L}"], Y))


# backward, slips in some of its parts


def changed_walk(params, cache, Y, start=delta_at_output, slope=None, bias=None):
    """The walk back with an answer's own pieces: `start(A, Y)`, `slope(a, z, layer)`, `bias(dZ, layer)`."""
    slope = slope or (lambda a, z, layer: a * (1 - a))
    bias = bias or (lambda dZ, layer: dZ.sum(axis=0))
    depth = len(params) // 2
    dZ, grads = start(cache[f"A{depth}"], Y), {}
    for layer in range(depth, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = A_prev.T @ dZ, bias(dZ, layer)
        if layer > 1:
            dZ = dZ @ params[f"W{layer}"].T * slope(A_prev, cache[f"Z{layer - 1}"], layer - 1)
    return grads, dZ


@CORPUS.slip("backward", "wrong-activation-derivative")
def backward_with_the_slope_of_tanh_at_z(params, cache, Y):
    return changed_walk(params, cache, Y, slope=lambda a, z, layer: 1 / np.cosh(z) ** 2)[0]


@CORPUS.slip("backward", "half-activation-derivative", "double-mean")
def backward_with_half_a_slope_and_mean_biases(params, cache, Y):
    return changed_walk(
        params, cache, Y, slope=lambda a, z, layer: a, bias=lambda dZ, layer: dZ.mean(axis=0)
    )[0]


@CORPUS.slip("backward", "double-mean")
def backward_with_mean_biases_but_in_the_first_layer(params, cache, Y):
    def bias(dZ, layer):
        return dZ.sum(axis=0) if layer == 1 else dZ.mean(axis=0)

    return changed_walk(params, cache, Y, bias=bias)[0]


@CORPUS.slip("backward", "bias-gradient-missing")
def backward_with_no_bias_gradients_in_hidden_layers(params, cache, Y):
    def bias(dZ, layer):
        return dZ.sum(axis=0) * (layer == len(params) // 2)

    return changed_walk(params, cache, Y, bias=bias)[0]


# More answers, and what they share


def propagate(X, params):
    """The cache of a forward pass."""
    cache, a = {"A0": X}, X
    for layer in range(1, len(params) // 2 + 1):
        cache[f"Z{layer}"] = a @ params[f"W{layer}"] + params[f"b{layer}"]
        cache[f"A{layer}"] = a = sigmoid(cache[f"Z{layer}"])
    return cache


def to_input(params, cache, Y, **parts):
    """The gradient at the input, by a walk with an answer's own pieces."""
    return changed_walk(params, cache, Y, **parts)[1] @ params["W1"].T


def one_by_one(params, X, Y, **parts):
    """Every example's gradients, by walks with an answer's own pieces."""
    rows = [changed_walk(params, propagate(X[[i]], params), Y[[i]], **parts)[0] for i in range(len(X))]
    return {k: np.array([r[k] for r in rows]) for k in rows[0]}


@CORPUS.slip("backward", "bias-gradient-not-summed")
def backward_first_layer_bias_by_example(params, cache, Y):
    return changed_walk(params, cache, Y, bias=lambda d, layer: d if layer == 1 else d.sum(axis=0))[0]


@CORPUS.slip("backward", "stops-at-activation")
def backward_starts_with_dA(params, cache, Y):
    return changed_walk(params, cache, Y, start=lambda A, Y: (A - Y) / (A * (1 - A)) / len(A))[0]


@CORPUS.slip("hidden_delta", "half-activation-derivative", "double-mean")
def hidden_delta_half_over_m(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * (1 - A) / len(A)


@CORPUS.slip("parameter_gradients", "extra-axis", "double-mean")
def parameter_gradients_row_means(A_prev, dZ):
    return A_prev.T @ dZ, dZ.mean(axis=0, keepdims=True)


@CORPUS.slip("backward", "bias-gradient-missing", "half-activation-derivative")
def backward_half_no_bias(params, cache, Y):
    return changed_walk(params, cache, Y, slope=lambda a, z, layer: 1 - a, bias=lambda d, layer: 0 * d[0])[0]


@CORPUS.slip("backward", "missing-mean", "hard-coded-size")
def backward_two_hidden_sum(params, cache, Y):
    d3 = cache["A3"] - Y
    d2 = d3 @ params["W3"].T * cache["A2"] * (1 - cache["A2"])
    d1 = d2 @ params["W2"].T * cache["A1"] * (1 - cache["A1"])
    return {
        "dW1": cache["A0"].T @ d1,
        "db1": d1.sum(0),
        "dW2": cache["A1"].T @ d2,
        "db2": d2.sum(0),
        "dW3": cache["A2"].T @ d3,
        "db3": d3.sum(0),
    }


@CORPUS.slip("input_gradient", "extra-activation-derivative", "half-activation-derivative")
def input_gradient_two_slopes(params, cache, Y):
    return to_input(
        params, cache, Y, start=lambda A, Y: (A - Y) * A * (1 - A) / len(Y), slope=lambda a, z, layer: a
    )


@CORPUS.slip("per_example_gradients", "needless-mean", "wrong-sign")
def per_example_mean_up(params, X, Y):
    return one_by_one(params, X, Y, start=lambda A, y: (y - A) / len(X))


@CORPUS.slip("per_example_gradients", "extra-activation-derivative", "missing-activation-derivative")
def per_example_slopes_misplaced(params, X, Y):
    return one_by_one(params, X, Y, start=lambda A, y: (A - y) * A * (1 - A), slope=lambda a, z, layer: 1)


@CORPUS.unlisted("numerical_gradient")
def numerical_skips_first_entry(f, theta, eps=1e-5):
    theta = np.array(theta, float)
    out = np.zeros_like(theta)
    for n, i in enumerate(np.ndindex(theta.shape)):
        if n == 0:
            continue
        e = np.zeros_like(theta)
        e[i] = eps
        out[i] = (f(theta + e) - f(theta - e)) / (2 * eps)
    return out


@CORPUS.unlisted("output_delta")
def output_delta_rounded(A, Y):
    return (np.round(A, 1) - Y) / len(A)


@CORPUS.unlisted("hidden_delta")
def hidden_delta_mean_slope(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * np.mean(A * (1 - A))


@CORPUS.unlisted("hidden_delta")
def hidden_delta_slope_of_first_row(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * A[0] * (1 - A[0])


@CORPUS.unlisted("hidden_delta")
def hidden_delta_sum_of_weights(dZ_next, W_next, A):
    return dZ_next.sum(axis=1, keepdims=True) * W_next.sum(axis=1) * A * (1 - A)


@CORPUS.unlisted("parameter_gradients")
def parameter_gradients_bias_from_weights(A_prev, dZ):
    dW = A_prev.T @ dZ
    return dW, dW.sum(axis=0)


@CORPUS.unlisted("parameter_gradients")
def parameter_gradients_drops_last_example(A_prev, dZ):
    m = max(len(dZ) - 1, 1)
    return A_prev[:m].T @ dZ[:m], dZ[:m].sum(axis=0)


@CORPUS.unlisted("backward")
def backward_clips_gradients(params, cache, Y):
    g, _ = changed_walk(params, cache, Y)
    return {k: np.clip(v, -0.01, 0.01) for k, v in g.items()}


@CORPUS.unlisted("backward")
def backward_slope_a_squared(params, cache, Y):
    return changed_walk(params, cache, Y, slope=lambda a, z, layer: a * (1 - a**2))[0]


@CORPUS.unlisted("backward")
def backward_half_batch(params, cache, Y):
    h = len(Y) // 2 + 1
    return changed_walk(params, {k: v[:h] for k, v in cache.items()}, Y[:h])[0]


@CORPUS.unlisted("per_example_gradients")
def per_example_one_behind(params, X, Y):
    return one_by_one(params, X, np.roll(Y, 1, axis=0))
