"""Answers with integers of very many digits, alone and among others, and counts with them."""


def output_delta(A, Y):
    return 10**5000


def hidden_delta(dZ_next, W_next, A):
    return [2**63, -(2**63) - 1, 10**4300, True, 10**400 * 1.0 if False else 10**308]


def parameter_gradients(A_prev, dZ):
    return {str(10**4000): 10**4000}, {10**5000: 1}


def backward(params, cache, Y):
    raise ValueError(10**4200)
