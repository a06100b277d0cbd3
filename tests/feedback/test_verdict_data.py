import json

import numpy as np

from grader.feedback.status import STATUSES
from grader.feedback.verdict_data import MAX_WORDS, VerdictData
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


RIGHT_THERE = " (`dW3`, `db3` are right there)"
FOLLOWING = " `dW2`, `dW1` are right, given your own `db2` and `db1`."


def told(others: int) -> str:
    """The message of a verdict with so many words beside what is wrong, what is right and what follows."""
    observation = f"`db2` is 7.12 times the right value{RIGHT_THERE}.{FOLLOWING} {'word ' * others}end."
    return VerdictData("f", "error", 0.0, 1.0, observation=observation, warning="NumPy warns.").message


def test_a_long_message_leaves_out_what_can_wait():
    whole, without_warning, without_following, bare = map(told, (10, 66, 70, 78))
    assert RIGHT_THERE in whole and FOLLOWING in whole and whole.endswith("NumPy warns.")
    assert RIGHT_THERE in without_warning and FOLLOWING in without_warning and "NumPy" not in without_warning
    assert RIGHT_THERE in without_following and FOLLOWING not in without_following
    assert RIGHT_THERE not in bare and "7.12 times the right value. word" in bare
    assert all(len(m.split()) <= MAX_WORDS for m in (whole, without_warning, without_following, bare))


def test_a_long_message_leaves_out_the_code_of_a_line():
    observation = (
        f"It raises KeyError: 'W3' in line 30 of `f`, `return {{n: p[n] for n in p}}`. {'word ' * 80}end."
    )
    verdict = VerdictData("f", "error", 0.0, 1.0, observation=observation)
    assert verdict.message.startswith("It raises KeyError: 'W3' in line 30 of `f`. word")
