"""Cells run in their order, and each test cell has a verdict on its function."""

from dataclasses import replace

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grader import lessons
from grader.classroom.grading_notes import made_with, set_made_with
from grader.classroom.run.judge_notebook import judge_notebook
from grader.feedback.render import MIME_TYPE
from grader.judge import judge, missing
from grader.learner.call import Outcome, Raised
from tests.classroom.tiny_lesson import test_cell

LESSON = "03_backpropagation"


class NothingDefined:
    """A submission's process that records what it is to run, and defines no function."""

    def __init__(self, hung=False):
        self.hung, self.ended, self.defined, self.ran = hung, False, (), []

    def run(self, text, name, *, lazy):
        self.ran.append((text, name, lazy))


def judged(process, *cells):
    nb = new_notebook(cells=list(cells))
    judge_notebook(
        nb, process, lessons.load(LESSON).exercises, judge, lesson_cells={"import os": "<lesson cell 1>"}
    )
    return nb["cells"]


def test_all_code_cells_but_tests_run_under_their_numbers():
    process = NothingDefined()
    cells = [new_markdown_cell("# Title"), new_code_cell("import os"), test_cell("backward")]
    judged(process, *cells, new_code_cell("x = 1"))
    assert process.ran == [("import os", "<lesson cell 1>", True), ("x = 1", "<cell 3>", False)]


def test_a_function_that_is_not_defined_is_missing():
    [cell] = judged(NothingDefined(), test_cell("backward"))
    assert cell["outputs"][0]["data"][MIME_TYPE]["status"] == "missing"


def test_a_cell_that_is_not_python_is_quoted():
    source = "def backward(x):\n    m = 1\n        return x"
    cells = judged(NothingDefined(), new_code_cell(source), test_cell("backward"), test_cell("output_delta"))
    verdict = cells[1]["outputs"][0]["data"][MIME_TYPE]
    assert verdict["status"] == "error"
    assert "not Python: unexpected indent in line 3, `return x`" in verdict["message"]
    assert cells[2]["outputs"][0]["data"][MIME_TYPE]["status"] == "missing"


@pytest.mark.parametrize(("version", "is_named"), [("3.99.1", True), ("3.10.2", False), ("new", False)])
def test_what_may_be_python_of_a_newer_version_is_said_to_be(version, is_named):
    nb = new_notebook(cells=[new_code_cell("def backward(x):\n    return x x"), test_cell("backward")])
    nb["metadata"]["language_info"] = {"name": "python", "version": version}
    set_made_with(nb)
    judge_notebook(nb, NothingDefined(), lessons.load(LESSON).exercises, judge)
    message = nb["cells"][1]["outputs"][0]["data"][MIME_TYPE]["message"]
    assert ("made with Python 3.99 and is graded with 3." in message) == is_named
    assert made_with(nb, "Python") == {"3.99.1": "3.99", "3.10.2": "3.10", "new": ""}[version]


NO_SUCH_NAME = "module 'numpy' has no attribute 'matvec'"
REMOVED = "`np.NaN` was removed in the NumPy 2.0 release. Use `np.nan` instead."
NOT_TO_IMPORT = "cannot import name 'matvec' from 'numpy' (/usr/lib/numpy/__init__.py)"


@pytest.mark.parametrize(
    ("version", "message", "is_named"),
    [
        ("2.99.1", NO_SUCH_NAME, True),
        ("1.26.4", REMOVED, True),
        ("2.99", NOT_TO_IMPORT, True),
        (np.__version__, NO_SUCH_NAME, False),
        ("2.99.1", "module 'math' has no attribute 'matvec'", False),
    ],
)
def test_what_may_be_in_another_numpy_is_said_to_be(version, message, is_named):
    printed = f"Python 3.12.3, NumPy {version}, TensorFlow 2.19; no GPU\n"
    setup = new_code_cell("setup", outputs=[new_output("stream", text=printed)])
    nb = new_notebook(cells=[setup, test_cell("backward")])
    set_made_with(nb)
    assert made_with(nb, "Python") == "3.12" and version.startswith(made_with(nb, "NumPy"))

    def raising(name, cases, seconds):
        return [Outcome(raised=Raised("AttributeError", message, 2, "np.matvec(a, b)"))] * len(cases)

    process = NothingDefined()
    process.defined, process.call = ("backward",), raising
    judge_notebook(nb, process, lessons.load(LESSON).exercises, judge)
    said = nb["cells"][1]["outputs"][0]["data"][MIME_TYPE]["message"]
    made = f"The notebook was made with NumPy {version[:4]} and is graded with 2."
    assert (made in said) == is_named


def test_points_are_those_of_the_course():
    exercise = lessons.load(LESSON).exercises["backward"]
    cell = test_cell("backward")
    cell["metadata"]["nbgrader"]["points"] = 10
    process = NothingDefined()
    process.defined, process.call = ("backward",), print
    nb = new_notebook(cells=[cell])
    half = replace(missing(exercise), score=exercise.points / 2, status="incorrect")
    judge_notebook(nb, process, {"backward": exercise}, lambda *_: half)
    data = nb["cells"][0]["outputs"][0]["data"]
    assert (data[MIME_TYPE]["score"], data[MIME_TYPE]["max_score"], data["text/plain"]) == (5, 10, "5.0")
    assert "5 of 10 points" in data["text/html"]


def test_a_test_of_no_exercise_shows_nothing():
    [cell] = judged(NothingDefined(), test_cell("unknown"))
    assert cell["outputs"] == []


def test_after_a_hang_no_function_is_tried():
    [cell] = judged(NothingDefined(hung=True), test_cell("backward"))
    assert cell["outputs"][0]["ename"] == "NotRun"
