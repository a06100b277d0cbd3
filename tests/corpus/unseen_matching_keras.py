"""Lesson 5 again: answers that were written, and named, before the check was asked."""

from __future__ import annotations

import numpy as np

from tests.corpus.entries import Corpus
from utils.network import backward, binary_cross_entropy, forward

CORPUS = Corpus("05_matching_keras")


def stepped(params, grads, rate):
    return {k: v - rate * grads["d" + k] for k, v in params.items()}


def train(X, Y, params, rate, epochs, size, note, step=stepped, batches=None):
    """Mini-batch descent; `note(batches, before, after)` makes an epoch's entry of the history."""
    history = []
    for _ in range(epochs):
        start, seen = params, []
        for first in batches(len(X), size) if batches else range(0, len(X), size):
            x, y = X[first : first + size], Y[first : first + size]
            A, cache = forward(x, params)
            seen.append((len(x), binary_cross_entropy(y, A)))
            params = step(params, backward(params, cache, y), rate)
        history.append(float(note(seen, start, params)))
    return params, history


def weighted(seen, start, end):
    return sum(k * J for k, J in seen) / sum(k for k, _ in seen)


def adam(params, grads, state, rate, beta_1, beta_2, epsilon, correct, keep=lambda v: v, root=np.sqrt):
    t, new, M, V = state["t"] + 1, {}, {}, {}
    for k, p in params.items():
        g = grads["d" + k]
        m = beta_1 * state["m"][k] + (1 - beta_1) * g
        v = beta_2 * state["v"][k] + (1 - beta_2) * g * g
        new[k] = p - rate * correct(beta_1, beta_2, t) * m / (root(v) + epsilon)
        M[k], V[k] = m, keep(v)
    return new, {"t": t, "m": M, "v": V}


def right_correction(b1, b2, t):
    return np.sqrt(1 - b2**t) / (1 - b1**t)


# One slip


@CORPUS.slip("predict_classes", "argmax-on-column")
def classes_by_argmax_always(A):
    return A.argmax(axis=1)


@CORPUS.slip("predict_classes", "strict-threshold")
def classes_by_rint(A):
    return np.rint(A[:, 0]).astype(int) if A.shape[1] == 1 else A.argmax(axis=-1)


@CORPUS.slip("accuracy", "mean-over-wrong-count")
def accuracy_over_one_fewer(y, y_pred):
    m = len(y)
    return sum(a == b for a, b in zip(y, y_pred, strict=True)) / (m - 1 if m > 1 else m)


@CORPUS.slip("sgd_step", "factor-two")
def step_half_as_long(params, grads, learning_rate):
    return {k: params[k] - 0.5 * learning_rate * grads[f"d{k}"] for k in params}


@CORPUS.slip("sgd_step", "bias-gradient-missing")
def step_of_the_weights(params, grads, learning_rate):
    new = {k: v * 1.0 for k, v in params.items()}
    for k in new:
        if "W" in k:
            new[k] = new[k] - learning_rate * grads["d" + k]
    return new


@CORPUS.slip("fit", "history-before-epoch")
def fit_measures_before_each_epoch(X, Y, params, learning_rate, epochs, batch_size):
    def note(seen, start, end):
        return binary_cross_entropy(Y, forward(X, start)[0])

    return train(X, Y, params, learning_rate, epochs, batch_size, note)


@CORPUS.slip("fit", "last-batch-dropped")
def fit_reports_zero_where_no_batch_is_full(X, Y, params, learning_rate, epochs, batch_size):
    def full(m, size):
        return range(0, m - size + 1, size)

    def note(seen, start, end):
        return weighted(seen, start, end) if seen else 0.0

    return train(X, Y, params, learning_rate, epochs, batch_size, note, batches=full)


@CORPUS.slip("fit", "factor-two")
def fit_in_half_steps(X, Y, params, learning_rate, epochs, batch_size):
    return train(X, Y, params, learning_rate / 2, epochs, batch_size, weighted)


@CORPUS.slip("fit", "labels-swapped")
def fit_notes_the_other_labels(X, Y, params, learning_rate, epochs, batch_size):
    history = []
    for _ in range(epochs):
        total = 0.0
        for i in range(0, len(X), batch_size):
            x, y = X[i : i + batch_size], Y[i : i + batch_size]
            A, cache = forward(x, params)
            total += float(np.sum(-(1 - y) * np.log(A) - y * np.log(1 - A)))
            params = stepped(params, backward(params, cache, y), learning_rate)
        history.append(total / len(X))
    return params, history


