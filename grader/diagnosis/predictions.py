"""What answers with slips would be: predictions depend on the questions alone, so they are made once."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from grader.diagnosis.case_results import CaseResult, ReferencedCase, split_into_parts
from grader.diagnosis.compare import agree, allowed_difference, list_to_array, prediction_tolerance
from grader.learner.plain_data import copy_data
from grader.lessons import Exercise, Slip
from grader.lessons.misconceptions import CONTRADICTIONS, FORWARD, RESULT

Answer = Mapping[str, Any]
Predict = Callable[[CaseResult], Answer | None]
Slips = tuple[Slip, ...]

KEPT_ANSWERS = 4096
KEPT_TABLES = 32
SAMPLED = 16  # so many entries of a part stand for all of them in a table


def answer_with(exercise: Exercise, arguments: tuple, slips: Slips = ()) -> Answer | None:
    """The parts of the answer with these slips; None where it raises, as a learner's code would."""
    try:
        with np.errstate(all="ignore"):
            return split_into_parts(exercise, exercise.answer(copy_data(arguments), slips))
    except Exception:  # noqa: BLE001 - shapes may not permit the slip
        return None


@lru_cache(maxsize=KEPT_ANSWERS)
def predicted(exercise: Exercise, referenced: ReferencedCase, slips: Slips) -> Answer | None:
    """`answer_with` to a referenced; not to be changed by who asks."""
    return answer_with(exercise, referenced.case.arguments, slips)


@lru_cache(maxsize=KEPT_ANSWERS)
def warns(exercise: Exercise, referenced: ReferencedCase, slips: Slips) -> bool:
    """Whether an answer with these slips comes with a numerical warning of its own."""
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("always")
        try:
            exercise.answer(copy_data(referenced.case.arguments), slips)
        except Exception:  # noqa: BLE001 - the exception is told, not the warning
            return False
    return any(issubclass(warning.category, RuntimeWarning) for warning in caught)


def predictor(exercise: Exercise, slips: Slips) -> Predict:
    """Predict an answer with these slips."""
    return lambda result: predicted(exercise, result.referenced, slips)


# --- Whether a prediction holds -----------------------------------------------------------------------


def accounts_for(
    results: Sequence[CaseResult], predict: Predict, *, by_raising: bool = False, whole: bool = False
) -> bool:
    """Whether a prediction holds on every case, each part being right or, always if `whole`, as predicted.

    Wherever it is wrong, the answer has to be wrong too: otherwise the answer is right in a place
    where that slip can't be. What it would spoil there may be right in all cases, though: a slip in some
    parts alone, or in some layers. To raise as predicted is a sign of the slip only where `by_raising` says
    so: there are too many reasons to raise.
    """
    seen = False
    for result in results:
        prediction = predict(result)
        if not fits(result, prediction) and not _is_spared(result, prediction, results):
            return False
        if whole and not _holds_throughout(result, prediction):
            return False
        seen = seen or (not result.values_right if result.answered else by_raising)
    return seen


def is_nothing(value: Any) -> bool:
    """Whether a part of an answer is None, or nothing but zeros."""
    value = list_to_array(value)
    return value is None or (isinstance(value, (np.ndarray, np.generic, int, float)) and not np.any(value))


def fits(result: CaseResult, prediction: Answer | None) -> bool:
    """Whether a result came out as predicted; None says that the call raises."""
    if prediction is None or not result.answered:
        return prediction is None and result.outcome.raised is not None
    return _matches(result, prediction)


def _is_spared(result: CaseResult, prediction: Answer | None, results: Sequence[CaseResult]) -> bool:
    """Whether an answer is right, and all parts that the prediction spoils in it are right in every case, and
    beside wrong ones in some.

    A layer is the same in every case by its number, or by its place counted from the output.
    """
    if prediction is None or not result.values_right:
        return False
    tolerance = prediction_tolerance(result.exercise.tolerance)
    spoilt = [name for name, want in result.want.items() if not agree(prediction.get(name), want, tolerance)]
    failed = [other for other in results if not other.values_right]

    def right_in_every_case(role: Callable[[str, CaseResult], str]) -> bool:
        parts = [(role(part.name, other), part.ok) for other in failed for part in other.parts]
        wrong = {place for place, ok in parts if not ok}
        beside = {place for place, ok in parts if ok}
        return {role(name, result) for name in spoilt} <= beside - wrong

    return any(
        map(
            right_in_every_case, (lambda name, _: name, lambda name, of: result.exercise.alias(name, of.case))
        )
    )


def _holds_throughout(result: CaseResult, prediction: Answer | None) -> bool:
    """Whether the right parts, too, are as predicted."""
    tolerance = prediction_tolerance(result.exercise.tolerance)
    got = result.got
    return prediction is None or all(
        agree(got.get(name), value, tolerance) for name, value in prediction.items()
    )


def _matches(result: CaseResult, prediction: Answer) -> bool:
    tolerance = prediction_tolerance(result.exercise.tolerance)
    if result.got.keys() != prediction.keys():
        return False
    wrong = {part.name for part in result.parts if not part.ok}
    if wrong and not all(map(is_nothing, result.got.values())) and all(map(is_nothing, prediction.values())):
        return False  # a slip that leaves nothing at all is no reason for parts that are right
    for name in wrong & result.got.keys():
        got = result.got[name]
        if not agree(got, prediction[name], tolerance):
            return False
        if _are_the_numbers(got, prediction[name], result.want.get(name), tolerance):
            return False  # just no integers, or in a list: that is seen, not explained
        if _is_rounding(got, prediction[name], result):
            return False  # the slip leaves next to nothing here, and so would many others
    return bool(wrong) or all(agree(prediction[n], want, tolerance) for n, want in result.want.items())


