"""Returns lists and dicts of very many entries, each of which somebody may want to look at."""


def output_delta(A, Y):
    return [0.0] * 150_000


def hidden_delta(dZ_next, W_next, A):
    return [[[]] * 1000] * 200


def backward(params, cache, Y):
    return {str(number): 1 for number in range(120_000)}


def input_gradient(params, cache, Y):
    return [0.0] * 19_000
