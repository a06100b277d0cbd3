"""A learner's file in a process of its own, asked from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from grader.call import Outcome, Raised
from grader.isolation.wire import WireError, read_message, write_message

LOAD_LIMIT = 30.0
GRACE = 2.0
_ROOT = Path(__file__).resolve().parents[2]


class SubmissionProcess:
    """Runs a Python file and calls the functions that it defines.

    A process that hangs or dies is replaced by a fresh one at the next call, so one bad function
    does not take the others with it. Use as a context manager: the process ends with the block.
    """

    def __init__(self, file: Path, load_limit: float = LOAD_LIMIT):
        self.file = Path(file).resolve()
        self.load_limit = load_limit
        self.defined: tuple[str, ...] = ()
        self.failure: Raised | None = None
        self.hung = False
        self._process: subprocess.Popen | None = None

    def __enter__(self) -> SubmissionProcess:
        self._start()
        return self

    def __exit__(self, *error) -> None:
        self._stop()

    def ask(self, name: str, arguments: tuple, seconds: float) -> Outcome:
        """Call the function `name`.

        The process itself stops a call after `seconds`; if it can't, it is killed.
        """
        if self._process is None:
            self._start()
        if self._process is None:
            return Outcome(arguments=arguments, timed_out=True, seconds=self.load_limit)
        request = {"name": name, "arguments": arguments, "seconds": seconds}
        reply, hung = self._exchange(request, seconds + GRACE)
        if reply is None:
            if hung:
                return Outcome(arguments=arguments, timed_out=True, seconds=seconds)
            died = Raised("ProcessEnded", "the process that ran the function came to an end")
            return Outcome(arguments=arguments, raised=died)
        return _outcome(reply, arguments)

    def _start(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "grader.isolation.worker", str(self.file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.file.parent,
            env=_environment(),
        )
        loaded, self.hung = self._exchange(None, self.load_limit)
        if loaded is not None:
            self.defined = tuple(loaded["defined"])
            self.failure = Raised(**loaded["failure"]) if loaded["failure"] else None

    def _exchange(self, request: Any, seconds: float) -> tuple[Any, bool]:
        """Send a request, if any, and wait: `(reply, hung)`; the reply is None once the process is gone."""
        process, hung = self._process, threading.Event()

        def kill():
            hung.set()
            process.kill()

        timer = threading.Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            if request is not None:
                write_message(process.stdin, request)
            return read_message(process.stdout), False
        except (EOFError, OSError, WireError):
            self._stop()
            return None, hung.is_set()
        finally:
            timer.cancel()

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        process.stdout.close()
        try:
            process.stdin.close()
        except OSError:  # the pipe was already broken; nothing is left to send
            return


def _environment() -> dict[str, str]:
    """One thread for each process: many run side by side."""
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONPATH": path}


def _outcome(reply: dict[str, Any], arguments: tuple) -> Outcome:
    """A reply as an `Outcome`; functions among the arguments are the ones that were sent."""
    entries = dict(reply)
    entries["raised"] = Raised(**entries["raised"]) if entries["raised"] else None
    entries["warned"] = tuple(entries["warned"])
    entries["arguments"] = tuple(
        sent if callable(sent) else back for sent, back in zip(arguments, entries["arguments"], strict=True)
    )
    return Outcome(**entries)
