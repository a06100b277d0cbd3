"""Finds out what a function does with its arguments by calling it again with changed ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.compare import agree, list_to_array, shape_of
from grader.diagnosis.observations import is_finite
from grader.diagnosis.predictions import Slips, compute_answer, predicted_answer
from grader.diagnosis.references import ReferencedCase
from grader.diagnosis.relations import FLOAT32_ERROR, as_float32
from grader.learner.call import Outcome
from grader.learner.functions import ACTIVATIONS, Activation
from grader.learner.plain_data import identical
from grader.lessons import Exercise

Ask = Callable[[tuple], Outcome]
"""Calls the function with other arguments."""

MAX_PRECISION_PROBES = 3  # cases on which arguments are rounded
OTHER_SEEDS = (2**31, 2**31 + 1, 2**31 + 2)  # of numbers that no notebook has


def replace_argument(arguments: tuple, index: int, value: Any) -> tuple:
    """Return the arguments with another value at `index`."""
    return (*arguments[:index], value, *arguments[index + 1 :])


# --- Calls that are not independent -----------------------------------------------------------------


def remembers_calls(results: Sequence[CaseResult], ask: Ask) -> bool:
    """Whether the first call's answer becomes longer, or wrong, when the call is repeated.

    That tells state that calls share, such as a list as the default of an argument, from a fixed size and
    from random numbers.
    """
    first = results[0]
    if not first.answered:
        return False
    again = CaseResult(first.exercise, first.referenced, ask(first.case.arguments))
    is_spoilt = first.values_right and not again.values_right
    return again.answered and (is_spoilt or _shapes(again.got) != _shapes(first.got))


def _shapes(parts: Mapping[str, Any]) -> dict[str, tuple[int, ...] | None]:
    return {name: shape_of(list_to_array(value)) for name, value in parts.items()}


# --- Other numbers ------------------------------------------------------------------------------------


def results_for_other_numbers(exercise: Exercise, slips: Slips, ask: Ask) -> list[list[CaseResult]]:
    """The results on cases of which all numbers are drawn anew, a few times.

    They are measured against the answers with these slips, or the right ones with none. Cases on which the
    slips raise are left out.
    """
    return [
        [
            CaseResult(exercise, ReferencedCase(case, want), ask(case.arguments))
            for case in exercise.cases(np.random.default_rng(seed))
            if (want := compute_answer(exercise, case.arguments, slips)) is not None
        ]
        for seed in OTHER_SEEDS
    ]


# --- A label that is absent ---------------------------------------------------------------------------


def fails_on_one_label(result: CaseResult, ask: Ask) -> bool:
    """Whether a function that fails on a single example also fails on several that are equal to it.

    Then the cause is not their number, but that a label is absent. False without labels.
    """
    exercise, case = result.exercise, result.case
    if not {"y", "Y"} & set(exercise.arguments) or case.counts.get("m") != 1:
        return False
    arguments = tuple(map(_with_row_repeated, case.arguments))
    want = compute_answer(exercise, arguments)
    if want is None:  # an array of one row that is no example
        return False
    repeated = ReferencedCase(replace(case, arguments=arguments), want)
    return not CaseResult(exercise, repeated, ask(arguments)).values_right


def _with_row_repeated(value: Any) -> Any:
    """Three times the row of an array that has a single one; anything else as it is."""
    is_row = isinstance(value, np.ndarray) and value.ndim and len(value) == 1
    return np.repeat(value, 3, axis=0) if is_row else value


# --- Arguments that are ignored -----------------------------------------------------------------------


def ignored_arguments(exercise: Exercise, results: Sequence[CaseResult], ask: Ask) -> list[str]:
    """The names of the arguments that can change without any change in the function's answers."""
    probed = list(filter(is_finite, results))
    return [
        name for index, name in enumerate(exercise.arguments) if _is_ignored(exercise, probed, index, ask)
    ]


def _is_ignored(exercise: Exercise, probed: Sequence[CaseResult], index: int, ask: Ask) -> bool:
    """Whether the answer stays identical, to the bit, when the argument at `index` changes.

    Only changes that change the right answer count, and there has to be one.
    """
    has_changed = False
    for result in probed:
        for arguments in _with_argument_changed(result.case.arguments, index):
            if not _changes_right_answer(exercise, result, arguments):
                continue
            if not (_same_answer(ask(arguments), result) or _draws_from_elsewhere(result, index, ask)):
                return False
            has_changed = True
    return has_changed


def _draws_from_elsewhere(result: CaseResult, index: int, ask: Ask) -> bool:
    """Whether the argument is a random generator and an equal one leads to another answer."""
    arguments = result.case.arguments
    return isinstance(arguments[index], np.random.Generator) and not _same_answer(ask(arguments), result)


def _with_argument_changed(arguments: tuple, index: int) -> Iterator[tuple]:
    """Yield the arguments with one of them changed: in its values, in the order of its rows, and to nan.

    What is used and cancels, or is only compared, may not show in other values, but nan shows.
    """
    if index < len(arguments):
        for changed in (
            _perturbed(arguments[index], np.random.default_rng(index)),
            _with_rows_rolled(arguments[index]),
            _as_nan(arguments[index]),
        ):
            if changed is not None:
                yield replace_argument(arguments, index, changed)


