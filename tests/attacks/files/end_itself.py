"""Ends itself in each function in another way."""

import ctypes
import os
import signal
import sys


def output_delta(A, Y):
    os._exit(0)


def hidden_delta(dZ_next, W_next, A):
    os.kill(os.getpid(), signal.SIGKILL)


def parameter_gradients(A_prev, dZ):
    os.abort()


def backward(params, cache, Y):
    ctypes.string_at(0)


def input_gradient(params, cache, Y):
    sys.exit(0)


def per_example_gradients(params, X, Y):
    raise KeyboardInterrupt