def _is_rounding(got: Any, prediction: Any, result: CaseResult) -> bool:
    """Whether zeros came back where the prediction is nothing but rounding, with nothing saturated."""
    return "saturated" not in result.case.tags and is_nothing(got) and not is_nothing(prediction)


def _are_the_numbers(got: Any, prediction: Any, want: Any, tolerance: float) -> bool:
    """Whether the prediction is right, where integers are asked for, or an array and not a list."""
    in_a_list = isinstance(got, (list, tuple)) and not isinstance(want, list)
    integers = np.asarray(want).dtype.kind in "iu"
    return (in_a_list or integers) and agree(np.asarray(prediction), np.asarray(want), tolerance)


# --- Two slips ----------------------------------------------------------------------------------------


def by_group(slips: Sequence[Slip]) -> list[Slip]:
    """Names of a later group of the misconceptions before those of the first, which are more general."""
    return sorted(slips, key=lambda slip: slip.name in RESULT or slip.name in FORWARD)


def _contradict(first: Slip, second: Slip) -> bool:
    in_one_step = not first.steps.keys().isdisjoint(second.steps)
    return in_one_step and frozenset((first.name, second.name)) in CONTRADICTIONS


def pairs(exercise: Exercise) -> Iterator[Slips]:
    """Every two slips of different names, in both orders where they spoil the same step."""
    for first, second in combinations(by_group(exercise.slips), 2):
        if first.name != second.name and not _contradict(first, second):
            yield first, second
            if not first.steps.keys().isdisjoint(second.steps):
                yield second, first


@dataclass(frozen=True)
class _Table:
    """Predictions whose parts have the same shapes, one a row, each part by a sample of its entries."""

    places: np.ndarray
    shapes: Mapping[str, tuple[int, ...]]
    samples: Mapping[str, np.ndarray]
    scales: Mapping[str, np.ndarray]

    def like(self, wrong: Mapping[str, np.ndarray], tolerance: float) -> Iterator[int]:
        """The places of the pairs whose samples agree with the wrong parts of an answer."""
        if any(part.shape != self.shapes[name] for name, part in wrong.items()):
            return
        like = np.ones(len(self.places), bool)
        for name, part in wrong.items():
            off = np.abs(self.samples[name] - _sample(part))
            like &= ~np.any(off > allowed_difference(self.scales[name], tolerance), axis=1)
        yield from self.places[like]


def _sample(part: np.ndarray) -> np.ndarray:
    """Some entries of a part, from all over it."""
    flat = np.ravel(part)
    return flat[:: max(1, -(-flat.size // SAMPLED))]


def _numbers(answer: Answer, names: Iterable[str]) -> dict[str, np.ndarray] | None:
    """Parts of an answer as arrays; None where one of them is something else."""
    parts = {name: list_to_array(answer[name]) for name in names}
    if not all(isinstance(part, (np.ndarray, np.generic, int, float)) for part in parts.values()):
        return None
    arrays = {name: np.asarray(part) for name, part in parts.items()}
    return arrays if all(array.dtype.kind in "biuf" for array in arrays.values()) else None


@lru_cache(maxsize=KEPT_TABLES)
def _tables(exercise: Exercise, referenced: ReferencedCase) -> tuple[list[Slips], list[int], list[_Table]]:
    """All pairs of slips, the places of those that raise on a referenced, and tables of the others."""
    both, raising, alike = list(pairs(exercise)), [], {}
    for place, pair in enumerate(both):
        answer = answer_with(exercise, referenced.case.arguments, pair)
        if answer is None:
            raising.append(place)
        elif (parts := _numbers(answer, answer)) is not None:
            shapes = tuple((name, part.shape) for name, part in sorted(parts.items()))
            alike.setdefault(shapes, []).append((place, parts))
    return both, raising, [_table(dict(shapes), rows) for shapes, rows in alike.items()]


def _table(shapes, rows) -> _Table:
    samples = {name: np.stack([_sample(parts[name]) for _, parts in rows]) for name in shapes}
    scales = {
        name: np.array([[np.abs(parts[name]).max(initial=0.0)] for _, parts in rows]) for name in shapes
    }
    return _Table(np.array([place for place, _ in rows]), shapes, samples, scales)


def pairs_like(result: CaseResult) -> list[Slips]:
    """The pairs of slips that may have led to a wrong answer; what else there is has certainly not."""
    both, raising, tables = _tables(result.exercise, result.referenced)
    if not result.answered:
        return [both[place] for place in raising]
    wrong = _numbers(
        result.got, [part.name for part in result.parts if not part.ok and part.name in result.got]
    )
    if wrong is None:
        return []
    tolerance = prediction_tolerance(result.exercise.tolerance)
    fitting = [table for table in tables if table.shapes.keys() == result.got.keys()]
    return [both[place] for place in sorted(p for table in fitting for p in table.like(wrong, tolerance))]
