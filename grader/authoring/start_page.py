"""The notebook that `make lab` opens first: the course map, the minutes, and where to go on."""

from __future__ import annotations

import re
from collections.abc import Iterable

import nbformat
from nbformat import NotebookNode

from grader.lessons import Lesson

_WELCOME = """\
# Backpropagation, learnt by doing

*Hidden layers have no labels. So how can TensorFlow compute their cost, and how can it know their gradient?*

The lessons build on each other, and each stands alone: what it needs of earlier ones is given. Together they
take some {hours} hours; half a lesson is a good sitting.

{table}"""
_STUDY = """\
In every lesson: read, predict, run; write your own code in the place of `raise NotImplementedError()`; then

| call | what you get |
|---|---|
| `check(backward)` | a verdict on your function, and why, as often as you like |
| `hint(backward)` | the next of three hints |
| `solution(backward)` | the model answer, once you mean it |
| `progress()` | where you stand |

Run the next cell (Shift and Enter) to see where you stand and where to go on."""
_METADATA = {"kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}}
_PROGRESS = """\
from grader import progress

progress()"""


def start_page(lessons: Iterable[Lesson]) -> NotebookNode:
    """The start page of a course of these lessons, a notebook beside the folder `notebooks`."""
    lessons = list(lessons)
    rows = ["| lesson | what you build | minutes |", "|---|---|---|", *map(_row, lessons)]
    welcome = _WELCOME.format(hours=_hours(lessons), table="\n".join(rows))
    cells = [
        nbformat.v4.new_markdown_cell(welcome, id="welcome"),
        nbformat.v4.new_markdown_cell(_STUDY, id="study"),
        nbformat.v4.new_code_cell(_PROGRESS, id="progress"),
    ]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=_METADATA)
    notebook.nbformat_minor = 5
    return notebook


def _row(lesson: Lesson) -> str:
    notebook = f"notebooks/{lesson.name}/{lesson.name}.ipynb"
    title = f"[{lesson.name.partition('_')[0]} {lesson.title}]({notebook})"
    return f"| {title} | {lesson.builds} | {lesson.minutes} |"


def _hours(lessons: list[Lesson]) -> str:
    """How long all lessons take, such as "15 to 22"."""
    shortest, longest = (
        sum(int(re.findall(r"\d+", lesson.minutes)[i]) for lesson in lessons) / 60 for i in (0, -1)
    )
    return f"{shortest:.0f} to {longest:.0f}"
