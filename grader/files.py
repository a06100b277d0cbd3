"""Checks the functions that Python files define, each file in a sandbox of its own."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from grader.diagnosis.case_results import referenced_cases
from grader.feedback.status import CORRECT, ERROR, TIMEOUT
from grader.feedback.verdict import Verdict
from grader.isolation import sandbox
from grader.isolation.limits import Limits
from grader.isolation.process import SubmissionProcess
from grader.judge import judge, missing
from grader.learner.plain_data import printable
from grader.lessons import Lesson
from utils.tensorflow import silence


@dataclass(frozen=True)
class FileReport:
    """The verdicts on one file, in the order of the lesson; `error` says why it could not be read, if so.

    `stopped` is what the sandbox kept the file from doing, in words.
    """

    file: str
    lesson: str
    seed: int
    verdicts: tuple[Verdict, ...] = ()
    error: str = ""
    defined: frozenset[str] = frozenset()
    stopped: tuple[str, ...] = ()

    @property
    def score(self) -> float:
        return sum(verdict.score for verdict in self.verdicts)

    @property
    def max_score(self) -> float:
        return sum(verdict.max_score for verdict in self.verdicts)

    @property
    def correct(self) -> bool:
        """Whether the file runs and everything that it defines is correct."""
        judged = [v for v in self.verdicts if v.name in self.defined or v.status in (TIMEOUT, ERROR)]
        return not self.error and all(verdict.status == CORRECT for verdict in judged)

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON data."""
        report = {
            "file": self.file,
            "lesson": self.lesson,
            "seed": self.seed,
            "score": self.score,
            "max_score": self.max_score,
            "exercises": [verdict.as_dict() for verdict in self.verdicts],
            "stopped": list(self.stopped),
        }
        return {**report, "error": self.error} if self.error else report


def check_files(
    lesson: Lesson,
    files: Sequence[str],
    seed: int = 0,
    *,
    limits: Limits | None = None,
    is_isolated: bool = True,
    carried_forward: bool = False,
) -> Iterator[FileReport]:
    """Check files side by side and yield their reports in the given order.

    Errors `carried_forward` cost points once (see `grader.judge.judge`). TensorFlow is loaded, and every
    reference computed, once for all of them and before the first runs. Raises `sandbox.SandboxError` if there
    can be no sandbox, unless `is_isolated` is unset.
    """
    if is_isolated:
        sandbox.demand()
    with silence():
        for exercise in lesson.exercises.values():
            referenced_cases(exercise, seed)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        ways = {
            "seed": seed,
            "limits": limits,
            "is_isolated": is_isolated,
            "carried_forward": carried_forward,
        }
        yield from pool.map(partial(check_file, lesson, **ways), files)


def check_file(
    lesson: Lesson,
    file: str,
    seed: int = 0,
    *,
    limits: Limits | None = None,
    is_isolated: bool = True,
    carried_forward: bool = False,
) -> FileReport:
    """Check one file; one that can't be read, or breaks the check, gives a report with an `error`.

    Raises `sandbox.SandboxError` if there can be no sandbox.
    """
    try:
        process = SubmissionProcess(_read(file), limits, is_isolated=is_isolated)
        return _checked(lesson, file, process, seed, carried_forward)
    except _Unreadable as unreadable:
        return FileReport(file, lesson.name, seed, error=str(unreadable))
    except sandbox.SandboxError:
        raise
    except Exception as failure:  # noqa: BLE001 - whatever it is, the other files are still to be checked
        what = printable(f"{type(failure).__name__}: {failure}")
        return FileReport(file, lesson.name, seed, error=f"{file}: the check itself failed ({what}).")


def _checked(
    lesson: Lesson, file: str, process: SubmissionProcess, seed: int, carried_forward: bool
) -> FileReport:
    with process:
        if process.unreadable:
            number, what = process.unreadable.line_number, process.unreadable.message
            place = f"{file}, line {number}" if number else file
            raise _Unreadable(f"{place}: {what}. Mend it, then check again.")
        exercises = lesson.exercises.values()
        verdicts = tuple(_verdict(exercise, process, seed, carried_forward) for exercise in exercises)
        defined = frozenset(process.defined)
        return FileReport(file, lesson.name, seed, verdicts, defined=defined, stopped=process.stopped)


class _Unreadable(Exception):
    """A file can't be run at all; the message names the file and the remedy."""


def _read(file: str) -> bytes:
    """A file's content. Raises `_Unreadable` for what is no file of a reasonable size.

    A link could lead to somebody else's answers, a pipe or a device has no end.
    """
    limit = Limits().source_size
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if os.path.islink(file):
            raise _Unreadable(f"{file}: is a link. Check the file that it leads to.") from error
        raise _Unreadable(f"{file}: can't be read ({error.strerror or error}). Check the path.") from error
    with open(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _Unreadable(f"{file}: is not a file. Check the path.")
        text = opened.read(limit + 1)
    if len(text) > limit:
        raise _Unreadable(f"{file}: has more than {limit // 1024} KiB, which no answer needs.")
    return text


def _verdict(exercise, process: SubmissionProcess, seed: int, carried_forward: bool) -> Verdict:
    if exercise.name in process.defined:
        ask = partial(process.ask, exercise.name)
        return judge(exercise, ask, seed, carried_forward=carried_forward)
    return _not_defined(exercise, process)


def _not_defined(exercise, process: SubmissionProcess) -> Verdict:
    verdict, failure = missing(exercise), process.failure
    if process.hung:
        seen = f"The file was still running after {process.limits.load_seconds:g} seconds and was stopped."
        return replace(verdict, status=TIMEOUT, observation=seen)
    if process.ended:
        seen = "Python came to an end while it ran the file, so nothing in it could be tried."
        return replace(verdict, status=ERROR, observation=seen)
    if failure:
        what = f"{failure.kind}: {failure.message}"
        return replace(
            verdict,
            observation=f"{verdict.observation} Line {failure.line_number} of the file fails: {what}.",
        )
    return verdict
