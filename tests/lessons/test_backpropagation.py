"""Lesson 3: its answers against TensorFlow, its slips against their names, on many seeds."""

import warnings

import numpy as np
import pytest

from grader import lessons
from grader.compare import compare, parts_of
from grader.judge import judge_function
from grader.lessons.misconceptions import MISCONCEPTIONS
from grader.plain import copied
from grader.trial import questions

LESSON = lessons.load("03_backpropagation")
SEEDS = range(20)
EXERCISES = list(LESSON.exercises.values())
SLIPS = [(exercise, slip) for exercise in EXERCISES for slip in exercise.slips]


def slip_id(value):
    return getattr(value, "name", None)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_lessons_solution_is_correct(seed, solution):
    verdicts = {e.name: judge_function(e, solution[e.name], seed) for e in EXERCISES}
    wrong = {name: str(verdict) for name, verdict in verdicts.items() if verdict.status != "correct"}
    assert not wrong
    assert sum(verdict.score for verdict in verdicts.values()) == sum(e.points for e in EXERCISES)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_steps_that_slips_spoil_agree_with_tensorflow(seed):
    for exercise in EXERCISES:
        for question in questions(exercise, seed):
            got = parts_of(exercise.answer(copied(question.case.arguments)), exercise.parts)
            assert all(p.ok for p in compare(got, question.want, exercise.tolerance)), exercise.name


@pytest.mark.parametrize(("exercise", "slip"), SLIPS, ids=slip_id)
def test_every_slip_is_wrong_and_gets_its_name(exercise, slip):
    def slipped(*arguments):
        return exercise.answer(arguments, (slip,))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in SEEDS:
            verdict = judge_function(exercise, slipped, seed)
            assert verdict.status in ("incorrect", "error")
            assert verdict.diagnosis == (slip.name,)
            assert verdict.score < exercise.points


def test_every_slip_has_an_explanation():
    assert {slip.name for _, slip in SLIPS} <= set(MISCONCEPTIONS)


@pytest.mark.parametrize("exercise", EXERCISES, ids=slip_id)
def test_the_same_seed_makes_the_same_arguments(exercise):
    first, again = (exercise.cases(np.random.default_rng(7)) for _ in range(2))
    for case, twin in zip(first, again, strict=True):
        assert case.label == twin.label
        assert repr(case.arguments) == repr(twin.arguments) or not isinstance(case.arguments[0], np.ndarray)


@pytest.mark.parametrize("exercise", EXERCISES, ids=slip_id)
def test_cases_are_as_the_contract_wants_them(exercise):
    cases = exercise.cases(np.random.default_rng(0))
    tags = set().union(*(case.tags for case in cases))
    assert len({case.label for case in cases}) == len(cases)
    assert "lesson" in cases[0].tags
    assert len({case.counts.get("m", case.label) for case in cases}) > 3
    if exercise.name != "numerical_gradient":
        assert {"lesson", "square", "saturated", "one example", "one unit"} <= tags
    if exercise.name in ("backward", "per_example_gradients", "input_gradient"):
        assert {"depth 1", "depth 2", "depth 3", "depth 4", "integer"} <= tags


def test_the_first_layers_gradients_are_far_above_the_absolute_tolerance(exercises):
    for question in questions(exercises["backward"]):
        if not question.case.tags & {"saturated", "integer"}:
            assert np.abs(question.want["dW1"]).max() > 1e-5


def test_saturated_cases_stay_within_what_the_contract_judges(exercises):
    for case in exercises["backward"].cases(np.random.default_rng(3)):
        if "saturated" in case.tags:
            largest = max(np.abs(v).max() for k, v in case.arguments[1].items() if k.startswith("Z"))
            assert 29 < largest <= 30.0001


def test_every_exercise_points_to_a_heading_of_the_lesson(root):
    source = (root / "solutions" / "03_backpropagation.py").read_text()
    headings = [line.strip("# ") for line in source.splitlines() if line.startswith("# #")]
    for exercise in EXERCISES:
        assert any(heading.startswith(exercise.reread) for heading in headings), exercise.reread
        assert any(f"`{exercise.name}` ({exercise.points} point" in heading for heading in headings)
