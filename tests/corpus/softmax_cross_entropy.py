"""Lesson 4, softmax and cross-entropy, as learners answer it."""

from __future__ import annotations

import math

import numpy as np
import scipy.special

from tests.corpus.entries import Corpus
from utils.network import sigmoid

CORPUS = Corpus("04_softmax_cross_entropy")


# The learner's own earlier answers, which later ones may use.


def shares(Z):
    u = np.exp(Z - Z.max(axis=1, keepdims=True))
    return u / u.sum(axis=1, keepdims=True)


def shares_of_row(z):
    u = np.exp(z - z.max())
    return u / u.sum()


def hot(y, N):
    return np.eye(N)[y]


def signal(Z, y):
    return (shares(Z) - hot(y, Z.shape[1])) / len(y)


def walk(params, cache, dZ):
    """The walk back from the output's error signal, as most learners write it."""
    grads = {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"] = A_prev.T @ dZ
        grads[f"db{layer}"] = dZ.sum(axis=0)
        dZ = dZ @ params[f"W{layer}"].T * A_prev * (1 - A_prev)
    return grads


def first_signal(params, cache, y):
    return signal(cache[f"Z{len(params) // 2}"], y)


# 1. softmax, right


@CORPUS.right("softmax")
def softmax_row_by_row(Z):
    rows = []
    for row in Z:
        u = np.exp(row - max(row))
        rows.append(u / sum(u))
    return np.array(rows)


@CORPUS.right("softmax")
def softmax_with_math(Z):
    P = np.zeros(Z.shape)
    for i in range(len(Z)):
        top = float(max(Z[i]))
        total = math.fsum(math.exp(float(v) - top) for v in Z[i])
        for k in range(Z.shape[1]):
            P[i, k] = math.exp(float(Z[i, k]) - top) / total
    return P


@CORPUS.right("softmax")
def softmax_of_scipy(Z):
    return scipy.special.softmax(Z, axis=1)


@CORPUS.right("softmax")
def softmax_in_columns(Z):
    columns = Z.T - Z.T.max(axis=0)
    u = np.exp(columns)
    return (u / u.sum(axis=0)).T


@CORPUS.right("softmax")
def softmax_from_differences(Z):
    with np.errstate(over="ignore"):
        return 1 / np.exp(Z[:, np.newaxis, :] - Z[:, :, np.newaxis]).sum(axis=2)


@CORPUS.right("softmax")
def softmax_by_einsum_and_logsumexp(Z):
    lse = scipy.special.logsumexp(Z, axis=1)
    return np.exp(Z - np.einsum("i,k->ik", lse, np.ones(Z.shape[1])))


@CORPUS.right("softmax")
def softmax_with_a_matrix(Z):
    M = np.matrix(Z, dtype=float)
    u = np.exp(M - M.max(axis=1))
    return np.asarray(u / u.sum(axis=1))


# 1. softmax, one slip


@CORPUS.slip("softmax", "numerically-unstable")
def softmax_naive(Z):
    u = np.exp(Z)
    return u / u.sum(axis=1, keepdims=True)


@CORPUS.slip("softmax", "numerically-unstable")
def softmax_shifted_by_the_largest_of_all(Z):
    u = np.exp(Z - np.max(Z))
    return u / np.sum(u, axis=1, keepdims=True)


@CORPUS.slip("softmax", "numerically-unstable")
def softmax_shifted_by_the_mean(Z):
    u = np.exp(Z - Z.mean(axis=1, keepdims=True))
    return u / u.sum(axis=1, keepdims=True)


@CORPUS.slip("softmax", "wrong-axis")
def softmax_down_the_columns(Z):
    u = np.exp(Z - Z.max(axis=0))
    return u / u.sum(axis=0)


@CORPUS.slip("softmax", "wrong-axis")
def softmax_shares_of_everything(Z):
    u = np.exp(Z - Z.max())
    return u / u.sum()


@CORPUS.slip("softmax", "clipped")
def softmax_of_clipped_logits(Z):
    u = np.exp(np.clip(Z, -500, 500))
    return u / u.sum(axis=1, keepdims=True)


@CORPUS.slip("softmax", "clipped")
def softmax_with_a_small_denominator(Z):
    u = np.exp(Z - Z.max(axis=1, keepdims=True))
    return u / (u.sum(axis=1, keepdims=True) + 1e-8)


@CORPUS.slip("softmax", "wrong-activation")
def softmax_as_sigmoid(Z):
    return sigmoid(Z)


@CORPUS.slip("softmax", "integer-truncation")
def softmax_into_logits_type(Z):
    P = np.zeros_like(Z)
    for i, row in enumerate(Z):
        P[i] = shares_of_row(row)
    return P


@CORPUS.slip("softmax", "mutates-arguments")
def softmax_shifts_in_place(Z):
    Z -= Z.max(axis=1, keepdims=True)
    return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)


@CORPUS.slip("softmax", "low-precision")
def softmax_in_single(Z):
    return shares(Z.astype(np.float32))


@CORPUS.slip("softmax", "softmax-of-probabilities")
def softmax_applied_twice(Z):
    return shares(shares(Z))


@CORPUS.slip("softmax", "hard-coded-size")
def softmax_of_ten_classes(Z):
    u = np.exp(Z - Z.max(axis=1, keepdims=True))
    P = np.zeros((len(Z), 10))
    for k in range(10):
        P[:, k] = u[:, k] / u.sum(axis=1)
    return P


@CORPUS.slip("softmax", "transposed")
def softmax_left_in_columns(Z):
    u = np.exp(Z.T - Z.T.max(axis=0))
    return u / u.sum(axis=0)


@CORPUS.slip("softmax", "raises")
def softmax_misspelt(Z):
    u = np.exp(Z - Z.max(axis=1, keepdim=True))
    return u / u.sum(axis=1, keepdims=True)


@CORPUS.slip("softmax", "not-implemented")
def softmax_without_return(Z):
    u = np.exp(Z - Z.max(axis=1, keepdims=True))
    u / u.sum(axis=1, keepdims=True)


# 1. softmax, two slips


@CORPUS.slip("softmax", "wrong-axis", "numerically-unstable")
def softmax_naive_down_the_columns(Z):
    u = np.exp(Z)
    return u / u.sum(axis=0, keepdims=True)


@CORPUS.slip("softmax", "transposed", "numerically-unstable")
def softmax_naive_left_in_columns(Z):
    u = np.exp(Z.T)
    return u / u.sum(axis=0)


@CORPUS.slip("softmax", "softmax-of-probabilities", "numerically-unstable")
def softmax_naive_twice(Z):
    u = np.exp(Z)
    p = u / u.sum(axis=1, keepdims=True)
    v = np.exp(p)
    return v / v.sum(axis=1, keepdims=True)


# 1. softmax, wrong in ways without a name


@CORPUS.unlisted("softmax")
def softmax_of_negative_logits(Z):
    return shares(-Z)


@CORPUS.unlisted("softmax")
def softmax_without_exponential(Z):
    U = Z - Z.min(axis=1, keepdims=True) + 1.0
    return U / U.sum(axis=1, keepdims=True)


@CORPUS.unlisted("softmax")
def softmax_as_hard_maximum(Z):
    return np.eye(Z.shape[1])[Z.argmax(axis=1)]


# 2. log_softmax, right


@CORPUS.right("log_softmax")
def log_softmax_of_scipy(Z):
    return scipy.special.log_softmax(Z, axis=1)


@CORPUS.right("log_softmax")
def log_softmax_minus_logsumexp(Z):
    return Z - scipy.special.logsumexp(Z, axis=1)[:, None]


@CORPUS.right("log_softmax")
def log_softmax_with_loops(Z):
    out = np.empty(Z.shape)
    for i in range(Z.shape[0]):
        top = float(np.max(Z[i]))
        lse = top + math.log(sum(math.exp(float(v) - top) for v in Z[i]))
        for k in range(Z.shape[1]):
            out[i, k] = float(Z[i, k]) - lse
    return out


