"""References as another device might have computed them: off by a few units in the last place, in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from grader.diagnosis.references import Draw, Parts, References, compute
from grader.lessons import Exercise

ULPS = 4
EXACT = {
    "loss": "the last digits of a prediction next to 1 say how far it is from 1",
    "binary_cross_entropy": "the last digits of a prediction next to 1 say how far it is from 1",
    "accuracy": "labels are equal or not",
    "predict_classes": "what is exactly one half, or a tie, decides the class",
    "standardize": "a feature is constant if its values are exactly equal",
}
"""Exercises whose arguments stay as they are, with the reason why their answers jump."""


class PerturbedReferences(References):
    """References computed from perturbed arguments and perturbed themselves; the cases stay as they are."""

    def __init__(self, seed: int = 0):
        super().__init__()
        self._rng = np.random.default_rng(seed)

    def _want(self, exercise: Exercise, drawn: Draw, place: int) -> Parts:
        case = drawn.cases[place]
        if exercise.name not in EXACT:
            case = replace(case, arguments=perturbed(self._rng, case.arguments))
        return perturbed(self._rng, compute(exercise, case))


def perturbed(rng: np.random.Generator, value: Any) -> Any:
    """A copy in which each float, in arrays, dicts, lists and tuples, is off by up to `ULPS` units."""
    if isinstance(value, Mapping):
        return {name: perturbed(rng, entry) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(perturbed(rng, entry) for entry in value)
    if isinstance(value, float):
        return float(value + rng.integers(-ULPS, ULPS + 1) * np.spacing(value))
    if isinstance(value, np.ndarray) and value.dtype == np.float64:
        steps = rng.integers(-ULPS, ULPS + 1, size=value.shape) * (value != 0)
        return np.asarray(value + steps * np.spacing(value))
    return value
