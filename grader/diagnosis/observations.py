"""Names that follow from watching a function: what it returns, where it fails, what it takes notice of.

Where an answer has a slip already, the same is watched beside what that slip leads to: `predict` is
then the slip's prediction, and the reference otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.compare import agree
from grader.diagnosis.predictions import Answer, Predict, answer_with
from grader.diagnosis.relations import LOW_PRECISION, as_float32
from grader.learner.call import Outcome, library_of
from grader.learner.plain_data import identical
from grader.lessons import Exercise

Ask = Callable[[tuple], Outcome]

PROBED = 3


def library(results: Sequence[CaseResult]) -> str:
    """The autodiff library that a function uses, or ""."""
    for result in results:
        values = (result.outcome.value, *result.got.values())
        if found := result.outcome.forbidden or next(filter(None, map(library_of, values)), ""):
            return found
    return ""


def is_stub(result: CaseResult) -> bool:
    """Whether nothing has been written yet, or nothing is returned."""
    raised = result.outcome.raised
    return raised.kind == "NotImplementedError" if raised else result.outcome.value is None


# --- Entries ------------------------------------------------------------------------------------------


def entries_differ(results: Sequence[CaseResult], predict: Predict) -> bool:
    """Whether entries are missing, None, misnamed or too many, and those that are there are as predicted."""
    told = [(result, predict(result)) for result in results if result.answered]
    told = [(result, prediction) for result, prediction in told if prediction is not None]
    if not any(_there(result) != prediction.keys() for result, prediction in told):
        return False
    where_there = any(_there(result) & prediction.keys() for result, prediction in told) and all(
        _as_predicted_where_there(*both) for both in told
    )
    return where_there or all(_as_predicted_under_other_names(*both) for both in told)


def nothing_asked_for(results: Sequence[CaseResult]) -> bool:
    """Whether there are entries, or several values, but not one under a name that was asked for."""
    answered = [result for result in results if result.answered and len(result.want) > 1]
    return bool(answered) and not any(_there(result) & result.want.keys() for result in answered)


def _there(result: CaseResult) -> set[str]:
    """The names of what came back; of several parts, those that hold something."""
    return {name for name, value in result.got.items() if value is not None or len(result.want) == 1}


def _as_predicted_where_there(result: CaseResult, prediction: Answer) -> bool:
    wrong = {part.name for part in result.parts if not part.ok}
    common = _there(result) & prediction.keys() & wrong
    return all(agree(result.got[name], prediction[name], result.exercise.tolerance) for name in common)


def _as_predicted_under_other_names(result: CaseResult, prediction: Answer) -> bool:
    """Whether every value came back, whatever it is called."""
    tolerance, values = result.exercise.tolerance, result.returned.values()
    return all(any(agree(got, value, tolerance) for got in values) for value in prediction.values())


# --- Where it fails -----------------------------------------------------------------------------------


def where_it_fails(results: Sequence[CaseResult], wrong: Sequence[CaseResult]) -> str:
    """The name that follows from *which* cases go wrong: other sizes, integers, saturated ones; or ""."""

    def only(tag) -> bool:
        return all(tag in result.case.tags for result in wrong)

    if _follows_size(results, wrong):
        return "hard-coded-size"
    if only("integer") and all(result.answered for result in wrong):
        return "integer-truncation"
    if only("integer") and all(result.outcome.raised for result in wrong):
        return "raises"
    if only("saturated"):
        return "clipped" if all(map(_finite, wrong)) else "numerically-unstable"
    return ""


def _follows_size(results: Sequence[CaseResult], wrong: Sequence[CaseResult]) -> bool:
    """Whether the lesson's sizes, or its depth, are right and all others wrong."""
    lesson = next((result.case for result in results if "lesson" in result.case.tags), None)
    if lesson is None or len(wrong) < 2:
        return False
    depths = {tag for tag in lesson.tags if tag.startswith("depth ")}
    others = [{t for t in results if not t.case.tags & own} for own in ({"lesson"}, depths) if own]
    return set(wrong) in others


def _finite(result: CaseResult) -> bool:
    if not result.answered or result.unstable:
        return False
    numbers = [v for v in result.got.values() if isinstance(v, (np.ndarray, float))]
    return all(np.all(np.isfinite(v)) for v in numbers)


# --- What a function takes notice of ------------------------------------------------------------------


def ignored_arguments(exercise: Exercise, results: Sequence[CaseResult], ask: Ask) -> list[str]:
    """Change one argument at a time and see whether the answer ever takes notice."""
    probed = _probed(results)
    return [
        name for place, name in enumerate(exercise.arguments) if _is_ignored(exercise, probed, place, ask)
    ]


def _probed(results: Sequence[CaseResult]) -> list[CaseResult]:
    return [result for result in results if result.answered and _finite(result)]


def _is_ignored(exercise: Exercise, probed: Sequence[CaseResult], place: int, ask: Ask) -> bool:
    """Whether the answer stays the identical, to the bit, when the argument at `place` becomes another.

    Only changes count with which the right answer does not.
    """
    told = False
    for result in probed:
        for moved in _with_others(result.case.arguments, place):
            if not _matters(exercise, result, moved):
                continue
            if not (_same_answer(ask(moved), result) or _draws_from_elsewhere(result, place, ask)):
                return False
            told = True
    return told


