"""What the views share: how a widget is displayed, its controls, and the HTML page below them."""

import html

from utils.plots.style import tag
from utils.plots.widgets import number

MIME_TYPE = "application/vnd.jupyter.widget-view+json"

_STYLE = """<style>
.course-widget.course-widget :focus { outline: 3px solid #b34700 !important; outline-offset: 1px; }
.course-widget table { border-collapse: collapse; font-variant-numeric: tabular-nums; line-height: 1.4; }
.course-widget th, .course-widget td { padding: 1px 12px 1px 0; text-align: right; }
.course-widget th:first-child, .course-widget td:first-child { text-align: left; }
.course-widget .widget-hbox { column-gap: 12px; }
.course-widget p { line-height: 1.4; margin: 0.5em 0; max-width: 56em; min-height: 2.8em; }
.course-widget .course-choice { height: auto; line-height: 1.5; max-width: 100%%; padding: 2px 12px; }
.course-widget .course-choice { text-align: left; white-space: normal; }
.%s { display: none; }
</style>"""


RUN_TO_WORK = "<p>A still picture. Run this cell to work with it.</p>"


def display_widget(picture, make, still=RUN_TO_WORK):
    """Display the still `picture` {MIME type: text} and the widget that `make(ipywidgets)` returns.

    The widget brings a style that hides the picture. So the picture is visible only where no widget runs: on
    GitHub, on a page made of the notebook, and in a notebook that was opened again but not run. There the
    HTML `still` stands below it.
    """
    from IPython.display import display

    text = picture["text/html"] + still
    try:
        import ipywidgets
    except ImportError:
        display(picture | {"text/html": text}, raw=True)
        return
    widget = make(ipywidgets)
    css_class = f"still-{widget.model_id}"
    style = ipywidgets.HTML(_STYLE % css_class, layout={"display": "none"})
    widget.children = [*widget.children, style]
    display(picture | {"text/html": f'<div class="{css_class}">{text}</div>'}, raw=True)
    view = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    display({MIME_TYPE: view, "text/plain": ""}, raw=True)


# --- Controls -------------------------------------------------------------------------------------


def number_field(kind, label, hint, **traits):
    """Return a number field of the ipywidgets class `kind` with a label and a hint."""
    field = kind(description=label, style={"description_width": "initial"}, **traits)
    return _with_hint(field, hint, f"{0.6 * len(label) + 7:.0f}em")


def field_with_buttons(ipywidgets, label, hint, by, **traits):
    """Return a number field with a label and a hint, and two buttons that change its number `by` so much.

    The handle of ipywidgets' sliders has no name, so a screen reader could not tell which one it is.
    """
    field = number_field(ipywidgets.BoundedFloatText, label, hint, **traits)

    def changes(sign, change):
        text = f"{label} {sign} {by:g}"
        changing = button(ipywidgets, text, hint, f"{0.5 * len(text) + 2:.0f}em")
        changing.on_click(lambda _: setattr(field, "value", round(field.value + change, 9)))
        return changing

    return field, changes("\N{MINUS SIGN}", -by), changes("+", by)


def button(ipywidgets, text, hint, width="8em"):
    """Return a button with a hint."""
    return _with_hint(ipywidgets.Button(description=text), hint, width)


def _with_hint(control, hint, width):
    if control.has_trait("tooltip"):  # in ipywidgets 7 only buttons have it
        control.tooltip = hint
    control.layout.width = width
    return control


def stack(ipywidgets, rows, page):
    """Return a widget with the rows of controls above the `page`."""
    boxes = [ipywidgets.HBox(row, layout={"flex_flow": "row wrap"}) for row in rows]
    widget = ipywidgets.VBox([*boxes, page])
    widget.add_class("course-widget")
    return widget


# --- The page -------------------------------------------------------------------------------------


def page_html(title, sentence, picture="", table=""):
    """Return the HTML below the controls: what has happened, the picture and the numbers."""
    words = f"<strong>{html.escape(title)}.</strong> {html.escape(sentence)}"
    return f'<p role="status">{words}</p>{picture}{table}'


def updated_page_html(model, title):
    """Update `model` and return its page under `title(model)`, or the error of the learner's function.

    `model` has the methods `update`, `sentence`, `figure` and `alt`.
    """
    try:
        model.update()
    except Exception as error:
        return page_html("That did not work", f"{type(error).__name__}: {error}")
    return page_html(title(model), model.sentence(), tag(model.figure(), model.alt()))


def table_html(header, rows):
    """Return a table as HTML; the rows hold texts and numbers."""
    head = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in header)
    body = "".join(f"<tr>{''.join(map(_cell_html, row))}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell_html(entry):
    return f"<td>{html.escape(entry) if isinstance(entry, str) else number(entry, 5)}</td>"
