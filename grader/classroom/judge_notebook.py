"""Runs a notebook's cells in a sandbox and gives each test cell its verdict, which is reached outside."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping
from functools import cache, partial

from nbformat import NotebookNode
from nbformat.v4 import new_output

from grader import lessons
from grader.classroom.cells import exercise_of, is_test
from grader.classroom.notebook_outputs import error_output
from grader.diagnosis.case_results import referenced_cases
from grader.feedback.verdict import Verdict
from grader.isolation.submission import SubmissionProcess
from grader.judge import judge, missing
from grader.lessons import Exercise
from utils.tensorflow import silence

# TensorFlow and Matplotlib are not safe in several threads; `silence` redirects the output of all of them.
_LOCK = threading.Lock()
_NOT_RUN = "An earlier cell ended or blocked Python, so this function could not be tried."


def exercises_with_references(lesson: str, seed: int) -> Mapping[str, Exercise]:
    """Return a lesson's exercises by name, with all references computed; none if it is no lesson."""
    if lesson not in lessons.names():
        return {}
    with _LOCK:
        _compute_references(lesson, seed)
    return lessons.load(lesson).exercises


def judge_notebook(
    nb: NotebookNode,
    process: SubmissionProcess,
    exercises: Mapping[str, Exercise],
    seed: int,
    *,
    lesson_cells: Collection[str] = (),
    carries_errors_forward: bool = False,
) -> None:
    """Replace the outputs of each test cell by the verdict on its function, as the cells above it define it.

    Cells whose text is one of `lesson_cells` run as far as the functions need them.
    """
    for number, cell in enumerate(nb.cells, 1):
        if cell.cell_type != "code":
            continue
        if not is_test(cell):
            process.run(cell.source, f"<cell {number}>", lazy=cell.source in lesson_cells)
            continue
        exercise = exercises.get(exercise_of(cell))
        cell.outputs = []
        if exercise is not None:
            cell.outputs.append(_test_output(exercise, process, seed, carries_errors_forward))


def _test_output(
    exercise: Exercise, process: SubmissionProcess, seed: int, carries_errors_forward: bool
) -> NotebookNode:
    if process.hung or process.ended:
        return error_output("NotRun", _NOT_RUN)
    if exercise.name not in process.defined:
        return _verdict_output(missing(exercise))
    ask = partial(process.call, exercise.name)
    return _verdict_output(judge(exercise, ask, seed, carried_forward=carries_errors_forward))


def _verdict_output(verdict: Verdict) -> NotebookNode:
    with _LOCK:
        return new_output("execute_result", verdict._repr_mimebundle_())


@cache
def _compute_references(lesson: str, seed: int) -> None:
    with silence():
        for exercise in lessons.load(lesson).exercises.values():
            referenced_cases(exercise, seed)
