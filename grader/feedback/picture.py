"""The picture in a verdict: a map of the error in signs, which shows its place and its direction."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from grader.diagnosis.compare import ABSOLUTE_TOLERANCE, constant_ratio

ROUNDING = 1e-9  # smaller errors, relative to the largest right entry, are mostly due to rounding
ROUNDING_STEPS = 16  # as many steps of a coarser dtype are due to its rounding
MAX_ROWS, MAX_COLUMNS = 12, 25
COLUMNS_PER_LABEL = 5


@dataclass(frozen=True)
class Difference:
    """A wrong part's values `got` and the right ones `want`, of one shape.

    `axes` names their axes, "" for an axis without a name. Errors up to `tolerance`, relative to the largest
    right entry, are none.
    """

    part: str
    got: np.ndarray
    want: np.ndarray
    axes: tuple[str, ...] = ()
    tolerance: float = ROUNDING


@dataclass(frozen=True)
class Row:
    """A row of the map: its label, and pairs of a background colour and the signs that have it."""

    label: str
    runs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Picture:
    """A map of signs, each two characters wide, and sentences that say the same.

    `legend` explains the signs, `header` labels the columns. An error due to rounding alone has no map.
    """

    legend: str
    words: str
    header: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()


# A sign and a translucent background, which leaves the text readable on a light page and on a dark one.
_RIGHT = ("", "· ")
_LARGE, _LARGER = ("#d626", "+ "), ("#d62a", "++")
_SMALL, _SMALLER = ("#27d5", "− "), ("#27da", "−−")


def picture(difference: Difference | None, case_label: str) -> Picture | None:
    """The map of the error.

    None where it would not help: for fewer than 4 entries, more than 3 axes, errors that are not finite, or
    one factor between all entries and the right ones, since it would show the signs of these.
    """
    if difference is None or difference.want.size < 4 or difference.want.ndim > 3:
        return None
    scale = np.abs(difference.want).max() or 1.0
    with np.errstate(over="ignore"):
        error = (difference.got - difference.want) / scale
    if not np.all(np.isfinite(error)):
        return None
    subject = f"Error in {difference.part} on {case_label}"
    largest = np.abs(error).max()
    error = np.where(np.abs(error) > _rounding(difference, scale), error, 0.0)
    if not error.any():
        return Picture(f"{subject}:", f"rounding alone, up to {largest:.1g} times the largest right entry.")
    if constant_ratio(difference.got, difference.want) is not None:
        return None
    matrix, column_name, row_name = _wide_matrix(error, difference.axes)
    bins, (height, width) = _binned(matrix)
    legend = (
        f"{subject}: + above the right value, − below, doubled from half of the largest error on, · right."
    )
    if max(height, width) > 1:
        legend += f" Each sign is for the largest error among {height} × {width} entries."
    labels = _row_labels(len(bins), height, row_name)
    runs = map(_runs, bins / np.abs(bins).max())
    return Picture(
        legend,
        _in_words(error, difference.axes),
        _header(bins.shape[1], width, column_name, len(labels[0])),
        tuple(map(Row, labels, runs)),
    )


def _rounding(difference: Difference, scale: float) -> float:
    """The largest error that is due to rounding, relative to the largest right entry."""
    dtype = difference.got.dtype
    step = float(np.finfo(dtype).eps) if dtype.kind == "f" else 0.0
    return max(difference.tolerance, ROUNDING_STEPS * step, ABSOLUTE_TOLERANCE / scale)


def _in_words(error: np.ndarray, axes: tuple[str, ...]) -> str:
    """The extent, the direction and the place of the error."""
    high, low = np.mean(error > 0), np.mean(error < 0)
    worst = np.unravel_index(np.abs(error).argmax(), error.shape)
    names = [axis or ("row", "column", "layer")[i] for i, axis in enumerate(axes or ("",) * error.ndim)]
    place = ", ".join(f"{name} {index}" for name, index in zip(names, worst, strict=True))
    return (
        f"{high + low:.0%} of the entries are off, {high:.0%} above the right value and {low:.0%} below it. "
        f"The largest error is {np.abs(error).max():.2g} times the largest right entry, at {place} (counted "
        "from 0)."
    )


def _wide_matrix(error: np.ndarray, axes: tuple[str, ...]) -> tuple[np.ndarray, str, str]:
    """The error as a matrix that is at most twice as tall as wide, and the names of its columns and rows.

    Of three axes the first two become rows.
    """
    names = [axis or kind for axis, kind in zip(axes or ("",) * 2, ("row", "column"), strict=False)]
    if error.ndim == 1:
        return error[np.newaxis], (axes or ("",))[0] or "entry", ""
    if error.ndim == 3:
        names = [" and ".join(filter(None, axes[:2])) or "row", axes[2] or "column"] if axes else names
    matrix = error.reshape(-1, error.shape[-1])
    if matrix.shape[0] > 2 * matrix.shape[1]:
        return matrix.T, names[0], names[1]
    return matrix, names[1], names[0]


def _binned(matrix: np.ndarray) -> tuple[np.ndarray, tuple[int, int]]:
    """The matrix with at most `MAX_ROWS` x `MAX_COLUMNS` entries, and the shape of the block each is for.

    An entry is that of its block with the largest magnitude.
    """
    height, width = (
        -(-size // most) for size, most in zip(matrix.shape, (MAX_ROWS, MAX_COLUMNS), strict=True)
    )
    for axis, step in enumerate((height, width)):
        starts = np.arange(0, matrix.shape[axis], step)
        highest, lowest = (f.reduceat(matrix, starts, axis=axis) for f in (np.maximum, np.minimum))
        matrix = np.where(highest >= -lowest, highest, lowest)
    return matrix, (height, width)


def _header(columns: int, width: int, name: str, margin: int) -> tuple[str, str]:
    """The name of the columns, and the first of each fifth one's entries, counted from 0."""
    numbers = (f"{i * width:<{2 * COLUMNS_PER_LABEL}}" for i in range(0, columns, COLUMNS_PER_LABEL))
    return " " * margin + name, " " * margin + "".join(numbers).rstrip()


def _row_labels(rows: int, height: int, name: str) -> list[str]:
    """The first of each row's entries, counted from 0, after the name of the rows; "" without a name."""
    if not name:
        return [""] * rows
    digits = len(str((rows - 1) * height))
    return [f"{name if i == 0 else '':<{len(name)}} {i * height:>{digits}} " for i in range(rows)]


def _runs(row: np.ndarray) -> tuple[tuple[str, str], ...]:
    """Entries from -1 to 1 as signs, neighbours with the same colour together."""
    signs = map(_sign, row)
    return tuple((colour, "".join(s for _, s in run)) for colour, run in groupby(signs, lambda sign: sign[0]))


def _sign(entry: float) -> tuple[str, str]:
    if entry == 0:
        return _RIGHT
    if abs(entry) < 0.5:
        return _LARGE if entry > 0 else _SMALL
    return _LARGER if entry > 0 else _SMALLER
