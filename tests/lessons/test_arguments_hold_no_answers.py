"""The arguments of an exercise do not give away the answer to one that comes later in the lesson."""

import dataclasses
from collections.abc import Mapping
from itertools import combinations

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.references import SHIPPED

SMALLEST = 3  # entries; a number or two may be equal by chance


def arrays(value):
    """The arrays of numbers in an argument or an answer, as float64 and flat."""
    if dataclasses.is_dataclass(value):  # a function that an exercise passes
        value = vars(value)
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for entry in value:
            yield from arrays(entry)
    elif isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.size >= SMALLEST:
        yield value.astype(np.float64).ravel()


def is_equal(a, b):
    return a.shape == b.shape and np.abs(a - b).max() <= 1e-12


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize("lesson", lessons.names())
def test_no_argument_is_a_later_answer(lesson, seed):
    exercises = lessons.load(lesson).exercises.values()
    cases = {exercise.name: SHIPPED.of(exercise, seed) for exercise in exercises}
    found = {
        (earlier, later, name)
        for earlier, later in combinations(cases, 2)
        for asked in cases[earlier]
        for argument in arrays(asked.case.arguments)
        for answered in cases[later]
        for name, want in answered.want.items()
        for right in arrays(want)
        if is_equal(argument, right)
    }
    assert found == set()
