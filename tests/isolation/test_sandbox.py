"""What a sandbox holds, and what it says where there can be none."""

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from grader.isolation import bubblewrap, packages, sandbox, seccomp
from grader.isolation.limits import Limits
from grader.isolation.sandbox import SandboxError
from grader.isolation.submission import SubmissionProcess
from tests.conftest import ROOT
from tests.isolation.calls import call, groups_left

GRADER = ROOT / "grader"

INSIDE = """
import os, sys
def files(folder, word=""):
    found = (os.path.relpath(os.path.join(top, name), folder)
             for top, _, names in os.walk(folder) for name in names)
    return sorted(name for name in found if word in name)
def entries(folder):
    return os.listdir(folder)
def who():
    return [os.getuid(), os.getgid(), os.getgroups(), os.getcwd(), sorted(os.listdir("/"))]
def environment():
    return dict(os.environ)
def status():
    import ctypes
    libc = ctypes.CDLL(None)
    return [libc.prctl(39, 0, 0, 0, 0), libc.prctl(21, 0, 0, 0, 0), os.getpid()]
def writable():
    found = []
    for top, folders, _ in os.walk("/"):
        found += [os.path.join(top, name) for name in folders
                  if os.access(os.path.join(top, name), os.W_OK) and not top.startswith("/submission")]
    return sorted({os.path.realpath(place) for place in found})
def descriptors():
    found = []
    for number in range(100):
        try:
            os.fstat(number)
            found.append(number)
        except OSError:
            pass
    return found
def hostname():
    return os.uname().nodename
"""


@pytest.fixture
def ask():
    """Call a function of `INSIDE`."""
    with SubmissionProcess(INSIDE.encode()) as process:
        yield lambda name, *arguments: call(process, name, arguments, 20).value


def test_nobody_in_particular_in_a_folder_of_its_own(ask):
    user, group, groups, folder, root = ask("who")
    assert (user, group, folder) == (1000, 1000, "/submission")
    assert set(groups) <= groups_left()
    assert ask("files", "/proc") == ["self/cmdline", "self/exe"]
    assert not {"sys", "home", "var", "run", "mnt", "work"} & set(root)
    assert ask("hostname") == "sandbox"


def test_only_what_calls_functions_enters_and_nothing_that_knows_an_answer(ask):
    found = {name for name in ask("files", "/course/grader") if "__pycache__" not in name}
    folders = ("learner", "isolation/inside")
    inside = {
        str(file.relative_to(ROOT / "grader"))
        for f in folders
        for file in (ROOT / "grader" / f).rglob("*.py")
    }
    assert found == {"__init__.py", *inside}
    assert not [name for name in ask("files", "/course") if name.endswith((".ipynb", ".db"))]


def test_no_library_for_automatic_differentiation_is_there(ask):
    found = ask("entries", "/packages")
    assert "numpy" in found
    assert not {"tensorflow", "keras", "jax", "torch"} & set(found)
    libraries = Path(sys.base_prefix, "lib").glob("python3*")
    assert [file for folder in libraries for file in ask("files", str(folder), "-packages/")] == []


def test_nothing_is_writable_but_the_folder(ask):
    assert ask("writable") == ["/submission"]  # /tmp and /dev/shm are other names of it


def test_the_environment_is_clean(ask):
    environment = ask("environment")
    assert environment["HOME"] == environment["TMPDIR"] == "/submission"
    assert not set(environment) & (set(os.environ) - set(bubblewrap._ENVIRONMENT) - {"PWD"} - _OF_LIBRARIES)


_OF_LIBRARIES = {"KMP_DUPLICATE_LIB_OK", "KMP_INIT_AT_FORK"}  # scikit-learn sets them for itself


def test_no_new_privileges_a_filter_and_no_process_of_others(ask):
    assert ask("status") == [1, 2, 1]


def test_no_descriptor_of_the_grader_is_inherited(ask):
    assert len(ask("descriptors")) == 5  # the standard ones, which lead nowhere, and two for messages


def test_the_folder_is_bounded():
    fill = "def f():\n    n = 0\n    while True:\n        open(str(n), 'wb').write(bytes(10**6)); n += 1\n"
    with SubmissionProcess(fill.encode(), Limits(folder=8 * 1024**2)) as process:
        assert call(process, "f", (), 20).raised.kind == "OSError"


