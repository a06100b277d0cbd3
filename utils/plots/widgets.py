"""The pictures of the widgets. Every change draws them again, so they consist of few pieces, for speed."""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from utils.plots.style import BLUE, GREEN, GREY, ORANGE, arrow, box, canvas, minus, styled

MAX_UNITS = 4  # of a layer with more units three are drawn
STAR = "\N{BLACK STAR}"


def number(value, digits=3):
    """Return `value` as text with that many significant `digits` and a minus sign, not a hyphen."""
    return minus(f"{value + 0.0:.{digits}g}")  # adding 0 makes -0 a 0


def probability(value):
    """Return `value` as text with four decimals, below 0.001 with two significant digits."""
    return number(value, 2) if 0 < abs(value) < 0.001 else minus(f"{value + 0.0:.4f}")


def drawn_units(units, selected):
    """Return the indices of the drawn units of a layer: all of a small layer, else three with `selected`."""
    between = selected if 0 < selected < units - 1 else 1
    return list(range(units)) if units <= MAX_UNITS else [0, between, units - 1]


# --- The backprop stepper -------------------------------------------------------------------------

COLUMN, HALF_BOX, ROW, LINE = 1.78, 0.56, 0.8, 0.155  # inches; LINE is that of a text


@styled
def plot_backprop(layer_sizes, values, step, selected_units, cost, label, connections=None):
    """Draw a network with the numbers of one example at its units, and the cost behind it.

    `layer_sizes` are the numbers of units from the input to the output. `values` {"A0": (n_0,), "Z1": (n_1,),
    ..., "dZ1": (n_1,)} are computed so far, `step` is the name of the last one, which is bold.
    `selected_units` has a unit of each layer; that of the step's layer has a thick frame. `cost` is a text,
    `label` the number y. `connections` (layer, unit, other layer, numbers, line style) are numbers on the
    connections between a unit and all units of the other layer.
    """
    drawn = [drawn_units(units, unit) for units, unit in zip(layer_sizes, selected_units, strict=True)]
    width, height = COLUMN * len(layer_sizes) + 1.15, ROW * max(map(len, drawn)) + 0.6
    figure, axes = canvas(width, height, width, height)
    middle, places = (height - 0.5) / 2, {}
    for layer, units in enumerate(drawn):
        x = 0.6 + COLUMN * layer
        for row, unit in enumerate(units):
            places[layer, unit] = x, middle + ROW * ((len(units) - 1) / 2 - row)
        _draw_head(axes, (x, height), layer, len(layer_sizes) - 1, layer_sizes[layer], len(units))
    _draw_connections(axes, places, drawn)
    for (layer, unit), place in places.items():
        known = {name: row[unit] for name, row in values.items() if name.lstrip("dZA") == str(layer)}
        is_explained = step.lstrip("dZAW") == str(layer) and unit == selected_units[layer]
        _draw_unit(axes, place, layer, unit, known, step, is_explained)
    _draw_cost(axes, 0.6 + COLUMN * len(layer_sizes), middle, cost, label, step)
    if connections:
        _draw_numbers(axes, places, drawn, *connections)
    return figure


def _draw_head(axes, top, layer, last, units, drawn):
    """Write the kind and the number of units of a layer above its column."""
    kind = "input" if layer == 0 else "output" if layer == last else "hidden"
    name = f"layer {layer}, {kind}" if layer else kind
    count = f"{units} units" if units > 1 else "1 unit"
    count += f", {drawn} drawn" if drawn < units else ""
    axes.text(top[0], top[1] - 0.06, f"{name}\n{count}", ha="center", va="top", fontsize=9)


def _draw_connections(axes, places, drawn):
    """Draw the connections between the drawn units as thin lines."""
    lines = [
        [(places[layer, left][0] + HALF_BOX, places[layer, left][1]), (x - HALF_BOX, y)]
        for (layer, left) in places
        if layer + 1 < len(drawn)
        for x, y in (places[layer + 1, right] for right in drawn[layer + 1])
    ]
    axes.add_collection(LineCollection(lines, colors=GREY, linewidths=0.5, alpha=0.5))


