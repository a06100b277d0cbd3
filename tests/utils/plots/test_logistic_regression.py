"""The pictures of the lesson on logistic regression."""

import numpy as np
import pytest

from tests.utils.plots.pictures import (
    assert_axes_are_labelled,
    assert_is_described,
    assert_leaves_the_style_alone,
    assert_lines_differ_in_more_than_colour,
    texts,
)
from utils.plots import logistic_regression as plots

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(12, 2)), np.array([0, 1] * 6)
LINE = np.linspace(0.01, 0.99, 30)
WS, BS = np.linspace(-3, 3, 13), np.linspace(-2, 2, 9)
BOWL = 0.1 + WS**2 + BS[:, np.newaxis] ** 2
PATHS = {"one": RNG.normal(size=(6, 2)), "two": RNG.normal(size=(40, 2))}
NAMES = ("top: ink (s. d.)", "bar: ink (s. d.)")
FRAMES = [(steps, np.array([1.0, -0.5]), 0.2, 0.5) for steps in (0, 1, 5, 10)]

GRAPHS = {
    "examples": lambda: plots.plot_examples(X, Y, NAMES),
    "model": lambda: plots.plot_model(LINE, {"a": LINE, "b": LINE**2}, X[:, 0], Y, NAMES[0]),
    "losses": lambda: plots.plot_losses(LINE, {"one": -np.log(LINE), "zero": -np.log(1 - LINE)}),
    "surfaces": lambda: plots.plot_surfaces(WS, BS, {"one": BOWL, "two": BOWL}),
    "chords": lambda: plots.plot_chords(LINE, {"one": LINE**2, "two": LINE}),
    "signals": lambda: plots.plot_signals(LINE, {"one": -LINE, "two": LINE}),
    "histories": lambda: plots.plot_histories({"one": LINE, "two": LINE**2, "three": LINE**3}),
    "paths": lambda: plots.plot_paths(WS, BS, BOWL, PATHS),
    "valleys": lambda: plots.plot_valleys(LINE, {"one": LINE**2, "two": np.cos(12 * LINE)}),
    "race": lambda: plots.plot_race(WS, BS, {"one": BOWL, "two": BOWL}, PATHS),
}
DIAGRAMS = {
    "three_steps": plots.plot_three_steps,
    "boundaries": lambda: plots.plot_boundaries(X, Y, FRAMES, NAMES),
    "weights": lambda: plots.plot_weights(RNG.normal(size=64), {"mean four": RNG.uniform(size=64)}),
}


@pytest.mark.parametrize("draw", {**GRAPHS, **DIAGRAMS}.values(), ids=[*GRAPHS, *DIAGRAMS])
def test_returns_a_described_figure_and_leaves_the_style_alone(draw):
    assert_leaves_the_style_alone(draw)
    assert_is_described(draw())


@pytest.mark.parametrize("draw", GRAPHS.values(), ids=GRAPHS)
def test_graphs_can_be_read(draw):
    assert_axes_are_labelled(draw())
    assert_lines_differ_in_more_than_colour(draw())


def test_every_frame_says_when_it_is_and_what_it_costs():
    written = texts(DIAGRAMS["boundaries"]())
    for steps, *_, J in FRAMES:
        assert f"{steps} step{'s' * (steps != 1)}, cost {J:.3f}" in written


def test_the_outer_frames_name_the_features():
    grid = np.reshape(plots.plot_boundaries(X, Y, FRAMES[:3], NAMES).axes, (1, 3))
    assert [axes.get_xlabel() for axes in grid[-1]] == ["top"] * 3
    assert grid[0, 0].get_ylabel() == "bar"


def test_signs_are_written_on_the_strong_weights():
    weights = np.zeros(64)
    weights[[3, 9]] = 2.0, -2.0
    written = texts(plots.plot_weights(weights, {"mean": np.zeros(64)}))
    assert written.count("+") == 1
    assert "\N{MINUS SIGN}" in written


def test_valleys_are_marked_and_the_ends_are_none():
    wave = np.cos(np.linspace(0, 4 * np.pi, 41))
    assert plots.minima(wave).tolist() == [10, 30]
    assert plots.minima(LINE).size == 0
    written = texts(plots.plot_valleys(np.arange(41.0), {"wave": wave, "line": np.arange(41.0)}))
    assert "at 10.00" in written and "at 30.00" in written
