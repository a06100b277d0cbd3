"""A notebook runs in a sandbox, its functions are judged outside, and points need a verdict."""

from __future__ import annotations

from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output
from nbgrader.utils import determine_grade
from traitlets.config import Configurable

from grader.classroom.errors import BadSubmission
from grader.classroom.grading_notes import HANDED_IN, METADATA_KEY, RERUN
from grader.classroom.nbgrader_plugins import Run
from grader.feedback.render import MIME_TYPE
from tests.classroom.tiny_lesson import test_cell

LESSON = "03_backpropagation"
RIGHT = "def output_delta(A, Y):\n    return (A - Y) / len(A)"


@pytest.fixture
def course(tmp_path):
    """A course folder with an empty submission of Ada's; what nbgrader would say of it."""
    for folder in ("submitted/ada", "solutions", "notebooks"):
        (tmp_path / folder / LESSON).mkdir(parents=True)
    return SimpleNamespace(
        root=str(tmp_path),
        submitted_directory="submitted",
        source_directory="solutions",
        release_directory="notebooks",
        autograded_directory="autograded",
        ignore=["*.pyc"],
        format_path=lambda step, student, lesson: str(tmp_path / step / student / lesson),
    )


@pytest.fixture
def run(course):
    """Run cells: texts of a learner's, or cells; returns the notebook."""

    def start(*cells, **traits):
        job = Configurable()
        job.coursedir = course
        step = Run(parent=Configurable(parent=job), **{"cell_seconds": 10, **traits})
        made = [cell if isinstance(cell, nbformat.NotebookNode) else new_code_cell(cell) for cell in cells]
        nb, _ = step.preprocess(
            new_notebook(cells=made), {"nbgrader": {"assignment": LESSON, "student": "ada"}}
        )
        return nb

    return start


def shown(nb):
    """What the cells show, in a word each."""
    return [[output.get("ename", output.get("text")) for output in cell.outputs] for cell in nb.cells]


def earned(nb):
    return [determine_grade(cell)[0] for cell in nb.cells if "nbgrader" in cell.metadata]


def test_outputs_stay_as_handed_in_and_functions_are_judged(run):
    shows = new_code_cell("print('hello')", outputs=[new_output("stream", text="as it was\n")])
    forged = test_cell("output_delta")
    forged.outputs = [new_output("execute_result", {"text/plain": "2.0"})]
    nb = run(shows, "def output_delta(A, Y):\n    return A", forged)
    assert shown(nb)[:2] == [["as it was\n"], []]
    assert earned(nb) == [0]
    assert nb.metadata[METADATA_KEY] == {"outputs": HANDED_IN}


def test_cells_show_what_they_show_when_they_run_again(run):
    old = new_code_cell("print('hello')\n1 + 1", outputs=[new_output("stream", text="as it was\n")])
    nb = run(old, RIGHT, test_cell("output_delta"), test_cell("backward"), rerun=True)
    assert nb.cells[0].outputs[0].text == "hello\n"
    assert nb.cells[0].outputs[1].data["text/plain"] == "2"
    assert earned(nb) == [2, 0]
    assert nb.cells[3].outputs[0].data[MIME_TYPE]["status"] == "missing"
    assert [cell.execution_count for cell in nb.cells] == [1, 2, 3, 4]
    assert nb.metadata[METADATA_KEY] == {"outputs": RERUN}


def test_a_test_of_the_instructors_own_runs_as_in_a_notebook(run):
    tests = [test_cell(name) for name in ("two", "three", "partly")]
    for test, source in zip(tests, ("assert f() == 2", "assert f() == 3", "1.5"), strict=True):
        test.source = source
    nb = run("def f():\n    print('f')\n    return 2", *tests)
    assert [determine_grade(cell)[0] for cell in nb.cells[1:]] == [2, 0, 1.5]


