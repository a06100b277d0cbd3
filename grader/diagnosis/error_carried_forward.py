"""Error carried forward: what comes after a mistake is not blamed for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.diagnosis.case_results import Trial
from grader.diagnosis.compare import agree, series
from grader.diagnosis.predictions import predicted
from grader.lessons import Slip


def following(trial: Trial, slips: Sequence[Slip] = ()) -> set[str]:
    """The wrong parts of a trial that are right given the learner's own earlier parts.

    `slips` are those that predict the answers, if any do: they tell of steps that no part shows.
    """
    exercise = trial.exercise
    if exercise.carried is None or trial.values_right or not trial.right_in_all_but_values:
        return set()
    with np.errstate(all="ignore"):
        expected = exercise.carried(trial.case, trial.own)
    return {
        part.name
        for part in trial.parts
        if not part.ok and not part.problem and part.name in trial.own and part.name in expected
        if _follows(trial, part.name, expected[part.name], tuple(slips))
    }


def _follows(trial: Trial, name: str, expected: Any, slips: tuple[Slip, ...]) -> bool:
    """Whether a part is as expected where that is known, and known by the slips where it is not.

    Nor do zeros alone tell anything: they may as well not have been computed.
    """
    got, expected = trial.own[name], np.asarray(series(expected), np.float64)
    expected = np.broadcast_to(expected, got.shape) if not expected.ndim else expected
    told = np.isfinite(expected)
    if not (np.any(got) and np.all(told)) and not _known_by_slips(trial, name, slips):
        return False
    return agree(got[told], expected[told], max(trial.exercise.tolerance, 1e-9))


def _known_by_slips(trial: Trial, name: str, slips: tuple[Slip, ...]) -> bool:
    """Whether slips that predict a part leave alone the steps in which it is made."""
    made_in = next((made for start, made in trial.exercise.made_in.items() if name.startswith(start)), None)
    spoilt = {step for slip in slips for step in slip.steps}
    if not slips or made_in is None or spoilt & {"answer", *made_in}:
        return False
    answer: Mapping[str, Any] | None = predicted(trial.exercise, trial.question, slips)
    return (
        answer is not None
        and name in answer
        and agree(trial.own[name], answer[name], max(trial.exercise.tolerance, 1e-9))
    )
