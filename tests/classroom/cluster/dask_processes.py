"""A scheduler of Dask and its workers as processes of their own, on this machine."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from grader.learner.library_code import ROOT

SCHEDULER, WORKER = ("distributed.cli.dask_scheduler", "distributed.cli.dask_worker")


class DaskProcesses:
    """A scheduler and workers by their names, each with its log in a folder; they end with the block."""

    def __init__(self, folder: Path, options: tuple[str, ...] = ("--host", "127.0.0.1")):
        self.folder, self._options = folder, options
        self._processes: dict[str, subprocess.Popen] = {}
        self.address = ""

    def __enter__(self):
        self.start_scheduler()
        return self

    def __exit__(self, *error):
        for name in list(self._processes):
            self.kill(name)

    def start_scheduler(self):
        port = self.address.rpartition(":")[2] or "0"
        self._start("scheduler", [SCHEDULER, "--port", port, "--no-dashboard", *self._options])
        self.address = self._wait_for("scheduler", "Scheduler at:").split()[-1]

    def start_worker(self, name, options=("--host", "127.0.0.1"), within=(), **environment):
        """Start a worker, within another command if need be, with environment variables of its own."""
        arguments = [WORKER, self.address, "--name", name, "--nthreads", "1", "--no-dashboard", *options]
        self._start(name, arguments, within, **environment)

    def _start(self, name, arguments, within=(), **environment):
        with open(self.folder / f"{name}.log", "w") as log:
            self._processes[name] = subprocess.Popen(
                [*within, sys.executable, "-m", *arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
                start_new_session=True,
            )

    def wait_for_workers(self, *names):
        for name in names:
            self._wait_for(name, "Registered to:")

    def log(self, name):
        return (self.folder / f"{name}.log").read_text()

    def _wait_for(self, name, words, seconds=60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = [line for line in self.log(name).splitlines() if words in line]
            if found:
                return found[-1]
            assert self._processes[name].poll() is None, self.log(name)
            time.sleep(0.05)
        raise AssertionError(self.log(name))

    def kill_worker_process(self, name):
        """Kill the process of a worker, but not the nanny that starts it again."""
        beside = psutil.Process(self._processes[name].pid).children(recursive=True)
        (worker, *_) = [process for process in beside if "spawn_main" in " ".join(_command(process))]
        worker.send_signal(signal.SIGKILL)

    def processes_that_grade(self):
        """The processes beside workers, and their pools: all that may be left of a worker."""
        return [
            process
            for process in psutil.process_iter(["cmdline", "cwd"])
            if self._is_beside_a_worker(process)
        ]

    def _is_beside_a_worker(self, process):
        module = "grader.classroom.cluster.grading_server"
        return module in (process.info["cmdline"] or []) and process.info["cwd"] == str(self.folder)

    def kill(self, name):
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _command(process):
    """The command of a process, nothing if it has ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.cmdline()
    return []
