"""A learner's code in a process of its own, asked from outside."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

import numpy as np

from grader.isolation import packages, sandbox, seccomp
from grader.isolation.inside.request_loop import TRIED
from grader.isolation.inside.wire import TEXT_LIMIT, WireError, read_message, write_message
from grader.isolation.limits import Limits
from grader.learner.call import PRINTED_LIMIT, Outcome, OutOfTime, Raised
from grader.learner.library_code import ROOT
from grader.learner.plain_data import printable

GRACE = 2.0
WARNINGS_LIMIT = 20
FILE = "submission.py"
# What comes of a reply whose entries are not what the worker writes; int(inf) is an OverflowError.
_MALFORMED = (TypeError, LookupError, ValueError, OverflowError, AttributeError)


class Ended(Exception):
    """The process came to an end, or writes what is no message."""


class Process:
    """A process that runs one of the modules that enter a sandbox, and answers its requests.

    With `is_isolated=False` there is no sandbox: the module may do whatever the caller may. `files` lie in
    its working directory. `tried` is what it was found to have tried, names out of `serving.TRIED`.
    """

    def __init__(
        self,
        module: str,
        limits: Limits,
        *,
        is_isolated: bool = True,
        files: Mapping[str, bytes] | None = None,
        names: Sequence[str] = packages.NUMPY_ONLY,
        text_limit: int = TEXT_LIMIT,
    ):
        self.limits = limits
        self.tried: set[str] = set()
        self._module, self._is_isolated = module, is_isolated
        self._files, self._names, self._text_limit = files or {}, tuple(names), text_limit
        self._running: _Running | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is a process to exchange messages with."""
        return self._running is not None

    def start(self) -> None:
        """Start the process and have it confined. Raises `sandbox.SandboxError`."""
        files = {name: _as_array(data) for name, data in self._files.items()}
        lacks = self._is_isolated and self._names == packages.NUMPY_ONLY
        order = {"limits": None, "filter": None, "files": files, "lacks_libraries": lacks}
        if self._is_isolated:
            self._running = sandbox.start(self._module, self.limits, self._names)
            order |= {"limits": asdict(self.limits), "filter": _as_array(seccomp.program())}
        else:
            self._running = _Unconfined(self._module)
        self._demand_ready(order)

    def _demand_ready(self, order: dict[str, Any]) -> None:
        """The process has not seen the submission yet: if it ends here, that is no fault of the learner's."""
        running = self._running
        try:
            write_message(running.stdin, order)
            read_message(_Reader(running.stdout, time.monotonic() + self.limits.load_seconds))
        except (EOFError, OSError, WireError) as error:
            why = running.why()
            self.stop()
            raise sandbox.cannot_start(why or type(error).__name__) from error

    def exchange(self, request: Any, seconds: float) -> Mapping[str, Any]:
        """Send a request and wait for the reply.

        Raises `TimeoutError` or `Ended`; the process is gone in either case.
        """
        running, deadline = self._running, time.monotonic() + seconds
        if running is None:
            raise Ended
        timer = threading.Timer(seconds, running.kill)  # a write waits until somebody reads
        timer.daemon = True
        timer.start()
        try:
            write_message(running.stdin, request)
            reply = read_message(_Reader(running.stdout, deadline), text_limit=self._text_limit)
            self.tried |= set(TRIED) & set(reply["tried"])
            return reply
        except (EOFError, OSError, WireError, TypeError, KeyError) as error:  # a TimeoutError is an OSError
            self.stop()
            if time.monotonic() >= deadline:
                raise TimeoutError from error
            raise Ended from error
        finally:
            timer.cancel()

    def stop(self) -> None:
        """End the process, if there is one, and all that it started."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()


class SubmissionProcess:
    """Runs a Python file, or the cells of a notebook, and calls the functions that they define.

    A process that hangs or dies in a call is replaced by a fresh one at the next call, which runs again what
    ran before: so one bad function does not take the others with it. Use as a context manager: the process
    ends with the block.

    `defined` are the names that have a value, `failure` is the first statement that failed, `unreadable`
    says why the text is not Python; `hung` and `ended` say that the code never got to its end, and how.
    `stopped` is what the sandbox kept it from doing, in words.

    Raises `sandbox.SandboxError` on entry where there can be no sandbox, unless `is_isolated` is unset.
    """

    def __init__(
        self,
        text: bytes | None = None,
        limits: Limits | None = None,
        *,
        is_isolated: bool = True,
        files: Mapping[str, bytes] | None = None,
    ):
        self.limits = limits or Limits()
        self.is_isolated = is_isolated
        self.defined: tuple[str, ...] = ()
        self.failure: Raised | None = None
        self.unreadable: Raised | None = None
        self.hung = self.ended = False
        self._requests: list[dict[str, Any]] = []
        if text is not None:
            self._requests.append(_request(text, FILE, None))
        self._process = Process("function_worker", self.limits, is_isolated=is_isolated, files=files)
        self._seconds_left = self.limits.submission_seconds
        self._exhausted: set[str] = set()

    def __enter__(self) -> SubmissionProcess:
        self._start()
        return self

    def __exit__(self, *error) -> None:
        self._process.stop()

    @property
    def stopped(self) -> tuple[str, ...]:
        """What the submission tried in vain, as far as it could be seen, in words."""
        tried = self._process.tried | self._exhausted if self.is_isolated else set()
        return tuple(words for kind, words in STOPPED.items() if kind in tried)

    def run(self, text: str, name: str, *, waits: bool = False) -> None:
        """Run a cell of a notebook, for `cell_seconds` at most; nothing, if the code hung or ended before.

        A cell that `waits` runs as far as others need it (see `grader.isolation.inside.lazy_cells`).
        """
        if self.hung or self.ended:
            return
        data = text.encode("utf-8", "replace")
        self._requests.append(_request(data, name, self.limits.cell_seconds, waits))
        if self._process.is_running:
            self._run(self._requests[-1])
        else:  # a call has ended it
            self._start()

    def ask(self, name: str, arguments: tuple, seconds: float) -> Outcome:
        """Call the function `name`.

        The process itself stops a call after `seconds`; if it can't, it is killed. Once the submission has
        used up its time, every call has timed out.
        """
        if not self._process.is_running and not self.hung and self._seconds_left > 0:
            self._start()
        if self.hung or self._seconds_left <= 0:  # the file itself, when it was run again
            self._exhausted.add("time")
            return Outcome(arguments=arguments, timed_out=True, seconds=seconds)
        request = {"name": name, "arguments": arguments, "seconds": seconds}
        begin = time.monotonic()
        try:
            reply = self._exchange(request, seconds + GRACE)
            outcome = _outcome(reply, arguments, time.monotonic() - begin)
            self._exhausted |= _exhausted(outcome.raised)
            return outcome
        except TimeoutError:
            return Outcome(arguments=arguments, timed_out=True, seconds=seconds)
        except Ended:
            self._process.stop()
        self._exhausted.add("end")
        died = Raised("ProcessEnded", "Python came to an end while it ran the function")
        return Outcome(arguments=arguments, raised=died)

    def _start(self) -> None:
        self._process.start()
        for request in self._requests:
            if not self.hung and not self.ended:
                self._run(request)

    def _run(self, request: dict[str, Any]) -> None:
        own = request["seconds"]
        seconds = self.limits.load_seconds if own is None else own + GRACE
        try:
            told = self._exchange(request, seconds)
            self.defined = tuple(map(str, told["defined"]))
            failure = _raised(told["failure"])
            self._exhausted |= _exhausted(failure)
            self.failure = self.failure or failure
            self.unreadable = self.unreadable or _unreadable(told["unreadable"])
        except TimeoutError:
            self.hung = True
            self._exhausted.add("time")
        except (Ended, *_MALFORMED):
            self.ended = True
            self._exhausted.add("end")
            self._process.stop()

    def _exchange(self, request: dict[str, Any], seconds: float) -> Mapping[str, Any]:
        """Only what the process itself takes is the submission's time, not what making it ready takes."""
        begin = time.monotonic()
        try:
            return self._process.exchange(request, max(0.0, min(seconds, self._seconds_left)))
        finally:
            self._seconds_left -= time.monotonic() - begin


