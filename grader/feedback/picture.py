"""The picture in a verdict: where in an array the error sits, and in which direction."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np

OFF = 1e-9  # errors below this share of the largest right entry are rounding


@dataclass(frozen=True)
class Difference:
    """A wrong part's values beside the right ones; `axes` names their axes, "" for one without a name."""

    part: str
    got: np.ndarray
    want: np.ndarray
    axes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A PNG in base64 and the words for those who can't see it."""

    data: str
    alt: str


def picture(difference: Difference | None, where: str) -> Picture | None:
    """The error as a heat map; None where a picture would not help: a few numbers, or many axes."""
    if difference is None or difference.want.size < 4 or difference.want.ndim > 3:
        return None
    with np.errstate(over="ignore"):
        share = (difference.got - difference.want) / (np.abs(difference.want).max() or 1.0)
    if not np.all(np.isfinite(share)):
        return None
    alt = f"Heat map of the error in {difference.part} on {where}: {_in_words(share, difference.axes)}"
    return Picture(base64.b64encode(heat_map(share, difference)).decode(), alt)


def _in_words(share: np.ndarray, axes: tuple[str, ...]) -> str:
    """The same for those who can't see it: the extent, the direction and the place of the error."""
    off = np.abs(share) > OFF
    high, low = np.mean(share > OFF), np.mean(share < -OFF)
    worst = np.unravel_index(np.abs(share).argmax(), share.shape)
    names = [axis or ("row", "column", "layer")[i] for i, axis in enumerate(axes or ("",) * share.ndim)]
    place = ", ".join(f"{name} {index}" for name, index in zip(names, worst, strict=True))
    return (
        f"white is right, red too large, blue with a dot too small. {np.mean(off):.0%} of the entries are "
        f"off, {high:.0%} too large and {low:.0%} too small. The largest error is {np.abs(share).max():.2g} "
        f"times the largest right entry, at {place} (counted from 0)."
    )


def heat_map(share: np.ndarray, difference: Difference) -> bytes:
    """A PNG of the signed error of each entry, in shares of the largest right entry.

    Drawn as a matrix, lying down if it is tall; three axes are stacked along the first.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    matrix, xlabel, ylabel = _lying(share, difference.axes)
    flat = matrix.shape[0] < 0.3 * matrix.shape[1]
    height = 2.1 if flat else 1.1 + 2.2 * min(1.0, matrix.shape[0] / matrix.shape[1])
    figure = Figure(figsize=(5.2, height), dpi=90, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    largest = np.abs(share).max()
    image = axes.imshow(matrix, cmap="RdBu_r", vmin=-largest, vmax=largest, aspect="auto")
    _dot(axes, matrix / (largest or 1.0))
    axes.set(title=f"error in {difference.part}: red too large, blue with a dot too small")
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.title.set_fontsize("medium")
    axes.locator_params(integer=True, nbins=5)
    if min(matrix.shape) == 1:
        axes.set_yticks([])
    where = {"orientation": "horizontal", "aspect": 40} if flat else {}
    figure.colorbar(image, label="times the largest\nright entry", **where)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def _dot(axes, matrix: np.ndarray) -> None:
    """Put a dot on entries that are too small, for whoever can't tell the colours; matrix from -1 to 1."""
    for colour, entries in (("black", (matrix > -0.6) & (matrix < -0.05)), ("white", matrix <= -0.6)):
        rows, columns = np.nonzero(entries)
        axes.plot(columns, rows, ".", color=colour, markersize=min(5.0, 100 / max(matrix.shape)))


def _lying(share: np.ndarray, axes: tuple[str, ...]) -> tuple[np.ndarray, str, str]:
    """The errors as a matrix that is not much taller than wide, with the labels of its x and y axis."""
    names = [axis or kind for axis, kind in zip(axes or ("",) * 2, ("row", "column"), strict=False)]
    if share.ndim == 1:
        return share[np.newaxis], (axes or ("",))[0] or "entry", ""
    if share.ndim == 3:
        names = [" and ".join(filter(None, axes[:2])) or "row", axes[2] or "column"] if axes else names
    matrix = share.reshape(-1, share.shape[-1])
    if matrix.shape[0] > 2 * matrix.shape[1]:
        return matrix.T, names[0], names[1]
    return matrix, names[1], names[0]
