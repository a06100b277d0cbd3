"""Names that follow from watching a function: what it returns, where it fails, what it takes notice of.

Where an answer has a slip already, the same is watched beside what that slip leads to: `predict` is
then the slip's prediction, and the reference otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.diagnosis.case_results import Trial
from grader.diagnosis.compare import agree
from grader.diagnosis.predictions import Answer, Predict, answer_with
from grader.diagnosis.relations import LOW_PRECISION, as_float32
from grader.learner.call import Outcome, foreign_library
from grader.learner.plain_data import same
from grader.lessons import Exercise

Ask = Callable[[tuple], Outcome]

PROBED = 3


def library(trials: Sequence[Trial]) -> str:
    """The autodiff library that a function uses, or ""."""
    for trial in trials:
        values = (trial.outcome.value, *trial.got.values())
        if found := trial.outcome.forbidden or next(filter(None, map(foreign_library, values)), ""):
            return found
    return ""


def is_stub(trial: Trial) -> bool:
    """Whether nothing has been written yet, or nothing is returned."""
    raised = trial.outcome.raised
    return raised.kind == "NotImplementedError" if raised else trial.outcome.value is None


# --- Entries ------------------------------------------------------------------------------------------


def entries_differ(trials: Sequence[Trial], predict: Predict) -> bool:
    """Whether entries are missing, None, misnamed or too many, and those that are there are as predicted."""
    told = [(trial, predict(trial)) for trial in trials if trial.answered]
    told = [(trial, prediction) for trial, prediction in told if prediction is not None]
    if not any(_there(trial) != prediction.keys() for trial, prediction in told):
        return False
    where_there = any(_there(trial) & prediction.keys() for trial, prediction in told) and all(
        _as_predicted_where_there(*both) for both in told
    )
    return where_there or all(_as_predicted_under_other_names(*both) for both in told)


def nothing_asked_for(trials: Sequence[Trial]) -> bool:
    """Whether there are entries, or several values, but not one under a name that was asked for."""
    answered = [trial for trial in trials if trial.answered and len(trial.want) > 1]
    return bool(answered) and not any(_there(trial) & trial.want.keys() for trial in answered)


def _there(trial: Trial) -> set[str]:
    """The names of what came back; of several parts, those that hold something."""
    return {name for name, value in trial.got.items() if value is not None or len(trial.want) == 1}


def _as_predicted_where_there(trial: Trial, prediction: Answer) -> bool:
    wrong = {part.name for part in trial.parts if not part.ok}
    common = _there(trial) & prediction.keys() & wrong
    return all(agree(trial.got[name], prediction[name], trial.exercise.tolerance) for name in common)


def _as_predicted_under_other_names(trial: Trial, prediction: Answer) -> bool:
    """Whether every value came back, whatever it is called."""
    tolerance, values = trial.exercise.tolerance, trial.returned.values()
    return all(any(agree(got, value, tolerance) for got in values) for value in prediction.values())


# --- Where it fails -----------------------------------------------------------------------------------


def where_it_fails(trials: Sequence[Trial], wrong: Sequence[Trial]) -> str:
    """The name that follows from *which* cases go wrong: other sizes, integers, saturated ones; or ""."""

    def only(tag) -> bool:
        return all(tag in trial.case.tags for trial in wrong)

    if _follows_size(trials, wrong):
        return "hard-coded-size"
    if only("integer") and all(trial.answered for trial in wrong):
        return "integer-truncation"
    if only("integer") and all(trial.outcome.raised for trial in wrong):
        return "raises"
    if only("saturated"):
        return "clipped" if all(map(_finite, wrong)) else "numerically-unstable"
    return ""


def _follows_size(trials: Sequence[Trial], wrong: Sequence[Trial]) -> bool:
    """Whether the lesson's sizes, or its depth, are right and all others wrong."""
    lesson = next((trial.case for trial in trials if "lesson" in trial.case.tags), None)
    if lesson is None or len(wrong) < 2:
        return False
    depths = {tag for tag in lesson.tags if tag.startswith("depth ")}
    others = [{t for t in trials if not t.case.tags & own} for own in ({"lesson"}, depths) if own]
    return set(wrong) in others


def _finite(trial: Trial) -> bool:
    if not trial.answered or trial.unstable:
        return False
    numbers = [v for v in trial.got.values() if isinstance(v, (np.ndarray, float))]
    return all(np.all(np.isfinite(v)) for v in numbers)


