"""The view of the layer lab: fields and buttons for the weights and the bias of one unit, above its layer."""

from utils.plots.style import bundle
from utils.widgets import layer_lab_wording as wording
from utils.widgets.layer_lab_model import ACTIVATIONS, LayerActivations
from utils.widgets.shared_view import (
    display_widget,
    field_with_buttons,
    number_field,
    stack,
    updated_page_html,
)
from utils.widgets.wording import four_digits, with_subscripts


def layer_lab(dense, x, W, b):
    """Move the weights and the bias of a unit and see what its layer makes of the example `x` (n,).

    `dense(A_prev, W, b, activation)` gets `x` as the only row; `W` (n, units) and `b` (units,) are where it
    starts.
    """
    layer = LayerActivations(dense, x, W, b)
    picture = bundle(layer.figure(), layer.alt())
    display_widget(picture, lambda ipywidgets: _widget(ipywidgets, layer))


def _title(layer):
    return wording.TITLE.format(a=four_digits(layer.a[layer.unit]))


def _widget(ipywidgets, layer):
    units = len(layer.b)
    unit = number_field(
        ipywidgets.BoundedIntText, wording.UNIT_LABEL.format(units=units), wording.UNIT_HINT,
        min=1, max=units, value=1,
    )  # fmt: skip
    # JupyterLab takes the arrow keys of a drop-down for its own: they would leave the cell.
    activation = ipywidgets.ToggleButtons(
        description=wording.ACTIVATION_LABEL, options=list(ACTIVATIONS), value=layer.activation,
        style={"button_width": "5.5em", "description_width": "initial"},
    )  # fmt: skip
    limits = {"min": -wording.LIMIT, "max": wording.LIMIT, "step": 0.1}
    weights = range(1, len(layer.x) + 1)
    words = [(with_subscripts(f"w{j}"), wording.WEIGHT_HINT.format(j=j)) for j in weights]
    words.append((wording.BIAS_LABEL, wording.BIAS_HINT))
    controls = [
        field_with_buttons(ipywidgets, *label_and_hint, 0.5, value=value, **limits)
        for label_and_hint, value in zip(words, (*layer.W[:, 0], layer.b[0]), strict=True)
    ]
    page = ipywidgets.HTML()
    fields = [field for field, *_ in controls]
    is_loading = []

    def draw(_=None):
        if is_loading:
            return
        layer.activation = activation.value
        layer.W[:, layer.unit] = [field.value for field in fields[:-1]]
        layer.b[layer.unit] = fields[-1].value
        page.value = updated_page_html(layer, _title)

    def choose(_):
        layer.unit = unit.value - 1
        is_loading.append(True)  # the fields take the numbers of the unit, one after the other
        for field, value in zip(fields, (*layer.W[:, layer.unit], layer.b[layer.unit]), strict=True):
            field.value = value
        is_loading.clear()
        draw()

    unit.observe(choose, "value")
    for control in (*fields, activation):
        control.observe(draw, "value")
    draw()
    rows = [[unit, activation], list(map(ipywidgets.HBox, controls))]
    return stack(ipywidgets, rows, page)
