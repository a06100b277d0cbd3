"""The error signals behind a learner's own gradients, and what follows from them.

A layer's gradients are all that a learner returns, but they tell of its error signal `dZ` `(m, n_out)`: the
gradients of weights and biases are sums over it, weighted by the layer's input and by 1. For one example the
bias gradient is the error signal itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

AGREES = 1e-9
WELL_POSED = 1e-6  # the smallest singular value that still tells something, beside the largest

Arrays = Mapping[str, np.ndarray]


def agrees(got, expected) -> bool:
    """Whether two arrays of one shape are equal to rounding."""
    return bool(np.abs(got - expected).max(initial=0) <= AGREES * np.abs(expected).max(initial=0) + 1e-12)


def layer_gradients(A_prev, dZ):
    """What a right layer makes of its input `(m, n_in)` and its error signal: `dW` and `db`."""
    return A_prev.T @ dZ, dZ.sum(axis=0)


def tells(A_prev) -> bool:
    """Whether one layer's gradients tell its error signal: there are more of them than examples."""
    m, n_in = A_prev.shape
    return m == 1 or n_in + 1 > m


def signal_of(A_prev, dW, db):
    """The error signal that one layer's gradients stand for; None where none has both, or more than one."""
    if len(A_prev) == 1:
        return db[np.newaxis]
    return _solved(np.vstack([A_prev.T, np.ones(len(A_prev))]), np.vstack([dW, db]))


def _solved(rows, sums):
    """The least squares solution, where there is just one and it is exact."""
    found, _, rank, _ = np.linalg.lstsq(rows, sums, rcond=WELL_POSED)
    return found if rank == rows.shape[1] and agrees(rows @ found, sums) else None


def signal_below(dZ, W, A_prev):
    """The error signal of the sigmoid layer before, whose activations are `A_prev`."""
    return (dZ @ W.T) * A_prev * (1 - A_prev)


def gradients_below(params: Arrays, cache: Arrays, layer: int, dZ) -> dict[str, np.ndarray]:
    """The right gradients of a layer and of all before it, from the error signal of that layer."""
    found = {}
    for number in range(layer, 0, -1):
        A_prev = cache[f"A{number - 1}"]
        found[f"dW{number}"], found[f"db{number}"] = layer_gradients(A_prev, dZ)
        dZ = signal_below(dZ, params[f"W{number}"], A_prev)
    return found


def carried_back(params: Arrays, cache: Arrays, dZ, own: Arrays) -> dict[str, np.ndarray]:
    """The right gradients of every layer, each given the learner's `own` of the layers after it.

    `dZ` is the right error signal of the output. Of a layer whose gradients are both wrong, the bias gradient
    is taken for what is wrong, the weights' gradient for what follows from it. Nan where nobody can tell.
    """
    expected = {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev, W, b = cache[f"A{layer - 1}"], f"dW{layer}", f"db{layer}"
        expected[W], expected[b] = layer_gradients(A_prev, dZ)
        if not _is_in(own, W, expected[W]):
            signal = signal_of(A_prev, own[W], own[b]) if tells(A_prev) and own.keys() >= {W, b} else None
            if signal is not None:
                dZ, expected[W] = signal, layer_gradients(A_prev, signal)[0]
            elif not (tells(A_prev) and _is_in(own, b, expected[b])):
                return expected | _all_below(params, cache, layer, own) | {b: expected[b]}
        dZ = signal_below(dZ, params[f"W{layer}"], A_prev)
    return expected


def _is_in(own: Arrays, name: str, expected) -> bool:
    return name in own and agrees(own[name], expected)


def _all_below(params: Arrays, cache: Arrays, layer: int, own: Arrays) -> dict[str, np.ndarray]:
    """The gradients of a layer and of all before it by the one error signal that has them all, else nan."""
    A_prev, units = cache[f"A{layer - 1}"], len(params[f"b{layer}"])
    shapes = gradients_below(params, cache, layer, np.zeros((len(A_prev), units)))
    untold = {name: np.full_like(value, np.nan) for name, value in shapes.items()}
    if tells(A_prev) or not own.keys() >= shapes.keys():
        return untold  # the layer alone would tell, if there were an error signal that has its gradients
    unknown = np.eye(len(A_prev) * units).reshape(-1, len(A_prev), units)
    each = (gradients_below(params, cache, layer, dZ) for dZ in unknown)
    rows = np.stack([_in_one(found, shapes) for found in each], axis=1)
    signal = _solved(rows, _in_one(own, shapes)) if rows.shape[0] > rows.shape[1] else None
    return untold if signal is None else gradients_below(params, cache, layer, signal.reshape(-1, units))


def _in_one(entries: Arrays, names) -> np.ndarray:
    return np.concatenate([entries[name].ravel() for name in names])


def carried_back_alone(params: Arrays, cache: Arrays, dZ, own: Arrays) -> dict[str, np.ndarray]:
    """The same where each example has gradients of its own, along a leading axis of m, and they tell all."""
    expected = {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev, W, b = cache[f"A{layer - 1}"], f"dW{layer}", f"db{layer}"
        expected[W], expected[b] = _outer(A_prev, dZ), dZ
        if not _is_in(own, W, expected[W]):
            if b not in own:
                return expected
            dZ, expected[W] = own[b], _outer(A_prev, own[b])
        dZ = signal_below(dZ, params[f"W{layer}"], A_prev)
    return expected


def _outer(A_prev, dZ):
    return A_prev[:, :, np.newaxis] * dZ[:, np.newaxis, :]
