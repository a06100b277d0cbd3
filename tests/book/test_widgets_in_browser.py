"""The widgets of a book, worked with the keyboard: they show what the models compute."""

import numpy as np
import pytest

from tests.book.conftest import COSTS, DESCENT, LAYER, LOGITS, PARAMS, X, Y, moments
from utils.network import softmax
from utils.plots.widgets import probability
from utils.widgets.backprop_stepper_model import NetworkPasses
from utils.widgets.backprop_stepper_wording import alt_text, explain_step, title
from utils.widgets.layer_lab_model import LayerActivations
from utils.widgets.learning_rate_lab_model import GradientDescent
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


@pytest.mark.parametrize(
    ("presses", "steps", "outcome"),
    [
        (0, 40, "converges"),
        (-5, 1, "crawls"),
        (1, 40, "jumps"),
        (2, 3, "diverges"),
        (8, 15, "diverges"),  # up to 4e36
    ],
)
def test_the_learning_rate_lab_shows_what_the_model_computes(widget, presses, steps, outcome):
    """`presses` are those of the buttons Double, or Halve if negative."""
    lab, descent = widget("learning-rate-lab"), GradientDescent(*DESCENT)
    button = lab.get_by_role("button", name="Double" if presses > 0 else "Halve")
    button.focus()
    for _ in range(abs(presses)):
        button.press("Enter")
    lab.get_by_role("spinbutton", name="Steps").fill(f"{steps}")
    descent.rate, descent.steps = descent.rate * 2.0 ** min(presses, 4), steps  # the largest rate is 16 times
    descent.update()
    assert descent.outcome == outcome
    said = lab.get_by_role("status").inner_text()
    assert said == f"Learning rate {descent.rate:g}. {descent.sentence()}"
    assert lab.get_by_role("img").get_attribute("aria-label") == descent.alt()


def test_the_learning_rate_lab_starts_elsewhere_by_keyboard(widget):
    lab, descent = widget("learning-rate-lab"), GradientDescent(*DESCENT)
    lab.get_by_role("combobox", name="Start").press("ArrowDown")
    lab.get_by_role("combobox", name="Learning rate").press("ArrowUp")
    descent.start, descent.rate = np.array([-3.75, -2.25]), 0.071
    descent.update()
    assert lab.get_by_role("status").inner_text() == f"Learning rate 0.071. {descent.sentence()}"
    dots = lab.locator(".dots").last.get_attribute("d")
    assert dots.count("M") == 41


def test_the_layer_lab_computes_as_numpy_does(widget):
    lab, layer = widget("layer-lab"), LayerActivations(*LAYER)
    unit = lab.get_by_role("spinbutton", name="Unit (1")
    unit.fill("2")
    unit.press("Enter")
    lab.get_by_role("combobox", name="Activation").press("ArrowDown")
    lab.get_by_role("spinbutton", name="bias").fill("-1.5")
    slider = lab.get_by_role("slider").first
    slider.press("ArrowRight")
    layer.unit, layer.activation = 1, "tanh"
    layer.W[0, 1], layer.b[1] = -1.9, -1.5
    layer.update()
    assert lab.get_by_role("status").inner_text() == f"a = {four_digits(layer.a[1])}. {layer.sentence()}"
    rows = [row.locator("td").all_inner_texts() for row in lab.locator("tbody tr").all()]
    assert rows == [[four_digits(value) for value in row] for row in (*layer.W, layer.b, layer.z, layer.a)]


def test_an_animation_is_gone_through_by_keyboard_and_plays_once(widget):
    animation, last = widget("animation"), len(COSTS)
    alts = [figure.get_label() for figure in moments()]
    picture, number = animation.get_by_role("img"), animation.get_by_label("Picture")
    assert (picture.get_attribute("alt"), number.input_value()) == (alts[-1], f"{last}")
    animation.get_by_role("button", name="Back").press("Enter")
    assert picture.get_attribute("alt") == animation.get_by_role("status").inner_text() == alts[-2]
    animation.get_by_role("button", name="Play").press("Enter")
    assert picture.get_attribute("alt") == alts[0]
    picture.page.wait_for_function(
        "text => document.querySelector('.animation img').alt === text", arg=alts[-1]
    )
    assert picture.evaluate("image => image.naturalWidth") > 100


NUMBERS = [0.0, -0.0, 1.0, -12.5, 1.2345e-4, 1.2345e-5, 123456.0, 9999.96, 1e-7, -3.14159, np.inf, np.nan]


def test_numbers_are_written_as_python_writes_them(widget):
    page = widget("softmax-lab").page
    script = "numbers => numbers.map(n => [formatNumber(n, 4), formatProbability(n)])"
    assert page.evaluate(script, NUMBERS) == [[four_digits(n), probability(n)] for n in NUMBERS]
