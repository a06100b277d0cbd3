"""The pictures of the widgets."""

from itertools import combinations

import numpy as np
import pytest
from matplotlib.patches import Rectangle

from tests.utils.plots.pictures import assert_axes_are_labelled, assert_leaves_the_style_alone, texts
from utils.plots import widgets as plots

RNG = np.random.default_rng(0)
GRID = [np.linspace(-2, 2, 9), np.linspace(-1, 1, 9)]
SURFACE = GRID[0] ** 2 + 5 * GRID[1][:, np.newaxis] ** 2
PATH = np.array([[2.0, 1], [-1, 0.5], [0, 0]])


def backprop(step="A0", sizes=(2, 3, 1), selected=None, cost="", connections=None):
    names = ["A0", "Z1", "A1", "Z2", "A2", "dZ2", "dA1", "dZ1"]
    known = names[: names.index(step) + 1] if step in names else names[:5]
    values = {name: RNG.normal(size=sizes[int(name[-1])]) for name in known}
    return plots.plot_backprop(sizes, values, step, selected or [0] * len(sizes), cost, 1.0, connections)


DIAGRAMS = {
    "backprop_start": backprop,
    "backprop_cost": lambda: backprop("J", cost="0.6931"),
    "backprop_end": lambda: backprop("dZ1", (64, 25, 1), [63, 12, 0], "0.5", (1, 12, 0, np.ones(64), "--")),
    "backprop_one_unit": lambda: backprop("dZ1", (1, 1, 1), connections=(1, 0, 2, np.ones(1), "-")),
    "layer": lambda: plots.plot_layer_values(
        np.ones(2), np.ones((2, 3)), np.zeros(3), np.full(3, 2.0), np.full(3, -0.5), 1, "tanh"
    ),
    "softmax": lambda: plots.plot_softmax(np.array([2.0, -3, 0]), np.array([0.9, 0.0, 0.1]), 2),
    "softmax_not_finite": lambda: plots.plot_softmax(np.array([1e3, 0]), np.array([np.nan, 0.0]), 0),
}
GRAPHS = {
    "descent": lambda: plots.plot_descent(GRID, SURFACE, PATH, np.array([9.0, 2.25, 0.01]), "a"),
    "descent_not_finite": lambda: plots.plot_descent(
        GRID, np.full_like(SURFACE, np.nan), np.full((2, 2), np.inf), np.array([np.inf, np.nan]), "a"
    ),
    "descent_flat": lambda: plots.plot_descent(GRID, np.zeros_like(SURFACE), PATH, np.zeros(3), "a"),
}


@pytest.mark.parametrize("draw", {**GRAPHS, **DIAGRAMS}.values(), ids=[*GRAPHS, *DIAGRAMS])
@pytest.mark.filterwarnings("error")
def test_returns_a_figure_and_leaves_the_style_alone(draw):
    assert_leaves_the_style_alone(draw)


@pytest.mark.parametrize("draw", GRAPHS.values(), ids=GRAPHS)
def test_graphs_can_be_read(draw):
    assert_axes_are_labelled(draw())


@pytest.mark.parametrize(
    ("units", "selected", "drawn"),
    [(1, 0, [0]), (4, 3, [0, 1, 2, 3]), (5, 0, [0, 1, 4]), (25, 7, [0, 7, 24]), (25, 24, [0, 1, 24])],
)
def test_the_selected_unit_is_drawn(units, selected, drawn):
    assert plots.drawn_units(units, selected) == drawn


def test_what_is_known_is_written_at_the_units():
    """Each number stands at its unit, and a large layer says how many of its units are drawn."""
    values = {"A0": np.arange(64) / 10, "Z1": np.array([-0.5, 0.25])}
    written = texts(plots.plot_backprop([64, 2], values, "Z1", [9, 0], "0.6931", 1.0))
    assert "64 units, 3 drawn" in written
    assert all(text in written for text in ("x = 0.9", "x = 6.3", "z = \N{MINUS SIGN}0.5", "z = 0.25"))
    assert "x = 0.2" not in written
    assert "cost J\n0.6931" in written and "label y = 1" in written


def test_the_newest_number_differs_in_more_than_colour():
    """It is bold, and the others are not."""
    figure = backprop("dZ1", (2, 2, 1))
    looks = {(text.get_text().strip()[:2], text.get_fontweight()) for text in figure.axes[0].texts}
    assert {("dz", "bold"), ("z ", "normal"), ("da", "normal")} <= looks
    assert ("z ", "bold") not in looks


def test_numbers_stand_on_the_connections():
    connections = 1, 0, 0, np.array([0.125, 77.0]), "-"
    written = texts(plots.plot_backprop([2, 1], {"A0": np.zeros(2)}, "Z1", [0, 0], "", 0.0, connections))
    assert "0.125" in written and "77" in written


def test_the_bars_carry_their_numbers_and_the_right_class_a_star():
    written = texts(plots.plot_softmax(np.array([2.0, -0.5]), np.array([0.75, 0.25]), 1))
    assert f"class 1 {plots.STAR}" in written and f"class 0 {plots.STAR}" not in written
    for number in ("2", "\N{MINUS SIGN}0.5", "0.7500", "0.2500", "\N{MINUS SIGN}0.7500"):
        assert number in written


@pytest.mark.parametrize("p", [[1.0, 0.0], [0.0, 1.0], [0.88084, 1.3e-10], [0.5, 0.5]])
@pytest.mark.parametrize("shift", [0, -1e4])
def test_no_number_of_the_bars_is_cut_off_or_covered(p, shift):
    """All texts lie in the picture, and no two of them overlap, whatever the class."""
    for label in (0, 1):
        figure = plots.plot_softmax(np.array([0.5, -2.5]) + shift, np.array(p), label)
        assert_texts_are_free(figure)


@pytest.mark.parametrize("sizes", [(2, 3, 2, 1), (64, 25, 15, 1)])
@pytest.mark.parametrize("other", [0, 2])
def test_numbers_on_connections_stand_between_the_boxes(sizes, other):
    numbers = np.full(sizes[other], -0.000123456)
    values = {"A0": np.zeros(sizes[0]), "Z1": np.zeros(sizes[1])}
    figure = plots.plot_backprop(sizes, values, "Z1", [0] * 4, "", 1.0, (1, 0, other, numbers, "-"))
    assert_texts_are_free(figure)
    boxes = [patch.get_window_extent() for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    found = [text for text in figure.axes[0].texts if text.get_text() == "\N{MINUS SIGN}0.00012"]
    assert found
    for text in found:
        assert not any(text.get_window_extent().overlaps(box) for box in boxes)


def assert_texts_are_free(figure):
    """Texts lie in the picture and apart from each other."""
    figure.canvas.draw()
    extents = [text.get_window_extent() for text in figure.axes[0].texts]
    for extent in extents:
        assert extent.x0 >= 0 and extent.x1 <= figure.bbox.x1
        assert extent.y0 >= 0 and extent.y1 <= figure.bbox.y1
    for first, second in combinations(extents, 2):
        assert not first.overlaps(second)


@pytest.mark.parametrize(
    ("value", "text"), [(-0.0, "0"), (-1234.5, "\N{MINUS SIGN}1.23e+03"), (np.inf, "inf"), (2, "2")]
)
def test_numbers_are_short(value, text):
    assert plots.number(value) == text
