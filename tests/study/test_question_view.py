import sys

import ipywidgets

from grader import lessons
from tests.study.conftest import controls

L3 = "03_backpropagation"


def radios(bundles):
    return [control for control in controls(bundles) if isinstance(control, ipywidgets.RadioButtons)]


def statuses(bundles):
    return [c.value for c in controls(bundles) if isinstance(c, ipywidgets.HTML) and "status" in c.value]


def question_of(lesson_questions, radio):
    return next(q for q in lesson_questions if tuple(radio.options) == q.options)


def bank(*names):
    return [question for name in names for question in lessons.load(name).questions]


def test_three_questions_open_a_lesson_and_explain_each_option(learner, displayed, cell):
    cell("ask_questions()")
    first, *others = radios(displayed)
    assert len(others) == 2 and statuses(displayed) == []
    question = question_of(bank(*lessons.names()[:2]), first)
    wrong = next(option for option in question.options if option != question.right)
    first.index = question.options.index(wrong)
    (status,) = statuses(displayed)
    assert "✗ Not this one." in status
    first.index = question.options.index(question.right)
    (status,) = statuses(displayed)
    assert "✓ Right." in status


def test_the_first_answer_counts(learner, displayed, cell):
    cell("ask_questions()")
    radio = radios(displayed)[0]
    question = question_of(bank(*lessons.names()[:2]), radio)
    order = sorted(range(len(question.options)), key=lambda i: question.options[i] == question.right)
    for index in order:
        radio.index = index
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
