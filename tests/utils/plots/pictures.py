"""What every picture has to live up to; each test module of a lesson's pictures gives its examples."""

import re

import matplotlib
from matplotlib.figure import Figure


def texts(figure):
    """Return all texts of a figure, in one string."""
    return " ".join(text.get_text() for text in figure.findobj(matplotlib.text.Text))


def assert_leaves_the_style_alone(draw):
    """The function returns a Figure, and Matplotlib's own settings stay."""
    before = dict(matplotlib.rcParams)
    assert isinstance(draw(), Figure)
    assert dict(matplotlib.rcParams) == before


def assert_is_described(figure):
    """The alternative text of a figure is of whole sentences, to be read aloud, without LaTeX."""
    alt = figure.get_label()
    assert len(alt) > 30
    assert alt[0].isupper() and alt.endswith(".")
    assert not re.search(r"[$\\\n]|nan|\.\.|  ", alt), alt


def assert_axes_are_labelled(figure):
    """A graph names both of its axes, or the ticks of the axis in words."""
    for axes in figure.axes:
        if axes.get_label() == "<colorbar>":
            continue
        assert axes.get_xlabel()
        ticks = [tick.get_text() for tick in axes.get_yticklabels()]
        in_words = any(re.search("[a-z]", tick) for tick in ticks)
        later_panel = len(ticks) == 0  # the panels beside the first share its labels
        assert axes.get_ylabel() or in_words or later_panel


def assert_lines_differ_in_more_than_colour(figure):
    """Two lines of one graph that stand in its legend differ in style or marker."""
    for axes in figure.axes:
        lines = [line for line in axes.get_lines() if not line.get_label().startswith("_")]
        looks = {(line.get_linestyle(), line.get_marker()) for line in lines}
        assert len(looks) == len(lines)
