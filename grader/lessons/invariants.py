"""What right answers have in common, for exercises to choose from. No sentence gives a formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from grader.lessons.exercise import Case, Invariant

ROUNDING = 1e-9
NUDGE = 1e-5
NUDGED = 1e-6  # how well a difference over nudges tells a slope


def of(part: str, holds: Callable[[np.ndarray], bool], sentence: str) -> Invariant:
    """An invariant of one part alone."""
    return Invariant(sentence, lambda case, parts: bool(holds(parts[part])))


def between_0_and_1(part: str, sentence: str = "Some entries do not lie between 0 and 1.") -> Invariant:
    return of(part, lambda values: np.all((values >= -ROUNDING) & (values <= 1 + ROUNDING)), sentence)


def not_negative(part: str, sentence: str = "It is negative, which no cost is.") -> Invariant:
    return of(part, lambda values: np.all(values >= -ROUNDING), sentence)


def rows_sum_to(total: float, part: str, sentence: str) -> Invariant:
    def holds(rows):
        return np.all(np.abs(rows.sum(axis=-1) - total) <= ROUNDING * max(1.0, np.abs(rows).max(initial=0)))

    return of(part, holds, sentence)


def symmetric(part: str) -> Invariant:
    def holds(matrix):
        return np.abs(matrix - matrix.T).max(initial=0) <= ROUNDING * np.abs(matrix).max(initial=0) + 1e-12

    return of(part, holds, "It is not symmetric.")


def slopes(
    cost: Callable[[Case, Mapping[str, np.ndarray]], float],
    at: Callable[[Case], Mapping[str, np.ndarray]],
    sentence: str = "Nudge the inputs of the cost, and it changes by another amount than this gradient says.",
) -> Invariant:
    """A gradient agrees with what a nudge does to the cost.

    `at(case)` are the arrays, by the name of the part that is the gradient with respect to them, and
    `cost(case, arrays)` is the number whose gradient it is.
    """

    def holds(case: Case, parts: Mapping[str, np.ndarray]) -> bool:
        if "saturated" in case.tags:
            return True  # rounding hides what a nudge does there
        rng = np.random.default_rng(0)
        arrays = {name: np.asarray(array, np.float64) for name, array in at(case).items()}
        return all(
            _agrees(rng, partial_cost(name, arrays, case), arrays[name], parts[name]) for name in arrays
        )

    def partial_cost(name, arrays, case):
        return lambda array: cost(case, {**arrays, name: array})

    return Invariant(sentence, holds)


def _agrees(rng, cost, array: np.ndarray, gradient: np.ndarray) -> bool:
    """Whether the cost rises as the gradient says, in a random direction; small entries move little."""
    direction = rng.normal(size=array.shape) * np.where(array == 0, 1.0, np.minimum(np.abs(array), 1.0))
    up, down = cost(array + NUDGE * direction), cost(array - NUDGE * direction)
    rise, said = (up - down) / (2 * NUDGE), float((gradient * direction).sum())
    size = float(np.abs(gradient * direction).sum())
    return abs(rise - said) <= NUDGED * (abs(rise) + size + abs(up))
