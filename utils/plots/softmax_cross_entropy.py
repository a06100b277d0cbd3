"""The pictures of the lesson on softmax and cross-entropy."""

import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from utils.plots.style import (
    BLUE,
    GREY,
    LINES,
    ORANGE,
    SIGNED,
    described,
    from_to,
    minus,
    plain,
    styled,
)


@styled
def plot_softmax(logits, exponentials, probabilities):
    """Draw the three steps from logits to probabilities as bars, with a panel for each step.

    `logits`, `exponentials` and `probabilities` (N,), all of one example.
    """
    steps = {
        "logits $z_k$": (logits, "value (no unit)"),
        "exponentials $e^{z_k}$": (exponentials, "value (no unit)"),
        "shares of the sum $p_k$": (probabilities, "probability"),
    }
    figure = Figure(figsize=(8.6, 2.9))
    panels = figure.subplots(1, 3)
    for axes, (title, (values, unit)) in zip(panels, steps.items(), strict=True):
        bars = axes.bar(range(len(values)), values, color=BLUE, width=0.6)
        axes.bar_label(bars, [minus(f"{value:.3f}") for value in values], padding=2, fontsize=9)
        axes.axhline(0, color="black", linewidth=0.8)
        axes.margins(y=0.2)
        axes.set_xticks(range(len(values)))
        axes.set(title=title, xlabel="class $k$", ylabel=unit)
    bars = (
        f"{plain(title)} " + ", ".join(f"{value:.3f}" for value in values)
        for title, (values, _) in steps.items()
    )
    return described(figure, f"Three bar charts with a bar for each class: {'; '.join(bars)}.")


@styled
def plot_surprise(p, loss, marks):
    """Draw the `loss` (k,) against the probability `p` (k,) of the right class.

    `marks` {label: probability} are points of the curve with a label.
    """
    figure = Figure(figsize=(6.6, 3.2))
    axes = figure.subplots()
    axes.plot(p, loss, color=BLUE)
    for label, x in marks.items():
        height = np.interp(x, p, loss)
        side = 1 if x < 0.9 else -1  # text on the right, or on the left where there is no more room
        axes.plot([x], [height], "o", color="black")
        axes.annotate(
            f"{label}: {abs(height):.2f}", (x, height), (x + 0.03 * side, height + 0.5),
            ha="left" if side > 0 else "right", arrowprops={"arrowstyle": "-", "linewidth": 0.8},
        )  # fmt: skip
    axes.set(xlabel="probability $p_y$ of the right class", ylabel=r"loss $\ell$ (nats)")
    axes.set_xticks(np.linspace(0, 1, 6))
    points = (f"{label} {abs(np.interp(x, p, loss)):.2f}" for label, x in marks.items())
    return described(
        figure,
        f"The loss against the probability of the right class: a curve from {loss[0]:.2f} at {p[0]:g} down "
        f"to {abs(loss[-1]):.2f} at {p[-1]:g}. Marked: {', '.join(points)}.",
    )


@styled
def plot_jacobian(J):
    """Draw a Jacobian `J` (N, N) as signed numbers, a row for each output and a column for each input."""
    figure = Figure(figsize=(4.6, 3.6))
    axes = figure.subplots()
    axes.grid(False)
    limit = np.abs(J).max()
    drawn = axes.imshow(J, cmap=SIGNED, vmin=-limit, vmax=limit)
    for (i, j), value in np.ndenumerate(J):
        color = "black" if value > 0 else "white"
        axes.text(j, i, minus(f"{value:+.3f}"), ha="center", va="center", color=color)
    axes.set_xticks(range(len(J)))
    axes.set_yticks(range(len(J)))
    axes.set(xlabel="logit $z_j$ that is nudged, $j$", ylabel="probability $p_i$ that answers, $i$")
    figure.colorbar(drawn, ax=axes, label=r"$\partial p_i / \partial z_j$ (no unit)")
    apart = J[~np.eye(len(J), dtype=bool)]
    diagonal = ", ".join(f"{entry:.3f}" for entry in np.diag(J))
    return described(
        figure,
        f"A grid of {len(J)} by {len(J)} signed numbers. On the diagonal {diagonal}; off it from "
        f"{apart.min():.3f} to {apart.max():.3f}.",
    )


@styled
def plot_error_signals(signals, labels):
    """Draw error signals p - y as images, a panel for each title, and frame the right class of every row.

    `signals` {title: (k, N)}; `labels` (k,) has the class of each row, sorted. Signs are written on strong
    entries.
    """
    figure = Figure(figsize=(4.2 * len(signals) + 0.9, 4.6))
    panels = figure.subplots(1, len(signals), squeeze=False)[0]
    for axes, (title, signal) in zip(panels, signals.items(), strict=True):
        axes.grid(False)
        drawn = axes.imshow(signal, cmap=SIGNED, vmin=-1, vmax=1, aspect="auto")
        for row, label in enumerate(labels):
            axes.add_patch(Rectangle((label - 0.5, row - 0.5), 1, 1, fill=False, ec="white", lw=1.5))
        _write_signs(axes, signal)
        axes.set_xticks(range(signal.shape[1]))
        axes.set_yticks([])
        axes.set(title=title, xlabel="class $k$ of the logit")
    panels[0].set_yticks(range(len(labels)), labels)
    panels[0].set_ylabel("label of the image, a row an image")
    figure.colorbar(drawn, ax=panels.tolist(), label=r"$p_k - \bar y_k$ (no unit)")
    right = np.eye(next(iter(signals.values())).shape[1], dtype=bool)[np.asarray(labels)]
    sizes = (
        f"{plain(title)}: on average {s[right].mean():+.2f} for the right class and "
        f"{s[~right].mean():+.2f} for another, {np.abs(s).max():.2f} in size at most."
        for title, s in signals.items()
    )
    return described(
        figure,
        f"Images of {len(labels)} rows, one for each example, and a column for each class. {' '.join(sizes)}",
    )


