"""Lesson 6, automatic differentiation, as learners answer it."""

from __future__ import annotations

import math
from collections import defaultdict
from functools import reduce

import numpy as np
from scipy.special import expit

from grader.lessons.automatic_differentiation.tapes import OPS
from tests.corpus.entries import Corpus
from utils.network import forward, sigmoid

CORPUS = Corpus("06_automatic_differentiation")


# The learner's own earlier answers, which later ones may use.


def back_through_matmul(A, B, G):
    return G @ B.T, A.T @ G


def back_through_add(A, b, G):
    return G, (G if b.shape == A.shape else G.sum(axis=0))


def back_through_mul(A, B, G):
    return G * B, G * A


def back_through_sigmoid(S, G):
    return G * S * (1 - S)


def back_through_log(A, G):
    return G / A


def back_through_mean(A, G):
    return np.ones(A.shape) * G / A.size


def products(op, operands, output, G):
    """What arrives at each operand of one step, as a tuple."""
    if op == "matmul":
        return back_through_matmul(*operands, G)
    if op == "add":
        return back_through_add(*operands, G)
    if op == "mul":
        return back_through_mul(*operands, G)
    if op == "sigmoid":
        return (back_through_sigmoid(output, G),)
    if op == "log":
        return (back_through_log(operands[0], G),)
    return (back_through_mean(operands[0], G),)


def names_on(tape):
    return {name for _, inputs, output in tape for name in (*inputs, output)}


def walk(tape, values, rule=products, steps=None):
    """The walk back, with a rule of one's choice for a step, over steps of one's choice."""
    found = {name: np.zeros(np.shape(values[name])) for name in names_on(tape)}
    found[tape[-1][2]] = np.array(1.0)
    for op, inputs, output in reversed(tape) if steps is None else steps:
        operands = [values[name] for name in inputs]
        arriving = rule(op, operands, values[output], found[output])
        for name, gradient in zip(inputs, arriving, strict=True):
            found[name] = found[name] + gradient
    return found


