"""What cases have: for each exercise, in how many cases an argument has a property, and where none has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from grader.lessons import Case, Exercise

SEED = 0
LARGE, TINY = 1e3, 1e-5


def arrays_of(case: Case) -> list[np.ndarray]:
    """All arrays among the arguments of a case; plain numbers and lists are no arrays."""
    return [array for argument in case.arguments for array in _arrays(argument)]


def _arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, dict):
        for entry in value.values():
            yield from _arrays(entry)
    elif isinstance(value, np.ndarray):
        yield value


def _any(holds: Callable[[np.ndarray], bool]) -> Callable[[Case], bool]:
    return lambda case: any(array.size > 0 and holds(array) for array in arrays_of(case))


def _is_integer(array) -> bool:
    return array.dtype.kind in "iu"


def _all_integers(case: Case) -> bool:
    return all(map(_is_integer, arrays_of(case)))


def _mixed(case: Case) -> bool:
    """Whether an argument, or all arrays of a dict, are integers and another argument has floats."""
    kinds = [[_is_integer(array) for array in _arrays(argument)] for argument in case.arguments]
    return any(kind and all(kind) for kind in kinds) and any(kind and not any(kind) for kind in kinds)


def _equal_rows(array) -> bool:
    return array.ndim == 2 and array.shape[0] > 1 and len(np.unique(array, axis=0)) < len(array)


def _deep(case: Case) -> bool:
    names = [name for argument in case.arguments if isinstance(argument, dict) for name in argument]
    sizes = [len(argument) - 1 for argument in case.arguments if isinstance(argument, list)]
    return "W10" in names or any(size >= 10 for size in sizes)


PROPERTIES: dict[str, Callable[[Case], bool]] = {
    "number": lambda case: any(isinstance(argument, (int, float)) for argument in case.arguments),
    "0-d": _any(lambda array: array.ndim == 0),
    "1 axis": _any(lambda array: array.ndim == 1),
    "2 axes": _any(lambda array: array.ndim == 2),
    "3 axes": _any(lambda array: array.ndim == 3),
    "one row": _any(lambda array: array.ndim == 2 and array.shape[0] == 1),
    "one column": _any(lambda array: array.ndim == 2 and array.shape[1] == 1),
    "square": _any(lambda array: array.ndim == 2 and array.shape[0] == array.shape[1] > 1),
    "wide": _any(lambda array: array.ndim == 2 and array.shape[0] < array.shape[1]),
    "tall": _any(lambda array: array.ndim == 2 and array.shape[0] > array.shape[1] > 1),
    "zeros": _any(lambda array: bool(np.any(array == 0))),
    "negative": _any(lambda array: bool(np.any(array < 0))),
    "large": _any(lambda array: np.abs(array).max() > LARGE),
    "tiny": _any(
        lambda array: 0 < np.abs(array).max() < TINY or bool(np.any((array != 0) & (np.abs(array) < TINY)))
    ),
    "equal rows": _any(_equal_rows),
    "integers": _all_integers,
    "mixed": _mixed,
    "by columns": _any(lambda array: not array.flags.c_contiguous),
    "10 layers": _deep,
}
"""Properties by the words for them; each is asked of a case."""


def counts(exercise: Exercise) -> dict[str, int]:
    """In how many cases of seed 0 an argument has each property, and how many have the shapes of another.

    The last tells of answers that are remembered by the shapes of what they are the answers to.
    """
    cases = exercise.cases(np.random.default_rng(SEED))
    found = {name: sum(map(holds, cases)) for name, holds in PROPERTIES.items()}
    return {**found, "same shapes": _repeated(cases)}


def _repeated(cases: Sequence[Case]) -> int:
    shapes = [repr([array.shape for array in arrays_of(case)]) for case in cases]
    return sum(shapes.count(one) > 1 for one in shapes)


# --- Holes ------------------------------------------------------------------------------------------

_ANY_SHAPE = {"sigmoid", "numerical_gradient", "mean_squared_error", "mean_squared_error_gradient"}
_ANY_SHAPE |= {"leaky_relu", "leaky_relu_gradient", "vjp_mul", "vjp_sigmoid", "vjp_log", "vjp_mean"}
_OF_PROBABILITIES = {"loss", "binary_cross_entropy", "output_delta", "cross_entropy", "sparse_cross_entropy"}
_OF_PROBABILITIES |= {"predict_classes", "accuracy"}
_NO_ARRAYS = {"count_parameters", "glorot_uniform"}
_SHAPES = {"number", "0-d", "1 axis", "2 axes", "3 axes"}


def holes(exercise: Exercise, found: dict[str, int]) -> list[str]:
    """The properties that no case has and that the contract lets an argument of the exercise have."""
    return [name for name, count in found.items() if not count and _may_have(exercise, name)]


def _may_have(exercise: Exercise, name: str) -> bool:
    first = exercise.cases(np.random.default_rng(SEED))[0]
    has_layers = any(isinstance(argument, dict) and "W1" in argument for argument in first.arguments)
    if name == "10 layers":
        return has_layers
    if exercise.name in _NO_ARRAYS:
        return False
    if name in _SHAPES:
        return exercise.name in _ANY_SHAPE
    if name in ("negative", "large", "integers"):
        return exercise.name not in _OF_PROBABILITIES
    return name != "mixed" or len(first.arguments) > 1
