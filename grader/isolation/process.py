"""A learner's file in a process of its own, asked from outside."""

from __future__ import annotations

import contextlib
import io
import os
import select
import signal
import subprocess
import sys
import threading
import time
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

    `defined` are the names that the file defines, `failure` is its first statement that failed; `hung` and
    `ended` say that it never got to the end of the file, and how.
    """

    def __init__(self, file: Path, load_limit: float = LOAD_LIMIT):
        self.file = Path(file).resolve()
        self.load_limit = load_limit
        self.defined: tuple[str, ...] = ()
        self.failure: Raised | None = None
        self.hung = self.ended = False
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
        if self._process is None and not self.hung:
            self._start()
        if self.hung:  # the file itself, when it was run again
            return Outcome(arguments=arguments, timed_out=True, seconds=self.load_limit)
        if self._process is not None:
            request = {"name": name, "arguments": arguments, "seconds": seconds}
            try:
                return _outcome(self._exchange(request, seconds + GRACE), arguments)
            except TimeoutError:
                return Outcome(arguments=arguments, timed_out=True, seconds=seconds)
            except _Ended:
                pass
        died = Raised("ProcessEnded", "Python came to an end while it ran the function")
        return Outcome(arguments=arguments, raised=died)

    def _start(self) -> None:
        self._process = subprocess.Popen(
            # -P: a file of the learner's called json.py, say, must not stand in for Python's own.
            [sys.executable, "-P", "-m", "grader.isolation.worker", str(self.file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.file.parent,
            env=_environment(),
            start_new_session=True,
        )
        try:
            loaded = self._exchange(None, self.load_limit)
            self.defined = tuple(map(str, loaded["defined"]))
            self.failure = _raised(loaded["failure"])
        except TimeoutError:
            self.hung = True
        except (_Ended, TypeError, KeyError):
            self.ended = True
            self._stop()

    def _exchange(self, request: Any, seconds: float) -> Any:
        """Send a request, if any, and wait for the reply.

        Raises `TimeoutError` or `_Ended`; the process is gone in either case.
        """
        process, deadline = self._process, time.monotonic() + seconds
        timer = threading.Timer(seconds, _kill, [process])  # a write waits until somebody reads
        timer.daemon = True
        timer.start()
        try:
            if request is not None:
                write_message(process.stdin, request)
            return read_message(_Reader(process.stdout, deadline))
        except (EOFError, OSError, WireError) as error:  # a TimeoutError is an OSError
            self._stop()
            if time.monotonic() >= deadline:
                raise TimeoutError from error
            raise _Ended from error
        finally:
            timer.cancel()

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        _kill(process)
        process.wait()
        process.stdout.close()
        with contextlib.suppress(OSError):  # the pipe may be broken; nothing is left to send
            process.stdin.close()


class _Ended(Exception):
    """The process came to an end, or writes what is no message."""


class _Reader(io.RawIOBase):
    """Reads a pipe until a deadline: a pipe outlives its process if that has children."""

    def __init__(self, pipe, deadline: float):
        self.pipe, self.deadline = pipe, deadline

    def read(self, size: int) -> bytes:
        """Read `size` bytes, or fewer at the end of the pipe."""
        data = bytearray()
        while len(data) < size:
            left = self.deadline - time.monotonic()
            if left <= 0 or not select.select([self.pipe], [], [], left)[0]:
                raise TimeoutError
            piece = os.read(self.pipe.fileno(), size - len(data))
            if not piece:
                break
            data += piece
        return bytes(data)


def _kill(process: subprocess.Popen) -> None:
    """End a process and its children."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    """One thread for each process: many run side by side."""
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONPATH": path}


def _outcome(reply: Any, arguments: tuple) -> Outcome:
    """A reply as an `Outcome`; functions among the arguments are the ones that were sent.

    Raises `_Ended` for a reply that the worker would not have written.
    """
    try:
        back = zip(arguments, reply["arguments"], strict=True)
        return Outcome(
            value=reply["value"],
            arguments=tuple(sent if callable(sent) else got for sent, got in back),
            raised=_raised(reply["raised"]),
            timed_out=reply["timed_out"] is True,
            forbidden=str(reply["forbidden"]),
            printed=str(reply["printed"]),
            warned=tuple(map(str, reply["warned"])),
            seconds=max(0.0, float(reply["seconds"])),
        )
    except (TypeError, KeyError, ValueError) as error:
        raise _Ended from error


def _raised(reply: Any) -> Raised | None:
    if reply is None:
        return None
    number = reply["line_number"]
    return Raised(str(reply["kind"]), str(reply["message"]), number and int(number), str(reply["line"]))
