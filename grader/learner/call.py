"""Calls a learner's function with a copy of the arguments; returns plain data, whatever the function does."""

from __future__ import annotations

import contextlib
import functools
import io
import signal
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.learner.forbidden_libraries import (
    ForbiddenLibrary,
    forbidden_library_used_by,
    imports_refused,
    is_autodiff,
)
from grader.learner.library_code import is_library
from grader.learner.plain_data import UnsupportedValue, copy_data, printable, to_plain_data
from utils.recorded_calls import recorded_calls

TIME_LIMIT = 10.0
"""Seconds for all calls of one function in a check."""
PRINTED_LIMIT = 2000
"""Characters that an `Outcome` keeps of what a call printed."""


@dataclass(frozen=True)
class Raised:
    """An exception of the learner's code: the name of its type, its message, and the line that raised it.

    `function` is the name of the function in which this line is, "" if it has none.
    """

    kind: str
    message: str
    line_number: int | None = None
    line: str = ""
    function: str = ""


@dataclass(frozen=True)
class Outcome:
    """The outcome of one call.

    `value` is plain data, `arguments` are the arguments after the call, `printed` holds the first
    `PRINTED_LIMIT` characters of its output, `warned` the texts of its numerical warnings,
    `takes_array_as_number` whether NumPy warned that an array of one element is one, `called` the names
    of the functions of `utils.network` that were called, the first one first, `seconds` its duration. At most
    one of `raised`, `timed_out` and `forbidden` (the name of what may not be used) is set.
    """

    value: Any = None
    arguments: tuple = ()
    raised: Raised | None = None
    timed_out: bool = False
    forbidden: str = ""
    printed: str = ""
    warned: tuple[str, ...] = ()
    takes_array_as_number: bool = False
    called: tuple[str, ...] = ()
    seconds: float = 0.0


Answers = Callable[[Sequence[tuple], float], Iterable[Outcome]]
"""Calls a function with each tuple of arguments: `answers(cases, seconds)` returns the outcomes, in order.

All calls together have so many seconds. There is no call after one that ran out of time or used a forbidden
library (see `ends_calls`), so there may be fewer outcomes than cases.
"""
LEAST_SECONDS = 0.01
"""What a call has at least, however long those before it took."""


def ends_calls(outcome: Outcome) -> bool:
    """Whether the function is not called again after this outcome."""
    return outcome.timed_out or bool(outcome.forbidden)


class OutOfTime(BaseException):
    """Ends a call that takes too long. It is no `Exception`, so `except Exception` does not catch it."""


@contextlib.contextmanager
def time_limit(seconds: float):
    """Raise `OutOfTime` in the block after `seconds`.

    This needs POSIX timers and the main thread, in which notebooks run their cells; without them there is no
    limit.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(signum, frame):
        raise OutOfTime

    previous = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


class _BoundedText(io.StringIO):
    """A text stream that keeps the first `PRINTED_LIMIT` characters and drops the rest."""

    def write(self, text: str) -> int:
        super().write(text[: max(0, PRINTED_LIMIT - self.tell())])
        return len(text)


def call(function: Callable, arguments: tuple, seconds: float = TIME_LIMIT) -> Outcome:
    """Call `function` with a copy of `arguments`. No exception of the function is passed on.

    A call that still runs after `seconds` is stopped (see `time_limit`).
    """
    given, printed, start = copy_data(arguments), _BoundedText(), time.perf_counter()
    with _captured_output(printed) as warned, recorded_calls() as called, imports_refused():
        outcome = _call(function, given, seconds)
    return Outcome(
        **outcome,
        arguments=given,
        printed=printed.getvalue().encode("utf-8", "replace").decode(),
        warned=_numerical_warnings(warned),
        takes_array_as_number=any(map(_is_of_array_as_number, warned)),
        called=tuple(called),
        seconds=time.perf_counter() - start,
    )


def answers_of(function: Callable) -> Answers:
    """The `Answers` of a function of this process: each call is made when its outcome is asked for.

    The function is searched once for forbidden libraries, which make every call forbidden.
    """
    library = forbidden_library_used_by(function)
    if library:
        return lambda cases, seconds: [Outcome(arguments=cases[0], forbidden=library)]
    return functools.partial(_call_each, function)


def _call_each(function: Callable, cases: Sequence[tuple], seconds: float) -> Iterator[Outcome]:
    for arguments in cases:
        outcome = call(function, arguments, max(seconds, LEAST_SECONDS))
        yield outcome
        if ends_calls(outcome):
            return
        seconds -= outcome.seconds


def _numerical_warnings(warned) -> tuple[str, ...]:
    """The distinct texts of RuntimeWarnings, such as NumPy's of an overflow."""
    texts = [printable(str(w.message)) for w in warned if issubclass(w.category, RuntimeWarning)]
    return tuple(dict.fromkeys(texts))


def _is_of_array_as_number(warning: warnings.WarningMessage) -> bool:
    """Whether NumPy warns of what 2.4 no longer does: `float(a)` or `out[i] = a` with one element in `a`."""
    text = "Conversion of an array with ndim > 0 to a scalar"
    return issubclass(warning.category, DeprecationWarning) and str(warning.message).startswith(text)


@contextlib.contextmanager
def _captured_output(printed):
    """Redirect output to `printed` and record warnings, those that the notebook has switched off included."""
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        warnings.catch_warnings(record=True) as warned,
        np.errstate(over="warn", divide="warn", invalid="warn", under="ignore"),  # whatever np.seterr has set
    ):
        warnings.simplefilter("always")
        yield warned


def _call(function: Callable, arguments: tuple, seconds: float) -> dict:
    try:
        with time_limit(seconds):
            return {"value": to_plain_data(function(*arguments))}
    except OutOfTime:
        return {"timed_out": True}
    except ForbiddenLibrary as use:
        return {"forbidden": use.library}
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - sys.exit() in a learner's function must not end the check
        return {"raised": describe_exception(error)}


def describe_exception(error: BaseException) -> Raised:
    """An exception as data, with the innermost line of the learner's own code in its traceback."""
    own_frames = [f for f in traceback.extract_tb(error.__traceback__) if not is_library(f.filename)]
    place = own_frames[-1] if own_frames else None
    try:
        message = str(error)
    except Exception:  # noqa: BLE001 - an exception of the learner's may not be printable
        message = ""
    kind, message = type(error).__name__, printable(message)
    if not place:
        return Raised(kind, message)
    function = next((frame.name for frame in reversed(own_frames) if frame.name.isidentifier()), "")
    return Raised(kind, message, place.lineno, printable((place.line or "").strip()), printable(function))


def library_of(value: Any) -> str:
    """The autodiff library that a returned `UnsupportedValue` belongs to, or ""."""
    if isinstance(value, UnsupportedValue) and is_autodiff(value.kind):
        return value.kind.partition(".")[0]
    return ""
