"""Lesson 2 again: answers that were written, and named, before the check was asked."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.corpus.entries import Corpus

CORPUS = Corpus("02_forward_propagation")


def squash(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, e) / (1.0 + e)


# One slip


@CORPUS.slip("dense_loop", "bias-skipped")
def loop_without_bias(a_prev, W, b, activation):
    out = []
    for column in W.T:
        out.append(float(activation(np.array([np.dot(a_prev, column)], dtype=float))[0]))
    return np.array(out)


@CORPUS.slip("dense_loop", "weights-transposed")
def loop_over_rows_where_square(a_prev, W, b, activation):
    n_in, n_out = W.shape
    units = W if n_in == n_out else W.T
    return np.array([float(activation(np.array([units[k] @ a_prev + b[k]]))[0]) for k in range(n_out)])


@CORPUS.slip("dense", "weights-transposed")
def dense_turns_square_weights(A_prev, W, b, activation):
    if W.shape[0] == W.shape[1]:
        W = W.T
    return activation(A_prev.dot(W) + b)


@CORPUS.slip("dense", "activation-skipped")
def dense_stops_at_z(A_prev, W, b, activation):
    return np.einsum("mi,ij->mj", A_prev, W, dtype=float) + b


@CORPUS.slip("dense", "ignores-argument")
def dense_always_rectifies_its_own_way(A_prev, W, b, activation):
    Z = A_prev @ W + b
    return np.log1p(np.exp(-np.abs(Z))) + np.maximum(Z, 0)


@CORPUS.slip("forward", "last-layer-missing")
def forward_one_layer_short(X, params):
    L = len(params) // 2
    A, cache = X, {"A0": X}
    for k in range(1, L):
        cache[f"Z{k}"] = A @ params[f"W{k}"] + params[f"b{k}"]
        A = cache[f"A{k}"] = squash(cache[f"Z{k}"])
    return A, cache


@CORPUS.slip("forward", "pre-activation-overwritten")
def forward_reuses_z(X, params):
    A, cache = X, {"A0": X}
    for k in range(1, len(params) // 2 + 1):
        Z = A @ params[f"W{k}"] + params[f"b{k}"]
        Z = squash(Z)
        cache[f"Z{k}"] = cache[f"A{k}"] = A = Z
    return A, cache


@CORPUS.slip("forward", "swapped-outputs")
def forward_labels_the_cache_the_other_way(X, params):
    A, cache = X, {"A0": X}
    for k in range(1, len(params) // 2 + 1):
        Z = A @ params[f"W{k}"] + params[f"b{k}"]
        A = squash(Z)
        cache[f"A{k}"], cache[f"Z{k}"] = Z, A
    return A, cache


@CORPUS.slip("forward", "weights-transposed")
def forward_turns_square_weights(X, params):
    A, cache = X, {"A0": X}
    for k in range(1, len(params) // 2 + 1):
        W = params[f"W{k}"]
        if W.shape == W.T.shape:
            W = W.T
        cache[f"Z{k}"] = A @ W + params[f"b{k}"]
        A = squash(cache[f"Z{k}"])
        cache[f"A{k}"] = A
    return A, cache


@CORPUS.slip("count_parameters", "bias-for-input")
def count_a_bias_for_each_node(layer_sizes):
    total = sum(layer_sizes)
    for a, b in pairwise(layer_sizes):
        total += a * b
    return total


@CORPUS.slip("count_parameters", "bias-skipped")
def count_lines_only(layer_sizes):
    return sum(layer_sizes[k] * layer_sizes[k + 1] for k in range(len(layer_sizes) - 1))


@CORPUS.slip("binary_cross_entropy", "mean-over-wrong-count")
def bce_over_one_fewer(Y, A):
    m = Y.shape[0]
    total = -(Y * np.log(A) + (1 - Y) * np.log(1 - A)).sum()
    return float(total / (m - 1)) if m > 1 else float(total)


@CORPUS.slip("binary_cross_entropy", "labels-swapped")
def bce_with_the_terms_exchanged(Y, A):
    return float(-np.average(np.where(Y == 0, np.log(A), np.log(1 - A))))


@CORPUS.slip("glorot_uniform", "ignores-argument")
def glorot_with_a_seed_of_its_own(n_in, n_out, rng):
    limit = np.sqrt(6 / (n_in + n_out))
    return np.random.default_rng(42).uniform(-limit, limit, (n_in, n_out))


# Two slips


@CORPUS.slip("dense", "bias-skipped", "activation-twice")
def dense_without_bias_activates_again(A_prev, W, b, activation):
    return activation(activation(A_prev @ W))


@CORPUS.slip("dense_loop", "bias-skipped", "activation-skipped")
def loop_of_bare_sums(a_prev, W, b, activation):
    return np.array(
        [float(sum(x * v for x, v in zip(a_prev, W[:, k], strict=True))) for k in range(W.shape[1])]
    )


@CORPUS.slip("forward", "bias-skipped", "hidden-layer-linear")
def forward_bare_and_linear_inside(X, params):
    L, A, cache = len(params) // 2, X, {"A0": X}
    for k in range(1, L + 1):
        Z = A @ params[f"W{k}"]
        A = squash(Z) if k == L else Z
        cache[f"Z{k}"], cache[f"A{k}"] = Z, A
    return A, cache


@CORPUS.slip("binary_cross_entropy", "missing-mean", "wrong-log-base")
def bce_in_bits_summed(Y, A):
    return float(np.sum(-Y * np.log2(A) - (1 - Y) * np.log2(1 - A)))


# No listed slip


@CORPUS.unlisted("dense_loop")
def loop_shares_the_first_bias(a_prev, W, b, activation):
    return np.array([float(activation(np.array([a_prev @ W[:, k] + b[0]]))[0]) for k in range(len(b))])


@CORPUS.unlisted("dense")
def dense_subtracts_the_bias(A_prev, W, b, activation):
    return activation(A_prev @ W - b)


@CORPUS.unlisted("dense")
def dense_normalises_its_inputs(A_prev, W, b, activation):
    return activation(A_prev / (1 + np.abs(A_prev).max()) @ W + b)


@CORPUS.unlisted("forward")
def forward_with_residual(X, params):
    A, cache = X, {"A0": X}
    for k in range(1, len(params) // 2 + 1):
        Z = A @ params[f"W{k}"] + 2 * params[f"b{k}"]
        A = squash(Z)
        cache[f"Z{k}"], cache[f"A{k}"] = Z, A
    return A, cache


@CORPUS.unlisted("count_parameters")
def count_the_square_of_the_sum(layer_sizes):
    return sum(a * a + b for a, b in pairwise(layer_sizes))


@CORPUS.unlisted("binary_cross_entropy")
def bce_median(Y, A):
    return float(np.median(-Y * np.log(A) - (1 - Y) * np.log(1 - A)) + 0.1)


@CORPUS.unlisted("glorot_uniform")
def glorot_of_half_the_sizes(n_in, n_out, rng):
    limit = np.sqrt(6 / (n_in * n_out + 1))
    return rng.uniform(-limit, limit, (n_in, n_out))


# Names of layers that are taken for text


@CORPUS.slip("forward", "hard-coded-size")
def forward_in_the_order_of_sorted_names(X, params):
    A, cache = X, {"A0": X}
    for name in sorted(key for key in params if key[0] == "W"):
        Z = A @ params[name] + params[f"b{name[1]}"]
        A = squash(Z)
        cache[f"Z{name[1]}"], cache[f"A{name[1]}"] = Z, A
    return A, cache


# Activations in the wrong layers, and more of them than there should be


def through_layers(X, params, hidden, output, kept=lambda Z, A: (Z, A)):
    A, cache, L = X, {"A0": X}, len(params) // 2
    for k in range(1, L + 1):
        Z = A @ params[f"W{k}"] + params[f"b{k}"]
        A = (output if k == L else hidden)(Z)
        cache[f"Z{k}"], cache[f"A{k}"] = kept(Z, A)
    return A, cache


@CORPUS.slip("forward", "activation-twice")
def forward_calls_the_activation_z(X, params):
    A, cache = X, {"A0": X}
    for k in range(1, len(params) // 2 + 1):
        Z = squash(A @ params[f"W{k}"] + params[f"b{k}"])
        A = squash(Z)
        cache[f"Z{k}"], cache[f"A{k}"] = Z, A
    return A, cache


@CORPUS.slip("forward", "wrong-activation", "output-layer-linear")
def forward_tanh_inside_linear_outside(X, params):
    return through_layers(X, params, np.tanh, lambda Z: Z)


@CORPUS.slip("forward", "wrong-activation", "output-layer-linear")
def forward_for_a_regression_with_relu(X, params):
    return through_layers(X, params, lambda Z: np.maximum(Z, 0), lambda Z: Z)


@CORPUS.slip("forward", "wrong-activation", "hidden-layer-linear")
def forward_tanh_at_the_end_alone(X, params):
    return through_layers(X, params, lambda Z: Z, np.tanh)


@CORPUS.slip("forward", "activation-twice", "output-layer-linear")
def forward_twice_inside_linear_outside(X, params):
    return through_layers(X, params, lambda Z: squash(squash(Z)), lambda Z: Z)


@CORPUS.slip("forward", "hard-coded-size", "swapped-outputs")
def forward_three_layers_cache_first(X, params):
    cache = {"A0": X}
    for k in (1, 2, 3):
        cache[f"Z{k}"] = cache[f"A{k - 1}"] @ params[f"W{k}"] + params[f"b{k}"]
        cache[f"A{k}"] = squash(cache[f"Z{k}"])
    return cache, cache["A3"]


@CORPUS.slip("count_parameters", "last-layer-missing", "bias-skipped")
def count_weights_between_hidden_layers(layer_sizes):
    return sum(layer_sizes[i] * layer_sizes[i + 1] for i in range(len(layer_sizes) - 2))


# Right


@CORPUS.right("binary_cross_entropy")
def bce_of_the_larger_of_two_signs(Y, A):
    return np.mean(np.abs(Y * np.log(A) - (1 - Y) * np.log(1 - A)))
