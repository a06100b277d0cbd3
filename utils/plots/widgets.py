"""The pictures of the widgets."""

import numpy as np
from matplotlib.figure import Figure

from utils.plots.style import BLUE, GREEN, GREY, ORANGE, arrow, box, canvas, minus, styled

ROWS = 5  # a larger layer is drawn with fewer units and dots


def number(value, digits=3):
    """Return `value` as short text with a true minus sign."""
    return minus(f"{value:.{digits}g}") if np.isfinite(value) else "not finite"


def drawn_units(units, chosen):
    """Return the units of a layer that are drawn, in order: all of a small layer, else four of them."""
    if units <= ROWS:
        return list(range(units))
    shown = [0, 1, 2, units - 1]
    if chosen not in shown:
        shown[2] = chosen
    return sorted(shown)


@styled
def plot_backprop(sizes, values, now, chosen, cost, label, links=None):
    """Draw a network with the numbers of one example at its units, and the cost behind it.

    `sizes` the units of the layers, from the input; `values` {"A0": (n_0,), "Z1": (n_1,), ..., "dZ1"}
    what is known so far; `now` the names computed just now; `chosen` one unit a layer; `cost` text;
    `label` the number y; `links` (layer, unit, to the right, numbers): numbers on the connections of
    one unit with all units of the layer on its left, or to the right of it.
    """
    step, last = 2.05, len(sizes) - 1
    figure, axes = canvas(9.6, 4.3, step * (last + 1) + 1.7, 4.3)
    column = [0.85 + step * layer for layer in range(last + 2)]
    shown = [drawn_units(units, unit) for units, unit in zip(sizes, chosen, strict=True)]
    place = {}
    for layer, units in enumerate(shown):
        gap = 0.72 if len(units) < ROWS else 0.7
        for row, unit in enumerate(units):
            place[layer, unit] = (column[layer], 1.95 + gap * ((len(units) - 1) / 2 - row))
    _connect(axes, place, shown, chosen, now)
    for layer, units in enumerate(shown):
        _head(axes, column[layer], layer, last, sizes[layer], len(units))
        for unit in units:
            _unit(axes, place[layer, unit], layer, unit, values, now, unit == chosen[layer])
        for above, below in zip(units, units[1:], strict=False):
            if below > above + 1:
                (x, top), (_, bottom) = place[layer, above], place[layer, below]
                axes.text(x - 0.66, (top + bottom) / 2, "\u22ee", ha="center", va="center", fontsize=13)
    _cost(axes, column, cost, label, now)
    if links:
        _number_links(axes, place, shown, *links)
    return figure


def _head(axes, x, layer, last, units, drawn):
    """Write the layer's name and size over its column."""
    kind = "input" if layer == 0 else "output" if layer == last else "hidden"
    count = f"{units} units" if units > 1 else "1 unit"
    count += f", {drawn} drawn" if drawn < units else ""
    axes.text(x, 4.1, f"layer {layer}, {kind}" if layer else "input", ha="center", va="center", fontsize=9)
    axes.text(x, 3.88, count, ha="center", va="center", fontsize=8, color=GREY)


def _unit(axes, at, layer, unit, values, now, is_chosen):
    """Draw one unit: what is known of it, what is new in bold, the chosen one with a thick frame."""
    names = ["A0"] if layer == 0 else [f"Z{layer}", f"A{layer}", f"dA{layer}", f"dZ{layer}"]
    known = [name for name in names if name in values]
    height = 0.2 if layer == 0 else 0.6
    box(axes, *at, 1.12, height, "", "#eef3f8")
    axes.patches[-1].set_linewidth(2.4 if is_chosen else 0.8)
    for row, name in enumerate(known):
        y = at[1] + 0.07 * (len(known) - 1) - 0.14 * row
        short = "x" if layer == 0 else name.replace(str(layer), "").lower()
        axes.text(
            at[0] - 0.5, y, short, fontsize=8, ha="left", va="center",
            fontweight="bold" if name in now else "normal",
            color=ORANGE if name.startswith("d") else "black",
        )  # fmt: skip
        text = number(values[name][unit])
        axes.text(
            at[0] + 0.5, y, text + (" \u25c2" if name in now else "  "), fontsize=8, ha="right", va="center",
            fontweight="bold" if name in now else "normal",
            color=ORANGE if name.startswith("d") else "black",
        )  # fmt: skip


def _connect(axes, place, shown, chosen, now):
    """Draw the connections of the units that are drawn."""
    for layer in range(1, len(shown)):
        for left in shown[layer - 1]:
            for right in shown[layer]:
                (x0, y0), (x1, y1) = place[layer - 1, left], place[layer, right]
                axes.plot([x0 + 0.56, x1 - 0.56], [y0, y1], color=GREY, linewidth=0.5, alpha=0.45)


