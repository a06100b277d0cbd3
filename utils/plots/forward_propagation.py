"""The pictures of the lesson on forward propagation."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from utils.plots.style import (
    LINES,
    ORANGE,
    SIDE,
    SIGNED,
    canvas,
    described,
    from_to,
    image,
    minus,
    plain,
    styled,
)

ENTRY, MARKED_ENTRY = "#eef3f8", "#f3b562"  # colours of the entries of an array


@styled
def plot_unit(images, weights, answers):
    """Draw how one unit computes: image times weights gives products, and their sum an answer in words.

    `images` (k, 64), pixels from 0 to 1; `weights` (64,) from -1 to 1; `answers` are k texts.
    """
    figure = Figure(figsize=(7.6, 1.75 * len(images) + 0.9))
    grid = figure.subplots(len(images), 4, squeeze=False, width_ratios=[1, 1, 1, 0.9])
    for row, (pixels, answer) in enumerate(zip(images, answers, strict=True)):
        image(grid[row, 0], pixels, cmap="gray_r", vmin=0, vmax=1)
        image(grid[row, 1], weights, cmap=SIGNED, vmin=-1, vmax=1)
        drawn = image(grid[row, 2], pixels * weights, cmap=SIGNED, vmin=-1, vmax=1)
        for column, sign in ((0, r"$\times$"), (1, "=")):
            grid[row, column].text(
                1.13, 0.5, sign, transform=grid[row, column].transAxes, ha="center", va="center", fontsize=14
            )
        grid[row, 3].set_axis_off()
        grid[row, 3].text(0.1, 0.5, minus(answer), va="center", fontsize=11, linespacing=1.6)
    titles = ("image $x$", "weights $w$", "products", "sum, plus bias")
    for axes, title in zip(grid[0], titles, strict=True):
        axes.set_title(title, fontsize=10)
    label = "weight or product (no unit)"
    below = {"location": "bottom", "shrink": 0.6, "aspect": 40, "ticks": [-1, 0, 1]}
    figure.colorbar(drawn, ax=grid[:, :3].ravel().tolist(), label=label, **below)
    return described(
        figure,
        "A row for each image: the image times the weights of the unit gives products, pixel by pixel, and "
        "their sum, plus the bias, an answer: " + "; ".join(plain(answer) for answer in answers) + ".",
    )


@styled
def plot_layer(m, n_in, n_out, example, unit):
    """Draw a layer's arrays with a square for each entry, and mark one entry of Z and what it depends on.

    The layer has `m` examples, `n_in` inputs and `n_out` units; `example` and `unit` are the indices of the
    entry of Z.
    """
    names = ("$A_{prev}$", "$W$", "$b$", "$Z$") if m > 1 else ("$x$", "$W$", "$b$", "$z$")
    shapes = ((m, n_in), (n_in, n_out), (1, n_out), (m, n_out))
    written = ((m, n_in), (n_in, n_out), f"({n_out},)", (m, n_out))
    if m == 1:
        written = (f"({n_in},)", (n_in, n_out), f"({n_out},)", f"({n_out},)")
    marked = (
        lambda row, column: row == example,
        lambda row, column: column == unit,
        lambda row, column: column == unit,
        lambda row, column: (row, column) == (example, unit),
    )
    gap = 2.2
    right = sum(columns for _, columns in shapes) + gap * len(shapes)
    top = max(rows for rows, _ in shapes) + 1.6
    figure, axes = canvas(0.29 * right, 0.29 * top, right, top)
    axes.set_aspect("equal")
    x, middle = gap / 2, (top - 1.4) / 2
    for position, (rows, columns) in enumerate(shapes):
        low = middle - rows / 2
        for row, column in np.ndindex(rows, columns):
            is_marked = marked[position](row, column)
            corner = (x + column, low + rows - 1 - row)
            color = MARKED_ENTRY if is_marked else ENTRY
            axes.add_patch(Rectangle(corner, 1, 1, fc=color, ec="black", lw=0.8))
            if is_marked:
                axes.plot(corner[0] + 0.5, corner[1] + 0.5, ".", color="black", markersize=4)
        label = f"{names[position]}  {written[position]}"
        axes.text(x + columns / 2, max(low + rows, middle) + 0.45, label, ha="center", va="bottom")
        if position < len(shapes) - 1:
            axes.text(x + columns + gap / 2, middle, "@+="[position], ha="center", va="center", fontsize=13)
        x += columns + gap
    rows = f"{m} rows" if m > 1 else "one row"
    return described(
        figure,
        f"Inputs of {rows} and {n_in} columns, times W with {n_in} rows and {n_out} columns, plus {n_out} "
        f"biases in a row, give {'Z' if m > 1 else 'z'} of {rows} and {n_out} columns. Marked are row "
        f"{example + 1} of the inputs, column {unit + 1} of W, bias {unit + 1}, and the one entry that "
        f"they make, in row {example + 1} and column {unit + 1}.",
    )


@styled
def plot_times(sizes, times):
    """Draw the time for a batch: `sizes` (k,) are numbers of images, `times` {name: (k,) seconds}."""
    figure = Figure(figsize=(7.0, 3.4))
    axes = figure.subplots()
    for (name, seconds), (color, line, marker) in zip(times.items(), LINES, strict=False):
        axes.loglog(sizes, np.multiply(seconds, 1e3), line, marker=marker, color=color, label=name)
    axes.set_xticks(sizes, [str(size) for size in sizes])
    axes.minorticks_off()
    axes.set(xlabel="images in the batch", ylabel="time (ms)")
    axes.legend()
    in_ms = {name: np.multiply(seconds, 1e3) for name, seconds in times.items()}
    return described(
        figure,
        f"Time in milliseconds for {sizes[0]} to {sizes[-1]} images, both axes logarithmic. "
        + from_to(in_ms, ".3g"),
    )


@styled
def plot_activations(z, curves):
    """Draw activation functions: `z` (k,), `curves` {name: (k,) values}."""
    figure = Figure(figsize=(6.6, 3.2))
    axes = figure.subplots()
    for (name, a), (color, line, _) in zip(curves.items(), LINES, strict=False):
        axes.plot(z, a, line, color=color, label=name)
    axes.set(xlabel="pre-activation $z$ (no unit)", ylabel="activation $a$ (no unit)", ylim=(-1.5, 2.5))
    axes.legend(loc="upper left")
    return described(figure, f"Curves against z from {z[0]:g} to {z[-1]:g}. {from_to(curves, '.2f')}")


@styled
def plot_parameters(layer_sizes):
    """Draw the parameters of every layer on one scale: weights as a block, biases as a hatched row."""
    gap = 24
    right = sum(layer_sizes[1:]) + gap * (len(layer_sizes) - 1)
    top = max(layer_sizes[:-1]) + 22
    figure, axes = canvas(6.2, 6.2 * top / right, right, top)
    axes.set_aspect("equal")
    x = gap / 2
    for layer, (n_in, n_out) in enumerate(zip(layer_sizes, layer_sizes[1:], strict=False), start=1):
        base = (top - n_in) / 2 + 2
        axes.add_patch(Rectangle((x, base), n_out, n_in, fc=ENTRY, ec="black", lw=0.8))
        axes.add_patch(Rectangle((x, base - 3), n_out, 1, fc=MARKED_ENTRY, ec="black", lw=0.8, hatch="||||"))
        middle = x + n_out / 2
        axes.text(middle, base + n_in + 1.5, f"$W_{layer}$  ({n_in}, {n_out})", ha="center", va="bottom")
        axes.text(middle, base - 4.5, f"$b_{layer}$  ({n_out},)", ha="center", va="top", color=ORANGE)
        x += n_out + gap
    blocks = (f"{n_in} by {n_out}" for n_in, n_out in zip(layer_sizes, layer_sizes[1:], strict=False))
    return described(
        figure,
        "The weight matrices as blocks drawn to one scale, each with its row of biases below it: "
        f"{', '.join(blocks)}.",
    )


@styled
def plot_pairs(losses, labels, predictions):
    """Draw the loss of every prediction with every label, and frame those of the same example.

    `losses` (k, k) has a row for each prediction; `labels` and `predictions` (k,).
    """
    k = len(labels)
    figure = Figure(figsize=(5.6, 3.9))
    axes = figure.subplots()
    axes.grid(False)
    axes.spines[:].set_visible(True)
    drawn = axes.imshow(losses, cmap="cividis", vmin=0)
    for row, column in np.ndindex(k, k):
        dark = losses[row, column] < losses.max() / 2
        axes.text(
            column, row, f"{losses[row, column]:.2f}", ha="center", va="center", fontsize=9,
            color="white" if dark else "black",
        )  # fmt: skip
    for i in range(k):
        frame = Rectangle((i - 0.46, i - 0.46), 0.92, 0.92, fill=False, ec=ORANGE, lw=2.5)
        axes.add_patch(frame)
    axes.set_xticks(range(k), [f"{label:g}" for label in labels])
    axes.set_yticks(range(k), [f"{prediction:g}" for prediction in predictions])
    axes.set(xlabel="label of example $j$ (no unit)", ylabel="prediction for example $i$ (no unit)")
    figure.colorbar(drawn, ax=axes, label="loss (nats)")
    apart = losses[~np.eye(k, dtype=bool)]
    return described(
        figure,
        f"A table of {k} predictions by {k} labels with the loss of every pair. On the framed diagonal, "
        f"where a prediction meets its own label, the losses are at most {np.diag(losses).max():.2f}; off "
        f"it they are between {apart.min():.2f} and {apart.max():.2f}.",
    )


@styled
def plot_costs(costs):
    """Draw learning curves, the cost at each step: `costs` {name: (k,) nats}."""
    figure = Figure(figsize=(7.0, 3.4))
    axes = figure.subplots()
    for (name, cost), (color, line, _) in zip(costs.items(), LINES, strict=False):
        axes.plot(cost, line, color=color, label=name)
    axes.set(xlabel="steps of gradient descent", ylabel="cost $J$ (nats)", ylim=(0, None))
    if costs:  # where nothing could be trained yet, a legend would warn
        axes.legend(loc="upper right", bbox_to_anchor=(1, 0.95))
    return described(
        figure,
        f"Cost against steps of gradient descent for {len(costs)} networks. {from_to(costs, '.3f')}",
    )


@styled
def plot_sizes(sizes):
    """Draw the size of the activations layer by layer: `sizes` {name: (depth + 1,) root mean squares}."""
    figure = Figure(figsize=(7.0, 3.4))
    axes = figure.subplots()
    for (name, size), (color, line, marker) in zip(sizes.items(), LINES, strict=False):
        axes.semilogy(size, line, marker=marker, color=color, label=name)
    axes.set(xlabel="layers passed", ylabel="root mean square\nof the activations (no unit)")
    axes.legend(title="weights", loc="lower left")
    return described(
        figure,
        "Root mean square of the activations, logarithmic, against the number of layers passed. "
        + from_to(sizes, ".1e"),
    )


@styled
def plot_draws(draws, limit):
    """Draw a histogram of each of the `draws` {name: (k,) weights}, and lines at plus and minus `limit`."""
    figure = Figure(figsize=(9.0, 2.9))
    row = figure.subplots(1, len(draws), sharex=True, sharey=True, squeeze=False)[0]
    for axes, (name, weights), (color, _, _) in zip(row, draws.items(), LINES, strict=False):
        edges = np.linspace(-1.25 * limit, 1.25 * limit, 51)
        axes.hist(weights, bins=edges, color=color, alpha=0.6, histtype="stepfilled", edgecolor="black")
        for side in (-limit, limit):
            axes.axvline(side, color="black", linestyle="--")
        axes.set_title(f"{name}: {len(weights):,} weights", fontsize=10)
        axes.set(xlabel=minus(f"weight (no unit); dashed: -{limit:.4f} and {limit:.4f}"), ylabel="how many")
    ranges = (f"{name} from {w.min():+.3f} to {w.max():+.3f}" for name, w in draws.items())
    return described(
        figure,
        f"Histograms of weights, with dashed lines at plus and minus {limit:.3f}. They lie: "
        f"{'; '.join(ranges)}.",
    )


@styled
def plot_first_layer(panels):
    """Draw the weights of a layer's units as images, on one scale: `panels` {title: W (64, units)}."""
    figure = Figure(figsize=(10.0, 4.5))
    row = figure.subplots(1, len(panels), squeeze=False)[0]
    limit = max(np.abs(W).max() for W in panels.values())
    for axes, (title, W) in zip(row, panels.items(), strict=True):
        axes.set_axis_off()
        drawn = axes.imshow(_tiles(W), cmap=SIGNED, vmin=-limit, vmax=limit)
        axes.set_title(title)
    below = {"location": "bottom", "shrink": 0.5, "aspect": 40}
    figure.colorbar(drawn, ax=row.tolist(), label="weight, or its change (no unit)", **below)
    ranges = (f"{title}, {np.abs(W).max():.2f} at most" for title, W in panels.items())
    units = next(iter(panels.values())).shape[1]
    return described(
        figure,
        f"The weights of {units} units as images of 8 by 8 on one scale, in size: {'; '.join(ranges)}.",
    )


def _tiles(W):
    """Lay the columns of `W` (64, units) side by side as images, with a white edge around each."""
    across = int(np.ceil(np.sqrt(W.shape[1])))
    down = -(-W.shape[1] // across)
    step = SIDE + 1
    tiles = np.full((down * step + 1, across * step + 1), np.nan)
    for unit, weights in enumerate(W.T):
        top, left = (step * place + 1 for place in divmod(unit, across))
        tiles[top : top + SIDE, left : left + SIDE] = weights.reshape(SIDE, SIDE)
    return tiles
