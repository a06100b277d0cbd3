import json

import numpy as np

from grader.feedback.status import STATUSES
from grader.feedback.verdict_data import VerdictData
from grader.judge import judge_function


def test_json_has_the_entries_that_programs_rely_on(wrong):
    data = json.loads(json.dumps(wrong.as_dict()))
    what, why = {"name", "status", "score", "max_score", "parts"}, {"diagnosis", "findings", "measured"}
    assert set(data) == {*what, *why, "message"}
    assert data["status"] in STATUSES
    assert data["diagnosis"] == ["missing-activation-derivative"]
    (part,) = data["parts"]
    assert set(part) == {"name", "ok", "error", "got_shape", "want_shape", "follows"}
    assert part["got_shape"] == [12, 25]
    (finding,) = data["findings"]
    assert set(finding) == {"name", "detail", "text", "experiment", "code", "section"}
    assert finding["text"] in data["message"]
    assert finding["section"] == "3.5 Third step: into the hidden layer, dZ2"


def test_no_message_gives_the_formula_away(exercises):
    for exercise in exercises.values():
        for slip in exercise.slips:
            with np.errstate(all="ignore"):
                verdict = judge_function(exercise, lambda *a, e=exercise, s=slip: e.answer(a, (s,)))
            words = verdict.message.replace("a(1-a)", "")
            assert not any(formula in words for formula in ("(A - Y)", "A * (1 - A)", ".T", "@", "sum(axis"))


def test_a_right_verdict_is_short():
    verdict = VerdictData("f", "correct", 1.0, 1.0)
    assert verdict.message == "Right: every part agrees with TensorFlow on every case."
    assert verdict.diagnosis == ()