def test_the_folder_takes_so_many_files():
    fill = "def f():\n    for n in range(10**6):\n        open(str(n), 'w').close()\n"
    with SubmissionProcess(fill.encode(), Limits(files=100)) as process:
        outcome = call(process, "f", (), 20)
        assert outcome.raised.kind == "OSError"
        assert "It wrote more to files than there is room for." in process.stopped


def test_a_server_buries_the_workers_that_have_ended():
    sandbox.stop_idle_servers()
    for _ in range(3):
        with SubmissionProcess(LOOKS.encode()):
            pass
    [server] = sandbox._pool._servers
    assert len(psutil.Process(server._bwrap.pid).children(recursive=True)) <= 2


@pytest.mark.parametrize("name", ["sh", "bwrap"])
def test_no_program_is_there(name):
    look = "import shutil\ndef f():\n    return shutil.which({name!r})\n"
    with SubmissionProcess(look.format(name=name).encode()) as process:
        assert call(process, "f", (), 5).value is None


def test_nothing_runs_without_bubblewrap(monkeypatch):
    sandbox._missing.cache_clear()
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SandboxError) as error, SubmissionProcess(b""):
        pytest.fail("a submission runs")
    sandbox._missing.cache_clear()
    assert "no program `bwrap`" in str(error.value)
    for word in ("apt-get install bubblewrap", "dnf install bubblewrap", "docker run"):
        assert word in str(error.value)


def test_nothing_runs_without_the_filter(monkeypatch):
    def no_library():
        raise RuntimeError("Unable to find libseccomp")

    sandbox._missing.cache_clear()
    monkeypatch.setattr(seccomp, "program", no_library)
    with pytest.raises(SandboxError, match="Unable to find libseccomp"), SubmissionProcess(b""):
        pytest.fail("a submission runs")
    sandbox._missing.cache_clear()


def test_nothing_runs_where_bubblewrap_fails(monkeypatch, tmp_path):
    sandbox.stop_idle_servers()
    missing = tmp_path / "missing"  # /nonexistent may be there: it is the home of nobody
    monkeypatch.setattr(bubblewrap, "_identity", lambda: ["--bind", str(missing), "/x"])
    with (
        pytest.raises(SandboxError, match=f"bwrap: Can't find source path {missing}"),
        SubmissionProcess(b""),
    ):
        pytest.fail("a submission runs")


def test_nothing_runs_where_python_cannot_start(monkeypatch):
    sandbox.stop_idle_servers()
    monkeypatch.setattr(packages, "installed_paths", lambda names: ())
    with pytest.raises(SandboxError, match="Traceback[^$]*numpy"), SubmissionProcess(b""):
        pytest.fail("a submission runs")


# --- The fork server ----------------------------------------------------------------------------------

LEAVES = """
import builtins, os, sys
import numpy as np
np.sum = builtins.sum = lambda *args, **kwargs: 42
os.environ["LEFT"] = sys.left = "here"
for place in ("/submission/left", "/tmp/also_left"):
    open(place, "w").write("here")
np.random.seed(7)
def who():
    return [os.getpid(), os.getppid(), os.getpgrp(), os.getsid(0)]
def kill_all():
    import signal
    for other in (-1, 0, *range(2, 300)):
        try:
            os.kill(other, signal.SIGKILL)
        except OSError:
            pass
    return "still here"
def rights():
    import ctypes
    libc, refused = ctypes.CDLL(None, use_errno=True), []
    for call in ("unshare", "setns", "mount", "umount2", "setuid", "setgroups"):
        refused.append(getattr(libc, call)(0, 0, 0, 0, 0) != 0 and ctypes.get_errno() == 1)
    return refused
"""
LOOKS = """
import builtins, os, sys
import numpy as np
def found():
    return [np.sum is builtins.sum, "LEFT" in os.environ, hasattr(sys, "left"), os.listdir("/submission")]
def draw():
    return np.random.random(3)
"""


