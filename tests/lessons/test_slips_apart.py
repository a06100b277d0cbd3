"""The cases of an exercise tell its slips apart: two that a verdict calls differently never answer alike.

Slips whose answers agree on every case are one finding: they share its name, and what is added to it.
"""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.compare import agree, prediction_tolerance, split_into_parts
from grader.learner.plain_data import copy_data
from grader.lessons import Slip

SEEDS = range(10)
EXERCISES = [e for name in lessons.names() for e in lessons.load(name).exercises.values()]


def not_told_apart(exercise, seed):
    """The findings of every two slips that are not one, but agree, to rounding, on all cases."""
    cases = exercise.cases(np.random.default_rng(seed))
    matrix = [[answer(exercise, case, slip) for case in cases] for slip in exercise.slips]
    tolerance = prediction_tolerance(exercise.tolerance)
    return [
        (finding(first), finding(second))
        for (first, ones), (second, others) in combinations(zip(exercise.slips, matrix, strict=True), 2)
        if finding(first) != finding(second)
        and all(same(*pair, tolerance) for pair in zip(ones, others, strict=True))
    ]


def finding(slip):
    return slip.name, slip.detail


def answer(exercise, case, slip):
    """What an answer with this slip is on a case, taken apart; None where it raises."""
    try:
        with np.errstate(all="ignore"):
            return split_into_parts(exercise, exercise.answer(copy_data(case.arguments), (slip,)))
    except Exception:  # noqa: BLE001 - shapes may not permit the slip
        return None


def same(one, other, tolerance):
    if one is None or other is None:
        return one is other
    return one.keys() == other.keys() and all(agree(one[name], other[name], tolerance) for name in one)


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
@pytest.mark.filterwarnings("ignore")
def test_slips_that_are_called_differently_are_told_apart(exercise):
    for seed in SEEDS:
        assert not not_told_apart(exercise, seed)


def test_a_slip_under_two_names_is_not_told_apart(exercises):
    exercise = exercises["output_delta"]
    twice = replace(exercise, slips=(*exercise.slips, Slip("raises", exercise.slips[0].steps)))
    assert not_told_apart(twice, seed=0) == [(finding(exercise.slips[0]), ("raises", ""))]
