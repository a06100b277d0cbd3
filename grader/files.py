"""Checks the functions that Python files define, each file in a process of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from grader.isolation.process import SubmissionProcess
from grader.judge import judge, missing
from grader.lessons import Lesson
from grader.plain import legible
from grader.trial import questions
from grader.verdict import CORRECT, ERROR, TIMEOUT, Verdict
from utils.tensorflow import silence


@dataclass(frozen=True)
class FileReport:
    """The verdicts on one file, in the order of the lesson; `error` says why it could not be read, if so."""

    file: str
    lesson: str
    seed: int
    verdicts: tuple[Verdict, ...] = ()
    error: str = ""
    defined: frozenset[str] = frozenset()

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
        }
        return {**report, "error": self.error} if self.error else report


def check_files(lesson: Lesson, files: Sequence[str], seed: int = 0) -> Iterator[FileReport]:
    """Check files side by side and yield their reports in the given order.

    TensorFlow is loaded, and every reference computed, once for all of them and before the first runs.
    """
    with silence():
        for exercise in lesson.exercises.values():
            questions(exercise, seed)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(partial(check_file, lesson, seed=seed), files)


def check_file(lesson: Lesson, file: str, seed: int = 0) -> FileReport:
    """Check one file; one that can't be read, or breaks the check, gives a report with an `error`."""
    error = _unreadable(file)
    if error:
        return FileReport(file, lesson.name, seed, error=error)
    try:
        return _check_readable(lesson, file, seed)
    except Exception as failure:  # noqa: BLE001 - whatever it is, the other files are still to be checked
        what = legible(f"{type(failure).__name__}: {failure}")
        return FileReport(file, lesson.name, seed, error=f"{file}: the check itself failed ({what}).")


def _check_readable(lesson: Lesson, file: str, seed: int) -> FileReport:
    with SubmissionProcess(Path(file)) as process:
        verdicts = tuple(_verdict(exercise, process, seed) for exercise in lesson.exercises.values())
        return FileReport(file, lesson.name, seed, verdicts, defined=frozenset(process.defined))


def _unreadable(file: str) -> str:
    """Why a file can't be run at all, naming the file and the remedy, or ""."""
    try:
        compile(Path(file).read_bytes(), file, "exec")
    except OSError as error:
        return f"{file}: can't be read ({error.strerror or error}). Check the path."
    except SyntaxError as error:
        place = f"{file}, line {error.lineno}" if error.lineno else file
        return f"{place}: not Python ({error.msg}). Mend it, then check again."
    except (ValueError, RecursionError, MemoryError) as error:
        return f"{file}: Python can't compile it ({error or type(error).__name__})."
    return ""


def _verdict(exercise, process: SubmissionProcess, seed: int) -> Verdict:
    if exercise.name in process.defined:
        return judge(exercise, partial(process.ask, exercise.name), seed)
    return _not_defined(exercise, process)


def _not_defined(exercise, process: SubmissionProcess) -> Verdict:
    verdict, failure = missing(exercise), process.failure
    if process.hung:
        seen = f"The file was still running after {process.load_limit:g} seconds and was stopped."
        return replace(verdict, status=TIMEOUT, seen=seen)
    if process.ended:
        seen = "Python came to an end while it ran the file, so nothing in it could be tried."
        return replace(verdict, status=ERROR, seen=seen)
    if failure:
        what = f"{failure.kind}: {failure.message}"
        return replace(verdict, seen=f"{verdict.seen} Line {failure.line_number} of the file fails: {what}.")
    return verdict
