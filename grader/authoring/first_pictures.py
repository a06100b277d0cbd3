"""The first picture of each lesson, a PNG beside its notebook, since GitHub and nbviewer run no cell.

Markdown names it by its path in the same folder: that works in JupyterLab, VS Code, a course folder and a
wheel, on GitHub (which does not show an SVG so) and nbviewer. On Colab the picture's text is in its place.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from utils.data import load_digits
from utils.network import backward, forward, initialize
from utils.plots import (
    automatic_differentiation,
    forward_propagation,
    list_of_layers,
    logistic_regression,
    matching_keras,
    plot_network,
)

DPI = 110
_ALIKE = 1.5
"""The mean difference of grey values, 0 to 255, of pictures by different versions of a font's renderer."""


def write_first_picture(lesson: str, folder: Path) -> Path | None:
    """Write the first picture of `lesson` into `folder` and return its file; None for a lesson without one.

    A picture that is there and looks the same stays as it is: its bytes depend on versions of libraries.
    """
    if lesson not in _PICTURES:
        return None
    file, drawn = folder / f"{lesson}.png", _png(_PICTURES[lesson]())
    if not (file.is_file() and _look_alike(drawn, file.read_bytes())):
        file.write_bytes(drawn)
    return file


def _png(figure: Figure) -> bytes:
    """The figure as a PNG of few colours, which is small."""
    stream, small = io.BytesIO(), io.BytesIO()
    figure.savefig(stream, format="png", dpi=DPI, facecolor="white")
    Image.open(stream).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
    return small.getvalue()


def _look_alike(one: bytes, other: bytes) -> bool:
    first, second = (
        np.asarray(Image.open(io.BytesIO(png)).convert("L"), dtype=float) for png in (one, other)
    )
    return first.shape == second.shape and np.abs(first - second).mean() < _ALIKE


def _drift() -> Figure:
    """How two trainings part that start with a difference in the twelfth digit."""
    X, y = load_digits(classes=(0, 1))
    Y = y[:, np.newaxis].astype(float)
    return matching_keras.plot_differences(
        {f"learning rate {rate:g}": _differences(X, Y, rate) for rate in (0.1, 8.0)},
        "one network, trained twice from starts that differ in the twelfth digit",
    )


def _differences(X: np.ndarray, Y: np.ndarray, rate: float, epochs: int = 150) -> np.ndarray:
    """The relative difference of the first layer's weights after each epoch."""
    runs = [initialize([64, 25, 15, 1], seed=3) for _ in range(2)]
    runs[1]["W1"] = runs[1]["W1"] * (1 + 1e-12)
    found = []
    for _ in range(epochs):
        for params in runs:
            gradients = backward(params, forward(X, params)[1], Y)
            for name in params:
                params[name] = params[name] - rate * gradients[f"d{name}"]
        found.append(np.abs(runs[0]["W1"] - runs[1]["W1"]).max() / np.abs(runs[0]["W1"]).max())
    return np.array(found)


_TAPE = [
    ("matmul", ("X", "W1"), "P1"),
    ("add", ("P1", "b1"), "Z1"),
    ("sigmoid", ("Z1",), "A1"),
    ("matmul", ("A1", "W2"), "P2"),
    ("add", ("P2", "b2"), "Z2"),
    ("sigmoid", ("Z2",), "A2"),
]

_PICTURES: dict[str, Callable[[], Figure]] = {
    "01_logistic_regression": logistic_regression.plot_three_steps,
    "02_forward_propagation": lambda: forward_propagation.plot_layer(6, 8, 5, example=3, unit=2),
    "03_backpropagation": lambda: plot_network([64, 25, 15, 1]),
    "04_softmax_cross_entropy": lambda: plot_network([64, 25, 15, 10]),
    "05_matching_keras": _drift,
    "06_automatic_differentiation": lambda: automatic_differentiation.plot_tape(_TAPE),
    "07_list_of_layers": lambda: list_of_layers.plot_layers(
        ["dense 64 → 25", "leaky ReLU", "dense 25 → 15", "leaky ReLU", "dense 15 → 2", "sigmoid"]
    ),
}
