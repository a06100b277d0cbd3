"""Pictures that several lessons show."""

import numpy as np
from matplotlib.figure import Figure

from utils.plots.style import (
    GREY,
    LINES,
    ORANGE,
    arrow,
    box,
    canvas,
    described,
    image,
    plain,
    styled,
)


@styled
def plot_digits(X, titles):
    """Draw the digits `X` (m, 64), pixels from 0 to 1, in one row under their m `titles`."""
    lines = 1 + max(title.count("\n") for title in titles)
    figure = Figure(figsize=(1.15 * len(X), 1.2 + 0.18 * lines))
    for axes, pixels, title in zip(np.ravel(figure.subplots(1, len(X))), X, titles, strict=True):
        image(axes, pixels, cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(title, fontsize=9)
    words = "; ".join(plain(title) for title in titles)
    return described(figure, f"Images of 8 by 8 grey pixels, {len(X)} in a row: {words}.")


@styled
def plot_network(layer_sizes, backward=False):
    """Draw a network with `layer_sizes` units, its cost, and the labels that go into the cost.

    With `backward` the arrays of the backward pass are drawn below, with dashed arrows.
    """
    last = len(layer_sizes) - 1
    heights = [0.55 + 0.35 * np.log2(units) / 2 for units in layer_sizes]
    low, middle, step = (-0.55 if backward else 0.0), 1.75, 2.0
    figure, axes = canvas(9.5, 3.3 if backward else 2.7, step * (last + 1) + 1.2, 3.4)
    axes.set_ylim(low, 3.4)
    places = [0.6 + step * layer for layer in range(last + 2)]
    for layer, (x, units) in enumerate(zip(places, layer_sizes, strict=False)):
        name = f"$A_{layer}$" if layer else "$A_0 = X$"
        box(axes, x, middle, 0.9, heights[layer], f"{name}\n$(m,\\ {units})$", "#eef3f8")
        kind = "images" if layer == 0 else "prediction" if layer == last else "hidden, no labels"
        axes.text(x, 3.1, kind, ha="center", color=GREY)
        if layer:
            arrow(axes, (places[layer - 1] + 0.47, middle), (x - 0.47, middle))
            axes.text(x - step / 2, middle + 0.15, f"$W_{layer},\\ b_{layer}$", ha="center")
    _draw_cost(axes, places, middle, layer_sizes[-1])
    if backward:
        _draw_backward_pass(axes, places, last)
    return described(figure, _data_flow(layer_sizes, backward))


def _data_flow(layer_sizes, backward):
    """Return what `plot_network` shows, in words."""
    last = len(layer_sizes) - 1
    hidden = "".join(f"hidden A{layer} with {layer_sizes[layer]} columns, " for layer in range(1, last))
    words = (
        f"Data flow of the network. X with {layer_sizes[0]} columns leads to {hidden}and the prediction "
        f"A{last} with {layer_sizes[-1]}. A{last} leads to the one cost J. The labels Y have a single "
        "arrow, and it goes to J."
    )
    if backward:
        way = " to ".join(f"dZ{layer}" for layer in range(last, 0, -1))
        words += (
            f" Below it a dashed way back: from the cost J to {way}. Below each dZ an arrow branches off "
            "to the dW and db of that layer."
        )
    return words


def _draw_cost(axes, places, middle, outputs):
    """Draw the cost at the last of the `places` and the labels below it."""
    x = places[-1]
    arrow(axes, (places[-2] + 0.47, middle), (x - 0.37, middle))
    box(axes, x, middle, 0.7, 0.7, "$J$", "#fbe9d0")
    axes.text(x, 3.1, "the one cost", ha="center", color=GREY)
    box(axes, x, 0.62, 0.8, 0.62, f"$Y$\n$(m,\\ {outputs})$", "#eef3f8")
    arrow(axes, (x, 0.95), (x, middle - 0.37))


def _draw_backward_pass(axes, places, last):
    """Draw dZ, dW and db of every layer below the network."""
    level = 0.25
    arrow(axes, (places[-1] - 0.37, 1.55), (places[-2] + 0.3, level + 0.12), ORANGE, "--")
    for layer in range(last, 0, -1):
        x = places[layer]
        axes.text(x, level, f"$dZ_{layer}$", ha="center", va="center", fontsize=12, color=ORANGE)
        parameters = f"$dW_{layer},\\ db_{layer}$"
        axes.text((x + places[layer - 1]) / 2, -0.35, parameters, ha="center", color=ORANGE)
        arrow(axes, (x - 0.3, level - 0.12), (x - 0.62, -0.2), ORANGE, "--")
        if layer > 1:
            arrow(axes, (x - 0.3, level), (places[layer - 1] + 0.3, level), ORANGE, "--")


@styled
def plot_training(cost_train, cost_test):
    """Draw learning curves: the cost (k,) of the training and of the held-out images at each step."""
    figure = Figure(figsize=(7.0, 3.2))
    axes = figure.subplots()
    for (name, cost), (color, line, _) in zip(
        {"training images": cost_train, "held-out images": cost_test}.items(), LINES, strict=False
    ):
        axes.semilogy(cost, line, color=color, label=name)
    axes.set(xlabel="steps of gradient descent", ylabel="cost $J$ (nats)")
    axes.legend()
    return described(
        figure,
        "Cost against steps of gradient descent, logarithmic. On the training images it goes from "
        f"{cost_train[0]:.3f} to {cost_train[-1]:.4f}, on the held-out images from {cost_test[0]:.3f} to "
        f"{cost_test[-1]:.4f}.",
    )
