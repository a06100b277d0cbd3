"""The pictures of the lesson on forward propagation."""

import numpy as np
import pytest

from tests.utils.plots.pictures import (
    assert_axes_are_labelled,
    assert_is_described,
    assert_leaves_the_style_alone,
    assert_lines_differ_in_more_than_colour,
    texts,
)
from utils.plots import forward_propagation as plots

RNG = np.random.default_rng(0)
LOSSES = np.array([[0.01, 4.61], [4.61, 0.01]])

GRAPHS = {
    "times": lambda: plots.plot_times([1, 10], {"loop": [1e-3, 1e-2], "product": [1e-6, 2e-6]}),
    "activations": lambda: plots.plot_activations(np.arange(3), {"a": np.arange(3), "b": np.ones(3)}),
    "pairs": lambda: plots.plot_pairs(LOSSES, [0, 1], [0.01, 0.99]),
    "costs": lambda: plots.plot_costs({"equal": np.ones(5), "random": np.linspace(1, 0, 5)}),
    "sizes": lambda: plots.plot_sizes({"small": np.logspace(0, -3, 4), "large": np.ones(4)}),
    "draws": lambda: plots.plot_draws({"Keras": RNG.uniform(size=50), "yours": RNG.uniform(size=50)}, 0.25),
}
DIAGRAMS = {
    "unit": lambda: plots.plot_unit(RNG.uniform(size=(2, 64)), np.ones(64), ["z = -1", "z = 2"]),
    "one_example": lambda: plots.plot_layer(1, 8, 5, example=0, unit=2),
    "layer": lambda: plots.plot_layer(6, 8, 5, example=3, unit=2),
    "parameters": lambda: plots.plot_parameters([64, 25, 15, 1]),
    "first_layer": lambda: plots.plot_first_layer(
        {"before": RNG.normal(size=(64, 5)), "after": RNG.normal(size=(64, 5))}
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


def test_a_layer_marks_all_that_one_entry_is_made_of():
    """A row of inputs, a column of weights, one bias and one result: each has a dot, not only a colour."""
    m, n_in, n_out = 6, 8, 5
    [axes] = plots.plot_layer(m, n_in, n_out, example=3, unit=2).axes
    assert len(axes.get_lines()) == n_in + n_in + 1 + 1
    assert len(axes.patches) == m * n_in + n_in * n_out + n_out + m * n_out


def test_every_pair_has_its_loss_and_those_that_belong_together_a_frame():
    figure = plots.plot_pairs(LOSSES, [0, 1], [0.01, 0.99])
    assert texts(figure).count("4.61") == 2
    assert len(figure.axes[0].patches) == 2


def test_shapes_stand_beside_the_parameters():
    written = texts(plots.plot_parameters([64, 25, 1]))
    assert "(64, 25)" in written and "(25,)" in written and "(25, 1)" in written


def test_each_unit_is_one_tile():
    """The columns of W stand in rows of tiles, with an edge between them."""
    W = np.arange(64 * 5.0).reshape(64, 5)
    [axes, _] = plots.plot_first_layer({"before": W}).axes
    tiles = np.asarray(axes.images[0].get_array())
    assert tiles.shape == (2 * 9 + 1, 3 * 9 + 1)
    np.testing.assert_array_equal(tiles[1:9, 10:18], W[:, 1].reshape(8, 8))
    np.testing.assert_array_equal(tiles[10:18, 1:9], W[:, 3].reshape(8, 8))
