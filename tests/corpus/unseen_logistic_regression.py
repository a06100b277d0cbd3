"""Lesson 1 again: answers that were written, and named, before the check was asked."""

from __future__ import annotations

import math

import numpy as np

from tests.corpus.entries import Corpus

CORPUS = Corpus("01_logistic_regression")


def squash(z):
    e = np.exp(-np.abs(z))
    return np.where(np.asarray(z) >= 0, 1.0, e) / (1.0 + e)


def softplus(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


# One slip


@CORPUS.slip("sigmoid", "numerically-unstable")
def sigmoid_as_taught(z):
    power = np.power(math.e, -np.asarray(z, dtype=float))
    return np.reciprocal(1.0 + power)


@CORPUS.slip("sigmoid", "wrong-activation")
def sigmoid_hyperbolic(z):
    up, down = np.exp(np.clip(z, -300, 300)), np.exp(-np.clip(z, -300, 300))
    return (up - down) / (up + down)


@CORPUS.slip("sigmoid", "clipped")
def sigmoid_between_floors(z):
    a = squash(z)
    return np.minimum(np.maximum(a, 1e-5), 1 - 1e-5)


@CORPUS.slip("predict", "bias-skipped")
def predict_sums_products(X, w, b):
    score = np.zeros(len(X))
    for j in range(len(w)):
        score = score + X[:, j] * w[j]
    return squash(score)


@CORPUS.slip("predict", "activation-skipped")
def predict_returns_scores(X, w, b):
    return np.array([float(np.dot(w, x)) + b for x in X])


@CORPUS.slip("loss", "hard-labels")
def loss_by_cases(f, y):
    each = []
    for prediction, label in zip(f, y, strict=True):
        if label == 1:
            each.append(-math.log(prediction))
        else:
            each.append(-math.log(1 - prediction))
    return np.array(each)


@CORPUS.slip("loss", "hard-labels")
def loss_of_the_likelier_class(f, y):
    return -np.log(np.where(y > 0.5, f, 1 - f))


@CORPUS.slip("loss", "positive-term-only")
def loss_of_the_ones(f, y):
    return np.multiply(y, -np.log(f))


@CORPUS.slip("loss", "needless-mean")
def loss_of_the_batch(f, y):
    return float(np.average(-(y * np.log(f)) - (1 - y) * np.log1p(-f)))


@CORPUS.slip("cost", "hard-labels")
def cost_by_cases(X, y, w, b):
    total = 0.0
    for x, label in zip(X, y, strict=True):
        z = float(np.dot(x, w)) + b
        total += softplus(-z) if label == 1 else softplus(z)
    return float(total / len(y))


@CORPUS.slip("cost", "mean-over-wrong-count")
def cost_over_one_example_fewer(X, y, w, b):
    z = X.dot(w) + b
    return float(np.sum(softplus(z) - y * z) / max(len(y) - 1, 1))


@CORPUS.slip("cost", "missing-mean")
def cost_adds_up(X, y, w, b):
    J = 0.0
    for i in range(X.shape[0]):
        z = sum(X[i][j] * w[j] for j in range(X.shape[1])) + b
        J += softplus(z) - y[i] * z
    return float(J)


@CORPUS.slip("gradient", "hard-labels")
def gradient_with_a_branch(X, y, w, b):
    f = squash(X @ w + b)
    error = np.where(y == 1, f - 1, f)
    return X.T @ error / len(y), float(error.mean())


@CORPUS.slip("gradient", "mean-over-wrong-count")
def gradient_with_bessel(X, y, w, b):
    m = len(y)
    error = squash(X @ w + b) - y
    divisor = m - 1 if m > 1 else 1
    return error @ X / divisor, float(error.sum() / divisor)


@CORPUS.slip("gradient", "double-mean")
def gradient_mean_of_the_mean(X, y, w, b):
    m = X.shape[0]
    error = (squash(X.dot(w) + b) - y) / m
    return (X * error[:, None]).mean(axis=0), error.mean()


@CORPUS.slip("gradient_descent", "history-before-update")
def descent_notes_first(X, y, w, b, learning_rate, iterations):
    history = []
    while len(history) < iterations:
        z = X @ w + b
        history.append(float(np.mean(softplus(z) - y * z)))
        d = squash(z) - y
        w, b = w - learning_rate * X.T @ d / len(y), b - learning_rate * d.mean()
    return w, float(b), history


@CORPUS.slip("gradient_descent", "factor-two")
def descent_in_half_steps(X, y, w, b, learning_rate, iterations):
    history = []
    for _ in range(iterations):
        d = squash(X @ w + b) - y
        w = w - learning_rate / 2 * (X.T @ d) / len(y)
        b = b - learning_rate / 2 * d.mean()
        z = X @ w + b
        history.append(float(np.mean(softplus(z) - y * z)))
    return w, float(b), history


# Two slips


@CORPUS.slip("predict", "bias-skipped", "activation-twice")
def predict_squashes_again(X, w, b):
    return squash(squash(X @ w))


@CORPUS.slip("loss", "wrong-sign", "wrong-log-base")
def loss_in_bits_below_zero(f, y):
    return y * np.log2(f) + (1 - y) * np.log2(1 - f)


@CORPUS.slip("cost", "missing-mean", "labels-swapped")
def cost_of_the_other_label(X, y, w, b):
    z = X @ w + b
    return float(sum(softplus(z) - (1 - y) * z))


@CORPUS.slip("gradient", "bias-skipped", "missing-mean")
def gradient_without_bias_or_mean(X, y, w, b):
    error = squash(X @ w) - y
    return error @ X, float(np.sum(error))


@CORPUS.slip("gradient_descent", "wrong-sign", "history-before-update")
def descent_climbs_and_notes_first(X, y, w, b, learning_rate, iterations):
    notes = []
    for _ in range(iterations):
        z = X @ w + b
        notes.append(float(np.mean(softplus(z) - y * z)))
        d = (squash(z) - y) / len(y)
        w, b = w + learning_rate * d @ X, b + learning_rate * d.sum()
    return w, float(b), notes


# No listed slip


@CORPUS.unlisted("sigmoid")
def sigmoid_by_a_polynomial(z):
    z = np.clip(np.asarray(z, dtype=float), -2, 2)
    return 0.5 + z / 4 - z**3 / 48


@CORPUS.unlisted("sigmoid")
def sigmoid_of_the_root(z):
    return squash(np.sign(z) * np.sqrt(np.abs(z)))


@CORPUS.unlisted("predict")
def predict_with_the_bias_in_every_feature(X, w, b):
    return squash((X * w + b).sum(axis=1))


@CORPUS.unlisted("loss")
def loss_squared(f, y):
    return (y - f) ** 2


@CORPUS.unlisted("loss")
def loss_with_more_weight_on_ones(f, y):
    return -3 * y * np.log(f) - (1 - y) * np.log(1 - f)


@CORPUS.unlisted("cost")
def cost_with_decay(X, y, w, b):
    z = X @ w + b
    return float(np.mean(softplus(z) - y * z) + 0.05 * np.sum(w**2))


@CORPUS.unlisted("gradient")
def gradient_of_signs(X, y, w, b):
    error = np.sign(squash(X @ w + b) - y)
    return X.T @ error / len(y), float(error.mean())


@CORPUS.unlisted("gradient_descent")
def descent_with_a_rate_that_shrinks(X, y, w, b, learning_rate, iterations):
    history = []
    for k in range(iterations):
        d = (squash(X @ w + b) - y) / len(y)
        step = learning_rate / (k + 2)
        w, b = w - step * d @ X, b - step * d.sum()
        z = X @ w + b
        history.append(float(np.mean(softplus(z) - y * z)))
    return w, float(b), history


@CORPUS.slip("cost", "labels-swapped", "positive-term-only")
def cost_of_the_zeros_alone(X, y, w, b):
    return float(np.mean((1 - y) * softplus(-(X @ w + b))))


@CORPUS.slip("gradient", "wrong-activation")
def gradient_of_rounded_predictions(X, y, w, b):
    e = np.round(squash(X @ w + b)) - y
    return X.T @ e / len(y), e.mean()


@CORPUS.unlisted("gradient")
def gradient_of_squared_errors(X, y, w, b):
    e = (squash(X @ w + b) - y) ** 2
    return X.T @ e / len(y), e.mean()
