import sys
from dataclasses import replace

import numpy as np

from grader.classroom.run.sanitize_html import sanitize_html
from grader.feedback.render import MIME_TYPE, short_text, with_points
from grader.judge import judge_function


def test_the_mime_bundle_serves_nbgrader_a_person_and_a_report(wrong):
    bundle = wrong._repr_mimebundle_()
    assert float(bundle["text/plain"]) == wrong.score
    assert "missing" not in bundle["text/plain"]
    assert bundle[MIME_TYPE] == wrong.as_dict()
    assert "3.5 Third step" in bundle["text/html"]


def test_in_a_terminal_the_plain_text_is_the_verdict(wrong, monkeypatch):
    monkeypatch.setattr("IPython.get_ipython", type("TerminalInteractiveShell", (), {}))
    assert wrong._repr_mimebundle_()["text/plain"] == str(wrong)


def test_html_shows_shapes_and_a_picture_and_runs_no_script(wrong):
    html = wrong._repr_html_()
    assert "(12, 25)" in html
    assert "Error in dZ on the lesson&#39;s second layer: + above the right value" in html
    assert "unit\n" in html and '<b style="background-color: #' in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_picture_is_small_and_survives_where_html_is_sanitized(wrong):
    html = wrong._repr_html_()
    assert len(html) < 12_000
    shown = sanitize_html(html)
    assert shown.count('<b style="background-color:#') == html.count('<b style="background-color: #') > 100
    assert "color:color-mix(" in shown and "white-space:pre" in shown


def test_text_names_what_was_observed_and_where_to_read(wrong):
    text = str(wrong)
    assert text.startswith("✗ hidden_delta: not right yet, 0 of 2 points")
    assert "leaves out the derivative of an activation" in text
    assert "Try this: " in text and "print(hidden_delta(*tiny))" in text
    assert text.endswith("Reread “3.5 Third step: into the hidden layer, dZ2”.")


def test_a_short_text_has_short_lines_and_no_experiment(wrong):
    lines = short_text(wrong).splitlines()
    assert lines[0] == "✗ hidden_delta: not right yet, 0 of 2 points"
    assert max(map(len, lines)) <= 56 and all(line.startswith("  ") for line in lines[1:])
    assert "leaves out the derivative" in " ".join(lines) and "Try this" not in " ".join(lines)


def test_a_short_text_on_what_is_missing_is_one_line(exercises):
    def hidden_delta(dZ_next, W_next, A):
        raise NotImplementedError

    missing = judge_function(exercises["hidden_delta"], hidden_delta)
    assert short_text(missing) == "– hidden_delta: not attempted yet, 0 of 2 points"


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
    assert "  Besides, it is off by a factor of two (twice what it should be)." in text
    assert len(text.splitlines()) <= 14
    assert twice._repr_html_().count("<details") == 2


def test_with_other_points_nothing_else_changes(wrong):
    other = replace(wrong, score=1.5, max_score=3.0)
    assert with_points(wrong._repr_mimebundle_(), 1.5, 3.0) == other._repr_mimebundle_()


def test_of_two_findings_on_parts_apart_each_names_its_own(exercises):
    both = judge_function(exercises["parameter_gradients"], lambda A, dZ: (dZ.T @ A, np.sum(dZ)))
    assert "`dW` has shape (15, 25), not (25, 15).\n  In `dW`, your function returns the transpose" in str(
        both
    )
    assert "\n  Besides, in `db`, it works along another axis than it should, or over all of them." in str(
        both
    )