def test_what_a_submission_leaves_is_not_there_for_the_next():
    sandbox.stop_idle_servers()
    with SubmissionProcess(LOOKS.encode()) as process:
        first = call(process, "draw", (), 5).value
    [server] = sandbox._pool._servers
    with SubmissionProcess(LEAVES.encode()) as process:
        assert process.failure is None
        assert call(process, "who", (), 5).value == [1, 0, 1, 1]
    assert set(sandbox._pool._servers) == {server}
    with SubmissionProcess(LOOKS.encode()) as process:
        assert call(process, "found", (), 5).value == [False, False, False, []]
        assert np.array_equal(call(process, "draw", (), 5).value, first)
    assert set(sandbox._pool._servers) == {server}


def test_a_submission_cannot_reach_its_server():
    with SubmissionProcess(LEAVES.encode()) as process:
        assert call(process, "rights", (), 5).value == [True] * 6
        assert call(process, "kill_all", (), 5).value == "still here"
        server = process._process._worker._server
        assert server._bwrap.poll() is None
    assert server in sandbox._pool._servers


def test_submissions_at_the_same_time_have_servers_of_their_own():
    with SubmissionProcess(LEAVES.encode()) as one, SubmissionProcess(LOOKS.encode()) as other:
        assert one._process._worker._server is not other._process._worker._server
        assert call(other, "found", (), 5).value == [False, False, False, []]


def test_cells_of_a_lesson_are_prepared_once_for_all_submissions():
    sandbox.stop_idle_servers()
    cells = (("factor = 2", "<own 1>"), ("not python", "<own 2>"), ("factor += 1", "<own 3>"))
    for expected in (3, 3):
        with SubmissionProcess(lesson_cells=cells) as process:
            for text, name in cells:
                process.run(text, name, lazy=True)
            process.run("def f(x):\n    return factor", "<mine>")
            assert call(process, "f", (1,), 5).value == expected
    [server] = sandbox._pool._servers
    with SubmissionProcess(lesson_cells=cells[:1]) as process:
        assert process._process._worker._server is not server


def test_a_server_that_has_ended_is_replaced():
    with SubmissionProcess(LOOKS.encode()):
        pass
    for server in sandbox._pool._servers:
        server._bwrap.kill()
        server._bwrap.wait()
    with SubmissionProcess(LOOKS.encode()) as process:
        assert call(process, "found", (), 5).value == [False, False, False, []]


def test_idle_servers_end(monkeypatch):
    sandbox.stop_idle_servers()
    monkeypatch.setattr(sandbox, "IDLE_SECONDS", 0.1)
    with SubmissionProcess(LOOKS.encode()) as process:
        server = process._process._worker._server
    server._bwrap.wait(10)
    assert sandbox._pool._servers == {}


def test_a_server_that_is_used_again_waits_anew(monkeypatch):
    """The time that it was given before its last submission must not stop it now."""
    sandbox.stop_idle_servers()
    monkeypatch.setattr(sandbox, "IDLE_SECONDS", 1.0)
    servers = set()
    for _ in range(4):
        with SubmissionProcess(LOOKS.encode()) as process:
            servers.add(process._process._worker._server)
        time.sleep(0.6)
    assert len(servers) == 1
    servers.pop()._bwrap.wait(10)


@pytest.mark.parametrize("is_thread", [False, True])
def test_everything_ends_with_the_grader(is_thread):
    """Also while a submission sleeps, and whichever thread has started it."""
    code = f"""
import threading, time
from grader.isolation.submission import SubmissionProcess
def grade():
    with SubmissionProcess(b"import time\\ndef f():\\n    time.sleep(1000)\\n") as process:
        print(process.defined, flush=True)
        process.call("f", [()], 600)
if {is_thread}:
    threading.Thread(target=grade).start()
    time.sleep(1000)
grade()
"""
    grader = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE)
    grader.stdout.readline()
    time.sleep(0.3)
    pids = [process.pid for process in psutil.Process(grader.pid).children(recursive=True)]
    assert len(pids) == 3  # bubblewrap, the fork server, the submission
    grader.kill()
    grader.communicate()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(map(_is_running, pids)):
        time.sleep(0.05)
    assert not any(map(_is_running, pids))


def _is_running(pid: int) -> bool:
    """Whether it is there and no zombie, which it stays where nobody buries orphans."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
