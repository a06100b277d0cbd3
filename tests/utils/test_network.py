"""The network of the lessons against TensorFlow."""

import numpy as np
import pytest

from utils.network import binary_cross_entropy, forward, initialize, sigmoid
from utils.tensorflow import import_tensorflow


@pytest.fixture(autouse=True)
def _floating_point_errors_raise():
    """Turn overflow, division by zero and invalid operations into failures."""
    with np.errstate(all="raise", under="ignore"):
        yield


def tensorflow_forward(X, params):
    """Return the list of the activations of every layer, as TensorFlow computes them."""
    tf = import_tensorflow()
    activations = [tf.constant(X, tf.float64)]
    for layer in range(1, len(params) // 2 + 1):
        Z = activations[-1] @ params[f"W{layer}"] + params[f"b{layer}"]
        activations.append(tf.sigmoid(Z))
    return [A.numpy() for A in activations]


@pytest.mark.parametrize("layer_sizes", [[64, 25, 15, 1], [3, 1], [1, 1, 1], [5, 5, 5, 5, 5]])
@pytest.mark.parametrize("m", [1, 7])
def test_forward_agrees_with_tensorflow(layer_sizes, m):
    """Every activation agrees, for several depths, widths and batches."""
    X = np.random.default_rng(0).normal(size=(m, layer_sizes[0]))
    params = initialize(layer_sizes, seed=1)
    A, cache = forward(X, params)
    expected = tensorflow_forward(X, params)
    assert A is cache[f"A{len(layer_sizes) - 1}"]
    for layer, activations in enumerate(expected):
        np.testing.assert_allclose(cache[f"A{layer}"], activations, rtol=1e-13)
        if layer:
            np.testing.assert_allclose(sigmoid(cache[f"Z{layer}"]), activations, rtol=1e-13)


def test_the_cache_has_the_entries_of_the_contract():
    """A0 is the input, then come Z and A of every layer."""
    _, cache = forward(np.ones((2, 3)), initialize([3, 4, 1], seed=0))
    assert list(cache) == ["A0", "Z1", "A1", "Z2", "A2"]
    assert all(array.dtype == np.float64 for array in cache.values())


def test_integer_inputs_are_not_truncated():
    """Integers give what the same numbers give as floats."""
    params = initialize([3, 2, 1], seed=0)
    X = np.arange(6).reshape(2, 3)
    np.testing.assert_array_equal(forward(X, params)[0], forward(X.astype(float), params)[0])


@pytest.mark.parametrize(("z", "expected"), [(-1e4, 0.0), (1e4, 1.0), (0, 0.5), (-700.0, None)])
def test_sigmoid_at_extremes(z, expected):
    """No overflow anywhere, and the tails keep their relative accuracy."""
    expected = np.exp(z) if expected is None else expected
    assert sigmoid(z) == pytest.approx(expected, rel=1e-14, abs=0)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 4)])
def test_sigmoid_keeps_the_shape(shape):
    """A scalar stays a scalar, an array keeps its shape."""
    assert np.shape(sigmoid(np.zeros(shape))) == shape


def test_binary_cross_entropy_agrees_with_tensorflow():
    """The mean over all entries, also for soft labels."""
    tf = import_tensorflow()
    rng = np.random.default_rng(2)
    A, Y = rng.uniform(0.01, 0.99, size=(9, 1)), rng.uniform(size=(9, 1))
    Z = np.log(A) - np.log1p(-A)
    expected = float(tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(Y, Z)))
    assert binary_cross_entropy(Y, A) == pytest.approx(expected, rel=1e-13)
    assert isinstance(binary_cross_entropy(Y, A), float)


def test_initialize_is_glorot_uniform_with_small_biases():
    """Shapes of the contract, weights within the Glorot limit, biases small and not zero."""
    params = initialize([64, 25, 15, 1], seed=3)
    assert list(params) == ["W1", "b1", "W2", "b2", "W3", "b3"]
    assert params["W1"].shape == (64, 25)
    assert params["b3"].shape == (1,)
    limit = np.sqrt(6 / (64 + 25))
    assert 0.95 * limit < np.abs(params["W1"]).max() <= limit
    biases = np.concatenate([params["b1"], params["b2"], params["b3"]])
    assert np.abs(biases).min() > 0
    assert np.abs(biases).max() <= 0.1


def test_initialize_depends_on_the_seed_alone():
    """The same seed gives the same parameters, another seed gives others."""
    one, same, other = (initialize([4, 3, 1], seed=seed) for seed in (5, 5, 6))
    assert all(np.array_equal(one[name], same[name]) for name in one)
    assert not np.array_equal(one["W1"], other["W1"])
