"""The widgets in JupyterLab, in headless Chromium, worked with the keyboard alone."""

import re

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests.browser.accessibility import violations
from tests.browser.conftest import IN_JUPYTERLAB
from utils.network import backward, forward, initialize, softmax
from utils.widgets.layer_lab_model import LayerActivations

pytestmark = IN_JUPYTERLAB

SETUP = """
import numpy as np
from utils.network import initialize, softmax
from utils.widgets import backprop_stepper, layer_lab, learning_rate_lab, softmax_lab
"""
EXAMPLES = "X, Y = np.array([[1, 0.5], [-1, 2], [0.3, -0.7]]), np.array([[0.0], [1], [1]])"
STEPPER = "backprop_stepper(initialize([2, 3, 2, 1], seed=3), X, Y)"
SOFTMAX = "softmax_lab(softmax, np.array([2.0, 1, -0.5]), 0)"
DESCENT = """
A = np.diag([1.0, 10])
learning_rate_lab(lambda t: float(t @ A @ t) / 2 + 1, lambda t: A @ t, np.array([4.0, 2]), ((-5, 5), (-3, 3)))
"""
LAYER = "layer_lab(lambda A, W, b, g: g(A @ W + b), [1, 0.5], [[1, -2], [2, 1]], [-1, 0.5])"


@pytest.fixture
def page(course, open_notebook, run_all):
    """A notebook with the four widgets that has run, the focus on the code above the first of them."""
    cells = [new_code_cell(source) for source in (SETUP, EXAMPLES, STEPPER, SOFTMAX, DESCENT, LAYER)]
    kernel = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
    nbformat.write(new_notebook(cells=cells, metadata=kernel), course / "widgets.ipynb")
    page = open_notebook("widgets.ipynb")
    run_all(page)
    page.get_by_role("status").nth(3).wait_for()
    return page


def widget(page, number):
    return page.locator(".course-widget").nth(number)


def focused(page):
    """The label of the control that has the focus."""
    return page.evaluate(
        """() => {
            const element = document.activeElement
            return element.labels?.length ? element.labels[0].innerText : element.innerText
        }"""
    )


