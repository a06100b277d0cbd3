"""The pictures of the lesson on a network as a list of layers, shown with their alternative texts."""

import numpy as np
from matplotlib.figure import Figure

from utils.plots.style import BLUE, GREEN, GREY, ORANGE, arrow, box, canvas, described, from_to, styled

LOOKS = ((BLUE, "-", "o"), (GREEN, "-.", "^"), (GREY, ":", "D"), (ORANGE, "--", "s"), ("black", "-", "x"))


@styled
def plot_histories(histories):
    """Draw the loss of each epoch on a logarithmic axis, `histories` {name: (k,)}, at most five of them."""
    figure = Figure(figsize=(7.4, 3.8))
    axes = figure.subplots()
    for row, (name, history) in enumerate(histories.items()):
        color, line, marker = LOOKS[row]
        look = {"marker": marker, "markevery": (row, 6), "color": color, "label": name}
        axes.semilogy(np.arange(1, len(history) + 1), history, line, **look)
    axes.set(xlabel="epoch", ylabel="mean squared error (no unit)")
    figure.legend(loc="outside upper center", ncols=2, fontsize=9)
    return described(figure, f"The loss of each epoch, logarithmic. {from_to(histories, '.4f')}")


@styled
def plot_layers(names):
    """Draw the layers `names` of a network in a row, with the ways through them, forward and backward."""
    width, step = 1.3, 1.75
    end = step * len(names)
    figure, axes = canvas(9.5, 2.0, end + 0.4, 2.4)
    for place, name in enumerate(names):
        x = 0.2 + step * (place + 0.5)
        box(axes, x, 1.2, width, 0.62, "\n".join(name.split(" ", 1)), "#eef3f8")
        if place:
            arrow(axes, (x - step + width / 2, 1.32), (x - width / 2, 1.32))
            arrow(axes, (x - width / 2, 1.08), (x - step + width / 2, 1.08), ORANGE, "--")
    axes.text(end / 2 + 0.2, 1.95, "forward: what goes into each layer is kept", ha="center")
    words = "backward: the same list from its end, each layer with the signal that comes back to it"
    axes.text(end / 2 + 0.2, 0.35, words, ha="center", color=ORANGE)
    return described(
        figure,
        f"Layers in a row: {', '.join(names)}. Arrows lead forward through them, and dashed arrows "
        "backward through the same list.",
    )
