"""The pictures of the lessons.

Every function takes the numbers that it draws and returns a Matplotlib figure. Nothing is told by
colour alone: lines differ in style and marker, signs are written out, bars are labelled. `show`
puts a figure into the notebook together with a text that says the same in words.
"""

import base64
import functools
import html
import io
import sys

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Rectangle

STYLE = {
    "axes.grid": True,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "figure.constrained_layout.h_pad": 0.08,
    "figure.constrained_layout.use": True,
    "figure.constrained_layout.w_pad": 0.1,
    "font.size": 10,
    "grid.alpha": 0.3,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
}
DPI = 110
SIDE = 8  # a digit has 8 x 8 pixels
BLUE, ORANGE, GREEN, GREY = "#0072b2", "#b34700", "#00694c", "#555555"  # dark enough on white
LINES = ((BLUE, "-", "o"), (ORANGE, "--", "s"), (GREEN, "-.", "^"), (GREY, ":", "D"))
SIGNED = "cividis"  # grows lighter all the way: dark is negative and light is positive in grey too


def show(figure, alt):
    """Display `figure` as a PNG whose alternative text is `alt`, and close it.

    The same figure gives the same bytes: nothing of the date or the version is stored.
    """
    from IPython.display import display

    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=DPI, metadata={"Software": None})
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        pyplot.close(figure)
    picture = base64.b64encode(stream.getvalue()).decode("ascii")
    width = round(figure.get_figwidth() * DPI)
    tag = (
        f'<img alt="{html.escape(alt)}" width="{width}" style="max-width: 100%; height: auto" '
        f'src="data:image/png;base64,{picture}">'
    )
    display({"text/html": tag, "text/plain": f"Picture: {alt}"}, raw=True)


def _styled(plot):
    """Let the function `plot` draw in the course's style without changing Matplotlib's own."""

    @functools.wraps(plot)
    def drawn(*args, **kwargs):
        with matplotlib.rc_context(STYLE):
            return plot(*args, **kwargs)

    return drawn


def _minus(text):
    """Return a number's `text` with a minus sign in place of the hyphen."""
    return text.replace("-", "\N{MINUS SIGN}")


def _signed(value):
    """Return `value` as text with its sign and four decimals."""
    return _minus(f"{value:+.4f}")


def _image(axes, pixels, **how):
    """Draw `pixels` (64,) as an 8 x 8 image without ticks; return what Matplotlib calls it."""
    axes.grid(False)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_visible(True)
    return axes.imshow(np.reshape(pixels, (SIDE, SIDE)), **how)


@_styled
def plot_digits(X, titles):
    """Draw the digits `X` (m, 64), pixels from 0 to 1, in one row under their `titles`."""
    lines = 1 + max(title.count("\n") for title in titles)
    figure = Figure(figsize=(1.15 * len(X), 1.2 + 0.18 * lines))
    for axes, pixels, title in zip(np.ravel(figure.subplots(1, len(X))), X, titles, strict=True):
        _image(axes, pixels, cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(title, fontsize=9)
    return figure


def _canvas(width, height, right, top):
    """Return an empty figure and axes for a diagram, coordinates 0 to `right` and 0 to `top`."""
    figure = Figure(figsize=(width, height), layout="none")  # nothing stands outside the axes
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(0, right), ylim=(0, top))
    return figure, axes


def _box(axes, x, y, width, height, text, face="#ffffff"):
    """Draw a box about the point (x, y) with `text` in it."""
    corner = (x - width / 2, y - height / 2)
    style = "round,pad=0,rounding_size=0.06"
    axes.add_patch(FancyBboxPatch(corner, width, height, boxstyle=style, fc=face, ec="black"))
    axes.text(x, y, text, ha="center", va="center")


def _arrow(axes, start, end, color="black", style="-", curve=0.0):
    """Draw an arrow between two points."""
    axes.add_patch(
        FancyArrowPatch(
            start, end, arrowstyle="-|>", mutation_scale=13, color=color, linestyle=style,
            linewidth=1.4, connectionstyle=f"arc3,rad={curve}", shrinkA=1, shrinkB=1,
        )
    )  # fmt: skip


