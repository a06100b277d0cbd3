"""What the tests of self-study share: a person at work, and what is displayed to them."""

import ipywidgets
import pytest

from grader.study import hints, learner_at_work, verdicts
from grader.study.progress_file import ProgressFile
from tests.utils.widgets.conftest import displayed, displayed_widget  # noqa: F401 - a fixture


@pytest.fixture
def learner(monkeypatch, tmp_path):
    """A person at work; the file with their progress."""
    file = ProgressFile(tmp_path / "progress.json")
    monkeypatch.setattr(learner_at_work, "is_present", lambda: True)
    monkeypatch.setattr(learner_at_work, "progress_file", lambda: file)
    monkeypatch.setattr(learner_at_work, "after_this_cell", lambda show: show())
    monkeypatch.setattr(hints, "_offered", set())
    monkeypatch.setattr(verdicts, "_is_right", {})
    return file


@pytest.fixture
def cell():
    """A function that runs the code of a cell of lesson 3, and returns the value of its last expression."""
    namespace = {"LESSON": "03_backpropagation"}
    exec("from grader import *", namespace)

    def run(code):
        *statements, last = code.strip().splitlines()
        exec("\n".join(statements), namespace)
        return eval(last, namespace)

    return run


def controls(bundles):
    """The controls of the last widget that was displayed, flat, in their order."""
    waiting, found = list(displayed_widget(bundles).children), []
    while waiting:
        control = waiting.pop(0)
        found.append(control)
        waiting[:0] = getattr(control, "children", ())
    return [control for control in found if not isinstance(control, (ipywidgets.Box, ipywidgets.Label))]


def buttons(bundles):
    """The buttons of the last widget that was displayed, by their text without its mark."""
    found = (control for control in controls(bundles) if isinstance(control, ipywidgets.Button))
    return {button.description[2:]: button for button in found}