@CORPUS.right("log_softmax")
def log_softmax_by_logaddexp(Z):
    return Z - np.logaddexp.reduce(np.asarray(Z, dtype=float), axis=1, keepdims=True)


@CORPUS.right("log_softmax")
def log_softmax_in_columns(Z):
    shifted = Z.T - Z.max(axis=1)
    return (shifted - np.log(np.exp(shifted).sum(axis=0))).T


@CORPUS.right("log_softmax")
def log_softmax_pairwise(Z):
    def lse(values):
        if len(values) == 1:
            return float(values[0])
        half = len(values) // 2
        a, b = sorted((lse(values[:half]), lse(values[half:])))
        return b + math.log1p(math.exp(a - b))

    return np.array([[float(v) - lse(row) for v in row] for row in Z])


# 2. log_softmax, one slip


@CORPUS.slip("log_softmax", "numerically-unstable")
def log_softmax_as_log_of_softmax(Z):
    return np.log(shares(Z))


@CORPUS.slip("log_softmax", "numerically-unstable")
def log_softmax_without_shift(Z):
    return Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))


@CORPUS.slip("log_softmax", "clipped")
def log_softmax_of_a_bit_more(Z):
    return np.log(shares(Z) + 1e-12)


@CORPUS.slip("log_softmax", "clipped")
def log_softmax_clipped_below(Z):
    return np.log(np.clip(shares(Z), 1e-15, 1))


@CORPUS.slip("log_softmax", "wrong-axis")
def log_softmax_down_the_columns(Z):
    shifted = Z - Z.max(axis=0)
    return shifted - np.log(np.exp(shifted).sum(axis=0))


@CORPUS.slip("log_softmax", "wrong-axis")
def log_softmax_sum_of_everything(Z):
    shifted = Z - Z.max()
    return shifted - np.log(np.exp(shifted).sum())


@CORPUS.slip("log_softmax", "wrong-log-base")
def log_softmax_in_bits(Z):
    shifted = Z - Z.max(axis=1, keepdims=True)
    return (shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))) / np.log(2)


@CORPUS.slip("log_softmax", "wrong-log-base")
def log_softmax_with_log10_of_the_sum(Z):
    shifted = Z - Z.max(axis=1, keepdims=True)
    return shifted - np.log10(np.exp(shifted).sum(axis=1, keepdims=True))


@CORPUS.slip("log_softmax", "wrong-sign")
def log_softmax_positive(Z):
    return scipy.special.logsumexp(Z, axis=1, keepdims=True) - Z


@CORPUS.slip("log_softmax", "mutates-arguments")
def log_softmax_shifts_in_place(Z):
    Z -= Z.max(axis=1)[:, np.newaxis]
    return Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))


@CORPUS.slip("log_softmax", "integer-truncation")
def log_softmax_into_logits_type(Z):
    out = np.empty_like(Z)
    out[:] = scipy.special.log_softmax(Z, axis=1)
    return out


@CORPUS.slip("log_softmax", "low-precision")
def log_softmax_in_single(Z):
    return scipy.special.log_softmax(Z.astype(np.float32), axis=1)


@CORPUS.slip("log_softmax", "transposed")
def log_softmax_left_in_columns(Z):
    return scipy.special.log_softmax(Z.T, axis=0)


@CORPUS.slip("log_softmax", "softmax-of-probabilities")
def log_softmax_of_softmax(Z):
    return scipy.special.log_softmax(shares(Z), axis=1)


# 2. log_softmax, two slips


@CORPUS.slip("log_softmax", "numerically-unstable", "wrong-log-base")
def log_softmax_naive_in_bits(Z):
    return np.log2(shares(Z))


@CORPUS.slip("log_softmax", "numerically-unstable", "wrong-sign")
def log_softmax_naive_positive(Z):
    return -np.log(shares(Z))


@CORPUS.slip("log_softmax", "wrong-axis", "wrong-sign")
def log_softmax_positive_down_the_columns(Z):
    return scipy.special.logsumexp(Z, axis=0) - Z


# 2. log_softmax, wrong in ways without a name


@CORPUS.slip("log_softmax", "shift-lost")
def log_softmax_forgets_to_shift_back(Z):
    return Z - np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))


@CORPUS.unlisted("log_softmax")
def log_softmax_only_shifted(Z):
    return Z - Z.max(axis=1, keepdims=True) + np.zeros(Z.shape)


@CORPUS.slip("log_softmax", "wrong-activation")
def log_softmax_without_log(Z):
    return shares(Z)


# 3. cross_entropy, right


@CORPUS.right("cross_entropy")
def cross_entropy_with_loops(Y, P):
    total = 0.0
    for i in range(len(Y)):
        for k in range(Y.shape[1]):
            if Y[i, k] == 1:
                total -= math.log(P[i, k])
    return total / len(Y)


@CORPUS.right("cross_entropy")
def cross_entropy_by_einsum(Y, P):
    return -np.einsum("ik,ik->", Y, np.log(P)) / Y.shape[0]


@CORPUS.right("cross_entropy")
def cross_entropy_as_a_trace(Y, P):
    return np.array(-np.trace(Y @ np.log(P).T) / len(Y))


@CORPUS.right("cross_entropy")
def cross_entropy_by_mask(Y, P):
    return np.mean(-np.log(P[Y.astype(bool)]))


@CORPUS.right("cross_entropy")
def cross_entropy_of_sums_then_log(Y, P):
    return float(np.log(1 / (Y * P).sum(axis=1)).mean())


@CORPUS.right("cross_entropy")
def cross_entropy_by_xlogy(Y, P):
    return scipy.special.xlogy(Y, P).sum(axis=1).mean() * -1


# 3. cross_entropy, one slip


@CORPUS.slip("cross_entropy", "missing-mean")
def cross_entropy_summed(Y, P):
    return float(-np.sum(Y * np.log(P)))


@CORPUS.slip("cross_entropy", "mean-over-wrong-count")
def cross_entropy_mean_of_entries(Y, P):
    return float(-np.mean(Y * np.log(P)))


@CORPUS.slip("cross_entropy", "mean-over-wrong-count")
def cross_entropy_over_classes(Y, P):
    return float(-np.sum(Y * np.log(P)) / Y.shape[1])


@CORPUS.slip("cross_entropy", "wrong-sign")
def cross_entropy_negative(Y, P):
    return float(np.sum(Y * np.log(P)) / len(Y))


@CORPUS.slip("cross_entropy", "wrong-log-base")
def cross_entropy_in_bits(Y, P):
    return float(-np.sum(Y * np.log2(P)) / len(Y))


@CORPUS.slip("cross_entropy", "clipped")
def cross_entropy_with_epsilon(Y, P):
    return float(-np.sum(Y * np.log(P + 1e-8)) / len(Y))


@CORPUS.slip("cross_entropy", "clipped")
def cross_entropy_clipped_as_keras(Y, P):
    return float(-np.sum(Y * np.log(np.clip(P, 1e-7, 1 - 1e-7))) / len(Y))


@CORPUS.slip("cross_entropy", "not-a-scalar")
def cross_entropy_keeps_its_axes(Y, P):
    return -np.sum(Y * np.log(P), keepdims=True) / len(Y)


@CORPUS.slip("cross_entropy", "not-a-scalar")
def cross_entropy_of_each(Y, P):
    return -np.sum(Y * np.log(P), axis=1)


@CORPUS.slip("cross_entropy", "one-example-only")
def cross_entropy_returns_in_the_loop(Y, P):
    for target, p in zip(Y, P, strict=True):
        return float(-np.dot(target, np.log(p)))
    return 0.0


@CORPUS.slip("cross_entropy", "softmax-of-probabilities")
def cross_entropy_of_softmaxed(Y, P):
    return float(-np.sum(Y * np.log(shares(P))) / len(Y))


@CORPUS.slip("cross_entropy", "double-mean")
def cross_entropy_mean_of_mean(Y, P):
    return float(-np.mean(np.sum(Y * np.log(P), axis=1)) / len(Y))


