"""The error signals behind a learner's own gradients, for errors carried forward.

A learner returns a layer's gradients, not its error signal `dZ` `(m, n_out)`. But the gradients of weights
and biases are sums of the rows of `dZ`, weighted by the layer's input and by 1: often they determine `dZ`.
For one example the bias gradient is the error signal itself.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from utils.network import walk_back

TOLERANCE = 1e-9  # relative to the largest entry
SINGULAR = 1e-6  # singular values below this share of the largest count as 0

Arrays = Mapping[str, np.ndarray]


def agrees(got, expected) -> bool:
    """Whether two arrays of the same shape are equal up to rounding."""
    return bool(np.abs(got - expected).max(initial=0) <= TOLERANCE * np.abs(expected).max(initial=0) + 1e-12)


def layer_gradients(A_prev, dZ):
    """The right `(dW, db)` of a layer, from its input `(m, n_in)` and its error signal `(m, n_out)`."""
    return A_prev.T @ dZ, dZ.sum(axis=0)


def determines_signal(A_prev) -> bool:
    """Whether a layer's gradients determine its error signal: each unit has more of them than examples."""
    m, n_in = A_prev.shape
    return m == 1 or n_in + 1 > m


def signal_from(A_prev, dW, db):
    """The error signal `(m, n_out)` with gradients `dW` and `db`; None if there is none, or more than one."""
    if len(A_prev) == 1:
        return db[np.newaxis]
    return _exact_solution(np.vstack([A_prev.T, np.ones(len(A_prev))]), np.vstack([dW, db]))


def _exact_solution(rows, sums):
    """The solution of `rows @ x = sums`; None if there is none, or more than one."""
    found, _, rank, _ = np.linalg.lstsq(rows, sums, rcond=SINGULAR)
    return found if rank == rows.shape[1] and agrees(rows @ found, sums) else None


def signal_of_layer_before(dZ, W, A_prev):
    """The error signal `(m, n_in)` of the sigmoid layer before, whose activations are `A_prev`."""
    return (dZ @ W.T) * A_prev * (1 - A_prev)


def gradients_up_to(params: Arrays, cache: Arrays, layer: int, dZ) -> dict[str, np.ndarray]:
    """The right gradients of the layers from the first to `layer`, from the error signal `dZ` of `layer`."""
    up_to_layer = {name: value for name, value in params.items() if int(name[1:]) <= layer}
    return walk_back(up_to_layer, cache, dZ)


def expected_gradients(params: Arrays, cache: Arrays, dZ, own: Arrays) -> dict[str, np.ndarray]:
    """The right gradients of every layer, given the learner's `own` gradients of the layers after it.

    `params` has `W1` `(n_in, n_out)`, `b1` `(n_out,)` and so on, `cache` the activations `A0`, `A1` and so
    on; `dZ` `(m, n_L)` is the right error signal of the output. Where both gradients of a layer are wrong,
    the bias gradient counts as the error and the weights' gradient as what follows from it. An entry is nan
    where the learner's gradients do not determine an error signal.
    """
    expected = {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev, W, b = cache[f"A{layer - 1}"], f"dW{layer}", f"db{layer}"
        expected[W], expected[b] = layer_gradients(A_prev, dZ)
        if not _has_expected(own, W, expected[W]):
            determined = determines_signal(A_prev)
            signal = signal_from(A_prev, own[W], own[b]) if determined and own.keys() >= {W, b} else None
            if signal is not None:
                dZ, expected[W] = signal, layer_gradients(A_prev, signal)[0]
            elif not (determined and _has_expected(own, b, expected[b])):
                return expected | _from_all_layers_before(params, cache, layer, own) | {b: expected[b]}
        dZ = signal_of_layer_before(dZ, params[f"W{layer}"], A_prev)
    return expected


def _has_expected(own: Arrays, name: str, expected) -> bool:
    """Whether the learner's array of this name is as expected."""
    return name in own and agrees(own[name], expected)


def _from_all_layers_before(params: Arrays, cache: Arrays, layer: int, own: Arrays) -> dict[str, np.ndarray]:
    """The gradients of the layers from the first to `layer`, from the one error signal that has all of them.

    Nan if there is no such signal, or more than one.
    """
    A_prev, units = cache[f"A{layer - 1}"], len(params[f"b{layer}"])
    shapes = gradients_up_to(params, cache, layer, np.zeros((len(A_prev), units)))
    unknown = {name: np.full_like(value, np.nan) for name, value in shapes.items()}
    if determines_signal(A_prev) or not own.keys() >= shapes.keys():
        return unknown  # in the first case no error signal has even the gradients of this layer
    basis = np.eye(len(A_prev) * units).reshape(-1, len(A_prev), units)
    responses = (gradients_up_to(params, cache, layer, dZ) for dZ in basis)  # the gradients are linear in dZ
    rows = np.stack([_concatenated(response, shapes) for response in responses], axis=1)
    signal = _exact_solution(rows, _concatenated(own, shapes)) if rows.shape[0] > rows.shape[1] else None
    return unknown if signal is None else gradients_up_to(params, cache, layer, signal.reshape(-1, units))


def _concatenated(entries: Arrays, names) -> np.ndarray:
    """The entries of the named arrays in one vector."""
    return np.concatenate([entries[name].ravel() for name in names])


def expected_per_example_gradients(params: Arrays, cache: Arrays, dZ, own: Arrays) -> dict[str, np.ndarray]:
    """As `expected_gradients`, for the gradients of each example along a leading axis of m.

    Here the bias gradient `(m, n_out)` is the error signal. The answer lacks the gradients that the learner's
    do not determine.
    """
    expected = {}
    for layer in range(len(params) // 2, 0, -1):
        A_prev, W, b = cache[f"A{layer - 1}"], f"dW{layer}", f"db{layer}"
        expected[W], expected[b] = _outer(A_prev, dZ), dZ
        if not _has_expected(own, W, expected[W]):
            if b not in own:
                return expected
            dZ, expected[W] = own[b], _outer(A_prev, own[b])
        dZ = signal_of_layer_before(dZ, params[f"W{layer}"], A_prev)
    return expected


def _outer(A_prev, dZ):
    """The weights' gradient of each example `(m, n_in, n_out)`."""
    return A_prev[:, :, np.newaxis] * dZ[:, np.newaxis, :]
