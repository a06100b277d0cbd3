"""Every lesson: its answers against the references, its slips against their names, on many seeds."""

import warnings

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.case_results import referenced_cases, split_into_parts
from grader.diagnosis.compare import compare
from grader.judge import judge_function
from grader.learner.plain_data import copy_data
from grader.lessons.misconceptions import MISCONCEPTIONS
from tests.conftest import solution_functions

SEEDS = range(20)
SLIP_SEEDS = range(3)  # on ten, test_slips_apart.py sees that they are told apart
EXERCISES = [e for name in lessons.names() for e in lessons.load(name).exercises.values()]
SLIPS = [(exercise, slip) for exercise in EXERCISES for slip in exercise.slips]


def name_of(value):
    return getattr(value, "name", None)


@pytest.mark.parametrize("lesson", lessons.names())
def test_the_lessons_solution_is_correct(lesson):
    solution, exercises = solution_functions(lesson), lessons.load(lesson).exercises
    for seed in SEEDS:
        for name, exercise in exercises.items():
            verdict = judge_function(exercise, solution[name], seed)
            assert verdict.status == "correct", str(verdict)
            assert verdict.score == exercise.points


@pytest.mark.parametrize("exercise", EXERCISES, ids=name_of)
def test_the_steps_that_slips_spoil_agree_with_the_reference(exercise):
    for seed in SEEDS:
        for referenced in referenced_cases(exercise, seed):
            got = split_into_parts(exercise, exercise.answer(copy_data(referenced.case.arguments)))
            assert all(p.ok for p in compare(got, referenced.want, exercise.tolerance)), referenced.case.label


@pytest.mark.parametrize(("exercise", "slip"), SLIPS, ids=name_of)
def test_every_slip_is_wrong_and_gets_its_name(exercise, slip):
    def slipped(*arguments):
        return exercise.answer(arguments, (slip,))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in SLIP_SEEDS:
            verdict = judge_function(exercise, slipped, seed)
            assert verdict.status in ("incorrect", "error")
            assert verdict.diagnosis == (slip.name,)
            assert verdict.score < exercise.points


def test_every_slip_has_an_explanation():
    assert {slip.name for _, slip in SLIPS} <= set(MISCONCEPTIONS)


@pytest.mark.parametrize("exercise", EXERCISES, ids=name_of)
def test_the_same_seed_makes_the_same_arguments(exercise):
    first, again = (exercise.cases(np.random.default_rng(7)) for _ in range(2))
    for case, twin in zip(first, again, strict=True):
        assert case.label == twin.label
        assert repr(case.arguments) == repr(twin.arguments) or not isinstance(case.arguments[0], np.ndarray)


@pytest.mark.parametrize("exercise", EXERCISES, ids=name_of)
def test_cases_have_names_of_their_own_and_the_lessons_comes_first(exercise):
    cases = exercise.cases(np.random.default_rng(0))
    assert len({case.label for case in cases}) == len(cases)
    assert "lesson" in cases[0].tags
    assert len(cases) > 3
