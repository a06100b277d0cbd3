"""Has the submissions of a class graded side by side, and writes what comes of them.

Importing this takes longer than saying that there is nothing new, so `grade` does it only where there is.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from time import monotonic
from typing import Any

from rich.console import Console

from grader.classroom.answers import Answer, Failure, Graded, Page, Rerun
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.course_references import open_references
from grader.classroom.course.course_seed import SeedError, course_seed
from grader.classroom.edition import edition
from grader.classroom.errors import ClassroomError
from grader.classroom.failure_reasons import failure_of
from grader.classroom.file_access import is_of_the_disk
from grader.classroom.grading_pool import GradingPool, GradingProcesses
from grader.classroom.grading_process import Grade, Order, RenderPage, RunAgain
from grader.classroom.journal import Journal
from grader.classroom.progress import GradingProgress
from grader.classroom.receipts import Receipt, last_grading, write_receipt
from grader.classroom.release_changes import FollowedChange
from grader.classroom.repair.read_notebook import read_release
from grader.classroom.run.grade_submission import Release
from grader.classroom.seconds_log import SecondsLog
from grader.classroom.writer import record_marks, write_feedback, write_notebook
from grader.diagnosis.references import ReferencesMissing
from grader.isolation import run_lock, sandbox
from grader.isolation.cgroups import DelegatedGroup, NoControlGroups
from grader.isolation.sandbox import RISK, SandboxError

BATCH = 50
BATCH_SECONDS = 5.0
"""After so many submissions, or seconds, their marks are written."""


def demand_sandbox() -> None:
    """Raise `ClassroomError` unless submissions can run in a sandbox."""
    try:
        sandbox.check_available()
    except SandboxError as missing:
        raise ClassroomError(f"{missing}\n{RISK}") from None


class ClassGrading:
    """The grading of a class.

    It keeps `receipts` of submissions up to date, and notes in `failures` why others could not be graded.
    `release` is the fingerprint of the release, for receipts. `log` gets how long each took. `followed` says
    which changes of the lesson graded submissions have followed.
    """

    def __init__(
        self,
        assignment: Assignment,
        release: str,
        console: Console,
        receipts: dict[Submission, Receipt],
        failures: dict[Submission, str],
        log: SecondsLog | None = None,
    ):
        self._assignment = assignment
        self._release = release
        self._console = console
        self._receipts = receipts
        self._failures = failures
        self._log = log
        self._journal = Journal(assignment.course.root, release)
        self._unwritten: dict[Submission, Graded | Rerun] = {}
        self._unfinished: dict[Submission, Receipt] = {}  # what waits for its page
        self._written_at = 0.0
        self.followed: list[FollowedChange] = []

    def grade(
        self,
        submissions: Sequence[Submission],
        jobs: int | None,
        *,
        anew: bool = False,
        open_pool: Callable[[Assignment, Release], GradingPool] | None = None,
    ) -> None:
        """Grade submissions and write what comes of them.

        That is in `jobs` processes here, by default one for each core, or in the pool that `open_pool` gives.
        What a grading that was cut off has left in the journal is not graded again, unless `anew` is set.
        Raises `ClassroomError`. Without a sandbox all submissions fail in the same way, so the first such
        failure ends the grading; what was graded before is written. A submission whose failure may be the
        machine's is tried once more when all others are done, alone.
        """
        if not submissions:
            return
        self._unwritten |= {} if anew else self._journal.find(submissions)
        release = open_release(self._assignment)
        orders = [self._order(one, anew) for one in submissions if one not in self._unwritten]
        count = min(jobs or os.cpu_count() or 1, max(1, len(orders)))
        with _control_groups(self._assignment.course.log) as groups:
            if open_pool:
                pool = open_pool(self._assignment, release)
            else:
                pool = GradingProcesses(self._assignment, count, release, groups)
            again = self._carry_out("Grading", orders, pool)
            if again:
                pool = GradingProcesses(self._assignment, 1, release, groups)
                self._carry_out("Grading once more, alone,", again, pool, may_repeat=False)

    def _order(self, submission: Submission, anew: bool) -> Grade:
        last = None if anew else last_grading(submission)
        if last is None:
            return Grade(submission.student)
        return Grade(submission.student, last.run_key, last.release != self._release)

    def rerun(self) -> None:
        """Run the notebooks of graded submissions once more for their outputs, one after the other.

        Raises `ClassroomError`.
        """
        orders = [RunAgain(one.student) for one, receipt in self._receipts.items() if not receipt.is_rerun]
        if not orders:
            return
        try:
            with run_lock.exclusive(), _control_groups(self._assignment.course.log) as groups:
                pool = GradingProcesses(self._assignment, 1, groups=groups)
                self._carry_out("Running again", orders, pool, may_repeat=False)
        except SandboxError as error:
            raise ClassroomError(f"{error}\n{RISK}") from error

    def _carry_out(
        self, task: str, orders: Sequence[Order], pool: GradingPool, may_repeat: bool = True
    ) -> list[Order]:
        """Let a pool carry out orders and write what comes of them.

        Returns the orders that are to be tried again, none unless `may_repeat` is set.
        """
        again: list[Order] = []
        without_sandbox, queue = "", deque(orders)
        title = f"{task} {self._assignment.lesson}"
        self._written_at = monotonic()
        with pool, GradingProgress(self._console, title, len(orders)) as progress:

            def tick(*longest: Any) -> None:
                progress.refresh(*longest)
                if self._is_time_to_write():
                    queue.extendleft(self._write())

            queue.extendleft(self._write())
            while queue:
                for order, submission, answer in pool.results(queue, tick):
                    is_failure = isinstance(answer, Failure)
                    is_tried_again = is_failure and answer.may_be_the_machines and may_repeat
                    if self._log and isinstance(answer, Graded | Failure):
                        self._log.add(submission.student, answer, is_tried_again)
                    if not isinstance(order, RenderPage):
                        progress.advance(is_failure)
                    if is_failure and answer.lacks_sandbox:
                        without_sandbox = answer.reason
                        _keep_pages(queue)
                    elif is_tried_again:
                        again.append(order)
                    else:
                        self._take(submission, answer)
                queue.extend(self._write())
        if without_sandbox:
            raise ClassroomError(without_sandbox)
        return again

    def _take(self, submission: Submission, answer: Answer) -> None:
        match answer:
            case Failure():
                self._fail(submission, answer)
            case Page():
                self._finish(submission, answer)
            case Graded():
                self._journal.add(submission, answer)
                self._unwritten[submission] = answer
            case Rerun():
                self._unwritten[submission] = answer

    def _is_time_to_write(self) -> bool:
        is_late = monotonic() - self._written_at > BATCH_SECONDS
        return len(self._unwritten) >= BATCH or bool(self._unwritten and is_late)

    def _write(self) -> list[RenderPage]:
        """Write the marks and the notebooks that have come; return the orders for their pages."""
        written, self._unwritten = self._unwritten, {}
        self._written_at = monotonic()
        if not written:
            return []
        gradebook, lesson = self._assignment.course.gradebook(), self._assignment.lesson
        try:
            record_marks(gradebook, lesson, {s: one for s, one in written.items() if isinstance(one, Graded)})
            grades = gradebook.grades(lesson, [submission.student for submission in written])
        except ClassroomError as failure:  # of the gradebook: the journal keeps them for the next time
            for submission in written:
                self._fail(submission, Failure(str(failure)))
            return []
        pages = []
        for submission, one in written.items():
            if isinstance(one, Graded) and one.changes:
                self.followed.append(FollowedChange(one.changes, one.is_kept))
            with self._noting_failure(submission):
                write_notebook(submission, one.notebook)
                self._unfinished[submission] = self._receipt(submission, one)
                pages.append(RenderPage(submission.student, grades[submission.student]))
        return pages

    def _receipt(self, submission: Submission, one: Graded | Rerun) -> Receipt:
        if isinstance(one, Rerun):
            return replace(self._receipts[submission], is_rerun=True)
        return Receipt(one.verdicts, one.repairs, one.stopped, one.is_rerun, one.run_key)

    def _finish(self, submission: Submission, page: Page) -> None:
        """Write the feedback, and last the receipt: the submission is graded to its end."""
        receipt = self._unfinished.pop(submission)
        with self._noting_failure(submission):
            write_feedback(submission, page.html)
            write_receipt(submission, receipt, self._release)
            self._receipts[submission] = receipt
            self._journal.remove(submission)

    @contextlib.contextmanager
    def _noting_failure(self, submission: Submission) -> Iterator[None]:
        try:
            yield
        except Exception as error:  # of any kind: the other submissions are still to be written
            if is_of_the_disk(error):
                raise
            self._fail(submission, failure_of(error, self._assignment.lesson))

    def _fail(self, submission: Submission, failure: Failure) -> None:
        self._receipts.pop(submission, None)
        self._unfinished.pop(submission, None)
        details = {"details": failure.details}
        self._assignment.course.log.error("%s: %s", submission.student, failure.reason, extra=details)
        self._failures[submission] = failure.reason


@contextlib.contextmanager
def _control_groups(log: logging.Logger) -> Iterator[DelegatedGroup | None]:
    """Give the control groups for processes that grade, if there are some; the log says what limits them."""
    with contextlib.ExitStack() as stack:
        try:
            groups = stack.enter_context(DelegatedGroup())
            log.info("On this machine, control groups limit memory, processor time and tasks.")
        except NoControlGroups as reason:
            groups = None
            log.info(
                "On this machine, memory, processor time and tasks are limited for each process alone: %s.",
                reason,
            )
        yield groups


def _keep_pages(queue: deque[Order]) -> None:
    """Remove all orders from a queue but those for pages of what is graded."""
    pages = [order for order in queue if isinstance(order, RenderPage)]
    queue.clear()
    queue.extend(pages)


def open_release(assignment: Assignment) -> Release:
    """Return what all submissions share. Raises `ClassroomError` without a seed or without references."""
    course, lesson = assignment.course, assignment.lesson
    try:
        seed = course_seed(course.root)
        references = open_references(course.root, lesson, seed, is_live=course.settings.live_references)
    except (SeedError, ReferencesMissing) as error:
        raise ClassroomError(str(error)) from error
    edition()  # once for all processes that fork from this one
    return Release(lesson, read_release(assignment.notebook("release")), seed, references)
