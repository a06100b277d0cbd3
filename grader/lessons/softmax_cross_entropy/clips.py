"""Ways to keep probabilities away from 0 and 1, where the slip `clipped` changes the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from grader.lessons.slips import small_numbers

SMALL = small_numbers(4, 12)  # what gets added, or clipped to
VISIBLE = small_numbers(4, 8)  # what shows in a probability: smaller numbers are within the tolerance


def clips(smallest: Iterable[float]) -> list[Callable]:
    """Functions of an array that clip both of its ends, or the lower end alone."""
    return [_clip(low, high) for low in smallest for high in (1 - low, 1)]


def _clip(low, high):
    return lambda P: np.clip(P, low, high)


def _add(epsilon):
    return lambda P: P + epsilon


CLIPS = clips(SMALL)
ADDITIONS = [_add(epsilon) for epsilon in SMALL]
