"""Lesson 6 again: answers that were written, and named, before the check was asked."""

from __future__ import annotations

import numpy as np

from tests.corpus.entries import Corpus
from utils.network import forward

CORPUS = Corpus("06_automatic_differentiation")


def products(op, operands, output, G):
    if op == "matmul":
        return G @ operands[1].T, operands[0].T @ G
    if op == "add":
        return G, G if operands[1].shape == G.shape else G.sum(axis=0)
    if op == "mul":
        return G * operands[1], G * operands[0]
    if op == "sigmoid":
        return (G * output * (1 - output),)
    if op == "log":
        return (G / operands[0],)
    return (np.full(operands[0].shape, G / operands[0].size),)


def walk(tape, values, rule=products, start=1.0, steps=None):
    names = [n for _, inputs, out in tape for n in (*inputs, out)]
    grads = {n: np.zeros(np.shape(values[n])) for n in names}
    grads[tape[-1][2]] = np.array(start)
    for op, inputs, out in steps or tape[::-1]:
        parts = rule(op, [values[n] for n in inputs], values[out], grads[out])
        for n, part in zip(inputs, parts, strict=True):
            grads[n] = grads[n] + part
    return grads


# One slip


@CORPUS.slip("vjp_matmul", "weights-transposed")
def matmul_turns_square_factors(A, B, G):
    right = B if B.shape[0] == B.shape[1] and G.shape[1] == B.shape[0] else B.T
    return G @ right, A.T @ G


@CORPUS.slip("vjp_matmul", "operands-swapped")
def matmul_hands_them_back_crossed(A, B, G):
    first, second = np.dot(G, B.T), np.dot(A.T, G)
    return second, first


@CORPUS.slip("vjp_add", "broadcast-not-summed")
def add_passes_both(A, b, G):
    return 1.0 * G, 1.0 * G


@CORPUS.slip("vjp_mul", "operands-swapped")
def mul_keeps_its_own(A, B, G):
    return np.multiply(G, A), np.multiply(G, B)


@CORPUS.slip("vjp_sigmoid", "half-activation-derivative")
def sigmoid_times_itself(S, G):
    return np.array(S) * G


@CORPUS.slip("vjp_log", "clipped")
def log_with_a_floor(A, G):
    return G / (A + 1e-8)


@CORPUS.slip("vjp_mean", "missing-mean")
def mean_spreads_everything(A, G):
    return np.ones_like(A, dtype=float) * G


@CORPUS.slip("backward", "path-overwritten")
def tape_keeps_the_latest(tape, values):
    grads = {tape[-1][2]: np.array(1.0)}
    for op, inputs, out in reversed(tape):
        G = grads.get(out, np.zeros(np.shape(values[out])))
        parts = products(op, [values[n] for n in inputs], values[out], G)
        for n, part in zip(inputs, parts, strict=True):
            grads[n] = part
    for _, inputs, out in tape:
        for n in (*inputs, out):
            grads.setdefault(n, np.zeros(np.shape(values[n])))
    return grads


@CORPUS.slip("backward", "forward-order")
def tape_from_the_start(tape, values):
    return walk(tape, values, steps=list(tape))


@CORPUS.slip("backward", "shared-gradient")
def tape_adds_in_place(tape, values):
    grads = {tape[-1][2]: np.array(1.0)}
    for op, inputs, out in tape[::-1]:
        if out not in grads:
            continue
        parts = products(op, [values[n] for n in inputs], values[out], grads[out])
        for n, part in zip(inputs, parts, strict=True):
            if n in grads:
                grads[n] += part
            else:
                grads[n] = part
    names = [n for _, inputs, out in tape for n in (*inputs, out)]
    return {n: grads.get(n, np.zeros(np.shape(values[n]))) for n in names}


@CORPUS.slip("saliency", "bias-skipped")
def saliency_without_bias(params, x):
    L, A = len(params) // 2, [x[None] * 1.0]
    for k in range(1, L + 1):
        A.append(1 / (1 + np.exp(-(A[-1] @ params[f"W{k}"]))))
    d = A[L] * (1 - A[L])
    for k in range(L, 1, -1):
        d = d @ params[f"W{k}"].T * A[k - 1] * (1 - A[k - 1])
    return (d @ params["W1"].T)[0]


@CORPUS.slip("saliency", "weights-transposed")
def saliency_turns_square_weights(params, x):
    L = len(params) // 2
    _, cache = forward(x[None], params)
    d = cache[f"A{L}"] * (1 - cache[f"A{L}"])
    for k in range(L, 0, -1):
        W = params[f"W{k}"]
        d = d @ (W if W.shape[0] == W.shape[1] else W.T)
        if k > 1:
            d = d * cache[f"A{k - 1}"] * (1 - cache[f"A{k - 1}"])
    return d[0]


# Two slips


@CORPUS.slip("vjp_mul", "operands-swapped", "wrong-sign")
def mul_swapped_and_turned(A, B, G):
    return -G * A, -G * B


@CORPUS.slip("backward", "half-activation-derivative", "operands-swapped")
def tape_with_two_wrong_rules(tape, values):
    def rule(op, operands, output, G):
        if op == "sigmoid":
            return (G * output,)
        if op == "mul":
            return G * operands[0], G * operands[1]
        return products(op, operands, output, G)

    return walk(tape, values, rule)


@CORPUS.slip("saliency", "missing-activation-derivative")  # without slopes, no bias shows
def saliency_bare_and_without_slopes(params, x):
    d = np.ones((1, 1))
    for k in range(len(params) // 2, 0, -1):
        d = d @ params[f"W{k}"].T
    return d[0]


@CORPUS.slip("backward", "missing-mean", "wrong-log-base")
def tape_sums_and_takes_decades(tape, values):
    def rule(op, operands, output, G):
        if op == "mean":
            return (np.full(operands[0].shape, float(G)),)
        if op == "log":
            return (G / (operands[0] * np.log(10)),)
        return products(op, operands, output, G)

    return walk(tape, values, rule)


# No listed slip


@CORPUS.unlisted("vjp_matmul")
def matmul_adds_its_operands(A, B, G):
    return G @ B.T + A, A.T @ G + B


@CORPUS.unlisted("vjp_add")
def add_median_of_the_bias(A, b, G):
    return G, G if b.shape == A.shape else np.median(G, axis=0) * 3


@CORPUS.unlisted("vjp_sigmoid")
def sigmoid_with_a_root(S, G):
    return G * np.sqrt(S) * (1 - S)


@CORPUS.unlisted("backward")
def tape_damps_every_step(tape, values):
    return walk(tape, values, lambda *a: tuple(0.9 * part for part in products(*a)))


@CORPUS.unlisted("saliency")
def saliency_of_the_softened_output(params, x):
    L = len(params) // 2
    _, cache = forward(x[None], params)
    d = np.sqrt(cache[f"A{L}"] * (1 - cache[f"A{L}"]))
    for k in range(L, 0, -1):
        d = d @ params[f"W{k}"].T
        if k > 1:
            d = d * cache[f"A{k - 1}"] * (1 - cache[f"A{k - 1}"])
    return d[0]


# The rule of the other operand, with ones for what arrives


@CORPUS.slip("vjp_mul", "operands-swapped", "ignores-argument")
def mul_gives_each_operand_itself(A, B, G):
    return A * np.ones(G.shape), B * np.ones(G.shape)


@CORPUS.slip("vjp_matmul", "operands-swapped", "ignores-argument")
def matmul_of_ones_in_the_other_order(A, B, G):
    ones = np.ones((A.shape[0], B.shape[1]))
    return A.T @ ones, ones @ B.T
