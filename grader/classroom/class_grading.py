"""Runs the submissions of a class side by side, and lets one process write what comes of them.

Importing this takes longer than saying that there is nothing new, so `grade` does it only where there is.
"""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import TypeVar

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from grader.classroom.concurrent_runs import run_concurrently
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.course_references import open_references
from grader.classroom.course.course_seed import SeedError, course_seed
from grader.classroom.errors import BadSubmission, ClassroomError
from grader.classroom.failure_reasons import failure_reason, may_be_the_machines
from grader.classroom.receipts import Receipt
from grader.classroom.records import Record
from grader.classroom.repair.read_notebook import read_release
from grader.classroom.run.grade_submission import Release, grade_submission
from grader.classroom.run.submitted_files import read_notebook_file
from grader.classroom.writer import data_files, rerun_submission, write_records
from grader.isolation import run_lock, sandbox
from grader.isolation.sandbox import RISK, SandboxError

Item = TypeVar("Item")
NAME_LIMIT = 128
"""Characters of a student's name in nbgrader's gradebook."""
BATCH = 50
BATCH_SECONDS = 5.0
"""After so many records, or seconds, what is graded is written."""
_REFRESHES_PER_SECOND = 2.0


def demand_sandbox() -> None:
    """Raise `ClassroomError` unless submissions can run in a sandbox."""
    try:
        sandbox.check_available()
    except SandboxError as missing:
        raise _no_sandbox(missing) from None


class ClassGrading:
    """The grading of a class.

    It keeps `receipts` of submissions up to date, and notes in `failures` why others could not be graded.
    `release` is the fingerprint of the release, for receipts.
    """

    def __init__(
        self,
        assignment: Assignment,
        release: str,
        console: Console,
        receipts: dict[Submission, Receipt],
        failures: dict[Submission, str],
    ):
        self._assignment = assignment
        self._release = release
        self._console = console
        self._receipts = receipts
        self._failures = failures

    def grade(self, submissions: Sequence[Submission], jobs: int | None) -> None:
        """Grade submissions side by side and write what comes of them.

        Raises `ClassroomError`. Without a sandbox all submissions fail in the same way, so the first such
        failure ends the grading; what was graded before is written. A submission whose failure may be the
        machine's is tried once more when all others are done, alone.
        """
        if not submissions:
            return
        grade_one = partial(_grade, release=_open_release(self._assignment))
        again = self._grade("Grading", grade_one, submissions, jobs, may_repeat=True)
        if again:
            self._grade("Grading once more, alone,", grade_one, again, jobs=1, may_repeat=False)

    def _grade(
        self,
        task: str,
        grade_one: Callable[[Submission], Record],
        submissions: Sequence[Submission],
        jobs: int | None,
        may_repeat: bool,
    ) -> list[Submission]:
        """Grade submissions; return those to be tried again, none unless `may_repeat` is set."""
        again: list[Submission] = []
        with run_concurrently(grade_one, submissions, jobs) as runs:
            for batch in batches(self._with_progress(task, runs, len(submissions))):
                if may_repeat:
                    again += [one for one, run in batch if may_be_the_machines(run.exception())]
                    batch = [(one, run) for one, run in batch if not may_be_the_machines(run.exception())]
                written = write_records(self._assignment, self._records(batch), self._release)
                for submission, result in written.items():
                    self._note(submission, result)
                _stop_without_sandbox(run.exception() for _, run in batch)
        return again

    def rerun(self) -> None:
        """Run the notebooks of graded submissions once more for their outputs, one after the other.

        Raises `ClassroomError`.
        """
        waiting = [submission for submission, receipt in self._receipts.items() if not receipt.is_rerun]
        try:
            with run_lock.exclusive() if waiting else nullcontext():  # one fork server serves them all
                for submission in self._with_progress("Running again", waiting, len(waiting)):
                    self._rerun(submission)
        except SandboxError as error:
            raise _no_sandbox(error) from error

    def _rerun(self, submission: Submission) -> None:
        try:
            self._note(submission, rerun_submission(submission, self._receipts[submission], self._release))
        except SandboxError:
            raise
        except Exception as failure:  # of any kind: the others are still to be run
            self._note(submission, failure)

    def _records(self, runs: Iterable[tuple[Submission, Future[Record]]]) -> dict[Submission, Record]:
        """Return the records of gradings that have ended, and note the failures."""
        records: dict[Submission, Record] = {}
        for submission, run in runs:
            failure = run.exception()
            if failure and not isinstance(failure, SandboxError):
                self._note(submission, failure)
            elif not failure:
                records[submission] = run.result()
        return records

    def _note(self, submission: Submission, result: Receipt | BaseException) -> None:
        if isinstance(result, Receipt):
            self._receipts[submission] = result
            return
        self._receipts.pop(submission, None)
        self._assignment.course.log.error("%s: %s", submission.student, result, exc_info=result)
        self._failures[submission] = failure_reason(result, submission)

    def _with_progress(self, task: str, items: Iterable[Item], total: int) -> Iterator[Item]:
        """Yield the items and show how many have been taken."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        options = {"console": self._console, "refresh_per_second": _REFRESHES_PER_SECOND}
        with Progress(*columns, TimeElapsedColumn(), **options) as progress:
            bar = progress.add_task(f"{task} {self._assignment.lesson}", total=total)
            for item in items:
                yield item
                progress.advance(bar)


def batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    """Yield the items in lists of at most `BATCH`, the next one after `BATCH_SECONDS` at the latest."""
    batch, begin = [], monotonic()
    for item in items:
        batch.append(item)
        if len(batch) >= BATCH or monotonic() - begin > BATCH_SECONDS:
            yield batch
            batch, begin = [], monotonic()
    if batch:
        yield batch


def _stop_without_sandbox(failures: Iterable[BaseException | None]) -> None:
    """Raise `ClassroomError` if there was no sandbox for a submission."""
    for failure in failures:
        if isinstance(failure, SandboxError):
            raise _no_sandbox(failure) from failure


def _no_sandbox(error: SandboxError) -> ClassroomError:
    return ClassroomError(f"{error}\n{RISK}")


def _open_release(assignment: Assignment) -> Release:
    """Return what all submissions share; raises `SeedError` as a `ClassroomError`."""
    course, lesson = assignment.course, assignment.lesson
    try:
        seed = course_seed(course.root)
    except SeedError as error:
        raise ClassroomError(str(error)) from error
    references = open_references(course.root, lesson, seed, is_live=course.settings.live_references)
    return Release(lesson, read_release(assignment.notebook("release")), seed, references)


def _grade(submission: Submission, release: Release) -> Record:
    if not _is_name(submission.student):
        raise BadSubmission(f"A folder can't be called {submission.student!r}. Rename it, then grade again.")
    settings = replace(submission.assignment.course.settings, rerun=False)  # that comes when all are judged
    files = data_files(submission)
    return grade_submission(read_notebook_file(submission.notebook("submitted")), files, release, settings)


def _is_name(student: str) -> bool:
    """Whether the gradebook can have a student of this name, and nbgrader takes it for no pattern."""
    is_text = student == student.encode("utf-8", "ignore").decode()
    return is_text and len(student) <= NAME_LIMIT and not glob.has_magic(student)
