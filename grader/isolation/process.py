"""A worker process and its messages."""

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
from grader.isolation.unconfined import Unconfined

GRACE_SECONDS = 2.0


class ProcessEnded(Exception):
    """The process came to an end, or writes what is no message."""


class WorkerProcess:
    """A process that runs one of the modules that enter a sandbox, and answers its requests.

    With `is_isolated=False` there is no sandbox: the module may do whatever the caller may. `files` lie in
    its working directory. `attempts` is what it was found to have tried, out of `inside.audit.ATTEMPTS`.
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
        self._files, self._distributions, self._text_limit = files or {}, tuple(distributions), text_limit
        self._running: _Worker | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is a process to exchange messages with."""
        return self._running is not None

    def start(self) -> None:
        """Start the process and have it confined. Raises `sandbox.SandboxError`."""
        files = {name: as_array(data) for name, data in self._files.items()}
        lacks = self._is_isolated and self._distributions == packages.WITHOUT_TENSORFLOW
        setup = {"limits": None, "filter": None, "files": files, "placeholders": lacks}
        if self._is_isolated:
            self._running = sandbox.start(self._module, self.limits, self._distributions)
            setup |= {"limits": asdict(self.limits), "filter": as_array(seccomp.program())}
        else:
            self._running = Unconfined(self._module)
        self._await_ready(setup)

    def _await_ready(self, setup: dict[str, Any]) -> None:
        """The process has not seen the submission yet: if it ends here, that is no fault of the learner's."""
        running = self._running
        try:
            write_message(running.stdin, setup)
            read_message(_DeadlineReader(running.stdout, time.monotonic() + self.limits.load_seconds))
        except (EOFError, OSError, WireError) as error:
            why = running.stderr_text()
            self.stop()
            raise sandbox.start_error(why or type(error).__name__) from error

    def exchange(self, request: Any, seconds: float) -> Mapping[str, Any]:
        """Send a request and wait for the reply.

        Raises `TimeoutError` or `ProcessEnded`; the process is gone in either case.
        """
        running, deadline = self._running, time.monotonic() + seconds
        if running is None:
            raise ProcessEnded
        timer = threading.Timer(seconds, running.kill)  # a write waits until somebody reads
        timer.daemon = True
        timer.start()
        try:
            write_message(running.stdin, request)
            reply = read_message(_DeadlineReader(running.stdout, deadline), text_limit=self._text_limit)
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
        """End the process, if there is one, and all that it started."""
        running, self._running = self._running, None
        if running is not None:
            running.stop()


class _Worker(Protocol):
    """A worker that can be talked to: a `sandbox.Sandbox`, or one without."""

    stdin: io.BufferedIOBase
    stdout: io.BufferedIOBase

    def kill(self) -> None: ...

    def stop(self) -> None: ...

    def stderr_text(self) -> str: ...


class _DeadlineReader(io.RawIOBase):
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


def as_array(data: bytes) -> np.ndarray:
    return np.frombuffer(data, np.uint8)
