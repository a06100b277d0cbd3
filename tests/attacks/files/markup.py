"""Raises, returns and names things in HTML, ANSI and links to local files."""

BAD = "<script>alert(1)</script><img src=x onerror=alert(1)><style>*{display:none}</style>"
BAD += (
    "[x](file:///etc/passwd)<a href='javascript:alert(1)'>y</a>\x1b[2J\x1b]8;;file:///etc/passwd\x07\u202e`"
)


def output_delta(A, Y):
    print(BAD)
    raise type(BAD, (Exception,), {})(BAD)


def hidden_delta(dZ_next, W_next, A):
    return BAD


def backward(params, cache, Y):
    return {BAD: 1, "dW1": type(BAD, (), {})()}


def parameter_gradients(A_prev, dZ):
    import warnings

    warnings.warn(BAD, RuntimeWarning, stacklevel=2)
    return {BAD: BAD}
