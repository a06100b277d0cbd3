"""Puts widgets in place that a page can show, in the kernel that runs a lesson for the book.

They display a still picture and, beside it, data from the same models as in a notebook. The scripts in
`static/` make widgets of these: they show what is computed here, or do the model's arithmetic.
"""

from __future__ import annotations

import base64
import io
import json

import matplotlib
import numpy as np
from contourpy import contour_generator
from IPython.display import display
from PIL import Image

from utils import plots, widgets
from utils.plots.animation import SECONDS
from utils.plots.style import bundle, pixel_width, png
from utils.plots.widgets import COST_AXES, DESCENT_AXES, SOFTMAX_TITLES, STAR, contour_levels, number
from utils.widgets import (
    backprop_stepper_wording,
    layer_lab_wording,
    learning_rate_lab_wording,
    softmax_lab_wording,
)
from utils.widgets.backprop_stepper_model import NetworkPasses
from utils.widgets.layer_lab_model import ACTIVATIONS, LayerActivations
from utils.widgets.learning_rate_lab_model import GradientDescent
from utils.widgets.shared_view import table_html
from utils.widgets.softmax_lab_model import SoftmaxPrediction
from utils.widgets.softmax_lab_view import logit_limit
from utils.widgets.wording import four_digits, with_subscripts

_SVG = {"svg.fonttype": "none", "svg.hashsalt": "course", "svg.image_inline": True}
_STEPS = 150
"""The steps of each path of the learning-rate lab; a reader chooses how many are shown."""
_RATES = range(-10, 9)
"""The learning rates of the lab: powers of the root of 2, times the rate that it begins with."""


def use_static_widgets() -> None:
    """Let the widgets and animations of lessons display what needs no kernel."""
    widgets.backprop_stepper = display_stepper
    widgets.softmax_lab = display_softmax_lab
    widgets.learning_rate_lab = display_descent
    widgets.layer_lab = display_layer
    plots.show_animation = display_animation


def display_stepper(params, X, Y) -> None:
    """Display the backprop stepper as data: a frame for each step, example and unit of the step's layer."""
    passes = NetworkPasses(params, X, Y)
    lines: dict[str, int] = {}
    steps = [_step(passes, position, lines) for position in range(len(passes.steps))]
    words = backprop_stepper_wording
    data = {
        "lines": list(lines),
        "steps": steps,
        "examples": len(passes.Y),
        "layers": len(passes.layer_sizes),
        "words": {
            "back": words.BACK,
            "forward": words.FORWARD,
            "step": [words.label_of_step(passes), words.STEP_HINT],
            "example": [words.label_of_example(passes), words.EXAMPLE_HINT],
            "unitHint": words.UNIT_HINT,
        },
    }
    passes.position = len(passes.steps) - 1  # the still picture has all numbers
    _display("backprop-stepper", data, bundle(passes.figure(), backprop_stepper_wording.alt_text(passes)))


def _step(passes: NetworkPasses, position: int, lines: dict[str, int]) -> dict:
    """One step of the stepper as data; `lines` collects the lines of all pictures."""
    passes.position = position
    units = passes.layer_sizes[passes.layer]
    frames = []
    for example in range(len(passes.Y)):
        passes.example = example
        frames.append([_frame(passes, unit, lines) for unit in range(units)])
    passes.example = passes.unit = 0
    return {
        "title": backprop_stepper_wording.title(passes),
        "layer": passes.layer,
        "units": units,
        "unitLabel": backprop_stepper_wording.label_of_unit(passes),
        "frames": frames,
    }


def _frame(passes: NetworkPasses, unit: int, lines: dict[str, int]) -> dict:
    """What the stepper shows at once. Of the picture, an SVG, it has the numbers of its lines in `lines`."""
    passes.unit = unit
    explanation = backprop_stepper_wording.explain_step(passes)
    picture = _svg(passes.figure()).splitlines()
    return {
        "sentence": explanation.sentence,
        "table": table_html(explanation.header, explanation.rows),
        "alt": backprop_stepper_wording.alt_text(passes),
        "picture": [lines.setdefault(line, len(lines)) for line in picture],
    }


def _svg(figure) -> str:
    """A figure as an SVG element, its texts as texts. The same figure gives the same SVG."""
    stream = io.StringIO()
    with matplotlib.rc_context(_SVG):
        figure.savefig(stream, format="svg", metadata={"Creator": None, "Date": None})
    return stream.getvalue()[stream.getvalue().index("<svg") :]


def display_softmax_lab(softmax, logits, label) -> None:
    """Display the softmax lab as data: where it begins, and its words."""
    prediction = SoftmaxPrediction(softmax, logits, label)
    classes = range(len(prediction.logits))
    words, last = softmax_lab_wording, len(prediction.logits) - 1
    data = {
        "logits": prediction.logits.tolist(),
        "label": prediction.label,
        "limit": logit_limit(prediction.logits),
        "star": STAR,
        "titles": SOFTMAX_TITLES,
        "words": {
            "title": words.TITLE,
            "sentence": words.SENTENCE,
            "label": [words.LABEL.format(last=last), words.LABEL_HINT],
            "shift": [words.SHIFT, words.SHIFT_HINT],
            "logits": [[with_subscripts(f"z{k}"), words.LOGIT_HINT.format(k=k)] for k in classes],
        },
    }
    _display("softmax-lab", data, bundle(prediction.figure(), prediction.alt()))