def _draw_unit(axes, place, layer, unit, known, step, is_explained):
    """Draw one unit with its index and a line for each known number, that of the present `step` in bold."""
    x, y = place
    lines = 4 if layer else 1
    edge = {"fc": "#eef3f8", "ec": "black", "lw": 2.4 if is_explained else 0.8}
    height = LINE * lines + 0.09
    axes.add_patch(Rectangle((x - HALF_BOX, y - height / 2), 2 * HALF_BOX, height, **edge))
    top = y + height / 2 - 0.05
    axes.text(x + HALF_BOX - 0.05, top, unit, fontsize=7.5, color=GREY, ha="right", va="top")
    styles = {}  # one text for each style, with empty lines in place of the others: that is faster to draw
    for row, (name, value) in enumerate(known.items()):
        style = ORANGE if name.startswith("d") else "black", "bold" if name == step else "normal"
        short = name.rstrip("0123456789").lower() if layer else "x"
        text = f"{short} = {_short_number(value)}"
        styles.setdefault(style, [""] * lines)[row] = text
    for (color, weight), texts in styles.items():
        text = "\n".join(texts).rstrip()
        axes.text(x - HALF_BOX + 0.06, top, text, fontsize=8.5, va="top", color=color, fontweight=weight)


def _short_number(value):
    """Return `value` as a text that fits into a unit's box."""
    return number(value, 3 if abs(value) >= 1e-3 else 2)


def _draw_cost(axes, x, middle, cost, label, step):
    """Draw the cost behind the output, and the label that goes into it."""
    box(axes, x, middle, 0.9, 0.5, f"cost J\n{cost}" if cost else "cost J", "#fbe9d0")
    axes.patches[-1].set_linewidth(2.4 if step == "J" else 0.8)
    axes.text(x, middle - 0.62, f"label y = {label:g}", ha="center", va="center")
    arrow(axes, (x, middle - 0.5), (x, middle - 0.25))
    arrow(axes, (x - COLUMN + HALF_BOX, middle), (x - 0.45, middle))


def _draw_numbers(axes, places, drawn, layer, unit, other, numbers, style):
    """Draw arrows from the layer `other` to a unit, with a number on each."""
    side = HALF_BOX if other > layer else -HALF_BOX
    end = np.array(places[layer, unit]) + (side, 0)
    color = ORANGE if style == "--" else BLUE
    for far in drawn[other]:
        start = np.array(places[other, far]) - (side, 0)
        arrow(axes, start, end, color, style)
        axes.text(
            *(start + end) / 2, _short_number(numbers[far]), fontsize=8, ha="center", va="center",
            bbox={"fc": "white", "ec": "none", "pad": 0.6, "alpha": 0.85},
        )  # fmt: skip


# --- The softmax lab ------------------------------------------------------------------------------

BAR, SCALE = 0.3, 0.85  # inches: the height of a row, the length of a bar for 1
SOFTMAX_TITLES = "logit z", "probability p", "p \N{MINUS SIGN} y, derivative of the loss"


@styled
def plot_softmax(logits, p, label):
    """Draw the logits (N,), the probabilities p (N,) and p - y as bars with their numbers.

    `label` is the right class: its bars are hatched and its name has a star. The logits have their own scale.
    A value that is not finite has a number and no bar.
    """
    height = BAR * len(logits) + 0.45
    figure, axes = canvas(8.2, height, 8.2, height)
    y = height - 0.55 - BAR * np.arange(len(logits))
    for k, row in enumerate(y):
        axes.text(0.95, row, f"class {k}" + f" {STAR}" * (k == label), ha="right", va="center")
    zeros = 2.4, 3.95, 6.7
    reach = max(1.0, np.abs(logits).max())
    texts = [number(z, 4) for z in logits]
    _draw_bars(axes, zeros[0], y, SOFTMAX_TITLES[0], logits / reach, texts, BLUE, label)
    derivatives = p - (np.arange(len(p)) == label)
    panels = zip(zeros[1:], SOFTMAX_TITLES[1:], (p, derivatives), (GREEN, ORANGE), strict=True)
    for zero, title, numbers, color in panels:
        texts = [probability(value) for value in numbers]
        _draw_bars(axes, zero, y, title, numbers, texts, color, label)
    return figure


def _draw_bars(axes, zero, y, title, lengths, texts, color, label):
    """Draw one panel: bars of the `lengths` (N,), about from -1 to 1, from the line x = `zero`."""
    axes.text(zero, y[0] + 0.33, title, ha="center")
    axes.plot([zero, zero], [y[0] + 0.16, y[-1] - 0.16], color="black", linewidth=0.8)
    for k, (row, length, text) in enumerate(zip(y, lengths, texts, strict=True)):
        length = length if np.isfinite(length) else 0.0
        side = -1 if length < 0 else 1
        style = {"fc": color, "ec": "white", "hatch": "///"} if k == label else {"fc": color}
        axes.add_patch(Rectangle((zero, row - 0.1), SCALE * length, 0.2, lw=0, **style))
        end = zero + SCALE * length + 0.05 * side
        axes.text(end, row, text, fontsize=9, ha="left" if side > 0 else "right", va="center")


