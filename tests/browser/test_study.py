"""Predictions, questions and hints in JupyterLab, in headless Chromium: by keyboard, and their looks."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.browser.accessibility import violations
from tests.browser.conftest import IN_JUPYTERLAB
from tests.browser.contrasts import CONTRASTS
from tests.browser.cut_off import CUT_OFF

pytestmark = IN_JUPYTERLAB

SETUP = """
LESSON = "03_backpropagation"
import numpy as np
from grader import *
from utils.network import softmax
from utils.plots import plot_network, show
from utils.widgets import softmax_lab
shown = 2
def output_delta(A, Y): return (A - Y) / len(A)
def hidden_delta(dZ, W, A): return dZ @ W.T
_ = progress(reset=True)
"""
LONG = "the first, in so many words that a line of a narrow page can't hold them and has to be broken in two"
CELLS = [
    SETUP,
    f'ask_prediction("p", "Which one is it?", ["{LONG}", "the second"])',
    'compare_prediction("p", [shown == 1, shown == 2])',
    "ask_questions()",
    "check(output_delta)",
    "check(hidden_delta)",
    "hint(hidden_delta)",
    "solution(hidden_delta)",
    "progress()",
    "softmax_lab(softmax, np.array([2.0, 1, -0.5]), 0)",
    "show(plot_network([8, 4, 1]))",
]
LEAST_CONTRAST = 4.5  # of all but JupyterLab's own numbers beside the outputs


@pytest.fixture
def theme(request):
    return getattr(request, "param", "JupyterLab Light")


@pytest.fixture
def page(course, open_notebook, run_all, request, theme):
    settings = course / "settings" / "@jupyterlab" / "apputils-extension" / "themes.jupyterlab-settings"
    settings.write_text(json.dumps({"theme": theme}))
    kernel = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
    cells = [new_code_cell(source) for source in CELLS]
    name = f"study {request.node.name.split('[')[-1].strip(']')}.ipynb"  # a kernel of its own
    nbformat.write(new_notebook(cells=cells, metadata=kernel), course / name)
    page = open_notebook(name)
    run_all(page)
    page.get_by_text("Go on with lesson").wait_for()
    yield page
    settings.unlink()


def output(page, number):
    return page.locator(".jp-CodeCell").nth(number).locator(".jp-OutputArea")


def test_a_learner_predicts_answers_and_sees_progress_by_keyboard(page, course, screenshots):
    assert "You made no prediction here. It came out: the second." in output(page, 2).inner_text()
    choices = output(page, 1).get_by_role("button")
    assert choices.all_inner_texts() == [f"○ {LONG}", "○ the second"]
    choices.nth(0).focus()
    page.keyboard.press("Space")
    output(page, 1).get_by_text("Kept: the first").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    output(page, 1).get_by_text("Kept: the second. Now run the next cell.").wait_for()
    page.locator(".jp-CodeCell").nth(2).locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    output(page, 2).get_by_text("You predicted: the second. It came out: the second. As you said.").wait_for()

    assert output(page, 3).get_by_role("button").count() >= 6
    output(page, 3).get_by_role("button").first.focus()
    page.keyboard.press("Space")
    output(page, 3).get_by_role("status").first.wait_for()
    after_check = output(page, 4)
    order = after_check.evaluate("e => e.innerText.indexOf('✓') < e.innerText.indexOf('One of 10 examples')")
    assert order, "the question stands below the verdict"
    assert "Stuck?" in output(page, 5).inner_text()
    assert "hint 1 of 3" in output(page, 6).inner_text()
    (file,) = course.rglob("progress.json")
    kept = json.loads(file.read_text())["lessons"]["03_backpropagation"]
    assert kept["predictions"]["p"]["right"] is True
    assert kept["exercises"]["output_delta"]["status"] == "correct"
    page.screenshot(path=screenshots / "study.png", full_page=True)


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"], indirect=True)
def test_all_of_it_can_be_read_in_light_and_dark_and_at_double_size(page, screenshots, theme):
    page.wait_for_function("name => document.body.dataset.jpThemeName === name", arg=theme)
    output(page, 1).get_by_role("button").nth(0).click()
    output(page, 1).get_by_text("Kept: the first").wait_for()
    for number in range(1, len(CELLS)):
        found = output(page, number).evaluate(f"root => ({CONTRASTS.replace('document.body', 'root')})()")
        low = {element: contrast for element, contrast in found.items() if contrast < LEAST_CONTRAST}
        assert not [element for element in low if "jp-OutputPrompt" not in element], (CELLS[number], low)
    page.screenshot(path=screenshots / f"study-{theme.split()[-1]}.png", full_page=True)
    page.set_viewport_size({"width": 640, "height": 900})  # what is left of 1280 pixels at 200 %
    assert page.evaluate(CUT_OFF) == []
    assert violations(page, ".jp-OutputArea") == {}
