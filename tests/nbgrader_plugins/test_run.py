"""A submission that ends or blocks Python is graded as far as it came; points need a verdict."""

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.utils import determine_grade

from grader.nbgrader_plugins import DemandVerdict, Run
from grader.verdict import MIME_TYPE


def test_cell(name="f", outputs=()):
    label = {"grade_id": f"test_{name}", "grade": True, "solution": False, "locked": True, "points": 2}
    return new_code_cell(f"check({name})", outputs=list(outputs), metadata={"nbgrader": label})


test_cell.__test__ = False


def graded(cell):
    nb, _ = DemandVerdict().preprocess(new_notebook(cells=[cell]), {})
    return determine_grade(nb.cells[0])[0]


def verdict(score):
    return new_output("execute_result", {"text/plain": str(score), MIME_TYPE: {"score": score}})


@pytest.mark.parametrize("score", [0.0, 1.5, 2.0])
def test_a_verdict_earns_its_score(score):
    assert graded(test_cell(outputs=[verdict(score)])) == score


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
    cell = test_cell(outputs=outputs)
    assert graded(cell) == 0
    assert cell.outputs[0].ename == "NoVerdict"


def test_an_error_is_not_reported_twice():
    error = new_output("error", ename="NameError", evalue="f", traceback=[])
    cell = test_cell(outputs=[error])
    assert graded(cell) == 0
    assert cell.outputs == [error]


def run(*sources, timeout=2):
    nb = new_notebook(cells=[new_code_cell(source) for source in sources])
    nb, _ = Run(timeout=timeout, iopub_timeout=1).preprocess(nb, {"metadata": {}})
    return [[output.get("ename", output.get("text")) for output in cell.outputs] for cell in nb.cells]


@pytest.mark.slow
def test_an_endless_loop_stops_and_the_next_cell_runs():
    assert run("while True: pass", "print('on')")[1] == ["on\n"]


@pytest.mark.slow
def test_a_loop_that_cannot_be_interrupted_costs_one_timeout():
    stubborn = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass"
    assert run("print('before')", stubborn, "print('on')", "1") == [
        ["before\n"],
        ["CellTimeoutError"],
        ["NotRun"],
        ["NotRun"],
    ]


@pytest.mark.slow
def test_code_that_ends_python():
    assert run("print('before')", "import os\nos._exit(1)", "print('on')") == [
        ["before\n"],
        ["DeadKernelError"],
        ["NotRun"],
    ]


@pytest.mark.slow
def test_the_kernel_knows_that_it_is_grading():
    assert run("import os\nprint(os.environ['NBGRADER_EXECUTION'])") == [["autograde\n"]]
