"""Error carried forward: what comes after a mistake is not blamed for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.compare import agree, list_to_array, prediction_tolerance
from grader.diagnosis.predictions import predicted
from grader.lessons import Slip


def following(result: CaseResult, slips: Sequence[Slip] = ()) -> set[str]:
    """The wrong parts of a result that are right given the learner's own earlier parts.

    `slips` are those that predict the answers, if any do: they tell of steps that no part shows.
    """
    exercise = result.exercise
    if exercise.carry_forward is None or result.values_right or not result.right_in_all_but_values:
        return set()
    with np.errstate(all="ignore"):
        expected = exercise.carry_forward(result.case, result.own)
    return {
        part.name
        for part in result.parts
        if not part.ok and not part.problem and part.name in result.own and part.name in expected
        if _follows(result, part.name, expected[part.name], tuple(slips))
    }


def _follows(result: CaseResult, name: str, expected: Any, slips: tuple[Slip, ...]) -> bool:
    """Whether a part is as expected where that is known, and known by the slips where it is not.

    Nor do zeros alone tell anything: they may as well not have been computed.
    """
    got, expected = result.own[name], np.asarray(list_to_array(expected), np.float64)
    expected = np.broadcast_to(expected, got.shape) if not expected.ndim else expected
    told = np.isfinite(expected)
    if not (np.any(got) and np.all(told)) and not _known_by_slips(result, name, slips):
        return False
    return agree(got[told], expected[told], prediction_tolerance(result.exercise.tolerance))


def _known_by_slips(result: CaseResult, name: str, slips: tuple[Slip, ...]) -> bool:
    """Whether slips that predict a part leave alone the steps in which it is made."""
    made_in = next((made for start, made in result.exercise.made_in.items() if name.startswith(start)), None)
    spoilt = {step for slip in slips for step in slip.steps}
    if not slips or made_in is None or spoilt & {"answer", *made_in}:
        return False
    answer: Mapping[str, Any] | None = predicted(result.exercise, result.referenced, slips)
    return (
        answer is not None
        and name in answer
        and agree(result.own[name], answer[name], prediction_tolerance(result.exercise.tolerance))
    )
