"""The widgets without a browser: their numbers, what they say, and what is left where none can run."""

import re
import subprocess
import sys
import warnings

import ipywidgets
import numpy as np
import pytest

from utils import widgets
from utils.network import backward, binary_cross_entropy, forward, initialize, softmax
from utils.widgets import Descent, Odds, Walk

SPAN = (-5, 5), (-3, 3)
BOWL = np.diag([1.0, 10])


def examples(sizes, m):
    """Parameters, examples and labels for a network."""
    rng = np.random.default_rng(0)
    return initialize(sizes, seed=1), rng.normal(size=(m, sizes[0])), rng.integers(0, 2, size=(m, 1))


def walk(sizes=(2, 3, 2, 1), m=4):
    return Walk(*examples(sizes, m))


def descent(**changes):
    """Gradient descent in a bowl, with `changes` of its settings."""
    made = Descent(lambda t: float(t @ BOWL @ t) / 2 + 1, lambda t: BOWL @ t, [4, 2], SPAN)
    for name, value in changes.items():
        setattr(made, name, value)
    made.update()
    return made


# --- The stepper ----------------------------------------------------------------------------------


@pytest.mark.parametrize("sizes", [[2, 3, 2, 1], [64, 25, 15, 1], [3, 1], [1, 1, 1], [4, 4, 4, 4, 1]])
@pytest.mark.parametrize("m", [1, 5])
def test_a_walk_has_the_numbers_of_the_network(sizes, m):
    params, X, Y = examples(sizes, m)
    A, cache = forward(X, params)
    made = Walk(params, X, Y)
    for name, array in {**cache, **backward(params, cache, Y)}.items():
        np.testing.assert_allclose(made.arrays[name], array, rtol=1e-12, atol=1e-300)
    assert made.arrays["J"] == pytest.approx(binary_cross_entropy(Y, A), rel=1e-12)


def test_the_signals_of_a_hidden_layer_are_what_nudging_finds():
    """dA1 and dZ1, entry by entry, as the change of the cost."""
    params, X, Y = examples([2, 3, 1], 4)
    made = Walk(params, X, Y)

    def cost_above(A1):
        return binary_cross_entropy(Y, forward(A1, {"W1": params["W2"], "b1": params["b2"]})[0])

    A1, step = made.arrays["A1"], 1e-5
    for place in np.ndindex(A1.shape):
        nudge = np.zeros_like(A1)
        nudge[place] = step
        measured = (cost_above(A1 + nudge) - cost_above(A1 - nudge)) / (2 * step)
        assert made.arrays["dA1"][place] == pytest.approx(measured, rel=1e-6)
    np.testing.assert_allclose(made.arrays["dZ1"], made.arrays["dA1"] * A1 * (1 - A1))


def test_a_walk_goes_forward_then_backward_and_stops_at_its_ends():
    made = walk([2, 3, 1])
    assert made.steps == ["A0", "Z1", "A1", "Z2", "A2", "J", "dZ2", "dW2", "dA1", "dZ1", "dW1"]
    made.move(-1)
    assert made.step == "A0"
    made.move(3)
    assert (made.step, made.layer) == ("Z2", 2)
    made.move(100)
    assert made.step == "dW1"


def test_each_layer_keeps_its_own_unit():
    made = walk()
    made.move(1)
    made.unit = 2
    made.move(2)
    assert (made.layer, made.unit) == (2, 0)
    made.move(-1)
    assert made.unit == 2


@pytest.mark.parametrize("sizes", [[2, 3, 2, 1], [64, 25, 15, 1], [1, 1]])
def test_every_step_says_what_it_has_computed_and_its_shape(sizes):
    made = walk(sizes)
    for position, step in enumerate(made.steps):
        made.position = position
        sentence = made.sentence()
        plain = sentence.translate(str.maketrans("₀₁₂₃", "0123"))
        assert step in plain
        shape = made.arrays[step].shape
        assert (f"shape {shape}" if step != "J" else "a single number") in sentence
        assert step == "A0" or "just been computed" in sentence


