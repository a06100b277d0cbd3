"""The pictures that several lessons show, and `show`."""

import base64
import re

import matplotlib
import numpy as np
import pytest

from tests.utils.plots.pictures import (
    assert_axes_are_labelled,
    assert_is_described,
    assert_leaves_the_style_alone,
    assert_lines_differ_in_more_than_colour,
    texts,
)
from utils import plots
from utils.plots.style import BLUE, GREEN, GREY, ORANGE, described, from_to, plain, png

DIGITS = np.random.default_rng(0).uniform(size=(3, 64))
COSTS = np.exp(-np.linspace(0, 5, 30))

GRAPHS = {"training": lambda: plots.plot_training(COSTS, COSTS * 1.1)}
DIAGRAMS = {
    "digits": lambda: plots.plot_digits(DIGITS, ["a", "b", "c\nd"]),
    "one_digit": lambda: plots.plot_digits(DIGITS[:1], ["a"]),
    "network": lambda: plots.plot_network([64, 25, 15, 1]),
    "network_backward": lambda: plots.plot_network([8, 4, 1], backward=True),
}


@pytest.fixture
def shown(monkeypatch):
    """Collect what `show` displays."""
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data))
    return bundles


@pytest.mark.parametrize("draw", {**GRAPHS, **DIAGRAMS}.values(), ids=[*GRAPHS, *DIAGRAMS])
def test_returns_a_described_figure_and_leaves_the_style_alone(draw):
    assert_leaves_the_style_alone(draw)
    assert_is_described(draw())


@pytest.mark.parametrize("draw", GRAPHS.values(), ids=GRAPHS)
def test_graphs_can_be_read(draw):
    assert_axes_are_labelled(draw())
    assert_lines_differ_in_more_than_colour(draw())


def test_the_network_names_its_layers():
    """Names and shapes stand in the boxes, and the gradients only on the way back."""
    forward = texts(plots.plot_network([64, 25, 1]))
    backward = texts(plots.plot_network([64, 25, 1], backward=True))
    assert "A_2" in forward and "25" in forward
    assert "dZ_1" in backward and "dZ_1" not in forward


def test_show_gives_a_png_and_its_alternative_text(shown):
    """The text is escaped for HTML and stands alone where HTML cannot be shown."""
    plots.show(described(plots.plot_network([2, 1]), 'A "wide" block & a <tall> one.'))
    (bundle,) = shown
    assert 'alt="A &quot;wide&quot; block &amp; a &lt;tall&gt; one."' in bundle["text/html"]
    assert bundle["text/plain"] == 'Picture: A "wide" block & a <tall> one.'
    data = re.search(r"base64,([^\"]+)", bundle["text/html"])[1]
    assert base64.b64decode(data).startswith(b"\x89PNG")


@pytest.mark.parametrize("draw", [*GRAPHS.values(), *DIAGRAMS.values()], ids=[*GRAPHS, *DIAGRAMS])
def test_show_is_deterministic(shown, draw):
    """The same picture gives the same bytes."""
    plots.show(draw())
    plots.show(draw())
    assert shown[0] == shown[1]


def test_show_closes_a_pyplot_figure(shown):
    """A learner's own pyplot figure does not appear a second time."""
    pyplot = pytest.importorskip("matplotlib.pyplot")
    figure = pyplot.figure()
    plots.show(described(figure, "alt"))
    assert not pyplot.fignum_exists(figure.number)


def test_texts_are_read_aloud_without_latex():
    assert plain("$dZ_{12}$") == "dZ12"
    assert plain(r"$p - \bar y$, untrained" + "\n" + r"$\ell$") == "p - y, untrained loss"


def test_curves_are_told_by_their_ends():
    assert (
        from_to({"$w = 1$": [0.5, 0.25], "b": [1, 2, 3]}, ".2f")
        == "w = 1: from 0.50 to 0.25. b: from 1.00 to 3.00."
    )


def test_the_text_of_a_network_follows_its_layers():
    assert "hidden A1 with 4 columns" in plots.plot_network([8, 4, 1]).get_label()
    assert "dZ2 to dZ1" in plots.plot_network([8, 4, 1], backward=True).get_label()


@pytest.mark.parametrize("draw", [*GRAPHS.values(), DIAGRAMS["network"]])
def test_a_picture_stays_on_light_ground_under_a_dark_style(draw):
    light = png(draw())
    with matplotlib.style.context("dark_background"):
        assert png(draw()) == light


@pytest.mark.parametrize("colour", [BLUE, ORANGE, GREEN, GREY])
def test_colours_can_be_read_on_their_ground(colour):
    assert 1.05 / (luminance(colour) + 0.05) >= 4.5


def luminance(colour):
    """The relative luminance of WCAG 2."""
    parts = np.array(matplotlib.colors.to_rgb(colour))
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]
