"""The one table of symbols: its formulas, in rows, in columns and as in forums, say the same."""

import re

import numpy as np
import pytest

from grader import lessons
from utils.network import backward, forward, initialize, sigmoid


@pytest.fixture
def table(root):
    """The cells of each row, by the words in its first cell."""
    text = (root / "docs" / "notation.md").read_text(encoding="utf-8")
    lines = [line.removeprefix("|").removesuffix("|") for line in text.splitlines() if line.startswith("|")]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    assert {len(row) for row in rows} == {5}
    return {row[0]: row for row in rows}


@pytest.fixture
def network():
    """A network, its passes, and the gradients that lesson 3 derives; `m` examples."""
    rng = np.random.default_rng(3)
    params, X, Y = initialize([4, 5, 3, 1], seed=3), rng.normal(size=(7, 4)), rng.integers(0, 2, (7, 1))
    _, cache = forward(X, params)
    return params, cache, Y, backward(params, cache, Y), len(X)


def slope(Z):
    return sigmoid(Z) * (1 - sigmoid(Z))


def holds(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)


def test_the_rows_are_those_of_the_course_and_of_forums(table, network):
    params, cache, Y, grads, m = network
    assert r"$dZ_L = \frac1m (A_L - Y)$" in table["error signal of the output"]
    assert r"$dL/dz^{[L]} = \frac1n (a^{[L]} - y)$" in table["error signal of the output"]
    assert r"\odot g'(Z_l)$" in table["one layer back, for $l < L$"][1]
    assert r"W^{[l+1]\mathsf T}) \circ g'(z^{[l]})$" in table["one layer back, for $l < L$"][4]
    dZ = (cache["A3"] - Y) / m
    for layer in (3, 2, 1):
        holds(params[f"b{layer}"] + cache[f"A{layer - 1}"] @ params[f"W{layer}"], cache[f"Z{layer}"])
        holds(cache[f"A{layer - 1}"].T @ dZ, grads[f"dW{layer}"])
        holds(dZ.sum(axis=0), grads[f"db{layer}"])
        if layer > 1:
            dZ = (dZ @ params[f"W{layer}"].T) * slope(cache[f"Z{layer - 1}"])


def test_the_columns_give_the_same_numbers_transposed(table, network):
    params, cache, Y, grads, m = network
    assert r"$dZ^{[L]} = A^{[L]} - Y$" in table["error signal of the output"]
    assert r"$dW^{[l]} = \frac1m\, dZ^{[l]} A^{[l-1]\mathsf T}$" in table["gradient of the weights"]
    W = {layer: params[f"W{layer}"].T for layer in (1, 2, 3)}
    A, Z = cache["A0"].T, {}
    activations = [A]
    for layer in (1, 2, 3):
        Z[layer] = W[layer] @ activations[-1] + params[f"b{layer}"][:, np.newaxis]
        activations.append(sigmoid(Z[layer]))
    dZ = activations[3] - Y.T
    for layer in (3, 2, 1):
        holds((dZ @ activations[layer - 1].T / m).T, grads[f"dW{layer}"])
        holds(dZ.mean(axis=1), grads[f"db{layer}"])
        if layer > 1:
            dZ = (W[layer].T @ dZ) * slope(Z[layer - 1])


@pytest.mark.parametrize("lesson", lessons.names())
def test_every_lesson_points_to_it_and_none_has_a_table_of_its_own(root, lesson):
    text = (root / "solutions" / f"{lesson}.py").read_text(encoding="utf-8")
    assert text.count("](../../docs/notation.md)") == 1
    assert not re.search(r"^# \|.*\(other courses\)", text, re.MULTILINE)
