"""Runs a notebook's cells in a sandbox and gives each test cell its verdict, which is reached outside."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic

import numpy as np

from grader import lessons
from grader.classroom.cells import Cell, Notebook, exercise_of, is_test, label
from grader.classroom.grading_notes import made_with
from grader.classroom.repair.defined_names import defines, syntax_error
from grader.classroom.run.sanitize_outputs import error_output
from grader.feedback.verdict import Verdict
from grader.isolation.submission import SubmissionProcess
from grader.judge import missing, not_python
from grader.learner.call import Answers
from grader.learner.plain_data import printable
from grader.lessons import Exercise

Judge = Callable[[Exercise, Answers], Verdict]
_NOT_IN_NUMPY = re.compile(
    r"module 'numpy\S*' has no attribute|cannot import name .* from 'numpy|removed in the NumPy"
)
VERSIONS = ("Python", "NumPy")
"""What a notebook was made with, as far as a verdict speaks of it."""
_NOT_RUN = "An earlier cell ended or blocked Python, so this function could not be tried."


def judged_exercises(assignment: str) -> Mapping[str, Exercise]:
    """Return the exercises of a lesson by name; none of an assignment that is no lesson."""
    try:
        return lessons.load(assignment).exercises
    except lessons.UnknownLesson:
        return {}


def is_judged(cell: Cell, exercises: Mapping[str, Exercise]) -> bool:
    """Whether the cell is the test of one of the exercises, and no ordinary test."""
    return is_test(cell) and exercise_of(cell) in exercises


def judge_notebook(
    nb: Notebook,
    process: SubmissionProcess,
    exercises: Mapping[str, Exercise],
    judge: Judge,
    lesson_cells: Mapping[str, str] | None = None,
) -> dict[str, float]:
    """Replace the outputs of each exercise's test by the verdict on its function.

    Returns the seconds that each exercise took, with the cells above it that it was the first to need.

    `judge(exercise, answers)` is `grader.judge.judge` with its options. Cells whose text is among
    `lesson_cells`, which have names by their texts, run as far as the functions need them.
    """
    names = lesson_cells or {}
    versions = {what: made_with(nb, what) for what in VERSIONS}
    above: list[Cell] = []
    seconds: dict[str, float] = {}
    code_cells = (cell for cell in nb["cells"] if cell["cell_type"] == "code")
    for number, cell in enumerate(code_cells, 1):
        if is_judged(cell, exercises):
            exercise, begin = exercises[exercise_of(cell)], monotonic()
            cell["outputs"] = [_test_output(cell, exercise, process, judge, above, versions)]
            seconds[exercise.name] = monotonic() - begin
        elif not is_test(cell):
            name = names.get(cell["source"])
            process.run(cell["source"], name or f"<cell {number}>", lazy=name is not None)
            above.append(cell)
    return seconds


def _test_output(
    test: Cell,
    exercise: Exercise,
    process: SubmissionProcess,
    judge: Judge,
    above: Sequence[Cell],
    versions: Mapping[str, str],
) -> Cell:
    if process.hung or process.ended:
        return error_output("NotRun", _NOT_RUN)
    if exercise.name not in process.defined:
        return _verdict_output(_verdict_without_function(exercise, above, versions["Python"]), test)
    verdict = judge(exercise, partial(process.call, exercise.name))
    return _verdict_output(_with_remark(verdict, _other_numpy(verdict, versions["NumPy"])), test)


def _verdict_without_function(exercise: Exercise, above: Sequence[Cell], python: str) -> Verdict:
    """Return the verdict on a function that is not defined, maybe since its cell is not Python.

    It may be Python of the version with which the notebook was made, `python`, if that is known.
    """
    for cell in reversed(above):
        if defines(cell, exercise.name) and (error := syntax_error(cell["source"])):
            message, number, line = error
            verdict = not_python(exercise, printable(message), number, printable(line))
            return _with_remark(verdict, _newer_python(python))
    return missing(exercise)


def _with_remark(verdict: Verdict, remark: str) -> Verdict:
    return replace(verdict, observation=f"{verdict.observation} {remark}") if remark else verdict


def _newer_python(version: str) -> str:
    """Return a sentence on a version of Python that is newer than the one that grades, or ""."""
    here = sys.version_info[:2]
    if not version or _numbers(version) <= here:
        return ""
    return f"{_made_with('Python', version, here)}: what is not Python here may be Python there."


def _other_numpy(verdict: Verdict, version: str) -> str:
    """Return a sentence on another version of NumPy, if a name is missing in the one here, or ""."""
    here = _numbers(np.__version__)
    if not version or _numbers(version) == here or not _NOT_IN_NUMPY.search(verdict.observation):
        return ""
    return f"{_made_with('NumPy', version, here)}: what is not in NumPy here may be there."


def _made_with(what: str, version: str, here: tuple[int, ...]) -> str:
    return f"The notebook was made with {what} {version} and is graded with {here[0]}.{here[1]}"


def _numbers(version: str) -> tuple[int, ...]:
    """Return the first two numbers of a version."""
    return tuple(map(int, version.split(".")[:2]))


def _verdict_output(verdict: Verdict, test: Cell) -> Cell:
    """Return the output of a test: the verdict, its score out of the points that the course gives for it."""
    points = float(label(test)["points"])
    if points != verdict.max_score:
        score = verdict.score * points / verdict.max_score
        verdict = replace(verdict, score=score, max_score=points)
    output = {"output_type": "execute_result", "metadata": {}, "execution_count": None}
    return {**output, "data": verdict._repr_mimebundle_()}
