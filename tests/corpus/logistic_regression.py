"""Lesson 1, logistic regression, as learners answer it."""

from __future__ import annotations

import math

import numpy as np
from scipy import special

from tests.corpus.entries import Corpus

CORPUS = Corpus("01_logistic_regression")


# The learner's own earlier answers, which later ones may use.


def squash(z):
    """The sigmoid, stable."""
    return np.exp(-np.logaddexp(0, -np.asarray(z, dtype=float)))


def guess(X, w, b):
    return squash(X @ w + b)


def mean_loss(X, y, w, b):
    z = X @ w + b
    return float(np.mean(np.logaddexp(0, z) - y * z))


def slopes(X, y, w, b):
    dz = (guess(X, w, b) - y) / len(y)
    return X.T @ dz, dz.sum()


# 1. sigmoid, right


@CORPUS.right("sigmoid")
def sigmoid_by_masks(z):
    z = np.array(z, dtype=float)
    out = np.empty_like(z)
    big = z >= 0
    out[big] = 1 / (1 + np.exp(-z[big]))
    e = np.exp(z[~big])
    out[~big] = e / (1 + e)
    return out


@CORPUS.right("sigmoid")
def sigmoid_from_tanh(z):
    return 0.5 * (np.tanh(0.5 * z) + 1)


@CORPUS.right("sigmoid")
def sigmoid_from_scipy(z):
    return special.expit(z)


@CORPUS.right("sigmoid")
def sigmoid_with_a_safe_exponent(z):
    return 1 / (1 + np.exp(-np.clip(z, -700, 700)))


@CORPUS.right("sigmoid")
def sigmoid_number_by_number(z):
    if np.ndim(z):
        return np.array([sigmoid_number_by_number(part) for part in z])
    if z < 0:
        return 1 - sigmoid_number_by_number(-z)
    return 1 / (1 + math.exp(-z))


# 1. sigmoid, one slip


@CORPUS.slip("sigmoid", "numerically-unstable")
def sigmoid_as_it_stands(z):
    return 1 / (1 + np.exp(-z))


@CORPUS.slip("sigmoid", "numerically-unstable")
def sigmoid_multiplied_out(z):
    return np.exp(z) / (np.exp(z) + 1)


@CORPUS.slip("sigmoid", "numerically-unstable")
def sigmoid_where_computes_both(z):
    return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


@CORPUS.slip("sigmoid", "wrong-activation")
def sigmoid_is_tanh(z):
    return np.tanh(z)


@CORPUS.slip("sigmoid", "wrong-activation")
def sigmoid_is_relu(z):
    return np.maximum(0.0, z)


@CORPUS.slip("sigmoid", "wrong-activation")
def sigmoid_falls(z):
    return squash(-np.asarray(z))


@CORPUS.slip("sigmoid", "activation-twice")
def sigmoid_of_sigmoid(z):
    return squash(squash(z))


@CORPUS.slip("sigmoid", "integer-truncation")
def sigmoid_into_zeros_like_z(z):
    z = np.asarray(z)
    out = np.zeros_like(z)
    out[...] = squash(z)
    return out


@CORPUS.slip("sigmoid", "extra-axis")
def sigmoid_at_least_a_vector(z):
    return squash(np.atleast_1d(z))


@CORPUS.slip("sigmoid", "mutates-arguments")
def sigmoid_clips_in_place(z):
    z = np.asarray(z)
    np.clip(z, -700, 700, out=z)
    return 1 / (1 + np.exp(-z))


@CORPUS.slip("sigmoid", "clipped")
def sigmoid_clipped_to_ten(z):
    return 1 / (1 + np.exp(-np.clip(z, -10, 10)))


@CORPUS.slip("sigmoid", "clipped")
def sigmoid_kept_off_zero_and_one(z):
    return np.clip(squash(z), 1e-6, 1 - 1e-6)


@CORPUS.slip("sigmoid", "low-precision")
def sigmoid_in_float32(z):
    return squash(z).astype(np.float32)


@CORPUS.slip("sigmoid", "raises")
def sigmoid_with_if(z):
    if z >= 0:
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))


# 1. sigmoid, two slips


@CORPUS.slip("sigmoid", "activation-twice", "numerically-unstable")
def sigmoid_twice_as_it_stands(z):
    s = 1 / (1 + np.exp(-z))
    return 1 / (1 + np.exp(-s))


@CORPUS.slip("sigmoid", "extra-axis", "numerically-unstable")
def sigmoid_at_least_a_vector_as_it_stands(z):
    z = np.atleast_1d(z)
    return 1 / (1 + np.exp(-z))


# 1. sigmoid, wrong in ways without a name


@CORPUS.unlisted("sigmoid")
def sigmoid_to_base_two(z):
    return special.expit(np.multiply(z, math.log(2)))


# 2. predict, right


@CORPUS.right("predict")
def predict_in_loops(X, w, b):
    out = []
    for row in X:
        z = float(b)
        for x, weight in zip(row, w, strict=True):
            z += float(x) * float(weight)
        out.append(1 / (1 + math.exp(-z)))
    return np.array(out)