def tab_to(page, label):
    """Press Tab until the control `label` has the focus, and see that it shows."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if focused(page) == label:
            width = page.evaluate("() => getComputedStyle(document.activeElement).outline")
            assert "solid 3px" in width
            return
    pytest.fail(f"Tab does not reach {label}")


def says(page, number, text):
    """Wait until a widget says `text`, and return its whole sentence."""
    status = widget(page, number).get_by_role("status").filter(has_text=text)
    status.wait_for(timeout=10_000)
    return status.inner_text()


def table(page, number):
    """The table of a widget, {first entry of a row: the others}."""
    rows = widget(page, number).locator("tbody tr").all()
    entries = [row.locator("td").all_inner_texts() for row in rows]
    return {
        name: [float(entry.replace("\N{MINUS SIGN}", "-")) for entry in rest if entry]
        for name, *rest in entries
    }


def keys(page, *names):
    for name in names:
        page.keyboard.press(name)


def test_everything_can_be_done_with_the_keyboard(page, screenshots):
    """Tab reaches every control and shows where it is; arrows, Enter, Space and digits move the numbers."""
    assert page.locator(".jp-OutputArea-output[data-mime-type*=stderr]").count() == 0
    every_control_has_a_label(page)
    page.locator(".jp-CodeCell").nth(2).focus()
    step_through_a_network(page, screenshots)
    move_the_logits(page, screenshots)
    change_the_learning_rate(page, screenshots)
    weigh_the_inputs_of_a_unit(page, screenshots)
    assert violations(page, ".jp-OutputArea") == {}


def every_control_has_a_label(page):
    controls = page.locator(".course-widget :is(input, button)").all()
    labels = [control.evaluate("e => (e.labels?.[0] ?? e).innerText") for control in controls]
    assert len(labels) == 36
    assert all(re.search(r"[A-Za-z]", label) for label in labels)


def step_through_a_network(page, screenshots):
    X, Y = np.array([[1, 0.5], [-1, 2], [0.3, -0.7]]), np.array([[0.0], [1], [1]])
    params = initialize([2, 3, 2, 1], seed=3)
    cache = forward(X, params)[1]
    grads = backward(params, cache, Y)

    tab_to(page, "Forward \u25b6")
    keys(page, "Enter")
    assert "shape (3, 3) from (3, 2) and (2, 3)" in says(page, 0, "Step 1 of 15: Z\u2081")
    assert table(page, 0)["sum: z"] == [pytest.approx(cache["Z1"][0, 0], rel=1e-4)]
    keys(page, "Space")
    says(page, 0, "Step 2 of 15")
    keys(page, "Shift+Tab", "Enter")
    says(page, 0, "Step 1 of 15")

    tab_to(page, "Step (0 to 15)")
    keys(page, "ArrowUp", "ArrowUp")
    says(page, 0, "Step 3 of 15: Z\u2082")
    page.keyboard.type("15")
    keys(page, "Enter")
    says(page, 0, "Step 15 of 15: dW\u2081 and db\u2081")
    assert table(page, 0)["from unit 1"][-1] == pytest.approx(grads["dW1"][1, 0], rel=1e-4)

    tab_to(page, "Example (0 to 2)")
    keys(page, "ArrowUp")
    tab_to(page, "Unit of layer 1 (0 to 2)")
    keys(page, "ArrowUp", "ArrowUp")
    says(page, 0, "unit 2 of layer 1")
    widget(page, 0).locator("th", has_text="of example 1").wait_for()
    assert table(page, 0)["from unit 1"][-1] == pytest.approx(grads["dW1"][1, 2], rel=1e-4)
    assert table(page, 0)["from unit 1"][0] == X[1, 1]
    picture = widget(page, 0).get_by_role("img")
    assert "numbers of example 1, label 1, after step 15" in picture.get_attribute("alt")
    widget(page, 0).screenshot(path=screenshots / "stepper.png")


def move_the_logits(page, screenshots):
    def p(*logits):
        return softmax(np.array([logits]))[0]

    says(page, 1, f"Its probability is {p(2, 1, -0.5)[0]:.4f}")
    tab_to(page, "z\u2080")
    keys(page, "ArrowUp", "ArrowUp")
    says(page, 1, f"Its probability is {p(2.2, 1, -0.5)[0]:.4f}")
    tab_to(page, "z\u2080 + 1")
    keys(page, "Space")
    says(page, 1, f"Its probability is {p(3.2, 1, -0.5)[0]:.4f}")
    keys(page, "Shift+Tab", "Enter", "Enter")
    says(page, 1, f"Its probability is {p(1.2, 1, -0.5)[0]:.4f}")
    tab_to(page, "Right class (0 to 2)")
    keys(page, "ArrowUp")
    says(page, 1, f"loss is {-np.log(p(1.2, 1, -0.5)[1]):.4g}")
    tab_to(page, "Add to all logits")
    page.keyboard.type("1000")
    keys(page, "Enter")
    widget(page, 1).locator("img[alt*='1001']").wait_for()
    assert f"Its probability is {p(1.2, 1, -0.5)[1]:.4f}" in says(page, 1, "The right class is 1.")
    widget(page, 1).screenshot(path=screenshots / "softmax.png")


def change_the_learning_rate(page, screenshots):
    says(page, 2, "It converges.")
    tab_to(page, "Learning rate")
    page.keyboard.type("0.001")
    keys(page, "Enter")
    says(page, 2, "It crawls.")
    page.keyboard.press("Control+a")
    page.keyboard.type("0.15")
    keys(page, "Enter")
    says(page, 2, "learning rate 0.15")
    tab_to(page, "Double")
    keys(page, "Space")
    assert "the rate is too large" in says(page, 2, "It diverges.")
    widget(page, 2).screenshot(path=screenshots / "learning_rate.png")
    keys(page, "Shift+Tab", "Enter")
    says(page, 2, "learning rate 0.15. It converges.")
    tab_to(page, "Steps")
    keys(page, "ArrowDown")
    says(page, 2, "39 steps")
    tab_to(page, "Start \u03b8\u2080")
    keys(page, "ArrowDown")
    widget(page, 2).locator("img[alt*='from (3.5, 2)']").wait_for()


def weigh_the_inputs_of_a_unit(page, screenshots):
    layer = LayerActivations(lambda A, W, b, g: g(A @ W + b), [1, 0.5], [[1, -2], [2, 1]], [-1, 0.5])
    says(page, 3, layer.sentence())
    tab_to(page, "Unit (1 to 2)")
    keys(page, "ArrowUp")
    layer.unit = 1
    says(page, 3, layer.sentence())
    tab_to(page, "tanh")
    keys(page, "Enter")
    tab_to(page, "w\u2081")
    keys(page, "ArrowUp")
    layer.activation, layer.W[0, 1] = "tanh", -1.9
    layer.update()
    says(page, 3, layer.sentence())
    tab_to(page, "w\u2081 + 0.5")
    keys(page, "Enter")
    layer.W[0, 1] = -1.4
    layer.update()
    says(page, 3, layer.sentence())
    assert widget(page, 3).get_by_role("img").get_attribute("alt") == layer.alt()
    widget(page, 3).screenshot(path=screenshots / "layer.png")
