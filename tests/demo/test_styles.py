"""Other ways of writing compute the same."""

import random
import warnings

import numpy as np
import pytest

from grader import lessons
from grader.demo.styles import restyled
from grader.judge import judge_function
from tests.conftest import solution_functions, solution_sources


@pytest.mark.parametrize("lesson", lessons.names())
def test_every_solution_stays_right(lesson):
    solved = "\n\n".join(solution_sources(lesson))
    for number in range(4):
        functions = solution_functions(lesson, {"all": restyled(solved, random.Random(number))})
        for name, exercise in lessons.load(lesson).exercises.items():
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                assert judge_function(exercise, functions[name]).status == "correct", name


def test_there_are_many_ways_and_the_same_draw_gives_the_same():
    source = 'def f(A, Y):\n    """Return it."""\n    return (A - Y) ** 2 @ A.T / len(Y) * Y.sum(axis=0)'
    written = [restyled(source, random.Random(number)) for number in range(60)]
    assert written == [restyled(source, random.Random(number)) for number in range(60)]
    assert len(set(written)) > 30
    joined = " ".join(written)
    assert all(part in joined for part in ("np.dot", "np.sum(Y", "Y.shape[0]", "m = len(Y)", "result = "))
