"""The first pages of the site: the map of the course, and the questions that its lessons answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from grader.authoring.questions import QUESTIONS
from grader.feedback.explanation import heading_text
from grader.lessons import Lesson

QUESTIONS_PAGE = "questions"
_INDEX = """# Backpropagation, learnt by doing

*Hidden layers have no labels. So how can TensorFlow compute their cost, and how can it know their gradient?*

This is the course for reading: its lessons, with what every cell displays. {solutions} To write and check
code of your own, open the notebooks of the course in JupyterLab.

## The lessons

{lessons}

The [questions that people ask]({questions}.md) lead to the sections that answer them.

```{{toctree}}
:hidden:

{pages}
```
"""
_SOLUTIONS = {
    True: "Solutions are folded, so that you can try first.",
    False: "Solutions of the exercises are left out.",
}
_QUESTIONS = """# Questions that people ask

These come up in forums again and again. A section of a lesson answers each of them with an experiment.

| question | lesson | section |
| --- | --- | --- |
{rows}
"""


def index_page(lessons: Sequence[Lesson], pages: Sequence[str], has_solutions: bool) -> str:
    """Return the first page in Markdown: the map of the course with what each lesson builds and takes.

    `pages` are the names of all other pages, in their order.
    """
    rows = ["| lesson | what you build | minutes |", "| --- | --- | --- |"]
    rows += [
        f"| [{number(lesson)} {lesson.title}]({lesson.name}.ipynb) | {lesson.builds} | {lesson.minutes} |"
        for lesson in lessons
    ]
    return _INDEX.format(
        solutions=_SOLUTIONS[has_solutions],
        lessons="\n".join(rows),
        questions=QUESTIONS_PAGE,
        pages="\n".join(pages),
    )


def questions_page(lessons: Sequence[Lesson]) -> str:
    """Return the page of the questions that `lessons` answer in Markdown."""
    titles = {lesson.name: f"{number(lesson)} {lesson.title}" for lesson in lessons}
    rows = [
        f"| {question.text} | {titles[question.lesson]} | {_link(question.lesson, question.section)} |"
        for question in QUESTIONS
        if question.lesson in titles
    ]
    return _QUESTIONS.format(rows="\n".join(rows))


def number(lesson: Lesson) -> str:
    """Return the number of a lesson, such as "03"."""
    return lesson.name.partition("_")[0]


def _link(lesson: str, section: str) -> str:
    """A link in HTML, since Markdown's links know only the anchors that Sphinx makes."""
    words = re.sub(r"`(.*?)`", r"\1", heading_text(section))
    return f'<a href="{lesson}.html#{escape(words.replace(" ", "-"))}">{escape(words)}</a>'
