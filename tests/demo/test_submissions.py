"""The sample submissions, checked as functions on many seeds."""

import numpy as np
import pytest

from grader import lessons
from grader.demo.submissions import CLASS, ENDLESS_LOOP, LESSON, LOOPS_AND_EINSUM
from grader.feedback.status import STATUSES
from grader.judge import judge_function
from grader.lessons.misconceptions import MISCONCEPTIONS
from tests.conftest import solution_functions

JUDGED = [s for s in CLASS if not s.is_untouched and s is not ENDLESS_LOOP]


def test_submissions_name_exercises_misconceptions_and_statuses_that_exist():
    exercises = set(lessons.load(LESSON).exercises)
    assert len({submission.name for submission in CLASS}) == len(CLASS) == 14
    for submission in CLASS:
        assert set(submission.answers) | set(submission.expected) | set(submission.without_tests) <= exercises
        assert set(submission.expected.values()) <= {*MISCONCEPTIONS, *STATUSES}
    assert set(LOOPS_AND_EINSUM.answers) == exercises


@pytest.mark.parametrize("submission", JUDGED, ids=lambda submission: submission.name)
def test_right_answers_are_right_and_slips_get_their_names_on_twenty_seeds(submission, exercises):
    functions = solution_functions(LESSON, submission.answers)
    for seed in range(20):
        with np.errstate(all="ignore"):
            verdicts = [judge_function(e, functions[e.name], seed) for e in exercises.values()]
        found = {v.name: v for v in verdicts if v.status != "correct"}
        assert found.keys() == submission.expected.keys()
        for name, verdict in found.items():
            assert verdict.status in ("incorrect", "error")
            assert submission.expected[name] in verdict.diagnosis
            assert verdict.score < verdict.max_score