@CORPUS.slip("cross_entropy", "labels-swapped")
def cross_entropy_of_the_others(Y, P):
    return float(-np.sum((1 - Y) * np.log(P)) / len(Y))


@CORPUS.slip("cross_entropy", "mutates-arguments")
def cross_entropy_logs_in_place(Y, P):
    np.log(P, out=P)
    return float(-(Y * P).sum() / len(Y))


@CORPUS.slip("cross_entropy", "integer-truncation")
def cross_entropy_into_labels_type(Y, P):
    terms = np.zeros_like(Y)
    terms[...] = -Y * np.log(P)
    return float(terms.sum() / len(Y))


# 3. cross_entropy, two slips


@CORPUS.slip("cross_entropy", "missing-mean", "wrong-sign")
def cross_entropy_negative_sum(Y, P):
    return float(np.sum(Y * np.log(P)))


@CORPUS.slip("cross_entropy", "missing-mean", "wrong-log-base")
def cross_entropy_sum_of_log10(Y, P):
    return float(-np.sum(Y * np.log10(P)))


@CORPUS.slip("cross_entropy", "mean-over-wrong-count", "wrong-sign")
def cross_entropy_negative_mean_of_entries(Y, P):
    return float(np.mean(Y * np.log(P)))


# 3. cross_entropy, wrong in ways without a name


@CORPUS.unlisted("cross_entropy")
def cross_entropy_without_log(Y, P):
    return float(1 - np.sum(Y * P) / len(Y))


@CORPUS.unlisted("cross_entropy")
def cross_entropy_log_of_mean(Y, P):
    return float(-np.log(np.sum(Y * P) / len(Y)))


# 4. sparse_cross_entropy, right


@CORPUS.right("sparse_cross_entropy")
def sparse_with_a_loop(y, P):
    losses = [-math.log(P[i, label]) for i, label in enumerate(y)]
    return sum(losses) / len(losses)


@CORPUS.right("sparse_cross_entropy")
def sparse_by_one_hot(y, P):
    return -np.sum(np.eye(P.shape[1])[y] * np.log(P)) / len(y)


@CORPUS.right("sparse_cross_entropy")
def sparse_by_take_along_axis(y, P):
    return np.asarray(-np.log(np.take_along_axis(P, y[:, np.newaxis], axis=1)).mean())


@CORPUS.right("sparse_cross_entropy")
def sparse_by_flat_index(y, P):
    m, N = P.shape
    return float(-np.log(P.ravel()[np.arange(m) * N + y]).sum() / m)


@CORPUS.right("sparse_cross_entropy")
def sparse_by_comparing(y, P):
    return np.log(P[y[:, None] == np.arange(P.shape[1])]).mean() * -1.0


@CORPUS.right("sparse_cross_entropy")
def sparse_by_choose_of_zip(y, P):
    return np.mean([-np.log(p[k]) for k, p in zip(y.tolist(), P, strict=True)])


# 4. sparse_cross_entropy, one slip


@CORPUS.slip("sparse_cross_entropy", "missing-mean")
def sparse_summed(y, P):
    return float(-np.log(P[np.arange(len(y)), y]).sum())


@CORPUS.slip("sparse_cross_entropy", "class-off-by-one")
def sparse_from_one(y, P):
    return float(-np.mean(np.log(P[np.arange(len(y)), y - 1])))


@CORPUS.slip("sparse_cross_entropy", "mean-over-wrong-count")
def sparse_over_classes(y, P):
    return float(-np.sum(np.log(P[np.arange(len(y)), y])) / P.shape[1])


@CORPUS.slip("sparse_cross_entropy", "mean-over-wrong-count")
def sparse_mean_of_one_hot_entries(y, P):
    return float(-np.mean(hot(y, P.shape[1]) * np.log(P)))


@CORPUS.slip("sparse_cross_entropy", "wrong-sign")
def sparse_negative(y, P):
    return float(np.mean(np.log(P[np.arange(len(y)), y])))


@CORPUS.slip("sparse_cross_entropy", "wrong-log-base")
def sparse_log10(y, P):
    return float(-np.mean(np.log10(P[np.arange(len(y)), y])))


@CORPUS.slip("sparse_cross_entropy", "clipped")
def sparse_at_least_1e_10(y, P):
    return float(-np.mean(np.log(np.maximum(P[np.arange(len(y)), y], 1e-10))))


@CORPUS.slip("sparse_cross_entropy", "one-example-only")
def sparse_overwrites_the_loss(y, P):
    for i in range(len(y)):
        loss = -np.log(P[i, y[i]])
    return float(loss)


@CORPUS.slip("sparse_cross_entropy", "not-a-scalar")
def sparse_of_each(y, P):
    return -np.log(P[np.arange(len(y)), y])


@CORPUS.slip("sparse_cross_entropy", "ignores-argument")
def sparse_of_the_largest(y, P):
    return float(-np.mean(np.log(P.max(axis=1))))


@CORPUS.slip("sparse_cross_entropy", "softmax-of-probabilities")
def sparse_of_softmaxed(y, P):
    return float(-np.mean(np.log(shares(P)[np.arange(len(y)), y])))


@CORPUS.slip("sparse_cross_entropy", "hard-coded-size")
def sparse_of_ten_classes(y, P):
    return float(-np.sum(np.eye(10)[y] * np.log(P)) / len(y))


@CORPUS.slip("sparse_cross_entropy", "double-mean")
def sparse_mean_over_m(y, P):
    return float(-np.mean(np.log(P[np.arange(len(y)), y])) / len(y))


@CORPUS.slip("sparse_cross_entropy", "low-precision")
def sparse_in_single(y, P):
    return float(-np.mean(np.log(P.astype("float32")[np.arange(len(y)), y])))


@CORPUS.slip("sparse_cross_entropy", "mutates-arguments")
def sparse_logs_in_place(y, P):
    P[:] = np.log(P)
    return float(-P[np.arange(len(y)), y].mean())


# 4. sparse_cross_entropy, two slips


@CORPUS.slip("sparse_cross_entropy", "class-off-by-one", "missing-mean")
def sparse_summed_from_one(y, P):
    return float(-np.sum(np.log(P[np.arange(len(y)), y - 1])))


@CORPUS.slip("sparse_cross_entropy", "wrong-sign", "missing-mean")
def sparse_negative_sum(y, P):
    return float(sum(np.log(P[i, k]) for i, k in enumerate(y)))


@CORPUS.slip("sparse_cross_entropy", "wrong-log-base", "mean-over-wrong-count")
def sparse_log2_over_classes(y, P):
    return float(-np.sum(np.log2(P[np.arange(len(y)), y])) / P.shape[1])


# 4. sparse_cross_entropy, wrong in ways without a name


@CORPUS.slip("sparse_cross_entropy", "every-pair-picked")
def sparse_of_whole_columns(y, P):
    return float(-np.mean(np.log(P[:, y])))


@CORPUS.slip("sparse_cross_entropy", "labels-as-rows")
def sparse_of_the_rows_that_labels_number(y, P):
    return -np.mean(np.log(P[y]))


@CORPUS.unlisted("sparse_cross_entropy")
def sparse_product_with_the_number(y, P):
    return float(-np.mean(y[:, None] * np.log(P)))


# 5. softmax_jacobian, right


@CORPUS.right("softmax_jacobian")
def jacobian_with_loops(z):
    p = shares_of_row(z)
    J = np.zeros((len(z), len(z)))
    for i in range(len(z)):
        for j in range(len(z)):
            J[i, j] = p[i] * (1 - p[i]) if i == j else -p[i] * p[j]
    return J


@CORPUS.right("softmax_jacobian")
def jacobian_naive_exponentials(z):
    u = np.exp(z)
    p = u / u.sum()
    return p[:, None] * (np.eye(z.size) - p)


@CORPUS.right("softmax_jacobian")
def jacobian_by_einsum(z):
    p = scipy.special.softmax(z)
    return np.einsum("i,ij->ij", p, np.eye(len(p))) - np.einsum("i,j->ij", p, p)


