"""A learner's submission in a worker process: runs its code, calls its functions, survives its crashes."""

from __future__ import annotations

import contextlib
import errno
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grader.isolation import run_lock
from grader.isolation.limits import Limits
from grader.isolation.process import GRACE_SECONDS, ProcessEnded, WorkerProcess, bytes_as_array
from grader.isolation.replies import MALFORMED, decode_outcome, decode_raised, decode_syntax_error
from grader.isolation.sandbox import Cells
from grader.learner.call import LEAST_SECONDS, Outcome, OutOfTime, Raised, ends_calls

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

    Code waits until something is asked about it, then all that waits runs at once, in one message. A process
    that hangs or dies in a call is replaced; the new process replays all code that ran before. So one bad
    function does not take the others with it. All requests together have `limits.submission_seconds`. Use it
    as a context manager: the process ends with the block, in which no notebook runs for its outputs (see
    `grader.isolation.run_lock`).

    `lesson_cells` are texts of the lesson itself with their names; under these names they run faster.

    Raises `sandbox.SandboxError` on entry if there is no sandbox and `is_isolated` is set.
    """

    def __init__(
        self,
        text: bytes | None = None,
        limits: Limits | None = None,
        *,
        is_isolated: bool = True,
        files: Mapping[str, bytes] | None = None,
        lesson_cells: Cells = (),
    ):
        self.limits = limits or Limits()
        self.is_isolated = is_isolated
        self._defined: tuple[str, ...] = ()
        self._failure: Raised | None = None
        self._syntax_error: Raised | None = None
        self._hung = self._ended = False
        self._has_run: list[dict[str, Any]] = []
        self._waiting: list[dict[str, Any]] = []
        if text is not None:
            self._waiting.append(_run_request(text, FILE, None))
        self._process = WorkerProcess(
            "function_worker", self.limits, is_isolated=is_isolated, files=files, prepared=lesson_cells
        )
        self._seconds_left = self.limits.submission_seconds
        self._exhausted: set[str] = set()

    def __enter__(self) -> SubmissionProcess:
        with contextlib.ExitStack() as stack:
            stack.enter_context(run_lock.shared())
            stack.callback(self._process.stop)
            self._process.start()
            self._exit = stack.pop_all()
        return self

    def __exit__(self, *error) -> None:
        self._exit.close()

    @property
    def defined(self) -> tuple[str, ...]:
        """The names that have a value, or will have one as soon as it is needed."""
        self._run_waiting()
        return self._defined

    @property
    def failure(self) -> Raised | None:
        """The first statement that failed."""
        self._run_waiting()
        return self._failure

    @property
    def syntax_error(self) -> Raised | None:
        """Why the text is not Python."""
        self._run_waiting()
        return self._syntax_error

    @property
    def hung(self) -> bool:
        """Whether the code did not run to its end and had to be stopped."""
        self._run_waiting()
        return self._hung

    @property
    def ended(self) -> bool:
        """Whether Python came to an end while the code ran."""
        self._run_waiting()
        return self._ended

    @property
    def stopped(self) -> tuple[str, ...]:
        """What the submission tried in vain, as far as it was observed, in words."""
        self._run_waiting()
        attempts = self._process.attempts | self._exhausted if self.is_isolated else set()
        return tuple(words for kind, words in STOPPED.items() if kind in attempts)

    def run(self, text: str, name: str, *, lazy: bool = False) -> None:
        """Run a cell of a notebook for at most `cell_seconds`, unless the code hangs or ends before.

        A `lazy` cell runs as far as other code needs it (see `grader.isolation.inside.lazy_cells`).
        """
        data = text.encode("utf-8", "replace")
        self._waiting.append(_run_request(data, name, self.limits.cell_seconds, lazy))

    def call(self, name: str, cases: Sequence[tuple], seconds: float) -> list[Outcome]:
        """Call the function `name` once for each tuple of arguments (see `grader.learner.call.Answers`).

        The process itself stops a call when all calls together have taken `seconds`; if it can't, it is
        killed. Once the submission has used up its time, every call times out at once.
        """
        outcomes: list[Outcome] = []
        self._run_waiting()
        for place, arguments in enumerate(cases):
            request = None
            if not outcomes or not self._process.is_running:
                self._restart()
                request = {"name": name, "cases": list(cases[place:]), "seconds": seconds}
            outcomes.append(self._outcome(request, arguments, seconds))
            if ends_calls(outcomes[-1]):
                break
            seconds = max(seconds - outcomes[-1].seconds, LEAST_SECONDS)
        return outcomes

    def _outcome(self, request: dict[str, Any] | None, arguments: tuple, seconds: float) -> Outcome:
        """The outcome of the next call; the request for it and all that follow is sent, if there is one."""
        if self._hung or self._seconds_left <= 0:  # hung: the replayed code did
            self._exhausted.add("time")
            return Outcome(arguments=arguments, timed_out=True, seconds=seconds)
        begin = time.monotonic()
        try:
            if request:
                self._send(request, seconds + GRACE_SECONDS)
            reply = self._receive(begin + seconds + GRACE_SECONDS - time.monotonic())
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

    def _restart(self) -> None:
        """Replace the process, if a call has ended it, and replay all code."""
        is_over = self._hung or self._ended or self._seconds_left <= 0
        if not self._process.is_running and not is_over:
            self._process.start()
            replayed, self._has_run = self._has_run, []
            self._run(replayed)

    def _run_waiting(self) -> None:
        """Run the code that waits, unless the code before hung or ended."""
        waiting, self._waiting = self._waiting, []
        if waiting and not self._hung and not self._ended:
            self._restart()
            self._run(waiting)

    def _run(self, requests: Sequence[dict[str, Any]]) -> None:
        if self._hung or self._ended or not requests:
            return
        self._has_run += requests
        try:
            self._send({"code": list(requests)}, self._longest(requests[0]))
            for request in requests:
                self._note_run(self._receive(self._longest(request)))
            self._defined = tuple(map(str, self._receive(GRACE_SECONDS)["defined"]))
        except TimeoutError:
            self._hung = True
            self._exhausted.add("time")
        except (ProcessEnded, *MALFORMED):
            self._ended = True
            self._exhausted.add("end")
            self._process.stop()

    def _longest(self, run_request: dict[str, Any]) -> float:
        """How long code may run until the process is killed, in seconds."""
        own = run_request["seconds"]
        return self.limits.load_seconds if own is None else own + GRACE_SECONDS

    def _note_run(self, reply: Mapping[str, Any]) -> None:
        failure = decode_raised(reply["failure"])
        self._exhausted |= _exhausted_resources(failure)
        self._failure = self._failure or failure
        self._syntax_error = self._syntax_error or decode_syntax_error(reply["syntax_error"])

    def _send(self, request: dict[str, Any], seconds: float) -> None:
        with self._charged(seconds) as most:
            self._process.send(request, most)

    def _receive(self, seconds: float) -> Mapping[str, Any]:
        with self._charged(seconds) as most:
            return self._process.receive(most)

    @contextlib.contextmanager
    def _charged(self, seconds: float) -> Iterator[float]:
        """Charge the block to the submission's time, which does not include the start of the process.

        The block is given how long it may take, in seconds.
        """
        begin = time.monotonic()
        try:
            yield max(0.0, min(seconds, self._seconds_left))
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
