"""Buttons for a choice, all of them within reach of the Tab key.

Radio buttons would need the arrow keys, which JupyterLab takes to move from cell to cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

_CHOSEN, _NOT_CHOSEN = "\N{BLACK CIRCLE}", "\N{WHITE CIRCLE}"


def choice_buttons(
    ipywidgets, options: Sequence[str], choose: Callable[[int], None], chosen: int | None = None
):
    """Return a widget with a button for each option; `choose(index)` is called when one is pressed.

    The one that is `chosen` is marked, at first none or that of the given index.
    """
    buttons = [ipywidgets.Button() for _ in options]

    def mark(chosen: int | None) -> None:
        for index, (button, option) in enumerate(zip(buttons, options, strict=True)):
            button.description = f"{_CHOSEN if index == chosen else _NOT_CHOSEN} {option}"

    def press(index: int) -> None:
        mark(index)
        choose(index)

    for index, button in enumerate(buttons):
        button.layout.width = "auto"
        button.add_class("course-choice")
        button.on_click(lambda _, index=index: press(index))
    mark(chosen)
    return ipywidgets.VBox(buttons, layout={"align_items": "flex-start"})
