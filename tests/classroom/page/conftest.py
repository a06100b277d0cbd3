"""Autograded notebooks of lesson 3 as plain data, with verdicts but without a sandbox."""

from functools import cache

import pytest

from grader import lessons
from grader.classroom.cells import exercise_of, is_test, is_written_answer, label
from grader.classroom.records import CellGrade, Grades
from grader.classroom.repair.read_notebook import read_release
from grader.judge import judge_function, missing
from grader.learner.library_code import ROOT

LESSON = "03_backpropagation"


def released(lesson=LESSON):
    return read_release(ROOT / "notebooks" / lesson / f"{lesson}.ipynb")


@cache
def bundle(name, kind):
    """The output of the test of an exercise: "right", "wrong" or "missing"."""
    exercise = lessons.load(LESSON).exercises[name]
    slips = exercise.slips[:1] if kind == "wrong" else ()
    verdict = (
        missing(exercise)
        if kind == "missing"
        else judge_function(exercise, lambda *arguments: exercise.answer(arguments, slips))
    )
    return verdict._repr_mimebundle_()


def output(data, kind="display_data"):
    return {"output_type": kind, "metadata": {}, "data": data}


@pytest.fixture
def autograded():
    """A function that returns an autograded notebook; `kind` is that of its verdicts but for `others`."""

    def make(kind="right", **others):
        notebook = released()
        for cell in filter(is_test, notebook["cells"]):
            name = exercise_of(cell)
            cell["outputs"] = [output(bundle(name, others.get(name, kind)), "execute_result")]
        return notebook

    return make


@pytest.fixture
def grades():
    """A function that returns the grades of a notebook: the points of its verdicts, 0 if there is none."""

    def make(notebook, **options):
        cells = {}
        for cell in notebook["cells"]:
            if label(cell).get("grade"):
                data = [one["data"] for one in cell.get("outputs", []) if "data" in one]
                score = float(data[0]["text/plain"]) if is_test(cell) and data else 0.0
                points = float(label(cell)["points"])
                cells[label(cell)["grade_id"]] = CellGrade(score, points, is_written_answer(cell))
        score = sum(cell.score for cell in cells.values()) - options.get("late_penalty", 0)
        total = sum(cell.max_score for cell in cells.values())
        return Grades(score, total, **{"cells": cells} | options)

    return make
