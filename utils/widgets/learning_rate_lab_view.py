"""The view of the learning-rate lab: fields for the learning rate, the steps and the start."""

import numpy as np

from utils.plots.style import bundle
from utils.widgets import learning_rate_lab_wording as wording
from utils.widgets.learning_rate_lab_model import GradientDescent
from utils.widgets.shared_view import button, display_widget, number_field, stack, updated_page_html
from utils.widgets.wording import with_subscripts


def learning_rate_lab(cost, gradient, start, span):
    """Choose a learning rate and see where gradient descent goes on the surface of `cost`.

    `cost(theta)` is a float and `gradient(theta)` has shape (2,) for `theta` (2,); `start` (2,) is where
    the path begins; `span` ((low, high), (low, high)) is the range of each parameter in the picture.
    """
    descent = GradientDescent(cost, gradient, start, span)
    picture = bundle(descent.figure(), descent.alt())
    display_widget(picture, lambda ipywidgets: _widget(ipywidgets, descent))


def _widget(ipywidgets, descent):
    rate = number_field(
        ipywidgets.BoundedFloatText, wording.RATE_LABEL, wording.RATE_HINT,
        min=0.0, max=1e6, step=_arrow_key_step(descent.rate), value=descent.rate,
    )  # fmt: skip
    halve, double = (button(ipywidgets, *words) for words in (wording.HALVE, wording.DOUBLE))
    steps = number_field(
        ipywidgets.BoundedIntText, wording.STEPS_LABEL, wording.STEPS_HINT,
        min=1, max=500, value=descent.steps,
    )  # fmt: skip
    starts = _start_fields(ipywidgets, descent)
    page = ipywidgets.HTML()

    def draw(_=None):
        rate.step = _arrow_key_step(rate.value)
        descent.rate, descent.steps = rate.value, steps.value
        descent.start = np.array([start.value for start in starts])
        page.value = updated_page_html(descent, lambda model: wording.TITLE.format(rate=f"{model.rate:g}"))

    def scale(factor):
        rate.value *= factor

    halve.on_click(lambda _: scale(0.5))
    double.on_click(lambda _: scale(2.0))
    for control in (rate, steps, *starts):
        control.observe(draw, "value")
    draw()
    return stack(ipywidgets, [[rate, halve, double], [steps, *starts]], page)


def _start_fields(ipywidgets, descent):
    """Return a field for each parameter of the start."""
    return [
        number_field(
            ipywidgets.BoundedFloatText, with_subscripts(f"Start \u03b8{k}"), wording.START_HINT,
            min=low, max=high, step=float(f"{(high - low) / 20:.0e}"), value=min(max(value, low), high),
        )
        for k, ((low, high), value) in enumerate(zip(descent.span, descent.start, strict=True))
    ]  # fmt: skip


def _arrow_key_step(rate):
    """Return what the arrow keys add to a rate: a tenth of its power of ten."""
    return float(10.0 ** (np.floor(np.log10(rate)) - 1)) if rate > 0 else 0.001