@CORPUS.slip("fit", "hard-labels")
def fit_reads_labels_as_yes_or_no(X, Y, params, learning_rate, epochs, batch_size):
    return train(X, (Y > 0.5) * 1.0, params, learning_rate, epochs, batch_size, weighted)


@CORPUS.slip("adam_step", "correction-without-power")
def adam_corrects_as_at_the_first_step(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    def correct(b1, b2, t):
        return np.sqrt(1 - b2) / (1 - b1)

    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, correct)


@CORPUS.slip("adam_step", "root-of-moment")
def adam_keeps_the_root(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, right_correction, keep=np.sqrt)


@CORPUS.slip("adam_step", "root-of-moment")
def adam_without_root(params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    return adam(
        params, grads, state, learning_rate, beta_1, beta_2, epsilon, right_correction, root=lambda v: v
    )


@CORPUS.slip("adam_step", "no-bias-correction")
def adam_corrects_one_moment(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    def correct(b1, b2, t):
        return 1 / (1 - b1**t)

    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, correct)


@CORPUS.slip("standardize", "sample-deviation")
def standardize_with_bessel(X_train, X):
    mu, m = X_train.mean(axis=0), len(X_train)
    s = np.sqrt(((X_train - mu) ** 2).sum(axis=0) / (m - 1)) if m > 1 else np.ones(X_train.shape[1])
    return (X - mu) / np.where(X_train.min(axis=0) == X_train.max(axis=0), 1, s)


@CORPUS.slip("standardize", "test-statistics")
def standardize_by_itself(X_train, X):
    constant = np.ptp(X, axis=0) == 0
    return (X - X.mean(axis=0)) / np.where(constant, 1.0, X.std(axis=0))


@CORPUS.slip("leaky_relu", "larger-branch")
def leaky_relu_as_a_maximum(Z, slope):
    return np.maximum(Z * 1.0, slope * Z)


@CORPUS.slip("leaky_relu_gradient", "derivative-at-zero")
def leaky_slope_of_one_at_zero(Z, slope):
    out = np.full(Z.shape, float(slope))
    out[Z >= 0] = 1.0
    return out


@CORPUS.slip("leaky_relu_gradient", "derivative-at-zero")
def leaky_slope_of_nothing_at_zero(Z, slope):
    return (Z > 0) * 1.0 + slope * (Z < 0)


# Two slips


@CORPUS.slip("fit", "wrong-sign", "unweighted-history")
def fit_climbs_and_averages_plainly(X, Y, params, learning_rate, epochs, batch_size):
    def note(seen, start, end):
        return np.mean([J for _, J in seen])

    return train(X, Y, params, -learning_rate, epochs, batch_size, note)


@CORPUS.slip("fit", "last-batch-dropped", "bias-gradient-missing")
def fit_full_batches_weights_only(X, Y, params, learning_rate, epochs, batch_size):
    def step(params, grads, rate):
        return {k: v - rate * grads["d" + k] if k[0] == "W" else v * 1.0 for k, v in params.items()}

    def note(seen, start, end):
        return sum(k * J for k, J in seen) / len(X)

    def full(m, size):
        return range(0, m - m % size, size)

    return train(X, Y, params, learning_rate, epochs, batch_size, note, step, full)


@CORPUS.slip("adam_step", "no-bias-correction", "epsilon-inside-root")
def adam_plain_with_epsilon_inside(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return adam(
        params, grads, state, learning_rate, beta_1, beta_2, 0.0, lambda *_: 1.0,
        root=lambda v: np.sqrt(v + epsilon),
    )  # fmt: skip


@CORPUS.slip("standardize", "variance-for-deviation", "test-statistics")
def standardize_by_its_own_variance(X_train, X):
    v = X.var(axis=0)
    return (X - X.mean(axis=0)) / np.where(np.ptp(X, axis=0) == 0, 1.0, v)


@CORPUS.slip("sgd_step", "wrong-sign", "bias-gradient-missing")
def step_up_of_the_weights(params, grads, learning_rate):
    return {k: v + learning_rate * grads["d" + k] if k[0] == "W" else v * 1.0 for k, v in params.items()}


# No listed slip


@CORPUS.unlisted("predict_classes")
def classes_from_the_smallest(A):
    return (A[:, 0] >= 0.5).astype(int) if A.shape[1] == 1 else A.argmin(axis=1)


@CORPUS.unlisted("accuracy")
def accuracy_less_chance(y, y_pred):
    return float((np.mean(y == y_pred) - 0.5) / 0.5)


@CORPUS.unlisted("sgd_step")
def step_with_momentum_of_nothing(params, grads, learning_rate):
    return {k: 0.9 * v - learning_rate * grads["d" + k] for k, v in params.items()}


@CORPUS.unlisted("fit")
def fit_with_decay(X, Y, params, learning_rate, epochs, batch_size):
    def step(params, grads, rate):
        return {k: v - rate * (grads["d" + k] + 0.1 * v) for k, v in params.items()}

    return train(X, Y, params, learning_rate, epochs, batch_size, weighted, step)


@CORPUS.unlisted("adam_step")
def adam_of_gradients_to_the_fourth(
    params, grads, state, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7
):
    return adam(params, grads, state, learning_rate, beta_1, beta_2, epsilon, right_correction, root=np.cbrt)


@CORPUS.unlisted("standardize")
def standardize_to_the_unit_interval(X_train, X):
    low, span = X_train.min(axis=0), np.ptp(X_train, axis=0)
    return (X - low) / np.where(span == 0, 1, span)


@CORPUS.unlisted("leaky_relu")
def leaky_relu_capped(Z, slope):
    return np.minimum(np.where(Z > 0, Z, slope * Z), 0.9)


@CORPUS.unlisted("leaky_relu_gradient")
def leaky_slope_of_the_inverse(Z, slope):
    return np.where(Z > 0, 1.0, 1.0 - slope)


# Deviations with m - 1, fixed sizes beside another slip, and an epoch as one batch


@CORPUS.slip("standardize", "sample-deviation", "numerically-unstable")
def standardize_by_a_sample_and_a_zero(X_train, X):
    sd = np.std(X_train, axis=0, ddof=1) if len(X_train) > 1 else np.ones(X.shape[1])
    return (X - np.mean(X_train, axis=0)) / np.where(sd == 0, 1, sd)


@CORPUS.slip("standardize", "sample-deviation", "clipped")
def standardize_by_a_sample_and_a_bit(X_train, X):
    sd = X_train.std(axis=0, ddof=min(1, len(X_train) - 1))
    return (X - X_train.mean(axis=0)) / (sd + 1e-8)


@CORPUS.slip("sgd_step", "hard-coded-size", "wrong-sign")
def sgd_up_in_three_layers(params, grads, learning_rate):
    names = [kind + number for number in "123" for kind in "Wb"]
    return {name: params[name] + learning_rate * grads["d" + name] for name in names}


@CORPUS.slip("sgd_step", "hard-coded-size", "bias-gradient-missing")
def sgd_for_three_matrices(params, grads, learning_rate):
    new = {}
    for k in range(1, 4):
        new[f"W{k}"] = params[f"W{k}"] - learning_rate * grads[f"dW{k}"]
        new[f"b{k}"] = params[f"b{k}"].copy()
    return new


@CORPUS.slip("fit", "ignores-argument", "wrong-sign")
def fit_uphill_with_all_examples(X, Y, params, learning_rate, epochs, batch_size):
    history = []
    for _ in range(epochs):
        A, cache = forward(X, params)
        history.append(binary_cross_entropy(Y, A))
        params = stepped(params, backward(params, cache, Y), -learning_rate)
    return params, history


@CORPUS.slip("fit", "ignores-argument", "unweighted-history")
def fit_all_examples_then_asks_again(X, Y, params, learning_rate, epochs, batch_size):
    history = []
    for _ in range(epochs):
        _, cache = forward(X, params)
        params = stepped(params, backward(params, cache, Y), learning_rate)
        history.append(binary_cross_entropy(Y, forward(X, params)[0]))
    return params, history


@CORPUS.slip("predict_classes", "argmax-on-column", "class-off-by-one")
def classes_of_any_width_from_one(A):
    return np.argmax(A, axis=1) + 1
