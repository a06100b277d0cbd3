"""The pictures of the lesson on softmax and cross-entropy."""

import numpy as np
import pytest

from tests.utils.plots.pictures import (
    assert_axes_are_labelled,
    assert_is_described,
    assert_leaves_the_style_alone,
    assert_lines_differ_in_more_than_colour,
    texts,
)
from utils.plots import softmax_cross_entropy as plots

P = np.array([0.7, 0.2, 0.1])
GAPS = np.logspace(-1, 4, 20)
SIGNAL = np.array([[-0.9, 0.5, 0.4], [0.1, -0.2, 0.1]])

GRAPHS = {
    "softmax": lambda: plots.plot_softmax(np.array([1.0, 0.0, -1.0]), np.exp([1.0, 0.0, -1.0]), P),
    "surprise": lambda: plots.plot_surprise(
        np.linspace(0.1, 1, 30), -np.log(np.linspace(0.1, 1, 30)), {"sure": 1.0, "half": 0.5}
    ),
    "jacobian": lambda: plots.plot_jacobian(np.diag(P) - np.outer(P, P)),
    "error_signals": lambda: plots.plot_error_signals({"before": SIGNAL, "after": SIGNAL / 9}, [0, 1]),
    "confusion": lambda: plots.plot_confusion(np.array([[40, 1], [0, 30]])),
    "three_losses": lambda: plots.plot_three_losses(
        GAPS, {"stable": GAPS, "naive": np.where(GAPS < 700, GAPS, np.inf), "clipped": GAPS * 0 + 16}
    ),
    "costs": lambda: plots.plot_costs({"right": GAPS[::-1], "wrong": GAPS[::-1] + 1}, 1.5),
    "fits": lambda: plots.plot_fits(
        P, P, {"linear output": P + 1, "sigmoid output": P}, np.linspace(0, 1, 3)
    ),
}


@pytest.mark.parametrize("draw", GRAPHS.values(), ids=GRAPHS)
def test_returns_a_described_figure_and_leaves_the_style_alone(draw):
    assert_leaves_the_style_alone(draw)
    assert_is_described(draw())


@pytest.mark.parametrize("draw", GRAPHS.values(), ids=GRAPHS)
def test_graphs_can_be_read(draw):
    assert_axes_are_labelled(draw())
    assert_lines_differ_in_more_than_colour(draw())


def test_signs_are_written_on_strong_entries():
    """Not by colour alone: what is strong has its sign, what is weak has none."""
    written = texts(GRAPHS["error_signals"]())
    assert written.count("+") == 2
    assert written.count("\N{MINUS SIGN}") == 1
    assert "+" not in texts(plots.plot_error_signals({"after": SIGNAL / 9}, [0, 1]))


def test_numbers_stand_where_they_belong():
    """Jacobian and confusion matrix show their numbers; an empty place of the latter stays empty."""
    assert "+0.210" in texts(GRAPHS["jacobian"]())
    counts = texts(plots.plot_confusion(np.array([[40, 7], [0, 30]]))).split()
    assert {"40", "7", "30"} <= set(counts)


def test_where_a_loss_becomes_infinite_it_says_so():
    assert "inf" in texts(GRAPHS["three_losses"]())
    assert "inf" not in texts(plots.plot_three_losses(GAPS, {"stable": GAPS}))


def test_certain_and_right_costs_nothing():
    """The logarithm of 1 is written without a minus."""
    assert "sure: 0.00" in texts(GRAPHS["surprise"]())
