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
from grader.isolation.inside.audit import TRIED
from grader.isolation.inside.wire import TEXT_LIMIT, WireError, read_message, write_message
from grader.isolation.limits import Limits
from grader.isolation.unconfined import Unconfined

GRACE = 2.0


class Ended(Exception):
    """The process came to an end, or writes what is no message."""


class Process:
    """A process that runs one of the modules that enter a sandbox, and answers its requests.

    With `is_isolated=False` there is no sandbox: the module may do whatever the caller may. `files` lie in
    its working directory. `tried` is what it was found to have tried, names out of `inside.audit.TRIED`.
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
        files = {name: as_array(data) for name, data in self._files.items()}
        lacks = self._is_isolated and self._names == packages.NUMPY_ONLY
        order = {"limits": None, "filter": None, "files": files, "lacks_libraries": lacks}
        if self._is_isolated:
            self._running = sandbox.start(self._module, self.limits, self._names)
            order |= {"limits": asdict(self.limits), "filter": as_array(seccomp.program())}
        else:
            self._running = Unconfined(self._module)
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


class _Running(Protocol):
    """A worker that can be talked to: a `sandbox.Sandbox`, or one without."""

    stdin: io.BufferedIOBase
    stdout: io.BufferedIOBase

    def kill(self) -> None: ...

    def stop(self) -> None: ...

    def why(self) -> str: ...


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


def as_array(data: bytes) -> np.ndarray:
    return np.frombuffer(data, np.uint8)
