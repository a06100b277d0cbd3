"""A test cell earns its points by a valid verdict, and by nothing else."""

import pytest
from nbformat.v4 import new_notebook, new_output
from nbgrader.utils import determine_grade

from grader.classroom.nbgrader_plugins.demand_verdict import DemandVerdict
from grader.feedback.render import MIME_TYPE
from tests.classroom.tiny_lesson import test_cell


def cell_with(outputs):
    cell = test_cell("backward")
    cell.outputs = list(outputs)
    return cell


def graded(cell, assignment="03_backpropagation"):
    resources = {"nbgrader": {"assignment": assignment}}
    nb, _ = DemandVerdict().preprocess(new_notebook(cells=[cell]), resources)
    return determine_grade(nb.cells[0])[0]


def verdict(score):
    return new_output("execute_result", {"text/plain": str(score), MIME_TYPE: {"score": score}})


@pytest.mark.parametrize("score", [0.0, 1.5, 2.0])
def test_a_verdict_earns_its_score(score):
    assert graded(cell_with([verdict(score)])) == score


@pytest.mark.parametrize(
    "outputs",
    [
        [],
        [new_output("stream", text="all right")],
        [new_output("execute_result", {"text/plain": "2.0"})],
        [new_output("execute_result", {"text/plain": "<Right>"})],
        [new_output("display_data", {"text/plain": "2.0", MIME_TYPE: {}})],
        [verdict(100)],
        [verdict(-1)],
        [verdict(float("nan"))],
        [new_output("execute_result", {MIME_TYPE: {"score": 2}})],
    ],
)
def test_nothing_else_earns_anything(outputs):
    cell = cell_with(outputs)
    assert graded(cell) == 0
    assert cell.outputs[0].ename == "NoVerdict"


def test_an_error_is_not_reported_twice():
    error = new_output("error", ename="NameError", evalue="f", traceback=[])
    cell = cell_with([error])
    assert graded(cell) == 0
    assert cell.outputs == [error]


def test_an_ordinary_test_is_nbgraders_to_score():
    passed, failed = [], [new_output("error", ename="AssertionError", evalue="", traceback=[])]
    partial = [new_output("execute_result", {"text/plain": "1.5"})]
    for assignment, name in (("quiz", "backward"), ("03_backpropagation", "of_the_instructors_own")):
        found = []
        for outputs in (passed, failed, partial):
            cell = test_cell(name)
            cell.outputs = list(outputs)
            found.append(graded(cell, assignment))
        assert found == [2, 0, 1.5]
