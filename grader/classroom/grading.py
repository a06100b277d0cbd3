"""Grades a class: submissions run side by side, and this process alone writes what comes of them."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
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

from grader.classroom.class_table import Row, class_table
from grader.classroom.concurrent_runs import run_concurrently
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.course_references import open_references
from grader.classroom.course.course_seed import SeedError, course_seed
from grader.classroom.course.release import ensure_released
from grader.classroom.errors import BadSubmission, ClassroomError
from grader.classroom.failure_reasons import failure_reason
from grader.classroom.preconditions import (
    demand_lesson,
    demand_sandbox,
    demand_shipped_steps,
    find_submissions,
    open_course,
)
from grader.classroom.receipts import Receipt, read_receipt, release_fingerprint
from grader.classroom.records import Record
from grader.classroom.repair.read_notebook import read_release
from grader.classroom.run.grade_submission import Release, grade_submission
from grader.classroom.run.submitted_files import read_notebook_file
from grader.classroom.writer import data_files, only_writer, rerun_submission, write_records

Item = TypeVar("Item")
NAME_LIMIT = 128
"""Characters of a student's name in nbgrader's gradebook."""
BATCH = 50
BATCH_SECONDS = 5.0
"""After so many records, or seconds, what is graded is written."""


def grade(
    lesson: str,
    course: Path = Path("."),
    students: Iterable[str] | None = None,
    *,
    force: bool = False,
    rerun: bool = False,
    jobs: int | None = None,
    console: Console | None = None,
    is_isolated: bool = True,
) -> list[Row]:
    """Grade the submissions for `lesson` in the course folder `course`, and give feedback.

    The lesson is released first if need be. A submission that was graded before, against the same
    release, is left alone unless `force` is set; one that fails is reported and stops no other.
    With `rerun`, the notebooks run once more for their outputs, one by one, when all are judged.
    `jobs` notebooks run at once, by default one for each core. Submissions run in sandboxes, unless
    `is_isolated` is unset. Returns the class table's rows, of the `students` named or of all.
    Raises `ClassroomError`.
    """
    demand_lesson(lesson)
    assignment = Assignment(open_course(Path(course), is_isolated), lesson)
    demand_shipped_steps(assignment.course)
    if is_isolated:
        demand_sandbox()
    with only_writer(assignment.course):
        ensure_released(assignment)
        submissions = find_submissions(assignment, students)
        grading = _Grading(assignment, submissions, console or Console())
        grading.grade([one for one in submissions if force or one not in grading.receipts], jobs)
        if rerun or assignment.course.settings.rerun:
            grading.rerun(submissions)
    return class_table(assignment, submissions, grading.receipts, grading.failures)


class _Grading:
    """The grading of a class: `receipts` of the submissions that are graded, `failures` of the others."""

    def __init__(self, assignment: Assignment, submissions: Sequence[Submission], console: Console):
        self.receipts: dict[Submission, Receipt] = {}
        self.failures: dict[Submission, str] = {}
        self._assignment = assignment
        self._console = console
        self._release = release_fingerprint(assignment)
        self._read_receipts(submissions)

    def grade(self, submissions: Sequence[Submission], jobs: int | None) -> None:
        """Grade these submissions side by side and write what comes of them."""
        if not submissions:
            self._console.print("Nothing new to grade.")
            return
        grade_one = partial(_grade, release=_open_release(self._assignment))
        with run_concurrently(grade_one, submissions, jobs) as runs:
            for batch in batches(self._with_progress("Grading", runs, len(submissions))):
                records = self._results(batch)
                self._fail(write_records(self._assignment, records, self._release))
        self._read_receipts(submissions)

    def rerun(self, submissions: Sequence[Submission]) -> None:
        """Run the notebooks of graded submissions once more for their outputs, one after the other."""
        waiting = [one for one in submissions if one in self.receipts and not self.receipts[one].is_rerun]
        for submission in self._with_progress("Running again", waiting, len(waiting)):
            try:
                rerun_submission(submission, self.receipts[submission], self._release)
            except Exception as failure:  # of any kind: the others are still to be run
                self._fail({submission: failure})
        self._read_receipts(waiting)

    def _read_receipts(self, submissions: Iterable[Submission]) -> None:
        for submission in submissions:
            receipt = read_receipt(submission, self._release)
            if receipt is not None and submission not in self.failures:
                self.receipts[submission] = receipt

    def _results(self, runs: Iterable[tuple[Submission, Future[Record]]]) -> dict[Submission, Record]:
        """Return the records of gradings that have ended, and note the failures."""
        records: dict[Submission, Record] = {}
        for submission, run in runs:
            if failure := run.exception():
                self._fail({submission: failure})
            else:
                records[submission] = run.result()
        return records

    def _fail(self, failures: Mapping[Submission, BaseException]) -> None:
        for submission, failure in failures.items():
            self._assignment.course.log.error("%s: %s", submission.student, failure, exc_info=failure)
            self.failures[submission] = failure_reason(failure, submission)
            self.receipts.pop(submission, None)

    def _with_progress(self, task: str, items: Iterable[Item], total: int) -> Iterator[Item]:
        """Yield the items and show how many have been taken."""
        columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        with Progress(*columns, TimeElapsedColumn(), console=self._console) as progress:
            yield from progress.track(items, total, description=f"{task} {self._assignment.lesson}")


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
    settings = submission.assignment.course.settings
    files = data_files(submission)
    return grade_submission(read_notebook_file(submission.notebook("submitted")), files, release, settings)


def _is_name(student: str) -> bool:
    """Whether the gradebook can have a student of this name, and nbgrader takes it for no pattern."""
    is_text = student == student.encode("utf-8", "ignore").decode()
    return is_text and len(student) <= NAME_LIMIT and not glob.has_magic(student)
