"""The pictures of the lesson on matching Keras with a NumPy network."""

import numpy as np
from matplotlib.figure import Figure

from utils.plots.style import (
    BLUE,
    GREY,
    LINES,
    ORANGE,
    described,
    from_to,
    plain,
    styled,
)

FLOOR = 1e-17  # where a difference of exactly 0 is drawn on a logarithmic axis
FORMATS = {"float32": np.finfo(np.float32).eps, "float64": np.finfo(np.float64).eps}


@styled
def plot_first_epoch(costs, running, before, after):
    """Draw an epoch batch by batch: each batch's cost, the loss shown so far, and the cost of all examples.

    `costs` (k,) are the batches' costs before their updates, `running` (k,) the losses shown after them;
    `before` and `after` are the costs of all examples at the start and at the end of the epoch.
    """
    figure = Figure(figsize=(7.2, 3.6))
    axes = figure.subplots()
    batches = np.arange(1, len(costs) + 1)
    axes.plot(batches, costs, "s", color=ORANGE, markersize=8, label="cost of this batch as it is met")
    axes.plot(batches, running, "-o", color=BLUE, label="loss shown so far")
    for cost, line, name in ((before, "--", "before"), (after, ":", "after")):
        axes.axhline(cost, color=GREY, linestyle=line, label=f"cost of all examples {name} the epoch")
    axes.set_xticks(batches)
    axes.set(xlabel="batch of the first epoch", ylabel="cost (nats)")
    figure.legend(loc="outside upper center", ncols=2, fontsize=9)
    return described(
        figure,
        f"The first epoch in {len(costs)} batches. Squares: the cost of each batch, "
        f"{', '.join(f'{cost:.3f}' for cost in costs)}. A line with circles: the loss that is shown so "
        f"far, from {running[0]:.3f} to {running[-1]:.3f}. Horizontal lines: the cost of all examples "
        f"before the epoch, {before:.3f}, and after it, {after:.3f}.",
    )


@styled
def plot_differences(differences, title=""):
    """Draw the difference of two runs after each epoch, on a logarithmic axis.

    `differences` {name: (k,) relative differences of the weights}. Dotted lines mark one rounding of float32
    and of float64.
    """
    figure = Figure(figsize=(7.4, 3.8))
    axes = figure.subplots()
    _draw_differences(axes, differences)
    axes.set(xlabel="epoch", title=title)
    figure.legend(loc="outside upper center", ncols=2, fontsize=9)
    return described(
        figure,
        "Difference of the weights of two runs against the epoch, logarithmic. "
        + from_to(differences, ".0e"),
    )


