"""The tables in the README, of the lessons and of the questions that they answer."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.authoring.questions import QUESTIONS, Question
from grader.lessons import Lesson


def with_tables(readme: str, lessons: list[Lesson]) -> str:
    """The text of a README with its tables of `lessons` and of questions as they are now.

    Each stands between two marks. Raises `ValueError` if these are not there.
    """
    readme = _with_table(readme, "lessons", [*_LESSONS_HEAD, *map(_lesson_row, lessons)])
    return _with_table(readme, "questions", [*_QUESTIONS_HEAD, *map(_question_row, QUESTIONS)])


def _with_table(readme: str, name: str, rows: Iterable[str]) -> str:
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    table = "\n".join(["", *rows, "", ""])
    written, count = re.subn(rf"(?<={begin}\n).*?(?={end})", lambda _: table, readme, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"the lines {begin} and {end}, between which the {name} are listed, are not there")
    return written


_LESSONS_HEAD = ("| lesson | what you build | functions | minutes |", "| --- | --- | --- | --- |")
_QUESTIONS_HEAD = ("| question | lesson | section |", "| --- | --- | --- |")


def _lesson_row(lesson: Lesson) -> str:
    notebook = f"notebooks/{lesson.name}/{lesson.name}.ipynb"
    functions = " ".join(f"`{name}`" for name in lesson.exercises)
    title = f"[{lesson.name.partition('_')[0]} {lesson.title}]({notebook})"
    return f"| {title} | {lesson.builds} | {functions} | {lesson.minutes} |"


def _question_row(question: Question) -> str:
    return f"| {question.text} | {question.lesson.partition('_')[0]} | {question.section} |"
