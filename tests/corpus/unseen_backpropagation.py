"""Lesson 3 again: answers that were written, and named, before the check was asked."""

from __future__ import annotations

import numpy as np

from tests.corpus.entries import Corpus

CORPUS = Corpus("03_backpropagation")


def squash(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, e) / (1.0 + e)


def way_back(params, cache, dZ):
    grads = {}
    for k in range(len(params) // 2, 0, -1):
        A = cache[f"A{k - 1}"]
        grads[f"dW{k}"], grads[f"db{k}"] = A.T @ dZ, dZ.sum(axis=0)
        dZ = dZ @ params[f"W{k}"].T * A * (1 - A)
    return grads


# One slip


@CORPUS.slip("numerical_gradient", "all-nudged-at-once")
def numeric_moves_the_whole_array(f, theta, eps=1e-5):
    theta = np.asarray(theta, dtype=float)
    slope = (f(theta + eps) - f(theta - eps)) / (eps + eps)
    return np.ones(theta.shape) * slope


@CORPUS.slip("numerical_gradient", "one-sided-difference")
def numeric_backward(f, theta, eps=1e-5):
    theta = np.array(theta, dtype=float)
    here, out = f(theta), np.zeros(theta.size)
    for i in range(theta.size):
        moved = theta.copy().reshape(-1)
        moved[i] -= eps
        out[i] = (here - f(moved.reshape(theta.shape))) / eps
    return out.reshape(theta.shape)


@CORPUS.slip("output_delta", "mean-over-wrong-count")
def delta_over_one_fewer(A, Y):
    return (A - Y) / max(1, A.shape[0] - 1)


@CORPUS.slip("output_delta", "stops-at-activation")
def delta_by_the_prediction(A, Y):
    m = len(Y)
    return -(Y / A - (1 - Y) / (1 - A)) / m


@CORPUS.slip("parameter_gradients", "weights-transposed")
def parameters_turn_square_inputs(A_prev, dZ):
    m, n = A_prev.shape
    left = A_prev if m == n else A_prev.T
    return left @ dZ, dZ.sum(axis=0)


@CORPUS.slip("parameter_gradients", "bias-gradient-not-summed")
def parameters_last_row(A_prev, dZ):
    db = np.zeros(dZ.shape[1])
    for row in dZ:
        db = row
    return np.dot(A_prev.T, dZ), db * 1.0


@CORPUS.slip("hidden_delta", "half-activation-derivative")
def hidden_times_one_minus(dZ_next, W_next, A):
    return np.einsum("mk,jk->mj", dZ_next, W_next) - np.einsum("mk,jk,mj->mj", dZ_next, W_next, A)


@CORPUS.slip("hidden_delta", "weights-transposed")
def hidden_turns_square_weights(dZ_next, W_next, A):
    back = dZ_next @ (W_next if W_next.shape[0] == W_next.shape[1] else W_next.T)
    return back * A * (1 - A)


@CORPUS.slip("backward", "bias-skipped")
def backward_recomputes_without_bias(params, cache, Y):
    L = len(params) // 2
    A = {0: cache["A0"]}
    for k in range(1, L + 1):
        A[k] = squash(A[k - 1] @ params[f"W{k}"])
    own = {f"A{k}": A[k] for k in A}
    return way_back(params, own, (A[L] - Y) / len(Y))


@CORPUS.slip("backward", "weights-transposed")
def backward_turns_square_weights(params, cache, Y):
    L, grads = len(params) // 2, {}
    dZ = (cache[f"A{L}"] - Y) / len(Y)
    for k in range(L, 0, -1):
        A, W = cache[f"A{k - 1}"], params[f"W{k}"]
        grads[f"dW{k}"], grads[f"db{k}"] = A.T @ dZ, dZ.sum(axis=0)
        dZ = (dZ @ W if W.shape[0] == W.shape[1] else dZ @ W.T) * A * (1 - A)
    return grads


@CORPUS.slip("backward", "mean-over-wrong-count")
def backward_over_one_fewer(params, cache, Y):
    L = len(params) // 2
    m = len(Y)
    return way_back(params, cache, (cache[f"A{L}"] - Y) / (m - 1 if m > 1 else m))


@CORPUS.slip("input_gradient", "bias-skipped")
def inputs_recomputed_without_bias(params, cache, Y):
    L, A = len(params) // 2, [cache["A0"]]
    for k in range(1, L + 1):
        A.append(squash(A[-1] @ params[f"W{k}"]))
    dZ = (A[L] - Y) / len(Y)
    for k in range(L, 1, -1):
        dZ = dZ @ params[f"W{k}"].T * A[k - 1] * (1 - A[k - 1])
    return dZ @ params["W1"].T


@CORPUS.slip("input_gradient", "missing-mean")
def inputs_of_the_sum(params, cache, Y):
    L = len(params) // 2
    dA = cache[f"A{L}"] - Y
    for k in range(L, 0, -1):
        dA = dA @ params[f"W{k}"].T
        if k > 1:
            dA = dA * cache[f"A{k - 1}"] * (1 - cache[f"A{k - 1}"])
    return dA


@CORPUS.slip("per_example_gradients", "bias-skipped")
def examples_without_bias(params, X, Y):
    rows, L = [], len(params) // 2
    for x, y in zip(X, Y, strict=True):
        cache = {"A0": x[None] * 1.0}
        for k in range(1, L + 1):
            cache[f"A{k}"] = squash(cache[f"A{k - 1}"] @ params[f"W{k}"])
        rows.append(way_back(params, cache, cache[f"A{L}"] - y))
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


# Two slips


@CORPUS.slip("output_delta", "missing-mean", "extra-activation-derivative")
def delta_of_squares_summed(A, Y):
    return (A - Y) * A * (1 - A)


@CORPUS.slip("parameter_gradients", "double-mean", "bias-gradient-missing")
def parameters_averaged_without_bias(A_prev, dZ):
    return A_prev.T @ dZ / len(dZ), np.zeros(dZ.shape[1])


@CORPUS.slip("hidden_delta", "missing-activation-derivative", "double-mean")
def hidden_averaged_without_slope(dZ_next, W_next, A):
    return dZ_next @ W_next.T / A.shape[0]


@CORPUS.slip("backward", "missing-activation-derivative", "missing-mean")
def backward_sums_without_slopes(params, cache, Y):
    L, grads = len(params) // 2, {}
    dZ = cache[f"A{L}"] - Y
    for k in range(L, 0, -1):
        grads[f"dW{k}"], grads[f"db{k}"] = cache[f"A{k - 1}"].T @ dZ, dZ.sum(axis=0)
        dZ = dZ @ params[f"W{k}"].T
    return grads


@CORPUS.slip("backward", "labels-swapped", "bias-gradient-missing")
def backward_of_other_labels_without_biases(params, cache, Y):
    L = len(params) // 2
    grads = way_back(params, cache, (cache[f"A{L}"] - (1 - Y)) / len(Y))
    return {k: v if k.startswith("dW") else np.zeros_like(v) for k, v in grads.items()}


@CORPUS.slip("input_gradient", "double-mean", "derivative-of-activation")
def inputs_averaged_again_at_a(params, cache, Y):
    L = len(params) // 2
    dZ = (cache[f"A{L}"] - Y) / len(Y) ** 2
    for k in range(L, 1, -1):
        a = squash(cache[f"A{k - 1}"])
        dZ = dZ @ params[f"W{k}"].T * a * (1 - a)
    return dZ @ params["W1"].T


# No listed slip


@CORPUS.unlisted("numerical_gradient")
def numeric_second_derivative(f, theta, eps=1e-5):
    theta, out = np.array(theta, dtype=float), []
    for i in range(theta.size):
        up, down = theta.copy().ravel(), theta.copy().ravel()
        up[i] += 2 * eps
        down[i] -= eps
        out.append((f(up.reshape(theta.shape)) - f(down.reshape(theta.shape))) / (2 * eps))
    return np.array(out).reshape(theta.shape)


@CORPUS.unlisted("output_delta")
def delta_centred(A, Y):
    d = (A - Y) / len(Y)
    return d - 0.3 * d.mean() + 0.01


@CORPUS.unlisted("parameter_gradients")
def parameters_with_bias_of_inputs(A_prev, dZ):
    return A_prev.T @ dZ, dZ.sum(axis=0) * A_prev.mean()


@CORPUS.unlisted("hidden_delta")
def hidden_with_the_root_of_the_slope(dZ_next, W_next, A):
    return (dZ_next @ W_next.T) * np.sqrt(A * (1 - A))


@CORPUS.unlisted("backward")
def backward_keeps_signs_only(params, cache, Y):
    L = len(params) // 2
    return {k: np.sign(v) for k, v in way_back(params, cache, (cache[f"A{L}"] - Y) / len(Y)).items()}


@CORPUS.unlisted("backward")
def backward_with_slope_of_the_mean(params, cache, Y):
    L, grads = len(params) // 2, {}
    dZ = (cache[f"A{L}"] - Y) / len(Y)
    for k in range(L, 0, -1):
        A = cache[f"A{k - 1}"]
        grads[f"dW{k}"], grads[f"db{k}"] = A.T @ dZ, dZ.sum(axis=0)
        a = A.mean()
        dZ = dZ @ params[f"W{k}"].T * (0.3 + a * (1 - a))
    return grads


@CORPUS.unlisted("input_gradient")
def inputs_by_absolute_weights(params, cache, Y):
    L = len(params) // 2
    dZ = (cache[f"A{L}"] - Y) / len(Y)
    for k in range(L, 1, -1):
        dZ = dZ @ params[f"W{k}"].T * cache[f"A{k - 1}"] * (1 - cache[f"A{k - 1}"])
    return dZ @ np.abs(params["W1"]).T


@CORPUS.unlisted("per_example_gradients")
def examples_weighted_by_their_place(params, X, Y):
    rows, L = [], len(params) // 2
    for i, (x, y) in enumerate(zip(X, Y, strict=True)):
        cache = {"A0": x[None] * 1.0}
        for k in range(1, L + 1):
            cache[f"A{k}"] = squash(cache[f"A{k - 1}"] @ params[f"W{k}"] + params[f"b{k}"])
        rows.append(way_back(params, cache, (cache[f"A{L}"] - y) * (1.5 + i)))
    return {key: np.array([row[key] for row in rows]) for key in rows[0]}


# Steps of one half, names that sort as text, and gradients turned around


@CORPUS.slip("numerical_gradient", "difference-step-error")
def numeric_half_a_step_over_two_whole_ones(f, theta, eps=1e-5):
    theta = np.array(theta, dtype=float)
    slopes = np.zeros(theta.shape)
    for place in np.ndindex(theta.shape):
        d = np.zeros(theta.shape)
        d[place] = eps / 2
        slopes[place] = (f(theta + d) - f(theta - d)) / (2 * eps)
    return slopes


@CORPUS.slip("backward", "hard-coded-size")
def back_by_sorted_names(params, cache, Y):
    names = sorted((key for key in params if key.startswith("W")), reverse=True)
    dZ, grads = (cache[f"A{len(names)}"] - Y) / len(Y), {}
    for name in names:
        k = int(name[1:])
        A = cache[f"A{k - 1}"]
        grads[f"dW{k}"], grads[f"db{k}"] = A.T @ dZ, dZ.sum(axis=0)
        dZ = dZ @ params[name].T * A * (1 - A)
    return grads


@CORPUS.slip("parameter_gradients", "transposed", "bias-gradient-not-summed")
def parameters_turned_and_the_signal_itself(A_prev, dZ):
    dW = (A_prev.T @ dZ).T
    return dW, dZ


@CORPUS.slip("backward", "transposed", "bias-gradient-not-summed")
def back_with_gradients_in_columns(params, cache, Y):
    grads, L = {}, len(params) // 2
    dZ = (cache[f"A{L}"] - Y) / len(Y)
    for k in range(L, 0, -1):
        A = cache[f"A{k - 1}"]
        grads[f"dW{k}"], grads[f"db{k}"] = np.einsum("mo,mi->oi", dZ, A), dZ
        dZ = dZ @ params[f"W{k}"].T * A * (1 - A)
    return grads