# --- The layer lab --------------------------------------------------------------------------------

CELL, FACE, CHOSEN = 0.62, "#eef3f8", "#f3b562"  # inches: the width of an entry; colours of entries


@styled
def plot_layer_values(x, W, b, z, a, unit, activation):
    """Draw a layer with its numbers, x W + b = z and its `activation` a, and mark what belongs to one `unit`.

    `x` (n,), `W` (n, units), `b`, `z` and `a` (units,).
    """
    n, units = W.shape
    arrays = (
        # text before it, name, the rows of numbers
        ("", "x", x[np.newaxis]), ("@", "W", W), ("+", "b", b[np.newaxis]), ("=", "z", z[np.newaxis]),
        (f"{activation}\n\u2192", "a", a[np.newaxis]),
    )  # fmt: skip
    gaps = [0.2, 0.4, 0.4, 0.4, 0.85]
    width = sum(gaps) + CELL * (n + 4 * units) + 0.2
    height = 0.34 * n + 0.6
    figure, axes = canvas(width, height, width, height)
    left, middle = 0.0, (height - 0.35) / 2
    for gap, (sign, name, rows) in zip(gaps, arrays, strict=True):
        axes.text(left + gap / 2, middle, sign, ha="center", va="center", fontsize=10)
        left += gap
        top = middle + 0.17 * len(rows)
        for (row, column), value in np.ndenumerate(rows):
            is_chosen = name == "x" or column == unit
            place = left + CELL * column, top - 0.34 * (row + 1)
            face = CHOSEN if is_chosen and name != "x" else FACE
            axes.add_patch(Rectangle(place, CELL, 0.34, fc=face, ec="black", lw=1.6 if is_chosen else 0.6))
            text = number(value, 3)
            weight = "bold" if is_chosen else "normal"
            axes.text(
                place[0] + CELL / 2,
                place[1] + 0.17,
                text,
                ha="center",
                va="center",
                fontsize=9,
                weight=weight,
            )
        axes.text(left + CELL * rows.shape[1] / 2, top + 0.14, f"${name}$", ha="center", va="center")
        left += CELL * rows.shape[1]
    return figure


# --- The learning-rate lab ------------------------------------------------------------------------

DESCENT_AXES = "parameter \u03b8\u2080 (no unit)", "parameter \u03b8\u2081 (no unit)"
COST_AXES = "cost after each step", "steps of gradient descent", "cost"


@styled
def plot_descent(grid, surface, path, costs, title):
    """Draw lines of equal cost with the path of gradient descent, and the cost after each step.

    `grid` has the values of theta_0 (a,) and of theta_1 (b,); `surface` (b, a) the costs there; `path`
    (k + 1, 2) and `costs` (k + 1,) those of k steps. Values that are not finite or far outside are not drawn.
    """
    figure = Figure(figsize=(8.2, 3.7), layout="none")
    left = _axes(figure, 0.075, title, *DESCENT_AXES)
    right = _axes(figure, 0.63, *COST_AXES, -0.22)
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
    """Return axes from `x` on. Their texts have fixed places, because a layout takes time."""
    axes = figure.add_axes((x, 0.15, 0.36, 0.75))
    axes.set_title(title, y=1.02)
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.xaxis.set_label_coords(0.5, -0.1)
    axes.yaxis.set_label_coords(gap, 0.5)
    return axes


def contour_levels(surface):
    """Return the costs of the lines of equal cost, ascending."""
    finite = surface[np.isfinite(surface)]
    return np.unique(np.quantile(finite, np.linspace(0.02, 0.98, 10))) if finite.size else np.array([])


def _draw_surface(axes, grid, surface):
    """Draw lines of equal cost, closer together near the minimum, every third with its cost."""
    axes.grid(False)
    levels = contour_levels(surface)
    if len(levels) > 1:
        lines = axes.contour(*grid, surface, levels=levels, colors=GREY, linewidths=0.8)
        axes.clabel(lines, lines.levels[1::3], fontsize=8, fmt=lambda level: number(level))
