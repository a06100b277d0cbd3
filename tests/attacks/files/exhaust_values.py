"""Answers with values that are huge, deep, endless or contain themselves."""

import numpy as np


class Endless(list):
    def __iter__(self):
        while True:
            yield 0


def output_delta(A, Y):
    deep = []
    for _ in range(10**5):
        deep = [deep]
    return deep


def hidden_delta(dZ_next, W_next, A):
    itself = {}
    itself["itself"] = itself
    return itself


def backward(params, cache, Y):
    return {str(i): i for i in range(10**5)} | {"k" * 10**7: Endless()}


def input_gradient(params, cache, Y):
    return np.broadcast_to(np.float64(0), (10**6, 10**6))


def parameter_gradients(A_prev, dZ):
    return 10**10000, Endless([1])
