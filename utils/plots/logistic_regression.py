"""The pictures of the lesson on logistic regression."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from matplotlib.ticker import LogLocator

from utils.plots.style import (
    BLUE,
    GREEN,
    GREY,
    LINES,
    ORANGE,
    SIDE,
    SIGNED,
    arrow,
    box,
    canvas,
    described,
    from_to,
    image,
    minus,
    plain,
    styled,
    write_signs,
)

CLASSES = (
    # label, name, options for the markers of its examples
    (0, "four", {"marker": "o", "markerfacecolor": "none", "color": BLUE}),
    (1, "nine", {"marker": "s", "color": ORANGE}),
)
CONFIDENT = (0.1, 0.9)  # the predictions with a dashed line, on both sides of a boundary


def _draw_examples(axes, X, y, size=5):
    """Draw the examples `X` (m, 2) with labels `y` (m,), each class with its own marker."""
    for label, name, look in CLASSES:
        axes.plot(*X[y == label].T, linestyle="none", markersize=size, alpha=0.7, label=name, **look)


@styled
def plot_examples(X, y, names):
    """Draw examples by their two features: `X` (m, 2), `y` (m,), and `names`, those of the features."""
    figure = Figure(figsize=(6.4, 4.0))
    axes = figure.subplots()
    _draw_examples(axes, X, y)
    axes.set(xlabel=names[0], ylabel=names[1])
    axes.legend(loc="upper right")
    means = {name: X[y == label].mean(axis=0).round(1) for label, name, _ in CLASSES}
    return described(
        figure,
        f"Scatter of {len(X)} examples, {names[1]} against {names[0]}. Two clouds that mix where they touch: "
        + ", ".join(f"the mean {name} lies at {mean[0]:g}, {mean[1]:g}" for name, mean in means.items())
        + ".",
    )


@styled
def plot_three_steps():
    """Draw the model, the loss and the cost, and the backward pass to the parameters."""
    figure, axes = canvas(9.5, 3.1, 11.6, 3.8)
    places = {"$X$\nfeatures": 0.9, "$z$\nscores": 3.3, "$f$\npredictions": 5.5}
    places |= {r"$\ell$" + "\nlosses": 8.2, "$J$\nthe one cost": 10.6}
    for text, x in places.items():
        box(axes, x, 2.3, 1.5, 0.8, text, "#fbe9d0" if text.startswith("$J$") else "#eef3f8")
    xs = list(places.values())
    for start, end in zip(xs, xs[1:], strict=False):
        arrow(axes, (start + 0.78, 2.3), (end - 0.78, 2.3))
    for (start, end), text in zip([(3.3, 5.5), (8.2, 10.6)], [r"$\sigma$", "mean"], strict=True):
        axes.text((start + end) / 2, 2.45, text, ha="center")
    box(axes, 2.1, 0.7, 1.9, 0.7, "$w,\\ b$\nparameters", "#ffffff")
    arrow(axes, (2.5, 1.1), (2.9, 1.87))
    box(axes, 7.3, 1.05, 1.3, 0.7, "$y$\nlabels", "#ffffff")
    arrow(axes, (7.6, 1.43), (7.95, 1.87))
    arrow(axes, (10.6, 1.87), (3.12, 0.62), ORANGE, "--", curve=-0.25)
    for x, text in ((3.2, "1  the model"), (9.0, "2  loss and cost")):
        axes.text(x, 3.3, text, ha="center", color=GREY, fontsize=11)
    axes.text(5.2, 0.85, "3  gradient descent", ha="center", color=ORANGE, fontsize=11)
    return described(
        figure,
        "Boxes in a row: features X lead to the scores z, z to the predictions f, f to the losses, the "
        "losses to the one cost J. Parameters w and b enter at z, labels y enter at the losses. A dashed "
        "arrow leads from J back to w and b. The three steps are marked: model, loss and cost, gradient "
        "descent.",
    )


@styled
def plot_model(x, curves, examples, y, name):
    """Draw the prediction of several models against one feature, and the examples at 0 and 1.

    `x` (k,); `curves` {name of the model: (k,) predictions}; `examples` (m,) the feature `name` of
    the examples, `y` (m,) their labels.
    """
    figure = Figure(figsize=(7.0, 3.5))
    axes = figure.subplots()
    for label, kind, look in CLASSES:
        mine = examples[y == label]
        spread = label + (0.5 - label) * 0.12 * np.linspace(-1, 0, len(mine))
        axes.plot(mine, spread, linestyle="none", markersize=4, alpha=0.4, label=kind, **look)
    for (model, f), (_, style, _) in zip(curves.items(), LINES, strict=False):
        axes.plot(x, f, style, color="black", label=minus(model))
    axes.set(xlabel=name, ylabel="prediction $f$ (probability)")
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    halves = {model: float(np.interp(0.5, f, x)) for model, f in curves.items()}
    return described(
        figure,
        f"Predictions f against {name}: S-shaped curves between 0 and 1. "
        + " ".join(
            f"With {plain(model)} the curve crosses one half at {x:.1f}." for model, x in halves.items()
        )
        + " The examples are drawn at height 0 (fours) and 1 (nines).",
    )


@styled
def plot_losses(f, losses):
    """Draw the loss of one example against its prediction: `f` (k,), `losses` {label: (k,)}."""
    figure = Figure(figsize=(6.2, 3.4))
    axes = figure.subplots()
    for (name, loss), (color, style, _) in zip(losses.items(), LINES, strict=False):
        axes.plot(f, loss, style, color=color, label=name)
    axes.axvline(0.5, color=GREY, linestyle=":", linewidth=1)
    half = float(np.interp(0.5, f, next(iter(losses.values()))))
    axes.annotate(f"one half: {half:.3f}", (0.5, half), (0.53, half + 1.3), arrowprops={"arrowstyle": "->"})
    axes.set(xlabel="prediction $f$ (probability of a nine)", ylabel=r"loss $\ell$ (nats)")
    axes.legend(loc="upper left", bbox_to_anchor=(0.12, 1.0))
    return described(
        figure,
        f"Loss against the prediction f from {f[0]:g} to {f[-1]:g}. {from_to(losses, '.2f')} "
        f"They cross at f = 0.5, where the loss is {half:.3f}.",
    )


@styled
def plot_surfaces(ws, bs, surfaces):
    """Draw costs as surfaces over the plane of two parameters.

    `ws` (k,), `bs` (l,); `surfaces` {name: (l, k) costs}.
    """
    figure = Figure(figsize=(9.6, 4.4))
    W, B = np.meshgrid(ws, bs)
    for column, (name, J) in enumerate(surfaces.items(), start=1):
        axes = figure.add_subplot(1, len(surfaces), column, projection="3d")
        axes.plot_surface(W, B, J, cmap=SIGNED, rcount=40, ccount=40, edgecolor="black", linewidth=0.15)
        axes.set(xlabel="$w$ (no unit)", ylabel="$b$ (no unit)", zlabel="cost $J$", title=name)
        axes.view_init(elev=30, azim=-60)
        axes.set_box_aspect(None, zoom=0.88)
    ranges = (f"{name}: from {J.min():.2f} to {J.max():.2f}." for name, J in surfaces.items())
    return described(figure, f"Costs as surfaces over the plane of w and b. {' '.join(ranges)}")


@styled
def plot_chords(way, profiles):
    """Draw costs along a line between two points, each with the chord from its first value to its last.

    `way` (k,) is the share of the line, from 0 to 1; `profiles` {name: (k,) costs}.
    """
    figure = Figure(figsize=(8.4, 3.2))
    for axes, (name, J) in zip(figure.subplots(1, len(profiles)), profiles.items(), strict=True):
        axes.plot(way, J, color=BLUE, label="cost on the way")
        axes.plot(way[[0, -1]], J[[0, -1]], "--", color=ORANGE, marker="s", label="chord")
        axes.set(title=name, xlabel="share of the way", ylabel="cost $J$")
        axes.legend()
    rises = {name: np.max(J - (J[0] + way * (J[-1] - J[0]))) for name, J in profiles.items()}
    above = (f"{name} rises above its chord by {rise:.2f} at most." for name, rise in rises.items())
    return described(
        figure,
        f"Costs on a straight way between two points, each with the chord of its ends. {' '.join(above)}",
    )


def _strongest(signals):
    """Yield `(name, signal, index of its largest entry in size)` for each of the `signals`."""
    return ((name, signal, int(np.argmax(np.abs(signal)))) for name, signal in signals.items())


def _ends(name, path):
    """Return where a `path` (k, 2) begins and ends, in words."""
    (w, b), (w_end, b_end) = path[0], path[-1]
    return (
        f"{name}: from w = {w:.1f}, b = {b:.1f} to w = {w_end:.1f}, b = {b_end:.1f} in {len(path) - 1} steps."
    )


@styled
def plot_signals(z, signals):
    """Draw the derivatives of losses with respect to the score `z` (k,): `signals` {loss: (k,)}."""
    figure = Figure(figsize=(6.6, 3.4))
    axes = figure.subplots()
    for (name, signal), (color, style, _) in zip(signals.items(), LINES, strict=False):
        axes.plot(z, signal, style, color=color, label=name)
    axes.text(z[0], 0.1, "sure and wrong", ha="left", color=GREY)
    axes.text(z[-1], 0.1, "sure and right", ha="right", color=GREY)
    axes.set(xlabel="score $z$ of a nine (no unit)", ylabel=r"$\partial \ell / \partial z$", ylim=(-1.1, 0.3))
    axes.legend(loc="lower right")
    sharpest = (f"{n} is strongest, {s[k]:.3f}, at z = {z[k]:.1f}." for n, s, k in _strongest(signals))
    return described(
        figure,
        "Derivative of the loss with respect to the score z of a nine. "
        f"{from_to(signals, '.3f')} {' '.join(sharpest)}",
    )


@styled
def plot_boundaries(X, y, frames, names):
    """Draw a model's decision boundary after several numbers of training steps.

    `X` (m, 2); `y` (m,); `frames` [(steps, w (2,), b, cost), ...]; `names` are those of the two features.
    """
    columns = 3
    rows = -(-len(frames) // columns)
    figure = Figure(figsize=(9.6, 2.45 * rows + 0.8))
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    low, high = X.min(axis=0) - 0.4, X.max(axis=0) + 0.4
    first, second = np.meshgrid(np.linspace(low[0], high[0], 60), np.linspace(low[1], high[1], 60))
    scores = np.log(np.divide(CONFIDENT, np.subtract(1, CONFIDENT)))
    for axes, (steps, w, b, J) in zip(grid.flat, frames, strict=False):
        _draw_examples(axes, X, y, size=3)
        z = first * w[0] + second * w[1] + b
        axes.contour(first, second, z, levels=scores, colors=GREEN, linestyles="dashed", linewidths=1.2)
        axes.contour(first, second, z, levels=[0], colors="black", linewidths=2)
        _draw_direction(axes, w, b)
        axes.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
        axes.set_title(f"{steps} step{'s' * (steps != 1)}, cost {J:.3f}", fontsize=10)
    for axes in grid[-1]:
        axes.set_xlabel(names[0].partition(":")[0])
    for axes in grid[:, 0]:
        axes.set_ylabel(names[1].partition(":")[0])
    lines = [
        Line2D([], [], color="black", linewidth=2, label="prediction one half"),
        Line2D([], [], color=GREEN, linestyle="--", label="0.1 and 0.9"),
    ]
    points = grid[0, 0].get_legend_handles_labels()[0]
    figure.legend(handles=[*points, *lines], loc="outside lower center", ncols=4)
    after = (f"{steps} step{'s' * (steps != 1)} (cost {J:.3f})" for steps, _, _, J in frames)
    return described(
        figure,
        "Scatter plots of fours and nines with the decision boundary, an arrow along the weights and the "
        f"lines where the prediction is 0.1 and 0.9, after {', '.join(after)}.",
    )


def _draw_direction(axes, w, b):
    """Draw the direction of the weights `w` (2,) as an arrow of length 1 on the boundary."""
    foot = -b * w / (w @ w)  # the point of the boundary that is nearest to the origin
    head = foot + w / np.linalg.norm(w)
    axes.annotate("", head, foot, arrowprops={"arrowstyle": "-|>", "linewidth": 1.8, "color": "black"})
    beside = (foot + head) / 2 + 0.25 * np.array([-w[1], w[0]]) / np.linalg.norm(w)
    name = axes.text(*beside, "$w$", ha="center", va="center", fontsize=12)
    name.set_path_effects([withStroke(linewidth=3, foreground="white")])


@styled
def plot_histories(histories):
    """Draw learning curves, the cost at each step of gradient descent: `histories` {name: (k,) costs}."""
    figure = Figure(figsize=(7.0, 3.4))
    axes = figure.subplots()
    for (name, history), (color, style, marker) in zip(histories.items(), LINES, strict=False):
        every = max(1, len(history) // 20)
        axes.semilogy(history, style, marker=marker, markevery=every, color=color, label=name)
    axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter("")
    axes.set(xlabel="steps of gradient descent", ylabel="cost $J$ (nats)")
    axes.legend(title="learning rate")
    lowest = (f"{name}: lowest {min(history):.3f}." for name, history in histories.items())
    return described(
        figure,
        f"Cost against the step, logarithmic, for {len(histories)} learning rates. "
        f"{from_to(histories, '.3f')} {' '.join(lowest)}",
    )


def _draw_contours(axes, ws, bs, J):
    """Draw contours of the cost `J` (l, k) over `ws` (k,) and `bs` (l,), closer together where it is low."""
    axes.grid(False)
    levels = np.geomspace(J.min() * 1.02, J.max(), 14)
    drawn = axes.contour(ws, bs, J, levels=levels, colors=GREY, linewidths=0.8)
    axes.clabel(drawn, levels[1::3], fmt="%.2f", fontsize=8)
    axes.set(xlabel="weight $w$ (no unit)", ylabel="bias $b$ (no unit)")
    axes.set(xlim=(ws[0], ws[-1]), ylim=(bs[0], bs[-1]))


def _draw_path(axes, path, color, style, marker, label):
    """Draw a `path` (k, 2) with a star at its start and a cross at its end."""
    every = max(1, len(path) // 25)
    axes.plot(*path.T, style, color=color, marker=marker, markevery=every, markersize=4, label=label)
    axes.plot(*path[0], "*", color="black", markersize=12, zorder=3)
    axes.plot(*path[-1], "X", color=color, markeredgecolor="black", markersize=10, zorder=3)


@styled
def plot_paths(ws, bs, J, paths):
    """Draw paths of gradient descent on one contour map.

    `ws` (k,), `bs` (l,), `J` (l, k); `paths` {name: (steps + 1, 2) places (w, b)}.
    """
    figure = Figure(figsize=(7.4, 4.4))
    axes = figure.subplots()
    _draw_contours(axes, ws, bs, J)
    for (name, path), look in zip(paths.items(), LINES, strict=False):
        _draw_path(axes, path, *look, name)
    figure.legend(loc="outside upper center", ncols=3, title="star: start, cross: end. Learning rate")
    return described(
        figure,
        f"Contour map of the cost over w and b with {len(paths)} paths of gradient descent. "
        + " ".join(_ends(name, path) for name, path in paths.items()),
    )


@styled
def plot_race(ws, bs, surfaces, paths):
    """Draw one contour map for each cost, with the path of gradient descent on it.

    `ws` (k,), `bs` (l,); `surfaces` {name: (l, k)} and `paths` {name: (steps + 1, 2)} have the same names.
    """
    figure = Figure(figsize=(9.6, 3.9))
    grid = figure.subplots(1, len(surfaces))
    for axes, (name, J), look in zip(grid, surfaces.items(), LINES, strict=False):
        _draw_contours(axes, ws, bs, J)
        _draw_path(axes, paths[name], *look, None)
        axes.set_title(f"{name} (star: start, cross: end)", fontsize=10)
    return described(
        figure,
        "Contour maps over w and b, each with the path of gradient descent on that cost. "
        + " ".join(_ends(name, paths[name]) for name in surfaces),
    )


@styled
def plot_weights(weights, means):
    """Draw the weights of the pixels as an image beside the mean image of each class.

    `weights` (64,); `means` {name: (64,) pixels}.
    """
    figure = Figure(figsize=(8.4, 3.0))
    grid = figure.subplots(1, len(means) + 1)
    for axes, (name, pixels) in zip(grid, means.items(), strict=False):
        image(axes, pixels, cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(name)
    limit = np.abs(weights).max()
    axes = grid[-1]
    drawn = image(axes, weights, cmap=SIGNED, vmin=-limit, vmax=limit)
    axes.set_title("weights")
    write_signs(axes, weights, limit)
    figure.colorbar(drawn, ax=axes, label="weight (no unit)", shrink=0.9)
    rows = ", ".join(f"{mean:+.2f}" for mean in np.reshape(weights, (SIDE, SIDE)).mean(axis=1))
    return described(
        figure,
        f"Images of 8 by 8: {', '.join(means)}, and the weights. The strong weights carry a plus or a "
        f"minus, the largest is {np.max(weights):.2f}, the smallest {np.min(weights):.2f}. Means of the "
        f"rows of weights, from the top: {rows}.",
    )


def minima(values):
    """Return the indices of the local minima of `values` (k,), without the ends."""
    inner = values[1:-1]
    return np.flatnonzero((inner < values[:-2]) & (inner < values[2:])) + 1


@styled
def plot_valleys(w, costs):
    """Draw costs against a single weight and mark their local minima: `w` (k,), `costs` {name: (k,)}."""
    figure = Figure(figsize=(8.4, 3.2))
    for axes, (name, J) in zip(figure.subplots(1, len(costs)), costs.items(), strict=True):
        axes.plot(w, J, color=BLUE)
        for place in minima(J):
            axes.plot(w[place], J[place], "o", color=ORANGE)
            text = minus(f"{J[place]:.3f}\nat {w[place]:.2f}")
            axes.annotate(
                text, (w[place], J[place]), (0, -8), textcoords="offset points", ha="center", va="top"
            )
        axes.margins(y=0.3)
        axes.set(title=name, xlabel="the one weight $w$ (no unit)", ylabel="cost $J$")
    return described(
        figure,
        "Costs against the one weight. "
        + " ".join(
            f"{name}: valleys at w = {', '.join(f'{w[place]:.2f}' for place in minima(J)) or 'none'}."
            for name, J in costs.items()
        ),
    )
