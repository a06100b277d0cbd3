import json
import sys

import numpy as np
import pytest

from grader.feedback.verdict import MIME_TYPE, STATUSES, Verdict
from grader.judge import judge_function


@pytest.fixture
def wrong(exercises):
    def hidden_delta(dZ_next, W_next, A):
        print("<script>alert(1)</script>")
        return dZ_next @ W_next.T

    return judge_function(exercises["hidden_delta"], hidden_delta)


def test_json_has_the_entries_that_were_promised(wrong):
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
    assert "leaves out the derivative of an activation" in text
    assert "Try this: " in text and "print(hidden_delta(*tiny))" in text
    assert text.endswith("Reread “3.5 Third step: into the hidden layer, dZ2”.")


def test_html_folds_the_experiment_and_links_to_the_section(wrong, monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", object)
    html = wrong._repr_html_()
    assert "<details" in html and "print(hidden_delta(*tiny))" in html
    assert 'href="#3.5-Third-step:-into-the-hidden-layer,-dZ2"' in html
    monkeypatch.setitem(sys.modules, "google.colab", None)  # where no output can follow such a link
    assert "3.5 Third step: into the hidden layer, dZ2" in wrong._repr_html_()
    assert "href" not in wrong._repr_html_()


def test_two_findings_have_two_explanations_and_share_an_example(exercises):
    twice = judge_function(exercises["hidden_delta"], lambda dZ, W, A: 2 * dZ @ W.T)
    assert twice.diagnosis == ("missing-activation-derivative", "factor-two")
    text = str(twice)
    assert text.count("Try this: ") == 2 and text.count("print(hidden_delta(*tiny))") == 1
    assert len(text.splitlines()) <= 14
    assert twice._repr_html_().count("<details") == 2


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
