"""The picture in a verdict: a heat map of the error, which shows its place and its direction."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np

ROUNDING = 1e-9  # smaller errors, relative to the largest right entry, are due to rounding


@dataclass(frozen=True)
class Difference:
    """A wrong part's values `got` and the right ones `want`, of one shape.

    `axes` names their axes, "" for an axis without a name.
    """

    part: str
    got: np.ndarray
    want: np.ndarray
    axes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A PNG in base64, and an alternative text that says the same."""

    data: str
    alt: str


def picture(difference: Difference | None, case_label: str) -> Picture | None:
    """The heat map of the error.

    None where it would not help: for fewer than 4 entries, more than 3 axes, or errors that are not finite.
    """
    if difference is None or difference.want.size < 4 or difference.want.ndim > 3:
        return None
    with np.errstate(over="ignore"):
        error = (difference.got - difference.want) / (np.abs(difference.want).max() or 1.0)
    if not np.all(np.isfinite(error)):
        return None
    alt = f"Heat map of the error in {difference.part} on {case_label}: {_in_words(error, difference.axes)}"
    return Picture(base64.b64encode(heat_map(error, difference)).decode(), alt)


def _in_words(error: np.ndarray, axes: tuple[str, ...]) -> str:
    """The extent, the direction and the place of the error, for the alternative text."""
    is_wrong = np.abs(error) > ROUNDING
    high, low = np.mean(error > ROUNDING), np.mean(error < -ROUNDING)
    worst = np.unravel_index(np.abs(error).argmax(), error.shape)
    names = [axis or ("row", "column", "layer")[i] for i, axis in enumerate(axes or ("",) * error.ndim)]
    place = ", ".join(f"{name} {index}" for name, index in zip(names, worst, strict=True))
    return (
        f"white is right, red too large, blue with a dot too small. {np.mean(is_wrong):.0%} of the entries "
        f"are off, {high:.0%} too large and {low:.0%} too small. The largest error is "
        f"{np.abs(error).max():.2g} times the largest right entry, at {place} (counted from 0)."
    )


def heat_map(error: np.ndarray, difference: Difference) -> bytes:
    """A PNG of the signed `error` of each entry, relative to the largest right entry.

    An array of one to three axes is drawn as a matrix, transposed if it is tall; of three axes the first two
    become rows.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    matrix, xlabel, ylabel = _wide_matrix(error, difference.axes)
    is_flat = matrix.shape[0] < 0.3 * matrix.shape[1]
    height = 2.1 if is_flat else 1.1 + 2.2 * min(1.0, matrix.shape[0] / matrix.shape[1])
    figure = Figure(figsize=(5.2, height), dpi=90, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    largest = np.abs(error).max()
    image = axes.imshow(matrix, cmap="RdBu_r", vmin=-largest, vmax=largest, aspect="auto")
    _mark_negative_entries(axes, matrix / (largest or 1.0))
    axes.set(title=f"error in {difference.part}: red too large, blue with a dot too small")
    axes.set(xlabel=xlabel, ylabel=ylabel)
    axes.title.set_fontsize("medium")
    axes.locator_params(integer=True, nbins=5)
    if min(matrix.shape) == 1:
        axes.set_yticks([])
    layout = {"orientation": "horizontal", "aspect": 40} if is_flat else {}
    figure.colorbar(image, label="times the largest\nright entry", **layout)
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def _mark_negative_entries(axes, matrix: np.ndarray) -> None:
    """Put a dot on the negative entries of `matrix`, from -1 to 1, so that colour is not the only sign."""
    for colour, entries in (("black", (matrix > -0.6) & (matrix < -0.05)), ("white", matrix <= -0.6)):
        rows, columns = np.nonzero(entries)
        axes.plot(columns, rows, ".", color=colour, markersize=min(5.0, 100 / max(matrix.shape)))


def _wide_matrix(error: np.ndarray, axes: tuple[str, ...]) -> tuple[np.ndarray, str, str]:
    """The error as a matrix that is at most twice as tall as wide, and the labels of its x and y axis."""
    names = [axis or kind for axis, kind in zip(axes or ("",) * 2, ("row", "column"), strict=False)]
    if error.ndim == 1:
        return error[np.newaxis], (axes or ("",))[0] or "entry", ""
    if error.ndim == 3:
        names = [" and ".join(filter(None, axes[:2])) or "row", axes[2] or "column"] if axes else names
    matrix = error.reshape(-1, error.shape[-1])
    if matrix.shape[0] > 2 * matrix.shape[1]:
        return matrix.T, names[0], names[1]
    return matrix, names[1], names[0]