def test_an_error_may_cost_points_once(run):
    helpers = """import numpy as np
def backward(params, cache, Y):
    depth, grads = len(params) // 2, {}
    dZ = cache[f"A{depth}"] - Y
    for layer in range(depth, 0, -1):
        A = cache[f"A{layer - 1}"]
        grads[f"dW{layer}"], grads[f"db{layer}"] = A.T @ dZ, dZ.sum(axis=0)
        dZ = (dZ @ params[f"W{layer}"].T) * A * (1 - A)
    return grads
"""
    test = test_cell("backward")
    test.metadata.nbgrader["points"] = 4
    assert earned(run(helpers, test)) == [0]
    assert earned(run(helpers, test, carries_errors_forward=True)) == [pytest.approx(4 * 5 / 6)]


def test_magics_plots_and_errors_look_as_in_a_notebook(run):
    plot = "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    timed = f"%%time\n{RIGHT}"
    nb = run(plot, timed, "1 / 0", "%%writefile note.txt\nhi", test_cell("output_delta"), rerun=True)
    assert any("image/png" in output.get("data", {}) for output in nb.cells[0].outputs)
    assert nb.cells[2].outputs[0].ename == "ZeroDivisionError"
    assert "\x1b" not in str(nb.cells[2].outputs)
    assert earned(nb) == [2]


@pytest.mark.slow
def test_tensorflow_is_there_to_show_and_not_to_answer(run):
    mixed = "import tensorflow as tf\nx = tf.constant(3.0)\ndef helper(A, Y):\n    return (A - Y) / len(A)"
    honest = "def output_delta(A, Y):\n    return helper(A, Y)"
    cheat = "def hidden_delta(dZ_next, W_next, A):\n    return tf.constant(A).numpy()"
    tests = test_cell("output_delta"), test_cell("hidden_delta")
    nb = run(mixed + "\nprint(float(x))", honest, cheat, *tests, cell_seconds=100, rerun=True)
    assert nb.cells[0].outputs[-1].text.endswith("3.0\n")
    assert earned(nb) == [2, 0]
    assert nb.cells[4].outputs[0].data[MIME_TYPE]["status"] == "forbidden"


def test_an_endless_loop_stops_and_the_next_cell_runs(run):
    nb = run("while True: pass", "print('on')", RIGHT, test_cell("output_delta"), cell_seconds=2, rerun=True)
    assert shown(nb)[:2] == [["CellTimeoutError"], ["on\n"]]
    assert earned(nb) == [2]


def test_a_loop_that_cannot_be_interrupted_costs_one_timeout(run):
    stubborn = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass"
    cells = ["print('before')", stubborn, "print('on')", RIGHT, test_cell("output_delta")]
    nb = run(*cells, cell_seconds=1, rerun=True)
    assert shown(nb) == [["before\n"], ["CellTimeoutError"], ["NotRun"], ["NotRun"], ["NotRun"]]
    assert earned(nb) == [0]


def test_code_that_ends_python(run):
    nb = run("print('before')", "import os\nos._exit(1)", "print('on')", rerun=True)
    assert shown(nb) == [["before\n"], ["DeadKernelError"], ["NotRun"]]


def test_a_function_that_ends_python_takes_no_other_with_it(run):
    ends = "import os\ndef hidden_delta(dZ_next, W_next, A):\n    os._exit(1)"
    nb = run(ends, RIGHT, test_cell("hidden_delta"), "x = 1", test_cell("output_delta"))
    assert earned(nb) == [0, 2]


def test_data_files_are_there_and_no_others(run, course):
    place = f"{course.root}/submitted/ada/{LESSON}"
    for name in ("data.txt", "old.pyc", "other.ipynb"):
        with open(f"{place}/{name}", "w") as file:
            file.write("numbers")
    nb = run(
        "import os\nprint(open('data.txt').read(), sorted(n for n in os.listdir() if n[0] != '.'))",
        rerun=True,
    )
    assert nb.cells[0].outputs[0].text == "numbers ['data.txt']\n"


@pytest.mark.parametrize("name", ["data.txt", f"{LESSON}.ipynb"])
def test_a_link_is_refused(run, course, name, tmp_path):
    (tmp_path / "submitted" / "ada" / LESSON / name).symlink_to("/etc/hostname")
    with pytest.raises(BadSubmission, match="is a link"):
        run("1")