@CORPUS.right("predict")
def predict_with_einsum(X, w, b):
    return special.expit(np.einsum("ij,j->i", X, w) + b)


@CORPUS.right("predict")
def predict_with_a_column_of_ones(X, w, b):
    ones = np.ones((X.shape[0], 1))
    return squash(np.hstack([X, ones]) @ np.append(w, b))


@CORPUS.right("predict")
def predict_with_matrices(X, w, b):
    z = np.matrix(w) * np.matrix(X).T + b
    return squash(np.asarray(z)).ravel()


@CORPUS.right("predict")
def predict_with_sums_of_products(X, w, b):
    return 1.0 / (1.0 + np.exp(-(np.sum(X * w, axis=1) + b)))


# 2. predict, one slip


@CORPUS.slip("predict", "activation-skipped")
def predict_the_score(X, w, b):
    return X @ w + b


@CORPUS.slip("predict", "activation-twice")
def predict_twice_squashed(X, w, b):
    return squash(guess(X, w, b))


@CORPUS.slip("predict", "bias-skipped")
def predict_without_bias(X, w, b):
    return squash(X.dot(w))


@CORPUS.slip("predict", "wrong-activation")
def predict_with_tanh(X, w, b):
    return np.tanh(X @ w + b)


@CORPUS.slip("predict", "wrong-activation")
def predict_with_softmax(X, w, b):
    e = np.exp(X @ w + b)
    return e / e.sum()


@CORPUS.slip("predict", "wrong-activation")
def predict_the_class(X, w, b):
    return (guess(X, w, b) >= 0.5).astype(float)


@CORPUS.slip("predict", "extra-axis")
def predict_a_column(X, w, b):
    return squash(X @ w.reshape(-1, 1) + b)


@CORPUS.slip("predict", "integer-truncation")
def predict_into_the_type_of_X(X, w, b):
    f = np.zeros(len(X), dtype=X.dtype)
    for i in range(len(X)):
        f[i] = guess(X[i], w, b)
    return f


@CORPUS.slip("predict", "hard-coded-size")
def predict_from_two_features(X, w, b):
    return squash(X[:, 0] * w[0] + X[:, 1] * w[1] + b)


@CORPUS.slip("predict", "needless-mean")
def predict_the_mean(X, w, b):
    return guess(X, w, b).mean()


@CORPUS.slip("predict", "one-example-only")
def predict_the_first_for_all(X, w, b):
    return np.full(len(X), guess(X[0], w, b))


@CORPUS.slip("predict", "low-precision")
def predict_in_float32(X, w, b):
    return squash(X.astype(np.float32) @ w.astype(np.float32) + np.float32(b)).astype("float32")


# 2. predict, two slips


@CORPUS.slip("predict", "activation-skipped", "bias-skipped")
def predict_the_score_without_bias(X, w, b):
    return X @ w


@CORPUS.slip("predict", "activation-twice", "extra-axis")
def predict_twice_squashed_in_a_column(X, w, b):
    return squash(squash(X @ w[:, None] + b))


# 2. predict, wrong in ways without a name


@CORPUS.unlisted("predict")
def predict_with_distances(X, w, b):
    return squash(np.sum((X - w) ** 2, axis=1) + b)


# 3. loss, right


@CORPUS.right("loss")
def loss_in_loops(f, y):
    out = np.zeros(len(f))
    for i in range(len(f)):
        out[i] = -float(y[i]) * math.log(f[i]) - (1 - float(y[i])) * math.log(1 - f[i])
    return out


@CORPUS.right("loss")
def loss_with_one_minus_sign(f, y):
    return -(np.multiply(y, np.log(f)) + np.multiply(1 - y, np.log(1 - f)))


@CORPUS.right("loss")
def loss_from_scipy(f, y):
    return -special.xlogy(y, f) - special.xlog1py(1 - y, -f)


@CORPUS.right("loss")
def loss_of_both_cases_stacked(f, y):
    shares = np.stack([y, 1 - y])
    return np.einsum("ki,ki->i", shares, -np.log(np.stack([f, 1 - f])))


@CORPUS.right("loss")
def loss_from_the_odds(f, y):
    return y * np.log((1 - f) / f) - np.log(1 - f)


# 3. loss, one slip


@CORPUS.slip("loss", "positive-term-only")
def loss_of_nines_only(f, y):
    return -y * np.log(f)


@CORPUS.slip("loss", "labels-swapped")
def loss_with_labels_swapped(f, y):
    return -(1 - y) * np.log(f) - y * np.log(1 - f)


@CORPUS.slip("loss", "wrong-log-base")
def loss_in_bits(f, y):
    return -y * np.log2(f) - (1 - y) * np.log2(1 - f)


@CORPUS.slip("loss", "wrong-log-base")
def loss_in_log10(f, y):
    return -(y * np.log10(f) + (1 - y) * np.log10(1 - f))


