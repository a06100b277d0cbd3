"""The layer lab's numbers, with right and wrong dense functions."""

import numpy as np
import pytest

from utils.network import sigmoid
from utils.widgets.layer_lab_model import ACTIVATIONS, LayerActivations

X, W, B = [1.0, 0.5], [[1.0, -2.0, 0.5], [2.0, 1.0, -0.5]], [-1.0, 0.5, 0.0]


def dense(A_prev, W, b, activation):
    return activation(A_prev @ W + b)


def test_the_numbers_are_those_of_the_learners_dense():
    asked = []

    def learners(A_prev, W, b, activation):
        asked.append((A_prev.shape, W.shape, b.shape))
        return dense(A_prev, W, b, activation)

    layer = LayerActivations(learners, X, W, B)
    assert set(asked) == {((1, 2), (2, 3), (3,))}
    np.testing.assert_allclose(layer.z, [1.0, -1.0, 0.25])
    np.testing.assert_allclose(layer.a, sigmoid(layer.z))
    assert "1 · 1 + 0.5 · 2 + its bias (−1)" in layer.sentence()
    assert "z = 1, and sigmoid makes a = 0.7311 of it" in layer.sentence()
    assert "Unit 2: weights −2, 1, bias 0.5, z −1, a 0.2689." in layer.alt()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_weight_moves_its_own_unit_and_no_other(name):
    layer = LayerActivations(dense, X, W, B)
    layer.activation = name
    layer.update()
    before = layer.a
    layer.W[0, 0] += 1.0
    layer.update()
    assert layer.z[0] == 2.0 and layer.a[0] > before[0]
    np.testing.assert_array_equal(layer.a[1:], before[1:])


def test_a_dense_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"shape \(3,\) for one example and 3 units"):
        LayerActivations(lambda *arguments: dense(*arguments)[0], X, W, B)
