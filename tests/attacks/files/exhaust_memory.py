"""Asks for all the memory, at once and bit by bit."""

import ctypes

import numpy as np

for ask in (lambda: bytearray(2**36), lambda: np.ones(2**33), lambda: ctypes.create_string_buffer(2**35)):
    try:
        ask()
    except (MemoryError, ValueError):
        pass
HELD = []
try:
    while True:
        HELD.append(bytearray(2**20))
except MemoryError:
    HELD.clear()


def output_delta(A, Y):
    return A
