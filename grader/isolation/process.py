"""A worker process: one module of `grader.isolation.inside` that answers requests over two pipes.

A request may have several replies. The worker writes each as soon as it can and waits for no reader.
"""

from __future__ import annotations

import contextlib
import io
import os
import select
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

import numpy as np

from grader.isolation import packages, sandbox, seccomp
from grader.isolation.inside.audit import ATTEMPTS
from grader.isolation.inside.wire import (
    ANSWER_LIMIT,
    TEXT_LIMIT,
    TooLarge,
    WireError,
    read_message,
    write_message,
)
from grader.isolation.limits import Limits
from grader.isolation.unconfined import UnconfinedProcess

GRACE_SECONDS = 2.0
"""How much longer than its own time limit a worker may take to reply before it is killed."""


class ProcessEnded(Exception):
    """The process has ended, or has written a malformed message."""


class UnusableFiles(Exception):
    """The data files of a submission can't be laid out in its working folder; the message says why."""


class WorkerProcess:
    """A process that runs a module of `grader.isolation.inside` and answers its requests.

    `files` are laid out in its working directory; `distributions` are the packages that it can import.
    The module may have `prepared` cells of the lesson's own before it sees the submission.
    With `is_isolated=False` there is no sandbox: the module may do whatever the caller may. Text in replies
    is cut after `text_limit` characters; a reply whose arrays have more than `body_limit` bytes ends the
    process. `attempts` holds the kinds of refused actions that the worker has
    reported, out of `inside.audit.ATTEMPTS`.
    """

    def __init__(
        self,
        module: str,
        limits: Limits,
        *,
        is_isolated: bool = True,
        files: Mapping[str, bytes] | None = None,
        distributions: Sequence[str] = packages.WITHOUT_TENSORFLOW,
        prepared: sandbox.Cells = (),
        text_limit: int = TEXT_LIMIT,
        body_limit: int = ANSWER_LIMIT,
    ):
        self.limits = limits
        self.attempts: set[str] = set()
        self._module, self._is_isolated = module, is_isolated
        self._files, self._distributions = files or {}, tuple(distributions)
        self._prepared, self._text_limit, self._body_limit = prepared, text_limit, body_limit
        self._worker: _Worker | None = None
        self._requests: _DeadlineWriter | None = None
        self._replies: _DeadlineReader | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is a process to exchange messages with."""
        return self._worker is not None

    def start(self) -> None:
        """Start the process and confine it. Raises `UnusableFiles` or `sandbox.SandboxError`."""
        files = {name: bytes_as_array(data) for name, data in self._files.items()}
        needs_placeholders = self._is_isolated and self._distributions == packages.WITHOUT_TENSORFLOW
        setup = {"limits": None, "filter": None, "files": files, "placeholders": needs_placeholders}
        if self._is_isolated:
            self._worker = sandbox.start(self._module, self.limits, self._distributions, self._prepared)
            setup |= {"limits": asdict(self.limits), "filter": bytes_as_array(seccomp.program())}
        else:
            self._worker = UnconfinedProcess(self._module)
        self._await_ready(setup)

    def _await_ready(self, setup: dict[str, Any]) -> None:
        """Send the setup message and wait for the confirmation.

        The process has not seen the submission yet: if it ends here, the learner is not to blame.
        """
        worker = self._worker
        self._requests, self._replies = _DeadlineWriter(worker.stdin), _DeadlineReader(worker.stdout)
        self._requests.deadline = self._replies.deadline = time.monotonic() + self.limits.load_seconds
        try:
            write_message(self._requests, setup)
            problem = read_message(self._replies)["problem"]
        except TooLarge as error:
            self.stop()
            raise UnusableFiles("The data files are too large, or too many, for a sandbox.") from error
        except (EOFError, OSError, WireError) as error:
            reason = worker.stderr_text()
            self.stop()
            raise sandbox.start_error(reason or type(error).__name__, error) from error
        if problem:
            self.stop()
            raise UnusableFiles(f"The data files can't be laid out in a sandbox: {problem}.")

    def send(self, request: Any, seconds: float) -> None:
        """Send a request within `seconds`.

        Raises `TimeoutError` or `ProcessEnded`; in both cases the process is gone.
        """
        with self._ended_by_failure(seconds) as deadline:
            self._requests.deadline = deadline
            write_message(self._requests, request)

    def receive(self, seconds: float) -> Mapping[str, Any]:
        """Return the next reply, which comes within `seconds`. Raises what `send` does."""
        with self._ended_by_failure(seconds) as deadline:
            self._replies.deadline = deadline
            reply = read_message(self._replies, text_limit=self._text_limit, body_limit=self._body_limit)
            self.attempts |= set(ATTEMPTS) & set(reply["attempts"])
            return reply

    @contextlib.contextmanager
    def _ended_by_failure(self, seconds: float) -> Iterator[float]:
        """End the process if the block fails; the block is given its deadline."""
        if self._worker is None:
            raise ProcessEnded
        deadline = time.monotonic() + seconds
        try:
            yield deadline
        except (EOFError, OSError, WireError, TypeError, LookupError) as error:  # a TimeoutError, too
            self.stop()
            if time.monotonic() >= deadline:
                raise TimeoutError from error
            raise ProcessEnded from error

    def stop(self) -> None:
        """End the process, if it runs, and everything that it started."""
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()


class _Worker(Protocol):
    """A running worker: a `sandbox.Sandbox` or an `UnconfinedProcess`."""

    stdin: io.BufferedIOBase
    stdout: io.BufferedIOBase

    def kill(self) -> None: ...

    def stop(self) -> None: ...

    def stderr_text(self) -> str: ...


class _DeadlineReader:
    """Reads a pipe until a deadline: a pipe outlives its process if the process has children."""

    def __init__(self, pipe):
        self.deadline = 0.0
        self._pipe, self._ahead = pipe, bytearray()

    def read(self, size: int) -> bytes:
        """Read `size` bytes, or fewer at the end of the pipe. Raises `TimeoutError` at the deadline."""
        while len(self._ahead) < size:
            left = self.deadline - time.monotonic()
            if left <= 0 or not select.select([self._pipe], [], [], left)[0]:
                raise TimeoutError
            piece = os.read(self._pipe.fileno(), max(size - len(self._ahead), _PIECE))
            if not piece:
                break
            self._ahead += piece
        data = bytes(self._ahead[:size])
        del self._ahead[:size]
        return data


class _DeadlineWriter:
    """Writes to a pipe until a deadline: the process may never read what is in a full pipe."""

    def __init__(self, pipe):
        self.deadline = 0.0
        self._pipe = pipe
        os.set_blocking(pipe.fileno(), False)

    def write(self, data: bytes) -> None:
        """Write all bytes. Raises `TimeoutError` at the deadline, `OSError` if nobody can read them."""
        left = memoryview(data)
        while left:
            try:
                left = left[os.write(self._pipe.fileno(), left) :]
            except BlockingIOError:
                seconds = self.deadline - time.monotonic()
                if seconds <= 0 or not select.select([], [self._pipe], [], seconds)[1]:
                    raise TimeoutError from None

    def flush(self) -> None:
        """Do nothing: all is written."""


_PIECE = 65536
"""Bytes that are read at once, as far as they are there."""


def bytes_as_array(data: bytes) -> np.ndarray:
    """Bytes in the form in which they cross the border, uint8 of shape `(len(data),)`."""
    return np.frombuffer(data, np.uint8)
