"""The pictures of the lesson on backpropagation."""

import numpy as np
import pytest

from tests.utils.plots.pictures import (
    assert_axes_are_labelled,
    assert_is_described,
    assert_leaves_the_style_alone,
    assert_lines_differ_in_more_than_colour,
    texts,
)
from utils.plots import backpropagation as plots

RNG = np.random.default_rng(0)
STEPS = np.logspace(0, -15, 16)
COSTS = np.exp(-np.linspace(0, 5, 30))

GRAPHS = {
    "cost_along_weight": lambda: plots.plot_cost_along_weight(
        np.linspace(-1, 1, 9), np.linspace(-1, 1, 9) ** 2, 0.5, 1.0
    ),
    "step_errors": lambda: plots.plot_step_errors(
        STEPS, {"float32": STEPS, "float64": STEPS**2}, {"float32": 5e-3, "float64": 6e-6}
    ),
    "sigmoid": lambda: plots.plot_sigmoid(np.linspace(-3, 3, 30), COSTS, COSTS),
    "per_example": lambda: plots.plot_per_example(
        RNG.normal(size=8), np.array([0, 1] * 4), 0.1, 0.2, "derivative"
    ),
    "vanishing": lambda: plots.plot_vanishing(
        {"2 layers": np.array([0.1, 1]), "3 layers": np.array([0.01, 0.1, 1])}, bound=0.25
    ),
    "saturation": lambda: plots.plot_saturation(
        np.array([1, 2]), {"rms": [1, 0.1], "median": [1, 1e-9]}, [0.0, 0.5]
    ),
    "learning": lambda: plots.plot_learning(
        np.column_stack([COSTS, 1.1 * COSTS]), 3, RNG.uniform(size=8), np.array([0, 1] * 4)
    ),
    "signals": lambda: plots.plot_signals(
        {"$dZ_1$": RNG.normal(size=(4, 3)), "$dZ_2$": RNG.normal(size=(4, 1))}, [0, 0, 1, 1]
    ),
}
DIAGRAMS = {
    "chain": lambda: plots.plot_chain(
        ["x", "z", "loss"], [1, 2, 3], [0.5, -1], [-0.5, -1, 1], {1: ("w", 2.0, -1.0)}
    ),
    "input_gradient": lambda: plots.plot_input_gradient(
        RNG.uniform(size=(2, 64)), RNG.normal(size=(2, 64)), ["a", "b"]
    ),
}


@pytest.mark.parametrize("draw", {**GRAPHS, **DIAGRAMS}.values(), ids=[*GRAPHS, *DIAGRAMS])
def test_returns_a_described_figure_and_leaves_the_style_alone(draw):
    assert_leaves_the_style_alone(draw)
    assert_is_described(draw())


@pytest.mark.parametrize("draw", GRAPHS.values(), ids=GRAPHS)
def test_graphs_can_be_read(draw):
    assert_axes_are_labelled(draw())
    assert_lines_differ_in_more_than_colour(draw())


def test_signs_are_written_on_the_strong_pixels():
    """A strong positive pixel carries a plus, a strong negative one a minus."""
    gradient = np.zeros((1, 64))
    gradient[0, [3, 9]] = 1.0, -1.0
    written = texts(plots.plot_input_gradient(np.zeros((1, 64)), gradient, ["a"]))
    assert written.count("+") == 1
    assert "\N{MINUS SIGN}" in written