@pytest.mark.parametrize("sizes", [[2, 3, 2, 1], [64, 25, 15, 1]])
def test_the_tables_add_up(sizes):
    """The products and the bias make z, and the signals that come back make da, also when abridged."""
    made = walk(sizes)
    for position, step in enumerate(made.steps):
        made.position, made.example = position, 2
        kind, layer = step.rstrip("0123"), made.layer
        if kind in ("Z", "dA"):
            made.unit = made.sizes[layer] - 1
            *terms, total = [row[-1] for row in made.account().rows]
            assert sum(terms) == pytest.approx(total)
            assert total == made.arrays[step][2, made.unit]
        if kind == "dW":
            dz, db = made.arrays[f"dZ{layer}"], made.account().rows[-1]
            assert db[1:] == (1.0, dz[2, made.unit], dz[2, made.unit], pytest.approx(dz[:, made.unit].sum()))
        assert len(made.account().rows) <= 10
        assert {len(row) for row in made.account().rows} == {len(made.account().header)}


def test_a_long_table_keeps_the_chosen_row():
    rows = widgets._abridged([(f"unit {j}", j) for j in range(25)], chosen=20, summed=1)
    assert [name for name, _ in rows] == [*[f"unit {j}" for j in range(6)], "unit 20", "18 more"]
    assert sum(number for _, number in rows) == sum(range(25))


def test_the_alternative_text_has_the_numbers_of_the_picture():
    made = walk()
    for position in range(len(made.steps)):
        made.position = position
        alt = made.alt()
        assert f"after step {position}" in alt
        written = " ".join(text.get_text() for text in made.figure().axes[0].texts)
        numbers = re.findall(r"= (\S+)", written.partition("label")[0])
        told = re.sub(r"[.,](?= |$)", "", alt)
        assert all(number in told for number in numbers if "e" not in number and "0.000" not in number)
    assert "On dashed arrows from layer 0 to unit 0 of layer 1" in alt


def test_a_saturated_network_is_no_trouble():
    """Predictions of exactly 0 and 1 give a finite cost, and no warning."""
    params = {"W1": np.array([[1e3]]), "b1": np.zeros(1)}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = Walk(params, np.array([[1.0], [-1]]), np.array([[0.0], [0]]))
        assert made.arrays["J"] == pytest.approx(500)
        made.move(100)
        assert "Cost 500" in made.alt()


# --- The softmax lab ------------------------------------------------------------------------------


def test_odds_are_those_of_the_learners_softmax():
    asked = []

    def learners(Z):
        asked.append(Z.copy())
        return softmax(Z)

    odds = Odds(learners, np.array([2, 1, 0]), 1)
    assert asked[0].shape == (1, 3)
    p = softmax(np.array([[2.0, 1, 0]]))[0]
    np.testing.assert_allclose(odds.p, p)
    np.testing.assert_allclose(odds.gradient, p - [0, 1, 0])
    assert odds.loss == pytest.approx(-np.log(p[1]))
    assert f"probability is {p[1]:.4f}" in odds.sentence()
    assert all(f"{value:.4f}" in odds.alt() for value in p)


def test_a_logit_moves_the_odds_and_a_shift_does_not():
    odds = Odds(softmax, [2.0, 1, 0], 0)
    before = odds.p
    odds.shift = 100.0
    odds.update()
    np.testing.assert_allclose(odds.p, before)
    odds.logits[0] = 3.0
    odds.update()
    assert odds.p[0] > before[0]


def test_a_small_probability_is_not_written_as_0():
    odds = Odds(softmax, [-10, 1, 0], 0)
    written = widgets.probability(odds.p[0])
    assert f"Its probability is {written}," in odds.sentence() and f"{written}, " in odds.alt()
    assert float(written.replace("−", "-")) == pytest.approx(odds.p[0], rel=0.05)
    assert widgets.probability(0.0) == "0.0000"


def test_an_overflow_is_said_and_warns_of_nothing():
    def naive(Z):
        return np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        odds = Odds(naive, [1e3, 0, -1e4], 1)
        assert "overflows" in odds.sentence()
        assert "nan" in odds.alt()
        odds.figure()
        assert Odds(softmax, [1e3, 0, -1e4], 1).loss == np.inf


def test_a_softmax_of_the_wrong_shape_is_refused():
    with pytest.raises(ValueError, match=r"shape \(3,\) for logits of shape \(1, 3\)"):
        Odds(lambda Z: softmax(Z)[0], [2, 1, 0], 1)


# --- The learning-rate lab ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rate", "verdict", "words"),
    [
        (0.002, "crawls", "of the way down"),
        (0.15, "converges", "near the lowest"),
        (0.21, "diverges", "Step 1 is the first that raises it"),
        (50.0, "diverges", "the rate is too large"),
    ],
)
def test_what_becomes_of_a_learning_rate_is_said(rate, verdict, words):
    made = descent(rate=rate)
    assert made.verdict == verdict
    assert words in made.sentence()
    assert made.sentence() in made.alt()


