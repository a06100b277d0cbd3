"""Names that follow from what a function returns and on which cases it fails."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.compare import agree
from grader.diagnosis.predictions import Answer, Predict
from grader.learner.call import library_of
from grader.lessons import Case


def forbidden_use(results: Sequence[CaseResult]) -> str:
    """What a function uses although it may not, a library or a function of the course, or ""."""
    for result in results:
        values = (result.outcome.value, *result.got.values())
        if found := result.outcome.forbidden or next(filter(None, map(library_of, values)), ""):
            return found
    return ""


def is_stub(result: CaseResult) -> bool:
    """Whether the function is not written yet: it raises NotImplementedError or returns None."""
    raised = result.outcome.raised
    return raised.kind == "NotImplementedError" if raised else result.outcome.value is None


def is_finite(result: CaseResult) -> bool:
    """Whether there is an answer, without inf, nan and numerical warnings that count."""
    if not result.answered or result.unstable:
        return False
    numbers = [v for v in result.got.values() if isinstance(v, (np.ndarray, float))]
    return all(np.all(np.isfinite(v)) for v in numbers)


# --- Entries ------------------------------------------------------------------------------------------


def only_entries_differ(results: Sequence[CaseResult], predict: Predict) -> bool:
    """Whether entries are missing, None, misnamed or too many, but those that exist are as predicted.

    `predict` is the reference's prediction, or that of a slip.
    """
    pairs = [(result, predict(result)) for result in results if result.answered]
    if any(prediction is None for _, prediction in pairs):
        return False  # an answer came back where the slip would have raised
    if not any(_existing_entries(result) != prediction.keys() for result, prediction in pairs):
        return False
    is_partly_there = any(_existing_entries(result) & prediction.keys() for result, prediction in pairs)
    if is_partly_there and all(_existing_entries_agree(*pair) for pair in pairs):
        return True
    return all(_values_agree_under_any_name(*pair) for pair in pairs)


def no_entry_has_its_name(results: Sequence[CaseResult]) -> bool:
    """Whether an answer of several parts has none of the names that it should have."""
    answered = [result for result in results if result.answered and len(result.want) > 1]
    return bool(answered) and not any(_existing_entries(result) & result.want.keys() for result in answered)


def _existing_entries(result: CaseResult) -> set[str]:
    """The names of the parts that came back; if several are required, None does not count as a part."""
    return {name for name, value in result.got.items() if value is not None or len(result.want) == 1}


def _existing_entries_agree(result: CaseResult, prediction: Answer) -> bool:
    wrong = {part.name for part in result.parts if not part.ok}
    common = _existing_entries(result) & prediction.keys() & wrong
    return all(agree(result.got[name], prediction[name], result.exercise.tolerance) for name in common)


def _values_agree_under_any_name(result: CaseResult, prediction: Answer) -> bool:
    tolerance, values = result.exercise.tolerance, result.returned.values()
    return all(any(agree(got, value, tolerance) for got in values) for value in prediction.values())


# --- Cases that fail ----------------------------------------------------------------------------------


def name_by_failing_cases(results: Sequence[CaseResult], wrong: Sequence[CaseResult]) -> str:
    """The name that follows from which of the cases are wrong, or "".

    It tells other sizes, integers, saturated inputs, and exceptions.
    """

    def all_wrong_have(tag: str) -> bool:
        return all(tag in result.case.tags for result in wrong)

    if _only_lesson_sizes_are_right(results, wrong):
        return "hard-coded-size"
    if all_wrong_have("integer") and all(result.answered for result in wrong):
        return "integer-truncation"
    if all_wrong_have("saturated") and not all_wrong_have("one class"):  # which is another reason
        return "clipped" if all(map(is_finite, wrong)) else "numerically-unstable"
    return "raises" if all(result.outcome.raised for result in wrong) else ""


def has_two_digits(case: Case) -> bool:
    """Whether a case has a network of ten layers or more, so that the names of some have two digits."""
    return any(tag.startswith("depth ") and len(tag) > len("depth 9") for tag in case.tags)


def _only_lesson_sizes_are_right(results: Sequence[CaseResult], wrong: Sequence[CaseResult]) -> bool:
    """Whether the cases of the lesson's own sizes, or of its depth, are right and all others wrong."""
    lesson = next((result.case for result in results if "lesson" in result.case.tags), None)
    if lesson is None or len(wrong) < 2:
        return False
    depth = {tag for tag in lesson.tags if tag.startswith("depth ")}
    return any(
        set(wrong) == {result for result in results if not result.case.tags & tags}
        for tags in ({"lesson"}, depth)
        if tags
    )
