"""A learner's file in a process of its own, asked from outside."""

from __future__ import annotations

import contextlib
import io
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from grader.call import PRINTED_LIMIT, Outcome, Raised
from grader.isolation import sandbox, seccomp
from grader.isolation.limits import Limits
from grader.isolation.wire import WireError, read_message, write_message
from grader.isolation.worker import TRIED

GRACE = 2.0
WARNINGS_LIMIT = 20
_ROOT = Path(__file__).resolve().parents[2]
_WORKER = "grader.isolation.worker"


class SubmissionProcess:
    """Runs a Python file in a sandbox and calls the functions that it defines.

    A process that hangs or dies is replaced by a fresh one at the next call, so one bad function
    does not take the others with it. Use as a context manager: the process ends with the block.

    `defined` are the names that the file defines, `failure` is its first statement that failed,
    `unreadable` says why it is not Python; `hung` and `ended` say that it never got to the end of the
    file, and how. `stopped` is what the sandbox kept it from doing, in words.

    With `is_isolated=False` there is no sandbox: the file may do whatever the caller may.
    Raises `sandbox.SandboxError` on entry where there can be none.
    """

    def __init__(self, text: bytes, limits: Limits | None = None, *, is_isolated: bool = True):
        self.text = text
        self.limits = limits or Limits()
        self.is_isolated = is_isolated
        self.defined: tuple[str, ...] = ()
        self.failure: Raised | None = None
        self.unreadable: Raised | None = None
        self.hung = self.ended = False
        self._tried: set[str] = set()
        self._running: _Running | None = None
        self._out_of_time = float("inf")

    def __enter__(self) -> SubmissionProcess:
        self._out_of_time = time.monotonic() + self.limits.submission_seconds
        self._start()
        return self

    def __exit__(self, *error) -> None:
        self._stop()

    @property
    def stopped(self) -> tuple[str, ...]:
        """What the submission tried in vain, as far as it could be seen."""
        if not self.is_isolated:
            return ()
        return tuple(_STOPPED[kind] for kind in TRIED if kind in self._tried)

    def ask(self, name: str, arguments: tuple, seconds: float) -> Outcome:
        """Call the function `name`.

        The process itself stops a call after `seconds`; if it can't, it is killed. Once the submission has
        used up its time, every call has timed out.
        """
        left = self._out_of_time - time.monotonic()
        if self._running is None and not self.hung and left > 0:
            self._start()
        if self.hung or left <= 0:  # the file itself, when it was run again
            return Outcome(arguments=arguments, timed_out=True, seconds=seconds)
        if self._running is not None:
            request = {"name": name, "arguments": arguments, "seconds": seconds}
            begin = time.monotonic()
            try:
                reply = self._exchange(request, min(seconds + GRACE, left))
                return _outcome(reply, arguments, time.monotonic() - begin)
            except TimeoutError:
                return Outcome(arguments=arguments, timed_out=True, seconds=seconds)
            except _Ended:
                self._stop()
        died = Raised("ProcessEnded", "Python came to an end while it ran the function")
        return Outcome(arguments=arguments, raised=died)

    def _start(self) -> None:
        order = {"source": _as_array(self.text), "limits": None, "filter": None}
        if self.is_isolated:
            self._running = sandbox.start(_WORKER, self.limits)
            order |= {"limits": asdict(self.limits), "filter": _as_array(seccomp.program())}
        else:
            self._running = _Unconfined()
        self._demand_ready(order)
        try:
            loaded = self._exchange(None, self.limits.load_seconds)
            self.defined = tuple(map(str, loaded["defined"]))
            self.failure, self.unreadable = _raised(loaded["failure"]), _unreadable(loaded["unreadable"])
        except TimeoutError:
            self.hung = True
        except (_Ended, TypeError, KeyError, ValueError):
            self.ended = True
            self._stop()

    def _demand_ready(self, order: dict[str, Any]) -> None:
        """The process has not seen the submission yet: if it ends here, that is no fault of the learner's."""
        running = self._running
        try:
            write_message(running.stdin, order)
            read_message(_Reader(running.stdout, time.monotonic() + self.limits.load_seconds))
        except (EOFError, OSError, WireError) as error:
            why = running.why()
            self._stop()
            raise sandbox.SandboxError(
                f"Python can't start where submissions run: {why or type(error).__name__}\n\n{sandbox.ADVICE}"
                "Everybody must be able to read the course's folder and the Python environment."
            ) from error

    def _exchange(self, request: Any, seconds: float) -> Any:
        """Send a request, if any, and wait for the reply.

        Raises `TimeoutError` or `_Ended`; the process is gone in either case.
        """
        running, deadline = self._running, time.monotonic() + seconds
        timer = threading.Timer(seconds, running.kill)  # a write waits until somebody reads
        timer.daemon = True
        timer.start()
        try:
            if request is not None:
                write_message(running.stdin, request)
            reply = read_message(_Reader(running.stdout, deadline))
            self._tried |= set(TRIED) & set(reply["tried"])
            return reply
        except (EOFError, OSError, WireError, TypeError, KeyError) as error:  # a TimeoutError is an OSError
            self._stop()
            if time.monotonic() >= deadline:
                raise TimeoutError from error
            raise _Ended from error
        finally:
            timer.cancel()

    def _stop(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            running.stop()


_STOPPED = {
    "library": "It imports a library for automatic differentiation, which is not there.",
    "network": "It tried to reach a network, and there is none.",
    "process": "It tried to start another program.",
}


class _Running(Protocol):
    """A worker that can be talked to: a `sandbox.Sandbox`, or one without."""

    stdin: io.BufferedIOBase
    stdout: io.BufferedIOBase

    def kill(self) -> None: ...

    def stop(self) -> None: ...

    def why(self) -> str: ...


class _Unconfined:
    """The worker without a sandbox, in a folder of its own and a session of its own, with all rights."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="submission-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            # -P: a file of the learner's called json.py, say, must not stand in for Python's own.
            [sys.executable, "-P", "-m", _WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._folder.name,
            env=_environment(),
            start_new_session=True,
        )
        self.stdin, self.stdout = self._process.stdin, self._process.stdout

    def kill(self) -> None:
        """End the process and its children."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def stop(self) -> None:
        """End it all and clear up."""
        self.kill()
        self._process.wait()
        self.stdout.close()
        with contextlib.suppress(OSError):  # the pipe may be broken; nothing is left to send
            self.stdin.close()
        self._folder.cleanup()

    def why(self) -> str:
        """Nothing is known about its end."""
        return ""


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


def _as_array(data: bytes) -> np.ndarray:
    return np.frombuffer(data, np.uint8)


def _environment() -> dict[str, str]:
    """One thread for each process: many run side by side."""
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONPATH": path}


def _outcome(reply: Any, arguments: tuple, seconds: float) -> Outcome:
    """A reply as an `Outcome`; functions among the arguments are the ones that were sent.

    The clock is the one outside. Raises `_Ended` for a reply that the worker would not have written.
    """
    try:
        back = arguments if reply["arguments"] is None else reply["arguments"]
        returned = zip(arguments, back, strict=True)
        return Outcome(
            value=reply["value"],
            arguments=tuple(sent if _stays(sent) else got for sent, got in returned),
            raised=_raised(reply["raised"]),
            timed_out=reply["timed_out"] is True,
            forbidden=str(reply["forbidden"]),
            printed=str(reply["printed"])[:PRINTED_LIMIT],
            warned=tuple(map(str, reply["warned"][:WARNINGS_LIMIT])),
            seconds=seconds,
        )
    except (TypeError, KeyError, ValueError) as error:
        raise _Ended from error


def _stays(argument: Any) -> bool:
    return callable(argument) or isinstance(argument, np.random.Generator)


def _raised(reply: Any) -> Raised | None:
    if reply is None:
        return None
    number = reply["line_number"]
    return Raised(str(reply["kind"]), str(reply["message"]), number and int(number), str(reply["line"]))


def _unreadable(reply: Any) -> Raised | None:
    if reply is None:
        return None
    number = reply["line_number"]
    return Raised("SyntaxError", str(reply["message"]), number and int(number))