def _number_links(axes, place, shown, layer, unit, to_the_right, numbers, backward):
    """Write numbers on the connections of one unit, near the other ends."""
    other = layer + 1 if to_the_right else layer - 1
    x, y = place[layer, unit]
    for end in shown[other]:
        ex, ey = place[other, end]
        near, far = ((x + 0.56, y), (ex - 0.56, ey)) if to_the_right else ((x - 0.56, y), (ex + 0.56, ey))
        start, stop = (far, near)
        arrow(axes, start, stop, ORANGE if backward else BLUE, "--" if backward else "-")
        at = [0.66 * f + 0.34 * n for f, n in zip(far, near, strict=True)]
        axes.text(
            *at, number(numbers[end]), fontsize=7.5, ha="center", va="center",
            bbox={"fc": "white", "ec": "none", "pad": 0.6, "alpha": 0.85},
        )  # fmt: skip


def _cost(axes, column, cost, label, now):
    """Draw the cost behind the output, and the label that goes into it."""
    x, middle = column[-1], 1.95
    known = "J" in now or cost
    box(axes, x, middle, 1.1, 0.56, f"cost J\n{cost}" if known else "cost J", "#fbe9d0")
    axes.patches[-1].set_linewidth(2.4 if "J" in now else 0.8)
    box(axes, x, 0.95, 0.9, 0.4, f"label y\n{label:g}", "#ffffff")
    arrow(axes, (x, 1.15), (x, middle - 0.28))
    arrow(axes, (column[-2] + 0.56, middle), (x - 0.55, middle))


@styled
def plot_softmax(logits, p, label):
    """Draw the logits (N,), the probabilities p (N,) and p - y as bars with their numbers.

    `label` is the right class; its bars are hatched and its name carries a star.
    """
    classes = np.arange(len(logits))
    rest = p - (classes == label)
    figure = Figure(figsize=(9.6, 1.3 + 0.27 * len(logits)), layout="none")
    top, bottom = 1 - 0.42 / figure.get_figheight(), 0.55 / figure.get_figheight()
    names = [f"class {k}" + (" \u2605" if k == label else "") for k in classes]
    panels = {
        "logits z": (logits, BLUE, "logit (no unit)"),
        "probabilities p": (p, GREEN, "probability (no unit)"),
        "p \N{MINUS SIGN} y": (rest, ORANGE, "derivative of the loss (nats)"),
    }
    for column, (title, (numbers, color, unit)) in enumerate(panels.items()):
        axes = figure.add_axes((0.085 + 0.305 * column, bottom, 0.285, top - bottom))
        finite = np.where(np.isfinite(numbers), numbers, 0.0)
        bars = axes.barh(classes, finite, color=color, height=0.66, edgecolor="black", linewidth=0.6)
        bars[label].set_hatch("//")
        low, high = min(finite.min(), 0.0), max(finite.max(), 0.0)
        if column:
            low, high = (0.0, 1.0) if column == 1 else (-1.0, max(0.5, high))
        room = 0.26 * max(high - low, 1.0)
        axes.set(xlim=(low - (room if low < 0 else 0), high + room), ylim=(len(logits) - 0.4, -0.6))
        axes.set(title=title, xlabel=unit)
        axes.set_yticks(classes, names if column == 0 else [""] * len(classes))
        axes.axvline(0, color="black", linewidth=0.8)
        for k, value in enumerate(numbers):
            text = number(value) if column == 0 else minus(f"{value:.4f}")
            text = text if np.isfinite(value) else str(value)
            right = finite[k] >= 0
            axes.annotate(
                text, (finite[k], k), (3 if right else -3, 0), textcoords="offset points",
                ha="left" if right else "right", va="center", fontsize=8.5,
            )  # fmt: skip
    return figure


@styled
def plot_descent(grid, surface, path, costs, title):
    """Draw lines of equal cost with the path of gradient descent, and the cost after each step.

    `grid` (values of theta_0, values of theta_1); `surface` (len of the second, len of the first);
    `path` (k + 1, 2); `costs` (k + 1,).
    """
    figure = Figure(figsize=(9.6, 3.9), layout="none")
    left = figure.add_axes((0.075, 0.13, 0.44, 0.77))
    right = figure.add_axes((0.62, 0.13, 0.36, 0.77))
    finite = surface[np.isfinite(surface)]
    levels = np.unique(np.quantile(finite, np.linspace(0.01, 0.97, 12)))
    left.grid(False)
    lines = left.contour(*grid, surface, levels=levels, colors=GREY, linewidths=0.8)
    left.clabel(lines, lines.levels[::3], fontsize=7.5, fmt=lambda level: minus(f"{level:.3g}"))
    seen = np.where(np.isfinite(path), path, np.nan)
    left.plot(seen[:, 0], seen[:, 1], "o-", color=ORANGE, markersize=3.5, linewidth=1.3)
    left.plot(*seen[0], "s", color="black", markersize=8)
    left.annotate("start", seen[0], (6, 6), textcoords="offset points", fontsize=9)
    left.set(
        xlim=(grid[0][0], grid[0][-1]), ylim=(grid[1][0], grid[1][-1]), title=title,
        xlabel=r"$\theta_0$ (no unit)", ylabel=r"$\theta_1$ (no unit)",
    )  # fmt: skip
    shown = np.where(np.isfinite(costs), costs, np.nan)
    right.plot(np.arange(len(costs)), shown, "o-", color=ORANGE, markersize=3.5, linewidth=1.3)
    if np.all(shown[np.isfinite(shown)] > 0):
        right.set_yscale("log")
    right.set(xlabel="steps of gradient descent", ylabel="cost", title="cost after each step")
    return figure
