"""Lesson 3: its cases meet the contract; what its exercises share."""

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.references import SHIPPED
from grader.lessons.backpropagation.whole_network import counted_from_output

EXERCISES = list(lessons.load("03_backpropagation").exercises.values())


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.name)
def test_cases_meet_the_contract(exercise):
    cases = exercise.cases(np.random.default_rng(0))
    tags = set().union(*(case.tags for case in cases))
    assert len({case.counts.get("m", case.label) for case in cases}) > 3
    if exercise.name != "numerical_gradient":
        assert {"lesson", "square", "saturated", "one example", "one unit"} <= tags
    if exercise.name in ("backward", "per_example_gradients", "input_gradient"):
        assert {"depth 1", "depth 2", "depth 3", "depth 4", "integer"} <= tags


def test_the_first_layers_gradients_are_far_above_the_absolute_tolerance(exercises):
    for referenced in SHIPPED.of(exercises["backward"]):
        if not referenced.case.tags & {"saturated", "integer"}:
            assert np.abs(referenced.want["dW1"]).max() > 1e-5


def test_saturated_cases_stay_within_the_range_of_the_contract(exercises):
    for case in exercises["backward"].cases(np.random.default_rng(3)):
        if "saturated" in case.tags:
            largest = max(np.abs(v).max() for k, v in case.arguments[1].items() if k.startswith("Z"))
            assert 29 < largest <= 30.0001


def test_parts_are_counted_from_the_output(exercises):
    cases = exercises["backward"].cases(np.random.default_rng(0))
    [deep] = [case for case in cases if "depth 4" in case.tags]
    lessons_part = {"dW4": "dW3", "db3": "db2", "dW2": "dW1", "db1": "db1", "dX": "dX", "dW5": "dW5"}
    assert {part: counted_from_output(part, deep) for part in lessons_part} == lessons_part