def _draw_differences(axes, differences):
    """Draw differences {name: (k,)} and the size of one rounding into `axes`."""
    for (name, difference), (color, line, marker) in zip(differences.items(), LINES, strict=False):
        epochs = np.arange(1, len(difference) + 1)
        drawn = np.maximum(difference, FLOOR)
        every = max(1, len(epochs) // 12)
        axes.semilogy(epochs, drawn, line, marker=marker, markevery=every, color=color, label=name)
    for name, step in FORMATS.items():
        axes.axhline(step, color=GREY, linestyle=":", linewidth=1)
        _write_beside(axes, step, f"one rounding\nof {name}")
    axes.set_ylim(FLOOR / 2, 10)
    axes.set_ylabel("difference of the weights\n(relative, no unit)")


def _write_beside(axes, y, words):
    """Write `words` to the right of the axes at the value `y`."""
    place = axes.get_yaxis_transform()
    axes.text(1.01, y, words, transform=place, va="center", fontsize=8.5, color=GREY)


@styled
def plot_parting(runs, nudged, epochs, sharpness):
    """Draw how runs diverge over the epochs, and below that the curvature that makes them diverge.

    `runs` {name: (k,)} are differences between two programs. `nudged` {name: (k,)}, with the same names, are
    differences between two runs of one program whose initial weights differ in one last digit. `sharpness`
    {name: (j,)} is the learning rate times the largest curvature after each of the `epochs` (j,).
    """
    figure = Figure(figsize=(7.6, 6.2))
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    _draw_differences(above, runs)
    for difference, (color, _, marker) in zip(nudged.values(), LINES, strict=False):
        every = np.arange(3, len(difference), 8)
        drawn = np.maximum(difference, FLOOR)[every]
        above.plot(every + 1, drawn, marker, color=color, markerfacecolor="white", markersize=7)
    for (name, values), (color, line, marker) in zip(sharpness.items(), LINES, strict=False):
        below.plot(epochs, values, line, marker=marker, color=color, label=name)
    below.axhline(2, color="black", linewidth=1)
    _write_beside(below, 2, "above 2\ndifferences\ngrow")
    above.set(xlabel="epoch", title="filled: NumPy and Keras; hollow: NumPy and NumPy, one last digit moved")
    below.set(xlabel="epoch", ylabel=r"$\eta\,\lambda$ (no unit)", ylim=(0, None))
    figure.legend(handles=below.get_lines()[:-1], loc="outside upper center", ncols=3, fontsize=9)
    largest = (f"{name}: at most {max(values):.1f}." for name, values in sharpness.items())
    return described(
        figure,
        "Above: difference of the weights against the epoch, logarithmic. Filled marks, two programs: "
        f"{from_to(runs, '.0e')} Hollow marks, one program twice: {from_to(nudged, '.0e')} Below: learning "
        f"rate times largest curvature, with a line at 2. {' '.join(largest)}",
    )


@styled
def plot_steps(names, steps):
    """Draw the typical size of one step for each parameter array, with a line for each optimiser.

    `names` are those of the k arrays; `steps` {optimiser: (k,) root mean squares}.
    """
    figure = Figure(figsize=(7.0, 3.3))
    axes = figure.subplots()
    for (optimiser, sizes), (color, line, marker) in zip(steps.items(), LINES, strict=False):
        axes.semilogy(names, sizes, line, marker=marker, color=color, markersize=7, label=optimiser)
    axes.set(xlabel="parameter, from the input to the output")
    axes.set(ylabel="root mean square\nof one step (no unit)")
    decades = np.log10([min(map(min, steps.values())), max(map(max, steps.values()))])
    axes.set_ylim(10.0 ** np.floor(decades[0]), 10.0 ** np.ceil(decades[1]))
    axes.legend()
    return described(
        figure,
        f"Size of one step for each parameter array, logarithmic, {plain(names[0])} to {plain(names[-1])}. "
        + from_to(steps, ".1e"),
    )


@styled
def plot_epochs_needed(rates, needed, limit):
    """Draw how many epochs a run needs for each learning rate.

    `rates` {name: (k,)}; `needed` {name: (k,) epochs, nan for more than `limit`}.
    """
    figure = Figure(figsize=(7.4, 3.8))
    axes = figure.subplots()
    for row, (name, epochs) in enumerate(needed.items()):
        color, line, marker = LINES[row]
        missed = np.isnan(epochs)
        axes.semilogx(rates[name], epochs, line, marker=marker, color=color, label=name)
        height = (1.05 + 0.06 * row) * limit  # above the limit, each name in a row of its own
        axes.plot(rates[name][missed], np.full(missed.sum(), height), marker, color=color, mfc="white")
    axes.axhline(limit, color=GREY, linewidth=1)
    words = f"hollow: not within {limit} epochs"
    axes.text(axes.get_xlim()[1], 1.28 * limit, words, ha="right", va="top", fontsize=9, color=GREY)
    axes.set(xlabel="learning rate (no unit)", ylabel="epochs needed", ylim=(0, 1.3 * limit))
    axes.set_yticks(np.linspace(0, limit, 7))
    figure.legend(loc="outside upper center", ncols=2, fontsize=9)
    best = (f"{name} {np.nanmin(epochs):g}" for name, epochs in needed.items() if not np.isnan(epochs).all())
    return described(
        figure,
        f"Epochs needed until the loss is below the goal, against the learning rate, at most {limit}. At "
        f"best: {', '.join(best)}.",
    )


@styled
def plot_activations(z, values, slopes):
    """Draw activations (k,) against `z` (k,) on the left and their derivatives on the right.

    `values` and `slopes` {name: (k,)}.
    """
    figure = Figure(figsize=(8.2, 3.3))
    for axes, curves, label in zip(
        figure.subplots(1, 2), (values, slopes), ("activation $g(z)$", "derivative $g'(z)$"), strict=True
    ):
        for (name, curve), (color, line, marker) in zip(curves.items(), LINES, strict=False):
            jumps = np.where(np.abs(np.diff(curve, prepend=curve[0])) > 0.5, np.nan, curve)
            axes.plot(z, jumps, line, marker=marker, markevery=20, color=color, label=name)
        axes.set(xlabel="$z$ (no unit)", ylabel=f"{label} (no unit)")
    figure.legend(handles=axes.get_lines(), loc="outside upper center", ncols=len(values), fontsize=9)
    return described(
        figure,
        f"Activations, on the left, and their derivatives, on the right, for z from {z[0]:g} to {z[-1]:g}. "
        f"Activations: {from_to(values, '.2f')} Derivatives: {from_to(slopes, '.2f')}",
    )


@styled
def plot_times(units, times):
    """Draw the time of one training step against the size of the hidden layers, on logarithmic axes.

    `units` (k,); `times` {name: (k,) seconds}.
    """
    figure = Figure(figsize=(7.2, 3.6))
    axes = figure.subplots()
    for (name, seconds), (color, line, marker) in zip(times.items(), LINES, strict=False):
        axes.loglog(units, 1e3 * np.asarray(seconds), line, marker=marker, color=color, label=name)
    axes.set_xticks(units, [str(number) for number in units])
    axes.minorticks_off()
    axes.set(xlabel="units of each of the two hidden layers", ylabel="one training step (ms)")
    axes.legend()
    in_ms = {name: 1e3 * np.asarray(seconds) for name, seconds in times.items()}
    return described(
        figure,
        f"Milliseconds of one training step with {units[0]} to {units[-1]} units in each hidden layer, "
        f"both axes logarithmic. {from_to(in_ms, '.3g')}",
    )