def test_a_path_that_rises_again_and_again_jumps():
    """In a crease every step has the same length, so it ends on one side or the other."""
    made = Descent(lambda t: float(np.abs(t).sum()), np.sign, [4.2, 0], SPAN)
    made.rate = 1.5
    made.update()
    assert made.verdict == "jumps"
    assert "to and fro" in made.sentence()


def steep_at_the_bottom(t):
    """A cost whose curvature is largest at its minimum, 1 there."""
    return float(np.sqrt(1 + t @ t))


@pytest.mark.parametrize(
    ("rate", "steps", "verdict"), [(1.0, 40, "converges"), (3.0, 4, "will not stay"), (3.0, 60, "jumps")]
)
def test_a_bottom_too_steep_for_the_rate_is_told_of(rate, steps, verdict):
    """The path comes near it, and is thrown out again with more steps."""
    made = Descent(steep_at_the_bottom, lambda t: t / np.sqrt(1 + t @ t), [2.83, 0], SPAN)
    made.rate, made.steps = rate, steps
    made.update()
    assert made.verdict == verdict


def test_the_path_is_gradient_descent():
    made = descent(rate=0.05, steps=3, start=np.array([1.0, -1]))
    theta, path = np.array([1.0, -1]), [[1.0, -1]]
    for _ in range(3):
        theta = theta - 0.05 * BOWL @ theta
        path.append(theta)
    np.testing.assert_allclose(made.path, path)
    np.testing.assert_allclose(made.costs, [float(np.dot(t, BOWL @ t)) / 2 + 1 for t in path])


def test_the_first_rate_converges():
    """It is one over the largest curvature, here 10."""
    made = descent()
    assert (made.rate, made.verdict) == (0.1, "converges")


def test_a_cost_that_overflows_warns_of_nothing():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = Descent(lambda t: np.exp(t).sum(), np.exp, (4, 2), SPAN)
        made.rate = 1e9
        made.start = np.array([-4.0, 2])
        made.cost, made.gradient = lambda t: np.exp(t * t).sum(), lambda t: 2 * t * np.exp(t * t)
        made.update()
        assert made.verdict == "diverges"
        made.figure()


def test_start_at_the_bottom():
    made = descent(start=np.zeros(2))
    assert made.verdict == "converges"


# --- The controls ---------------------------------------------------------------------------------


@pytest.fixture
def live(monkeypatch):
    """A function that runs a widget's call and returns {label: control}, the screen being "screen"."""

    def run(call, *arguments):
        made = []
        monkeypatch.setattr(widgets, "_display", lambda _, make: made.append(make(ipywidgets)))
        call(*arguments)
        found, waiting = {}, list(made[0].children)
        while waiting:
            control = waiting.pop(0)
            waiting += getattr(control, "children", ())
            name = (
                "screen"
                if isinstance(control, ipywidgets.HTML)
                else control.trait_values().get("description")
            )
            found[name or f"slider {len(found)}"] = control
        return found

    return run


def test_the_stepper_steps(live):
    params, X, Y = examples([2, 3, 2, 1], 4)
    controls = live(widgets.backprop_stepper, params, X, Y)
    screen, unit = controls["screen"], controls["Unit of the input (0 to 1)"]
    assert "Step 0 of 15" in screen.value and unit.max == 1
    controls["Forward ▶"].click()
    assert "Step 1 of 15: Z₁" in screen.value and unit.max == 2
    assert unit.description == "Unit of layer 1 (0 to 2)"
    controls["Step (0 to 15)"].value = 15
    assert "dW₁ and db₁" in screen.value
    unit.value, controls["Example (0 to 3)"].value = 2, 3
    assert "unit 2 of layer 1" in screen.value and "of example 3" in screen.value
    dw = backward(params, forward(X, params)[1], Y)["dW1"]
    assert widgets.number(dw[1, 2], 5) in screen.value
    controls["Forward ▶"].click()
    assert "Step 15 of 15" in screen.value
    controls["◀ Back"].click()
    assert "Step 14 of 15" in screen.value
    assert screen.value.count("<img alt=") == 1
    for step in (7, 0):  # a layer with fewer units than the one that was chosen
        controls["Step (0 to 15)"].value = step
        assert f"Step {step} of 15" in screen.value


