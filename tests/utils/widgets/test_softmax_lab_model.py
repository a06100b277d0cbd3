"""The softmax lab's numbers, with right and wrong softmax functions."""

import warnings

import numpy as np
import pytest

from utils.network import softmax
from utils.plots.widgets import probability
from utils.widgets.softmax_lab_model import SoftmaxPrediction


def test_the_probabilities_are_those_of_the_learners_softmax():
    asked = []

    def learners(Z):
        asked.append(Z.copy())
        return softmax(Z)

    prediction = SoftmaxPrediction(learners, np.array([2, 1, 0]), 1)
    assert asked[0].shape == (1, 3)
    p = softmax(np.array([[2.0, 1, 0]]))[0]
    np.testing.assert_allclose(prediction.p, p)
    np.testing.assert_allclose(prediction.gradient, p - [0, 1, 0])
    assert prediction.loss == pytest.approx(-np.log(p[1]))
    assert f"probability is {p[1]:.4f}" in prediction.sentence()
    assert all(f"{value:.4f}" in prediction.alt() for value in p)


def test_a_logit_moves_the_probabilities_and_a_shift_does_not():
    prediction = SoftmaxPrediction(softmax, [2.0, 1, 0], 0)
    before = prediction.p
    prediction.shift = 100.0
    prediction.update()
    np.testing.assert_allclose(prediction.p, before)
    prediction.logits[0] = 3.0
    prediction.update()
    assert prediction.p[0] > before[0]


def test_a_small_probability_is_not_written_as_0():
    prediction = SoftmaxPrediction(softmax, [-10, 1, 0], 0)
    written = probability(prediction.p[0])
    assert f"Its probability is {written}," in prediction.sentence() and f"{written}, " in prediction.alt()
    assert float(written.replace("−", "-")) == pytest.approx(prediction.p[0], rel=0.05)
    assert probability(0.0) == "0.0000"


def test_an_overflow_is_reported_without_a_warning():
    def naive(Z):
        return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        prediction = SoftmaxPrediction(naive, [1e3, 0, -1e4], 1)
        assert "overflows" in prediction.sentence()
        assert "nan" in prediction.alt()
        prediction.figure()
        assert SoftmaxPrediction(softmax, [1e3, 0, -1e4], 1).loss == np.inf


def test_a_softmax_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"shape \(3,\) for logits of shape \(1, 3\)"):
        SoftmaxPrediction(lambda Z: softmax(Z)[0], [2, 1, 0], 1)
