"""The sample submissions, checked as functions on many seeds."""

import numpy as np
import pytest

from grader.demo.submissions import CLASS, ENDLESS_LOOP
from grader.judge import judge_function
from tests.conftest import solution_functions

LESSON = "03_backpropagation"
JUDGED = [s for s in CLASS if not s.is_untouched and s is not ENDLESS_LOOP]


@pytest.mark.parametrize("submission", JUDGED, ids=lambda submission: submission.name)
def test_right_answers_are_right_and_slips_get_their_names_on_twenty_seeds(submission, exercises):
    functions = solution_functions(LESSON, submission.answers)
    for seed in range(20):
        with np.errstate(all="ignore"):
            verdicts = [judge_function(e, functions[e.name], seed) for e in exercises.values()]
        found = {v.name: v for v in verdicts if v.status != "correct"}
        assert found.keys() == submission.finds.keys()
        for name, verdict in found.items():
            assert verdict.status in ("incorrect", "error")
            assert submission.finds[name] in verdict.diagnosis
            assert verdict.score < verdict.max_score