@CORPUS.right("softmax_jacobian")
def jacobian_with_a_matrix(z):
    p = np.matrix(shares_of_row(z))
    return np.array(np.diagflat(p) - p.T * p)


@CORPUS.right("softmax_jacobian")
def jacobian_in_two_steps(z):
    u = np.exp(z - z.max())
    s = u.sum()
    dp_du = (np.eye(len(z)) - np.outer(u / s, np.ones(len(z)))) / s
    return dp_du @ np.diag(u)


@CORPUS.right("softmax_jacobian")
def jacobian_fill_diagonal(z):
    p = shares(z[np.newaxis])[0]
    J = -np.outer(p, p)
    J[np.diag_indices(len(p))] += p
    return J


# 5. softmax_jacobian, one slip


@CORPUS.slip("softmax_jacobian", "diagonal-jacobian")
def jacobian_diagonal_only(z):
    p = shares_of_row(z)
    return np.diag(p * (1 - p))


@CORPUS.slip("softmax_jacobian", "diagonal-jacobian")
def jacobian_as_a_vector(z):
    p = shares_of_row(z)
    return p * (1 - p)


@CORPUS.slip("softmax_jacobian", "broadcast-term")
def jacobian_transposes_a_flat_array(z):
    p = shares(z[np.newaxis])[0]
    return np.diag(p) - p.T @ p


@CORPUS.slip("softmax_jacobian", "broadcast-term")
def jacobian_takes_the_diagonal_of_a_row(z):
    p = shares(z[np.newaxis])
    return np.diag(p) - p.T @ p


@CORPUS.slip("softmax_jacobian", "broadcast-term")
def jacobian_squares_a_flat_array(z):
    p = shares_of_row(z)
    return np.diag(p) - p**2


@CORPUS.slip("softmax_jacobian", "chain-unfinished")
def jacobian_by_the_exponentials(z):
    u = np.exp(z)
    s = u.sum()
    return (np.eye(len(z)) - np.outer(u / s, np.ones(len(z)))) / s


@CORPUS.slip("softmax_jacobian", "chain-unfinished")
def jacobian_by_the_shifted_exponentials(z):
    u = np.exp(z - max(z))
    return np.array([[(i == j) / sum(u) - u[i] / sum(u) ** 2 for j in range(len(z))] for i in range(len(z))])


@CORPUS.slip("softmax_jacobian", "chain-unfinished")
def jacobian_of_one_term_only(z):
    p = shares_of_row(z)
    return np.diag(p) - np.outer(p, np.ones(len(z)))


@CORPUS.slip("softmax_jacobian", "off-diagonal-sign")
def jacobian_off_diagonal_positive(z):
    p = shares_of_row(z)
    J = np.outer(p, p)
    np.fill_diagonal(J, p * (1 - p))
    return J


@CORPUS.slip("softmax_jacobian", "off-diagonal-sign")
def jacobian_plus_outer(z):
    p = shares_of_row(z)
    return np.diag(p) + np.outer(p, p)


@CORPUS.slip("softmax_jacobian", "wrong-sign")
def jacobian_outer_first(z):
    p = shares_of_row(z)
    return np.outer(p, p) - np.diag(p)


@CORPUS.slip("softmax_jacobian", "hard-coded-size")
def jacobian_of_ten_classes(z):
    p = shares_of_row(z)
    return p[:, None] * np.eye(10) - np.outer(p, p)


@CORPUS.slip("softmax_jacobian", "integer-truncation")
def jacobian_into_logits_type(z):
    p = shares_of_row(z)
    J = np.zeros((len(z), len(z)), dtype=z.dtype)
    for i in range(len(z)):
        for j in range(len(z)):
            J[i, j] = p[i] * ((i == j) - p[j])
    return J


@CORPUS.slip("softmax_jacobian", "mutates-arguments")
def jacobian_shifts_in_place(z):
    z -= z.max()
    p = np.exp(z) / np.exp(z).sum()
    return np.diag(p) - np.outer(p, p)


@CORPUS.slip("softmax_jacobian", "softmax-of-probabilities")
def jacobian_of_logits_as_probabilities(z):
    return np.diag(z) - np.outer(z, z)


@CORPUS.slip("softmax_jacobian", "softmax-of-probabilities")
def jacobian_at_the_second_softmax(z):
    p = shares_of_row(shares_of_row(z))
    return np.diag(p) - np.outer(p, p)


@CORPUS.slip("softmax_jacobian", "wrong-activation")
def jacobian_with_sigmoids(z):
    p = sigmoid(z)
    return np.diag(p) - np.outer(p, p)


@CORPUS.slip("softmax_jacobian", "extra-axis")
def jacobian_in_a_batch(z):
    p = shares(z[None])
    return np.einsum("ij,jk->ijk", p, np.eye(len(z))) - np.einsum("ij,ik->ijk", p, p)


@CORPUS.slip("softmax_jacobian", "low-precision")
def jacobian_in_single(z):
    p = shares_of_row(z.astype(np.float32))
    return np.diag(p) - np.outer(p, p)


@CORPUS.slip("softmax_jacobian", "raises")
def jacobian_softmax_of_a_vector(z):
    p = shares(z)
    return np.diag(p) - np.outer(p, p)


# 5. softmax_jacobian, two slips


@CORPUS.slip("softmax_jacobian", "diagonal-jacobian", "wrong-sign")
def jacobian_diagonal_negative(z):
    p = shares_of_row(z)
    return np.diag(p * (p - 1))


@CORPUS.slip("softmax_jacobian", "wrong-activation-derivative")
def jacobian_of_sigmoids(z):
    s = sigmoid(z)
    return np.diag(s * (1 - s))


@CORPUS.slip("softmax_jacobian", "wrong-sign", "integer-truncation")
def jacobian_negative_into_logits_type(z):
    p = shares_of_row(z)
    J = np.zeros((len(z), len(z)), dtype=z.dtype)
    J[...] = np.outer(p, p) - np.diag(p)
    return J


# 5. softmax_jacobian, wrong in ways without a name


@CORPUS.slip("softmax_jacobian", "chain-unfinished")
def jacobian_only_of_the_sum(z):
    p = shares_of_row(z)
    return np.eye(len(z)) - np.outer(p, np.ones(len(z)))


@CORPUS.unlisted("softmax_jacobian")
def jacobian_of_p_and_one_minus_p(z):
    p = shares_of_row(z)
    return np.outer(p, 1 - p)


# 6. softmax_cross_entropy_gradient, right


@CORPUS.right("softmax_cross_entropy_gradient")
def gradient_with_one_hot(Z, y):
    return (scipy.special.softmax(Z, axis=1) - np.eye(Z.shape[1])[y]) / Z.shape[0]


@CORPUS.right("softmax_cross_entropy_gradient")
def gradient_with_loops(Z, y):
    m, N = Z.shape
    dZ = [[0.0] * N for _ in range(m)]
    for i in range(m):
        top = max(float(v) for v in Z[i])
        u = [math.exp(float(v) - top) for v in Z[i]]
        for k in range(N):
            dZ[i][k] = (u[k] / sum(u) - (1 if k == y[i] else 0)) / m
    return np.array(dZ)


@CORPUS.right("softmax_cross_entropy_gradient")
def gradient_by_subtract_at(Z, y):
    dZ = np.exp(scipy.special.log_softmax(Z, axis=1))
    np.subtract.at(dZ, (np.arange(len(y)), y), 1.0)
    dZ *= 1 / len(y)
    return dZ


@CORPUS.right("softmax_cross_entropy_gradient")
def gradient_by_comparing(Z, y):
    return (shares(Z) - (y.reshape(-1, 1) == np.arange(Z.shape[1]))) / y.size


@CORPUS.right("softmax_cross_entropy_gradient")
def gradient_in_columns(Z, y):
    columns = shares(Z).T
    columns[y, range(len(y))] -= 1
    return (columns / len(y)).T


