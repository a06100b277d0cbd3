"""The lesson in JupyterLab, in headless Chromium, as a learner meets it."""

import re

import nbformat
import pytest

from tests.browser.accessibility import violations
from tests.browser.conftest import IN_JUPYTERLAB
from tests.browser.cut_off import CUT_OFF

LESSON = "03_backpropagation"

pytestmark = IN_JUPYTERLAB

SLIP = "    return dZ_next @ W_next.T"
DEPENDENT = ("hidden_delta", "backward", "per_example_gradients", "input_gradient")


def handed_in(root, folder):
    """The release with every exercise solved but `hidden_delta`, which leaves out the derivative."""
    solved = nbformat.read(root / "solutions" / LESSON / f"{LESSON}.ipynb", as_version=4)
    released = nbformat.read(root / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    answers = {cell.id: cell.source for cell in solved.cells}
    for cell in released.cells:
        label = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and label.get("solution"):
            cell.source = answers[cell.id]
        if label.get("grade_id") == "hidden_delta":
            head, _, _ = cell.source.partition("    ### BEGIN SOLUTION")
            cell.source = head + SLIP
    path = folder / "notebooks" / LESSON / f"{LESSON}.ipynb"
    nbformat.write(released, path)
    return path


@pytest.fixture
def page(root, course, open_notebook):
    """The lesson as it was handed in, open in a browser."""
    return open_notebook(handed_in(root, course).relative_to(course))


def test_a_learner_runs_all_and_validates(page, run_all, screenshots):
    run_all(page)

    right = verdict(page, "output_delta")
    assert "✓ output_delta: right" in right.inner_text()
    wrong = verdict(page, "hidden_delta")
    text = wrong.inner_text()
    assert "✗ hidden_delta: not right yet" in text
    assert "leaves out the derivative of an activation" in text
    assert "Error in dZ on the lesson's second layer" in text
    wrong.screenshot(path=screenshots / "wrong.png")
    right.screenshot(path=screenshots / "right.png")
    wrong.get_by_text("Try this").click()
    assert "print(hidden_delta(*tiny))" in wrong.inner_text()
    wrong.screenshot(path=screenshots / "experiment.png")
    wrong.get_by_role("link", name="3.5 Third step: into the hidden layer, dZ2").click()
    assert heading(page, "3.5 Third step").bounding_box()["y"] < 900  # the height of the window
    verdict(page, "hidden_delta")
    page.screenshot(path=screenshots / "lesson.png")

    page.set_viewport_size({"width": 640, "height": 900})  # what is left of 1280 pixels at 200 %
    assert page.evaluate(CUT_OFF) == []
    page.set_viewport_size({"width": 1100, "height": 900})
    page.get_by_role("button", name="Validate").click()
    dialog = page.get_by_role("dialog").filter(has_text="Validation Results")
    dialog.wait_for(timeout=180_000)
    failed = re.findall(r"check\(\w+\)", dialog.inner_text())
    assert failed == [f"check({name})" for name in DEPENDENT]
    said = " ".join(dialog.inner_text().split())
    assert "✗ hidden_delta: not right yet" in said and "leaves out the derivative of an activation" in said
    page.screenshot(path=screenshots / "validate.png")
    dialog.get_by_role("button", name="OK").click()
    assert violations(page, ".jp-OutputArea", ".jp-MarkdownOutput") == {}


def heading(page, text):
    """The heading of a section in the lesson."""
    return page.locator(".jp-MarkdownCell h3").filter(has_text=text)


def verdict(page, name):
    """The verdict that a check cell shows, scrolled into view."""
    cell = page.locator(".jp-CodeCell").filter(has_text=re.compile(rf"check\({name}\)")).last
    cell.scroll_into_view_if_needed()
    found = cell.locator(".verdict")
    found.wait_for()
    return found
