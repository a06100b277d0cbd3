"""The picture in a verdict: where in an array the error sits."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Difference:
    """A wrong part's values beside the right ones."""

    part: str
    got: np.ndarray
    want: np.ndarray


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
        share = np.abs(difference.got - difference.want) / (np.abs(difference.want).max() or 1.0)
    if not np.all(np.isfinite(share)):
        return None
    alt = (
        f"Heat map of the error in {difference.part} on {where}: white is right, black is "
        f"{share.max():.2g} times the largest entry of the right answer. "
        f"{np.mean(share > 1e-9):.0%} of the entries are off."
    )
    return Picture(base64.b64encode(heat_map(share, difference.part)).decode(), alt)


def heat_map(share: np.ndarray, part: str) -> bytes:
    """A PNG of the error of each entry, in shares of the largest right entry.

    Drawn as a matrix, lying down if it is tall; three axes are stacked along the first.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    matrix = np.atleast_2d(share).reshape(-1, share.shape[-1])
    axes_labels = {"xlabel": "column", "ylabel": "row"}
    if matrix.shape[0] > 2 * matrix.shape[1]:
        matrix, axes_labels = matrix.T, {"xlabel": "row", "ylabel": "column"}
    height = 1.1 + 2.2 * min(1.0, matrix.shape[0] / matrix.shape[1])
    figure = Figure(figsize=(5.2, height), dpi=90, layout="tight")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    image = axes.imshow(matrix, cmap="Greys", vmin=0, aspect="auto")
    axes.set(title=f"error in {part}", **axes_labels)
    axes.locator_params(integer=True, nbins=5)
    figure.colorbar(image, label="share of the\nlargest entry")
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()