@CORPUS.right("softmax_cross_entropy_gradient")
def gradient_from_the_other_classes(Z, y):
    """The right class's entry is minus the sum of the others."""
    rows = np.arange(len(y))
    dZ = shares(Z)
    dZ[rows, y] = 0
    dZ[rows, y] = -dZ.sum(axis=1)
    return dZ / len(y)


# 6. softmax_cross_entropy_gradient, one slip


@CORPUS.slip("softmax_cross_entropy_gradient", "missing-mean")
def gradient_without_mean(Z, y):
    return shares(Z) - hot(y, Z.shape[1])


@CORPUS.slip("softmax_cross_entropy_gradient", "wrong-sign")
def gradient_label_first(Z, y):
    return (hot(y, Z.shape[1]) - shares(Z)) / len(y)


@CORPUS.slip("softmax_cross_entropy_gradient", "missing-one-hot")
def gradient_without_label(Z, y):
    return shares(Z) / len(y)


@CORPUS.slip("softmax_cross_entropy_gradient", "extra-activation-derivative")
def gradient_times_p_one_minus_p(Z, y):
    P = shares(Z)
    return (P - hot(y, Z.shape[1])) * P * (1 - P) / len(y)


@CORPUS.slip("softmax_cross_entropy_gradient", "extra-activation-derivative")
def gradient_times_the_jacobian(Z, y):
    P = shares(Z)
    G = (P - hot(y, Z.shape[1])) / len(y)
    return np.array([g @ (np.diag(p) - np.outer(p, p)) for g, p in zip(G, P, strict=True)])


@CORPUS.slip("softmax_cross_entropy_gradient", "class-off-by-one")
def gradient_from_class_one(Z, y):
    dZ = shares(Z)
    dZ[np.arange(len(y)), y - 1] -= 1
    return dZ / len(y)


@CORPUS.slip("softmax_cross_entropy_gradient", "wrong-axis")
def gradient_of_columns(Z, y):
    return (scipy.special.softmax(Z, axis=0) - hot(y, Z.shape[1])) / len(y)


@CORPUS.slip("softmax_cross_entropy_gradient", "numerically-unstable")
def gradient_naive(Z, y):
    u = np.exp(Z)
    return (u / u.sum(axis=1, keepdims=True) - hot(y, Z.shape[1])) / len(y)


@CORPUS.slip("softmax_cross_entropy_gradient", "mean-over-wrong-count")
def gradient_over_all_entries(Z, y):
    return (shares(Z) - hot(y, Z.shape[1])) / Z.size


@CORPUS.slip("softmax_cross_entropy_gradient", "double-mean")
def gradient_over_m_squared(Z, y):
    return signal(Z, y) / len(y)


@CORPUS.slip("softmax_cross_entropy_gradient", "mutates-arguments")
def gradient_in_the_logits(Z, y):
    Z -= Z.max(axis=1, keepdims=True)
    return signal(Z, y)


@CORPUS.slip("softmax_cross_entropy_gradient", "hard-coded-size")
def gradient_of_ten_classes(Z, y):
    return (shares(Z) - np.eye(10)[y]) / len(y)


@CORPUS.slip("softmax_cross_entropy_gradient", "integer-truncation")
def gradient_into_logits_type(Z, y):
    dZ = np.zeros_like(Z)
    for i, row in enumerate(signal(Z, y)):
        dZ[i] = row
    return dZ


@CORPUS.slip("softmax_cross_entropy_gradient", "softmax-of-probabilities")
def gradient_of_a_second_softmax(Z, y):
    return (shares(shares(Z)) - hot(y, Z.shape[1])) / len(y)


@CORPUS.slip("softmax_cross_entropy_gradient", "softmax-of-probabilities")
def gradient_of_logits(Z, y):
    return (Z - hot(y, Z.shape[1])) / len(y)


@CORPUS.slip("softmax_cross_entropy_gradient", "transposed")
def gradient_left_in_columns(Z, y):
    return signal(Z, y).T


@CORPUS.slip("softmax_cross_entropy_gradient", "wrong-activation")
def gradient_of_sigmoids(Z, y):
    return (sigmoid(Z) - hot(y, Z.shape[1])) / len(y)


@CORPUS.slip("softmax_cross_entropy_gradient", "clipped")
def gradient_of_clipped_logits(Z, y):
    return signal(np.clip(Z, -100, 100), y)


# 6. softmax_cross_entropy_gradient, two slips


@CORPUS.slip("softmax_cross_entropy_gradient", "missing-mean", "wrong-sign")
def gradient_label_first_without_mean(Z, y):
    return hot(y, Z.shape[1]) - shares(Z)


@CORPUS.slip("softmax_cross_entropy_gradient", "missing-mean", "numerically-unstable")
def gradient_naive_without_mean(Z, y):
    u = np.exp(Z)
    return u / u.sum(axis=1, keepdims=True) - hot(y, Z.shape[1])


@CORPUS.slip("softmax_cross_entropy_gradient", "missing-mean", "extra-activation-derivative")
def gradient_times_derivative_without_mean(Z, y):
    P = shares(Z)
    return (P - hot(y, Z.shape[1])) * P * (1 - P)


@CORPUS.slip("softmax_cross_entropy_gradient", "class-off-by-one", "missing-mean")
def gradient_from_class_one_without_mean(Z, y):
    return shares(Z) - hot(y - 1, Z.shape[1])


# 6. softmax_cross_entropy_gradient, wrong in ways without a name


@CORPUS.slip("softmax_cross_entropy_gradient", "wrong-axis")
def gradient_labels_of_whole_columns(Z, y):
    dZ = shares(Z)
    dZ[:, y] -= 1
    return dZ / len(y)


@CORPUS.slip("softmax_cross_entropy_gradient", "diagonal-jacobian")
def gradient_only_at_the_label(Z, y):
    dZ = np.zeros(Z.shape)
    rows = np.arange(len(y))
    dZ[rows, y] = (shares(Z)[rows, y] - 1) / len(y)
    return dZ


@CORPUS.unlisted("softmax_cross_entropy_gradient")
def gradient_one_at_the_label(Z, y):
    dZ = shares(Z)
    dZ[np.arange(len(y)), y] = 1
    return dZ / len(y)


@CORPUS.unlisted("softmax_cross_entropy_gradient")
def gradient_of_squares(Z, y):
    return (shares(Z) - hot(y, Z.shape[1])) ** 2 / len(y)


# 7. backward_softmax, right


@CORPUS.right("backward_softmax")
def backward_from_the_probabilities(params, cache, y):
    P = cache[f"A{len(params) // 2}"]
    return walk(params, cache, (P - np.eye(P.shape[1])[y]) / len(y))


@CORPUS.right("backward_softmax")
def backward_by_recursion(params, cache, y):
    def below(layer, dZ):
        if layer == 0:
            return {}
        A = cache[f"A{layer - 1}"]
        here = {f"dW{layer}": A.T @ dZ, f"db{layer}": np.ones(len(dZ)) @ dZ}
        return here | below(layer - 1, (dZ @ params[f"W{layer}"].T) * (A - A**2))

    L = max(int(name[1:]) for name in params)
    return below(L, signal(cache[f"Z{L}"], y))


@CORPUS.right("backward_softmax")
def backward_by_einsum(params, cache, y):
    L = sum(name.startswith("W") for name in params)
    delta, grads = first_signal(params, cache, y), {}
    for layer in reversed(range(1, L + 1)):
        grads[f"dW{layer}"] = np.einsum("ij,ik->jk", cache[f"A{layer - 1}"], delta)
        grads[f"db{layer}"] = np.einsum("ik->k", delta)
        if layer > 1:
            s = sigmoid(cache[f"Z{layer - 1}"])
            delta = np.einsum("ik,jk,ij->ij", delta, params[f"W{layer}"], s * (1 - s))
    return grads


@CORPUS.right("backward_softmax")
def backward_example_by_example(params, cache, y):
    m, L = len(y), len(params) // 2
    grads = {f"d{name}": np.zeros(value.shape) for name, value in params.items()}
    for i in range(m):
        d = cache[f"A{L}"][i].copy()
        d[y[i]] -= 1
        for layer in range(L, 0, -1):
            a = cache[f"A{layer - 1}"][i]
            grads[f"dW{layer}"] += np.outer(a, d) / m
            grads[f"db{layer}"] += d / m
            d = (params[f"W{layer}"] @ d) * a * (1 - a)
    return grads


