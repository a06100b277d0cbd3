"""The pictures of the lesson on a network as a list of layers."""

import numpy as np
from matplotlib.patches import FancyArrowPatch

from tests.utils.plots.pictures import (
    assert_axes_are_labelled,
    assert_is_described,
    assert_leaves_the_style_alone,
    assert_lines_differ_in_more_than_colour,
)
from utils.plots import list_of_layers as plots

HISTORIES = {name: np.exp(-np.linspace(0, 5, 30)) for name in "abcde"}


def draw():
    return plots.plot_histories(HISTORIES)


def test_returns_a_described_figure_and_leaves_the_style_alone():
    assert_leaves_the_style_alone(draw)
    assert_is_described(draw())


def test_graphs_can_be_read():
    assert_axes_are_labelled(draw())
    assert_lines_differ_in_more_than_colour(draw())


def test_the_text_says_what_the_picture_shows():
    figure = plots.plot_histories({"mended": [0.5, 0.25], "stuck": [0.5, 0.5]})
    assert figure.get_label() == (
        "The loss of each epoch, logarithmic. mended: from 0.5000 to 0.2500. stuck: from 0.5000 to 0.5000."
    )


def test_layers_stand_in_a_row_with_arrows_both_ways():
    (axes,) = plots.plot_layers(["dense 3 → 1", "sigmoid"]).axes
    assert [text.get_text() for text in axes.texts[:2]] == ["dense\n3 → 1", "sigmoid"]
    arrows = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch)]
    assert [arrow.get_linestyle() for arrow in arrows] == ["-", "--"]