def test_numbers_and_sliders_move_the_logits_together(live):
    controls = live(widgets.softmax_lab, softmax, np.array([2.0, 1, 0]), 0)
    screen = controls["screen"]
    slider = next(control for control in controls.values() if isinstance(control, ipywidgets.FloatSlider))
    assert slider.value == 2
    controls["z₀"].value = 3.0
    assert slider.value == 3.0
    assert f"{softmax(np.array([[3.0, 1, 0]]))[0, 0]:.4f}" in screen.value
    slider.value = 0.30000000000000004
    assert controls["z₀"].value == 0.3
    controls["Right class (0 to 2)"].value = 1
    assert f"{softmax(np.array([[0.3, 1, 0]]))[0, 1]:.4f}" in screen.value
    controls["Add to all logits"].value = 500
    assert "500.3" in screen.value


def test_an_exception_of_the_learners_function_is_shown(live):
    """It would otherwise be lost: nobody sees what a widget's call raises."""

    def fragile(Z):
        if Z[0, 0] > 2:
            raise ZeroDivisionError("<not> today")
        return softmax(Z)

    controls = live(widgets.softmax_lab, fragile, np.array([2.0, 1]), 0)
    controls["z₀"].value = 2.5
    assert "ZeroDivisionError: &lt;not&gt; today" in controls["screen"].value
    controls["z₀"].value = 1.5
    assert "ZeroDivisionError" not in controls["screen"].value


def test_the_learning_rate_can_be_typed_halved_and_doubled(live):
    controls = live(
        widgets.learning_rate_lab, lambda t: float(t @ BOWL @ t), lambda t: 2 * BOWL @ t, (4, 2), SPAN
    )
    rate, screen = controls["Learning rate"], controls["screen"]
    rate.value = 0.08
    assert "converges" in screen.value and rate.step == pytest.approx(0.001)
    controls["Double"].click()
    assert rate.value == 0.16 and "diverges" in screen.value
    controls["Halve"].click()
    assert "converges" in screen.value
    rate.value, controls["Steps"].value = 0.0, 10
    assert "crawls" in screen.value and "10 steps" in screen.value
    controls["Start θ₀"].value = -2.5
    assert "(−2.5, 2)" in screen.value


# --- What is displayed ----------------------------------------------------------------------------

CALLS = {
    "stepper": lambda: widgets.backprop_stepper(*examples([2, 3, 1], 4)),
    "softmax": lambda: widgets.softmax_lab(softmax, np.array([2.0, 1]), 0),
    "descent": lambda: widgets.learning_rate_lab(lambda t: float(t @ t), lambda t: 2 * t, (1, 1), SPAN),
}


@pytest.fixture
def shown(monkeypatch):
    """Collect what is displayed."""
    bundles = []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: bundles.append(data))
    return bundles


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_picture_goes_with_the_widget_and_the_widget_hides_it(shown, call):
    assert call() is None
    still, live = shown
    assert live == {widgets.VIEW: live[widgets.VIEW], "text/plain": ""}
    name = f"still-{live[widgets.VIEW]['model_id']}"
    assert still["text/html"].startswith(f'<div class="{name}"><img alt="')
    assert still["text/plain"].startswith("Picture: ")
    assert "image/png" not in still
    (widget,) = [made for made in _all_widgets() if made.model_id == live[widgets.VIEW]["model_id"]]
    assert f".{name} {{ display: none; }}" in widget.children[-1].value


def _all_widgets():
    everything = getattr(ipywidgets.widgets.widget, "_instances", None)
    return (everything if everything is not None else ipywidgets.Widget.widgets).values()


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_without_ipywidgets_the_picture_is_left(shown, monkeypatch, call):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    call()
    (still,) = shown
    assert set(still) == {"text/html", "text/plain"}
    assert '<img alt="' in still["text/html"]


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_same_call_gives_the_same_picture(shown, monkeypatch, call):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    call()
    call()
    assert shown[0] == shown[1]


def test_the_still_picture_of_the_stepper_has_everything(shown):
    CALLS["stepper"]()
    assert "after step 10" in shown[0]["text/plain"]
    assert "dz " in shown[0]["text/plain"]


def test_a_stub_shows_as_not_attempted(shown):
    """The exception of an unfinished exercise comes through as it is."""

    def stub(Z):
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        widgets.softmax_lab(stub, np.zeros(3), 0)
    assert shown == []


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