@CORPUS.right("backward_softmax")
def backward_in_columns(params, cache, y):
    L = len(params) // 2
    dZ = signal(cache[f"Z{L}"], y).T
    grads = {}
    for layer in range(L, 0, -1):
        A = cache[f"A{layer - 1}"].T
        grads[f"dW{layer}"] = (dZ @ A.T).T
        grads[f"db{layer}"] = dZ.sum(axis=1)
        dZ = (params[f"W{layer}"] @ dZ) * A * (1 - A)
    return dict(sorted(grads.items()))


@CORPUS.right("backward_softmax")
def backward_mean_at_the_end(params, cache, y):
    P = cache[f"A{len(params) // 2}"].copy()
    P[range(len(y)), y] -= 1
    return {name: value / len(y) for name, value in walk(params, cache, P).items()}


# 7. backward_softmax, one slip


@CORPUS.slip("backward_softmax", "missing-mean")
def backward_summed(params, cache, y):
    return walk(params, cache, first_signal(params, cache, y) * len(y))


@CORPUS.slip("backward_softmax", "missing-one-hot")
def backward_without_label(params, cache, y):
    return walk(params, cache, cache[f"A{len(params) // 2}"] / len(y))


@CORPUS.slip("backward_softmax", "extra-activation-derivative")
def backward_times_p_one_minus_p(params, cache, y):
    P = cache[f"A{len(params) // 2}"]
    return walk(params, cache, first_signal(params, cache, y) * P * (1 - P))


@CORPUS.slip("backward_softmax", "extra-activation-derivative")
def backward_through_the_softmax_again(params, cache, y):
    P = cache[f"A{len(params) // 2}"]
    G = first_signal(params, cache, y)
    return walk(params, cache, P * (G - (G * P).sum(axis=1, keepdims=True)))


@CORPUS.slip("backward_softmax", "class-off-by-one")
def backward_from_class_one(params, cache, y):
    P = cache[f"A{len(params) // 2}"]
    return walk(params, cache, (P - hot(y - 1, P.shape[1])) / len(y))


@CORPUS.slip("backward_softmax", "softmax-of-probabilities")
def backward_softmax_of_the_output(params, cache, y):
    return walk(params, cache, signal(cache[f"A{len(params) // 2}"], y))


@CORPUS.slip("backward_softmax", "wrong-sign")
def backward_uphill(params, cache, y):
    return walk(params, cache, -first_signal(params, cache, y))


@CORPUS.slip("backward_softmax", "mutates-arguments")
def backward_subtracts_in_the_cache(params, cache, y):
    dZ = cache[f"A{len(params) // 2}"]
    dZ[np.arange(len(y)), y] -= 1
    return walk(params, cache, dZ / len(y))


@CORPUS.slip("backward_softmax", "hard-coded-size")
def backward_of_three_layers(params, cache, y):
    grads = {}
    dZ = signal(cache["Z3"], y)
    for layer in (3, 2, 1):
        A = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = A.T @ dZ, dZ.sum(axis=0)
        dZ = dZ @ params[f"W{layer}"].T * A * (1 - A)
    return grads


