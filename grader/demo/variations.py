"""Varies submissions in ways that change no mark, so that a class of any size has no two alike.

A variation has other names of some local variables, other comments, cells of the learner's own, and another
written answer. Every second one has been run: its cells have outputs, as Jupyter would have saved them.
"""

from __future__ import annotations

import ast
import base64
import io
import random
from collections.abc import Collection
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from matplotlib.image import imsave
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from grader import lessons
from grader.classroom.cells import exercise_of, grade_id, is_answer, is_test, is_written_answer
from grader.demo.submissions import CLASS, ENDLESS_LOOP, LESSON, SampleSubmission
from grader.judge import judge_function

_COMMENTS = (
    "as derived in the lesson",
    "the shapes fit, I wrote them down",
    "tried it on two examples first",
    "m is the number of examples",
    "this took me three attempts",
)
_NAMES = (
    *("a", "acc", "b", "c", "cur", "d", "delta", "error", "g", "gr", "h", "idx", "j", "k", "l", "loss_grad"),
    *("matrix", "new", "num", "old", "p", "prev", "q", "r", "s", "signal", "step", "t", "temp", "total"),
    *("u", "v", "val", "vec", "w", "x_new", "z"),
)
_OWN_CODE = (
    "my_numbers = np.arange({first}, {first} + {count}) / {count}\nprint(my_numbers.mean(), my_numbers)"
)
_OWN_TEXT = "My note {first}: read this section again before the exam, {count} minutes are enough."


def class_of(count: int) -> list[SampleSubmission]:
    """Return `count` submissions: the sample class, without its endless loop, over and over in variations."""
    kinds = [submission for submission in CLASS if submission is not ENDLESS_LOOP]
    chosen = (kinds[number % len(kinds)] for number in range(count))
    return [
        replace(one, name=f"{one.name}-{number:04}", variation=number) for number, one in enumerate(chosen)
    ]


def vary(notebook: NotebookNode, submission: SampleSubmission, lesson: str = LESSON) -> None:
    """Change the notebook of a submission in place; the same `variation` makes the same changes."""
    rng = random.Random(submission.variation)
    if not submission.is_untouched:
        _vary_answers(notebook, submission.unattempted, rng)
    for _ in range(rng.randint(1, 4)):
        notebook.cells.insert(rng.randint(3, len(notebook.cells)), _own_cell(rng))
    if submission.variation % 2:
        _add_outputs(notebook, lesson, rng)


def _vary_answers(notebook: NotebookNode, unattempted: Collection[str], rng: random.Random) -> None:
    for cell in notebook.cells:
        if is_answer(cell) and grade_id(cell) not in unattempted:
            comment = f"    # {rng.choice(_COMMENTS)} ({rng.randint(1, 10**6)})"
            cell.source = f"{with_other_names(cell.source, rng)}\n{comment}"
        elif is_written_answer(cell):
            sentences = cell.source.removesuffix(".").split(". ")
            cell.source = ". ".join(rng.sample(sentences, len(sentences))) + f" ({rng.randint(1, 10**6)})"


def with_other_names(source: str, rng: random.Random) -> str:
    """Return a function's source with other names for some local variables, and without its comments."""
    tree = ast.parse(source)
    nodes = list(ast.walk(tree))
    local = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    arguments = {node.arg for node in nodes if isinstance(node, ast.arg)}
    taken = {node.id for node in nodes if isinstance(node, ast.Name)} | arguments
    renamed = [name for name in sorted(local - arguments) if rng.random() < 0.5]
    free = [name for name in _NAMES if name not in taken]
    new = dict(zip(renamed, rng.sample(free, len(free)), strict=False))
    for node in nodes:
        if isinstance(node, ast.Name):
            node.id = new.get(node.id, node.id)
    return ast.unparse(tree)


def _own_cell(rng: random.Random) -> NotebookNode:
    values = {"first": rng.randint(1, 99), "count": rng.randint(2, 30)}
    make, text = (new_markdown_cell, _OWN_TEXT) if rng.random() < 0.5 else (new_code_cell, _OWN_CODE)
    return make(text.format(**values), id=f"own-{rng.getrandbits(48):012x}")


def _add_outputs(notebook: NotebookNode, lesson: str, rng: random.Random) -> None:
    for count, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
        cell.execution_count = count
        if is_test(cell):
            bundle = _verdict(lesson, exercise_of(cell))
            cell.outputs = [new_output("execute_result", bundle, execution_count=count)]
        elif "show(" in cell.source:
            data = {"image/png": _picture(rng.randrange(100)), "text/plain": "<Figure size 120x80>"}
            cell.outputs = [new_output("display_data", data)]
        elif "print(" in cell.source:
            cell.outputs = [new_output("stream", text=f"result {rng.random()}\n" * rng.randint(1, 9))]


@cache
def _verdict(lesson: str, name: str) -> dict[str, Any]:
    """Return what a notebook keeps of the verdict on a right answer."""
    exercise = lessons.load(lesson).exercises[name]
    return judge_function(exercise, lambda *arguments: exercise.answer(arguments))._repr_mimebundle_()


@cache
def _picture(number: int) -> str:
    """Return a picture of some 20 kB, as plots are, in base64."""
    file = io.BytesIO()
    imsave(file, np.random.default_rng(number).random((80, 120)), format="png", cmap="gray", vmin=0, vmax=4)
    return base64.b64encode(file.getvalue()).decode()