# --- What a function takes notice of ------------------------------------------------------------------


def ignored_arguments(exercise: Exercise, trials: Sequence[Trial], ask: Ask) -> list[str]:
    """Change one argument at a time and see whether the answer ever takes notice."""
    probed = _probed(trials)
    return [
        name for place, name in enumerate(exercise.arguments) if _is_ignored(exercise, probed, place, ask)
    ]


def _probed(trials: Sequence[Trial]) -> list[Trial]:
    return [trial for trial in trials if trial.answered and _finite(trial)]


def _is_ignored(exercise: Exercise, probed: Sequence[Trial], place: int, ask: Ask) -> bool:
    """Whether the answer stays the same, to the bit, when the argument at `place` becomes another.

    Only changes count with which the right answer does not.
    """
    told = False
    for trial in probed:
        for moved in _with_others(trial.case.arguments, place):
            if not _matters(exercise, trial, moved):
                continue
            if not (_same_answer(ask(moved), trial) or _draws_from_elsewhere(trial, place, ask)):
                return False
            told = True
    return told


def _draws_from_elsewhere(trial: Trial, place: int, ask: Ask) -> bool:
    """Whether an equal generator of random numbers leads to another answer."""
    given = trial.case.arguments
    return isinstance(given[place], np.random.Generator) and not _same_answer(ask(given), trial)


def with_argument(given: tuple, place: int, value: Any) -> tuple:
    """The arguments with another one at `place`."""
    return (*given[:place], value, *given[place + 1 :])


def _with_others(given: tuple, place: int) -> Iterator[tuple]:
    """The arguments with others in one place: in values alone, which may keep their signs, and in order."""
    if place < len(given):
        for moved in (_moved(given[place], np.random.default_rng(place)), _rolled(given[place])):
            if moved is not None:
                yield with_argument(given, place, moved)


def _matters(exercise: Exercise, trial: Trial, moved: tuple, tolerance: float = LOW_PRECISION) -> bool:
    """Whether the right answer changes by more than the little that an answer's rounding may hide."""
    right, other = (answer_with(exercise, arguments) for arguments in (trial.case.arguments, moved))
    if right is None or other is None or right.keys() != other.keys():
        return True
    return not all(agree(other[name], value, tolerance) for name, value in right.items())


def _same_answer(outcome: Outcome, trial: Trial) -> bool:
    return not outcome.raised and same(outcome.value, trial.outcome.value)


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


def imprecise_arguments(exercise: Exercise, trials: Sequence[Trial], ask: Ask) -> list[str]:
    """The arguments of which an answer that is nearly right takes in no more than float32 holds."""
    if not all(map(_nearly_right, trials)):
        return []
    probed = [trial for trial in _probed(trials) if not trial.values_right][:PROBED]
    return [
        name for place, name in enumerate(exercise.arguments) if _is_imprecise(exercise, probed, place, ask)
    ]


def _nearly_right(trial: Trial) -> bool:
    return trial.answered and all(
        part.ok or (part.error is not None and part.error <= LOW_PRECISION) for part in trial.parts
    )


def _is_imprecise(exercise: Exercise, probed: Sequence[Trial], place: int, ask: Ask) -> bool:
    """Whether rounding an argument to float32 changes nothing, to the bit, and the next float32 much."""
    told = []
    for trial in probed:
        given = trial.case.arguments
        rounded = as_float32(given[place]) if place < len(given) else None
        if isinstance(rounded, (np.ndarray, Mapping)):
            moved = with_argument(given, place, rounded)
            if _matters(exercise, trial, moved, exercise.tolerance):
                told.append((trial, moved, with_argument(given, place, _next_float32(rounded))))
    return bool(told) and all(
        _same_answer(ask(rounded), trial) and _changes_most(ask(following), trial)
        for trial, rounded, following in told
    )


def _changes_most(outcome: Outcome, trial: Trial) -> bool:
    """Whether most numbers of the wrong parts are others: not so if they were rounded themselves."""
    other = Trial(trial.exercise, trial.question, outcome).got
    wrong = [part.name for part in trial.parts if not part.ok]
    if any(np.shape(other.get(name)) != np.shape(trial.got[name]) for name in wrong):
        return False
    return all(np.mean(np.not_equal(other[name], trial.got[name])) > 0.5 for name in wrong)


def _next_float32(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _next_float32(entry) for name, entry in value.items()}
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return np.nextafter(value.astype(np.float32), np.float32(np.inf)).astype(np.float64)
    return value