@_styled
def plot_network(layer_sizes, backward=False):
    """Draw the network with `layer_sizes` units and its one cost, the labels beside the cost.

    With `backward` the tensors of the way back are drawn below, dashed.
    """
    last = len(layer_sizes) - 1
    heights = [0.55 + 0.35 * np.log2(units) / 2 for units in layer_sizes]
    low, middle, step = (-0.55 if backward else 0.0), 1.75, 2.0
    figure, axes = _canvas(9.5, 3.3 if backward else 2.7, step * (last + 1) + 1.2, 3.4)
    axes.set_ylim(low, 3.4)
    places = [0.6 + step * layer for layer in range(last + 2)]
    for layer, (x, units) in enumerate(zip(places, layer_sizes, strict=False)):
        name = f"$A_{layer}$" if layer else "$A_0 = X$"
        _box(axes, x, middle, 0.9, heights[layer], f"{name}\n$(m,\\ {units})$", "#eef3f8")
        kind = "images" if layer == 0 else "prediction" if layer == last else "hidden, no labels"
        axes.text(x, 3.1, kind, ha="center", color=GREY)
        if layer:
            _arrow(axes, (places[layer - 1] + 0.47, middle), (x - 0.47, middle))
            axes.text(x - step / 2, middle + 0.15, f"$W_{layer},\\ b_{layer}$", ha="center")
    _draw_cost(axes, places, middle)
    if backward:
        _draw_way_back(axes, places, last)
    return figure


def _draw_cost(axes, places, middle):
    """Draw the cost at the last place and the labels under it, for `plot_network`."""
    x = places[-1]
    _arrow(axes, (places[-2] + 0.47, middle), (x - 0.37, middle))
    _box(axes, x, middle, 0.7, 0.7, "$J$", "#fbe9d0")
    axes.text(x, 3.1, "the one cost", ha="center", color=GREY)
    _box(axes, x, 0.62, 0.8, 0.62, "$Y$\n$(m,\\ 1)$", "#eef3f8")
    _arrow(axes, (x, 0.95), (x, middle - 0.37))


def _draw_way_back(axes, places, last):
    """Draw dZ and dW of every layer under the network, for `plot_network`."""
    level = 0.25
    _arrow(axes, (places[-1] - 0.37, 1.55), (places[-2] + 0.3, level + 0.12), ORANGE, "--")
    for layer in range(last, 0, -1):
        x = places[layer]
        axes.text(x, level, f"$dZ_{layer}$", ha="center", va="center", fontsize=12, color=ORANGE)
        parameters = f"$dW_{layer},\\ db_{layer}$"
        axes.text((x + places[layer - 1]) / 2, -0.35, parameters, ha="center", color=ORANGE)
        _arrow(axes, (x - 0.3, level - 0.12), (x - 0.62, -0.2), ORANGE, "--")
        if layer > 1:
            _arrow(axes, (x - 0.3, level), (places[layer - 1] + 0.3, level), ORANGE, "--")


@_styled
def plot_cost_along_weight(values, costs, weight, slope):
    """Draw the cost J for many `values` of one weight, and the tangent at its present `weight`.

    `values`, `costs` (k,); `slope` is dJ/dw at `weight`.
    """
    figure = Figure(figsize=(6.2, 3.2))
    axes = figure.subplots()
    cost = np.interp(weight, values, costs)
    axes.plot(values, costs, color=BLUE, label="cost $J$")
    near = np.linspace(weight - 0.25 * np.ptp(values), weight + 0.25 * np.ptp(values), 2)
    tangent = cost + slope * (near - weight)
    axes.plot(near, tangent, "--", color=ORANGE, label=_minus(f"slope {slope:.3g}"))
    axes.plot([weight], [cost], "o", color="black", label="where the weight is now")
    axes.set(xlabel="value of the one weight (no unit)", ylabel="cost $J$ (nats)")
    axes.legend()
    return figure


