"""What cases have: for each exercise, in how many cases an argument has a property, and where none has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from grader.lessons import Case, Exercise

SEED = 0
LARGE, TINY = 1e3, 1e-5


def arrays_of(case: Case) -> list[np.ndarray]:
    """All arrays among the arguments of a case; plain numbers are no arrays."""
    return [array for argument in case.arguments for array in _arrays(argument)]


def _arrays(value: Any) -> Iterator[np.ndarray]:
    if isinstance(value, dict):
        for _, entry in sorted(value.items()):
            yield from _arrays(entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
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

_SHAPES = ("number", "0-d", "1 axis", "2 axes", "3 axes")
_OF_MATRICES = ("one row", "one column", "square", "wide", "tall", "equal rows", "by columns")
_OF_ARRAYS = (
    "mean_squared_error",
    "mean_squared_error_gradient",
    "vjp_mul",
    "vjp_sigmoid",
    "vjp_log",
    "vjp_mean",
)
_OF_ANY_SHAPE = frozenset(("sigmoid", "numerical_gradient", *_OF_ARRAYS))
NEEDLESS: dict[str, dict[str, tuple[str, ...]]] = {
    "Its arguments are whole numbers, lists of them, and generators.": dict.fromkeys(
        ("count_parameters", "glorot_uniform"), tuple(PROPERTIES)
    ),
    "Its arguments are vectors.": dict.fromkeys(("loss", "accuracy", "softmax_jacobian"), _OF_MATRICES),
    "Its arguments have a single column.": dict.fromkeys(
        ("binary_cross_entropy", "output_delta"), ("square", "wide", "tall", "by columns")
    ),
    "Labels and probabilities are from 0 to 1.": dict.fromkeys(
        [
            "loss",
            "binary_cross_entropy",
            "output_delta",
            "cross_entropy",
            "sparse_cross_entropy",
            "predict_classes",
            "class_shares",
        ],
        ("negative", "large", "integers"),
    ),
    "Outputs of a sigmoid are neither 0 nor so small where the contract judges.": {
        "class_shares": ("zeros", "tiny"),
        "binary_cross_entropy": ("tiny",),
    },
    "Labels are the numbers of classes.": {"accuracy": ("negative", "large", "tiny")},
    "Of a single class, every prediction is right.": {"sparse_cross_entropy": ("one column",)},
    "Among the arguments are activations or means, which are no integers.": dict.fromkeys(
        ("hidden_delta", "backward", "input_gradient", "backward_softmax", "vjp_sigmoid"), ("integers",)
    ),
    "An array without axes has no examples, over which costs are means.": dict.fromkeys(
        ("mean_squared_error", "mean_squared_error_gradient"), ("0-d",)
    ),
    "By the contract its arguments are arrays.": dict.fromkeys(_OF_ARRAYS, ("number",)),
    "A difference of numbers so large, over a small step, has few digits left.": {
        "numerical_gradient": ("large",)
    },
    "The contract judges where |z| is at most 30.": {"softmax_jacobian": ("large",)},
    "A program has the layers; nothing is read from names.": {"trace": ("10 layers",)},
}
"""Why no case needs a property: by the reason, the exercises with their properties."""


def holes(exercise: Exercise, found: dict[str, int]) -> list[str]:
    """The properties that no case has, that an argument may have, and that no reason makes needless."""
    needless = {name for given in NEEDLESS.values() for name in given.get(exercise.name, ())}
    absent = [name for name, count in found.items() if not count]
    return [name for name in absent if name not in needless and _may_have(exercise, name)]


def _may_have(exercise: Exercise, name: str) -> bool:
    """Whether arguments of these kinds may have a property."""
    if name in _SHAPES:  # the contract settles the number of axes of most
        return exercise.name in _OF_ANY_SHAPE
    arguments = exercise.cases(np.random.default_rng(SEED))[0].arguments
    if name == "10 layers":
        return any(isinstance(argument, dict) and "W1" in argument for argument in arguments)
    return name != "mixed" or sum(any(True for _ in _arrays(argument)) for argument in arguments) > 1