def _request(text: bytes, name: str, seconds: float | None, waits: bool = False) -> dict[str, Any]:
    is_cell = seconds is not None
    return {"run": _as_array(text), "file": name, "seconds": seconds, "is_cell": is_cell, "waits": waits}


STOPPED = {
    "library": "It imports a library for automatic differentiation, which is not there.",
    "network": "It tried to reach a network, and there is none.",
    "process": "It tried to start another program.",
    "time": "It used up its time and was stopped.",
    "memory": "It asked for more memory than there is for a submission.",
    "room": "It wrote more to files than there is room for.",
    "end": "It ended Python, or had to be ended.",
}


def _exhausted(raised: Raised | None) -> set[str]:
    """What had run out, to judge by an exception."""
    if raised is None:
        return set()
    if raised.kind == OutOfTime.__name__:
        return {"time"}
    if raised.kind in ("MemoryError", "_ArrayMemoryError"):
        return {"memory"}
    is_full = raised.message.startswith((f"[Errno {errno.ENOSPC}]", f"[Errno {errno.EFBIG}]"))
    return {"room"} if is_full else set()


class _Running(Protocol):
    """A worker that can be talked to: a `sandbox.Sandbox`, or one without."""

    stdin: io.BufferedIOBase
    stdout: io.BufferedIOBase

    def kill(self) -> None: ...

    def stop(self) -> None: ...

    def why(self) -> str: ...


