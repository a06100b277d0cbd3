"""The widgets of a book, worked with the keyboard: they show what the models compute."""

import numpy as np
import pytest

from tests.book.conftest import LOGITS, PARAMS, X, Y
from utils.network import softmax
from utils.plots.widgets import probability
from utils.widgets.backprop_stepper_model import NetworkPasses
from utils.widgets.backprop_stepper_wording import alt_text, explain_step, title
from utils.widgets.softmax_lab_model import SoftmaxPrediction
from utils.widgets.wording import four_digits

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("book")]


@pytest.fixture
def widget(open_page):
    """A function that returns the widget of a class."""
    page = open_page("03_backpropagation").page
    return lambda name: page.locator(f".course-widget.{name}").last


def test_the_stepper_shows_what_the_model_computes(widget):
    stepper, passes = widget("backprop-stepper"), NetworkPasses(PARAMS, X, Y)
    forward = stepper.get_by_text("Forward")
    example, unit = (stepper.get_by_role("spinbutton", name=name) for name in ("Example", "Unit of"))
    status, picture = stepper.get_by_role("status"), stepper.get_by_role("img")
    example.fill("2")
    example.press("Enter")
    passes.example = 2
    forward.focus()
    for _ in passes.steps:
        assert status.inner_text() == f"{title(passes)}. {explain_step(passes).sentence}"
        assert picture.get_attribute("aria-label") == alt_text(passes)
        first = stepper.locator("tbody tr").first.locator("td").first
        assert first.inner_text() == explain_step(passes).rows[0][0]
        passes.move(1)
        forward.press("Enter")
    assert "dW₁" in status.inner_text()
    unit.fill("7")  # there are three
    unit.press("Enter")
    passes.unit = 2
    assert unit.input_value() == "2"
    assert explain_step(passes).sentence in status.inner_text()
    texts = stepper.locator("svg text").all_text_contents()
    assert f"dz = {passes.row('dZ3')[0]:.3g}".replace("-", "\u2212") in texts


CASES = [
    (LOGITS, 0, 0.0),
    (np.array([0.1, -9.3, 7.0]), 1, 0.0),
    (np.array([2.5, 2.5, 2.5]), 2, -3.0),
    (np.array([10.0, -10.0, 0.0]), 1, 1000.0),
]


def test_the_softmax_lab_computes_as_numpy_does(widget):
    lab, prediction = widget("softmax-lab"), SoftmaxPrediction(softmax, LOGITS, 0)
    for logits, label, shift in CASES:
        prediction.logits, prediction.label, prediction.shift = logits, label, shift
        prediction.update()
        for k, value in enumerate(logits):
            lab.locator("input").nth(2 * k).fill(f"{value:g}")
        lab.get_by_label("Right class").fill(str(label))
        lab.get_by_label("Add to all").fill(f"{shift:g}")
        said = lab.get_by_role("status").inner_text()
        assert said == f"Loss {four_digits(prediction.loss)}. {prediction.sentence()}"
        rows = [row.locator("td").all_inner_texts() for row in lab.locator("tbody tr").all()]
        columns = zip(prediction.z, prediction.p, prediction.gradient, strict=True)
        wanted = [[four_digits(z), probability(p), probability(d)] for z, p, d in columns]
        assert [[text.strip() for text in row] for row in rows] == wanted
        assert "★" in lab.locator("tbody th").nth(label).inner_text()


def test_a_slider_moves_with_the_arrow_keys(widget):
    lab = widget("softmax-lab")
    slider = lab.get_by_role("slider").first
    before = lab.get_by_role("status").inner_text()
    slider.focus()
    slider.press("ArrowRight")
    assert lab.get_by_role("spinbutton").first.input_value() == "2.1"
    assert lab.get_by_role("status").inner_text() != before


NUMBERS = [0.0, -0.0, 1.0, -12.5, 1.2345e-4, 1.2345e-5, 123456.0, 9999.96, 1e-7, -3.14159, np.inf, np.nan]


def test_numbers_are_written_as_python_writes_them(widget):
    page = widget("softmax-lab").page
    script = "numbers => numbers.map(n => [formatNumber(n, 4), formatProbability(n)])"
    assert page.evaluate(script, NUMBERS) == [[four_digits(n), probability(n)] for n in NUMBERS]
