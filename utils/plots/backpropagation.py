"""The pictures of the lesson on backpropagation."""

import numpy as np
from matplotlib.figure import Figure

from utils.plots.style import (
    BLUE,
    LINES,
    ORANGE,
    SIGNED,
    arrow,
    box,
    canvas,
    described,
    from_to,
    image,
    minus,
    plain,
    signed,
    styled,
    write_signs,
)


@styled
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
    axes.plot(near, tangent, "--", color=ORANGE, label=minus(f"slope {slope:.3g}"))
    axes.plot([weight], [cost], "o", color="black", label="where the weight is now")
    axes.set(xlabel="value of the one weight (no unit)", ylabel="cost $J$ (nats)")
    axes.legend()
    return described(
        figure,
        f"The cost J against the value of one weight, a curve between {costs.min():.4f} and "
        f"{costs.max():.4f}. At the present value {weight:.2f} a dashed tangent has the slope {slope:.3g}.",
    )


@styled
def plot_step_errors(steps, errors, best):
    """Draw the error of a difference quotient against its step, on logarithmic axes.

    `steps` (k,); `errors` {name: (k,) relative errors}; `best` {name: the step with the smallest error in
    theory}.
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
    lowest = (
        f"The {name} curve is lowest, {error.min():.0e}, at a step of {steps[error.argmin()]:.0e}."
        for name, error in errors.items()
    )
    return described(
        figure,
        "Relative error of the central difference against the step, both axes logarithmic, one V-shaped "
        "curve for float32 and one for float64. The right branches coincide and fall with slope 2. The left "
        f"branches rise again with slope minus 1 towards smaller steps. {' '.join(lowest)}",
    )


@styled
def plot_chain(names, values, local, gradients, weights):
    """Draw a chain of scalars as a computation graph: values in the boxes, derivatives below them.

    `names` and `values` (k) are in the order from the input to the loss; `local` (k - 1) has the derivative
    of each value with respect to the one before it; `gradients` (k) has that of the loss with respect
    to each value; `weights` {position: (name, value, gradient)} are the weights, each with the box it enters.
    """
    step = 1.9
    figure, axes = canvas(9.8, 3.3, step * (len(names) - 1) + 1.7, 3.7)
    for position, (name, value, gradient) in enumerate(zip(names, values, gradients, strict=True)):
        x = 0.85 + step * position
        face = "#fbe9d0" if position == len(names) - 1 else "#eef3f8"
        box(axes, x, 1.9, 1.15, 0.8, f"{name}\n{minus(f'{value:.4f}')}", face)
        axes.text(x, 0.6, signed(gradient), ha="center", va="center", color=ORANGE)
        if position:
            arrow(axes, (x - step + 0.6, 1.9), (x - 0.6, 1.9))
            arrow(axes, (x - 0.5, 0.6), (x - step + 0.5, 0.6), ORANGE, "--")
            factor = f"$\\times$ {signed(local[position - 1])}"
            axes.text(x - step / 2, 0.85, factor, ha="center", fontsize=9, color=ORANGE)
        if position in weights:
            _draw_weight(axes, x, *weights[position])
    left = 0.85 + step * 3.75
    axes.text(left, 3.3, "solid: values, forward", fontsize=9)
    axes.text(left, 2.95, "dashed: derivatives of the loss, backward", fontsize=9, color=ORANGE)
    boxes = zip(names, values, gradients, strict=True)
    return described(
        figure,
        f"A chain of {len(names)} boxes with values, and below each the derivative of the last one with "
        "respect to it, which dashed arrows carry back: "
        + "; ".join(f"{plain(name)} = {value:.4f}, {gradient:+.4f}" for name, value, gradient in boxes)
        + ". "
        + " ".join(f"{plain(name)} receives {gradient:+.4f}." for name, _, gradient in weights.values()),
    )


def _draw_weight(axes, x, name, value, gradient):
    """Draw a weight above the box at `x` that it enters."""
    arrow(axes, (x, 2.85), (x, 2.34))
    axes.text(x, 3.3, f"{name} = {signed(value)}", ha="center")
    axes.text(x, 2.95, f"derivative {signed(gradient)}", ha="center", fontsize=9, color=ORANGE)


@styled
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
    return described(
        figure,
        f"The sigmoid rises from {a[0]:.3f} to {a[-1]:.3f} in an S. Its derivative is a bell that is "
        f"largest at z = {z[top]:.1f}, where it is {slope[top]:.2f}, and {slope[-1]:.4f} at z = {z[-1]:g}.",
    )


@styled
def plot_per_example(values, groups, mean, at_mean, name):
    """Draw one derivative for every example, their mean, and the derivative at the averaged example.

    `values` (m,); `groups` (m,) has the digit of each example, 0 or 1; `mean` and `at_mean` are floats;
    `name` is the name of the derivative.
    """
    figure = Figure(figsize=(7.4, 3.0))
    axes = figure.subplots()
    for digit, (color, _, marker) in zip((0, 1), LINES, strict=False):
        mine = values[groups == digit]
        height = digit + np.linspace(-0.3, 0.3, len(mine))  # spread, so that the marks stay apart
        axes.plot(mine, height, marker, color=color, alpha=0.6, markersize=4)
    label = minus(f"mean of the {len(values)} derivatives: {mean:.2e}")
    axes.axvline(mean, color="black", label=label)
    label = minus(f"derivative at the averaged example: {at_mean:.2e}")
    axes.axvline(at_mean, color=ORANGE, linestyle="--", label=label)
    axes.set_yticks([0, 1], ["images of 0", "images of 1"])
    axes.set(xlabel=f"{name} of one example's own loss (nats)", ylim=(-0.5, 1.5))
    figure.legend(loc="outside upper center", ncols=2, fontsize=9)
    return described(
        figure,
        f"{name.capitalize()} for each of {len(values)} examples, in two rows, images of 0 and images of "
        f"1. They spread from {values.min():.1e} to {values.max():.1e}. A solid line marks their mean "
        f"{mean:.1e}, a dashed line the derivative at the averaged example, {at_mean:.1e}.",
    )


@styled
def plot_input_gradient(images, gradients, titles):
    """Draw digits and, below each, the derivative of the cost with respect to its pixels.

    `images` and `gradients` (k, 64), k `titles`. Signs are written on the strongest pixels.
    """
    figure = Figure(figsize=(1.9 * len(images) + 1.2, 4.0))
    grid = figure.subplots(2, len(images), squeeze=False)
    limit = np.abs(gradients).max()
    for column, (pixels, gradient) in enumerate(zip(images, gradients, strict=True)):
        image(grid[0, column], pixels, cmap="gray_r", vmin=0, vmax=1)
        grid[0, column].set_title(titles[column], fontsize=9)
        drawn = image(grid[1, column], gradient, cmap=SIGNED, vmin=-limit, vmax=limit)
        write_signs(grid[1, column], gradient, limit)
    grid[0, 0].set_ylabel("image")
    grid[1, 0].set_ylabel("$dJ/dX$")
    figure.colorbar(drawn, ax=grid[1, :].tolist(), label="nats per unit of ink", shrink=0.9)
    return described(
        figure,
        f"Above, images: {'; '.join(titles)}. Below, the derivative of the cost with respect to each pixel "
        f"as an image, the strong pixels marked plus or minus. The largest absolute value is {limit:.1e}.",
    )


@styled
def plot_signals(signals, labels):
    """Draw the error signals of the layers as images, with a row for each example and a column for each unit.

    `signals` {name: (m, units)}; `labels` (m,) has the digit of each row, sorted.
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
    sizes = (f"{plain(name)} {np.sqrt((signal**2).mean()):.1e}" for name, signal in signals.items())
    return described(
        figure,
        f"Error signals of {len(signals)} layers as images, a row for each of {len(labels)} examples "
        f"sorted by digit, a column for each unit. Root mean squares: {', '.join(sizes)}.",
    )


