"""What a call displays, with ipywidgets and without."""

import subprocess
import sys

import numpy as np
import pytest

from tests.utils.widgets.conftest import SPAN, displayed_widget, examples
from utils import widgets
from utils.network import softmax
from utils.widgets.shared_view import MIME_TYPE

CALLS = {
    "stepper": lambda: widgets.backprop_stepper(*examples([2, 3, 1], 4)),
    "layer": lambda: widgets.layer_lab(lambda A, W, b, g: g(A @ W + b), [1.0, 2], [[1.0], [2]], [0.5]),
    "softmax": lambda: widgets.softmax_lab(softmax, np.array([2.0, 1]), 0),
    "descent": lambda: widgets.learning_rate_lab(lambda t: float(t @ t), lambda t: 2 * t, (1, 1), SPAN),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_picture_goes_with_the_widget_and_the_widget_hides_it(displayed, call):
    assert call() is None
    still, live = displayed
    assert live == {MIME_TYPE: live[MIME_TYPE], "text/plain": ""}
    name = f"still-{live[MIME_TYPE]['model_id']}"
    assert still["text/html"].startswith(f'<div class="{name}"><img alt="')
    assert still["text/plain"].startswith("Picture: ")
    assert "image/png" not in still
    widget = displayed_widget(displayed)
    assert f".{name} {{ display: none; }}" in widget.children[-1].value


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_without_ipywidgets_the_picture_is_left(displayed, monkeypatch, call):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    call()
    (still,) = displayed
    assert set(still) == {"text/html", "text/plain"}
    assert '<img alt="' in still["text/html"]


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_same_call_gives_the_same_picture(displayed, monkeypatch, call):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    call()
    call()
    assert displayed[0] == displayed[1]


def test_the_still_picture_of_the_stepper_has_everything(displayed):
    CALLS["stepper"]()
    assert "after step 10" in displayed[0]["text/plain"]
    assert "dz " in displayed[0]["text/plain"]
    in_words = displayed[0]["text/html"].partition("<summary>All steps in words</summary>")[2]
    assert in_words.count("<p>Step ") == 11 and in_words.index("label") > in_words.index("Step 5 of 10: J")


def test_a_stub_shows_as_not_attempted(displayed):
    """The exception of an unfinished exercise comes through as it is."""

    def stub(Z):
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        widgets.softmax_lab(stub, np.zeros(3), 0)
    assert displayed == []


def test_no_tensorflow_and_nothing_on_stderr(root):
    code = """
import sys, numpy as np
from utils import widgets
from utils.network import initialize, softmax
widgets.backprop_stepper(initialize([2, 2, 1], seed=0), np.eye(2), np.array([[0], [1]]))
widgets.softmax_lab(softmax, np.array([1, 2]), 0)
widgets.learning_rate_lab(lambda t: t @ t, lambda t: 2 * t, np.array([1, 1]), ((-2, 2), (-2, 2)))
assert "tensorflow" not in sys.modules
"""
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
