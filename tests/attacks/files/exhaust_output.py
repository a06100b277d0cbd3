"""Prints without end."""

import os
import sys


def output_delta(A, Y):
    for _ in range(2000):
        print("x" * 10**5)
        sys.stderr.write("y" * 10**5)
    for descriptor in (0, 1, 2):
        try:
            os.write(descriptor, b"z" * 10**6)
        except OSError:
            pass
    return A