@CORPUS.slip("loss", "wrong-sign")
def loss_without_the_minus(f, y):
    return y * np.log(f) + (1 - y) * np.log(1 - f)


@CORPUS.slip("loss", "wrong-sign")
def loss_with_plus_before_the_second_term(f, y):
    return -y * np.log(f) + (1 - y) * np.log(1 - f)


@CORPUS.slip("loss", "needless-mean")
def loss_averaged(f, y):
    return np.mean(-y * np.log(f) - (1 - y) * np.log(1 - f))


@CORPUS.slip("loss", "clipped")
def loss_with_a_small_number(f, y):
    tiny = 1e-7
    return -y * np.log(f + tiny) - (1 - y) * np.log(1 - f + tiny)


@CORPUS.slip("loss", "integer-truncation")
def loss_into_zeros_like_y(f, y):
    out = np.zeros_like(y)
    for i in range(len(y)):
        out[i] = -y[i] * np.log(f[i]) - (1 - y[i]) * np.log(1 - f[i])
    return out


@CORPUS.slip("loss", "mutates-arguments")
def loss_takes_logs_in_place(f, y):
    second = (1 - y) * np.log(1 - f)
    np.log(f, out=f)
    return -y * f - second


@CORPUS.slip("loss", "extra-axis")
def loss_in_a_column(f, y):
    f, y = f.reshape(-1, 1), y.reshape(-1, 1)
    return -y * np.log(f) - (1 - y) * np.log(1 - f)


@CORPUS.slip("loss", "raises")
def loss_with_if(f, y):
    if y == 1:
        return -np.log(f)
    return -np.log(1 - f)


# 3. loss, two slips


@CORPUS.slip("loss", "positive-term-only", "wrong-log-base")
def loss_of_nines_only_in_bits(f, y):
    return -y * np.log2(f)


@CORPUS.slip("loss", "labels-swapped", "wrong-sign")
def loss_with_labels_swapped_without_the_minus(f, y):
    return (1 - y) * np.log(f) + y * np.log(1 - f)


# 3. loss, wrong in ways without a name


@CORPUS.unlisted("loss")
def loss_squared(f, y):
    return (f - y) ** 2


@CORPUS.unlisted("loss")
def loss_absolute(f, y):
    return np.abs(f - y)


@CORPUS.slip("loss", "hard-labels")
def loss_of_nine_or_else_four(f, y):
    return np.where(y == 1, -np.log(f), -np.log(1 - f))


# 4. cost, right


@CORPUS.right("cost")
def cost_with_logaddexp(X, y, w, b):
    z = np.dot(X, w) + b
    return np.logaddexp(0, z).mean() - np.dot(y, z) / len(y)


@CORPUS.right("cost")
def cost_in_loops(X, y, w, b):
    total = 0.0
    for row, label in zip(X, y, strict=True):
        z = sum(float(x) * float(v) for x, v in zip(row, w, strict=True)) + float(b)
        if z > 0:
            total += z + math.log1p(math.exp(-z)) - label * z
        else:
            total += math.log1p(math.exp(z)) - label * z
    return total / len(X)


@CORPUS.right("cost")
def cost_from_log_expit(X, y, w, b):
    z = X @ w + b
    return -np.mean(y * special.log_expit(z) + (1 - y) * special.log_expit(-z))


