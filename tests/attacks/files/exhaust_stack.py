"""Recurses until the stack is gone."""

import sys

sys.setrecursionlimit(2**30)


def output_delta(A, Y):
    return [output_delta(A, Y)]