@_styled
def plot_step_errors(steps, errors, best):
    """Draw the error of a difference quotient against its step, both axes logarithmic.

    `steps` (k,); `errors` {name: (k,) relative errors}; `best` {name: the step that theory names}.
    """
    figure = Figure(figsize=(7.4, 4.2))
    axes = figure.subplots()
    for (name, error), (color, line, marker) in zip(errors.items(), LINES, strict=False):
        axes.loglog(steps, error, line, marker=marker, color=color, markevery=3, label=name)
        axes.axvline(best[name], color=color, linestyle=":", linewidth=1.2)
        axes.text(
            best[name], 3e1, f"cube root of\n{name} epsilon\n{best[name]:.1e}",
            ha="center", va="bottom", fontsize=8.5, color=color,
        )  # fmt: skip
    axes.text(3e-15, 2e-6, "rounding\n(slope $-1$)", fontsize=9, ha="left")
    axes.text(1e-15, 2.5, "difference is 0", fontsize=9, ha="left")
    axes.text(3e-2, 1e-7, "curvature\n(slope $+2$)", fontsize=9, ha="left")
    axes.set(xlabel="step eps (no unit)", ylabel="relative error (no unit)", ylim=(1e-13, 2e1))
    axes.legend(loc="lower left")
    return figure


@_styled
def plot_chain(names, values, local, gradients, weights):
    """Draw a chain of scalars: values in the boxes, derivatives under them.

    `names` and `values` (k) go from the input to the loss; `local` (k - 1) holds the derivative of
    each box with respect to the one before it; `gradients` (k) the derivative of the loss with
    respect to each box; `weights` {position: (name, value, gradient)} the weight that enters there.
    """
    step = 1.9
    figure, axes = _canvas(9.8, 3.3, step * (len(names) - 1) + 1.7, 3.7)
    for position, (name, value, gradient) in enumerate(zip(names, values, gradients, strict=True)):
        x = 0.85 + step * position
        face = "#fbe9d0" if position == len(names) - 1 else "#eef3f8"
        _box(axes, x, 1.9, 1.15, 0.8, f"{name}\n{_minus(f'{value:.4f}')}", face)
        axes.text(x, 0.6, _signed(gradient), ha="center", va="center", color=ORANGE)
        if position:
            _arrow(axes, (x - step + 0.6, 1.9), (x - 0.6, 1.9))
            _arrow(axes, (x - 0.5, 0.6), (x - step + 0.5, 0.6), ORANGE, "--")
            factor = f"$\\times$ {_signed(local[position - 1])}"
            axes.text(x - step / 2, 0.85, factor, ha="center", fontsize=9, color=ORANGE)
        if position in weights:
            _draw_weight(axes, x, *weights[position])
    left = 0.85 + step * 3.75
    axes.text(left, 3.3, "solid: values, forward", fontsize=9)
    axes.text(left, 2.95, "dashed: derivatives of the loss, backward", fontsize=9, color=ORANGE)
    return figure


def _draw_weight(axes, x, name, value, gradient):
    """Draw a weight above the box at `x` that it enters, for `plot_chain`."""
    _arrow(axes, (x, 2.85), (x, 2.34))
    axes.text(x, 3.3, f"{name} = {_signed(value)}", ha="center")
    axes.text(x, 2.95, f"derivative {_signed(gradient)}", ha="center", fontsize=9, color=ORANGE)


@_styled
def plot_sigmoid(z, a, slope):
    """Draw the sigmoid `a` (k,) and its derivative `slope` (k,) against `z` (k,)."""
    figure = Figure(figsize=(6.6, 3.1))
    axes = figure.subplots()
    axes.plot(z, a, color=BLUE, label=r"$\sigma(z)$")
    axes.plot(z, slope, "--", color=ORANGE, label=r"$\sigma'(z) = \sigma(z)\,(1 - \sigma(z))$")
    top = int(np.argmax(slope))
    axes.plot(z[top], slope[top], "s", color=ORANGE)
    axes.annotate(
        f"largest: {slope[top]:.2f}", (z[top], slope[top]), (z[top] + 1.2, slope[top] + 0.12),
        arrowprops={"arrowstyle": "->"},
    )  # fmt: skip
    axes.set(xlabel="$z$ (no unit)", ylabel="value (no unit)")
    axes.legend(loc="upper left")
    return figure


