"""The pictures: labelled axes, the same bytes each time, nothing told by colour alone."""

import base64
import re

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from utils import plots

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
    "training": lambda: plots.plot_training(COSTS, COSTS * 1.1),
    "signals": lambda: plots.plot_signals(
        {"$dZ_1$": RNG.normal(size=(4, 3)), "$dZ_2$": RNG.normal(size=(4, 1))}, [0, 0, 1, 1]
    ),
}
DIAGRAMS = {
    "digits": lambda: plots.plot_digits(RNG.uniform(size=(3, 64)), ["a", "b", "c\nd"]),
    "one_digit": lambda: plots.plot_digits(RNG.uniform(size=(1, 64)), ["a"]),
    "network": lambda: plots.plot_network([64, 25, 15, 1]),
    "network_backward": lambda: plots.plot_network([8, 4, 1], backward=True),
    "chain": lambda: plots.plot_chain(
        ["x", "z", "loss"], [1, 2, 3], [0.5, -1], [-0.5, -1, 1], {1: ("w", 2.0, -1.0)}
    ),
    "product": lambda: plots.plot_product([("A", 15, 270), ("B", 270, 1)], ("C", 15, 1)),
    "input_gradient": lambda: plots.plot_input_gradient(
        RNG.uniform(size=(2, 64)), RNG.normal(size=(2, 64)), ["a", "b"]
    ),
}
ALL = {**GRAPHS, **DIAGRAMS}


@pytest.fixture
def shown(monkeypatch):
    """Collect what `show` displays."""
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data))
    return bundles


def texts(figure):
    """Return all texts of a figure, in one string."""
    return " ".join(text.get_text() for text in figure.findobj(matplotlib.text.Text))


@pytest.mark.parametrize("name", ALL)
def test_returns_a_figure_and_leaves_the_style_alone(name):
    """Every function returns a Figure, and Matplotlib's own settings stay."""
    before = dict(matplotlib.rcParams)
    assert isinstance(ALL[name](), Figure)
    assert dict(matplotlib.rcParams) == before


@pytest.mark.parametrize("name", GRAPHS)
def test_axes_are_labelled(name):
    """A graph names both of its axes, or the ticks of the axis in words."""
    for axes in GRAPHS[name]().axes:
        if axes.get_label() == "<colorbar>":
            continue
        assert axes.get_xlabel()
        ticks = [tick.get_text() for tick in axes.get_yticklabels()]
        in_words = any(re.search("[a-z]", tick) for tick in ticks)
        later_panel = len(ticks) == 0  # the panels beside the first share its labels
        assert axes.get_ylabel() or in_words or later_panel


@pytest.mark.parametrize("name", GRAPHS)
def test_lines_differ_in_more_than_colour(name):
    """Two lines of one graph that stand in its legend differ in style or marker."""
    for axes in GRAPHS[name]().axes:
        lines = [line for line in axes.get_lines() if not line.get_label().startswith("_")]
        looks = {(line.get_linestyle(), line.get_marker()) for line in lines}
        assert len(looks) == len(lines)


def test_signs_are_written_on_the_strong_pixels():
    """A strong positive pixel carries a plus, a strong negative one a minus."""
    gradient = np.zeros((1, 64))
    gradient[0, [3, 9]] = 1.0, -1.0
    written = texts(plots.plot_input_gradient(np.zeros((1, 64)), gradient, ["a"]))
    assert written.count("+") == 1
    assert "\N{MINUS SIGN}" in written


def test_the_network_names_its_layers():
    """Names and shapes stand in the boxes, and the gradients only on the way back."""
    forward = texts(plots.plot_network([64, 25, 1]))
    backward = texts(plots.plot_network([64, 25, 1], backward=True))
    assert "A_2" in forward and "25" in forward
    assert "dZ_1" in backward and "dZ_1" not in forward


def test_show_gives_a_png_and_its_alternative_text(shown):
    """The text is escaped for HTML and stands alone where HTML cannot be shown."""
    plots.show(DIAGRAMS["product"](), 'A "wide" block & a <tall> one.')
    (bundle,) = shown
    assert 'alt="A &quot;wide&quot; block &amp; a &lt;tall&gt; one."' in bundle["text/html"]
    assert bundle["text/plain"] == 'Picture: A "wide" block & a <tall> one.'
    data = re.search(r"base64,([^\"]+)", bundle["text/html"])[1]
    assert base64.b64decode(data).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", ["network_backward", "vanishing", "training"])
def test_show_is_deterministic(shown, name):
    """The same picture gives the same bytes."""
    plots.show(ALL[name](), "alt")
    plots.show(ALL[name](), "alt")
    assert shown[0] == shown[1]


def test_show_closes_a_pyplot_figure(shown):
    """A learner's own pyplot figure does not appear a second time."""
    pyplot = pytest.importorskip("matplotlib.pyplot")
    figure = pyplot.figure()
    plots.show(figure, "alt")
    assert not pyplot.fignum_exists(figure.number)
