"""Puts widgets in place that a page can show, in the kernel that runs a lesson for the book.

They display a still picture and, beside it, data from the same models as in a notebook. The scripts in
`static/` make widgets of these: they show frames that are computed here, or do the model's arithmetic.
"""

from __future__ import annotations

import io
import json

import matplotlib
from IPython.display import display

from utils import widgets
from utils.plots.style import bundle
from utils.plots.widgets import SOFTMAX_TITLES, STAR
from utils.widgets import backprop_stepper_wording, softmax_lab_wording
from utils.widgets.backprop_stepper_model import NetworkPasses
from utils.widgets.layer_lab_model import LayerActivations
from utils.widgets.learning_rate_lab_model import GradientDescent
from utils.widgets.shared_view import table_html
from utils.widgets.softmax_lab_model import SoftmaxPrediction
from utils.widgets.softmax_lab_view import logit_limit
from utils.widgets.wording import with_subscripts

_SVG = {"svg.fonttype": "none", "svg.hashsalt": "course", "svg.image_inline": True}


def use_static_widgets() -> None:
    """Let the functions in `utils.widgets` display what needs no kernel."""
    widgets.backprop_stepper = display_stepper
    widgets.softmax_lab = display_softmax_lab
    widgets.learning_rate_lab = display_descent
    widgets.layer_lab = display_layer


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
    """Display the learning-rate lab as a still picture: a page cannot evaluate a learner's cost."""
    descent = GradientDescent(cost, gradient, start, span)
    display(bundle(descent.figure(), descent.alt()), raw=True)


def display_layer(dense, x, W, b) -> None:
    """Display the layer lab as a still picture: a page cannot evaluate a learner's function."""
    layer = LayerActivations(dense, x, W, b)
    display(bundle(layer.figure(), layer.alt()), raw=True)


def _display(name: str, data: dict, picture: dict) -> None:
    """Display a still picture with the data of which the script `name` makes a widget."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    script = f'<script type="application/json">{text}</script>'
    block = f'<div class="course-widget {name}">{picture["text/html"]}{script}</div>'
    display(picture | {"text/html": block}, raw=True)
