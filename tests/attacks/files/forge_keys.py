"""Returns gradients under keys that would be the right ones if a terminal showed them."""


def backward(params, cache, Y):
    last = len(params) // 2
    grads, dZ = {}, (cache[f"A{last}"] - Y) / len(Y)
    for number in range(last, 0, -1):
        A = cache[f"A{number - 1}"]
        grads[f"wrong\rdW{number}"], grads[f"\x1b[31mdb{number}"] = A.T @ dZ, dZ.sum(axis=0)
        dZ = (dZ @ params[f"W{number}"].T) * A * (1 - A)
    return grads
