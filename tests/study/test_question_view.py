import sys

import ipywidgets

from grader import lessons
from tests.study.conftest import buttons, controls

L3 = "03_backpropagation"


def statuses(bundles):
    return [c.value for c in controls(bundles) if isinstance(c, ipywidgets.HTML) and "status" in c.value]


def asked(bundles):
    """The questions whose options are the buttons."""
    bank = (question for name in lessons.names() for question in lessons.load(name).questions)
    return [question for question in bank if set(question.options) <= buttons(bundles).keys()]


def test_three_questions_open_a_lesson_and_explain_each_option(learner, displayed, cell):
    cell("ask_questions()")
    question, *others = asked(displayed)
    assert len(others) == 2 and statuses(displayed) == []
    wrong = next(option for option in question.options if option != question.right)
    buttons(displayed)[wrong].click()
    (status,) = statuses(displayed)
    assert "✗ Not this one." in status
    buttons(displayed)[question.right].click()
    (status,) = statuses(displayed)
    assert "✓ Right." in status


def test_the_first_answer_counts(learner, displayed, cell):
    cell("ask_questions()")
    question = asked(displayed)[0]
    for option in (*question.wrong, question.right):
        buttons(displayed)[option].click()
    (kept,) = [lesson["questions"] for lesson in learner.read().values()]
    entry = kept[question.name]
    assert (entry["asked"], entry["wrong"], entry["right"]) == (1, 1, False)


def test_the_answer_is_folded_where_no_widget_runs(learner, displayed, cell, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    cell("ask_questions()")
    (still,) = displayed
    assert still["text/html"].count("<details><summary>The answer</summary>") == 3


def test_where_nobody_is_at_work_nothing_is_asked(displayed, cell):
    cell("ask_questions()")
    cell("def output_delta(A, Y): return (A - Y) / len(A)\ncheck(output_delta)")
    assert displayed == []