@_styled
def plot_product(factors, result):
    """Draw the shapes of a matrix product as blocks.

    `factors` [(name, rows, columns), ...] and `result` (name, rows, columns). The sides grow with
    the logarithm of their length, so that 1 and 1000 can share a picture.
    """
    blocks = [*factors, result]
    sides = [(0.3 + np.log10(c) * 0.75, 0.3 + np.log10(r) * 0.75) for _, r, c in blocks]
    right = sum(width for width, _ in sides) + 1.5 * len(blocks)
    top = max(height for _, height in sides) + 1.0
    figure, axes = _canvas(min(9.5, 0.8 * right), 0.8 * top, right, top)
    axes.set_aspect("equal")
    x, middle = 0.8, (top - 0.9) / 2 + 0.1
    for index, (name, rows, columns) in enumerate(blocks):
        width, height = sides[index]
        hatch = "//" if index == len(blocks) - 1 else ""
        corner = (x, middle - height / 2)
        axes.add_patch(Rectangle(corner, width, height, fc="#eef3f8", ec="black", hatch=hatch))
        label = f"{name}  ({rows}, {columns})"
        axes.text(x + width / 2, top - 0.45, label, ha="center", va="center")
        if index < len(blocks) - 1:
            sign = "=" if index == len(blocks) - 2 else "@"
            axes.text(x + width + 0.75, middle, sign, ha="center", va="center", fontsize=14)
        x += width + 1.5
    return figure


@_styled
def plot_per_example(values, groups, mean, at_mean, name):
    """Draw one derivative for every example, their mean, and the one at the averaged example.

    `values` (m,); `groups` (m,) says 0 or 1, the digit; `mean` and `at_mean` are floats; `name`
    names the derivative.
    """
    figure = Figure(figsize=(7.4, 3.0))
    axes = figure.subplots()
    for digit, (color, _, marker) in zip((0, 1), LINES, strict=False):
        mine = values[groups == digit]
        height = digit + np.linspace(-0.3, 0.3, len(mine))  # spread, so that the marks stay apart
        axes.plot(mine, height, marker, color=color, alpha=0.6, markersize=4)
    label = _minus(f"mean of the {len(values)} derivatives: {mean:.2e}")
    axes.axvline(mean, color="black", label=label)
    label = _minus(f"derivative at the averaged example: {at_mean:.2e}")
    axes.axvline(at_mean, color=ORANGE, linestyle="--", label=label)
    axes.set_yticks([0, 1], ["images of 0", "images of 1"])
    axes.set(xlabel=f"{name} of one example's own loss (nats)", ylim=(-0.5, 1.5))
    figure.legend(loc="outside upper center", ncols=2, fontsize=9)
    return figure


@_styled
def plot_input_gradient(images, gradients, titles):
    """Draw digits and, under each, the derivative of the cost with respect to its pixels.

    `images` and `gradients` (k, 64). The strongest pixels carry their sign as text.
    """
    figure = Figure(figsize=(1.9 * len(images) + 1.2, 4.0))
    grid = figure.subplots(2, len(images), squeeze=False)
    limit = np.abs(gradients).max()
    for column, (pixels, gradient) in enumerate(zip(images, gradients, strict=True)):
        _image(grid[0, column], pixels, cmap="gray_r", vmin=0, vmax=1)
        grid[0, column].set_title(titles[column], fontsize=9)
        drawn = _image(grid[1, column], gradient, cmap=SIGNED, vmin=-limit, vmax=limit)
        _write_signs(grid[1, column], gradient, limit)
    grid[0, 0].set_ylabel("image")
    grid[1, 0].set_ylabel("$dJ/dX$")
    figure.colorbar(drawn, ax=grid[1, :].tolist(), label="nats per unit of ink", shrink=0.9)
    return figure


def _write_signs(axes, gradient, limit):
    """Write + or - on the pixels whose derivative is more than a third of `limit`."""
    for pixel in np.flatnonzero(np.abs(gradient) > limit / 3):
        row, column = divmod(int(pixel), SIDE)
        positive = gradient[pixel] > 0
        axes.text(
            column, row, "+" if positive else "\N{MINUS SIGN}", ha="center", va="center",
            color="black" if positive else "white", fontsize=11, fontweight="bold",
        )  # fmt: skip


