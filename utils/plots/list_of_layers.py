"""The pictures of the lesson on a network as a list of layers, shown with their alternative texts."""

import numpy as np
from matplotlib.figure import Figure

from utils.plots.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    described,
    from_to,
    styled,
)

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
