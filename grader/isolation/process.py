"""A worker process: one module of `grader.isolation.inside` that answers requests over two pipes."""

from __future__ import annotations

import io
import os
import select
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

import numpy as np

from grader.isolation import packages, sandbox, seccomp
from grader.isolation.inside.audit import ATTEMPTS
from grader.isolation.inside.wire import TEXT_LIMIT, WireError, read_message, write_message
from grader.isolation.limits import Limits
from grader.isolation.unconfined import UnconfinedProcess

GRACE_SECONDS = 2.0
"""How much longer than its own time limit a worker may take to reply before it is killed."""


class ProcessEnded(Exception):
    """The process has ended, or has written a malformed message."""


class WorkerProcess:
    """A process that runs a module of `grader.isolation.inside` and answers its requests.

    `files` are laid out in its working directory; `distributions` are the packages that it can import.
    With `is_isolated=False` there is no sandbox: the module may do whatever the caller may. Text in replies
    is cut after `text_limit` characters. `attempts` holds the kinds of refused actions that the worker has
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
        text_limit: int = TEXT_LIMIT,
    ):
        self.limits = limits
        self.attempts: set[str] = set()
        self._module, self._is_isolated = module, is_isolated
        self._files, self._distributions = files or {}, tuple(distributions)
        self._text_limit = text_limit
        self._worker: _Worker | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is a process to exchange messages with."""
        return self._worker is not None

    def start(self) -> None:
        """Start the process and confine it. Raises `sandbox.SandboxError`."""
        files = {name: bytes_as_array(data) for name, data in self._files.items()}
        needs_placeholders = self._is_isolated and self._distributions == packages.WITHOUT_TENSORFLOW
        setup = {"limits": None, "filter": None, "files": files, "placeholders": needs_placeholders}
        if self._is_isolated:
            self._worker = sandbox.start(self._module, self.limits, self._distributions)
            setup |= {"limits": asdict(self.limits), "filter": bytes_as_array(seccomp.program())}
        else:
            self._worker = UnconfinedProcess(self._module)
        self._await_ready(setup)

    def _await_ready(self, setup: dict[str, Any]) -> None:
        """Send the setup message and wait for the confirmation.

        The process has not seen the submission yet: if it ends here, the learner is not to blame.
        """
        worker = self._worker
        try:
            write_message(worker.stdin, setup)
            read_message(_DeadlineReader(worker.stdout, time.monotonic() + self.limits.load_seconds))
        except (EOFError, OSError, WireError) as error:
            reason = worker.stderr_text()
            self.stop()
            raise sandbox.start_error(reason or type(error).__name__) from error

    def exchange(self, request: Any, seconds: float) -> Mapping[str, Any]:
        """Send a request and return the reply, within `seconds`.

        Raises `TimeoutError` or `ProcessEnded`; in both cases the process is gone.
        """
        worker, deadline = self._worker, time.monotonic() + seconds
        if worker is None:
            raise ProcessEnded
        timer = threading.Timer(seconds, worker.kill)  # a write blocks until the worker reads
        timer.daemon = True
        timer.start()
        try:
            write_message(worker.stdin, request)
            reply = read_message(_DeadlineReader(worker.stdout, deadline), text_limit=self._text_limit)
            self.attempts |= set(ATTEMPTS) & set(reply["attempts"])
            return reply
        except (EOFError, OSError, WireError, TypeError, KeyError) as error:  # a TimeoutError is an OSError
            self.stop()
            if time.monotonic() >= deadline:
                raise TimeoutError from error
            raise ProcessEnded from error
        finally:
            timer.cancel()

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


class _DeadlineReader(io.RawIOBase):
    """Reads a pipe until a deadline: a pipe outlives its process if the process has children."""

    def __init__(self, pipe, deadline: float):
        self.pipe, self.deadline = pipe, deadline

    def read(self, size: int) -> bytes:
        """Read `size` bytes, or fewer at the end of the pipe. Raises `TimeoutError` at the deadline."""
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


def bytes_as_array(data: bytes) -> np.ndarray:
    """Bytes in the form in which they cross the border, uint8 of shape `(len(data),)`."""
    return np.frombuffer(data, np.uint8)
