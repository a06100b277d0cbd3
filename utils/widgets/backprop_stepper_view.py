"""The view of the backprop stepper: buttons and fields above the sentence, the picture and the table."""

import html

from utils.plots.style import bundle, tag
from utils.widgets.backprop_stepper_model import NetworkPasses
from utils.widgets.backprop_stepper_wording import (
    BACK,
    EXAMPLE_HINT,
    FORWARD,
    STEP_HINT,
    UNIT_HINT,
    alt_text,
    explain_step,
    label_of_example,
    label_of_step,
    label_of_unit,
    title,
)
from utils.widgets.shared_view import (
    RUN_TO_WORK,
    button,
    display_widget,
    number_field,
    page_html,
    stack,
    table_html,
)


def backprop_stepper(params, X, Y):
    """Step through one forward and one backward pass of a sigmoid network, number by number.

    `params` {"W1", "b1", ...} with one output unit, `X` (m, n) and `Y` (m, 1), as in lesson 3.
    """
    passes = NetworkPasses(params, X, Y)
    steps = _all_steps(passes)
    picture = bundle(passes.figure(), alt_text(passes))  # of the last step, with all numbers
    passes.move(-len(passes.steps))
    display_widget(picture, lambda ipywidgets: _widget(ipywidgets, passes), still=RUN_TO_WORK + steps)


def _all_steps(passes):
    """Go to the last step; return what there is to say of each, folded, for where no widget runs."""
    sentences = []
    for _ in passes.steps:
        sentences.append(f"<p>{html.escape(f'{title(passes)}. {explain_step(passes).sentence}')}</p>")
        passes.move(+1)
    return f"<details><summary>All steps in words</summary>{''.join(sentences)}</details>"


def _widget(ipywidgets, passes):
    last = len(passes.steps) - 1
    back, forward = (button(ipywidgets, *text_and_hint) for text_and_hint in (BACK, FORWARD))
    step = number_field(ipywidgets.BoundedIntText, label_of_step(passes), STEP_HINT, min=0, max=last)
    example = number_field(
        ipywidgets.BoundedIntText, label_of_example(passes), EXAMPLE_HINT, min=0, max=len(passes.Y) - 1
    )
    unit = number_field(  # as wide as for the longest label
        ipywidgets.BoundedIntText, "Unit of layer 0 (0 to 99)", UNIT_HINT,
        min=0, max=passes.layer_sizes[0] - 1,
    )  # fmt: skip
    unit.description = label_of_unit(passes)
    page = ipywidgets.HTML()

    def draw():
        explanation = explain_step(passes)
        picture = tag(passes.figure(), alt_text(passes))
        table = table_html(explanation.header, explanation.rows)
        page.value = page_html(title(passes), explanation.sentence, picture, table)

    def go_to_step(_):
        passes.position = step.value
        unit.description = label_of_unit(passes)
        unit.max, unit.value = passes.layer_sizes[passes.layer] - 1, passes.unit
        draw()

    def select(_):
        if (example.value, unit.value) != (passes.example, passes.unit):
            passes.example, passes.unit = example.value, unit.value
            draw()

    def move(by):
        passes.move(by)
        step.value = passes.position

    step.observe(go_to_step, "value")
    example.observe(select, "value")
    unit.observe(select, "value")
    back.on_click(lambda _: move(-1))
    forward.on_click(lambda _: move(+1))
    draw()
    return stack(ipywidgets, [[back, forward, step], [example, unit]], page)
