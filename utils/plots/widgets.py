"""The pictures of the widgets. They are drawn again at every touch, so they have few pieces."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from utils.plots.style import BLUE, GREEN, GREY, ORANGE, arrow, box, canvas, minus, styled

ROWS = 4  # a layer with more units is drawn with three of them
STAR = "\N{BLACK STAR}"


def number(value, digits=3):
    """Return `value` as text with so many significant digits and a true minus sign."""
    return minus(f"{value + 0.0:.{digits}g}")  # adding 0 makes -0 a 0


def probability(value):
    """Return `value` as text with four decimals, a small one with two digits that are not 0."""
    return number(value, 2) if 0 < abs(value) < 0.001 else minus(f"{value + 0.0:.4f}")


def drawn_units(units, chosen):
    """Return the units of a layer that are drawn: all of a small one, else the ends and one between."""
    between = chosen if 0 < chosen < units - 1 else 1
    return list(range(units)) if units <= ROWS else [0, between, units - 1]


# --- The backprop stepper -------------------------------------------------------------------------

STEP, HALF, PITCH, LINE = 1.78, 0.56, 0.8, 0.155  # inches: columns, half a box, rows, lines of text


@styled
def plot_backprop(sizes, values, now, chosen, cost, label, links=None):
    """Draw a network with the numbers of one example at its units, and the cost behind it.

    `sizes` the units of each layer, from the input; `values` {"A0": (n_0,), "Z1": (n_1,), ..., "dZ1"}
    what is known; `now` the name computed last, in bold; `chosen` the unit of each layer that is looked at,
    in the layer of `now` with a thick frame; `cost` text; `label` the number y. `links` (layer, unit,
    other, numbers, line style): numbers on the connections between a unit and all units of the layer
    `other`.
    """
    shown = [drawn_units(units, unit) for units, unit in zip(sizes, chosen, strict=True)]
    width, height = STEP * len(sizes) + 1.15, PITCH * max(map(len, shown)) + 0.6
    figure, axes = canvas(width, height, width, height)
    middle, places = (height - 0.5) / 2, {}
    for layer, units in enumerate(shown):
        x = 0.6 + STEP * layer
        for row, unit in enumerate(units):
            places[layer, unit] = x, middle + PITCH * ((len(units) - 1) / 2 - row)
        _draw_head(axes, (x, height), layer, len(sizes) - 1, sizes[layer], len(units))
    _draw_connections(axes, places, shown)
    for (layer, unit), place in places.items():
        known = {name: row[unit] for name, row in values.items() if name.lstrip("dZA") == str(layer)}
        at_work = now.lstrip("dZAW") == str(layer) and unit == chosen[layer]
        _draw_unit(axes, place, layer, unit, known, now, at_work)
    _draw_cost(axes, 0.6 + STEP * len(sizes), middle, cost, label, now)
    if links:
        _draw_numbers(axes, places, shown, *links)
    return figure


def _draw_head(axes, top, layer, last, units, drawn):
    """Write what the layer is over its column."""
    kind = "input" if layer == 0 else "output" if layer == last else "hidden"
    name = f"layer {layer}, {kind}" if layer else kind
    count = f"{units} units" if units > 1 else "1 unit"
    count += f", {drawn} drawn" if drawn < units else ""
    axes.text(top[0], top[1] - 0.06, f"{name}\n{count}", ha="center", va="top", fontsize=9)


def _draw_connections(axes, places, shown):
    """Draw all connections between the units that are drawn, thin."""
    lines = [
        [(places[layer, left][0] + HALF, places[layer, left][1]), (x - HALF, y)]
        for (layer, left) in places
        if layer + 1 < len(shown)
        for x, y in (places[layer + 1, right] for right in shown[layer + 1])
    ]
    axes.add_collection(LineCollection(lines, colors=GREY, linewidths=0.5, alpha=0.5))


def _draw_unit(axes, place, layer, unit, known, now, at_work):
    """Draw one unit with its index and a line for each number that is known, the newest in bold."""
    x, y = place
    lines = 4 if layer else 1
    edge = {"fc": "#eef3f8", "ec": "black", "lw": 2.4 if at_work else 0.8}
    height = LINE * lines + 0.09
    axes.add_patch(Rectangle((x - HALF, y - height / 2), 2 * HALF, height, **edge))
    top = y + height / 2 - 0.05
    axes.text(x + HALF - 0.05, top, unit, fontsize=7.5, color=GREY, ha="right", va="top")
    looks = {}  # lines of one look are one text, the others' lines left empty: that is faster to draw
    for row, (name, value) in enumerate(known.items()):
        look = ORANGE if name.startswith("d") else "black", "bold" if name == now else "normal"
        short = name.rstrip("0123456789").lower() if layer else "x"
        text = f"{short} = {_narrow(value)}"
        looks.setdefault(look, [""] * lines)[row] = text
    for (color, weight), texts in looks.items():
        text = "\n".join(texts).rstrip()
        axes.text(x - HALF + 0.06, top, text, fontsize=8.5, va="top", color=color, fontweight=weight)


def _narrow(value):
    """The text of a number for a small place."""
    return number(value, 3 if abs(value) >= 1e-3 else 2)


def _draw_cost(axes, x, middle, cost, label, now):
    """Draw the cost behind the output, and the label that goes into it."""
    box(axes, x, middle, 0.9, 0.5, f"cost J\n{cost}" if cost else "cost J", "#fbe9d0")
    axes.patches[-1].set_linewidth(2.4 if now == "J" else 0.8)
    axes.text(x, middle - 0.62, f"label y = {label:g}", ha="center", va="center")
    arrow(axes, (x, middle - 0.5), (x, middle - 0.25))
    arrow(axes, (x - STEP + HALF, middle), (x - 0.45, middle))


def _draw_numbers(axes, places, shown, layer, unit, other, numbers, style):
    """Draw arrows from the layer `other` to a unit with a number on each."""
    side = HALF if other > layer else -HALF
    end = np.array(places[layer, unit]) + (side, 0)
    color = ORANGE if style == "--" else BLUE
    for far in shown[other]:
        start = np.array(places[other, far]) - (side, 0)
        arrow(axes, start, end, color, style)
        axes.text(
            *(start + end) / 2, _narrow(numbers[far]), fontsize=8, ha="center", va="center",
            bbox={"fc": "white", "ec": "none", "pad": 0.6, "alpha": 0.85},
        )  # fmt: skip


# --- The softmax lab ------------------------------------------------------------------------------

BAR, SCALE = 0.3, 0.85  # inches: a row, a bar of length 1


@styled
def plot_softmax(logits, p, label):
    """Draw the logits (N,), the probabilities p (N,) and p - y as bars with their numbers.

    `label` is the right class: its bars are hatched and its name carries a star. The logits have a
    scale of their own; what is not finite has a number and no bar.
    """
    height = BAR * len(logits) + 0.45
    figure, axes = canvas(8.2, height, 8.2, height)
    y = height - 0.55 - BAR * np.arange(len(logits))
    for k, row in enumerate(y):
        axes.text(0.95, row, f"class {k}" + f" {STAR}" * (k == label), ha="right", va="center")
    zeros = 2.4, 3.95, 6.7
    reach = max(1.0, np.abs(logits).max())
    texts = [number(z, 4) for z in logits]
    _draw_bars(axes, zeros[0], y, "logit z", logits / reach, texts, BLUE, label)
    rest = p - (np.arange(len(p)) == label)
    titles = "probability p", "p \N{MINUS SIGN} y, derivative of the loss"
    for zero, title, numbers, color in zip(zeros[1:], titles, (p, rest), (GREEN, ORANGE), strict=True):
        texts = [probability(value) for value in numbers]
        _draw_bars(axes, zero, y, title, numbers, texts, color, label)
    return figure


def _draw_bars(axes, zero, y, title, lengths, texts, color, label):
    """Draw one panel: bars of the `lengths`, about from -1 to 1, from the line x = `zero`."""
    axes.text(zero, y[0] + 0.33, title, ha="center")
    axes.plot([zero, zero], [y[0] + 0.16, y[-1] - 0.16], color="black", linewidth=0.8)
    for k, (row, length, text) in enumerate(zip(y, lengths, texts, strict=True)):
        length = length if np.isfinite(length) else 0.0
        side = -1 if length < 0 else 1
        look = {"fc": color, "ec": "white", "hatch": "///"} if k == label else {"fc": color}
        axes.add_patch(Rectangle((zero, row - 0.1), SCALE * length, 0.2, lw=0, **look))
        end = zero + SCALE * length + 0.05 * side
        axes.text(end, row, text, fontsize=9, ha="left" if side > 0 else "right", va="center")


# --- The learning-rate lab ------------------------------------------------------------------------


@styled
def plot_descent(grid, surface, path, costs, title):
    """Draw lines of equal cost with the path of gradient descent, and the cost after each step.

    `grid` (values of theta_0, values of theta_1); `surface` (len of the second, len of the first);
    `path` (k + 1, 2); `costs` (k + 1,). What is not finite, or far outside, is not drawn.
    """
    figure = Figure(figsize=(8.2, 3.7), layout="none")
    left = _axes(figure, 0.075, title, "parameter \u03b8\u2080 (no unit)", "parameter \u03b8\u2081 (no unit)")
    right = _axes(figure, 0.63, "cost after each step", "steps of gradient descent", "cost", -0.22)
    _draw_surface(left, grid, surface)
    near = np.nan_to_num(path, nan=1e9, posinf=1e9, neginf=-1e9).clip(-1e9, 1e9)
    left.plot(near[:, 0], near[:, 1], "o-", color=ORANGE, markersize=4, linewidth=1.3)
    for place, word, mark, up in ((near[0], "start", "s", 8), (near[-1], "end", "X", -17)):
        side = 1 if place[0] < np.mean(grid[0]) else -1
        left.plot(*place, mark, color="black", markersize=8)
        left.annotate(
            word, place, (8 * side, up), textcoords="offset points", fontweight="bold",
            ha="left" if side > 0 else "right", annotation_clip=True,
        )  # fmt: skip
    left.set(xlim=grid[0][[0, -1]], ylim=grid[1][[0, -1]])
    known = np.isfinite(costs)
    right.plot(np.flatnonzero(known), costs[known], "o-", color=ORANGE, markersize=4, linewidth=1.3)
    right.set_xlim(-0.04 * len(costs), 1.04 * len(costs))
    if known.any() and 0 < 100 * costs[known].min() < costs[known].max():
        right.set_yscale("log")
        right.minorticks_off()
    right.yaxis.set_major_formatter(lambda value, _: minus(f"{value:g}"))
    return figure


def _axes(figure, x, title, xlabel, ylabel, gap=-0.12):
    """Return axes from `x` on. Their texts have fixed places, because looking for places takes time."""
    axes = figure.add_axes((x, 0.15, 0.36, 0.75))
    axes.set_title(title, y=1.02)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.xaxis.set_label_coords(0.5, -0.1)
    axes.yaxis.set_label_coords(gap, 0.5)
    return axes


def _draw_surface(axes, grid, surface):
    """Draw lines of equal cost, closer together near the bottom, every third with its cost."""
    axes.grid(False)
    finite = surface[np.isfinite(surface)]
    levels = np.unique(np.quantile(finite, np.linspace(0.02, 0.98, 10))) if finite.size else []
    if len(levels) > 1:
        lines = axes.contour(*grid, surface, levels=levels, colors=GREY, linewidths=0.8)
        axes.clabel(lines, lines.levels[1::3], fontsize=8, fmt=lambda level: number(level))
