"""A learner's submission in a worker process: runs its code, calls its functions, survives its crashes."""

from __future__ import annotations

import errno
import time
from collections.abc import Mapping
from typing import Any

from grader.isolation.limits import Limits
from grader.isolation.process import GRACE_SECONDS, ProcessEnded, WorkerProcess, bytes_as_array
from grader.isolation.replies import MALFORMED, decode_outcome, decode_raised, decode_syntax_error
from grader.learner.call import Outcome, OutOfTime, Raised

FILE = "submission.py"
STOPPED = {
    "library": "It imports a library for automatic differentiation, which is not there.",
    "network": "It tried to reach a network, and there is none.",
    "process": "It tried to start another program.",
    "time": "It used up its time and was stopped.",
    "memory": "It asked for more memory than there is for a submission.",
    "room": "It wrote more to files than there is room for.",
    "end": "It ended Python, or had to be ended.",
}
"""What the sandbox can keep a submission from doing, and the sentence for it."""


class SubmissionProcess:
    """Runs a Python file, or the cells of a notebook, and calls the functions that they define.

    A process that hangs or dies in a call is replaced at the next call; the new process replays all code that
    ran before. So one bad function does not take the others with it. All requests together have
    `limits.submission_seconds`. Use it as a context manager: the process ends with the block.

    `defined` are the names that have a value, `failure` is the first statement that failed, `syntax_error`
    says why the text is not Python. `hung` and `ended` say that the code did not run to its end, and how.
    `stopped` is what the sandbox kept it from doing, in words.

    Raises `sandbox.SandboxError` on entry if there is no sandbox and `is_isolated` is set.
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
        self._run_requests: list[dict[str, Any]] = []
        if text is not None:
            self._run_requests.append(_run_request(text, FILE, None))
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
        """What the submission tried in vain, as far as it was observed, in words."""
        attempts = self._process.attempts | self._exhausted if self.is_isolated else set()
        return tuple(words for kind, words in STOPPED.items() if kind in attempts)

    def run(self, text: str, name: str, *, lazy: bool = False) -> None:
        """Run a cell of a notebook for at most `cell_seconds`; do nothing if the code hung or ended before.

        A `lazy` cell runs as far as other code needs it (see `grader.isolation.inside.lazy_cells`).
        """
        if self.hung or self.ended:
            return
        data = text.encode("utf-8", "replace")
        self._run_requests.append(_run_request(data, name, self.limits.cell_seconds, lazy))
        if self._process.is_running:
            self._run(self._run_requests[-1])
        else:  # a call has ended it
            self._start()

    def call(self, name: str, arguments: tuple, seconds: float) -> Outcome:
        """Call the function `name`.

        The process itself stops a call after `seconds`; if it can't, it is killed. Once the submission has
        used up its time, every call times out at once.
        """
        if not self._process.is_running and not self.hung and self._seconds_left > 0:
            self._start()
        if self.hung or self._seconds_left <= 0:  # hung: the replayed code did
            self._exhausted.add("time")
            return Outcome(arguments=arguments, timed_out=True, seconds=seconds)
        request = {"name": name, "arguments": arguments, "seconds": seconds}
        begin = time.monotonic()
        try:
            reply = self._exchange(request, seconds + GRACE_SECONDS)
            outcome = decode_outcome(reply, arguments, time.monotonic() - begin)
            self._exhausted |= _exhausted_resources(outcome.raised)
            return outcome
        except TimeoutError:
            return Outcome(arguments=arguments, timed_out=True, seconds=seconds)
        except ProcessEnded:
            self._process.stop()
        self._exhausted.add("end")
        died = Raised("ProcessEnded", "Python came to an end while it ran the function")
        return Outcome(arguments=arguments, raised=died)

    def _start(self) -> None:
        """Start a process and replay all code."""
        self._process.start()
        for request in self._run_requests:
            if not self.hung and not self.ended:
                self._run(request)

    def _run(self, request: dict[str, Any]) -> None:
        own = request["seconds"]
        seconds = self.limits.load_seconds if own is None else own + GRACE_SECONDS
        try:
            reply = self._exchange(request, seconds)
            self.defined = tuple(map(str, reply["defined"]))
            failure = decode_raised(reply["failure"])
            self._exhausted |= _exhausted_resources(failure)
            self.failure = self.failure or failure
            self.syntax_error = self.syntax_error or decode_syntax_error(reply["syntax_error"])
        except TimeoutError:
            self.hung = True
            self._exhausted.add("time")
        except (ProcessEnded, *MALFORMED):
            self.ended = True
            self._exhausted.add("end")
            self._process.stop()

    def _exchange(self, request: dict[str, Any], seconds: float) -> Mapping[str, Any]:
        """Send a request on the submission's time; the start of the process is not charged to it."""
        begin = time.monotonic()
        try:
            return self._process.exchange(request, max(0.0, min(seconds, self._seconds_left)))
        finally:
            self._seconds_left -= time.monotonic() - begin


def _run_request(text: bytes, name: str, seconds: float | None, lazy: bool = False) -> dict[str, Any]:
    is_cell = seconds is not None
    return {"run": bytes_as_array(text), "file": name, "seconds": seconds, "is_cell": is_cell, "lazy": lazy}


def _exhausted_resources(raised: Raised | None) -> set[str]:
    """Which resource had run out, to judge by an exception; keys of `STOPPED`."""
    if raised is None:
        return set()
    if raised.kind == OutOfTime.__name__:
        return {"time"}
    if raised.kind in ("MemoryError", "_ArrayMemoryError"):
        return {"memory"}
    is_full = raised.message.startswith((f"[Errno {errno.ENOSPC}]", f"[Errno {errno.EFBIG}]"))
    return {"room"} if is_full else set()
