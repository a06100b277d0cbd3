import subprocess
import sys
from functools import partial

import nbformat
import pytest
from jupyter_client import KernelManager
from nbclient import NotebookClient

import grader
from grader import check

LESSON = "03_backpropagation"


def output_delta(A, Y):
    return (A - Y) / len(A)


def test_check_takes_the_lesson_from_the_notebook_and_the_exercise_from_the_name():
    assert check(output_delta).status == "correct"


def test_check_finds_the_name_of_what_has_none():
    namespace = {"LESSON": LESSON, "check": check, "partial": partial, "given": output_delta}
    exec("output_delta = lambda A, Y: (A - Y) / len(A)\nfirst = check(output_delta)", namespace)
    exec("output_delta = partial(given)\nsecond = check(output_delta)", namespace)
    assert namespace["first"].status == namespace["second"].status == "correct"


def test_other_seeds_make_other_cases():
    def output_delta(A, Y):
        seen.append(A.copy())
        return (A - Y) / len(A)

    seen = []
    check(output_delta, seed=1)
    check(output_delta, seed=2)
    half = len(seen) // 2
    assert (seen[0] != seen[half]).all()


def test_check_says_what_to_do_where_there_is_nothing_to_check():
    with pytest.raises(LookupError, match="first cell"):
        exec("check(f)", {"check": check, "f": output_delta})
    with pytest.raises(TypeError, match="Leave out the parentheses"):
        check(output_delta.__code__)
    with pytest.raises(LookupError, match="'nonsense'.*output_delta"):

        def nonsense():
            pass

        check(nonsense)


def test_nothing_is_written_anywhere(capfd):
    check(output_delta, seed=99)
    assert capfd.readouterr() == ("", "")


def test_validate_says_what_a_verdict_says(capfd, monkeypatch):
    """nbgrader shows what a test cell wrote to stderr in place of "passed some but not all of the tests"."""

    def output_delta(A, Y):
        return A - Y

    namespace = {
        "LESSON": LESSON,
        "check": check,
        "right": globals()["output_delta"],
        "output_delta": output_delta,
    }
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    exec("check(output_delta)", namespace)
    said = capfd.readouterr().err
    assert said.startswith("✗ output_delta: not right yet") and "mean" in said
    assert max(map(len, said.splitlines())) <= 56
    exec("check(right)", namespace)
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    exec("check(output_delta)", namespace)
    assert capfd.readouterr() == ("", "")


def test_where_nbgrader_runs_a_notebook_a_stray_message_to_the_kernel_is_no_output_of_a_cell(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    manager, shown = KernelManager(kernel_name="python3"), []
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        client.execute_interactive("from grader import check\nimport time", output_hook=shown.append)
        for channel in (client.shell_channel, client.control_channel):
            channel.socket.send_multipart([b"", b"ping"])
        client.execute_interactive("time.sleep(0.5)", output_hook=shown.append)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert [message for message in shown if message["msg_type"] in ("stream", "error")] == []


def test_importing_check_is_light():
    heavy = [
        "tensorflow",
        "keras",
        "nbgrader",
        "dask",
        "sklearn",
        "matplotlib",
        "IPython",
        "ipywidgets",
        "click",
    ]
    code = f"import sys, grader; print([m for m in {heavy} if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
    assert "check" in grader.__all__


@pytest.fixture(scope="module")
def executed():
    cells = [
        f"LESSON = {LESSON!r}\nfrom grader import check",
        "def backward(params, cache, Y):\n    raise NotImplementedError()",
        "check(backward)",
        "grads = backward({}, {}, 0)",
        "grads",
        "def output_delta(A, Y):\n    import warnings\n    warnings.warn('w')\n    return A - Y",
        "check(output_delta)",
        "1 / 0",
        "import asyncio\nasyncio.AbstractEventLoop().time()",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=120, allow_errors=True, kernel_name="python3").execute()
    return [cell.outputs for cell in notebook.cells]


def test_in_a_kernel_a_verdict_is_one_result_and_nothing_else(executed):
    for outputs in (executed[2], executed[6]):
        (output,) = outputs
        assert output.output_type == "execute_result"
        float(output.data["text/plain"])
        assert "<div" in output.data["text/html"]


def test_an_unfinished_exercise_says_so_calmly(executed):
    (output,) = executed[3]
    assert output.traceback == ["Not attempted yet: this cell needs the exercise `backward`."]


def test_a_name_that_an_unfinished_cell_left_out_is_explained(executed):
    (output,) = executed[4]
    assert output.traceback == [
        "`grads` is not defined yet: an earlier cell waits for the exercise `backward`."
    ]


def test_other_exceptions_keep_their_tracebacks(executed):
    assert executed[7][0].ename == "ZeroDivisionError"
    assert len(executed[7][0].traceback) > 1
    assert executed[8][0].ename == "NotImplementedError"
    assert len(executed[8][0].traceback) > 1
