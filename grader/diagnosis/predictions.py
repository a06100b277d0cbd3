"""Predicts answers with slips and decides whether a function's answers are as predicted.

A prediction depends on the case and the slips alone, so each is computed once.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.compare import agree, list_to_array, prediction_tolerance, split_into_parts
from grader.diagnosis.references import ReferencedCase
from grader.learner.plain_data import copy_data
from grader.lessons import Case, Exercise, Slip

Answer = Mapping[str, Any]
"""The parts of an answer by their names."""

Predict = Callable[[CaseResult], Answer | None]
"""Predicts the answer to a result's case; None predicts an exception."""

Slips = tuple[Slip, ...]

MAX_CACHED_ANSWERS = 4096


def compute_answer(exercise: Exercise, arguments: tuple, slips: Slips = ()) -> Answer | None:
    """Compute the answer with these slips; None if it raises, as a learner's code would."""
    try:
        with np.errstate(all="ignore"):
            return split_into_parts(exercise, exercise.answer(copy_data(arguments), slips))
    except Exception:  # noqa: BLE001 - the shapes may not permit the slip
        return None


@lru_cache(maxsize=MAX_CACHED_ANSWERS)
def predicted_answer(exercise: Exercise, referenced: ReferencedCase, slips: Slips) -> Answer | None:
    """The answer to a case with these slips. It is cached: callers must not change it."""
    return compute_answer(exercise, referenced.case.arguments, slips)


@lru_cache(maxsize=MAX_CACHED_ANSWERS)
def slips_warn(exercise: Exercise, referenced: ReferencedCase, slips: Slips) -> bool:
    """Whether computing the answer with these slips causes a numerical warning."""
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("always")
        try:
            exercise.answer(copy_data(referenced.case.arguments), slips)
        except Exception:  # noqa: BLE001 - a verdict reports the exception, not the warning
            return False
    return any(issubclass(warning.category, RuntimeWarning) for warning in caught)


def predictor(exercise: Exercise, slips: Slips) -> Predict:
    """Return the function that predicts answers with these slips."""
    return lambda result: predicted_answer(exercise, result.referenced, slips)


# --- Whether a prediction holds -----------------------------------------------------------------------


def prediction_holds(
    results: Sequence[CaseResult],
    predict: Predict,
    *,
    raising_counts: bool = False,
    needs_all_parts: bool = False,
) -> bool:
    """Whether a prediction holds on every case and is confirmed by at least one wrong answer.

    Each wrong part has to be as predicted; if `needs_all_parts`, each right part, too. Where the prediction
    is wrong, the answer has to be wrong as well, unless the slip is confined to other parts (some layers).
    A predicted exception confirms the prediction only if `raising_counts`: too many slips raise.
    """
    is_confirmed = False
    for result in results:
        prediction = predict(result)
        if not is_as_predicted(result, prediction) and not _is_confined_to_other_parts(
            result, prediction, results
        ):
            return False
        if needs_all_parts and not _all_parts_agree(result, prediction):
            return False
        is_confirmed = is_confirmed or (not result.values_right if result.answered else raising_counts)
    return is_confirmed


def is_as_predicted(result: CaseResult, prediction: Answer | None) -> bool:
    """Whether a result is as predicted; None predicts an exception."""
    if prediction is None or not result.answered:
        return prediction is None and result.outcome.raised is not None
    return _wrong_parts_agree(result, prediction)


def is_none_or_zero(value: Any) -> bool:
    """Whether a part of an answer is None, or consists of zeros only."""
    value = list_to_array(value)
    return value is None or (isinstance(value, (np.ndarray, np.generic, int, float)) and not np.any(value))


def _wrong_parts_agree(result: CaseResult, prediction: Answer) -> bool:
    """Whether all wrong parts agree with the prediction and it explains them."""
    tolerance = prediction_tolerance(result.exercise.tolerance)
    if result.got.keys() != prediction.keys():
        return False
    wrong = {part.name for part in result.parts if not part.ok}
    if not all(agree(result.got[name], prediction[name], tolerance) for name in wrong & result.got.keys()):
        return False
    is_empty = all(map(is_none_or_zero, result.got.values()))
    if wrong and not is_empty and all(map(is_none_or_zero, prediction.values())):
        return False  # a slip that leaves nothing at all does not explain parts that are right
    for name in wrong & result.got.keys():
        got = result.got[name]
        if _has_right_numbers(got, prediction[name], result.want.get(name), tolerance):
            return False  # only the type is wrong: the verdict reports it, no slip explains it
        if _is_rounding(got, prediction[name], result):
            return False  # the slip leaves next to nothing here, and so would many others
    return bool(wrong) or all(agree(prediction[n], want, tolerance) for n, want in result.want.items())


def _has_right_numbers(got: Any, prediction: Any, want: Any, tolerance: float) -> bool:
    """Whether the prediction is right, but integers are required, or an array where a list came back."""
    is_list = isinstance(got, (list, tuple)) and not isinstance(want, list)
    integers = np.asarray(want).dtype.kind in "iu"
    return (is_list or integers) and agree(np.asarray(prediction), np.asarray(want), tolerance)


def _is_rounding(got: Any, prediction: Any, result: CaseResult) -> bool:
    """Whether zeros came back where the prediction is nothing but rounding, with nothing saturated."""
    return "saturated" not in result.case.tags and is_none_or_zero(got) and not is_none_or_zero(prediction)


def _all_parts_agree(result: CaseResult, prediction: Answer | None) -> bool:
    """Whether all parts, also the right ones, agree with the prediction."""
    tolerance = prediction_tolerance(result.exercise.tolerance)
    return prediction is None or all(
        agree(result.got.get(name), value, tolerance) for name, value in prediction.items()
    )


def _is_confined_to_other_parts(
    result: CaseResult, prediction: Answer | None, results: Sequence[CaseResult]
) -> bool:
    """Whether a result is right only because the slip was not made in the parts that it would spoil there.

    The other results have to confirm that: there, these parts are never wrong and stand right beside wrong
    ones. A part of another network is the same part either by its name or by its place counted from the
    output, as the exercise's `alias` has it.
    """
    if prediction is None or not result.values_right:
        return False
    wrong_results = tuple(other for other in results if not other.values_right)
    identities = (_by_name, result.exercise.alias)
    always_right = [_parts_always_right(wrong_results, identify) for identify in identities]
    if not any(always_right):
        return False
    tolerance = prediction_tolerance(result.exercise.tolerance)
    spoilt = [name for name, want in result.want.items() if not agree(prediction.get(name), want, tolerance)]
    return any(
        {identify(name, result.case) for name in spoilt} <= right
        for identify, right in zip(identities, always_right, strict=True)
    )


@lru_cache(maxsize=4)
def _parts_always_right(results: tuple[CaseResult, ...], identify: Callable[[str, Case], str]) -> set[str]:
    """The parts of these results that are right in at least one of them and wrong in none."""
    parts = [(identify(part.name, result.case), part.ok) for result in results for part in result.parts]
    return {part for part, ok in parts if ok} - {part for part, ok in parts if not ok}


def _by_name(part: str, case: Case) -> str:
    return part