def display_descent(cost, gradient, start, span) -> None:
    """Display the learning-rate lab as data: paths from some starts with some rates, and how they end.

    A page cannot evaluate a learner's cost. It shows any number of steps of these paths.
    """
    descent = GradientDescent(cost, gradient, start, span)
    picture, usual = bundle(descent.figure(), descent.alt()), descent.rate
    rates = [float(f"{usual * 2 ** (k / 2):.2g}") if k % 2 else usual * 2 ** (k // 2) for k in _RATES]
    starts = [descent.start, *_starts(span)]
    levels = contour_levels(descent.surface)
    lines = contour_generator(*descent.grid, np.nan_to_num(descent.surface, posinf=1e300))
    words = learning_rate_lab_wording
    data = {
        "steps": [descent.steps, _STEPS],
        "rates": [f"{rate:g}" for rate in rates],
        "rate": _RATES.index(0),
        "starts": [words.point(point) for point in starts],
        "span": descent.span,
        "lowest": descent.lowest if np.isfinite(descent.lowest) else None,
        "levels": [
            {"cost": number(level), "lines": [np.round(line, 4).tolist() for line in lines.lines(level)]}
            for level in levels
        ],
        "runs": [[_run(descent, rate, point) for rate in rates] for point in starts],
        "words": {
            "title": words.TITLE,
            "figure": words.FIGURE_TITLE,
            "way": [words.ONE_STEP, words.STEPS],
            "sentences": words.SENTENCES,
            "alt": words.ALT,
            "rate": [words.RATE_LABEL, words.RATES_HINT],
            "halve": words.HALVE,
            "double": words.DOUBLE,
            "steps": [words.STEPS_LABEL, words.STEPS_HINT],
            "start": [with_subscripts(words.START_LABEL), words.START_HINT],
            "axes": [DESCENT_AXES, COST_AXES],
        },
    }
    _display("learning-rate-lab", data, picture)


def _starts(span) -> list[np.ndarray]:
    """Four points inside the corners of the picture."""
    inside = [np.array([[0.875, 0.125], [0.125, 0.875]]) @ limits for limits in span]
    return [np.array([x, y]) for y in inside[1] for x in inside[0]]


def _run(descent: GradientDescent, rate: float, start: np.ndarray) -> dict:
    """One path as data: its points and costs as 32-bit numbers, and the outcome that each step would have."""
    descent.rate, descent.start, descent.steps = rate, start, _STEPS
    descent.update()
    names = list(learning_rate_lab_wording.SENTENCES)
    with np.errstate(over="ignore"):
        numbers = np.column_stack([descent.path, descent.costs]).astype("<f4")
    return {
        "numbers": base64.b64encode(numbers.tobytes()).decode("ascii"),
        "outcomes": "".join(str(names.index(outcome)) for outcome in descent.outcomes()),
        "firstRise": descent.first_rise,
    }


def display_layer(dense, x, W, b) -> None:
    """Display the layer lab as data: where it begins, and its words."""
    layer, words = LayerActivations(dense, x, W, b), layer_lab_wording
    units, inputs = (range(1, len(array) + 1) for array in (layer.b, layer.x))
    data = {
        "x": layer.x.tolist(),
        "W": layer.W.tolist(),
        "b": layer.b.tolist(),
        "activations": list(ACTIVATIONS),
        "limit": words.LIMIT,
        "words": {
            "title": words.TITLE,
            "sentence": words.SENTENCE,
            "term": words.TERM,
            "unit": [words.UNIT_LABEL.format(units=len(units)), words.UNIT_HINT],
            "activation": [words.ACTIVATION_LABEL, words.ACTIVATION_HINT],
            "weights": [[with_subscripts(f"w{j}"), words.WEIGHT_HINT.format(j=j)] for j in inputs],
            "bias": [words.BIAS_LABEL, words.BIAS_HINT],
            "columns": [words.COLUMN.format(unit=unit) for unit in units],
            "inputs": [
                words.ROW.format(name=with_subscripts(f"w{j}"), j=j, x=four_digits(layer.x[j - 1]))
                for j in inputs
            ],
        },
    }
    _display("layer-lab", data, bundle(layer.figure(), layer.alt()))


def display_animation(figures) -> None:
    """Display an animation as data: its pictures, each with its alternative text."""
    alts = [figure.get_label() for figure in figures]
    last = bundle(figures[-1], alts[-1])
    data = {
        "pictures": [_small_png(figure) for figure in figures],
        "alts": alts,
        "width": pixel_width(figures[0]),
        "seconds": SECONDS,
        "words": {
            "back": ["Back", "The picture before"],
            "forward": ["Forward", "The next picture"],
            "play": ["Play", "Show all pictures, one after the other"],
            "picture": ["Picture", f"The number of the picture, 1 to {len(figures)}"],
        },
    }
    _display("animation", data, last)


def _small_png(figure) -> str:
    """A figure as the data of a PNG with 64 colours."""
    stream = io.BytesIO()
    Image.open(io.BytesIO(png(figure))).convert("RGB").quantize(64).save(stream, "PNG", optimize=True)
    return base64.b64encode(stream.getvalue()).decode("ascii")


def _display(name: str, data: dict, picture: dict) -> None:
    """Display a still picture with the data of which the script `name` makes a widget."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    script = f'<script type="application/json">{text}</script>'
    block = f'<div class="course-widget {name}">{picture["text/html"]}{script}</div>'
    display(picture | {"text/html": block}, raw=True)
