import time

import numpy as np
import pytest

from grader.isolation.limits import Limits
from grader.isolation.process import WorkerProcess
from grader.isolation.submission import SubmissionProcess
from tests.isolation.calls import call


@pytest.fixture(params=[True, False], ids=["sandbox", "no sandbox"])
def start(request):
    """Start a process on a file with the given text."""
    open_processes = []

    def begin(text, **limits):
        process = SubmissionProcess(text.encode(), Limits(**limits), is_isolated=request.param).__enter__()
        open_processes.append(process)
        return process

    yield begin
    for process in open_processes:
        process.__exit__()


def test_a_function_answers_with_arrays(start):
    process = start("import numpy as np\ndef f(a, b):\n    return {'sum': a + b}\n")
    assert "f" in process.defined
    outcome = call(process, "f", (np.ones((2, 3)), 2.0), 5)
    assert np.array_equal(outcome.value["sum"], np.full((2, 3), 3.0))


def test_changed_arguments_show(start):
    process = start("def f(a):\n    a[0] = 9\n")
    assert call(process, "f", (np.zeros(2),), 5).arguments[0][0] == 9


def test_what_a_file_prints_does_no_harm(start):
    text = "import os, sys\nprint('x' * 10**6)\nos.write(1, b'junk')\nsys.stderr.write('e')\n"
    process = start(text + "def f():\n    os.write(1, b'more')\n    print('hi')\n    return 1\n")
    outcome = call(process, "f", (), 5)
    assert outcome.value == 1
    assert outcome.printed == "hi\n"


def test_a_process_that_dies_is_replaced(start):
    process = start("import os\ndef die():\n    os._exit(1)\ndef f():\n    return 2\n")
    assert call(process, "die", (), 5).raised.kind == "ProcessEnded"
    assert call(process, "f", (), 5).value == 2


def values(outcomes):
    return [outcome.raised.kind if outcome.raised else outcome.value for outcome in outcomes]


def test_all_cases_are_answered_and_those_before_a_crash_kept(start):
    process = start("import os\ndef f(n):\n    return os._exit(1) if n == 2 else n\n")
    assert values(process.call("f", [(n,) for n in range(4)], 5)) == [0, 1, "ProcessEnded", 3]


def test_no_case_is_asked_after_one_that_hangs(start):
    stubborn = "signal.signal(signal.SIGALRM, signal.SIG_IGN)"
    for line in ("pass", stubborn):
        process = start(f"import signal\ndef f(n):\n    while n == 1: {line}\n    return n\n")
        first, second = process.call("f", [(n,) for n in range(4)], 0.3)
        assert (first.value, first.timed_out, second.timed_out) == (0, False, True)


def test_all_cases_together_have_so_many_seconds(start):
    process = start("import time\ndef f(n):\n    time.sleep(0.2)\n    return n\n")
    outcomes = process.call("f", [(n,) for n in range(10)], 0.5)
    assert [outcome.timed_out for outcome in outcomes] == [False, False, True]


def test_cells_run_in_their_order_before_a_call_and_again_after_a_crash():
    with SubmissionProcess() as process:
        process.run("n = []\nimport os", "<cell 1>")
        process.run("n.append(1)\ndef f(): return list(n)\ndef die(): os._exit(1)", "<cell 2>")
        assert set(process.defined) >= {"n", "os", "f", "die"}
        process.run("n.append(2)", "<cell 3>")
        assert call(process, "f", (), 5).value == [1, 2]
        call(process, "die", (), 5)
        process.run("n.append(3)", "<cell 4>")
        assert call(process, "f", (), 5).value == [1, 2, 3]


def test_arguments_are_not_there_while_the_cells_before_run():
    look = "import gc\nseen = [a for a in gc.get_objects() if isinstance(a, dict) and 'secret_name' in a]\n"
    with SubmissionProcess() as process:
        process.run(look + "def f(a):\n    return len(seen)", "<cell 1>")
        assert call(process, "f", ({"secret_name": 1},), 5).value == 0


@pytest.mark.parametrize(("line", "state"), [("while True: pass", "failure"), ("os._exit(1)", "ended")])
def test_a_cell_that_does_not_end_well(line, state):
    with SubmissionProcess(limits=Limits(cell_seconds=0.3)) as process:
        process.run(f"import os\n{line}", "<cell 1>")
        process.run("import socket; socket.socket()", "<cell 2>")
        assert getattr(process, state)
        assert ("ended Python" in str(process.stopped)) == (state == "ended")
        assert ("network" in str(process.stopped)) == (state == "failure")


def test_a_call_that_hangs_is_stopped_and_one_that_cannot_be_is_killed(start):
    stubborn = (
        "import signal\ndef g():\n    signal.signal(signal.SIGALRM, signal.SIG_IGN)\n    while True: pass\n"
    )
    process = start("def f():\n    while True: pass\n" + stubborn + "def h():\n    return 3\n")
    assert call(process, "f", (), 0.2).timed_out
    begin = time.perf_counter()
    assert call(process, "g", (), 0.2).timed_out
    assert time.perf_counter() - begin < 10
    assert call(process, "h", (), 5).value == 3


