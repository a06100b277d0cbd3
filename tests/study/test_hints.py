import html
import re

import pytest

from grader.study import learner_at_work, verdicts
from grader.study.progress_file import ProgressFile

WRONG = "def hidden_delta(dZ_next, W_next, A): return dZ_next @ W_next.T"
RIGHT = "def hidden_delta(dZ_next, W_next, A): return (dZ_next @ W_next.T) * A * (1 - A)"
STUB = "def hidden_delta(dZ_next, W_next, A): raise NotImplementedError()"


@pytest.fixture
def hints():
    from grader import lessons

    return lessons.load("03_backpropagation").exercises["hidden_delta"].general_hints


def test_three_hints_come_one_after_the_other_and_then_all_of_them(learner, cell, hints):
    shown = [str(cell(f"{STUB}\nhint(hidden_delta)")) for _ in range(4)]
    for number, (text, hint) in enumerate(zip(shown[:3], hints, strict=True), start=1):
        assert f"hint {number} of 3" in text and hint in text
    assert [hint in shown[0] for hint in hints] == [True, False, False]
    assert all(hint in shown[3] for hint in hints)
    assert learner.read()["03_backpropagation"]["exercises"]["hidden_delta"]["hints"] == 3


def test_a_hint_does_not_repeat_what_the_verdict_said(learner, cell, hints):
    finding = cell(f"{WRONG}\ncheck(hidden_delta)").findings[0]
    first = str(cell("hint(hidden_delta)"))
    assert hints[0] in first and finding.advice not in first


def test_the_first_wrong_verdict_says_how_to_get_help(learner, cell, displayed):
    cell(f"{STUB}\ncheck(hidden_delta)")
    cell(f"{WRONG}\ncheck(hidden_delta)")
    (offered,) = (bundle["text/plain"] for bundle in displayed)
    assert "hint(hidden_delta)" in offered and "solution(hidden_delta)" in offered
    assert "<code>hint(hidden_delta)</code>" in displayed[0]["text/html"]


def test_where_nobody_is_at_work_no_help_is_offered(cell, displayed):
    cell(f"{WRONG}\ncheck(hidden_delta)")
    assert displayed == []


def test_the_slip_is_remembered_when_the_kernel_is_started_again(learner, cell, hints, monkeypatch):
    finding = cell(f"{WRONG}\ncheck(hidden_delta)").findings[0]
    monkeypatch.setattr(verdicts, "_is_right", {})
    monkeypatch.setattr(learner_at_work, "progress_file", lambda: ProgressFile(learner.file))
    first, second = (cell("hint(hidden_delta)") for _ in range(2))
    assert first.paragraphs == (finding.advice, finding.experiment) and first.code == finding.code
    assert hints[0] in str(second)


def test_a_slip_that_is_mended_is_forgotten(learner, cell, hints, monkeypatch):
    cell(f"{WRONG}\ncheck(hidden_delta)")
    cell(f"{RIGHT}\ncheck(hidden_delta)")
    monkeypatch.setattr(verdicts, "_is_right", {})
    assert hints[0] in str(cell("hint(hidden_delta)"))
    kept = learner.read()["03_backpropagation"]["exercises"]["hidden_delta"]
    assert not kept.keys() & set(verdicts.FINDING_FIELDS)


def test_what_is_right_needs_no_hint(learner, cell, hints):
    cell(f"{RIGHT}\ncheck(hidden_delta)")
    assert "hidden_delta is right" in str(cell("hint(hidden_delta)"))
    assert "hints" not in learner.read()["03_backpropagation"]["exercises"]["hidden_delta"]


def test_a_hint_links_to_its_section(learner, cell):
    page = cell(f"{STUB}\nhint(hidden_delta)")._repr_html_()
    assert re.search(r'<a href="#3\.5-Third-step:-into-the-hidden-layer,-dZ2">', html.unescape(page))


def test_a_hint_that_has_no_exercise_says_what_to_do(cell):
    with pytest.raises(TypeError, match=r"hint\(\) takes one of your functions"):
        cell("hint('hidden_delta')")
    with pytest.raises(LookupError, match="no exercise called 'len'"):
        cell("hint(len)")
