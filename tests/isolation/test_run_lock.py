"""Runs of submissions keep out of each other's way, in whatever processes they are."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from grader.isolation import packages, run_lock, sandbox
from grader.isolation.sandbox import SandboxError
from tests.conftest import ROOT

HOLD = """
import sys
from grader.isolation import run_lock
run_lock.FOLDER = sys.argv[2]
with getattr(run_lock, sys.argv[1])():
    print("held", flush=True)
    sys.stdin.readline()
print("released", flush=True)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(run_lock, "FOLDER", str(tmp_path / "locks"))
    return tmp_path / "locks"


class Holder:
    """Another process that takes the lock, then holds it until it is told to release it."""

    def __init__(self, kind):
        command = [sys.executable, "-c", HOLD, kind, run_lock.FOLDER]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, cwd=ROOT, **pipes)
        self.said = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        if self.process.stdout.readline() == "held\n":
            self.said.set()

    def holds(self, seconds=20.0):
        """Whether it has the lock, at the latest after so many seconds."""
        return self.said.wait(seconds)

    def release(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        assert self.process.wait(20) == 0


@pytest.fixture
def holder():
    """Start processes that take the lock."""
    with contextlib.ExitStack() as stack:

        def start(kind):
            found = Holder(kind)
            stack.callback(found.process.wait)
            stack.callback(found.process.kill)
            return found

        yield start


def is_waiting(found, seconds=1.0):
    """Whether a process is there and does not get the lock; it takes a while to start."""
    return not found.holds(seconds) and found.process.poll() is None


def test_many_share_and_one_excludes_them(holder):
    first, second = holder("shared"), holder("shared")
    assert first.holds() and second.holds()
    alone = holder("exclusive")
    assert is_waiting(alone)
    first.release()
    assert is_waiting(alone, 0.3)
    second.release()
    assert alone.holds()
    late = holder("shared")
    assert is_waiting(late)
    alone.release()
    assert late.holds()


def test_nobody_overtakes_who_waits_to_be_alone(holder):
    first = holder("shared")
    assert first.holds()
    alone = holder("exclusive")
    assert is_waiting(alone)
    late = holder("shared")
    assert is_waiting(late)
    first.release()
    assert alone.holds()
    assert is_waiting(late, 0.3)
    alone.release()
    assert late.holds()


@pytest.mark.parametrize("kind", ["shared", "exclusive"])
def test_a_process_that_is_killed_releases_its_lock(holder, kind):
    found, alone = holder(kind), None
    assert found.holds()
    alone = holder("exclusive")
    assert is_waiting(alone)
    os.kill(found.process.pid, signal.SIGKILL)
    assert alone.holds()


def test_threads_of_one_process_exclude_each_other_too():
    order = []

    def run():
        with run_lock.exclusive():
            order.append("alone")

    with run_lock.shared(), run_lock.shared():
        thread = threading.Thread(target=run)
        thread.start()
        time.sleep(0.3)
        order.append("shared")
    thread.join(20)
    assert order == ["shared", "alone"]


def test_a_thread_does_not_wait_for_itself():
    with run_lock.exclusive():
        with run_lock.exclusive():
            pass
        with pytest.raises(RuntimeError), run_lock.shared():
            pass
    with run_lock.shared(), pytest.raises(RuntimeError), run_lock.exclusive():
        pass
    with run_lock.exclusive():
        pass


def test_no_server_with_tensorflow_outlives_the_exclusive_lock(monkeypatch):
    stopped = []
    monkeypatch.setattr(sandbox, "stop_idle_servers", lambda names: stopped.append(names))
    with run_lock.exclusive():
        with run_lock.exclusive():
            pass
        assert stopped == []
    assert stopped == [packages.WITH_TENSORFLOW]


@pytest.mark.parametrize("kind", ["link", "file", "open to others"])
def test_a_folder_that_is_not_private_is_refused(folder, tmp_path, kind):
    if kind == "link":
        (tmp_path / "elsewhere").mkdir(mode=0o700)
        folder.symlink_to(tmp_path / "elsewhere")
    elif kind == "file":
        folder.touch()
    else:
        folder.mkdir()
        folder.chmod(0o755)
    with pytest.raises(SandboxError, match="Remove it"), run_lock.shared():
        pass


def test_a_lock_that_is_a_link_is_refused(folder, tmp_path):
    folder.mkdir(mode=0o700)
    (folder / "lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(SandboxError), run_lock.shared():
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_without_fcntl_there_is_no_lock(folder, monkeypatch):
    monkeypatch.setattr(run_lock, "fcntl", None)
    with run_lock.exclusive():
        assert not folder.exists()
