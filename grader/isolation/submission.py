"""A submission in a worker process."""

from __future__ import annotations

import errno
import time
from collections.abc import Mapping
from typing import Any

from grader.isolation.limits import Limits
from grader.isolation.process import GRACE_SECONDS, ProcessEnded, WorkerProcess, as_array
from grader.isolation.replies import MALFORMED, decode_outcome, decode_raised, decode_syntax_error
from grader.learner.call import Outcome, OutOfTime, Raised

FILE = "submission.py"


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
        self.syntax_error: Raised | None = None
        self.hung = self.ended = False
        self._requests: list[dict[str, Any]] = []
        if text is not None:
            self._requests.append(_request(text, FILE, None))
        self._process = WorkerProcess("function_worker", self.limits, is_isolated=is_isolated, files=files)
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
        attempts = self._process.attempts | self._exhausted if self.is_isolated else set()
        return tuple(words for kind, words in STOPPED.items() if kind in attempts)

    def run(self, text: str, name: str, *, lazy: bool = False) -> None:
        """Run a cell of a notebook, for `cell_seconds` at most; nothing, if the code hung or ended before.

        A cell that `waits` runs as far as others need it (see `grader.isolation.inside.lazy_cells`).
        """
        if self.hung or self.ended:
            return
        data = text.encode("utf-8", "replace")
        self._requests.append(_request(data, name, self.limits.cell_seconds, lazy))
        if self._process.is_running:
            self._run(self._requests[-1])
        else:  # a call has ended it
            self._start()

    def call(self, name: str, arguments: tuple, seconds: float) -> Outcome:
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
            reply = self._exchange(request, seconds + GRACE_SECONDS)
            outcome = decode_outcome(reply, arguments, time.monotonic() - begin)
            self._exhausted |= _exhausted(outcome.raised)
            return outcome
        except TimeoutError:
            return Outcome(arguments=arguments, timed_out=True, seconds=seconds)
        except ProcessEnded:
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
        seconds = self.limits.load_seconds if own is None else own + GRACE_SECONDS
        try:
            told = self._exchange(request, seconds)
            self.defined = tuple(map(str, told["defined"]))
            failure = decode_raised(told["failure"])
            self._exhausted |= _exhausted(failure)
            self.failure = self.failure or failure
            self.syntax_error = self.syntax_error or decode_syntax_error(told["syntax_error"])
        except TimeoutError:
            self.hung = True
            self._exhausted.add("time")
        except (ProcessEnded, *MALFORMED):
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


def _request(text: bytes, name: str, seconds: float | None, lazy: bool = False) -> dict[str, Any]:
    is_cell = seconds is not None
    return {"run": as_array(text), "file": name, "seconds": seconds, "is_cell": is_cell, "lazy": lazy}


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