def test_what_was_stopped_is_noted(run):
    nb = run("import os\ntry:\n    os.fork()\nexcept OSError:\n    pass")
    assert nb.metadata[METADATA_KEY]["stopped"] == ["It tried to start another program."]


def test_nothing_runs_without_a_sandbox_and_nbgrader_ends(run, monkeypatch, caplog, tmp_path):
    from grader.isolation import sandbox

    monkeypatch.setattr(sandbox, "_missing", lambda: "bubblewrap is not installed.")
    begun = tmp_path / "autograded" / "ada" / LESSON
    begun.mkdir(parents=True)
    with pytest.raises(SystemExit) as ended:
        run("1")
    assert ended.value.code == 2
    assert caplog.text.count("apt-get install bubblewrap") == 1
    assert not begun.exists()
    assert shown(run("print(1)", is_isolated=False, rerun=True)) == [["1\n"]]


def test_the_lessons_own_cells_run_as_far_as_the_functions_need_them(run, course):
    own = ["factor = 1\nopen('drawn', 'w')", "factor = 2\nopen('drawn', 'w')"]
    released = new_notebook(cells=[new_code_cell(text) for text in own])
    nbformat.write(released, course.format_path("notebooks", ".", LESSON) + f"/{LESSON}.ipynb")
    answer = (
        "import os\ndef output_delta(A, Y):\n    assert os.path.exists('drawn') == {}\n"
        "    return factor / 2 * (A - Y) / len(A)"
    )
    test = test_cell("output_delta")
    assert earned(run(*own, answer.format(False), test)) == [2]
    changed = own[1] + "  # and mine"
    assert earned(run(own[0], changed, answer.format(True), test)) == [2]


@pytest.mark.parametrize(
    ("trait", "code", "error"),
    [
        ({"memory": 1000}, "bytearray(2 * 1000**3)", "MemoryError"),
        ({"open_files": 20}, "[open('/dev/null') for _ in range(30)]", "OSError"),
        ({"folder": 1}, "open('x', 'wb').write(bytes(2 * 10**6))", "OSError"),
        ({"file_size": 1}, "open('x', 'wb').write(bytes(2 * 10**6))", "OSError"),
    ],
)
def test_what_is_configured_holds(run, trait, code, error):
    answer = f"def output_delta(A, Y):\n    kept = {code}"
    nb = run(answer, test_cell("output_delta"), **trait)
    assert f"raises {error}" in str(nb.cells[1].outputs)


def test_what_a_cell_shows_is_bounded(run):
    flood = "from IPython.display import HTML, display\nfor _ in range(9):\n    display(HTML('x' * 500_000))"
    assert len(run(flood, output=1, rerun=True).cells[0].outputs) == 2


def test_what_all_cells_show_is_bounded(run):
    flood = "from IPython.display import HTML, display\ndisplay(HTML('x' * 500_000))"
    nb = run(flood, flood, flood, "1 + 1", outputs=1, rerun=True)
    assert [names == ["TooMuchOutput"] for names in shown(nb)[:3]] == [False, False, True]


def test_a_notebook_that_has_used_up_its_time_takes_no_more(run):
    nb = run(*["import time\ntime.sleep(0.3)"] * 60, submission_seconds=2.0, rerun=True)
    ran = [names for names in shown(nb) if names == []]
    assert 1 <= len(ran) < 8
    assert shown(nb)[-1] == ["CellTimeoutError"]


@pytest.mark.parametrize(
    "line",
    [
        "display([1, 2])",
        "_, Out, In[-1]",
        "import asyncio\nawait asyncio.sleep(0)",
        "%time x = 3\nx + 1",
        "files = !ls\nlen(files)",
        "# -*- coding: latin-1 -*-\nassert len('ü') == 1",
    ],
)
def test_a_cell_may_use_what_every_notebook_has(run, line):
    nb = run(f"{line}\n{RIGHT}", test_cell("output_delta"))
    assert earned(nb) == [2]
    assert "stopped" not in nb.metadata[METADATA_KEY]