def _draws_from_elsewhere(result: CaseResult, place: int, ask: Ask) -> bool:
    """Whether an equal generator of random numbers leads to another answer."""
    given = result.case.arguments
    return isinstance(given[place], np.random.Generator) and not _same_answer(ask(given), result)


def with_argument(given: tuple, place: int, value: Any) -> tuple:
    """The arguments with another one at `place`."""
    return (*given[:place], value, *given[place + 1 :])


def _with_others(given: tuple, place: int) -> Iterator[tuple]:
    """The arguments with others in one place: in values alone, which may keep their signs, and in order."""
    if place < len(given):
        for moved in (_moved(given[place], np.random.default_rng(place)), _rolled(given[place])):
            if moved is not None:
                yield with_argument(given, place, moved)


def _matters(exercise: Exercise, result: CaseResult, moved: tuple, tolerance: float = LOW_PRECISION) -> bool:
    """Whether the right answer changes by more than the little that an answer's rounding may hide."""
    right, other = (answer_with(exercise, arguments) for arguments in (result.case.arguments, moved))
    if right is None or other is None or right.keys() != other.keys():
        return True
    return not all(agree(other[name], value, tolerance) for name, value in right.items())


def _same_answer(outcome: Outcome, result: CaseResult) -> bool:
    return not outcome.raised and identical(outcome.value, result.outcome.value)


def _moved(value: Any, rng: np.random.Generator) -> Any:
    """Another legal argument of the same shape, no two entries moved alike; None if there is no telling."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "iu" or set(np.unique(value)) <= {0, 1}:
            return np.where(np.arange(value.size).reshape(value.shape) == 0, _other_label(value), value)
        return value * rng.uniform(0.5, 0.95, size=value.shape)
    if isinstance(value, np.random.Generator):
        return np.random.default_rng(rng.integers(2**32))
    if isinstance(value, Mapping):
        moved = {name: _moved(entry, rng) for name, entry in value.items()}
        found = {name: entry for name, entry in moved.items() if entry is not None}
        return {**value, **found} if found else None
    if isinstance(value, float):
        return value * 4 if value else 1.0
    if isinstance(value, int):
        return value // 2 if value > 1 else value + 1
    return None


def _rolled(value: Any) -> Any:
    """The rows of an array, or of all arrays in a dict, each in the place of the next; else None."""
    if isinstance(value, np.ndarray) and value.ndim:
        return np.roll(value, 1, axis=0)
    if isinstance(value, Mapping):
        rolled = {name: _rolled(entry) for name, entry in value.items()}
        found = {name: entry for name, entry in rolled.items() if entry is not None}
        return {**value, **found} if found else None
    return None


def _other_label(value: np.ndarray) -> np.ndarray:
    """Another class for each label, and another number for integers that can't be labels."""
    largest = value.max(initial=1)
    return (value + 1) % (largest + 1) if value.min(initial=0) >= 0 else 1 - value


def imprecise_arguments(exercise: Exercise, results: Sequence[CaseResult], ask: Ask) -> list[str]:
    """The arguments of which an answer that is nearly right takes in no more than float32 holds."""
    if not all(map(_nearly_right, results)):
        return []
    probed = [result for result in _probed(results) if not result.values_right][:PROBED]
    return [
        name for place, name in enumerate(exercise.arguments) if _is_imprecise(exercise, probed, place, ask)
    ]


def _nearly_right(result: CaseResult) -> bool:
    return result.answered and all(
        part.ok or (part.error is not None and part.error <= LOW_PRECISION) for part in result.parts
    )


def _is_imprecise(exercise: Exercise, probed: Sequence[CaseResult], place: int, ask: Ask) -> bool:
    """Whether rounding an argument to float32 changes nothing, to the bit, and the next float32 much."""
    told = []
    for result in probed:
        given = result.case.arguments
        rounded = as_float32(given[place]) if place < len(given) else None
        if isinstance(rounded, (np.ndarray, Mapping)):
            moved = with_argument(given, place, rounded)
            if _matters(exercise, result, moved, exercise.tolerance):
                told.append((result, moved, with_argument(given, place, _next_float32(rounded))))
    return bool(told) and all(
        _same_answer(ask(rounded), result) and _changes_most(ask(following), result)
        for result, rounded, following in told
    )


def _changes_most(outcome: Outcome, result: CaseResult) -> bool:
    """Whether most numbers of the wrong parts are others: not so if they were rounded themselves."""
    other = CaseResult(result.exercise, result.referenced, outcome).got
    wrong = [part.name for part in result.parts if not part.ok]
    if any(np.shape(other.get(name)) != np.shape(result.got[name]) for name in wrong):
        return False
    return all(np.mean(np.not_equal(other[name], result.got[name])) > 0.5 for name in wrong)


def _next_float32(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _next_float32(entry) for name, entry in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.nextafter(value.astype(np.float32), np.float32(np.inf)).astype(np.float64)
    return value