def _write_signs(axes, signal):
    """Write + or - on the entries of `signal` (k, N) that are more than 0.25 from 0."""
    for row, column in np.argwhere(np.abs(signal) > 0.25):
        positive = signal[row, column] > 0
        axes.text(
            column, row, "+" if positive else "\N{MINUS SIGN}", ha="center", va="center",
            color="black" if positive else "white", fontweight="bold",
        )  # fmt: skip


@styled
def plot_confusion(counts):
    """Draw a confusion matrix `counts` (N, N), a row for each true and a column for each predicted digit."""
    figure = Figure(figsize=(5.4, 4.6))
    axes = figure.subplots()
    axes.grid(False)
    drawn = axes.imshow(np.log1p(counts), cmap="Blues")
    dark = np.log1p(counts.max()) / 2
    for (row, column), count in np.ndenumerate(counts):
        if count:
            color = "white" if np.log1p(count) > dark else "black"
            axes.text(column, row, int(count), ha="center", va="center", color=color)
    axes.set_xticks(range(len(counts)))
    axes.set_yticks(range(len(counts)))
    axes.set(xlabel="digit that the network reads", ylabel="digit that is shown")
    bar = figure.colorbar(drawn, ax=axes, label="images")
    ticks = [n for n in (0, 1, 3, 10, 30, 100) if n <= counts.max()]
    bar.set_ticks(np.log1p(ticks), labels=ticks)
    mistakes = [
        f"{row} read as {column} ({n})" for (row, column), n in np.ndenumerate(counts) if n and row != column
    ]
    return described(
        figure,
        f"Confusion matrix, a row for each digit shown, a column for each digit read. {np.trace(counts)} "
        f"counts lie on the diagonal. Off it: {', '.join(mistakes) or 'none'}.",
    )


@styled
def plot_costs(costs, floor):
    """Draw learning curves {name: (k,)} on a logarithmic axis, and `floor`, a lower bound of one of them."""
    figure = Figure(figsize=(7.2, 3.4))
    axes = figure.subplots()
    for (name, cost), (color, line, _) in zip(costs.items(), LINES, strict=False):
        axes.semilogy(cost, line, color=color, label=name)
    axes.axhline(floor, color="black", linestyle=":", label=f"floor {floor:.4f}")
    axes.set(xlabel="steps of gradient descent", ylabel="cost as reported (nats)")
    axes.legend()
    return described(
        figure,
        f"The cost as it is reported, step by step, logarithmic. {from_to(costs, '.3f')} A dotted line marks "
        f"{floor:.4f}.",
    )


@styled
def plot_three_losses(gaps, losses):
    """Draw one loss computed in several ways, `losses` {name: (k,)}, against the difference of two logits.

    `gaps` (k,) are the differences. Where a loss becomes infinite its curve ends with a cross.
    """
    figure = Figure(figsize=(7.4, 3.8))
    axes = figure.subplots()
    for (name, loss), (color, line, marker) in zip(losses.items(), LINES, strict=False):
        finite = np.isfinite(loss)
        axes.loglog(gaps[finite], loss[finite], line, marker=marker, markevery=6, color=color, label=name)
        if not finite.all():
            end = np.flatnonzero(finite)[-1]
            axes.plot(gaps[end], loss[end], "x", color="black", markersize=11, markeredgewidth=2)
            axes.annotate(
                "inf from here on", (gaps[end], loss[end]), (gaps[end] * 0.9, loss[end] * 4),
                ha="right", arrowprops={"arrowstyle": "->"},
            )  # fmt: skip
    axes.set(xlabel="lead of the wrong logit over the right one (no unit)", ylabel=r"loss $\ell$ (nats)")
    axes.legend(loc="upper left")
    ends = (
        f"{name}: {loss[np.isfinite(loss)][-1]:.4g} at a lead of {gaps[np.isfinite(loss)][-1]:.4g}"
        + ("." if np.isfinite(loss).all() else ", and infinite beyond.")
        for name, loss in losses.items()
    )
    return described(
        figure,
        "The loss against the lead of the wrong logit, both axes logarithmic, computed in several ways. "
        + " ".join(ends),
    )


@styled
def plot_fits(x, target, curves, places):
    """Draw examples `x`, `target` (m,), and two fitted `curves` {name: (k,)} at the inputs `places` (k,)."""
    figure = Figure(figsize=(7.0, 3.6))
    axes = figure.subplots()
    axes.plot(x, target, "o", color=GREY, markersize=4, label="examples")
    for (name, curve), (color, line) in zip(curves.items(), ((BLUE, "-"), (ORANGE, "--")), strict=True):
        axes.plot(places, curve, line, color=color, label=name)
    axes.set(xlabel="input $x$ (no unit)", ylabel="target and prediction (no unit)")
    figure.legend(loc="outside upper center", ncols=3, fontsize=9)
    ranges = (f"{name} lies between {c.min():.1f} and {c.max():.1f}." for name, c in curves.items())
    return described(
        figure,
        f"Examples between {target.min():.1f} and {target.max():.1f}, and fitted curves. {' '.join(ranges)}",
    )
