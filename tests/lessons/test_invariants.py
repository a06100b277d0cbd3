"""Invariants hold of every right answer, and of some wrong ones they don't."""

import re

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.references import SHIPPED

EXERCISES = {
    f"{lesson[:2]}-{name}": exercise
    for lesson in lessons.names()
    for name, exercise in lessons.load(lesson).exercises.items()
}
WITH_INVARIANTS = {key: exercise for key, exercise in EXERCISES.items() if exercise.invariants}


def numbers(referenced):
    return {name: np.asarray(value, np.float64) for name, value in referenced.want.items()}


@pytest.mark.parametrize("exercise", WITH_INVARIANTS.values(), ids=WITH_INVARIANTS)
def test_invariants_hold_of_right_answers(exercise):
    for seed in range(5):
        for referenced in SHIPPED.of(exercise, seed):
            for invariant in exercise.invariants:
                assert invariant.holds(referenced.case, numbers(referenced)), (
                    f"on {referenced.case.label}, the right answer lacks what the invariant says: "
                    f"{invariant.sentence}"
                )


@pytest.mark.parametrize("exercise", WITH_INVARIANTS.values(), ids=WITH_INVARIANTS)
def test_invariants_fail_for_some_wrong_answers(exercise):
    """For one that is negative, too large, or without order."""
    rng = np.random.default_rng(0)
    changes = (lambda v: -v, lambda v: 3 * v + 1, lambda v: -v - 5, lambda v: rng.normal(size=v.shape))
    for invariant in exercise.invariants:
        assert not all(
            invariant.holds(
                referenced.case, {name: change(value) for name, value in numbers(referenced).items()}
            )
            for referenced in SHIPPED.of(exercise)
            for change in changes
        ), (
            "the right answers negated, tripled plus 1, negated minus 5, and noise in their place all have "
            f"what it says, so it tells nothing: {invariant.sentence} Make it stricter, or leave it out."
        )


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_sentences_are_sentences_and_no_formulas(exercise):
    for invariant in exercise.invariants:
        assert re.fullmatch(r"[A-Z][^@*=/]*\.", invariant.sentence)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=EXERCISES)
def test_axes_are_those_of_the_parts(exercise):
    for name, want in SHIPPED.of(exercise)[0].want.items():
        declared = [axes for start, axes in exercise.axes.items() if name.startswith(start)]
        assert not declared or len(declared[0]) == np.ndim(want)
