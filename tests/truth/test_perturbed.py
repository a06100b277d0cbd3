"""Verdicts do not hang on the last digits of references, as another processor might compute them."""

import numpy as np
import pytest

from grader import lessons
from grader.judge import judge_function
from tests.conftest import solution_functions
from tests.truth.perturbed import EXACT, ULPS, PerturbedReferences, perturbed

COURSE = [(lesson, name) for lesson in lessons.names() for name in lessons.load(lesson).exercises]


def test_floats_are_off_by_a_few_units_and_all_else_is_as_it_was():
    values = {"a": np.array([1.0, -3.0, 0.0]), "b": [2.0, 3], "c": np.array([1, 2]), "d": "name"}
    found = perturbed(np.random.default_rng(0), values)
    assert np.any(found["a"] != values["a"]) and found["a"][2] == 0
    assert np.all(np.abs(found["a"] - values["a"]) <= ULPS * np.spacing(np.abs(values["a"])))
    assert found["b"][1] == 3 and found["d"] == "name"
    assert found["c"] is values["c"]


def test_exercises_with_exact_arguments_are_exercises():
    assert EXACT.keys() <= {name for _, name in COURSE}


@pytest.mark.parametrize(("lesson", "name"), COURSE)
def test_verdicts_are_the_same_with_perturbed_references(lesson, name):
    """On the lesson's own solution, and on what makes the exercise's first slip."""
    exercise, references = lessons.load(lesson).exercises[name], PerturbedReferences()
    assert (
        judge_function(exercise, solution_functions(lesson)[name], references=references).status == "correct"
    )

    def slipped(*arguments):
        return exercise.answer(arguments, exercise.slips[:1])

    verdicts = [judge_function(exercise, slipped, references=r) for r in (references, PerturbedReferences(1))]
    names = [verdict.diagnosis for verdict in verdicts]
    assert names == [(exercise.slips[0].name,)] * 2