@_styled
def plot_signals(signals, labels):
    """Draw the error signals of the layers as images, a row an example, a column a unit.

    `signals` {name: (m, units)}, `labels` (m,) the digit of each row, sorted.
    """
    figure = Figure(figsize=(9.5, 3.8))
    grid = figure.subplots(1, len(signals))
    border = float(np.sum(np.asarray(labels) == labels[0])) - 0.5
    for axes, (name, signal) in zip(grid, signals.items(), strict=True):
        limit = np.abs(signal).max()
        axes.grid(False)
        drawn = axes.imshow(signal, cmap=SIGNED, vmin=-limit, vmax=limit, aspect="auto")
        axes.axhline(border, color="white", linestyle="--", linewidth=1.2)
        axes.set(xlabel="unit of the layer", title=f"{name}, rms {np.sqrt((signal**2).mean()):.1e}")
        axes.set_xticks([0, signal.shape[1] - 1] if signal.shape[1] > 1 else [0])
        axes.set_yticks([])
        figure.colorbar(drawn, ax=axes, format="%.1e", label="nats" if axes is grid[-1] else None)
    first, second = (border + 0.5) / 2, (border + 0.5 + len(labels)) / 2
    names = ["examples of 0", "examples of 1"]
    grid[0].set_yticks([first, second], names, rotation=90, va="center")
    return figure


@_styled
def plot_vanishing(sizes, bound):
    """Draw the size of the error signal layer by layer for networks of several depths.

    `sizes` {name: (L,) root mean square of dZ of the layers 1 to L}; `bound` is the factor of one
    layer that the dotted guide shows, from the output of the deepest network.
    """
    figure = Figure(figsize=(7.4, 3.8))
    axes = figure.subplots()
    for (name, size), (color, line, marker) in zip(sizes.items(), LINES, strict=False):
        back = np.arange(len(size))  # layers between this one and the output
        axes.semilogy(back, size[::-1], line, marker=marker, color=color, label=name)
    deepest = max(sizes.values(), key=len)
    back = np.arange(len(deepest))
    axes.semilogy(back, deepest[-1] * bound**back, color="black", linewidth=1, alpha=0.6)
    half = back[-1] / 2
    axes.text(half, 3 * deepest[-1] * bound**half, f"guide: a factor of {bound:g} per layer")
    axes.set(
        xlabel="layers walked back from the output", ylabel="root mean square of $dZ$ (nats)",
    )  # fmt: skip
    axes.legend(loc="lower left")
    return figure


@_styled
def plot_saturation(scales, sizes, shares):
    """Draw what larger first-layer weights do to the error signal that reaches that layer.

    `scales` (k,) the factor on W1 and b1; `sizes` {name: (k,) a size of dZ1}; `shares` (k,) the
    share of saturated first-layer activations.
    """
    figure = Figure(figsize=(7.4, 3.8))
    axes = figure.subplots()
    for (name, size), (color, line, marker) in zip(sizes.items(), LINES, strict=False):
        axes.loglog(scales, size, line, marker=marker, color=color, label=name)
    labels = [f"{scale:g}\n{share:.0%}" for scale, share in zip(scales, shares, strict=True)]
    axes.set_xticks(scales, labels)
    axes.minorticks_off()
    axes.set(
        xlabel="factor on the weights and biases of layer 1 (no unit)\n"
        "below it: share of saturated first-layer activations",
        ylabel="size of $dZ_1$ (nats)",
    )
    axes.legend()
    return figure


@_styled
def plot_training(cost_train, cost_test):
    """Draw the cost (k,) of the training images and of the held-out images, step by step."""
    figure = Figure(figsize=(7.0, 3.2))
    axes = figure.subplots()
    for (name, cost), (color, line, _) in zip(
        {"training images": cost_train, "held-out images": cost_test}.items(), LINES, strict=False
    ):
        axes.semilogy(cost, line, color=color, label=name)
    axes.set(xlabel="steps of gradient descent", ylabel="cost $J$ (nats)")
    axes.legend()
    return figure
