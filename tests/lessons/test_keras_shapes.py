"""What lesson 2 says of the shapes of labels in Keras's losses."""

import numpy as np
import pytest

from utils.tensorflow import import_tensorflow

M = 7
Y = np.random.default_rng(0).integers(2, size=(M, 1)).astype(float)
A = np.random.default_rng(1).uniform(0.3, 0.7, size=(M, 1))
WEIGHTS = np.random.default_rng(2).uniform(size=M)
LOSSES = -Y * np.log(A) - (1 - Y) * np.log(1 - A)


def loss(name):
    return getattr(import_tensorflow().keras.losses, name)(dtype="float64")


def test_flat_labels_get_their_axis():
    cross_entropy = loss("BinaryCrossentropy")
    assert float(cross_entropy(Y[:, 0], A)) == pytest.approx(LOSSES.mean(), rel=1e-12)
    weighted = np.mean(WEIGHTS * LOSSES[:, 0])
    assert float(cross_entropy(Y[:, 0], A, WEIGHTS)) == pytest.approx(weighted, rel=1e-12)


def test_labels_in_a_row_are_refused_or_paired_with_every_answer():
    with pytest.raises(ValueError, match="same shape"):
        loss("BinaryCrossentropy")(Y.T, A)
    pairs = np.mean((Y.T - A) ** 2)
    assert float(loss("MeanSquaredError")(Y.T, A)) == pytest.approx(pairs, rel=1e-12)
    assert pairs != pytest.approx(np.mean((Y - A) ** 2))


def test_flat_arrays_are_one_example_to_sample_weights():
    found = float(loss("BinaryCrossentropy")(Y[:, 0], A[:, 0], WEIGHTS))
    assert found == pytest.approx(WEIGHTS.mean() * LOSSES.mean(), rel=1e-12)
    assert found != pytest.approx(np.mean(WEIGHTS * LOSSES[:, 0]))
