"""The table of lessons in the README, which follows from what the lessons say of themselves."""

from __future__ import annotations

import re

from grader.lessons import Lesson

_BEGIN, _END = "<!-- lessons -->", "<!-- end of lessons -->"
_TABLE = re.compile(rf"(?<={_BEGIN}\n).*?(?={_END})", re.DOTALL)


def with_lessons(readme: str, lessons: list[Lesson]) -> str:
    """The text of a README with a row for each lesson between its two marks.

    Raises `ValueError` if the marks are not there.
    """
    table = "\n".join(["", *_HEAD, *map(_row, lessons), "", ""])
    written, count = _TABLE.subn(lambda _: table, readme)
    if count != 1:
        raise ValueError(
            f"the lines {_BEGIN} and {_END}, between which the lessons are listed, are not there"
        )
    return written


_HEAD = ("| lesson | what you build | functions | minutes |", "| --- | --- | --- | --- |")


def _row(lesson: Lesson) -> str:
    notebook = f"notebooks/{lesson.name}/{lesson.name}.ipynb"
    functions = " ".join(f"`{name}`" for name in lesson.exercises)
    title = f"[{lesson.name.partition('_')[0]} {lesson.title}]({notebook})"
    return f"| {title} | {lesson.builds} | {functions} | {lesson.minutes} |"
