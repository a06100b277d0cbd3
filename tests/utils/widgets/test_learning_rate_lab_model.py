"""The learning-rate lab's path, and what it says about it."""

import warnings

import numpy as np
import pytest

from tests.utils.widgets.conftest import BOWL, SPAN
from utils.widgets.learning_rate_lab_model import GradientDescent


def descent_in_a_bowl(**changes):
    """Gradient descent in a bowl, with `changes` of its settings."""
    run = GradientDescent(lambda t: float(t @ BOWL @ t) / 2 + 1, lambda t: BOWL @ t, [4, 2], SPAN)
    for name, value in changes.items():
        setattr(run, name, value)
    run.update()
    return run


@pytest.mark.parametrize(
    ("rate", "outcome", "words"),
    [
        (0.002, "crawls", "of the way down"),
        (0.15, "converges", "near the lowest"),
        (0.21, "diverges", "Step 1 is the first that raises it"),
        (50.0, "diverges", "the rate is too large"),
    ],
)
def test_the_sentence_tells_the_outcome_of_a_learning_rate(rate, outcome, words):
    run = descent_in_a_bowl(rate=rate)
    assert run.outcome == outcome
    assert words in run.sentence()
    assert run.sentence() in run.alt()


def test_a_path_that_rises_again_and_again_jumps():
    """In a crease every step has the same length, so it ends on one side or the other."""
    run = GradientDescent(lambda t: float(np.abs(t).sum()), np.sign, [4.2, 0], SPAN)
    run.rate = 1.5
    run.update()
    assert run.outcome == "jumps"
    assert "to and fro" in run.sentence()


def steep_at_the_bottom(t):
    """A cost whose curvature is largest at its minimum, 1 there."""
    return float(np.sqrt(1 + t @ t))


@pytest.mark.parametrize(
    ("rate", "steps", "outcome"), [(1.0, 40, "converges"), (3.0, 4, "will not stay"), (3.0, 60, "jumps")]
)
def test_a_bottom_too_steep_for_the_rate_is_recognized(rate, steps, outcome):
    """The path comes near it, and is thrown out again with more steps."""
    run = GradientDescent(steep_at_the_bottom, lambda t: t / np.sqrt(1 + t @ t), [2.83, 0], SPAN)
    run.rate, run.steps = rate, steps
    run.update()
    assert run.outcome == outcome


def test_the_path_is_gradient_descent():
    run = descent_in_a_bowl(rate=0.05, steps=3, start=np.array([1.0, -1]))
    theta, path = np.array([1.0, -1]), [[1.0, -1]]
    for _ in range(3):
        theta = theta - 0.05 * BOWL @ theta
        path.append(theta)
    np.testing.assert_allclose(run.path, path)
    np.testing.assert_allclose(run.costs, [float(np.dot(t, BOWL @ t)) / 2 + 1 for t in path])


def test_the_initial_rate_converges():
    """It is one over the largest curvature, here 10."""
    run = descent_in_a_bowl()
    assert (run.rate, run.outcome) == (0.1, "converges")


def test_a_cost_that_overflows_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        run = GradientDescent(lambda t: np.exp(t).sum(), np.exp, (4, 2), SPAN)
        run.rate = 1e9
        run.start = np.array([-4.0, 2])
        run.cost, run.gradient = lambda t: np.exp(t * t).sum(), lambda t: 2 * t * np.exp(t * t)
        run.update()
        assert run.outcome == "diverges"
        run.figure()


def test_start_at_the_bottom():
    run = descent_in_a_bowl(start=np.zeros(2))
    assert run.outcome == "converges"
