"""The pictures of the lesson on automatic differentiation."""

import numpy as np
from matplotlib.figure import Figure

from utils.plots.style import (
    BLUE,
    GREEN,
    GREY,
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
def plot_jacobians(jacobians):
    """Draw Jacobians {title: (K, N)} as images, with a row for each output and a column for each input."""
    figure = Figure(figsize=(8.6, 3.3))
    for axes, (title, jacobian) in zip(figure.subplots(1, len(jacobians)), jacobians.items(), strict=True):
        limit = np.abs(jacobian).max()
        axes.grid(False)
        drawn = axes.imshow(jacobian, cmap=SIGNED, vmin=-limit, vmax=limit)
        rows, columns = jacobian.shape
        for row, column in zip(*np.nonzero(jacobian == 0), strict=True):
            axes.plot(column, row, ".", color="white", markersize=2)
        axes.set(
            title=title, xlabel=f"entry of the input ({columns})", ylabel=f"entry of the output ({rows})"
        )
        axes.set_xticks([])
        axes.set_yticks([])
        figure.colorbar(drawn, ax=axes, shrink=0.8, label="derivative (no unit)")
    counts = (
        f"{title}: {np.count_nonzero(J)} of {J.size} entries are not zero." for title, J in jacobians.items()
    )
    return described(figure, f"Jacobians as images, a dot on each zero. {' '.join(counts)}")


@styled
def plot_tape(tape):
    """Draw a tape [(op, inputs, output), ...] with a column for each step and a line for each name.

    The line of a name starts at the step that computes it, or at the left edge if it is given, and ends at
    the last step that reads it. A square is a step that writes, a circle one that reads, two circles read
    twice.
    """
    names = list(dict.fromkeys(name for _, inputs, output in tape for name in (*inputs, output)))
    made = {output: step for step, (_, _, output) in enumerate(tape, start=1)}
    figure = Figure(figsize=(9.5, 0.8 + 0.235 * len(names)))
    axes = figure.subplots()
    for line, name in enumerate(names):
        reads = [step for step, (_, inputs, _) in enumerate(tape, start=1) for read in inputs if read == name]
        start, color = made.get(name, 0), BLUE if name in made else GREY
        axes.plot([start, max(reads, default=start)], [line, line], "-" if name in made else ":", color=color)
        axes.plot(reads, [line] * len(reads), "o", color="white", markeredgecolor="black")
        for step in {step for step in reads if reads.count(step) > 1}:
            axes.plot([step], [line], "o", color="white", markeredgecolor="black", markersize=10, zorder=2)
        if name in made:
            axes.plot([start], [line], "s", color=BLUE, markersize=6)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    ticks = [f"{step}\n{op}" for step, (op, _, _) in enumerate(tape, start=1)]
    axes.set_xticks(range(1, len(tape) + 1), ticks, fontsize=7.5)
    axes.set(xlabel="step (square: writes, circle: reads; dotted: given)", xlim=(-0.3, len(tape) + 0.5))
    axes.set_ylim(len(names) - 0.4, -0.6)
    twice = [name for name in names if sum(inputs.count(name) for _, inputs, _ in tape) > 1]
    return described(
        figure,
        f"A tape like a score, one column for each of its {len(tape)} steps, one line for each of its "
        f"{len(names)} names. A line begins where a step writes the name, or at the left edge if it is "
        "given, and ends with the last step that reads it. Read more than once: "
        f"{', '.join(twice) or 'none'}.",
    )


FORK = {"a": (0.8, 2.2), "b": (0.8, 0.8), "p": (3.2, 0.8), "q": (3.2, 2.2), "r": (5.6, 1.5), "J": (7.8, 1.5)}
"""The places of the names of the lesson's tape with a fork, for `plot_walk`."""


@styled
def plot_walk(tape, places, values, gradients, contributions):
    """Draw a small tape as a computation graph, with the values and the gradients.

    `tape` [(op, inputs, output), ...]; `places` {name: (x, y)}; `values` and `gradients` {name: number};
    `contributions` {(output, input): what the output's gradient adds to the input's}.
    """
    right = max(x for x, _ in places.values()) + 1.0
    top = max(y for _, y in places.values()) + 1.1
    figure, axes = canvas(9.5, 3.9, right, top)
    ops = {output: op for op, _, output in tape}
    for name, (x, y) in places.items():
        face = "#fbe9d0" if name == tape[-1][2] else "#eef3f8"
        box(
            axes,
            x,
            y,
            0.9,
            0.62,
            f"${name}$ = {minus(f'{values[name]:.4f}')}\n{ops.get(name, 'given')}",
            face,
        )
        axes.text(x, y - 0.5, signed(gradients[name]), ha="center", va="center", color=ORANGE)
    for (output, name), number in contributions.items():
        (x, y), (x_end, y_end) = places[name], places[output]
        slope = (y_end - y) / (x_end - x)
        arrow(axes, (x + 0.48, y + 0.08 + 0.48 * slope), (x_end - 0.48, y_end + 0.08 - 0.48 * slope))
        back = ((x_end - 0.48, y_end - 0.12 - 0.48 * slope), (x + 0.48, y - 0.12 + 0.48 * slope))
        arrow(axes, *back, ORANGE, "--")
        middle = ((x + x_end) / 2, (y + y_end) / 2 - 0.12 - 0.12 * abs(slope))
        label = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
        axes.text(*middle, signed(number), ha="center", va="center", fontsize=9, color=ORANGE, bbox=label)
    axes.text(0.05, top - 0.25, "solid: values, forward", fontsize=9)
    axes.text(0.05, top - 0.5, "dashed: what walks back; under a box: its gradient", fontsize=9, color=ORANGE)
    edges = (f"{name} to {output}" for (output, name) in contributions)
    back = (f"{number:+.4f} from {output} to {name}" for (output, name), number in contributions.items())
    sums = (f"{name} {gradient:+.4f}" for name, gradient in gradients.items())
    return described(
        figure,
        f"A tape as a graph with values in boxes, arrows from {', '.join(edges)}. Dashed arrows walk back: "
        f"{', '.join(back)}. Under each box its gradient: {', '.join(sums)}.",
    )


@styled
def plot_time_of_a_step(sizes, times):
    """Draw the time of one step, forward and backward, against the size of its matrices, on logarithmic axes.

    `sizes` (k,) are numbers of rows and of columns; `times` {name: (k,) microseconds}.
    """
    figure = Figure(figsize=(7.4, 3.8))
    axes = figure.subplots()
    for (name, time), (color, line, marker) in zip(times.items(), LINES, strict=False):
        axes.loglog(sizes, time, line, marker=marker, color=color, label=name)
    axes.set_xticks(sizes, [f"{size} x {size}" for size in sizes])
    axes.minorticks_off()
    axes.set(xlabel="size of the matrices", ylabel="time of a step, there and back (µs)")
    axes.legend()
    return described(
        figure,
        f"Time of one step, forward and back, in microseconds, for matrices of {sizes[0]} to {sizes[-1]} "
        f"rows, both axes logarithmic. {from_to(times, '.3g')}",
    )


@styled
def plot_saliency(images, gradients, titles):
    """Draw digits and, below each, the derivative of the output with respect to its pixels.

    `images` and `gradients` (k, 64), k `titles`. Each gradient has its own scale; signs are written on the
    strongest pixels.
    """
    figure = Figure(figsize=(2.5 * len(images), 4.3))
    grid = figure.subplots(2, len(images), squeeze=False)
    for column, (pixels, gradient) in enumerate(zip(images, gradients, strict=True)):
        image(grid[0, column], pixels, cmap="gray_r", vmin=0, vmax=1)
        grid[0, column].set_title(titles[column], fontsize=9)
        limit = np.abs(gradient).max()
        drawn = image(grid[1, column], gradient, cmap=SIGNED, vmin=-limit, vmax=limit)
        write_signs(grid[1, column], gradient, limit)
        colorbar = figure.colorbar(drawn, ax=grid[1, column], shrink=0.8, format="%.0e")
        colorbar.ax.tick_params(labelsize=7)
    colorbar.set_label("per unit of ink")
    grid[0, 0].set_ylabel("image")
    grid[1, 0].set_ylabel("saliency")
    return described(
        figure,
        f"Above, images: {'; '.join(titles)}. Below, their saliency as images, the strong pixels marked "
        f"plus or minus, in size at most {', '.join(f'{np.abs(g).max():.1e}' for g in gradients)}.",
    )


@styled
def plot_changed(panels):
    """Draw images [(title, pixels (64,), is_change), ...] in one row.

    Changes share one signed scale, and signs are written on their strongest pixels.
    """
    figure = Figure(figsize=(1.9 * len(panels), 2.5))
    limit = max(np.abs(pixels).max() for _, pixels, is_change in panels if is_change)
    for axes, (title, pixels, is_change) in zip(figure.subplots(1, len(panels)), panels, strict=True):
        if is_change:
            image(axes, pixels, cmap=SIGNED, vmin=-limit, vmax=limit)
            write_signs(axes, pixels, limit)
        else:
            image(axes, pixels, cmap="gray_r", vmin=0, vmax=1)
        axes.set_title(title, fontsize=9)
    return described(
        figure, "Images of 8 by 8 in a row: " + "; ".join(plain(title) for title, _, _ in panels) + "."
    )


@styled
def plot_along(lengths, curves, threshold=0.5):
    """Draw the output against the length of a step from the image, for several directions.

    `lengths` (k,); `curves` {name: (k,) outputs}; a dotted line marks the `threshold`.
    """
    figure = Figure(figsize=(7.0, 3.2))
    axes = figure.subplots()
    for (name, curve), (color, line, marker) in zip(curves.items(), LINES, strict=False):
        axes.plot(lengths, curve, line, marker=marker, markevery=5, color=color, label=name)
    axes.axhline(threshold, color=GREEN, linestyle=":", linewidth=1.2)
    axes.text(lengths[0], threshold + 0.02, "read as 1 above this line", fontsize=9, color=GREEN)
    axes.set(xlabel="length of the step (units of ink)", ylabel="output $a$ (no unit)", ylim=(-0.03, 1.03))
    axes.legend()
    return described(
        figure,
        f"The output against the length of the step, {lengths[0]:g} to {lengths[-1]:g}, with a line at "
        f"{threshold:g}. {from_to(curves, '.3f')}",
    )
