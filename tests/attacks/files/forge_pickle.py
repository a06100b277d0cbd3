"""Answers with what runs code where it is unpickled."""

import os

import numpy as np


class Bomb:
    def __reduce__(self):
        return os.system, ("touch @CANARY@",)


def output_delta(A, Y):
    made = np.empty(A.shape, object)
    made[:] = Bomb()
    return made


def backward(params, cache, Y):
    return {Bomb(): Bomb(), "dW1": Bomb()}