@CORPUS.right("cost")
def cost_as_keras_has_it(X, y, w, b):
    z = X @ w + b
    losses = np.where(z > 0, z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
    return np.asarray(math.fsum(losses) / losses.size)


@CORPUS.right("cost")
def cost_of_columns(X, y, w, b):
    z = X @ w[:, None] + b
    Y = y[:, None]
    surprise = Y * np.logaddexp(0, -z) + (1 - Y) * np.logaddexp(0, z)
    return np.average(surprise).item()


# 4. cost, one slip


@CORPUS.slip("cost", "numerically-unstable")
def cost_through_the_predictions(X, y, w, b):
    f = guess(X, w, b)
    return np.mean(-y * np.log(f) - (1 - y) * np.log(1 - f))


@CORPUS.slip("cost", "numerically-unstable")
def cost_with_log_of_one_plus_exp(X, y, w, b):
    z = X @ w + b
    return float(np.mean(np.log(1 + np.exp(z)) - y * z))


@CORPUS.slip("cost", "clipped")
def cost_of_clipped_predictions(X, y, w, b):
    f = np.clip(guess(X, w, b), 1e-12, 1 - 1e-12)
    return np.mean(-y * np.log(f) - (1 - y) * np.log(1 - f))


@CORPUS.slip("cost", "clipped")
def cost_with_a_small_number(X, y, w, b):
    f = guess(X, w, b)
    return -np.mean(y * np.log(f + 1e-8) + (1 - y) * np.log(1 - f + 1e-8))


@CORPUS.slip("cost", "clipped")
def cost_of_clipped_scores(X, y, w, b):
    z = np.clip(X @ w + b, -500, 500)
    return np.mean(np.log1p(np.exp(z)) - y * z)


@CORPUS.slip("cost", "missing-mean")
def cost_summed(X, y, w, b):
    z = X @ w + b
    return np.sum(np.logaddexp(0, z) - y * z)


@CORPUS.slip("cost", "double-mean")
def cost_averaged_twice(X, y, w, b):
    z = X @ w + b
    return np.mean(np.logaddexp(0, z) - y * z) / len(X)


@CORPUS.slip("cost", "mean-over-wrong-count")
def cost_over_the_features(X, y, w, b):
    z = X @ w + b
    return np.sum(np.logaddexp(0, z) - y * z) / X.shape[1]


@CORPUS.slip("cost", "positive-term-only")
def cost_of_nines_only(X, y, w, b):
    return np.mean(y * np.logaddexp(0, -(X @ w + b)))


@CORPUS.slip("cost", "labels-swapped")
def cost_with_labels_swapped(X, y, w, b):
    z = X @ w + b
    return np.mean(np.logaddexp(0, z) - (1 - y) * z)


@CORPUS.slip("cost", "wrong-log-base")
def cost_in_bits(X, y, w, b):
    return mean_loss(X, y, w, b) / math.log(2)


@CORPUS.slip("cost", "bias-skipped")
def cost_without_bias(X, y, w, b):
    z = X @ w
    return np.mean(np.logaddexp(0, z) - y * z)


@CORPUS.slip("cost", "wrong-sign")
def cost_as_log_likelihood(X, y, w, b):
    z = X @ w + b
    return np.mean(y * z - np.logaddexp(0, z))


@CORPUS.slip("cost", "factor-two")
def cost_over_two_m(X, y, w, b):
    z = X @ w + b
    return np.sum(np.logaddexp(0, z) - y * z) / (2 * len(y))


@CORPUS.slip("cost", "not-a-scalar")
def cost_with_its_axis_kept(X, y, w, b):
    z = X @ w + b
    return np.mean(np.logaddexp(0, z) - y * z, keepdims=True)


@CORPUS.slip("cost", "mutates-arguments")
def cost_turns_the_labels_in_place(X, y, w, b):
    z = X @ w + b
    np.subtract(1, y, out=y)
    return np.mean(np.logaddexp(0, -z) + y * z)


# 4. cost, two slips


@CORPUS.slip("cost", "missing-mean", "bias-skipped")
def cost_summed_without_bias(X, y, w, b):
    z = X @ w
    return np.sum(np.logaddexp(0, z) - y * z)


@CORPUS.slip("cost", "missing-mean", "numerically-unstable")
def cost_summed_through_the_predictions(X, y, w, b):
    f = guess(X, w, b)
    return -np.sum(y * np.log(f) + (1 - y) * np.log(1 - f))


# 4. cost, wrong in ways without a name


@CORPUS.unlisted("cost")
def cost_squared(X, y, w, b):
    return np.mean((guess(X, w, b) - y) ** 2)


@CORPUS.unlisted("cost")
def cost_with_a_penalty(X, y, w, b):
    return mean_loss(X, y, w, b) + 0.01 * np.sum(w**2)


# 5. gradient, right


@CORPUS.right("gradient")
def gradient_in_loops(X, y, w, b):
    m, n = X.shape
    dw, db = [0.0] * n, 0.0
    for i in range(m):
        z = sum(float(X[i, j]) * float(w[j]) for j in range(n)) + b
        error = 1 / (1 + math.exp(-z)) - float(y[i])
        db += error / m
        for j in range(n):
            dw[j] += error * float(X[i, j]) / m
    return np.array(dw), db


@CORPUS.right("gradient")
def gradient_with_einsum(X, y, w, b):
    error = guess(X, w, b) - y
    return np.einsum("i,ij->j", error, X) / len(X), np.einsum("i->", error) / len(X)


@CORPUS.right("gradient")
def gradient_as_a_mean_of_rows(X, y, w, b):
    error = guess(X, w, b) - y
    return np.mean(error[:, None] * X, axis=0), np.mean(error)


@CORPUS.right("gradient")
def gradient_with_a_column_of_ones(X, y, w, b):
    wide = np.c_[X, np.ones(len(X))]
    both = (special.expit(wide @ np.append(w, b)) - y) @ wide / len(X)
    return both[:-1], both[-1].item()


@CORPUS.right("gradient")
def gradient_with_matrices(X, y, w, b):
    error = np.matrix(guess(X, w, b) - y)
    return np.asarray(error * np.matrix(X) / len(X)).ravel(), np.array(error.mean())


# 5. gradient, one slip


@CORPUS.slip("gradient", "missing-mean")
def gradient_summed(X, y, w, b):
    dz = guess(X, w, b) - y
    return X.T @ dz, dz.sum()


@CORPUS.slip("gradient", "missing-mean")
def gradient_with_the_bias_summed(X, y, w, b):
    dz = guess(X, w, b) - y
    return X.T @ dz / len(X), np.sum(dz)


@CORPUS.slip("gradient", "double-mean")
def gradient_averaged_twice(X, y, w, b):
    dz = (guess(X, w, b) - y) / len(X)
    return X.T @ dz / len(X), dz.mean()


@CORPUS.slip("gradient", "mean-over-wrong-count")
def gradient_over_all_entries(X, y, w, b):
    dz = guess(X, w, b) - y
    return X.T @ dz / X.size, dz.sum() / X.size


@CORPUS.slip("gradient", "wrong-sign")
def gradient_label_minus_prediction(X, y, w, b):
    dz = (y - guess(X, w, b)) / len(y)
    return X.T @ dz, dz.sum()


@CORPUS.slip("gradient", "extra-activation-derivative")
def gradient_to_be_on_the_safe_side(X, y, w, b):
    f = guess(X, w, b)
    dz = (f - y) * f * (1 - f) / len(y)
    return X.T @ dz, dz.sum()


@CORPUS.slip("gradient", "activation-skipped")
def gradient_of_a_linear_model(X, y, w, b):
    dz = (X @ w + b - y) / len(y)
    return X.T @ dz, dz.sum()


@CORPUS.slip("gradient", "bias-skipped")
def gradient_without_bias_in_the_score(X, y, w, b):
    dz = (squash(X @ w) - y) / len(y)
    return X.T @ dz, dz.sum()


@CORPUS.slip("gradient", "bias-gradient-missing")
def gradient_with_a_bias_of_zero(X, y, w, b):
    return slopes(X, y, w, b)[0], 0.0


@CORPUS.slip("gradient", "bias-gradient-not-summed")
def gradient_with_a_bias_for_each(X, y, w, b):
    dz = (guess(X, w, b) - y) / len(y)
    return X.T @ dz, dz


@CORPUS.slip("gradient", "labels-swapped")
def gradient_with_labels_swapped(X, y, w, b):
    return slopes(X, 1 - y, w, b)


@CORPUS.slip("gradient", "swapped-outputs")
def gradient_bias_first(X, y, w, b):
    dw, db = slopes(X, y, w, b)
    return db, dw


@CORPUS.slip("gradient", "factor-two")
def gradient_with_the_two_of_a_square(X, y, w, b):
    dz = 2 * (guess(X, w, b) - y) / len(y)
    return X.T @ dz, dz.sum()


@CORPUS.slip("gradient", "extra-axis")
def gradient_in_a_column(X, y, w, b):
    dz = (guess(X, w, b) - y)[:, None] / len(y)
    return X.T @ dz, dz.sum()


@CORPUS.slip("gradient", "not-a-scalar")
def gradient_with_a_bias_in_an_array(X, y, w, b):
    dz = (guess(X, w, b) - y) / len(y)
    return X.T @ dz, dz.sum(keepdims=True)


@CORPUS.slip("gradient", "integer-truncation")
def gradient_into_zeros_like_w(X, y, w, b):
    dw = np.zeros_like(w)
    right, db = slopes(X, y, w, b)
    for j in range(len(w)):
        dw[j] = right[j]
    return dw, db


@CORPUS.slip("gradient", "integer-truncation")
def gradient_with_errors_like_the_labels(X, y, w, b):
    errors = np.zeros_like(y)
    errors[:] = guess(X, w, b) - y
    return X.T @ errors / len(y), errors.mean()


@CORPUS.slip("gradient", "one-example-only")
def gradient_of_the_first_example(X, y, w, b):
    return slopes(X[:1], y[:1], w, b)


@CORPUS.slip("gradient", "missing-one-hot")
def gradient_without_the_label(X, y, w, b):
    dz = guess(X, w, b) / len(y)
    return X.T @ dz, dz.sum()


@CORPUS.slip("gradient", "wrong-keys")
def gradient_of_the_weights_alone(X, y, w, b):
    return (slopes(X, y, w, b)[0],)


@CORPUS.slip("gradient", "raises")
def gradient_without_transposing(X, y, w, b):
    dz = (guess(X, w, b) - y) / len(y)
    return X[:, :, None] @ dz, dz.sum()


# 5. gradient, two slips


@CORPUS.slip("gradient", "missing-mean", "wrong-sign")
def gradient_summed_label_minus_prediction(X, y, w, b):
    dz = y - guess(X, w, b)
    return X.T @ dz, dz.sum()


@CORPUS.slip("gradient", "extra-activation-derivative", "factor-two")
def gradient_of_a_mean_of_squares(X, y, w, b):
    f = guess(X, w, b)
    dz = 2 * (f - y) * f * (1 - f) / len(y)
    return X.T @ dz, dz.sum()


@CORPUS.slip("gradient", "bias-skipped", "missing-mean")
def gradient_summed_without_bias_in_the_score(X, y, w, b):
    dz = squash(X @ w) - y
    return X.T @ dz, dz.sum()


# 5. gradient, wrong in ways without a name


@CORPUS.unlisted("gradient")
def gradient_with_a_penalty(X, y, w, b):
    dw, db = slopes(X, y, w, b)
    return dw + 0.1 * w, db


@CORPUS.unlisted("gradient")
def gradient_of_absolute_errors(X, y, w, b):
    dz = np.abs(guess(X, w, b) - y) / len(y)
    return X.T @ dz, dz.sum()


# 6. gradient_descent, right


@CORPUS.right("gradient_descent")
def descent_as_it_is_told(X, y, w, b, learning_rate, iterations):
    history = []
    while len(history) < iterations:
        dw, db = slopes(X, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
        history += [mean_loss(X, y, w, b)]
    return w, b, history


@CORPUS.right("gradient_descent")
def descent_in_a_copy(X, y, w, b, learning_rate, iterations):
    w = np.array(w, dtype=np.float64)
    history = [0.0] * iterations
    for k in range(iterations):
        dw, db = slopes(X, y, w, b)
        w -= learning_rate * dw
        b -= learning_rate * db
        history[k] = mean_loss(X, y, w, b)
    return w, float(b), history


@CORPUS.right("gradient_descent")
def descent_of_one_array(X, y, w, b, learning_rate, iterations):
    wide, theta = np.c_[X, np.ones(len(X))], np.append(w, b).astype(float)
    history = []
    for _ in range(iterations):
        theta = theta - learning_rate * ((special.expit(wide @ theta) - y) @ wide) / len(y)
        z = wide @ theta
        history.append(np.mean(np.logaddexp(0, z) - y * z))
    return theta[:-1].copy(), theta[-1], history


@CORPUS.right("gradient_descent")
def descent_by_recursion(X, y, w, b, learning_rate, iterations):
    if iterations == 0:
        return w, b, []
    w, b, history = descent_by_recursion(X, y, w, b, learning_rate, iterations - 1)
    dw, db = slopes(X, y, w, b)
    w, b = w - dw * learning_rate, np.array(b - db * learning_rate)
    return w, b, [*history, mean_loss(X, y, w, b)]


@CORPUS.right("gradient_descent")
def descent_in_python_floats(X, y, w, b, learning_rate, iterations):
    rows, weights, bias, history = X.tolist(), [float(v) for v in w], float(b), []
    for _ in range(iterations):
        errors = []
        for row, label in zip(rows, y, strict=True):
            z = sum(x * v for x, v in zip(row, weights, strict=True)) + bias
            errors.append(float(squash(z)) - float(label))
        for j in range(len(weights)):
            mean = sum(e * row[j] for e, row in zip(errors, rows, strict=True)) / len(rows)
            weights[j] -= learning_rate * mean
        bias -= learning_rate * sum(errors) / len(rows)
        history.append(mean_loss(X, y, np.array(weights), bias))
    return np.array(weights), bias, history


# 6. gradient_descent, one slip


def descend(X, y, w, b, rate, iterations, gradient=slopes, cost=mean_loss):
    """The loop of a learner whose mistake lies elsewhere."""
    history = []
    for _ in range(iterations):
        dw, db = gradient(X, y, w, b)
        w, b = w - rate * dw, b - rate * db
        history.append(cost(X, y, w, b))
    return w, b, history


@CORPUS.slip("gradient_descent", "history-before-update")
def descent_notes_the_cost_first(X, y, w, b, learning_rate, iterations):
    history = []
    for _ in range(iterations):
        history.append(mean_loss(X, y, w, b))
        dw, db = slopes(X, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, history


@CORPUS.slip("gradient_descent", "sequential-update")
def descent_weights_first(X, y, w, b, learning_rate, iterations):
    history = []
    for _ in range(iterations):
        w = w - learning_rate * slopes(X, y, w, b)[0]
        b = b - learning_rate * slopes(X, y, w, b)[1]
        history.append(mean_loss(X, y, w, b))
    return w, b, history


@CORPUS.slip("gradient_descent", "sequential-update")
def descent_bias_first(X, y, w, b, learning_rate, iterations):
    history = []
    for _ in range(iterations):
        b = b - learning_rate * slopes(X, y, w, b)[1]
        w = w - learning_rate * slopes(X, y, w, b)[0]
        history.append(mean_loss(X, y, w, b))
    return w, b, history


@CORPUS.slip("gradient_descent", "wrong-sign")
def descent_uphill(X, y, w, b, learning_rate, iterations):
    return descend(X, y, w, b, -learning_rate, iterations)


@CORPUS.slip("gradient_descent", "missing-mean")
def descent_with_summed_gradients(X, y, w, b, learning_rate, iterations):
    return descend(X, y, w, b, learning_rate, iterations, gradient=gradient_summed)


@CORPUS.slip("gradient_descent", "missing-mean")
def descent_notes_the_sum(X, y, w, b, learning_rate, iterations):
    return descend(X, y, w, b, learning_rate, iterations, cost=cost_summed)


@CORPUS.slip("gradient_descent", "mutates-arguments")
def descent_in_place(X, y, w, b, learning_rate, iterations):
    w = np.asarray(w, dtype=float)
    history = []
    for _ in range(iterations):
        dw, db = slopes(X, y, w, b)
        w -= learning_rate * dw
        b -= learning_rate * db
        history.append(mean_loss(X, y, w, b))
    return w, b, history


@CORPUS.slip("gradient_descent", "integer-truncation")
def descent_into_a_copy_of_its_type(X, y, w, b, learning_rate, iterations):
    w, history = w.copy(), []
    for _ in range(iterations):
        dw, db = slopes(X, y, w, b)
        w[:] = w - learning_rate * dw
        b = b - learning_rate * db
        history.append(mean_loss(X, y, w, b))
    return w, b, history


@CORPUS.slip("gradient_descent", "wrong-keys")
def descent_without_history(X, y, w, b, learning_rate, iterations):
    return descend(X, y, w, b, learning_rate, iterations)[:2]


@CORPUS.slip("gradient_descent", "bias-gradient-missing")
def descent_of_the_weights_alone(X, y, w, b, learning_rate, iterations):
    return descend(X, y, w, b, learning_rate, iterations, gradient=gradient_with_a_bias_of_zero)


@CORPUS.slip("gradient_descent", "extra-activation-derivative")
def descent_on_the_safe_side(X, y, w, b, learning_rate, iterations):
    return descend(X, y, w, b, learning_rate, iterations, gradient=gradient_to_be_on_the_safe_side)


@CORPUS.slip("gradient_descent", "ignores-argument")
def descent_at_a_rate_of_its_own(X, y, w, b, learning_rate, iterations):
    return descend(X, y, w, b, 0.1, iterations)


@CORPUS.slip("gradient_descent", "ignores-argument")
def descent_of_a_hundred_steps(X, y, w, b, learning_rate, iterations):
    return descend(X, y, w, b, learning_rate, 100)


@CORPUS.slip("gradient_descent", "swapped-outputs")
def descent_bias_returned_first(X, y, w, b, learning_rate, iterations):
    w, b, history = descend(X, y, w, b, learning_rate, iterations)
    return b, w, history


@CORPUS.slip("gradient_descent", "one-example-only")
def descent_on_the_first_example(X, y, w, b, learning_rate, iterations):
    return descend(X, y, w, b, learning_rate, iterations, gradient=gradient_of_the_first_example)


# 6. gradient_descent, two slips


@CORPUS.slip("gradient_descent", "wrong-sign", "history-before-update")
def descent_uphill_notes_the_cost_first(X, y, w, b, learning_rate, iterations):
    return descent_notes_the_cost_first(X, y, w, b, -learning_rate, iterations)


@CORPUS.slip("gradient_descent", "missing-mean", "history-before-update")
def descent_with_summed_gradients_notes_the_cost_first(X, y, w, b, learning_rate, iterations):
    history = []
    for _ in range(iterations):
        history.append(mean_loss(X, y, w, b))
        dw, db = gradient_summed(X, y, w, b)
        w, b = w - learning_rate * dw, b - learning_rate * db
    return w, b, history


# 6. gradient_descent, wrong in ways without a name


@CORPUS.unlisted("gradient_descent")
def descent_with_momentum(X, y, w, b, learning_rate, iterations):
    vw, vb, history = 0.0, 0.0, []
    for _ in range(iterations):
        dw, db = slopes(X, y, w, b)
        vw, vb = 0.5 * vw + dw, 0.5 * vb + db
        w, b = w - 0.5 * learning_rate * vw, b - 0.5 * learning_rate * vb
        history.append(mean_loss(X, y, w, b))
    return w, b, history


@CORPUS.unlisted("gradient_descent")
def descent_notes_the_start_too(X, y, w, b, learning_rate, iterations):
    start = mean_loss(X, y, w, b)
    w, b, history = descend(X, y, w, b, learning_rate, iterations)
    return w, b, [start, *history]


# More answers, and what they share


def softplus(z):
    return np.logaddexp(0, z)


@CORPUS.slip("loss", "factor-two")
def loss_halved(f, y):
    return 0.5 * (-y * np.log(f) - (1 - y) * np.log1p(-f))


@CORPUS.slip("cost", "one-example-only")
def cost_returns_inside_loop(X, y, w, b):
    for x, t in zip(X, y, strict=True):
        z = x @ w + b
        return float(softplus(z) - t * z)
    return 0.0


@CORPUS.slip("gradient", "mean-over-wrong-count")
def gradient_over_features(X, y, w, b):
    r = squash(X @ w + b) - y
    return X.T @ r / X.shape[1], float(r.mean())


@CORPUS.slip("gradient", "one-example-only")
def gradient_last_example(X, y, w, b):
    return slopes(X[-1:], y[-1:], w, b)


@CORPUS.slip("gradient", "constant-factor")
def gradient_three_for_bias(X, y, w, b):
    dw, db = slopes(X, y, w, b)
    return dw, 3 * db


@CORPUS.slip("sigmoid", "low-precision", "numerically-unstable")
def sigmoid_single_and_naive(z):
    e = np.exp(np.asarray(z, dtype=np.float32))
    return e / (1 + e)


@CORPUS.slip("predict", "bias-skipped", "extra-axis")
def predict_column_without_bias(X, w, b):
    return squash(X.dot(w[:, np.newaxis]))


@CORPUS.slip("loss", "wrong-log-base", "wrong-sign")
def loss_bits_positive(f, y):
    return y * np.log2(f) + (1 - y) * np.log2(1 - f)


@CORPUS.slip("loss", "positive-term-only", "wrong-sign")
def loss_positive_only_sign(f, y):
    return np.multiply(y, np.log(f))


@CORPUS.slip("cost", "bias-skipped", "labels-swapped")
def cost_no_bias_turned(X, y, w, b):
    z = X @ w
    return np.mean(softplus(z) - (1 - y) * z)


@CORPUS.slip("gradient", "activation-skipped", "missing-mean")
def gradient_least_squares_sum(X, y, w, b):
    r = X @ w + b - y
    return r @ X, float(r.sum())


@CORPUS.slip("gradient", "bias-gradient-missing", "missing-mean")
def gradient_sum_no_bias(X, y, w, b):
    return X.T @ (squash(X @ w + b) - y), 0.0


@CORPUS.slip("gradient_descent", "history-before-update", "sequential-update")
def descent_two_habits(X, y, w, b, learning_rate, iterations):
    hist = []
    for _ in range(iterations):
        hist.append(mean_loss(X, y, w, b))
        w = w - learning_rate * slopes(X, y, w, b)[0]
        b = b - learning_rate * slopes(X, y, w, b)[1]
    return w, b, hist


@CORPUS.slip("gradient_descent", "missing-mean", "sequential-update")
def descent_sum_in_turn(X, y, w, b, learning_rate, iterations):
    hist = []
    for _ in range(iterations):
        w = w - learning_rate * X.T @ (squash(X @ w + b) - y)
        b = b - learning_rate * np.sum(squash(X @ w + b) - y)
        hist.append(mean_loss(X, y, w, b))
    return w, b, hist


@CORPUS.unlisted("predict")
def predict_bias_each_feature(X, w, b):
    z = np.zeros(len(X))
    for j in range(len(w)):
        z += X[:, j] * w[j] + b
    return squash(z)


@CORPUS.unlisted("predict")
def predict_bias_outside(X, w, b):
    return squash(X @ w) + b


@CORPUS.unlisted("predict")
def predict_forgets_last_feature(X, w, b):
    z = b
    for j in range(len(w) - 1):
        z = z + X[:, j] * w[j]
    return squash(z + np.zeros(len(X)))


@CORPUS.unlisted("loss")
def loss_of_one_log(f, y):
    return -np.log(y * f + (1 - y) * (1 - f))


@CORPUS.unlisted("loss")
def loss_negative_weighted(f, y):
    return -y * np.log(f) - 0.9 * (1 - y) * np.log(1 - f)


@CORPUS.unlisted("cost")
def cost_median(X, y, w, b):
    z = X @ w + b
    return float(np.median(softplus(z) - y * z))


@CORPUS.unlisted("cost")
def cost_hinge(X, y, w, b):
    z = X @ w + b
    return float(np.mean(np.maximum(0, 1 - (2 * y - 1) * z)))


@CORPUS.unlisted("gradient")
def gradient_bias_from_weights(X, y, w, b):
    dw, _ = slopes(X, y, w, b)
    return dw, float(dw.mean())


@CORPUS.unlisted("gradient")
def gradient_signs(X, y, w, b):
    dw, db = slopes(X, y, w, b)
    return np.sign(dw), float(np.sign(db))


@CORPUS.unlisted("gradient_descent")
def descent_rate_decays(X, y, w, b, learning_rate, iterations):
    hist = []
    for i in range(iterations):
        dw, db = slopes(X, y, w, b)
        rate = learning_rate / (1 + i)
        w, b = w - rate * dw, b - rate * db
        hist.append(mean_loss(X, y, w, b))
    return w, b, hist


@CORPUS.unlisted("gradient_descent")
def descent_stochastic(X, y, w, b, learning_rate, iterations):
    hist = []
    for _ in range(iterations):
        for x, t in zip(X, y, strict=True):
            dw, db = slopes(x[None], np.array([t]), w, b)
            w, b = w - learning_rate * dw, b - learning_rate * db
        hist.append(mean_loss(X, y, w, b))
    return w, b, hist


# Wrong for arguments that are stored by columns, alike, next to 0 or integers


@CORPUS.unlisted("gradient")
def gradient_with_labels_by_row(X, y, w, b):
    label_of = {tuple(row): label for row, label in zip(X, y, strict=True)}
    error = guess(X, w, b) - np.array([label_of[tuple(row)] for row in X])
    return X.T @ error / len(X), error.mean()