def _changes_right_answer(
    exercise: Exercise, result: CaseResult, arguments: tuple, tolerance: float = FLOAT32_ERROR
) -> bool:
    """Whether the right answer to these arguments is another one, by more than an answer's rounding hides."""
    right = predicted_answer(exercise, result.referenced, ())
    other = compute_answer(exercise, arguments)
    if right is None or other is None or right.keys() != other.keys():
        return True
    return not all(agree(other[name], value, tolerance) for name, value in right.items())


def _same_answer(outcome: Outcome, result: CaseResult) -> bool:
    return not outcome.raised and identical(outcome.value, result.outcome.value)


def _perturbed(value: Any, rng: np.random.Generator) -> Any:
    """Another legal value of the same shape and signs, None for a type that can't be changed.

    The entries of an array change by different factors; of integers and labels, only the first changes.
    """
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "iu" or set(np.unique(value)) <= {0, 1}:
            return np.where(np.arange(value.size).reshape(value.shape) == 0, _other_labels(value), value)
        return value * rng.uniform(0.5, 0.95, size=value.shape)
    if isinstance(value, np.random.Generator):
        return np.random.default_rng(rng.integers(2**32))
    if isinstance(value, Activation):
        return Activation(next(name for name in ACTIVATIONS if name != value.name))
    if isinstance(value, Mapping):
        return _with_entries_changed(value, lambda entry: _perturbed(entry, rng))
    if isinstance(value, float):
        return value * 4 if value else 1.0
    if isinstance(value, int):
        return value // 2 if value > 1 else value + 1
    return None


def _with_rows_rolled(value: Any) -> Any:
    """The array, or all arrays in a dict, with each row moved to the next place; None for other types."""
    if isinstance(value, np.ndarray) and value.ndim:
        return np.roll(value, 1, axis=0)
    return _with_entries_changed(value, _with_rows_rolled) if isinstance(value, Mapping) else None


def _as_nan(value: Any) -> Any:
    """The number, the array of floats, or all of these in a dict, as nan; None for other types."""
    if isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
        return value * np.nan
    return _with_entries_changed(value, _as_nan) if isinstance(value, Mapping) else None


def _with_entries_changed(value: Mapping, change: Callable[[Any], Any]) -> dict | None:
    """A dict with all entries changed that can be; None if none can."""
    changed = {name: change(entry) for name, entry in value.items()}
    changed = {name: entry for name, entry in changed.items() if entry is not None}
    return {**value, **changed} if changed else None


def _other_labels(value: np.ndarray) -> np.ndarray:
    """Another class for each label; another number for integers that can't be labels."""
    largest = value.max(initial=1)
    return (value + 1) % (largest + 1) if value.min(initial=0) >= 0 else 1 - value


# --- Arguments that lose precision --------------------------------------------------------------------


def imprecise_arguments(exercise: Exercise, results: Sequence[CaseResult], ask: Ask) -> list[str]:
    """The names of the arguments that a nearly right function rounds to float32."""
    if not all(map(_is_nearly_right, results)):
        return []
    probed = [result for result in results if is_finite(result) and not result.values_right]
    probed = probed[:MAX_PRECISION_PROBES]
    return [
        name for index, name in enumerate(exercise.arguments) if _is_imprecise(exercise, probed, index, ask)
    ]


def _is_nearly_right(result: CaseResult) -> bool:
    return result.answered and all(
        part.ok or (part.error is not None and part.error <= FLOAT32_ERROR) for part in result.parts
    )


def _is_imprecise(exercise: Exercise, probed: Sequence[CaseResult], index: int, ask: Ask) -> bool:
    """Whether rounding an argument to float32 leaves the answer identical, and the next float32 does not."""
    trials = []
    for result in probed:
        arguments = result.case.arguments
        rounded = as_float32(arguments[index]) if index < len(arguments) else None
        if isinstance(rounded, (np.ndarray, Mapping)):
            with_rounded = replace_argument(arguments, index, rounded)
            with_next = replace_argument(arguments, index, _next_float32(rounded))
            if _changes_right_answer(exercise, result, with_rounded, exercise.tolerance):
                trials.append((result, with_rounded, with_next))
    return bool(trials) and all(
        _same_answer(ask(with_rounded), result) and _changes_most_numbers(ask(with_next), result)
        for result, with_rounded, with_next in trials
    )


def _changes_most_numbers(outcome: Outcome, result: CaseResult) -> bool:
    """Whether most numbers of the wrong parts change; they don't if the answer itself was rounded."""
    other = CaseResult(result.exercise, result.referenced, outcome).got
    wrong = [part.name for part in result.parts if not part.ok]
    if any(np.shape(other.get(name)) != np.shape(result.got[name]) for name in wrong):
        return False
    return all(np.mean(np.not_equal(other[name], result.got[name])) > 0.5 for name in wrong)


def _next_float32(value: Any) -> Any:
    """Arrays, also those in dicts, with each number replaced by the next larger one of float32."""
    if isinstance(value, Mapping):
        return {name: _next_float32(entry) for name, entry in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.nextafter(value.astype(np.float32), np.float32(np.inf)).astype(np.float64)
    return value