def test_a_file_that_never_finishes_loading_hangs(start):
    process = start("while True: pass", load_seconds=1)
    assert process.hung
    assert process.defined == ()


def test_a_child_that_outlives_its_parent_holds_nothing_up(start):
    fork = "import os, time\nif os.fork():\n    os._exit(0)\ntime.sleep(60)\n"
    begin = time.perf_counter()
    process = start(fork, load_seconds=2)
    assert process.hung or process.ended
    assert time.perf_counter() - begin < 10


def test_a_file_that_ends_python_has_ended(start):
    process = start("def f():\n    return 1\nimport os\nos._exit(3)\n")
    assert process.ended
    assert process.defined == ()


@pytest.mark.parametrize("name", ["json.py", "types.py", "numpy.py", "grader.py", "utils.py"])
def test_a_file_called_like_a_library_stands_in_for_none(start, name):
    lay = f"import pathlib\npathlib.Path({name!r}).write_text('1 / 0')\n"
    process = start(f"{lay}import json, numpy\ndef f():\n    import types\n    return 4\n")
    assert call(process, "f", (), 5).value == 4


def test_a_forged_reply_is_no_answer(start):
    forge = "import sys\nframe = sys._getframe()\n"
    forge += "while 'FunctionWorker' not in frame.f_globals:\n    frame = frame.f_back\n"
    forge += "frame.f_globals['_outcome_as_data'] = lambda outcome: {'value': 1}\ndef f():\n    return 1\n"
    assert call(start(forge), "f", (), 5).raised.kind == "ProcessEnded"


def test_a_submission_that_has_used_up_its_time_is_asked_nothing_more(start):
    process = start("def f():\n    while True: pass\n", submission_seconds=1)
    assert call(process, "f", (), 5).timed_out
    begin = time.perf_counter()
    assert call(process, "f", (), 5).timed_out
    assert time.perf_counter() - begin < 0.1


def test_what_a_sandbox_takes_to_be_ready_is_not_the_time_of_the_submission(start, monkeypatch):
    def make_ready(process, at_once=WorkerProcess.start):
        at_once(process)
        time.sleep(0.6)

    monkeypatch.setattr(WorkerProcess, "start", make_ready)
    process = start("def f():\n    return 1\n", submission_seconds=0.5)
    assert call(process, "f", (), 5).value == 1


def test_the_clock_is_the_one_outside(start):
    lie = "import time\ntime.perf_counter = lambda: 0.0\n"
    process = start(lie + "def f():\n    time.sleep(0.3)\n")
    assert call(process, "f", (), 5).seconds >= 0.3


def test_a_value_that_is_too_large_is_named(start):
    process = start("import numpy as np\ndef f():\n    return np.zeros(10**7)\n")
    assert call(process, "f", (), 20).value.kind == "value of more than 4 MiB"
    process = start("def f():\n    return ['x' * 500] * 9000")
    assert call(process, "f", (), 20).value.kind == "value with too much text"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import numpy as np\ndef f():\n    return np.ones(10**10)", "more memory"),
        ("def f():\n    return bytearray(10**11)", "more memory"),
        ("def f():\n    open('big', 'wb').write(bytes(10**8))", "more to files"),
        ("import os\ndef f():\n    os._exit(3)", "ended Python"),
        ("import os\nos._exit(3)", "ended Python"),
        ("while True:\n    pass", "used up its time"),
    ],
)
def test_what_ran_out_is_told(text, words):
    with SubmissionProcess(text.encode(), Limits(load_seconds=2)) as process:
        if "f" in process.defined:
            call(process, "f", (), 5)
        assert [words in said for said in process.stopped] == [True]


def test_an_honest_file_has_no_findings():
    with SubmissionProcess(b"def f():\n    raise ValueError\ndef g():\n    return 1") as process:
        call(process, "f", (), 5)
        call(process, "g", (), 5)
        assert process.stopped == ()


@pytest.mark.parametrize(
    "line",
    [
        "from multiprocessing.pool import ThreadPool\n    return ThreadPool(2).map(abs, [-1])[0]",
        "import tempfile\n    return tempfile.TemporaryFile().write(b'x')",
        "import getpass\n    return len(getpass.getuser()) > 0",
        "import platform\n    return len(platform.platform()) > 0 and platform.processor() == ''",
    ],
)
def test_the_tools_of_an_ordinary_computer_are_there(line):
    with SubmissionProcess(f"def f():\n    {line}".encode()) as process:
        assert call(process, "f", (), 20).value == 1
        assert process.stopped == ()


def test_what_is_not_python_says_where():
    with SubmissionProcess(b"x = 1\ndef f(:\n") as process:
        assert process.syntax_error.line_number == 2
