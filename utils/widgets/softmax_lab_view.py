"""The view of the softmax lab: fields and buttons for the logits, above bars and the loss."""

import numpy as np

from utils.plots.style import bundle
from utils.widgets import softmax_lab_wording as wording
from utils.widgets.shared_view import (
    display_widget,
    field_with_buttons,
    number_field,
    stack,
    updated_page_html,
)
from utils.widgets.softmax_lab_model import SoftmaxPrediction
from utils.widgets.wording import four_digits, with_subscripts


def softmax_lab(softmax, logits, label):
    """Move `logits` (N,) and see the probabilities, the loss and p - y for the right class `label`.

    `softmax` gets logits of shape (1, N) and returns probabilities of that shape.
    """
    prediction = SoftmaxPrediction(softmax, logits, label)
    picture = bundle(prediction.figure(), prediction.alt())
    display_widget(picture, lambda ipywidgets: _widget(ipywidgets, prediction))


def _widget(ipywidgets, prediction):
    controls = _logit_controls(ipywidgets, prediction.logits)
    logits = [field for field, *_ in controls]
    last = len(logits) - 1
    label = number_field(
        ipywidgets.BoundedIntText, wording.LABEL.format(last=last), wording.LABEL_HINT,
        min=0, max=last, value=prediction.label,
    )  # fmt: skip
    shift = number_field(
        ipywidgets.BoundedFloatText, wording.SHIFT, wording.SHIFT_HINT,
        min=-1e4, max=1e4, step=1.0, value=0.0,
    )  # fmt: skip
    page = ipywidgets.HTML()

    def draw(_=None):
        prediction.logits = np.array([logit.value for logit in logits])
        prediction.label, prediction.shift = label.value, shift.value
        page.value = updated_page_html(
            prediction, lambda model: wording.TITLE.format(loss=four_digits(model.loss))
        )

    for control in (*logits, label, shift):
        control.observe(draw, "value")
    draw()
    return stack(ipywidgets, [list(map(ipywidgets.HBox, controls)), [label, shift]], page)


def logit_limit(logits):
    """Return how far the controls let a logit go to either side."""
    return float(max(10, np.ceil(np.abs(logits).max())))


def _logit_controls(ipywidgets, logits):
    """Return for each logit a number field and the buttons that change it."""
    limits = {"min": -logit_limit(logits), "max": logit_limit(logits), "step": 0.1}
    return [
        field_with_buttons(
            ipywidgets, with_subscripts(f"z{k}"), wording.LOGIT_HINT.format(k=k), 1, value=z, **limits
        )
        for k, z in enumerate(logits)
    ]
