"""Checks the functions that Python files define (`grader check`), each file in its own sandbox."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from grader.diagnosis.references import SHIPPED, References
from grader.feedback.status import CORRECT, ERROR, TIMEOUT
from grader.feedback.verdict import Verdict
from grader.isolation import sandbox
from grader.isolation.limits import Limits
from grader.isolation.submission import SubmissionProcess
from grader.judge import judge, missing
from grader.learner.plain_data import printable
from grader.lessons import Lesson
from utils.tensorflow import silence


@dataclass(frozen=True)
class FileReport:
    """The verdicts on one file, in the order of the lesson.

    `error` says why the file could not be checked, if so. `defined` are the names that it defines, `stopped`
    is what the sandbox kept it from doing, in words.
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
        """Whether the file runs and every exercise that it defines is correct."""
        counted = [v for v in self.verdicts if v.name in self.defined or v.status in (TIMEOUT, ERROR)]
        return not self.error and all(verdict.status == CORRECT for verdict in counted)

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
    references: References = SHIPPED,
) -> Iterator[FileReport]:
    """Check files in parallel and yield their reports in the given order.

    With `carried_forward`, a carried error costs points once (see `grader.judge.judge`). The `references`
    are looked up or computed before the first file runs. Raises `sandbox.SandboxError` if there is no sandbox
    and `is_isolated` is set.
    """
    if is_isolated:
        sandbox.check_available()
    with silence():
        for exercise in lesson.exercises.values():
            references.of(exercise, seed)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        options = {
            "seed": seed,
            "limits": limits,
            "is_isolated": is_isolated,
            "carried_forward": carried_forward,
            "references": references,
        }
        yield from pool.map(partial(check_file, lesson, **options), files)


def check_file(
    lesson: Lesson,
    file: str,
    seed: int = 0,
    *,
    limits: Limits | None = None,
    is_isolated: bool = True,
    carried_forward: bool = False,
    references: References = SHIPPED,
) -> FileReport:
    """Check one file. If it can't be read, or breaks the check, the report has an `error`.

    Raises `sandbox.SandboxError` if there is no sandbox and `is_isolated` is set.
    """
    try:
        process = SubmissionProcess(_read(file), limits, is_isolated=is_isolated)
        judge_call = partial(judge, seed=seed, references=references, carried_forward=carried_forward)
        return _check_process(lesson, file, seed, process, judge_call)
    except _UnreadableFile as unreadable:
        return FileReport(file, lesson.name, seed, error=str(unreadable))
    except sandbox.SandboxError:
        raise
    except Exception as failure:  # noqa: BLE001 - the other files are still to be checked
        what = printable(f"{type(failure).__name__}: {failure}")
        return FileReport(file, lesson.name, seed, error=f"{file}: the check itself failed ({what}).")


def _check_process(
    lesson: Lesson, file: str, seed: int, process: SubmissionProcess, judge_call: Callable[..., Verdict]
) -> FileReport:
    with process:
        if process.syntax_error:
            number, what = process.syntax_error.line_number, process.syntax_error.message
            place = f"{file}, line {number}" if number else file
            raise _UnreadableFile(f"{place}: {what}. Mend it, then check again.")
        exercises = lesson.exercises.values()
        verdicts = tuple(_verdict(exercise, process, judge_call) for exercise in exercises)
        defined = frozenset(process.defined)
        return FileReport(file, lesson.name, seed, verdicts, defined=defined, stopped=process.stopped)


class _UnreadableFile(Exception):
    """A file can't be read or parsed; the message names the file and the remedy."""


def _read(file: str) -> bytes:
    """A file's content. Raises `_UnreadableFile` unless it is a regular file of at most `source_size` bytes.

    A link could lead to another learner's answers; a pipe or a device may never end.
    """
    limit = Limits().source_size
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if os.path.islink(file):
            raise _UnreadableFile(f"{file}: is a link. Check the file that it leads to.") from error
        reason = error.strerror or error
        raise _UnreadableFile(f"{file}: can't be read ({reason}). Check the path.") from error
    with open(descriptor, "rb") as opened:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _UnreadableFile(f"{file}: is not a file. Check the path.")
        text = opened.read(limit + 1)
    if len(text) > limit:
        raise _UnreadableFile(f"{file}: has more than {limit // 1024} KiB, which no answer needs.")
    return text


def _verdict(exercise, process: SubmissionProcess, judge_call: Callable[..., Verdict]) -> Verdict:
    if exercise.name in process.defined:
        return judge_call(exercise, partial(process.call, exercise.name))
    return _verdict_on_undefined(exercise, process)


def _verdict_on_undefined(exercise, process: SubmissionProcess) -> Verdict:
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
