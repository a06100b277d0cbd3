"""A network, a cost and the displayed widgets, for the tests of this folder."""

import ipywidgets
import numpy as np
import pytest

from utils.network import initialize
from utils.widgets.shared_view import MIME_TYPE

SPAN = (-5, 5), (-3, 3)
BOWL = np.diag([1.0, 10])


def examples(sizes, m):
    """Parameters, examples and labels for a network."""
    rng = np.random.default_rng(0)
    return initialize(sizes, seed=1), rng.normal(size=(m, sizes[0])), rng.integers(0, 2, size=(m, 1))


@pytest.fixture
def displayed(monkeypatch):
    """Collect the MIME bundles that are displayed."""
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data))
    return bundles


def displayed_widget(bundles):
    """The widget that the last bundle displays."""
    instances = getattr(ipywidgets.widgets.widget, "_instances", None)
    instances = instances if instances is not None else ipywidgets.Widget.widgets
    return instances[bundles[-1][MIME_TYPE]["model_id"]]


@pytest.fixture
def controls_of(displayed):
    """A function that runs a widget's call and returns {label: control}, with the HTML as "page"."""

    def run(call, *arguments):
        call(*arguments)
        *waiting, _style = displayed_widget(displayed).children
        found = {}
        while waiting:
            control = waiting.pop(0)
            waiting += getattr(control, "children", ())
            is_page = isinstance(control, ipywidgets.HTML)
            label = "page" if is_page else control.trait_values().get("description")
            if label:
                found[label] = control
        return found

    return run
