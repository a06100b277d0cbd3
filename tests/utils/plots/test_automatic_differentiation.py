"""The pictures of the lesson on automatic differentiation."""

import numpy as np
import pytest

from tests.utils.plots.pictures import (
    assert_axes_are_labelled,
    assert_is_described,
    assert_leaves_the_style_alone,
    assert_lines_differ_in_more_than_colour,
    texts,
)
from utils.plots import automatic_differentiation as plots

RNG = np.random.default_rng(0)
TAPE = [("mul", ("a", "a"), "p"), ("add", ("p", "b"), "q"), ("mean", ("q",), "J")]
PLACES = {"a": (0.8, 2.0), "b": (0.8, 0.8), "p": (3.0, 2.0), "q": (5.0, 1.4), "J": (7.0, 1.4)}
NUMBERS = dict.fromkeys(PLACES, 0.5)
PIXELS = RNG.uniform(size=(2, 64))

GRAPHS = {
    "jacobians": lambda: plots.plot_jacobians({"one": np.eye(3), "two": RNG.normal(size=(2, 4))}),
    "tape": lambda: plots.plot_tape(TAPE),
    "time_of_a_step": lambda: plots.plot_time_of_a_step([1, 4], {"mine": [1, 2], "theirs": [5, 6]}),
    "along": lambda: plots.plot_along(np.linspace(0, 1, 9), {"here": np.ones(9), "there": np.zeros(9)}),
}
DIAGRAMS = {
    "walk": lambda: plots.plot_walk(TAPE, PLACES, NUMBERS, NUMBERS, {("p", "a"): -1.0, ("q", "p"): 2.0}),
    "saliency": lambda: plots.plot_saliency(PIXELS, PIXELS - 0.5, ["a", "b"]),
    "changed": lambda: plots.plot_changed([("before", PIXELS[0], False), ("change", PIXELS[1], True)]),
}


@pytest.mark.parametrize("draw", {**GRAPHS, **DIAGRAMS}.values(), ids=[*GRAPHS, *DIAGRAMS])
def test_returns_a_described_figure_and_leaves_the_style_alone(draw):
    assert_leaves_the_style_alone(draw)
    assert_is_described(draw())


@pytest.mark.parametrize("draw", GRAPHS.values(), ids=GRAPHS)
def test_graphs_can_be_read(draw):
    assert_axes_are_labelled(draw())
    assert_lines_differ_in_more_than_colour(draw())


def test_a_tape_has_a_line_for_each_name_and_a_column_for_each_step():
    written = texts(GRAPHS["tape"]())
    assert all(f" {name} " in f" {written} " for name in "abpqJ")
    assert all(op in written for op in ("1\nmul", "2\nadd", "3\nmean"))


def test_a_walk_shows_what_comes_back_with_its_sign():
    written = texts(DIAGRAMS["walk"]())
    assert "\N{MINUS SIGN}1.0000" in written
    assert "+2.0000" in written
