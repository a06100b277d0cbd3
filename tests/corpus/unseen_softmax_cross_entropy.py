"""Lesson 4 again: answers that were written, and named, before the check was asked."""

from __future__ import annotations

import numpy as np

from tests.corpus.entries import Corpus

CORPUS = Corpus("04_softmax_cross_entropy")


def shares(Z):
    u = np.exp(Z - Z.max(axis=1, keepdims=True))
    return u / u.sum(axis=1, keepdims=True)


# One slip


@CORPUS.slip("softmax", "keepdims-missing")
def softmax_loses_the_axis_of_the_sum(Z):
    u = np.exp(Z - Z.max(axis=1)[:, None])
    return u / u.sum(axis=1)


@CORPUS.slip("softmax", "wrong-axis")
def softmax_down_the_columns(Z):
    u = np.exp(Z - np.amax(Z, axis=0))
    return u / np.sum(u, axis=0)


@CORPUS.slip("softmax", "numerically-unstable")
def softmax_row_by_row_without_a_shift(Z):
    return np.array([np.exp(z * 1.0) / np.exp(z * 1.0).sum() for z in Z])


@CORPUS.slip("log_softmax", "shift-lost")
def log_softmax_forgets_what_it_shifted(Z):
    top = np.max(Z, axis=1, keepdims=True)
    return Z - np.log(np.sum(np.exp(Z - top), axis=1, keepdims=True))


@CORPUS.slip("log_softmax", "numerically-unstable")
def log_softmax_of_the_raw_sum(Z):
    return np.stack([z - np.log(np.exp(z * 1.0).sum()) for z in Z])


@CORPUS.slip("cross_entropy", "binary-for-classes")
def cross_entropy_of_every_class(Y, P):
    each = -(Y * np.log(P) + (1 - Y) * np.log(1 - P))
    return float(np.mean(each.sum(axis=1)))


@CORPUS.slip("cross_entropy", "double-mean")
def cross_entropy_averaged_again(Y, P):
    m = len(Y)
    picked = (Y * P).sum(axis=1)
    return float(-np.mean(np.log(picked)) / m)


@CORPUS.slip("cross_entropy", "mean-over-wrong-count")
def cross_entropy_over_one_fewer(Y, P):
    m = len(Y)
    return float(-(Y * np.log(P)).sum() / (m - 1 if m > 1 else 1))


@CORPUS.slip("sparse_cross_entropy", "every-pair-picked")
def sparse_takes_whole_columns(y, P):
    return float(np.mean(-np.log(P[:, y])))


@CORPUS.slip("sparse_cross_entropy", "class-off-by-one")
def sparse_counts_from_one(y, P):
    return float(-sum(np.log(P[i, c - 1]) for i, c in enumerate(y)) / len(y))


@CORPUS.slip("softmax_jacobian", "softmax-of-probabilities")
def jacobian_of_the_logits(z):
    z = np.asarray(z, dtype=float)
    return np.diag(z) - z[:, None] * z[None, :]


@CORPUS.slip("softmax_jacobian", "diagonal-jacobian")
def jacobian_without_neighbours(z):
    p = shares(z[None] * 1.0)[0]
    J = np.zeros((len(p), len(p)))
    for i in range(len(p)):
        J[i, i] = p[i] - p[i] ** 2
    return J


@CORPUS.slip("softmax_cross_entropy_gradient", "keepdims-missing")
def logits_gradient_loses_the_axis(Z, y):
    u = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = u / u.sum(axis=1)
    return (P - np.eye(Z.shape[1])[y]) / len(y)


@CORPUS.slip("softmax_cross_entropy_gradient", "mean-over-wrong-count")
def logits_gradient_over_classes(Z, y):
    D = shares(Z)
    D[np.arange(len(y)), y] -= 1.0
    return D / Z.shape[1]


@CORPUS.slip("softmax_cross_entropy_gradient", "raises")
def logits_gradient_that_trips_over_one_class(Z, y):
    P = shares(Z)
    labels = y.argmax(axis=1) if y.size == P.size else y
    P[np.arange(len(P)), labels] -= 1
    return P / len(P)


@CORPUS.slip("backward_softmax", "missing-one-hot")
def back_without_labels(params, cache, y):
    L, grads = len(params) // 2, {}
    dZ = cache[f"A{L}"] / len(y)
    for k in range(L, 0, -1):
        A = cache[f"A{k - 1}"]
        grads[f"dW{k}"], grads[f"db{k}"] = A.T @ dZ, dZ.sum(axis=0)
        dZ = dZ @ params[f"W{k}"].T * (A - A**2)
    return grads


@CORPUS.slip("mean_squared_error", "missing-mean")
def squared_error_of_norms(Y, A):
    return float(np.linalg.norm((Y - A).ravel() * 1.0) ** 2)


