"""Error carried forward: a part that follows from an earlier mistake is not counted as another one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.compare import agree, list_to_array, prediction_tolerance
from grader.diagnosis.predictions import predicted_answer
from grader.lessons import Slip


def following_parts(result: CaseResult, slips: Sequence[Slip] = ()) -> set[str]:
    """The names of the wrong parts of a result that are right given the learner's own earlier parts.

    `slips` are those that predict the answers, if any do. They are needed for parts that depend on a step
    whose result is no part of the answer.
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
    """Whether a part is as expected; `expected` is nan where the earlier parts do not determine it.

    Entries that are nan, or a part of zeros, which may not have been computed at all, need the slips'
    prediction as well.
    """
    got, expected = result.own[name], np.asarray(list_to_array(expected), np.float64)
    expected = np.broadcast_to(expected, got.shape) if not expected.ndim else expected
    is_known = np.isfinite(expected)
    if not (np.any(got) and np.all(is_known)) and not _is_predicted(result, name, slips):
        return False
    return agree(got[is_known], expected[is_known], prediction_tolerance(result.exercise.tolerance))


def _is_predicted(result: CaseResult, name: str, slips: tuple[Slip, ...]) -> bool:
    """Whether the slips predict a part without changing a step that computes it."""
    steps_by_start = result.exercise.made_in.items()
    made_in = next((steps for start, steps in steps_by_start if name.startswith(start)), None)
    changed = {step for slip in slips for step in slip.steps}
    if not slips or made_in is None or changed & {"answer", *made_in}:
        return False
    answer = predicted_answer(result.exercise, result.referenced, slips)
    tolerance = prediction_tolerance(result.exercise.tolerance)
    return answer is not None and name in answer and agree(result.own[name], answer[name], tolerance)
