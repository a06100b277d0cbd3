"""Invariants for exercises to choose from. No sentence gives a formula away."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from grader.lessons.exercise import Case, Invariant

ROUNDING = 1e-9
NUDGE = 1e-5
ACCURACY = 1e-6  # relative accuracy of a slope from central differences with step NUDGE


def of_part(part: str, holds: Callable[[np.ndarray], bool], sentence: str) -> Invariant:
    """An invariant of a single part: `holds(values)`."""
    return Invariant(sentence, lambda case, parts: bool(holds(parts[part])))


def between_0_and_1(part: str, sentence: str = "Some entries do not lie between 0 and 1.") -> Invariant:
    """Every entry of the part lies between 0 and 1, up to rounding."""
    return of_part(part, lambda values: np.all((values >= -ROUNDING) & (values <= 1 + ROUNDING)), sentence)


def not_negative(part: str, sentence: str = "It is negative, which no cost is.") -> Invariant:
    """No entry of the part is negative, up to rounding."""
    return of_part(part, lambda values: np.all(values >= -ROUNDING), sentence)


def rows_sum_to(total: float, part: str, sentence: str) -> Invariant:
    """Every row of the part sums to `total`, up to rounding."""

    def holds(rows):
        return np.all(np.abs(rows.sum(axis=-1) - total) <= ROUNDING * max(1.0, np.abs(rows).max(initial=0)))

    return of_part(part, holds, sentence)


def symmetric(part: str) -> Invariant:
    """The part is a symmetric matrix, up to rounding."""

    def holds(matrix):
        return np.abs(matrix - matrix.T).max(initial=0) <= ROUNDING * np.abs(matrix).max(initial=0) + 1e-12

    return of_part(part, holds, f"Your `{part}` is not symmetric.")


def slopes(
    cost: Callable[[Case, Mapping[str, np.ndarray]], float],
    at: Callable[[Case], Mapping[str, np.ndarray]],
    nudged: str = "the inputs of the cost",
    output: str = "it",
) -> Invariant:
    """Gradients agree with central differences of the cost in a random direction.

    The sentence says "Nudge `nudged`, and `output` changes by another amount than this gradient says."

    `at(case)` returns arrays under the names of the parts that are the gradients with respect to them, and
    `cost(case, arrays)` is the number whose gradients they are. Saturated cases are left out: there rounding
    hides the effect of a nudge.
    """

    def holds(case: Case, parts: Mapping[str, np.ndarray]) -> bool:
        if "saturated" in case.tags:
            return True
        rng = np.random.default_rng(0)
        arrays = {name: np.asarray(array, np.float64) for name, array in at(case).items()}
        return all(
            _agrees(rng, partial_cost(name, arrays, case), arrays[name], parts[name]) for name in arrays
        )

    def partial_cost(name, arrays, case):
        return lambda array: cost(case, {**arrays, name: array})

    sentence = f"Nudge {nudged}, and {output} changes by another amount than this gradient says."
    return Invariant(sentence, holds)


def _agrees(rng, cost, array: np.ndarray, gradient: np.ndarray) -> bool:
    """Whether the gradient predicts the rise of the cost in a random direction.

    The direction moves an entry by no more than its own size, so that logarithms of small entries exist.
    """
    direction = rng.normal(size=array.shape) * np.where(array == 0, 1.0, np.minimum(np.abs(array), 1.0))
    up, down = cost(array + NUDGE * direction), cost(array - NUDGE * direction)
    rise, predicted = (up - down) / (2 * NUDGE), float((gradient * direction).sum())
    size = float(np.abs(gradient * direction).sum())
    return abs(rise - predicted) <= ACCURACY * (abs(rise) + size + abs(up))