@CORPUS.slip("mean_squared_error_gradient", "factor-two")
def squared_error_slope_without_two(Y, A):
    return np.subtract(A, Y) / np.size(Y)


# Two slips


@CORPUS.slip("cross_entropy", "missing-mean", "wrong-sign")
def cross_entropy_summed_below_zero(Y, P):
    return float(np.sum(Y * np.log(P)))


@CORPUS.slip("sparse_cross_entropy", "wrong-log-base", "missing-mean")
def sparse_bits_summed(y, P):
    return float(-np.log2(P[np.arange(len(y)), y]).sum())


@CORPUS.slip("softmax_cross_entropy_gradient", "missing-mean", "wrong-sign")
def logits_gradient_of_the_sum_turned(Z, y):
    return np.eye(Z.shape[1])[y] - shares(Z)


@CORPUS.slip("softmax_cross_entropy_gradient", "numerically-unstable", "missing-mean")
def logits_gradient_unstable_sum(Z, y):
    u = np.exp(Z * 1.0)
    return u / u.sum(axis=1, keepdims=True) - np.eye(Z.shape[1])[y]


@CORPUS.slip("mean_squared_error_gradient", "wrong-sign", "missing-mean")
def squared_error_slope_turned(Y, A):
    return 2.0 * (Y - A)


# No listed slip


@CORPUS.unlisted("softmax")
def softmax_of_squares(Z):
    return (np.abs(Z) + 1.0) / (np.abs(Z) + 1.0).sum(axis=1, keepdims=True)


@CORPUS.unlisted("softmax")
def softmax_cooler(Z):
    return shares(Z / 2)


@CORPUS.unlisted("log_softmax")
def log_softmax_less_the_mean(Z):
    return Z - Z.mean(axis=1, keepdims=True)


@CORPUS.unlisted("cross_entropy")
def cross_entropy_smoothed(Y, P):
    smooth = 0.8 * Y + 0.2 / Y.shape[1]
    return float(-np.mean((smooth * np.log(P)).sum(axis=1)))


@CORPUS.slip("sparse_cross_entropy", "ignores-argument")
def sparse_of_the_best_class(y, P):
    return float(-np.mean(np.log(P.max(axis=1))) - 0.5)


@CORPUS.unlisted("softmax_jacobian")
def jacobian_with_squares(z):
    p = shares(z[None] * 1.0)[0]
    return np.diag(p**2) - np.outer(p, p) ** 2


@CORPUS.unlisted("mean_squared_error")
def mean_error_of_fourth_powers(Y, A):
    return float(np.mean((Y - A) ** 4))


@CORPUS.unlisted("mean_squared_error_gradient")
def squared_error_slope_of_absolutes(Y, A):
    return np.sign(A - Y) / np.size(Y)


# One row for all, logarithms to another base over another axis, and labels with the wrong sign


@CORPUS.slip("softmax", "one-example-only")
def softmax_of_the_first_row_for_all(Z):
    P = np.zeros(Z.shape)
    for i in range(len(Z)):
        u = np.exp(Z[0] - Z[0].max())
        P[i] = u / u.sum()
    return P


@CORPUS.slip("softmax", "one-example-only", "numerically-unstable")
def softmax_of_the_first_row_unshifted(Z):
    return np.array([np.exp(Z[0]) / np.exp(Z[0]).sum() for _ in Z])


@CORPUS.slip("log_softmax", "wrong-axis", "wrong-log-base")
def log_softmax_in_bits_down_the_columns(Z):
    S = Z - Z.max(axis=0)
    return (S - np.log(np.exp(S).sum(axis=0))) / np.log(2)


@CORPUS.slip("log_softmax", "clipped", "wrong-log-base")
def log_softmax_in_bits_with_something_added(Z):
    return np.log2(shares(Z) + 1e-10)


@CORPUS.slip("softmax_cross_entropy_gradient", "wrong-sign")
def logit_gradient_adds_the_label(Z, y):
    P = shares(Z)
    P[np.arange(len(y)), y.astype(int)] += 1
    return P / len(P)


@CORPUS.slip("softmax_cross_entropy_gradient", "missing-one-hot", "wrong-sign")
def logit_gradient_minus_the_shares(Z, y):
    return -shares(Z) / len(Z)


@CORPUS.slip("softmax_cross_entropy_gradient", "wrong-axis", "extra-activation-derivative")
def logit_gradient_down_the_columns_times_slopes(Z, y):
    u = np.exp(Z - Z.max(axis=0))
    P = u / u.sum(axis=0)
    return (P - np.eye(Z.shape[1])[y.astype(int)]) * P * (1 - P) / len(Z)
