import json

import numpy as np
import pytest

from grader.judge import judge_function
from grader.verdict import MIME_TYPE, STATUSES, Verdict


@pytest.fixture
def wrong(exercises):
    def hidden_delta(dZ_next, W_next, A):
        print("<script>alert(1)</script>")
        return dZ_next @ W_next.T

    return judge_function(exercises["hidden_delta"], hidden_delta)


def test_json_has_the_entries_that_were_promised(wrong):
    data = json.loads(json.dumps(wrong.as_dict()))
    assert set(data) == {"name", "status", "score", "max_score", "parts", "diagnosis", "measured", "message"}
    assert data["status"] in STATUSES
    assert data["diagnosis"] == ["missing-activation-derivative"]
    (part,) = data["parts"]
    assert set(part) == {"name", "ok", "error", "got_shape", "want_shape", "follows"}
    assert part["got_shape"] == [12, 25]


def test_the_mime_bundle_serves_nbgrader_a_person_and_a_report(wrong):
    bundle = wrong._repr_mimebundle_()
    assert float(bundle["text/plain"]) == wrong.score
    assert "missing" not in bundle["text/plain"]
    assert bundle[MIME_TYPE] == wrong.as_dict()
    assert "3.5 Third step" in bundle["text/html"]


def test_html_shows_shapes_and_a_picture_and_is_inert(wrong):
    html = wrong._repr_html_()
    assert "(12, 25)" in html
    assert '<img alt="Heat map' in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_picture_is_the_same_every_time(wrong):
    assert wrong._repr_html_() == wrong._repr_html_()


def test_text_names_what_was_seen_and_where_to_read(wrong):
    text = str(wrong)
    assert text.startswith("✗ hidden_delta: not right yet, 0 of 2 points")
    assert "derivative of a hidden layer's activation" in text
    assert "“3.5 Third step”" in text


def test_no_message_gives_the_formula_away(exercises):
    for exercise in exercises.values():
        for slip in exercise.slips:
            with np.errstate(all="ignore"):
                verdict = judge_function(exercise, lambda *a, e=exercise, s=slip: e.answer(a, (s,)))
            words = verdict.message.replace("a(1-a)", "")
            assert not any(formula in words for formula in ("(A - Y)", "A * (1 - A)", ".T", "@", "sum(axis"))


def test_a_right_verdict_is_short():
    verdict = Verdict("f", "correct", 1.0, 1.0)
    assert verdict.message == "Right: every part agrees with TensorFlow on every case."
    assert verdict.diagnosis == ()