def walk_with(params, cache, y, back):
    """The walk with a step of one's own from a layer to the one before it."""
    dZ, grads = first_signal(params, cache, y), {}
    for layer in range(len(params) // 2, 0, -1):
        A = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = A.T @ dZ, dZ.sum(axis=0)
        if layer > 1:
            dZ = back(dZ, params[f"W{layer}"], A, cache[f"Z{layer - 1}"])
    return grads


@CORPUS.slip("backward_softmax", "missing-activation-derivative")
def backward_without_derivative(params, cache, y):
    return walk_with(params, cache, y, lambda dZ, W, A, Z: dZ @ W.T)


@CORPUS.slip("backward_softmax", "half-activation-derivative")
def backward_times_one_minus_a(params, cache, y):
    return walk_with(params, cache, y, lambda dZ, W, A, Z: dZ @ W.T * (1 - A))


@CORPUS.slip("backward_softmax", "wrong-activation-derivative")
def backward_with_relu(params, cache, y):
    return walk_with(params, cache, y, lambda dZ, W, A, Z: dZ @ W.T * (Z > 0))


@CORPUS.slip("backward_softmax", "wrong-activation-derivative")
def backward_with_tanh(params, cache, y):
    return walk_with(params, cache, y, lambda dZ, W, A, Z: dZ @ W.T * (1 - A**2))


@CORPUS.slip("backward_softmax", "derivative-of-activation")
def backward_derivative_at_a(params, cache, y):
    return walk_with(params, cache, y, lambda dZ, W, A, Z: dZ @ W.T * sigmoid(A) * (1 - sigmoid(A)))


@CORPUS.slip("backward_softmax", "chain-cut")
def backward_same_signal_everywhere(params, cache, y):
    delta, grads = first_signal(params, cache, y), {}
    for layer in range(len(params) // 2, 0, -1):
        A = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = A.T @ delta, delta.sum(axis=0)
    return grads


@CORPUS.slip("backward_softmax", "bias-gradient-not-summed")
def backward_biases_of_each(params, cache, y):
    dZ, grads = first_signal(params, cache, y), {}
    for layer in range(len(params) // 2, 0, -1):
        A = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = A.T @ dZ, dZ
        dZ = dZ @ params[f"W{layer}"].T * A * (1 - A)
    return grads


@CORPUS.slip("backward_softmax", "bias-gradient-missing")
def backward_biases_zero(params, cache, y):
    grads = walk(params, cache, first_signal(params, cache, y))
    return {name: value * (name[1] == "W") for name, value in grads.items()}


@CORPUS.slip("backward_softmax", "double-mean")
def backward_mean_of_biases(params, cache, y):
    grads = walk(params, cache, first_signal(params, cache, y))
    return {name: value / len(y) if name[1] == "b" else value for name, value in grads.items()}


@CORPUS.slip("backward_softmax", "wrong-layer-input")
def backward_own_activations(params, cache, y):
    dZ, grads = first_signal(params, cache, y), {}
    for layer in range(len(params) // 2, 0, -1):
        A = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = cache[f"A{layer}"].T @ dZ, dZ.sum(axis=0)
        dZ = dZ @ params[f"W{layer}"].T * A * (1 - A)
    return grads


@CORPUS.slip("backward_softmax", "wrong-keys")
def backward_names_of_parameters(params, cache, y):
    grads = walk(params, cache, first_signal(params, cache, y))
    return {name[1:]: value for name, value in grads.items()}


@CORPUS.slip("backward_softmax", "transposed")
def backward_weights_transposed(params, cache, y):
    grads = walk(params, cache, first_signal(params, cache, y))
    return {name: value.T for name, value in grads.items()}


@CORPUS.slip("backward_softmax", "extra-axis")
def backward_biases_as_rows(params, cache, y):
    grads = walk(params, cache, first_signal(params, cache, y))
    return {name: value[np.newaxis] if name[1] == "b" else value for name, value in grads.items()}


@CORPUS.slip("backward_softmax", "mean-over-wrong-count")
def backward_over_classes_too(params, cache, y):
    N = cache[f"A{len(params) // 2}"].shape[1]
    return walk(params, cache, first_signal(params, cache, y) / N)


# 7. backward_softmax, two slips


@CORPUS.slip("backward_softmax", "missing-mean", "missing-activation-derivative")
def backward_summed_without_derivative(params, cache, y):
    grads = walk_with(params, cache, y, lambda dZ, W, A, Z: dZ @ W.T)
    return {name: value * len(y) for name, value in grads.items()}


@CORPUS.slip("backward_softmax", "missing-mean", "wrong-sign")
def backward_summed_uphill(params, cache, y):
    return walk(params, cache, -len(y) * first_signal(params, cache, y))


@CORPUS.slip("backward_softmax", "extra-activation-derivative", "missing-mean")
def backward_as_for_sigmoids_summed(params, cache, y):
    P = cache[f"A{len(params) // 2}"]
    return walk(params, cache, (P - hot(y, P.shape[1])) * P * (1 - P))


@CORPUS.slip("backward_softmax", "class-off-by-one", "half-activation-derivative")
def backward_from_class_one_times_a(params, cache, y):
    return walk_with(params, cache, y - 1, lambda dZ, W, A, Z: dZ @ W.T * A)


# 7. backward_softmax, wrong in ways without a name


@CORPUS.slip("backward_softmax", "diagonal-jacobian")
def backward_only_at_the_label(params, cache, y):
    dZ = first_signal(params, cache, y)
    return walk(params, cache, np.where(hot(y, dZ.shape[1]) == 1, dZ, 0))


@CORPUS.unlisted("backward_softmax")
def backward_with_weight_decay(params, cache, y):
    grads = walk(params, cache, first_signal(params, cache, y))
    return {name: value + 0.01 * params[name[1:]] for name, value in grads.items()}


@CORPUS.unlisted("backward_softmax")
def backward_scaled_to_one(params, cache, y):
    grads = walk(params, cache, first_signal(params, cache, y))
    return {name: value / np.linalg.norm(value) for name, value in grads.items()}


# 8. mean_squared_error, right


@CORPUS.right("mean_squared_error")
def mse_by_flat_dot(Y, A):
    d = (A - Y).ravel().astype(float)
    return d @ d / d.size


@CORPUS.right("mean_squared_error")
def mse_in_python(Y, A):
    squares = [(float(a) - float(t)) ** 2 for a, t in zip(A.flat, Y.flat, strict=True)]
    return math.fsum(squares) / len(squares)


@CORPUS.right("mean_squared_error")
def mse_by_norm(Y, A):
    return np.linalg.norm((A - Y).reshape(-1)) ** 2 / A.size


@CORPUS.right("mean_squared_error")
def mse_as_an_array_of_no_axes(Y, A):
    return np.array(np.average(np.square(Y - A)))


@CORPUS.right("mean_squared_error")
def mse_by_recursion(Y, A):
    if np.ndim(A) == 0:
        return float(A - Y) ** 2
    return sum(mse_by_recursion(t, a) for t, a in zip(Y, A, strict=True)) / len(A)


# 8. mean_squared_error, one slip


@CORPUS.slip("mean_squared_error", "missing-mean")
def mse_summed(Y, A):
    return float(np.sum((A - Y) ** 2))


@CORPUS.slip("mean_squared_error", "factor-two")
def mse_halved(Y, A):
    return float(np.mean((A - Y) ** 2) / 2)


@CORPUS.slip("mean_squared_error", "mean-over-wrong-count")
def mse_over_examples(Y, A):
    return float(np.sum((A - Y) ** 2) / A.shape[0])


@CORPUS.slip("mean_squared_error", "mean-over-wrong-count")
def mse_over_targets(Y, A):
    return float(np.sum((A - Y) ** 2) / A.shape[-1])


@CORPUS.slip("mean_squared_error", "not-a-scalar")
def mse_of_each(Y, A):
    return (A - Y) ** 2


@CORPUS.slip("mean_squared_error", "not-a-scalar")
def mse_keeps_its_axes(Y, A):
    return np.mean((A - Y) ** 2, keepdims=True)


@CORPUS.slip("mean_squared_error", "wrong-sign")
def mse_negative(Y, A):
    return float(-np.mean((A - Y) ** 2))


@CORPUS.slip("mean_squared_error", "one-example-only")
def mse_of_the_first(Y, A):
    return float(np.mean((A[0] - Y[0]) ** 2))


@CORPUS.slip("mean_squared_error", "low-precision")
def mse_in_single(Y, A):
    return float(np.mean((A.astype("float32") - Y.astype("float32")) ** 2))


@CORPUS.slip("mean_squared_error", "integer-truncation")
def mse_into_predictions_type(Y, A):
    squares = np.empty_like(A)
    squares[...] = (A - Y) ** 2
    return float(squares.mean())


@CORPUS.slip("mean_squared_error", "double-mean")
def mse_mean_over_m(Y, A):
    return float(np.mean((A - Y) ** 2) / A.shape[0])


@CORPUS.slip("mean_squared_error", "mutates-arguments")
def mse_subtracts_in_place(Y, A):
    A -= Y
    return float(np.mean(A**2))


@CORPUS.slip("mean_squared_error", "integer-truncation")
def mse_into_targets_type(Y, A):
    squares = np.zeros_like(Y)
    for place in np.ndindex(Y.shape):
        squares[place] = (A[place] - Y[place]) ** 2
    return float(squares.mean())


# 8. mean_squared_error, two slips


@CORPUS.slip("mean_squared_error", "missing-mean", "factor-two")
def mse_half_the_sum(Y, A):
    return float(0.5 * np.sum((A - Y) ** 2))


@CORPUS.slip("mean_squared_error", "mean-over-wrong-count", "factor-two")
def mse_over_two_m(Y, A):
    return float(np.sum((A - Y) ** 2) / (2 * A.shape[0]))


@CORPUS.slip("mean_squared_error", "missing-mean", "wrong-sign")
def mse_negative_sum(Y, A):
    return float(-np.sum((A - Y) ** 2))


@CORPUS.slip("mean_squared_error", "mutates-arguments", "integer-truncation")
def mse_writes_the_difference(Y, A):
    A[...] = A - Y
    return float(np.mean(A**2))


# 8. mean_squared_error, wrong in ways without a name


@CORPUS.unlisted("mean_squared_error")
def mse_square_of_mean(Y, A):
    return float(np.mean(A - Y) ** 2)


@CORPUS.unlisted("mean_squared_error")
def mse_root(Y, A):
    return float(np.sqrt(np.mean((A - Y) ** 2)))


@CORPUS.unlisted("mean_squared_error")
def mse_absolute(Y, A):
    return float(np.mean(np.abs(A - Y)))


# 9. mean_squared_error_gradient, right


@CORPUS.right("mean_squared_error_gradient")
def mse_gradient_entry_by_entry(Y, A):
    dA = np.zeros(A.shape)
    for place in np.ndindex(A.shape):
        dA[place] = 2 * (A[place] - Y[place]) / A.size
    return dA


@CORPUS.right("mean_squared_error_gradient")
def mse_gradient_from_the_other_side(Y, A):
    return (Y - A) * (-2.0 / math.prod(A.shape))


@CORPUS.right("mean_squared_error_gradient")
def mse_gradient_twice_the_difference(Y, A):
    d = np.subtract(A, Y, dtype=float)
    return (d + d) / d.size


@CORPUS.right("mean_squared_error_gradient")
def mse_gradient_in_columns(Y, A):
    return np.divide(2 * (A.T - Y.T), len(A.ravel())).T


@CORPUS.right("mean_squared_error_gradient")
def mse_gradient_of_a_list(Y, A):
    flat = [2 * (float(a) - float(t)) / A.size for a, t in zip(A.ravel(), Y.ravel(), strict=True)]
    return np.array(flat).reshape(A.shape)


# 9. mean_squared_error_gradient, one slip


@CORPUS.slip("mean_squared_error_gradient", "missing-mean")
def mse_gradient_of_the_sum(Y, A):
    return 2.0 * (A - Y)


@CORPUS.slip("mean_squared_error_gradient", "factor-two")
def mse_gradient_without_two(Y, A):
    return (A - Y) / A.size


@CORPUS.slip("mean_squared_error_gradient", "mean-over-wrong-count")
def mse_gradient_over_examples(Y, A):
    return 2 * (A - Y) / A.shape[0]


@CORPUS.slip("mean_squared_error_gradient", "wrong-sign")
def mse_gradient_target_first(Y, A):
    return 2 * (Y - A) / A.size


@CORPUS.slip("mean_squared_error_gradient", "integer-truncation")
def mse_gradient_into_predictions_type(Y, A):
    dA = np.zeros_like(A)
    dA[...] = 2 * (A - Y) / A.size
    return dA


@CORPUS.slip("mean_squared_error_gradient", "integer-truncation")
def mse_gradient_divides_whole(Y, A):
    d = 2 * (A - Y)
    return (d // d.size).astype(float) if d.dtype.kind == "i" else d / d.size


@CORPUS.slip("mean_squared_error_gradient", "mutates-arguments")
def mse_gradient_subtracts_in_place(Y, A):
    A -= Y
    return 2 * A / A.size


@CORPUS.slip("mean_squared_error_gradient", "low-precision")
def mse_gradient_in_single(Y, A):
    return (2 * (A - Y) / A.size).astype(np.float32)


@CORPUS.slip("mean_squared_error_gradient", "needless-mean")
def mse_gradient_averaged(Y, A):
    return 2 * np.mean(A - Y)


@CORPUS.slip("mean_squared_error_gradient", "double-mean")
def mse_gradient_over_m_too(Y, A):
    return 2 * (A - Y) / A.size / A.shape[0]


@CORPUS.slip("mean_squared_error_gradient", "extra-activation-derivative")
def mse_gradient_times_sigmoid_derivative(Y, A):
    return 2 * (A - Y) * A * (1 - A) / A.size


@CORPUS.slip("mean_squared_error_gradient", "transposed")
def mse_gradient_transposed(Y, A):
    return 2 * (A - Y).T / A.size


# 9. mean_squared_error_gradient, two slips


@CORPUS.slip("mean_squared_error_gradient", "factor-two", "missing-mean")
def mse_gradient_just_the_difference(Y, A):
    return (A - Y) * 1.0


@CORPUS.slip("mean_squared_error_gradient", "wrong-sign", "missing-mean")
def mse_gradient_of_the_sum_target_first(Y, A):
    return 2.0 * (Y - A)


@CORPUS.slip("mean_squared_error_gradient", "factor-two", "mean-over-wrong-count")
def mse_gradient_difference_over_m(Y, A):
    return (A - Y) / A.shape[0]


@CORPUS.slip("mean_squared_error_gradient", "mutates-arguments", "integer-truncation")
def mse_gradient_in_the_predictions(Y, A):
    A[...] = A - Y
    return 2 * A / A.size


# 9. mean_squared_error_gradient, wrong in ways without a name


@CORPUS.unlisted("mean_squared_error_gradient")
def mse_gradient_still_squared(Y, A):
    return 2 * (A - Y) ** 2 / A.size


@CORPUS.slip("mean_squared_error_gradient", "ignores-argument")
def mse_gradient_forgets_the_target(Y, A):
    return 2 * A / A.size


@CORPUS.unlisted("mean_squared_error_gradient")
def mse_gradient_of_signs(Y, A):
    return np.sign(A - Y) / A.size


# More answers, and what they share


def changed_walk(params, cache, y, start=first_signal, slope=None, bias=None):
    """The walk back with an answer's own pieces: `start(params, cache, y)`, `slope(a, z)` and `bias(dZ)`."""
    slope, bias = slope or (lambda a, z: a * (1 - a)), bias or (lambda dZ: dZ.sum(axis=0))
    dZ, grads = start(params, cache, y), {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = A_prev.T @ dZ, bias(dZ)
        if layer > 1:
            dZ = dZ @ params[f"W{layer}"].T * slope(A_prev, cache[f"Z{layer - 1}"])
    return grads


@CORPUS.slip("softmax_jacobian", "hard-coded-size")
def jacobian_for_ten(z):
    p = scipy.special.softmax(z.astype(float))
    J = np.zeros((10, 10))
    for i in range(10):
        for j in range(10):
            J[i, j] = p[i] * (float(i == j) - p[j])
    return J


@CORPUS.slip("backward_softmax", "wrong-axis")
def backward_bias_over_units(params, cache, y):
    return changed_walk(params, cache, y, bias=lambda dZ: dZ.sum(axis=1))


@CORPUS.slip("log_softmax", "wrong-log-base", "wrong-sign")
def log_softmax_negative_bits(Z):
    return -scipy.special.log_softmax(Z.astype(float), axis=1) / math.log(2)


@CORPUS.slip("softmax_cross_entropy_gradient", "missing-one-hot", "missing-mean")
def gradient_bare_softmax(Z, y):
    return shares(Z)


@CORPUS.slip("backward_softmax", "half-activation-derivative", "missing-mean")
def backward_half_sum(params, cache, y):
    return changed_walk(
        params, cache, y, start=lambda *given: first_signal(*given) * len(y), slope=lambda a, z: a
    )


@CORPUS.slip("backward_softmax", "class-off-by-one", "missing-activation-derivative")
def backward_shifted_linear(params, cache, y):
    return changed_walk(params, cache, (y - 1) % params[f"b{len(params) // 2}"].size, slope=lambda a, z: 1)


@CORPUS.slip("backward_softmax", "wrong-sign", "derivative-of-activation")
def backward_up_slope_of_a(params, cache, y):
    return changed_walk(
        params,
        cache,
        y,
        start=lambda *given: -first_signal(*given),
        slope=lambda a, z: sigmoid(a) * sigmoid(-a),
    )


@CORPUS.unlisted("softmax")
def softmax_at_temperature(Z):
    return shares(Z / 2)


@CORPUS.unlisted("softmax")
def softmax_forgets_last_class(Z):
    Z = Z.astype(float)
    n = max(Z.shape[1] - 1, 1)
    top = Z.max(axis=1, keepdims=True)
    e = np.exp(Z - top)
    return e / (e[:, :n].sum(axis=1, keepdims=True) + 1)


@CORPUS.unlisted("log_softmax")
def log_softmax_minus_mean(Z):
    return Z - Z.mean(axis=1, keepdims=True)


@CORPUS.unlisted("softmax_jacobian")
def jacobian_identity(z):
    p = scipy.special.softmax(z.astype(float))
    return np.eye(p.size) - np.outer(p, p)


@CORPUS.unlisted("softmax_jacobian")
def jacobian_lower_triangle(z):
    p = scipy.special.softmax(z.astype(float))
    return np.tril(np.diag(p) - np.outer(p, p))


@CORPUS.unlisted("sparse_cross_entropy")
def sparse_brier(y, P):
    return float(np.mean((1 - P[np.arange(len(y)), y]) ** 2))


@CORPUS.unlisted("sparse_cross_entropy")
def sparse_smoothing(y, P):
    N = P.shape[1]
    return float(-np.mean(np.sum((0.9 * hot(y, N) + 0.1 / N) * np.log(P), axis=1)))


@CORPUS.unlisted("softmax_cross_entropy_gradient")
def gradient_smoothed_labels(Z, y):
    N = Z.shape[1]
    return (shares(Z) - 0.9 * hot(y, N) - 0.1 / N) / len(y)


@CORPUS.unlisted("mean_squared_error")
def mse_variance(Y, A):
    return float(np.var(A - Y))


@CORPUS.unlisted("backward_softmax")
def backward_softplus_slope(params, cache, y):
    return changed_walk(params, cache, y, slope=lambda a, z: np.sqrt(a * (1 - a)))


@CORPUS.unlisted("backward_softmax")
def backward_label_noise(params, cache, y):
    return changed_walk(params, cache, y[::-1])


@CORPUS.slip("backward_softmax", "ignores-argument")
def backward_last_layer_only(params, cache, y):
    g = changed_walk(params, cache, y)
    L = len(params) // 2
    return {k: v if k.endswith(str(L)) else np.zeros_like(v) for k, v in g.items()}


# Wrong for arguments that are stored by columns, alike, next to 0 or integers


@CORPUS.unlisted("softmax")
def softmax_into_a_flat_array(Z):
    P = np.zeros_like(Z, dtype=float)
    flat, n = P.ravel(), Z.shape[1]
    for i, z in enumerate(Z):
        e = np.exp(z - z.max())
        flat[i * n : (i + 1) * n] = e / e.sum()
    return P
