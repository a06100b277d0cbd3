"""Single layers to probe an exercise with: the input of each, its weights and the error signal behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from grader.lessons.draws import nonzero_integers, normals, signs, with_zeros_and_equal_rows
from grader.lessons.exercise import Case
from utils.network import sigmoid

UNUSUAL = "a layer of shape (4, 3)"
LAYERS = (
    # label, m, n_in, n_out, tags
    ("the lesson's second layer", 12, 25, 15, {"lesson"}),
    (UNUSUAL, 6, 4, 3, set()),
    ("a square layer with as many examples", 4, 4, 4, {"square"}),
    ("integer inputs", 5, 3, 4, {"integer"}),
    ("saturated units", 8, 5, 6, {"saturated"}),
    ("nothing but saturated units", 6, 4, 5, {"saturated", "all saturated"}),
    ("a single example", 1, 5, 3, {"one example"}),
    ("a layer of one unit", 7, 3, 1, {"one unit"}),
    ("a layer with one input", 5, 1, 2, {"one unit"}),
)


@dataclass(frozen=True)
class Layer:
    """A layer with weights `W` `(n_in, n_out)` and error signal `dZ` `(m, n_out)`.

    `Z` `(m, n_in)` are the pre-activations of the layer before, `A` its activations: this layer's input.
    """

    label: str
    Z: np.ndarray
    W: np.ndarray
    dZ: np.ndarray
    tags: frozenset[str]

    @property
    def A(self) -> np.ndarray:
        return sigmoid(self.Z)

    @property
    def counts(self) -> dict[str, int]:
        m, units = self.dZ.shape
        return {"m": m, "inputs": len(self.W), "units": units, "entries": m * units}

    def case(self, *arguments) -> Case:
        """The case of these arguments, with the layer for context."""
        return Case(self.label, arguments, self.tags, self.counts, context=self)


def layers(rng: np.random.Generator, draw_integers: Callable) -> Iterator[Layer]:
    """Draw a layer for each row of `LAYERS`, one at a time.

    `draw_integers(rng, shape)` draws weights and error signal of layers with the tag `integer`.
    """
    for label, m, n_in, n_out, tags in LAYERS:
        draw = draw_integers if "integer" in tags else normals
        Z = rng.normal(scale=1.5, size=(m, n_in))
        if "all saturated" in tags:
            Z = far_from_zero(rng, Z.shape)
        elif "saturated" in tags:
            Z *= 30 / np.abs(Z).max()
        W, dZ = draw(rng, (n_in, n_out)), draw(rng, (m, n_out))
        if label == UNUSUAL:
            Z, W, dZ = map(with_zeros_and_equal_rows, (Z, W, dZ))
            dZ[-1] = -dZ[0]
        yield Layer(label, Z, W, dZ, frozenset(tags))


def further_layers(rng: np.random.Generator) -> Iterator[Layer]:
    """Draw layers with floats in the signal or in the weights alone, and one with a large signal."""
    m, n_in, n_out = 4, 3, 2
    for label, draw_weights, draw_signal, scale, tags in (
        ("floats in dZ alone", integers, normals, 1, {"integer"}),
        ("integers in dZ alone", normals, integers, 1, {"integer"}),
        ("a large signal", normals, normals, 1e5, set()),
    ):
        Z = rng.normal(scale=1.5, size=(m, n_in))
        W, dZ = draw_weights(rng, (n_in, n_out)), draw_signal(rng, (m, n_out)) * scale
        yield Layer(label, Z, W, dZ, frozenset(tags))


def integers(rng: np.random.Generator, shape) -> np.ndarray:
    """Draw integers from -3 to 3 other than 0, dtype int64."""
    return nonzero_integers(rng, shape, largest=3)


def far_from_zero(rng: np.random.Generator, shape) -> np.ndarray:
    """Draw pre-activations so far from 0 that clipping their sigmoid to 1e-9 shows in its slope."""
    return rng.uniform(18, 24, size=shape) * signs(rng, shape)