@styled
def plot_vanishing(sizes, bound):
    """Draw the size of the error signal layer by layer for networks of several depths.

    `sizes` {name: (L,) root mean square of dZ of the layers 1 to L}; `bound` is the factor per layer of the
    guide line, which starts at the output of the deepest network.
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
    return described(
        figure,
        "Root mean square of dZ, logarithmic, against the number of layers walked back from the output, "
        f"beside a guide line with a factor of {bound:g} per layer. "
        + from_to({name: size[::-1] for name, size in sizes.items()}, ".0e"),
    )


@styled
def plot_saturation(scales, sizes, shares):
    """Draw how larger weights of the first layer change the error signal of that layer.

    `scales` (k,) are factors on W1 and b1; `sizes` {name: (k,) a measure of the size of dZ1}; `shares` (k,)
    are shares of saturated activations in the first layer, from 0 to 1.
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
    return described(
        figure,
        f"The size of dZ1 against the factor on the first layer's weights, {scales[0]:g} to "
        f"{scales[-1]:g}, both axes logarithmic. {from_to(sizes, '.0e')} The share of saturated "
        f"activations goes from {shares[0]:.0%} to {shares[-1]:.0%}.",
    )


@styled
def plot_learning(costs, step, outputs, labels):
    """Draw a moment of training: the costs up to now, and the network's outputs for the held-out images.

    `costs` (k, 2) are those of the training and of the held-out images at every step, `step` is the present
    one; `outputs` and `labels` (m,), the labels 0 or 1.
    """
    costs = np.asarray(costs)
    figure = Figure(figsize=(7.6, 2.8))
    left, right = figure.subplots(1, 2)
    for name, cost, (color, line, marker) in zip(("training", "held out"), costs.T, LINES, strict=False):
        left.semilogy(cost[: step + 1], line, color=color, label=name)
        left.plot([step], cost[step], marker, color=color)
    left.set(xlabel="steps of gradient descent", ylabel="cost $J$ (nats)", title=f"after {step} steps")
    left.set(xlim=(-0.02 * len(costs), 1.02 * len(costs)), ylim=(0.8 * costs.min(), 1.25 * costs.max()))
    left.legend(loc="lower left")
    for label, (color, _, marker) in zip((0, 1), LINES, strict=False):
        mine = outputs[labels == label]
        height = label + np.linspace(-0.3, 0.3, len(mine))  # spread, so that the marks stay apart
        right.plot(mine, height, marker, color=color, alpha=0.6, markersize=4)
    right.axvline(0.5, color="black", linestyle=":")
    right.set_yticks([0, 1], ["images of 0", "images of 1"])
    right.set(xlabel="output $a_3$ (probability of a 1)", xlim=(-0.03, 1.03), ylim=(-0.5, 1.5))
    right.set_title("held-out images")
    means = (f"{outputs[labels == label].mean():.3f} for images of {label}" for label in (0, 1))
    return described(
        figure,
        f"After {step} steps the cost is {costs[step, 0]:.4f} in training and {costs[step, 1]:.4f} held out. "
        f"The network's output for held-out images is on average {' and '.join(means)}.",
    )