def saliency_of(params, x):
    """Back layer by layer, as most learners write it."""
    A, cache = forward(x[np.newaxis], params)
    dZ = A * (1 - A)
    for layer in range(len(params) // 2, 1, -1):
        A = cache[f"A{layer - 1}"]
        dZ = dZ @ params[f"W{layer}"].T * A * (1 - A)
    return (dZ @ params["W1"].T)[0]


# 1. vjp_matmul, right


@CORPUS.right("vjp_matmul")
def matmul_in_three_loops(A, B, G):
    dA, dB = np.zeros(A.shape), np.zeros(B.shape)
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            for k in range(B.shape[1]):
                dA[i, j] += G[i, k] * B[j, k]
                dB[j, k] += A[i, j] * G[i, k]
    return dA, dB


@CORPUS.right("vjp_matmul")
def matmul_with_einsum(A, B, G):
    return np.einsum("ik,jk->ij", G, B), np.einsum("ij,ik->jk", A, G)


@CORPUS.right("vjp_matmul")
def matmul_transposed_back(A, B, G):
    dA = (B @ G.T).T
    dB = (G.T @ A).T
    return dA, dB


@CORPUS.right("vjp_matmul")
def matmul_by_the_matrix_class(A, B, G):
    A, B, G = np.matrix(A), np.matrix(B), np.matrix(G)
    return np.asarray(G * B.T), np.asarray(A.T * G)


@CORPUS.right("vjp_matmul")
def matmul_one_example_at_a_time(A, B, G):
    dA = np.stack([B @ g for g in G])
    dB = sum(np.outer(a, g) for a, g in zip(A, G, strict=True))
    return dA, dB


@CORPUS.right("vjp_matmul")
def matmul_with_floats_in_lists(A, B, G):
    m, p, n = len(A), len(B), len(B[0])
    dA = [[math.fsum(float(G[i, k]) * float(B[j, k]) for k in range(n)) for j in range(p)] for i in range(m)]
    dB = [[math.fsum(float(A[i, j]) * float(G[i, k]) for i in range(m)) for k in range(n)] for j in range(p)]
    return [np.array(dA), np.array(dB)]


# 1. vjp_matmul, one slip


@CORPUS.slip("vjp_matmul", "operands-swapped")
def matmul_dB_first(A, B, G):
    dA, dB = G @ B.T, A.T @ G
    return dB, dA


@CORPUS.slip("vjp_matmul", "transposed")
def matmul_both_on_their_side(A, B, G):
    return B @ G.T, G.T @ A


@CORPUS.slip("vjp_matmul", "wrong-sign")
def matmul_with_a_minus(A, B, G):
    return -(G @ B.T), -(A.T @ G)


@CORPUS.slip("vjp_matmul", "transposed")
def matmul_dB_on_its_side(A, B, G):
    return G.dot(B.T), G.T.dot(A)


@CORPUS.slip("vjp_matmul", "ignores-argument")
def matmul_without_what_arrives(A, B, G):
    ones = np.ones((A.shape[0], B.shape[1]))
    return ones @ B.T, A.T @ ones


@CORPUS.slip("vjp_matmul", "needless-mean")
def matmul_mean_over_the_rows(A, B, G):
    return G @ B.T, A.T @ G / len(A)


@CORPUS.slip("vjp_matmul", "one-example-only")
def matmul_first_example_for_B(A, B, G):
    return G @ B.T, np.outer(A[0], G[0])


@CORPUS.slip("vjp_matmul", "integer-truncation")
def matmul_in_the_types_of_the_operands(A, B, G):
    return (G @ B.T).astype(A.dtype), (A.T @ G).astype(B.dtype)


@CORPUS.slip("vjp_matmul", "low-precision")
def matmul_in_float32(A, B, G):
    G = G.astype("float32")
    return G @ B.T.astype("float32"), A.T.astype("float32") @ G


@CORPUS.slip("vjp_matmul", "weights-transposed")
def matmul_forgets_to_turn_B(A, B, G):
    return G @ B, A.T @ G


@CORPUS.slip("vjp_matmul", "wrong-keys")
def matmul_dA_alone(A, B, G):
    return G @ B.T


@CORPUS.slip("vjp_matmul", "factor-two")
def matmul_twice(A, B, G):
    return 2 * G @ B.T, 2 * A.T @ G


@CORPUS.slip("vjp_matmul", "uses-autodiff")
def matmul_asks_the_tape(A, B, G):
    import tensorflow as tf

    A, B = tf.Variable(A.astype(float)), tf.Variable(B.astype(float))
    with tf.GradientTape() as tape:
        C = A @ B
    return [g.numpy() for g in tape.gradient(C, [A, B], output_gradients=tf.constant(G))]


# 1. vjp_matmul, two slips


@CORPUS.slip("vjp_matmul", "operands-swapped", "transposed")
def matmul_swapped_and_on_their_side(A, B, G):
    return G.T @ A, B @ G.T


@CORPUS.slip("vjp_matmul", "wrong-sign", "needless-mean")
def matmul_minus_the_mean(A, B, G):
    return -(G @ B.T), -(A.T @ G) / A.shape[0]


# 1. vjp_matmul, wrong in ways without a name


@CORPUS.unlisted("vjp_matmul")
def matmul_with_absolute_operands(A, B, G):
    return G @ np.abs(B.T), np.abs(A.T) @ G


@CORPUS.unlisted("vjp_matmul")
def matmul_squares_what_arrives(A, B, G):
    return G**2 @ B.T, A.T @ G**2


# 2. vjp_add, right


@CORPUS.right("vjp_add")
def add_by_the_number_of_axes(A, b, G):
    if b.ndim == 1:
        return G.copy(), np.sum(G, axis=0)
    return G.copy(), G.copy()


@CORPUS.right("vjp_add")
def add_in_loops(A, b, G):
    dA, db = np.zeros(A.shape), np.zeros(b.shape)
    for i in range(A.shape[0]):
        for j in range(A.shape[1]):
            dA[i, j] = G[i, j]
            if len(b.shape) == 2:
                db[i, j] = G[i, j]
            else:
                db[j] += G[i, j]
    return dA, db


@CORPUS.right("vjp_add")
def add_with_ones_and_a_product(A, b, G):
    db = np.ones(len(G)) @ G if b.shape != A.shape else 1.0 * G
    return 1.0 * G, db


@CORPUS.right("vjp_add")
def add_sums_the_axes_that_are_too_many(A, b, G):
    extra = tuple(range(G.ndim - b.ndim))
    return G + 0.0, G.sum(axis=extra)


@CORPUS.right("vjp_add")
def add_with_einsum(A, b, G):
    return np.einsum("ij->ij", G), np.einsum("ij->j" if np.ndim(b) == 1 else "ij->ij", G)


@CORPUS.right("vjp_add")
def add_row_after_row(A, b, G):
    return np.array(G), reduce(np.add, list(G)) if b.ndim < A.ndim else np.array(G)


# 2. vjp_add, one slip


@CORPUS.slip("vjp_add", "broadcast-not-summed")
def add_passes_it_on_to_both(A, b, G):
    return G, G


@CORPUS.slip("vjp_add", "broadcast-not-summed")
def add_averages_for_a_bias(A, b, G):
    return G, (G if b.shape == A.shape else G.mean(axis=0))


@CORPUS.slip("vjp_add", "broadcast-not-summed")
def add_takes_a_square_for_one_shape(A, b, G):
    if len(b) == len(A):
        return G, G
    return G, G.sum(axis=0)


@CORPUS.slip("vjp_add", "bias-gradient-not-summed")
def add_takes_the_first_row(A, b, G):
    return G, (G if b.shape == A.shape else G[0])


@CORPUS.slip("vjp_add", "extra-axis")
def add_keeps_the_axis(A, b, G):
    return G, (G if b.shape == A.shape else G.sum(axis=0, keepdims=True))


@CORPUS.slip("vjp_add", "wrong-axis")
def add_sums_each_row(A, b, G):
    return G, (G if b.shape == A.shape else G.sum(axis=1))


@CORPUS.slip("vjp_add", "bias-gradient-missing")
def add_leaves_the_bias_zero(A, b, G):
    if b.shape == A.shape:
        return G, G
    return G, np.zeros(b.shape)


@CORPUS.slip("vjp_add", "wrong-sign")
def add_as_if_it_were_a_difference(A, b, G):
    return G, (-G if b.shape == A.shape else -G.sum(axis=0))


@CORPUS.slip("vjp_add", "operands-swapped")
def add_bias_first(A, b, G):
    if b.ndim == 1:
        return G.sum(axis=0), G
    return G, G


@CORPUS.slip("vjp_add", "ignores-argument")
def add_counts_paths_only(A, b, G):
    ones = np.ones(A.shape)
    return ones, (ones if b.shape == A.shape else ones.sum(axis=0))


@CORPUS.slip("vjp_add", "low-precision")
def add_in_float32(A, b, G):
    G = np.float32(G)
    return G, (G if b.shape == A.shape else G.sum(0))


@CORPUS.slip("vjp_add", "not-implemented")
def add_only_passes(A, b, G):
    pass


@CORPUS.slip("vjp_add", "mutates-arguments")
def add_sums_in_place(A, b, G):
    dA = G.copy()
    if b.shape == A.shape:
        return dA, dA
    for row in G[1:]:
        G[0] += row
    return dA, G[0].copy()


# 2. vjp_add, two slips


@CORPUS.slip("vjp_add", "wrong-sign", "broadcast-not-summed")
def add_minus_the_average(A, b, G):
    return -G, (-G if b.shape == A.shape else -G.mean(axis=0))


@CORPUS.slip("vjp_add", "broadcast-not-summed", "factor-two")
def add_twice_to_both(A, b, G):
    return 2 * G, 2 * G


# 2. vjp_add, wrong in ways without a name


@CORPUS.unlisted("vjp_add")
def add_as_if_it_were_a_product(A, b, G):
    return G * b, (G * A if b.shape == A.shape else (G * A).sum(axis=0))


@CORPUS.unlisted("vjp_add")
def add_largest_of_each_column(A, b, G):
    return G, (G if b.shape == A.shape else G.max(axis=0))


# 3. vjp_mul, right


@CORPUS.right("vjp_mul")
def mul_with_multiply(A, B, G):
    return np.multiply(G, B), np.multiply(G, A)


@CORPUS.right("vjp_mul")
def mul_entry_by_entry(A, B, G):
    dA, dB = np.empty(A.shape), np.empty(A.shape)
    for place in np.ndindex(A.shape):
        dA[place] = G[place] * B[place]
        dB[place] = G[place] * A[place]
    return dA, dB


@CORPUS.right("vjp_mul")
def mul_with_einsum(A, B, G):
    return np.einsum("...,...->...", G, B), np.einsum("...,...->...", A, G)


@CORPUS.right("vjp_mul")
def mul_in_a_stack(A, B, G):
    both = np.stack([B, A]) * G
    return tuple(both)


@CORPUS.right("vjp_mul")
def mul_of_flat_floats(A, B, G):
    def times(one, other):
        numbers = [float(x) * float(y) for x, y in zip(one.flat, other.flat, strict=True)]
        return np.array(numbers).reshape(one.shape)

    return times(G, B), times(G, A)


@CORPUS.right("vjp_mul")
def mul_by_recursion(A, B, G):
    if np.ndim(A) == 0:
        return float(G) * float(B), float(G) * float(A)
    parts = [mul_by_recursion(a, b, g) for a, b, g in zip(A, B, G, strict=True)]
    return np.array([part[0] for part in parts]), np.array([part[1] for part in parts])


# 3. vjp_mul, one slip


@CORPUS.slip("vjp_mul", "operands-swapped")
def mul_each_by_itself(A, B, G):
    return G * A, G * B


@CORPUS.slip("vjp_mul", "ignores-argument")
def mul_without_what_arrives(A, B, G):
    return 1.0 * B, 1.0 * A


@CORPUS.slip("vjp_mul", "wrong-sign")
def mul_second_with_a_minus(A, B, G):
    return G * B, -G * A


@CORPUS.slip("vjp_mul", "factor-two")
def mul_as_if_squared(A, B, G):
    return 2 * G * B, 2 * G * A


@CORPUS.slip("vjp_mul", "transposed")
def mul_on_their_side(A, B, G):
    return (G * B).T, (G * A).T


@CORPUS.slip("vjp_mul", "integer-truncation")
def mul_like_the_operands(A, B, G):
    dA, dB = np.empty_like(A), np.empty_like(B)
    dA[...] = G * B
    dB[...] = G * A
    return dA, dB


@CORPUS.slip("vjp_mul", "low-precision")
def mul_in_float32(A, B, G):
    return (G * B).astype(np.float32), (G * A).astype(np.float32)


@CORPUS.slip("vjp_mul", "mutates-arguments")
def mul_second_into_what_arrives(A, B, G):
    dA = G * B
    G *= A
    return dA, G


@CORPUS.slip("vjp_mul", "needless-mean")
def mul_divides_by_the_entries(A, B, G):
    return G * B / G.size, G * A / G.size


@CORPUS.slip("vjp_mul", "wrong-keys")
def mul_as_a_dict(A, B, G):
    return {"dA": G * B, "dB": G * A}


@CORPUS.slip("vjp_mul", "raises")
def mul_forgets_a_name(A, B, G):
    return dOut * B, dOut * A  # noqa: F821


# 3. vjp_mul, two slips


@CORPUS.slip("vjp_mul", "operands-swapped", "wrong-sign")
def mul_each_by_itself_with_a_minus(A, B, G):
    return -G * A, -G * B


@CORPUS.slip("vjp_mul", "operands-swapped", "ignores-argument")
def mul_gives_the_factors_back(A, B, G):
    return A + 0.0, B + 0.0


# 3. vjp_mul, wrong in ways without a name


@CORPUS.unlisted("vjp_mul")
def mul_as_a_quotient(A, B, G):
    return G / B, G / A


@CORPUS.unlisted("vjp_mul")
def mul_adds_the_factors(A, B, G):
    return G * (A + B), G * (A + B)


# 4. vjp_sigmoid, right


@CORPUS.right("vjp_sigmoid")
def sigmoid_as_a_difference(S, G):
    return G * (S - S**2)


@CORPUS.right("vjp_sigmoid")
def sigmoid_entry_by_entry(S, G):
    result = np.zeros(S.shape)
    for place, s in np.ndenumerate(S):
        result[place] = G[place] * s * (1 - s)
    return result


@CORPUS.right("vjp_sigmoid")
def sigmoid_with_one_minus_first(S, G):
    off = np.subtract(1.0, S)
    return np.multiply(off, np.multiply(S, G))


@CORPUS.right("vjp_sigmoid")
def sigmoid_with_a_diagonal_jacobian(S, G):
    s, g = S.ravel(), G.ravel()
    return (g @ np.diag(s * (1 - s))).reshape(S.shape)


@CORPUS.right("vjp_sigmoid")
def sigmoid_of_floats(S, G):
    if S.ndim == 0:
        return float(G) * float(S) * (1.0 - float(S))
    return np.array([sigmoid_of_floats(s, g) for s, g in zip(np.asarray(S), np.asarray(G), strict=True)])


# 4. vjp_sigmoid, one slip


@CORPUS.slip("vjp_sigmoid", "missing-activation-derivative")
def sigmoid_passes_it_on(S, G):
    return G.copy()


@CORPUS.slip("vjp_sigmoid", "half-activation-derivative")
def sigmoid_times_its_output(S, G):
    return G * S


@CORPUS.slip("vjp_sigmoid", "half-activation-derivative")
def sigmoid_times_one_minus_its_output(S, G):
    return G * (1 - S)


@CORPUS.slip("vjp_sigmoid", "derivative-of-activation")
def sigmoid_of_the_sigmoid(S, G):
    A = 1 / (1 + np.exp(-S))
    return G * A * (1 - A)


@CORPUS.slip("vjp_sigmoid", "derivative-of-activation")
def sigmoid_by_scipy_of_the_output(S, G):
    return G * expit(S) * expit(-S)


@CORPUS.slip("vjp_sigmoid", "wrong-activation-derivative")
def sigmoid_as_tanh(S, G):
    return G * (1 - S**2)


@CORPUS.slip("vjp_sigmoid", "missing-activation-derivative")
def sigmoid_as_relu_whose_output_is_never_negative(S, G):
    return G * (S > 0)


@CORPUS.slip("vjp_sigmoid", "ignores-argument")
def sigmoid_slope_alone(S, G):
    return S * (1 - S)


@CORPUS.slip("vjp_sigmoid", "wrong-sign")
def sigmoid_turned_round(S, G):
    return G * S * (S - 1)


@CORPUS.slip("vjp_sigmoid", "extra-activation-derivative")
def sigmoid_slope_twice(S, G):
    slope = S * (1 - S)
    return G * slope * slope


@CORPUS.slip("vjp_sigmoid", "low-precision")
def sigmoid_in_float32(S, G):
    S = S.astype(np.float32)
    return G * S * (1 - S)


@CORPUS.slip("vjp_sigmoid", "mutates-arguments")
def sigmoid_into_what_arrives(S, G):
    G *= S * (1 - S)
    return G


@CORPUS.slip("vjp_sigmoid", "needless-mean")
def sigmoid_divides_by_the_entries(S, G):
    return G * S * (1 - S) / S.size


@CORPUS.slip("vjp_sigmoid", "transposed")
def sigmoid_on_its_side(S, G):
    return (G * S * (1 - S)).T


# 4. vjp_sigmoid, two slips


@CORPUS.slip("vjp_sigmoid", "half-activation-derivative", "wrong-sign")
def sigmoid_half_turned_round(S, G):
    return G * (S - 1)


@CORPUS.slip("vjp_sigmoid", "ignores-argument", "half-activation-derivative")
def sigmoid_one_minus_output_alone(S, G):
    return 1 - S


# 4. vjp_sigmoid, wrong in ways without a name


@CORPUS.unlisted("vjp_sigmoid")
def sigmoid_with_a_plus(S, G):
    return G * S * (1 + S)


@CORPUS.unlisted("vjp_sigmoid")
def sigmoid_divides_by_the_slope(S, G):
    return G / (S * (1 - S))


# 5. vjp_log, right


@CORPUS.right("vjp_log")
def log_with_divide(A, G):
    return np.divide(G, A)


@CORPUS.right("vjp_log")
def log_times_the_power(A, G):
    return G * np.power(A, -1.0)


@CORPUS.right("vjp_log")
def log_times_the_reciprocal_of_floats(A, G):
    return G * np.reciprocal(A.astype(float))


@CORPUS.right("vjp_log")
def log_entry_by_entry(A, G):
    result = np.zeros(np.shape(A))
    for place in np.ndindex(np.shape(A)):
        result[place] = G[place] / A[place]
    return result


@CORPUS.right("vjp_log")
def log_of_python_floats(A, G):
    quotients = [float(g) / float(a) for a, g in zip(np.ravel(A), np.ravel(G), strict=True)]
    return quotients[0] if A.shape == () else np.reshape(quotients, A.shape)


@CORPUS.right("vjp_log")
def log_over_a_diagonal(A, G):
    flat = np.linalg.solve(np.diag(A.ravel().astype(float)), G.ravel())
    return flat.reshape(A.shape)


# 5. vjp_log, one slip


@CORPUS.slip("vjp_log", "ignores-argument")
def log_reciprocal_alone(A, G):
    return 1 / A


@CORPUS.slip("vjp_log", "wrong-log-base")
def log_as_of_base_ten(A, G):
    return G / (A * np.log(10))


@CORPUS.slip("vjp_log", "wrong-log-base")
def log_as_of_base_two(A, G):
    return G / A / math.log(2)


@CORPUS.slip("vjp_log", "clipped")
def log_with_a_small_number_added(A, G):
    return G / (A + 1e-8)


@CORPUS.slip("vjp_log", "clipped")
def log_with_a_floor(A, G):
    return G / np.maximum(A, 1e-7)


@CORPUS.slip("vjp_log", "clipped")
def log_between_two_bounds(A, G):
    eps = 1e-12
    return G / np.clip(A, eps, 1 - eps)


@CORPUS.slip("vjp_log", "clipped")
def log_with_a_very_small_floor(A, G):
    return G / np.maximum(A, 1e-12)


@CORPUS.slip("vjp_log", "clipped")
def log_with_the_smallest_step_added(A, G):
    return G / (A + np.finfo(float).eps)


@CORPUS.slip("vjp_log", "wrong-sign")
def log_with_a_minus(A, G):
    return -G / A


@CORPUS.slip("vjp_log", "factor-two")
def log_of_a_square(A, G):
    return 2 * G / A


@CORPUS.slip("vjp_log", "integer-truncation")
def log_in_the_type_of_the_input(A, G):
    return (G / A).astype(A.dtype)


@CORPUS.slip("vjp_log", "low-precision")
def log_in_float32(A, G):
    return np.float32(G) / np.float32(A)


@CORPUS.slip("vjp_log", "mutates-arguments")
def log_into_what_arrives(A, G):
    G /= A
    return G


@CORPUS.slip("vjp_log", "needless-mean")
def log_divides_by_the_entries(A, G):
    return G / A / A.size


@CORPUS.slip("vjp_log", "ignores-argument")
def log_passes_it_on(A, G):
    return G.copy()


# 5. vjp_log, two slips


@CORPUS.slip("vjp_log", "ignores-argument", "wrong-sign")
def log_minus_the_reciprocal_alone(A, G):
    return -1 / A


@CORPUS.slip("vjp_log", "wrong-log-base", "clipped")
def log_of_base_two_with_a_floor(A, G):
    return G / (np.clip(A, 1e-7, None) * np.log(2))


# 5. vjp_log, wrong in ways without a name


@CORPUS.unlisted("vjp_log")
def log_times_the_input(A, G):
    return G * A


@CORPUS.unlisted("vjp_log")
def log_times_the_log(A, G):
    return G * np.log(A)


# 6. vjp_mean, right


@CORPUS.right("vjp_mean")
def mean_of_ones(A, G):
    return np.ones(A.shape) / A.size * G


@CORPUS.right("vjp_mean")
def mean_in_loops(A, G):
    result = np.zeros(np.shape(A))
    count = 0
    for _ in np.ndindex(np.shape(A)):
        count += 1
    for place in np.ndindex(np.shape(A)):
        result[place] = float(G) / count
    return result


@CORPUS.right("vjp_mean")
def mean_by_broadcasting(A, G):
    return np.broadcast_to(G / np.prod(A.shape), A.shape).copy()


@CORPUS.right("vjp_mean")
def mean_in_a_float_like(A, G):
    return np.full_like(A, float(G) / A.size, dtype=np.float64)


@CORPUS.right("vjp_mean")
def mean_of_the_mean_of_ones(A, G):
    jacobian = np.ones((1, A.size)) / A.size
    return (np.reshape(G, (1, 1)) @ jacobian).reshape(A.shape)


@CORPUS.right("vjp_mean")
def mean_with_a_zero_of_the_input(A, G):
    return A * 0.0 + G / math.prod(A.shape)


# 6. vjp_mean, one slip


@CORPUS.slip("vjp_mean", "missing-mean")
def mean_as_a_sum(A, G):
    return np.full(A.shape, float(G))


@CORPUS.slip("vjp_mean", "mean-over-wrong-count")
def mean_over_the_rows(A, G):
    return np.full(A.shape, G / (len(A) if A.ndim else 1))


@CORPUS.slip("vjp_mean", "mean-over-wrong-count")
def mean_over_the_columns(A, G):
    return np.full(A.shape, G / (A.shape[-1] if A.ndim else 1))


@CORPUS.slip("vjp_mean", "ignores-argument")
def mean_without_what_arrives(A, G):
    return np.full(A.shape, 1 / A.size)


@CORPUS.slip("vjp_mean", "wrong-sign")
def mean_with_a_minus(A, G):
    return np.full(A.shape, -G / A.size)


@CORPUS.slip("vjp_mean", "factor-two")
def mean_as_of_squares(A, G):
    return 2 * np.ones(A.shape) * G / A.size


@CORPUS.slip("vjp_mean", "double-mean")
def mean_twice(A, G):
    return np.full(A.shape, G / A.size) / A.size


@CORPUS.slip("vjp_mean", "integer-truncation")
def mean_like_the_input(A, G):
    return np.full_like(A, G / A.size)


@CORPUS.slip("vjp_mean", "integer-truncation")
def mean_filled_into_zeros_like(A, G):
    result = np.zeros_like(A)
    result[...] = G / A.size
    return result


@CORPUS.slip("vjp_mean", "low-precision")
def mean_in_float32(A, G):
    return np.full(A.shape, G / A.size, dtype="float32")


@CORPUS.slip("vjp_mean", "transposed")
def mean_on_its_side(A, G):
    return np.full(A.shape[::-1], G / A.size)


@CORPUS.slip("vjp_mean", "extra-axis")
def mean_in_brackets(A, G):
    return np.array([np.full(A.shape, G / A.size)])


# 6. vjp_mean, two slips


@CORPUS.slip("vjp_mean", "missing-mean", "wrong-sign")
def mean_as_minus_a_sum(A, G):
    return -np.ones(A.shape) * G


@CORPUS.slip("vjp_mean", "mean-over-wrong-count", "wrong-sign")
def mean_minus_over_the_rows(A, G):
    return -np.ones(A.shape) * G / (len(A) if A.ndim else 1)


# 6. vjp_mean, wrong in ways without a name


@CORPUS.unlisted("vjp_mean")
def mean_times_the_input(A, G):
    return A * G / A.size


@CORPUS.unlisted("vjp_mean")
def mean_over_one_more(A, G):
    return np.full(A.shape, G / (A.size + 1))


# 7. backward, right


@CORPUS.right("backward")
def tape_with_a_rule_for_each_op(tape, values):
    grads = {name: np.zeros(np.shape(values[name])) for name in names_on(tape)}
    grads[tape[-1][2]] = np.ones(())
    for op, inputs, output in tape[::-1]:
        G = grads[output]
        first = values[inputs[0]]
        if op == "matmul":
            parts = back_through_matmul(first, values[inputs[1]], G)
        elif op == "add":
            parts = back_through_add(first, values[inputs[1]], G)
        elif op == "mul":
            parts = back_through_mul(first, values[inputs[1]], G)
        elif op == "sigmoid":
            parts = [back_through_sigmoid(values[output], G)]
        elif op == "log":
            parts = [back_through_log(first, G)]
        else:
            parts = [back_through_mean(first, G)]
        for k in range(len(inputs)):
            grads[inputs[k]] = grads[inputs[k]] + parts[k]
    return grads


@CORPUS.right("backward")
def tape_collects_lists_and_adds_them_late(tape, values):
    arrived = defaultdict(list)
    arrived[tape[-1][2]].append(1.0)
    names = list(values)

    def total(name):
        return sum(arrived[name], np.zeros(np.shape(values[name])))

    for op, inputs, output in reversed(tape):
        for name, part in zip(
            inputs, products(op, [values[n] for n in inputs], values[output], total(output)), strict=True
        ):
            arrived[name].append(part)
    return {name: total(name) for name in names if name in names_on(tape)}


@CORPUS.right("backward")
def tape_pulls_from_the_readers_by_recursion(tape, values):
    last = tape[-1][2]
    known = {last: np.array(1.0)}

    def gradient(name):
        if name not in known:
            found = np.zeros(np.shape(values[name]))
            for op, inputs, output in tape:
                if name in inputs:
                    parts = products(op, [values[n] for n in inputs], values[output], gradient(output))
                    found = found + sum(p for n, p in zip(inputs, parts, strict=True) if n == name)
            known[name] = found
        return known[name]

    return {name: gradient(name) for name in names_on(tape)}


@CORPUS.right("backward")
def tape_adds_in_place_to_zeros(tape, values):
    grads = {}
    for _, inputs, output in tape:
        for name in list(inputs) + [output]:
            grads[name] = np.zeros_like(values[name], dtype=float)
    grads[tape[-1][-1]] += 1.0
    for op, inputs, output in tape[::-1]:
        parts = products(op, [values[n] for n in inputs], values[output], grads[output].copy())
        for name, part in zip(inputs, parts, strict=False):
            grads[name][...] += part
    return grads


@CORPUS.right("backward")
def tape_skips_what_does_not_reach_the_end(tape, values):
    grads = {tape[-1][2]: 1.0}
    for op, inputs, output in reversed(list(tape)):
        if output not in grads:
            continue
        parts = products(op, [values[n] for n in inputs], values[output], grads[output])
        for name, part in zip(inputs, parts, strict=True):
            grads[name] = part if name not in grads else grads[name] + part
    for name in names_on(tape) - set(grads):
        grads[name] = 0.0 * values[name]
    return grads


@CORPUS.right("backward")
def tape_with_match_and_einsum(tape, values):
    found = {n: np.zeros(np.shape(values[n])) for _, inputs, output in tape for n in (*inputs, output)}
    found[tape[-1][2]] = np.float64(1)
    for step in range(len(tape) - 1, -1, -1):
        op, inputs, output = tape[step]
        G, A, B = found[output], values[inputs[0]], values[inputs[-1]]
        match op:
            case "matmul":
                parts = np.einsum("ik,jk->ij", G, B), np.einsum("ij,ik->jk", A, G)
            case "add":
                parts = G, np.einsum("ij->j", G) if B.ndim == 1 else G
            case "mul":
                parts = G * B, A * G
            case "sigmoid":
                parts = (G * (values[output] - values[output] ** 2),)
            case "log":
                parts = (G / A,)
            case "mean":
                parts = (np.full(np.shape(A), G / np.size(A)),)
        for name, part in zip(inputs, parts, strict=True):
            found[name] = np.add(found[name], part)
    return found


# 7. backward, one slip


@CORPUS.slip("backward", "path-overwritten")
def tape_keeps_the_last_path(tape, values):
    grads = {name: np.zeros(np.shape(values[name])) for name in names_on(tape)}
    grads[tape[-1][2]] = np.array(1.0)
    for op, inputs, output in reversed(tape):
        parts = products(op, [values[n] for n in inputs], values[output], grads[output])
        for name, part in zip(inputs, parts, strict=True):
            grads[name] = part
    return grads


@CORPUS.slip("backward", "path-overwritten")
def tape_counts_a_name_read_twice_once(tape, values):
    grads = {name: np.zeros(np.shape(values[name])) for name in names_on(tape)}
    grads[tape[-1][2]] = np.array(1.0)
    for op, inputs, output in reversed(tape):
        parts = products(op, [values[n] for n in inputs], values[output], grads[output])
        for name, part in dict(zip(inputs, parts, strict=True)).items():
            grads[name] = grads[name] + part
    return grads


@CORPUS.slip("backward", "forward-order")
def tape_from_the_start(tape, values):
    return walk(tape, values, steps=tape)


@CORPUS.slip("backward", "wrong-keys")
def tape_leaves_out_what_does_not_reach_the_end(tape, values):
    grads = {tape[-1][2]: np.array(1.0)}
    for op, inputs, output in reversed(tape):
        if output in grads:
            parts = products(op, [values[n] for n in inputs], values[output], grads[output])
            for name, part in zip(inputs, parts, strict=True):
                grads[name] = grads.get(name, 0) + part
    return grads


@CORPUS.slip("backward", "wrong-keys")
def tape_answers_for_given_names_only(tape, values):
    made = {output for _, _, output in tape}
    return {name: g for name, g in walk(tape, values).items() if name not in made}


@CORPUS.slip("backward", "wrong-keys")
def tape_puts_a_d_before_each_name(tape, values):
    return {"d" + name: gradient for name, gradient in walk(tape, values).items()}


@CORPUS.slip("backward", "wrong-keys")
def tape_answers_for_every_value(tape, values):
    return {**{name: np.zeros(np.shape(values[name])) for name in values}, **walk(tape, values)}


@CORPUS.slip("backward", "mutates-arguments")
def tape_reverses_the_callers_list(tape, values):
    last = tape[-1][2]
    tape.reverse()
    found = {name: np.zeros(np.shape(values[name])) for name in names_on(tape)}
    found[last] = np.array(1.0)
    for op, inputs, output in tape:
        parts = products(op, [values[n] for n in inputs], values[output], found[output])
        for name, part in zip(inputs, parts, strict=True):
            found[name] = found[name] + part
    return found


@CORPUS.slip("backward", "mutates-arguments")
def tape_pops_its_steps(tape, values):
    found = {name: np.zeros(np.shape(values[name])) for name in names_on(tape)}
    found[tape[-1][2]] = np.array(1.0)
    while tape:
        op, inputs, output = tape.pop()
        parts = products(op, [values[n] for n in inputs], values[output], found[output])
        for name, part in zip(inputs, parts, strict=True):
            found[name] = found[name] + part
    return found


@CORPUS.slip("backward", "half-activation-derivative")
def tape_with_half_a_sigmoid(tape, values):
    def rule(op, operands, S, G):
        return (G * (1 - S),) if op == "sigmoid" else products(op, operands, S, G)

    return walk(tape, values, rule)


@CORPUS.slip("backward", "missing-activation-derivative")
def tape_walks_past_the_sigmoid(tape, values):
    def rule(op, operands, S, G):
        return (G,) if op == "sigmoid" else products(op, operands, S, G)

    return walk(tape, values, rule)


@CORPUS.slip("backward", "derivative-of-activation")
def tape_with_the_sigmoid_of_the_sigmoid(tape, values):
    def rule(op, operands, S, G):
        if op == "sigmoid":
            return (G * sigmoid(S) * (1 - sigmoid(S)),)
        return products(op, operands, S, G)

    return walk(tape, values, rule)


@CORPUS.slip("backward", "operands-swapped")
def tape_with_factors_swapped(tape, values):
    def rule(op, operands, output, G):
        parts = products(op, operands, output, G)
        return parts[::-1] if op == "mul" else parts

    return walk(tape, values, rule)


@CORPUS.slip("backward", "missing-mean")
def tape_with_a_mean_like_a_sum(tape, values):
    def rule(op, operands, output, G):
        if op == "mean":
            return (np.ones(np.shape(operands[0])) * G,)
        return products(op, operands, output, G)

    return walk(tape, values, rule)


@CORPUS.slip("backward", "mean-over-wrong-count")
def tape_with_a_mean_over_rows(tape, values):
    def rule(op, operands, output, G):
        if op == "mean":
            return (np.ones(np.shape(operands[0])) * G / len(operands[0]),)
        return products(op, operands, output, G)

    return walk(tape, values, rule)


@CORPUS.slip("backward", "broadcast-not-summed")
def tape_averages_for_a_bias(tape, values):
    def rule(op, operands, output, G):
        if op == "add" and operands[1].ndim == 1:
            return G, G.mean(axis=0)
        return products(op, operands, output, G)

    return walk(tape, values, rule)


@CORPUS.slip("backward", "wrong-sign")
def tape_starts_with_minus_one(tape, values):
    return {name: -gradient for name, gradient in walk(tape, values).items()}


@CORPUS.slip("backward", "integer-truncation")
def tape_in_the_types_of_the_values(tape, values):
    return {name: g.astype(np.asarray(values[name]).dtype) for name, g in walk(tape, values).items()}


@CORPUS.slip("backward", "low-precision")
def tape_in_float32(tape, values):
    return {name: np.float32(gradient) for name, gradient in walk(tape, values).items()}


@CORPUS.slip("backward", "raises")
def tape_forgets_the_scalar(tape, values):
    grads = {}
    for op, inputs, output in reversed(tape):
        parts = products(op, [values[n] for n in inputs], values[output], grads[output])
        for name, part in zip(inputs, parts, strict=True):
            grads[name] = grads.get(name, 0) + part
    return grads


# 7. backward, two slips


@CORPUS.slip("backward", "path-overwritten", "wrong-sign")
def tape_keeps_minus_the_last_path(tape, values):
    return {name: -gradient for name, gradient in tape_keeps_the_last_path(tape, values).items()}


@CORPUS.slip("backward", "missing-mean", "half-activation-derivative")
def tape_sum_and_half_a_sigmoid(tape, values):
    def rule(op, operands, output, G):
        if op == "mean":
            return (np.ones(np.shape(operands[0])) * G,)
        if op == "sigmoid":
            return (G * output,)
        return products(op, operands, output, G)

    return walk(tape, values, rule)


@CORPUS.slip("backward", "path-overwritten", "missing-activation-derivative")
def tape_last_path_past_the_sigmoid(tape, values):
    grads = {name: np.zeros(np.shape(values[name])) for name in names_on(tape)}
    grads[tape[-1][2]] = np.array(1.0)
    for op, inputs, output in reversed(tape):
        parts = [grads[output]]
        if op != "sigmoid":
            parts = products(op, [values[n] for n in inputs], values[output], grads[output])
        for name, part in zip(inputs, parts, strict=True):
            grads[name] = part
    return grads


# 7. backward, wrong in ways without a name


@CORPUS.unlisted("backward")
def tape_averages_over_the_paths(tape, values):
    readers = defaultdict(int)
    for _, inputs, _ in tape:
        for name in inputs:
            readers[name] += 1

    found = {name: np.zeros(np.shape(values[name])) for name in names_on(tape)}
    found[tape[-1][2]] = np.array(1.0)
    for op, inputs, output in reversed(tape):
        parts = products(op, [values[n] for n in inputs], values[output], found[output])
        for name, part in zip(inputs, parts, strict=True):
            found[name] = found[name] + part / readers[name]
    return found


@CORPUS.unlisted("backward")
def tape_multiplies_the_paths(tape, values):
    grads = {tape[-1][2]: np.array(1.0)}
    for op, inputs, output in reversed(tape):
        G = grads.get(output, np.zeros(np.shape(values[output])))
        parts = products(op, [values[n] for n in inputs], values[output], G)
        for name, part in zip(inputs, parts, strict=True):
            grads[name] = grads[name] * part if name in grads else part
    return {name: grads.get(name, np.zeros(np.shape(values[name]))) for name in names_on(tape)}


@CORPUS.slip("backward", "shared-gradient")
def tape_adds_in_place_to_an_array_that_two_names_share(tape, values):
    grads = {tape[-1][2]: np.array(1.0)}
    for op, inputs, output in reversed(tape):
        if output in grads:
            parts = products(op, [values[n] for n in inputs], values[output], grads[output])
            for name, part in zip(inputs, parts, strict=True):
                if name in grads:
                    grads[name] += part
                else:
                    grads[name] = part
    return {name: grads.get(name, np.zeros(np.shape(values[name]))) for name in names_on(tape)}


@CORPUS.unlisted("backward")
def tape_sums_every_second_term(tape, values):
    def rule(op, operands, output, G):
        if op == "add":
            return G, np.ones(np.shape(operands[1])) * G.sum(axis=0)
        return products(op, operands, output, G)

    return walk(tape, values, rule)


# 8. saliency, right


@CORPUS.right("saliency")
def saliency_unit_by_unit(params, x):
    L = len(params) // 2
    a, activations = [float(value) for value in x], []
    for layer in range(1, L + 1):
        W, b = params[f"W{layer}"], params[f"b{layer}"]
        z = [b[k] + sum(a[j] * W[j, k] for j in range(len(a))) for k in range(len(b))]
        a = [1 / (1 + math.exp(-t)) for t in z]
        activations.append(a)
    back = [1.0]
    for layer in range(L, 0, -1):
        W = params[f"W{layer}"]
        back = [g * s * (1 - s) for g, s in zip(back, activations[layer - 1], strict=True)]
        back = [sum(W[j, k] * back[k] for k in range(len(back))) for j in range(len(W))]
    return np.array(back)


@CORPUS.right("saliency")
def saliency_in_columns(params, x):
    L = len(params) // 2
    a, slopes = x.reshape(-1, 1), []
    for layer in range(1, L + 1):
        a = expit(params[f"W{layer}"].T @ a + params[f"b{layer}"].reshape(-1, 1))
        slopes.append(a * (1 - a))
    v = np.ones((1, 1))
    for layer in range(L, 0, -1):
        v = params[f"W{layer}"] @ (v * slopes[layer - 1])
    return v.ravel()


@CORPUS.right("saliency")
def saliency_forward_with_jacobians(params, x):
    a, J = x.astype(float), np.eye(x.size)
    for layer in range(1, len(params) // 2 + 1):
        a = sigmoid(a @ params[f"W{layer}"] + params[f"b{layer}"])
        J = np.diag(a * (1 - a)) @ params[f"W{layer}"].T @ J
    return J.reshape(x.shape)


@CORPUS.right("saliency")
def saliency_by_recursion(params, x):
    def below(a, layer):
        if f"W{layer}" not in params:
            return np.ones(1)
        W = params[f"W{layer}"]
        s = sigmoid(a @ W + params[f"b{layer}"])
        return W @ (s * (1 - s) * below(s, layer + 1))

    return below(x, 1)


@CORPUS.right("saliency")
def saliency_with_einsum(params, x):
    _, cache = forward(x[None, :], params)
    G = np.ones((1, 1))
    for layer in reversed(range(1, len(params) // 2 + 1)):
        S = cache[f"A{layer}"]
        G = np.einsum("ik,ik,ik,jk->ij", G, S, 1 - S, params[f"W{layer}"])
    return np.squeeze(G, axis=0)


@CORPUS.right("saliency")
def saliency_from_a_tape(params, x):
    values, tape, name = {**params, "A0": x[np.newaxis]}, [], "A0"
    for layer in range(1, len(params) // 2 + 1):
        values[f"P{layer}"] = values[name] @ params[f"W{layer}"]
        values[f"Z{layer}"] = values[f"P{layer}"] + params[f"b{layer}"]
        name = f"A{layer}"
        values[name] = sigmoid(values[f"Z{layer}"])
        tape += [
            ("matmul", (f"A{layer - 1}", f"W{layer}"), f"P{layer}"),
            ("add", (f"P{layer}", f"b{layer}"), f"Z{layer}"),
            ("sigmoid", (f"Z{layer}",), name),
        ]
    values["J"] = np.mean(values[name])
    tape.append(("mean", (name,), "J"))
    return walk(tape, values)["A0"][0]


# 8. saliency, one slip


@CORPUS.slip("saliency", "missing-activation-derivative")
def saliency_forgets_the_last_slope(params, x):
    _, cache = forward(x[np.newaxis], params)
    dZ = np.ones((1, 1))
    for layer in range(len(params) // 2, 1, -1):
        A = cache[f"A{layer - 1}"]
        dZ = dZ @ params[f"W{layer}"].T * A * (1 - A)
    return (dZ @ params["W1"].T)[0]


@CORPUS.slip("saliency", "missing-activation-derivative")
def saliency_as_a_product_of_weights(params, x):
    A, _ = forward(x[np.newaxis], params)
    G = A * (1 - A)
    for layer in range(len(params) // 2, 0, -1):
        G = G @ params[f"W{layer}"].T
    return G[0]


@CORPUS.slip("saliency", "half-activation-derivative")
def saliency_with_half_slopes(params, x):
    _, cache = forward(x[np.newaxis], params)
    G = np.ones((1, 1))
    for layer in range(len(params) // 2, 0, -1):
        G = (G * cache[f"A{layer}"]) @ params[f"W{layer}"].T
    return G[0]


@CORPUS.slip("saliency", "derivative-of-activation")
def saliency_with_slopes_at_the_activations(params, x):
    _, cache = forward(x[np.newaxis], params)
    G = np.ones((1, 1))
    for layer in range(len(params) // 2, 0, -1):
        S = sigmoid(cache[f"A{layer}"])
        G = (G * S * (1 - S)) @ params[f"W{layer}"].T
    return G[0]


@CORPUS.slip("saliency", "derivative-of-wrong-layer")
def saliency_with_slopes_of_the_layer_above(params, x):
    A, cache = forward(x[np.newaxis], params)
    dZ = A * (1 - A)
    for layer in range(len(params) // 2, 1, -1):
        A = cache[f"A{layer}"]
        dZ = dZ @ params[f"W{layer}"].T * A * (1 - A)
    return (dZ @ params["W1"].T)[0]


@CORPUS.slip("saliency", "wrong-activation")
def saliency_of_a_network_with_tanh_inside(params, x):
    L = len(params) // 2
    A, layers = x[np.newaxis], []
    for layer in range(1, L + 1):
        Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
        A = sigmoid(Z) if layer == L else np.tanh(Z)
        layers.append(A)
    G = np.ones((1, 1))
    for layer in range(L, 0, -1):
        A = layers[layer - 1]
        G = (G * A * (1 - A)) @ params[f"W{layer}"].T
    return G[0]


@CORPUS.slip("saliency", "wrong-activation-derivative")
def saliency_with_slopes_of_tanh(params, x):
    _, cache = forward(x[np.newaxis], params)
    G = np.ones((1, 1))
    for layer in range(len(params) // 2, 0, -1):
        G = (G * (1 - cache[f"A{layer}"] ** 2)) @ params[f"W{layer}"].T
    return G[0]


@CORPUS.slip("saliency", "extra-activation-derivative")
def saliency_with_a_slope_of_the_pixels(params, x):
    return saliency_of(params, x) * x * (1 - x)


@CORPUS.slip("saliency", "extra-activation-derivative")
def saliency_with_the_last_slope_twice(params, x):
    a = forward(x[np.newaxis], params)[0].item()
    return saliency_of(params, x) * a * (1 - a)


@CORPUS.slip("saliency", "wrong-sign")
def saliency_downhill(params, x):
    return -saliency_of(params, x)


@CORPUS.slip("saliency", "extra-axis")
def saliency_as_a_row(params, x):
    return saliency_of(params, x)[np.newaxis]


@CORPUS.slip("saliency", "extra-axis")
def saliency_as_a_column(params, x):
    return saliency_of(params, x).reshape(-1, 1)


@CORPUS.slip("saliency", "hard-coded-size")
def saliency_of_three_layers(params, x):
    a1 = sigmoid(x @ params["W1"] + params["b1"])
    a2 = sigmoid(a1 @ params["W2"] + params["b2"])
    a3 = sigmoid(a2 @ params["W3"] + params["b3"])
    d2 = (a3 * (1 - a3)) @ params["W3"].T * a2 * (1 - a2)
    d1 = d2 @ params["W2"].T * a1 * (1 - a1)
    return d1 @ params["W1"].T


@CORPUS.slip("saliency", "bias-skipped")
def saliency_without_biases(params, x):
    return saliency_of({name: array * (name[0] == "W") for name, array in params.items()}, x)


@CORPUS.slip("saliency", "low-precision")
def saliency_in_float32(params, x):
    return saliency_of(params, x).astype(np.float32)


@CORPUS.slip("saliency", "integer-truncation")
def saliency_in_the_type_of_the_example(params, x):
    result = np.zeros_like(x)
    result[:] = saliency_of(params, x)
    return result


@CORPUS.slip("saliency", "ignores-argument")
def saliency_of_an_empty_image(params, x):
    return saliency_of(params, np.zeros(x.shape))


# 8. saliency, two slips


@CORPUS.slip("saliency", "missing-activation-derivative", "wrong-sign")
def saliency_forgets_the_last_slope_downhill(params, x):
    return -saliency_forgets_the_last_slope(params, x)


@CORPUS.slip("saliency", "half-activation-derivative", "extra-axis")
def saliency_with_half_slopes_as_a_row(params, x):
    return saliency_with_half_slopes(params, x)[np.newaxis]


@CORPUS.slip("saliency", "bias-skipped", "missing-activation-derivative")
def saliency_without_biases_or_the_last_slope(params, x):
    without = {name: array * (name[0] == "W") for name, array in params.items()}
    return saliency_forgets_the_last_slope(without, x)


# 8. saliency, wrong in ways without a name


@CORPUS.slip("saliency", "signs-lost")
def saliency_without_its_signs(params, x):
    return np.abs(saliency_of(params, x))


@CORPUS.unlisted("saliency")
def saliency_of_length_one(params, x):
    found = saliency_of(params, x)
    return found / np.linalg.norm(found)


@CORPUS.unlisted("saliency")
def saliency_times_the_pixels(params, x):
    return saliency_of(params, x) * x


@CORPUS.unlisted("saliency")
def saliency_by_nudging_up(params, x):
    result = np.zeros(x.shape)
    here = forward(x[np.newaxis], params)[0].item()
    for j in range(len(x)):
        moved = x.astype(float)
        moved[j] += 1e-6
        result[j] = (forward(moved[np.newaxis], params)[0].item() - here) / 1e-6
    return result


# More answers, and what they share


def rules(**changed):
    """What arrives at the inputs of each op, `rule(inputs, output, G)`, some of it an answer's own."""
    table = {
        "matmul": lambda v, o, G: (G @ v[1].T, v[0].T @ G),
        "add": lambda v, o, G: (G, G if v[1].shape == G.shape else G.sum(axis=0)),
        "mul": lambda v, o, G: (G * v[1], G * v[0]),
        "sigmoid": lambda v, o, G: (G * o * (1 - o),),
        "log": lambda v, o, G: (G / v[0],),
        "mean": lambda v, o, G: (np.ones(np.shape(v[0])) * G / np.size(v[0]),),
    }
    table.update(changed)
    return table


def unwind(tape, values, table=None, store=lambda old, new: old + new, seed=1.0):
    """The walk back with an answer's own rules, sum of paths or gradient to start with."""
    table = table or rules()
    names = {n for _, i, o in tape for n in (*i, o)}
    g = {n: np.zeros(np.shape(values[n])) for n in names}
    g[tape[-1][2]] = np.array(seed)
    for op, ins, out in reversed(tape):
        for n, d in zip(ins, table[op]([values[i] for i in ins], values[out], g[out]), strict=True):
            g[n] = store(g[n], d)
    return g


def depth(params):
    return sum(k[0] == "W" for k in params)


def activations(params, x, bias=1):
    """The activations of every layer for one example, the biases times `bias`."""
    acts = [np.asarray(x, float)]
    for layer in range(1, depth(params) + 1):
        acts.append(expit(acts[-1] @ params[f"W{layer}"] + bias * params[f"b{layer}"]))
    return acts


def back(params, acts, slope=lambda a: a * (1 - a)):
    """The gradient at the input, with an answer's own slope of the activation."""
    g = np.ones(1)
    for layer in range(depth(params), 0, -1):
        g = params[f"W{layer}"] @ (g * slope(acts[layer]))
    return g


@CORPUS.slip("vjp_add", "bias-gradient-missing")
def add_zero_for_b(A, b, G):
    return G, np.zeros(b.shape)


@CORPUS.slip("backward", "factor-two")
def backward_starts_with_two(tape, values):
    return unwind(tape, values, seed=2.0)


@CORPUS.slip("vjp_matmul", "operands-swapped", "wrong-sign")
def matmul_turned_minus(A, B, G):
    return -A.T @ G, -G @ B.T


@CORPUS.slip("vjp_mean", "missing-mean", "ignores-argument")
def mean_all_ones(A, G):
    return np.ones(A.shape)


@CORPUS.slip("backward", "path-overwritten", "half-activation-derivative")
def backward_overwrites_half(tape, values):
    return unwind(tape, values, rules(sigmoid=lambda v, o, G: (G * o,)), store=lambda old, new: new)


@CORPUS.slip("backward", "missing-mean", "wrong-sign")
def backward_negative_sum(tape, values):
    return unwind(tape, values, rules(mean=lambda v, o, G: (G * np.ones(v[0].shape),)), seed=-1.0)


@CORPUS.slip("saliency", "bias-skipped", "half-activation-derivative")
def saliency_no_bias_half(params, x):
    return back(params, activations(params, x, bias=0), slope=lambda a: a)


@CORPUS.slip("saliency", "missing-activation-derivative", "extra-axis")
def saliency_weights_column(params, x):
    g = np.ones((1, 1))
    for layer in range(depth(params), 0, -1):
        g = params[f"W{layer}"] @ g
    return g


@CORPUS.unlisted("vjp_matmul")
def matmul_rows_reversed(A, B, G):
    return G @ B.T, A[::-1].T @ G


@CORPUS.unlisted("vjp_add")
def add_splits_evenly(A, b, G):
    share = A / (A + b)
    return G * share, (G if b.ndim == 2 else G.sum(axis=0))


@CORPUS.unlisted("vjp_mul")
def mul_product(A, B, G):
    return G * A * B, G * A * B


@CORPUS.unlisted("vjp_sigmoid")
def sigmoid_cubed(S, G):
    return G * S * (1 - S) ** 2


@CORPUS.unlisted("vjp_log")
def log_square(A, G):
    return G / A**2


@CORPUS.unlisted("backward")
def backward_averages_paths(tape, values):
    return unwind(tape, values, store=lambda old, new: (old + new) / 2 if np.any(old) else new)


@CORPUS.unlisted("backward")
def backward_log_as_identity(tape, values):
    return unwind(tape, values, rules(log=lambda v, o, G: (G,)))


@CORPUS.unlisted("backward")
def backward_mul_adds(tape, values):
    return unwind(tape, values, rules(mul=lambda v, o, G: (G, G)))


@CORPUS.unlisted("saliency")
def saliency_normalised(params, x):
    g = back(params, activations(params, x))
    return g / np.abs(g).max()


# --- trace ------------------------------------------------------------------------------------------


def recording(record):
    """A class of nodes whose operations call `record(op, nodes)`, which returns the next node."""

    class Node:
        def __init__(self, name, array=None):
            self.name, self.array = name, array

        def __matmul__(self, other):
            return record("matmul", (self, other))

        def __add__(self, other):
            return record("add", (self, other))

        def __mul__(self, other):
            return record("mul", (self, other))

        def sigmoid(self):
            return record("sigmoid", (self,))

        def log(self):
            return record("log", (self,))

        def mean(self):
            return record("mean", (self,))

    return Node


def names_of(nodes):
    return tuple(node.name for node in nodes)


def traced_by_name(program, inputs, name_of):
    """Look the operands up by their names; `name_of(number, op)` makes a name."""
    tape, values = [], dict(inputs)

    def record(op, nodes):
        output = name_of(len(tape) + 1, op)
        values[output] = OPS[op](*(values[name] for name in names_of(nodes)))
        tape.append((op, names_of(nodes), output))
        return Node(output)

    Node = recording(record)
    program(*(Node(name) for name in inputs))
    return tape, values


def traced(program, inputs, name_of=lambda number, op: f"%{number}", step=lambda op, nodes, out: None):
    """Nodes hold their arrays; `step(op, nodes, output)` is what is written down, else what should be."""
    tape, values = [], dict(inputs)

    def record(op, nodes):
        node = Node(name_of(len(tape) + 1, op), OPS[op](*(node.array for node in nodes)))
        values[node.name] = node.array
        tape.append(step(op, nodes, node) or (op, names_of(nodes), node.name))
        return node

    Node = recording(record)
    program(*(Node(name, array) for name, array in inputs.items()))
    return tape, values


@CORPUS.right("trace")
def trace_by_a_name_that_is_made_longer_until_it_is_free(program, inputs):
    taken = set(inputs)

    def name_of(number, op):
        name = f"t{number}"
        while name in taken:
            name += "_"
        taken.add(name)
        return name

    return traced_by_name(program, inputs, name_of)


@CORPUS.right("trace")
def trace_in_lists_with_values_of_the_outputs_first(program, inputs):
    tape, values = traced(program, inputs, step=lambda op, nodes, out: [op, list(names_of(nodes)), out.name])
    return tuple(tape), {name: values[name] for name in reversed(values)}


@CORPUS.right("trace")
def trace_by_the_number_of_names_so_far(program, inputs):
    return traced(program, inputs, lambda number, op: f"t{len(inputs) + number}")


@CORPUS.slip("trace", "name-reused")
def trace_calls_its_results_t1_t2(program, inputs):
    return traced_by_name(program, inputs, lambda number, op: f"t{number}")


@CORPUS.slip("trace", "name-reused")
def trace_calls_its_results_t0_t1_and_holds_the_arrays(program, inputs):
    return traced(program, inputs, lambda number, op: f"t{number - 1}")


@CORPUS.slip("trace", "name-reused")
def trace_calls_its_results_v1_v2(program, inputs):
    return traced_by_name(program, inputs, lambda number, op: f"v{number}")


@CORPUS.slip("trace", "name-reused")
def trace_calls_its_results_n1_n2(program, inputs):
    return traced_by_name(program, inputs, lambda number, op: f"n{number}")


@CORPUS.slip("trace", "name-reused")
def trace_calls_its_results_node0_node1(program, inputs):
    return traced(program, inputs, lambda number, op: f"node{number - 1}")


@CORPUS.slip("trace", "name-reused")
def trace_calls_its_results_step1_step2(program, inputs):
    return traced_by_name(program, inputs, lambda number, op: f"step{number}")


@CORPUS.slip("trace", "name-reused")
def trace_numbers_its_results(program, inputs):
    return traced_by_name(program, inputs, lambda number, op: str(number))


@CORPUS.slip("trace", "name-reused")
def trace_numbers_its_results_by_op(program, inputs):
    return traced(program, inputs, lambda number, op: f"{op}_{number}")


@CORPUS.slip("trace", "name-reused")
def trace_calls_its_results_by_letters(program, inputs):
    return traced_by_name(program, inputs, lambda number, op: "abcdefghijklmnopqrstuvwxyz"[number - 1])


@CORPUS.slip("trace", "name-reused")
def trace_calls_a_result_like_its_op(program, inputs):
    return traced(program, inputs, lambda number, op: op)


@CORPUS.slip("trace", "name-reused", "mutates-arguments")
def trace_writes_taken_names_into_the_inputs(program, inputs):
    tape, values = traced_by_name(program, inputs, lambda number, op: f"t{number}")
    inputs.update(values)
    return tape, inputs


@CORPUS.slip("trace", "name-reused", "missing-mean")
def trace_calls_its_results_t1_and_sums(program, inputs):
    tape, values = traced(program, inputs, lambda number, op: f"t{number}")
    for op, (name, *_), output in tape:
        if op == "mean":
            values[output] = np.sum(values[name])
    return tape, values


@CORPUS.slip("trace", "mutates-arguments")
def trace_writes_into_the_inputs(program, inputs):
    tape, values = traced(program, inputs)
    inputs.update(values)
    return tape, inputs


@CORPUS.slip("trace", "swapped-outputs")
def trace_returns_the_values_first(program, inputs):
    tape, values = traced(program, inputs)
    return values, tape


@CORPUS.slip("trace", "tape-reversed")
def trace_puts_each_step_before_the_others(program, inputs):
    tape, values = traced(program, inputs)
    return tape[::-1], values


@CORPUS.slip("trace", "wrong-keys")
def trace_forgets_the_comma_of_a_tuple_of_one(program, inputs):
    def step(op, nodes, out):
        return (op, names_of(nodes) if len(nodes) > 1 else nodes[0].name, out.name)

    return traced(program, inputs, step=step)


@CORPUS.slip("trace", "wrong-keys")
def trace_returns_the_tape_alone(program, inputs):
    return traced(program, inputs)[0]


@CORPUS.slip("trace", "wrong-keys")
def trace_returns_the_values_alone(program, inputs):
    return traced(program, inputs)[1]


@CORPUS.slip("trace", "wrong-keys")
def trace_returns_a_dict_of_both(program, inputs):
    return dict(zip(("tape", "values"), traced(program, inputs), strict=True))


@CORPUS.slip("trace", "wrong-keys")
def trace_writes_nodes_on_the_tape(program, inputs):
    return traced(program, inputs, step=lambda op, nodes, out: (op, nodes, out.name))


@CORPUS.slip("trace", "wrong-keys")
def trace_writes_the_new_node_on_the_tape(program, inputs):
    return traced(program, inputs, step=lambda op, nodes, out: (op, names_of(nodes), out))


@CORPUS.slip("trace", "wrong-keys")
def trace_writes_arrays_on_the_tape(program, inputs):
    return traced(
        program, inputs, step=lambda op, nodes, out: (op, tuple(node.array for node in nodes), out.name)
    )


@CORPUS.slip("trace", "wrong-keys")
def trace_writes_all_names_in_a_row(program, inputs):
    return traced(program, inputs, step=lambda op, nodes, out: (op, *names_of(nodes), out.name))


@CORPUS.slip("trace", "wrong-keys")
def trace_writes_the_output_before_the_inputs(program, inputs):
    return traced(program, inputs, step=lambda op, nodes, out: (op, out.name, names_of(nodes)))


@CORPUS.slip("trace", "wrong-keys")
def trace_writes_steps_as_dicts(program, inputs):
    return traced(
        program, inputs, step=lambda op, nodes, out: {"op": op, "inputs": names_of(nodes), "output": out.name}
    )


@CORPUS.slip("trace", "wrong-keys")
def trace_writes_functions_for_ops(program, inputs):
    return traced(program, inputs, step=lambda op, nodes, out: (OPS[op], names_of(nodes), out.name))


@CORPUS.slip("trace", "wrong-keys")
def trace_calls_its_ops_by_their_signs(program, inputs):
    signs = {"matmul": "@", "add": "+", "mul": "*"}
    return traced(program, inputs, step=lambda op, nodes, out: (signs.get(op, op), names_of(nodes), out.name))


@CORPUS.slip("trace", "wrong-keys")
def trace_keeps_the_values_of_outputs_alone(program, inputs):
    tape, values = traced(program, inputs)
    return tape, {name: array for name, array in values.items() if name not in inputs}


@CORPUS.slip("trace", "wrong-keys")
def trace_keeps_the_values_of_inputs_alone(program, inputs):
    return traced(program, inputs)[0], dict(inputs)


@CORPUS.slip("trace", "wrong-keys")
def trace_renames_the_inputs(program, inputs):
    return traced(program, {f"in{number}": array for number, array in enumerate(inputs.values())})


@CORPUS.slip("trace", "wrong-keys")
def trace_returns_a_list_of_arrays(program, inputs):
    tape, values = traced(program, inputs)
    return tape, list(values.values())


@CORPUS.slip("trace", "operand-recorded-once")
def trace_writes_a_set_of_names(program, inputs):
    return traced(
        program, inputs, step=lambda op, nodes, out: (op, tuple(dict.fromkeys(names_of(nodes))), out.name)
    )


@CORPUS.slip("trace", "missing-mean")
def trace_sums_where_it_writes_mean(program, inputs):
    tape, values = traced(program, inputs)
    for op, (name, *_), output in tape:
        if op == "mean":
            values[output] = values[name].sum()
    return tape, values


# --- Sums, means and signs --------------------------------------------------------------------------


@CORPUS.slip("vjp_add", "summed-without-broadcast")
def always_sum_the_second(A, b, G):
    return G, G.sum(axis=0)


@CORPUS.slip("vjp_add", "summed-without-broadcast")
def count_the_rows_with_a_product(A, b, G):
    return G.copy(), np.ones(len(G)) @ G


@CORPUS.slip("vjp_mean", "number-for-array")
def share_of_one_entry(A, G):
    return G / A.size


@CORPUS.slip("vjp_mean", "number-for-array")
def share_as_a_float(A, G):
    return float(G) / math.prod(A.shape)


@CORPUS.slip("saliency", "signs-lost")
def sizes_of_slopes(params, x):
    A, cache = forward(x[np.newaxis], params)
    G = np.ones((1, 1))
    for layer in range(len(params) // 2, 0, -1):
        G = back_through_sigmoid(cache[f"A{layer}"], G) @ params[f"W{layer}"].T
    return np.abs(G[0])


# Wrong for arguments that are stored by columns, alike, next to 0 or integers


@CORPUS.unlisted("vjp_mul")
def mul_from_the_product(A, B, G):
    product = A * B
    return G * product / A, G * product / B