class _Unconfined:
    """The worker without a sandbox, in a folder of its own and a session of its own, with all rights."""

    def __init__(self, module: str):
        self._folder = tempfile.TemporaryDirectory(prefix="submission-", ignore_cleanup_errors=True)
        self._process = subprocess.Popen(
            # -P: a file of the learner's called json.py, say, must not stand in for Python's own.
            [sys.executable, "-P", "-m", f"grader.isolation.inside.{module}"],
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
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {**os.environ, **threads, "PYTHONPATH": path}


def _outcome(reply: Any, arguments: tuple, seconds: float) -> Outcome:
    """A reply as an `Outcome`; functions among the arguments are the ones that were sent.

    The clock is the one outside. Raises `Ended` for a reply that the worker would not have written.
    """
    try:
        back = arguments if reply["arguments"] is None else reply["arguments"]
        returned = zip(arguments, back, strict=True)
        return Outcome(
            value=reply["value"],
            arguments=tuple(sent if _stays(sent) else got for sent, got in returned),
            raised=_raised(reply["raised"]),
            timed_out=reply["timed_out"] is True,
            forbidden=printable(str(reply["forbidden"])),
            printed=str(reply["printed"])[:PRINTED_LIMIT],
            warned=tuple(printable(str(text)) for text in reply["warned"][:WARNINGS_LIMIT]),
            seconds=seconds,
        )
    except _MALFORMED as error:
        raise Ended from error


def _stays(argument: Any) -> bool:
    return callable(argument) or isinstance(argument, np.random.Generator)


def _raised(reply: Any) -> Raised | None:
    if reply is None:
        return None
    number = reply["line_number"]
    kind, message, line = (printable(str(reply[name])) for name in ("kind", "message", "line"))
    return Raised(kind, message, number and int(number), line)


def _unreadable(reply: Any) -> Raised | None:
    if reply is None:
        return None
    number = reply["line_number"]
    return Raised("SyntaxError", printable(str(reply["message"])), number and int(number))
