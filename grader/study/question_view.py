"""`ask_questions`, three from memory to open a lesson, and the one that follows a right verdict."""

from __future__ import annotations

import html
import sys
from collections.abc import Sequence

from grader.study import learner_at_work
from grader.study.called_exercise import find_lesson
from grader.study.choice_buttons import choice_buttons
from grader.study.note import ended
from grader.study.question_model import Asked, keep_answer, opening_questions, question_after


def ask_questions(*, lesson: str | None = None) -> None:
    """Ask three questions from memory, more often those that went wrong the last time.

    They come from the lessons before this one. Where no person is at work, nothing happens.
    """
    if learner_at_work.is_present():
        lesson = find_lesson(lesson, sys._getframe(1).f_globals, "ask_questions")
        _show(opening_questions(lesson, learner_at_work.progress_file().read()))


def ask_after_this_cell(lesson: str, exercise: str) -> None:
    """Once the cell has run and shown its verdict, ask a question that fits the exercise, if one is left."""
    if not learner_at_work.is_present():
        return
    asked = question_after(lesson, exercise, learner_at_work.progress_file().read())
    if asked is not None:
        learner_at_work.after_this_cell(lambda: _show([asked]))


# --- What is displayed ------------------------------------------------------------------------------


def _show(questions: Sequence[Asked]) -> None:
    from utils.widgets.shared_view import display_widget

    display_widget(
        {"text/html": "".join(map(_page, questions)), "text/plain": "\n\n".join(map(_text, questions))},
        lambda ipywidgets: _stack(ipywidgets, [_widget(ipywidgets, *asked) for asked in questions]),
        still="",
    )


def _page(asked: Asked) -> str:
    """The question where no widget runs, with its answer folded."""
    _, question = asked
    options = "".join(f"<li>{html.escape(option)}</li>" for option in question.options)
    answer = html.escape(f"{ended(question.right)} {question.because}")
    return (
        f"<p><strong>{html.escape(question.text)}</strong></p><ul>{options}</ul>"
        f"<details><summary>The answer</summary>{answer}</details>"
    )


def _text(asked: Asked) -> str:
    _, question = asked
    return "\n".join([question.text, *(f"  {option}" for option in question.options)])


def _stack(ipywidgets, widgets):
    box = ipywidgets.VBox(widgets)
    box.add_class("course-widget")
    return box


def _widget(ipywidgets, lesson: str, question):
    page = ipywidgets.HTML()
    is_answered = False

    def answer(index):
        nonlocal is_answered
        option = question.options[index]
        is_right = option == question.right
        if not is_answered:
            is_answered = True
            learner_at_work.change_entry(
                lesson, "questions", question.name, lambda entry: keep_answer(entry, is_right)
            )
        begin = "✓ Right." if is_right else "✗ Not this one."
        page.value = f'<p role="status">{begin} {html.escape(question.explanation(option))}</p>'

    text = ipywidgets.HTML(f"<p><strong>{html.escape(question.text)}</strong></p>")
    return ipywidgets.VBox([text, choice_buttons(ipywidgets, question.options, answer), page])
