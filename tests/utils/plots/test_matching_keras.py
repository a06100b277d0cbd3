"""The pictures of the lesson that puts a NumPy network beside Keras."""

import numpy as np
import pytest

from tests.utils.plots.pictures import (
    assert_axes_are_labelled,
    assert_is_described,
    assert_leaves_the_style_alone,
    assert_lines_differ_in_more_than_colour,
    texts,
)
from utils.plots import matching_keras as plots

FALLING = np.exp(-np.linspace(0, 5, 30))
DIFFERENCES = {"rate 1": 1e-15 * FALLING, "rate 2": np.zeros(30), "rate 8": 1e-16 / FALLING}
EPOCHS = np.array([1, 11, 21])
NAN = float("nan")
RATES = {"gradient descent": np.array([0.1, 1.0, 10.0]), "Adam": np.array([0.001, 0.01, 0.1])}
NEEDED = {"gradient descent": np.array([NAN, 20.0, 9.0]), "Adam": np.array([NAN, NAN, NAN])}

GRAPHS = {
    "first_epoch": lambda: plots.plot_first_epoch([0.8, 0.7, 0.6], [0.8, 0.75, 0.7], 0.75, 0.65),
    "differences": lambda: plots.plot_differences(DIFFERENCES),
    "parting": lambda: plots.plot_parting(
        DIFFERENCES, DIFFERENCES, EPOCHS, {name: np.array([1, 2, 3]) for name in DIFFERENCES}
    ),
    "steps": lambda: plots.plot_steps(["$W_1$", "$b_1$"], {"SGD": [0.1, 1.0], "Adam": [0.01, 0.01]}),
    "epochs_needed": lambda: plots.plot_epochs_needed(RATES, NEEDED, 60),
    "activations": lambda: plots.plot_activations(
        np.linspace(-1, 1, 30), {"a": FALLING, "b": -FALLING}, {"a": FALLING, "b": np.arange(30) > 14}
    ),
    "times": lambda: plots.plot_times([25, 50, 100], {"NumPy": [1e-4, 1e-3, 1e-2], "Keras": [1e-3] * 3}),
}


@pytest.mark.parametrize("draw", GRAPHS.values(), ids=GRAPHS)
def test_returns_a_described_figure_and_leaves_the_style_alone(draw):
    assert_leaves_the_style_alone(draw)
    assert_is_described(draw())


@pytest.mark.parametrize("draw", GRAPHS.values(), ids=GRAPHS)
def test_graphs_can_be_read(draw):
    assert_axes_are_labelled(draw())
    assert_lines_differ_in_more_than_colour(draw())


def test_a_difference_of_nothing_is_drawn_at_the_floor():
    """A logarithmic axis has no zero, and two equal runs must not vanish from the picture."""
    axes = plots.plot_differences({"equal": np.zeros(5)}).axes[0]
    assert np.all(axes.get_lines()[0].get_ydata() == plots.FLOOR)
    assert axes.get_ylim()[0] < plots.FLOOR


def test_one_rounding_of_either_format_is_marked():
    written = texts(plots.plot_differences(DIFFERENCES))
    assert "float32" in written
    assert "float64" in written


def test_runs_that_miss_the_goal_are_hollow_marks_above_the_limit():
    """Each name has a row of its own there, so that no mark hides another."""
    axes = plots.plot_epochs_needed(RATES, NEEDED, 60).axes[0]
    hollow = [line for line in axes.get_lines() if line.get_markerfacecolor() == "white"]
    heights = [set(line.get_ydata()) for line in hollow]
    assert [len(line.get_xdata()) for line in hollow] == [1, 3]
    assert min(min(height) for height in heights) > 60
    assert not heights[0] & heights[1]
    assert "not within 60 epochs" in texts(axes.figure)


def test_a_jump_is_no_steep_line():
    """The derivative of a ReLU has a gap at 0."""
    figure = GRAPHS["activations"]()
    jumping = figure.axes[1].get_lines()[1].get_ydata()
    assert np.isnan(jumping).sum() == 1
