"""The stepper's numbers are those of the network, and its steps can be gone in both directions."""

import warnings

import numpy as np
import pytest

from tests.utils.widgets.conftest import examples
from utils.network import backward, binary_cross_entropy, forward
from utils.widgets.backprop_stepper_model import NetworkPasses
from utils.widgets.backprop_stepper_wording import alt_text


@pytest.mark.parametrize("sizes", [[2, 3, 2, 1], [64, 25, 15, 1], [3, 1], [1, 1, 1], [4, 4, 4, 4, 1]])
@pytest.mark.parametrize("m", [1, 5])
def test_the_arrays_have_the_numbers_of_the_network(sizes, m):
    params, X, Y = examples(sizes, m)
    A, cache = forward(X, params)
    passes = NetworkPasses(params, X, Y)
    for name, array in {**cache, **backward(params, cache, Y)}.items():
        np.testing.assert_allclose(passes.arrays[name], array, rtol=1e-12, atol=1e-300)
    assert passes.arrays["J"] == pytest.approx(binary_cross_entropy(Y, A), rel=1e-12)


def test_the_error_signals_of_a_hidden_layer_agree_with_differences():
    """dA1 and dZ1, entry by entry, as the change of the cost."""
    params, X, Y = examples([2, 3, 1], 4)
    passes = NetworkPasses(params, X, Y)

    def cost_above(A1):
        return binary_cross_entropy(Y, forward(A1, {"W1": params["W2"], "b1": params["b2"]})[0])

    A1, step = passes.arrays["A1"], 1e-5
    for place in np.ndindex(A1.shape):
        nudge = np.zeros_like(A1)
        nudge[place] = step
        measured = (cost_above(A1 + nudge) - cost_above(A1 - nudge)) / (2 * step)
        assert passes.arrays["dA1"][place] == pytest.approx(measured, rel=1e-6)
    np.testing.assert_allclose(passes.arrays["dZ1"], passes.arrays["dA1"] * A1 * (1 - A1))


def test_the_steps_go_forward_then_backward_and_stop_at_their_ends():
    passes = NetworkPasses(*examples([2, 3, 1], 4))
    assert passes.steps == ["A0", "Z1", "A1", "Z2", "A2", "J", "dZ2", "dW2", "dA1", "dZ1", "dW1"]
    passes.move(-1)
    assert passes.step == "A0"
    passes.move(3)
    assert (passes.step, passes.layer) == ("Z2", 2)
    passes.move(100)
    assert passes.step == "dW1"


def test_each_layer_keeps_its_own_unit():
    passes = NetworkPasses(*examples([2, 3, 2, 1], 4))
    passes.move(1)
    passes.unit = 2
    passes.move(2)
    assert (passes.layer, passes.unit) == (2, 0)
    passes.move(-1)
    assert passes.unit == 2


def test_a_saturated_network_is_no_trouble():
    """Predictions of exactly 0 and 1 give a finite cost, and no warning."""
    params = {"W1": np.array([[1e3]]), "b1": np.zeros(1)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        passes = NetworkPasses(params, np.array([[1.0], [-1]]), np.array([[0.0], [0]]))
        assert passes.arrays["J"] == pytest.approx(500)
        passes.move(100)
        assert "Cost 500" in alt_text(passes)
