"""Ways to keep probabilities away from 0 and 1, where the slip `clipped` changes the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

SMALL = tuple(10.0**-k for k in range(4, 13))  # what gets added, or clipped to
VISIBLE = SMALL[:5]  # what shows in a probability: smaller numbers are within the tolerance


def clips(smallest: Iterable[float]) -> list[Callable]:
    """Return functions of an array that clip both of its ends, or the lower end alone."""
    return [_clip(low, high) for low in smallest for high in (1 - low, 1)]


def _clip(low, high):
    return lambda P: np.clip(P, low, high)


CLIPS = clips(SMALL)
