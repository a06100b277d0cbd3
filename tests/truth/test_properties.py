"""Properties of arguments: which cases have them, and which of those that none has are holes."""

import numpy as np
import pytest

from grader import lessons
from grader.lessons import Case
from tests.truth.properties import NEEDLESS, PROPERTIES, counts, holes

COURSE = [exercise for lesson in lessons.names() for exercise in lessons.load(lesson).exercises.values()]


@pytest.mark.parametrize(
    ("name", "has", "has_not"),
    [
        ("number", (1.5,), (np.ones(2),)),
        ("0-d", (np.array(2.0),), (2.0,)),
        ("square", (np.ones((2, 2)),), (np.ones((1, 1)),)),
        ("wide", (np.ones((2, 3)),), (np.ones((3, 2)),)),
        ("large", ({"W1": np.array([2e3])},), ({"W1": np.array([2.0])},)),
        ("tiny", (np.array([1.0, 1e-7]),), (np.array([1.0, 0.0]),)),
        ("equal rows", (np.ones((2, 3)),), (np.eye(3),)),
        ("mixed", (np.array([1]), np.array([1.0])), (np.array([1.0]), np.array([1.0]))),
        ("by columns", (np.ones((2, 3)).T,), (np.ones((2, 3)),)),
        ("10 layers", ({"W10": np.ones((1, 1))},), ({"W9": np.ones((1, 1))},)),
    ],
)
def test_a_property_is_told_from_its_absence(name, has, has_not):
    assert PROPERTIES[name](Case("one that has it", has))
    assert not PROPERTIES[name](Case("one that has it not", has_not))


def test_what_no_case_has_and_an_argument_may_have_is_a_hole(exercises):
    found = counts(exercises["backward"])
    assert found["10 layers"] > 0 and found["same shapes"] > 1
    absent = {**found, "10 layers": 0, "0-d": 0, "integers": 0}
    assert holes(exercises["backward"], absent) == ["10 layers"]


@pytest.mark.parametrize("exercise", COURSE, ids=lambda exercise: exercise.name)
def test_no_property_is_without_a_case_or_a_reason(exercise):
    assert holes(exercise, counts(exercise)) == []


def test_reasons_are_of_exercises():
    assert {name for given in NEEDLESS.values() for name in given} <= {exercise.name for exercise in COURSE}
    assert all(reason.endswith(".") for reason in NEEDLESS)
