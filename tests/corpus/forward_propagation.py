"""Lesson 2, forward propagation, as learners answer it."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
from scipy.special import expit, xlog1py, xlogy

from tests.corpus.entries import Corpus
from utils.network import sigmoid

CORPUS = Corpus("02_forward_propagation")


# dense_loop


@CORPUS.right("dense_loop")
def dense_loop_two_loops_over_python_floats(a_prev, W, b, activation):
    answers = []
    for k in range(W.shape[1]):
        z = float(b[k])
        for j in range(W.shape[0]):
            z += float(a_prev[j]) * float(W[j, k])
        answers.append(float(activation(z)))
    return np.array(answers)


@CORPUS.right("dense_loop")
def dense_loop_a_column_at_a_time(a_prev, W, b, activation):
    return np.array([activation(np.dot(a_prev, column) + bias) for column, bias in zip(W.T, b, strict=True)])


@CORPUS.right("dense_loop")
def dense_loop_inputs_outside_activation_once(a_prev, W, b, activation):
    z = b.astype(float)
    for x, row in zip(a_prev, W, strict=True):
        z = z + x * row
    return activation(z)


@CORPUS.right("dense_loop")
def dense_loop_arrays_of_one_number(a_prev, W, b, activation):
    parts = [activation(a_prev[np.newaxis] @ W[:, [k]] + b[k]) for k in range(len(b))]
    return np.concatenate(parts, axis=1).ravel()


@CORPUS.slip("dense_loop", "activation-skipped")
def dense_loop_returns_z(a_prev, W, b, activation):
    z = np.zeros(len(b))
    for k in range(len(b)):
        z[k] = np.sum(a_prev * W[:, k]) + b[k]
    return z


@CORPUS.slip("dense_loop", "bias-skipped")
def dense_loop_starts_the_sum_at_zero(a_prev, W, b, activation):
    a = np.zeros(W.shape[1])
    for k in range(W.shape[1]):
        z = 0
        for j in range(W.shape[0]):
            z += a_prev[j] * W[j, k]
        a[k] = activation(z)
    return a


@CORPUS.slip("dense_loop", "integer-truncation")
def dense_loop_result_like_the_inputs(a_prev, W, b, activation):
    a = np.zeros_like(a_prev, shape=W.shape[1])
    for k in range(W.shape[1]):
        a[k] = activation(a_prev @ W[:, k] + b[k])
    return a


@CORPUS.slip("dense_loop", "extra-axis")
def dense_loop_a_row_of_a_table(a_prev, W, b, activation):
    a = np.zeros((1, W.shape[1]))
    for k in range(W.shape[1]):
        a[0, k] = activation(a_prev @ W[:, k] + b[k])
    return a


@CORPUS.slip("dense_loop", "activation-twice")
def dense_loop_activates_inside_and_at_the_end(a_prev, W, b, activation):
    a = np.zeros(W.shape[1])
    for k in range(W.shape[1]):
        a[k] = activation(a_prev @ W[:, k] + b[k])
    return activation(a)


@CORPUS.slip("dense_loop", "hard-coded-size")
def dense_loop_always_25_units(a_prev, W, b, activation):
    a = np.zeros(25)
    for k in range(25):
        a[k] = activation(a_prev @ W[:, k] + b[k])
    return a


@CORPUS.slip("dense_loop", "bias-skipped", "activation-skipped")
def dense_loop_bare_sums(a_prev, W, b, activation):
    return np.array([sum(a_prev[j] * W[j, k] for j in range(len(a_prev))) for k in range(W.shape[1])])


@CORPUS.unlisted("dense_loop")
def dense_loop_counts_inputs_from_one(a_prev, W, b, activation):
    a = np.zeros(W.shape[1])
    for k in range(W.shape[1]):
        z = b[k]
        for j in range(1, W.shape[0]):
            z += a_prev[j] * W[j, k]
        a[k] = activation(z)
    return a


@CORPUS.slip("dense_loop", "integer-truncation", "bias-skipped")
def dense_loop_no_bias_in_an_array_like_the_inputs(a_prev, W, b, activation):
    a = np.full_like(a_prev, 0, shape=len(b))
    for k in range(len(b)):
        a[k] = activation(a_prev @ W[:, k])
    return a


# dense


@CORPUS.right("dense")
def dense_einsum(A_prev, W, b, activation):
    return activation(np.einsum("ij,jk->ik", A_prev, W) + b[np.newaxis, :])


@CORPUS.right("dense")
def dense_examples_as_columns_and_back(A_prev, W, b, activation):
    return activation(W.T @ A_prev.T + b.reshape(-1, 1)).T


@CORPUS.right("dense")
def dense_matrix_class(A_prev, W, b, activation):
    Z = np.asarray(np.matrix(A_prev) * np.matrix(W)) + np.tile(b, (len(A_prev), 1))
    return activation(Z)


@CORPUS.right("dense")
def dense_bias_as_one_more_row_of_weights(A_prev, W, b, activation):
    with_one = np.hstack([A_prev, np.ones((A_prev.shape[0], 1))])
    return activation(with_one.dot(np.vstack([W, b])))


@CORPUS.slip("dense", "activation-skipped")
def dense_returns_z(A_prev, W, b, activation):
    Z = A_prev @ W + b
    activation(Z)
    return Z


@CORPUS.slip("dense", "bias-skipped")
def dense_forgets_the_bias(A_prev, W, b, activation):
    return activation(np.matmul(A_prev, W))


@CORPUS.slip("dense", "wrong-activation")
def dense_always_sigmoid(A_prev, W, b, activation):
    return sigmoid(A_prev @ W + b)


@CORPUS.slip("dense", "weights-transposed")
def dense_as_in_a_book_with_columns(A_prev, W, b, activation):
    return activation(A_prev @ W.T + b)


@CORPUS.slip("dense", "integer-truncation")
def dense_filled_in_like_the_inputs(A_prev, W, b, activation):
    A = np.empty_like(A_prev, shape=(A_prev.shape[0], W.shape[1]))
    A[:] = activation(A_prev @ W + b)
    return A


@CORPUS.slip("dense", "transposed")
def dense_leaves_examples_as_columns(A_prev, W, b, activation):
    return activation(W.T @ A_prev.T + b[:, None])


@CORPUS.slip("dense", "low-precision")
def dense_single_precision(A_prev, W, b, activation):
    return activation(A_prev.astype(np.float32) @ W.astype(np.float32) + b.astype(np.float32))


@CORPUS.slip("dense", "bias-skipped", "activation-twice")
def dense_no_bias_two_activations(A_prev, W, b, activation):
    return activation(activation(A_prev @ W))


@CORPUS.slip("dense", "transposed", "activation-skipped")
def dense_columns_without_activation(A_prev, W, b, activation):
    return (A_prev @ W + b).T


@CORPUS.unlisted("dense")
def dense_bias_after_the_activation(A_prev, W, b, activation):
    return activation(A_prev @ W) + b


# forward


@CORPUS.right("forward")
def forward_while_there_is_a_layer(X, params):
    cache, layer = {"A0": X}, 1
    while f"W{layer}" in params:
        cache[f"Z{layer}"] = cache[f"A{layer - 1}"].dot(params[f"W{layer}"]) + params[f"b{layer}"]
        cache[f"A{layer}"] = 1 / (1 + np.exp(-cache[f"Z{layer}"]))
        layer += 1
    return cache[f"A{layer - 1}"], cache


@CORPUS.right("forward")
def forward_recursion(X, params):
    def up_to(layer):
        if layer == 0:
            return X, {"A0": X}
        A, cache = up_to(layer - 1)
        Z = np.einsum("mi,io->mo", A, params[f"W{layer}"]) + params[f"b{layer}"]
        return expit(Z), {**cache, f"Z{layer}": Z, f"A{layer}": expit(Z)}

    return up_to(sum(name[0] == "W" for name in params))


@CORPUS.right("forward")
def forward_example_by_example(X, params):
    layers = sorted(int(name[1:]) for name in params if name.startswith("W"))
    cache = {"A0": X.astype(float)}
    for layer in layers:
        W, b = params[f"W{layer}"], params[f"b{layer}"]
        cache[f"Z{layer}"] = np.array([row @ W + b for row in cache[f"A{layer - 1}"]])
        cache[f"A{layer}"] = (1 + np.tanh(cache[f"Z{layer}"] / 2)) / 2
    return cache[f"A{layers[-1]}"], cache


@CORPUS.right("forward")
def forward_keeps_more_than_asked(X, params):
    A = X
    cache = dict(params, A0=A)
    for layer in range(1, len(params) // 2 + 1):
        Z = (params[f"W{layer}"].T @ A.T + params[f"b{layer}"].reshape(-1, 1)).T
        A = sigmoid(Z)
        cache.update({f"Z{layer}": Z, f"A{layer}": A})
    return A, cache


def through_layers(X, params, hidden=sigmoid, last=sigmoid, biased=True):
    """The loop of most learners, with the places where they slip left open."""
    A, cache, depth = X, {"A0": X}, len(params) // 2
    for layer in range(1, depth + 1):
        Z = A @ params[f"W{layer}"]
        if biased:
            Z = Z + params[f"b{layer}"]
        A = last(Z) if layer == depth else hidden(Z)
        cache[f"Z{layer}"], cache[f"A{layer}"] = Z, A
    return A, cache


def as_it_is(z):
    return z


@CORPUS.slip("forward", "hard-coded-size")
def forward_three_layers(X, params):
    Z1 = X @ params["W1"] + params["b1"]
    A1 = sigmoid(Z1)
    Z2 = A1 @ params["W2"] + params["b2"]
    A2 = sigmoid(Z2)
    Z3 = A2 @ params["W3"] + params["b3"]
    A3 = sigmoid(Z3)
    return A3, {"A0": X, "Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2, "Z3": Z3, "A3": A3}


@CORPUS.slip("forward", "hidden-layer-linear")
def forward_sigmoid_at_the_end_only(X, params):
    return through_layers(X, params, hidden=as_it_is)


@CORPUS.slip("forward", "output-layer-linear")
def forward_logits_at_the_end(X, params):
    return through_layers(X, params, last=as_it_is)


@CORPUS.slip("forward", "wrong-activation")
def forward_tanh_in_hidden_layers(X, params):
    return through_layers(X, params, hidden=np.tanh)


@CORPUS.slip("forward", "bias-skipped")
def forward_without_biases(X, params):
    return through_layers(X, params, biased=False)


@CORPUS.slip("forward", "wrong-keys")
def forward_cache_without_the_data(X, params):
    A, cache = through_layers(X, params)
    del cache["A0"]
    return A, cache


@CORPUS.slip("forward", "swapped-outputs")
def forward_cache_first(X, params):
    A, cache = through_layers(X, params)
    return cache, A


@CORPUS.slip("forward", "hidden-layer-linear", "bias-skipped")
def forward_products_and_one_sigmoid(X, params):
    return through_layers(X, params, hidden=as_it_is, biased=False)


@CORPUS.slip("forward", "wrong-activation", "wrong-keys")
def forward_tanh_and_no_data_in_the_cache(X, params):
    A, cache = through_layers(X, params, hidden=np.tanh, last=np.tanh)
    return A, {name: array for name, array in cache.items() if name != "A0"}


@CORPUS.unlisted("forward")
def forward_adds_the_mean_of_what_a_layer_was_fed(X, params):
    A, cache = X, {"A0": X}
    for layer in range(1, len(params) // 2 + 1):
        Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
        A = sigmoid(Z) + A.mean(axis=1, keepdims=True)
        cache[f"Z{layer}"], cache[f"A{layer}"] = Z, A
    return A, cache


@CORPUS.unlisted("forward")
def forward_scales_the_data_first(X, params):
    return through_layers(X / (np.abs(X).max() + 1), params)


# binary_cross_entropy


@CORPUS.right("binary_cross_entropy")
def binary_cross_entropy_math_loop(Y, A):
    total = 0.0
    for y, a in zip(Y.ravel().tolist(), A.ravel().tolist(), strict=True):
        total += y * math.log(a) + (1 - y) * math.log(1 - a)
    return -total / len(Y)


@CORPUS.right("binary_cross_entropy")
def binary_cross_entropy_scipy(Y, A):
    return -(xlogy(Y, A) + xlog1py(1 - Y, -A)).mean()


@CORPUS.right("binary_cross_entropy")
def binary_cross_entropy_scalar_products(Y, A):
    return (-(Y.T @ np.log(A) + (1 - Y).T @ np.log(1 - A)) / Y.shape[0]).item()


@CORPUS.right("binary_cross_entropy")
def binary_cross_entropy_zero_dimensional(Y, A):
    losses = np.matrix(np.log(1 - A) + Y * (np.log(A) - np.log(1 - A)))
    return np.array(-np.asarray(losses).sum() / A.size)


@CORPUS.slip("binary_cross_entropy", "positive-term-only")
def binary_cross_entropy_first_term(Y, A):
    return float(-np.mean(Y * np.log(A)))


@CORPUS.slip("binary_cross_entropy", "labels-swapped")
def binary_cross_entropy_labels_the_wrong_way_round(Y, A):
    return float(np.mean(-(1 - Y) * np.log(A) - Y * np.log(1 - A)))


@CORPUS.slip("binary_cross_entropy", "wrong-log-base")
def binary_cross_entropy_bits(Y, A):
    return float(np.mean(-Y * np.log2(A) - (1 - Y) * np.log2(1 - A)))


@CORPUS.slip("binary_cross_entropy", "missing-mean")
def binary_cross_entropy_sum(Y, A):
    return float(np.sum(-Y * np.log(A) - (1 - Y) * np.log(1 - A)))


@CORPUS.slip("binary_cross_entropy", "wrong-sign")
def binary_cross_entropy_log_likelihood(Y, A):
    return float(np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


@CORPUS.slip("binary_cross_entropy", "not-a-scalar")
def binary_cross_entropy_mean_over_rows(Y, A):
    return np.mean(-Y * np.log(A) - (1 - Y) * np.log(1 - A), axis=0)


@CORPUS.slip("binary_cross_entropy", "missing-mean", "wrong-sign")
def binary_cross_entropy_sum_of_log_likelihoods(Y, A):
    return float(np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)))


@CORPUS.slip("binary_cross_entropy", "double-mean")
def binary_cross_entropy_mean_over_m(Y, A):
    return float(np.mean(-Y * np.log(A) - (1 - Y) * np.log(1 - A)) / len(Y))


@CORPUS.slip("binary_cross_entropy", "one-example-only")
def binary_cross_entropy_leaves_the_loop_at_once(Y, A):
    total = 0.0
    for y, a in zip(Y[:, 0], A[:, 0], strict=True):
        total += -y * np.log(a) - (1 - y) * np.log(1 - a)
        break
    return float(total)


@CORPUS.slip("binary_cross_entropy", "positive-term-only", "missing-mean")
def binary_cross_entropy_sum_of_first_terms(Y, A):
    return -math.fsum((Y * np.log(A)).ravel())


@CORPUS.unlisted("binary_cross_entropy")
def binary_cross_entropy_squared_error(Y, A):
    return float(np.mean((Y - A) ** 2))


# count_parameters


@CORPUS.right("count_parameters")
def count_parameters_pairs(layer_sizes):
    return sum(n_in * n_out + n_out for n_in, n_out in pairwise(layer_sizes))


@CORPUS.right("count_parameters")
def count_parameters_recursion(layer_sizes):
    if len(layer_sizes) < 2:
        return 0
    return (layer_sizes[0] + 1) * layer_sizes[1] + count_parameters_recursion(layer_sizes[1:])


@CORPUS.right("count_parameters")
def count_parameters_numpy_integer(layer_sizes):
    sizes = np.array(layer_sizes)
    return np.dot(sizes[:-1], sizes[1:]) + sizes[1:].sum()


@CORPUS.right("count_parameters")
def count_parameters_builds_the_arrays(layer_sizes):
    arrays = []
    for i in range(1, len(layer_sizes)):
        arrays += [np.zeros((layer_sizes[i - 1], layer_sizes[i])), np.zeros(layer_sizes[i])]
    return sum(array.size for array in arrays)


@CORPUS.slip("count_parameters", "bias-skipped")
def count_parameters_weights_only(layer_sizes):
    return sum(layer_sizes[i] * layer_sizes[i + 1] for i in range(len(layer_sizes) - 1))


@CORPUS.slip("count_parameters", "hard-coded-size")
def count_parameters_three_layers(layer_sizes):
    n0, n1, n2, n3 = layer_sizes
    return (n0 + 1) * n1 + (n1 + 1) * n2 + (n2 + 1) * n3


@CORPUS.slip("count_parameters", "mutates-arguments")
def count_parameters_empties_the_list(layer_sizes):
    total, n_in = 0, layer_sizes.pop(0)
    while layer_sizes:
        n_out = layer_sizes.pop(0)
        total += (n_in + 1) * n_out
        n_in = n_out
    return total


@CORPUS.slip("count_parameters", "not-implemented")
def count_parameters_forgets_to_return(layer_sizes):
    total = 0
    for n_in, n_out in pairwise(layer_sizes):
        total += (n_in + 1) * n_out


@CORPUS.slip("count_parameters", "not-a-scalar")
def count_parameters_array_of_one(layer_sizes):
    return np.array([sum((n_in + 1) * n_out for n_in, n_out in pairwise(layer_sizes))])


@CORPUS.slip("count_parameters", "raises")
def count_parameters_runs_off_the_end(layer_sizes):
    return sum((layer_sizes[i] + 1) * layer_sizes[i + 1] for i in range(len(layer_sizes)))


@CORPUS.slip("count_parameters", "bias-skipped", "hard-coded-size")
def count_parameters_weights_of_three_layers(layer_sizes):
    return layer_sizes[0] * layer_sizes[1] + layer_sizes[1] * layer_sizes[2] + layer_sizes[2] * layer_sizes[3]


@CORPUS.slip("count_parameters", "bias-skipped", "mutates-arguments")
def count_parameters_weights_and_an_empty_list(layer_sizes):
    total = 0
    while len(layer_sizes) > 1:
        total += layer_sizes.pop(0) * layer_sizes[0]
    return total


@CORPUS.unlisted("count_parameters")
def count_parameters_units_alone(layer_sizes):
    return sum(layer_sizes)


@CORPUS.slip("count_parameters", "bias-for-input")
def count_parameters_a_bias_for_every_input(layer_sizes):
    return sum(n_in * n_out + n_in for n_in, n_out in pairwise(layer_sizes))


# glorot_uniform


@CORPUS.right("glorot_uniform")
def glorot_uniform_number_by_number(n_in, n_out, rng):
    limit = math.sqrt(6 / (n_in + n_out))
    W = np.zeros((n_in, n_out))
    for k in range(n_out):
        for j in range(n_in):
            W[j, k] = rng.uniform(-limit, limit)
    return W


@CORPUS.right("glorot_uniform")
def glorot_uniform_stretched(n_in, n_out, rng):
    return (2 * rng.uniform(size=(n_in, n_out)) - 1) * (6 / (n_in + n_out)) ** 0.5


@CORPUS.right("glorot_uniform")
def glorot_uniform_a_column_for_each_unit(n_in, n_out, rng):
    v = 2 / (n_in + n_out)
    r = np.sqrt(3 * v)
    return np.column_stack([rng.uniform(-r, r, n_in) for _ in range(n_out)])


@CORPUS.right("glorot_uniform")
def glorot_uniform_drawn_the_other_way_round(n_in, n_out, rng):
    r = np.sqrt(6.0 / np.add(n_in, n_out))
    return rng.uniform(high=r, low=-r, size=n_in * n_out).reshape(n_out, n_in).T


@CORPUS.slip("glorot_uniform", "transposed")
def glorot_uniform_a_row_for_each_unit(n_in, n_out, rng):
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_out, n_in))


@CORPUS.slip("glorot_uniform", "ignores-argument")
def glorot_uniform_global_generator(n_in, n_out, rng):
    limit = np.sqrt(6 / (n_in + n_out))
    return np.random.uniform(-limit, limit, size=(n_in, n_out))


@CORPUS.slip("glorot_uniform", "ignores-argument")
def glorot_uniform_generator_of_its_own(n_in, n_out, rng):
    rng = np.random.default_rng(0)
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_in, n_out))


@CORPUS.slip("glorot_uniform", "constant-factor")
def glorot_uniform_limit_is_the_deviation(n_in, n_out, rng):
    limit = np.sqrt(2 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_in, n_out))


@CORPUS.slip("glorot_uniform", "factor-two")
def glorot_uniform_width_for_limit(n_in, n_out, rng):
    width = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-width / 2, width / 2, size=(n_in, n_out))


@CORPUS.slip("glorot_uniform", "low-precision")
def glorot_uniform_single_precision(n_in, n_out, rng):
    limit = np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_in, n_out)).astype(np.float32)


@CORPUS.slip("glorot_uniform", "transposed", "factor-two")
def glorot_uniform_rows_and_twice_the_limit(n_in, n_out, rng):
    limit = 2 * np.sqrt(6 / (n_in + n_out))
    return rng.uniform(-limit, limit, size=(n_out, n_in))


@CORPUS.unlisted("glorot_uniform")
def glorot_uniform_no_root(n_in, n_out, rng):
    limit = 6 / (n_in + n_out)
    return rng.uniform(-limit, limit, size=(n_in, n_out))


@CORPUS.unlisted("glorot_uniform")
def glorot_uniform_positive_only(n_in, n_out, rng):
    return rng.uniform(0, np.sqrt(6 / (n_in + n_out)), size=(n_in, n_out))


@CORPUS.unlisted("glorot_uniform")
def glorot_uniform_normal_numbers(n_in, n_out, rng):
    return rng.normal(scale=np.sqrt(2 / (n_in + n_out)), size=(n_in, n_out))


@CORPUS.slip("dense", "one-example-only")
def dense_of_the_first_example_for_all(A_prev, W, b, activation):
    first = activation(A_prev[0] @ W + b)
    return np.tile(first, (len(A_prev), 1))


@CORPUS.slip("forward", "wrong-keys")
def forward_counts_preactivations_from_zero(X, params):
    A, cache = X, {"A0": X}
    for i in range(len(params) // 2):
        cache[f"Z{i}"] = A @ params[f"W{i + 1}"] + params[f"b{i + 1}"]
        A = cache[f"A{i + 1}"] = sigmoid(cache[f"Z{i}"])
    return A, cache


# More answers, and what they share


def run_with(X, params, hidden=expit, output=expit, bias=1.0):
    """Forward pass with the parts that an answer may change."""
    cache, A, L = {"A0": X}, X, len(params) // 2
    for i in range(1, L + 1):
        Z = A @ params[f"W{i}"] + bias * params[f"b{i}"]
        A = (output if i == L else hidden)(Z)
        cache[f"Z{i}"], cache[f"A{i}"] = Z, A
    return A, cache


@CORPUS.slip("forward", "bias-skipped")
def forward_last_bias_forgotten(X, params):
    cache, A = {"A0": X}, X
    L = len(params) // 2
    for i in range(1, L):
        cache[f"Z{i}"] = A @ params[f"W{i}"] + params[f"b{i}"]
        cache[f"A{i}"] = A = expit(cache[f"Z{i}"])
    cache[f"Z{L}"] = A @ params[f"W{L}"]
    cache[f"A{L}"] = expit(cache[f"Z{L}"])
    return cache[f"A{L}"], cache


@CORPUS.slip("binary_cross_entropy", "factor-two")
def bce_halves(Y, A):
    both = np.concatenate([Y * np.log(A), (1 - Y) * np.log(1 - A)])
    return float(-both.mean())


@CORPUS.slip("dense", "bias-skipped", "transposed")
def dense_columns_no_bias(A_prev, W, b, activation):
    return activation(W.T @ A_prev.T)


@CORPUS.slip("forward", "bias-skipped", "output-layer-linear")
def forward_no_bias_linear_end(X, params):
    return run_with(X, params, output=lambda Z: Z, bias=0)


@CORPUS.slip("forward", "bias-skipped", "wrong-activation")
def forward_relu_no_bias(X, params):
    return run_with(X, params, hidden=lambda Z: np.maximum(Z, 0), bias=0)


@CORPUS.slip("forward", "swapped-outputs", "bias-skipped")
def forward_no_bias_cache_first(X, params):
    return run_with(X, params, bias=0)[::-1]


@CORPUS.slip("binary_cross_entropy", "missing-mean", "wrong-log-base")
def bce_sum_of_bits(Y, A):
    return float(-np.sum(Y * np.log2(A) + (1 - Y) * np.log2(1 - A)))


@CORPUS.unlisted("dense")
def dense_normalises_rows(A_prev, W, b, activation):
    A = A_prev / np.sqrt((A_prev**2).sum(axis=1, keepdims=True) + 1)
    return activation(A @ W + b)


@CORPUS.unlisted("dense_loop")
def dense_loop_z_not_reset(a_prev, W, b, activation):
    out, z = [], 0.0
    for k in range(W.shape[1]):
        z += b[k]
        for j in range(W.shape[0]):
            z += a_prev[j] * W[j, k]
        out.append(activation(z))
    return np.array(out)


@CORPUS.unlisted("dense_loop")
def dense_loop_activates_inside(a_prev, W, b, activation):
    out = np.array(b, dtype=float)
    for k in range(W.shape[1]):
        for j in range(W.shape[0]):
            out[k] += activation(a_prev[j] * W[j, k])
    return out


@CORPUS.unlisted("dense_loop")
def dense_loop_bias_for_every_input(a_prev, W, b, activation):
    out = np.zeros(W.shape[1])
    for k in range(W.shape[1]):
        z = 0
        for j in range(W.shape[0]):
            z += a_prev[j] * W[j, k] + b[k]
        out[k] = activation(z)
    return out


@CORPUS.unlisted("forward")
def forward_activates_input(X, params):
    A, cache = run_with(expit(X), params)
    cache["A0"] = X
    return A, cache


@CORPUS.unlisted("forward")
def forward_skip_connection(X, params):
    A, cache = {}, {"A0": X}
    A = X
    for i in range(1, len(params) // 2 + 1):
        Z = A @ params[f"W{i}"] + params[f"b{i}"] + A.mean(axis=1, keepdims=True)
        A = expit(Z)
        cache[f"Z{i}"], cache[f"A{i}"] = Z, A
    return A, cache


@CORPUS.unlisted("forward")
def forward_noise(X, params):
    A, cache = run_with(X, params)
    rng = np.random.default_rng(3)
    return A + 0.01 * rng.normal(size=A.shape), cache


@CORPUS.unlisted("forward")
def forward_first_bias_everywhere(X, params):
    cache, A = {"A0": X}, X
    for i in range(1, len(params) // 2 + 1):
        Z = A @ params[f"W{i}"] + params["b1"][0]
        A = expit(Z)
        cache[f"Z{i}"], cache[f"A{i}"] = Z, A
    return A, cache


@CORPUS.unlisted("binary_cross_entropy")
def bce_mean_without_bessel(Y, A):
    losses = -Y * np.log(A) - (1 - Y) * np.log(1 - A)
    return float(losses.sum() / (len(Y) + 1))


@CORPUS.unlisted("count_parameters")
def count_one_bias_a_layer(layer_sizes):
    return sum(a * b + 1 for a, b in pairwise(layer_sizes))


@CORPUS.slip("count_parameters", "last-layer-missing")
def count_forgets_last_layer(layer_sizes):
    return sum(a * b + b for a, b in pairwise(layer_sizes[:-1]))


@CORPUS.slip("count_parameters", "bias-for-input")
def count_biases_with_features(layer_sizes):
    return sum(a * b for a, b in pairwise(layer_sizes)) + sum(layer_sizes)


# Wrong for arguments that are stored by columns, alike, next to 0 or integers


@CORPUS.unlisted("dense")
def dense_into_a_flat_array(A_prev, W, b, activation):
    Z = A_prev @ W + b
    A = np.zeros_like(A_prev, shape=Z.shape, dtype=float)
    flat = A.reshape(-1)
    for i, z in enumerate(Z.ravel()):
        flat[i] = activation(np.array([z]))[0]
    return A
