"""A class of any size: no two submissions alike, the same class each time, the marks of the sample class."""

import copy

import nbformat
import numpy as np
import pytest

from grader.classroom.cells import grade_id, is_answer
from grader.demo import LESSON
from grader.demo.sample_class import filled_in
from grader.demo.variations import class_of
from grader.judge import judge_function
from tests.conftest import ROOT, solution_functions

KINDS = 13


@pytest.fixture(scope="module")
def notebooks():
    """The notebooks of a class in which two of each kind hand in, by student."""
    released, solved = (
        nbformat.read(ROOT / folder / LESSON / f"{LESSON}.ipynb", as_version=4)
        for folder in ("notebooks", "solutions")
    )
    return {one.name: filled_in(copy.deepcopy(released), solved, one) for one in class_of(2 * KINDS)}


def test_a_class_is_the_same_each_time_and_has_no_two_alike(notebooks):
    assert class_of(5) == class_of(2 * KINDS)[:5]
    texts = {nbformat.writes(notebook) for notebook in notebooks.values()}
    assert len(texts) == len(notebooks) == 2 * KINDS


def test_every_second_one_has_been_run(notebooks):
    outputs = [[cell.outputs for cell in nb.cells if cell.get("outputs")] for nb in notebooks.values()]
    assert [bool(listed) for listed in outputs] == KINDS * [False, True]
    kinds = {mime for listed in outputs for [output] in listed for mime in output.get("data", {"stream": 0})}
    assert {"stream", "image/png", "text/html"} <= kinds
    for notebook in notebooks.values():
        nbformat.validate(notebook)


@pytest.mark.parametrize("submission", class_of(2 * KINDS), ids=lambda submission: submission.name)
def test_a_variation_changes_no_mark(submission, notebooks, exercises):
    cells = [cell for cell in notebooks[submission.name].cells if is_answer(cell)]
    functions = solution_functions(LESSON, {grade_id(cell): cell.source for cell in cells})
    with np.errstate(all="ignore"):
        verdicts = [judge_function(exercise, functions[name]) for name, exercise in exercises.items()]
    assert {v.name for v in verdicts if v.score < v.max_score} == submission.expected.keys()
