"""Answers with arrays of no entries, and with ones that would broadcast."""

import numpy as np


def output_delta(A, Y):
    return np.zeros((0, 1))


def hidden_delta(dZ_next, W_next, A):
    return np.zeros((1, 1))


def backward(params, cache, Y):
    return {}
