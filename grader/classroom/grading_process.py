"""What a process of the pool does with one submission: it grades it, runs it again, or renders its page.

What a learner has handed in is parsed and rendered nowhere else.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from grader.classroom.answers import Answer, Failure, Graded, Page, Rerun, decode, encode
from grader.classroom.course.assignment import Assignment, Submission, is_student_name
from grader.classroom.errors import BadSubmission
from grader.classroom.failure_reasons import failure_of
from grader.classroom.grading_notes import RERUN, outputs_origin
from grader.classroom.notebook_files import notebook_text
from grader.classroom.page.page import render_page
from grader.classroom.process_pool import Ended, OrderLimits, ProcessPool
from grader.classroom.records import Grades
from grader.classroom.repair.read_notebook import read_release
from grader.classroom.run.grade_submission import Release, grade_submission, rerun_outputs
from grader.classroom.run.submitted_files import read_notebook_file
from grader.classroom.unchanged_answers import unchanged_answers
from grader.isolation import run_lock
from grader.isolation.cgroups import DelegatedGroup, GroupLimits
from grader.isolation.limits import MIB
from grader.learner.call import OutOfTime, time_limit

PAGE_SECONDS = 60.0
"""How long the rendering of a feedback page may take: hostile Markdown may take very long."""
CPU_SECONDS = 90
MEMORY = 3072 * MIB
"""Processor time, in seconds, and bytes for all but the submission's own run, which has limits of its own."""
_TASKS = 32
"""Threads of the process itself and of what sets up a sandbox."""
_START_SECONDS = 120.0
"""How long sandboxes may take to start, beyond the time in which a submission runs."""


@dataclass(frozen=True)
class Grade:
    """The order to grade a student's submission."""

    student: str


@dataclass(frozen=True)
class RunAgain:
    """The order to run a student's graded notebook once more for its outputs.

    Who gives it holds `run_lock.exclusive`.
    """

    student: str


@dataclass(frozen=True)
class RenderPage:
    """The order to render the feedback page of an autograded notebook, with the gradebook's `grades`."""

    student: str
    grades: Grades


Order = Grade | RunAgain | RenderPage
_ANSWERS = {Grade: Graded, RunAgain: Rerun, RenderPage: Page}
_ODD_ANSWER = "The process that looked at it gave an answer that makes no sense."


class GradingPool(ProcessPool[Order]):
    """A pool of `count` processes for orders about submissions for an assignment.

    Without a `release`, they can grade nothing. Each has, with its sandbox, a control group out of `groups`,
    if there are some.
    """

    def __init__(
        self,
        assignment: Assignment,
        count: int,
        release: Release | None = None,
        groups: DelegatedGroup | None = None,
    ):
        settings = assignment.course.settings
        own = settings.limits if release else settings.output_limits
        limits = OrderLimits(own.submission_seconds + PAGE_SECONDS + _START_SECONDS, CPU_SECONDS, MEMORY)
        both = GroupLimits(MEMORY + own.memory + own.folder, own.tasks + _TASKS)
        super().__init__(
            partial(_answer, assignment, release), count, limits, lambda: groups and groups.create(both)
        )
        self._assignment = assignment

    def results(
        self, orders: deque[Order], tick: Callable[[str, float], None] = lambda *longest: None
    ) -> Iterator[tuple[Order, Submission, Answer]]:
        """Take orders from a queue as `answers` does, and yield each with its submission and what came of it.

        `tick` gets the name of the student whose submission takes longest.
        """
        for order, answer in self.answers(orders, lambda order, seconds: tick(order.student, seconds)):
            yield order, Submission(self._assignment, order.student), _decoded(order, answer)


def _decoded(order: Order, answer: bytes | Ended) -> Answer:
    if isinstance(answer, Ended):
        return Failure(answer.reason, may_be_the_machines=answer.may_be_the_machines)
    try:
        decoded = decode(answer)
    except ValueError as error:
        return Failure(_ODD_ANSWER, str(error))
    return decoded if isinstance(decoded, Failure | _ANSWERS[type(order)]) else Failure(_ODD_ANSWER)


# --- In the process ---------------------------------------------------------------------------------


def _answer(
    assignment: Assignment, release: Release | None, order: Order, begin: Callable[[], None]
) -> bytes:
    submission = Submission(assignment, order.student)
    try:
        with run_lock.shared() if isinstance(order, Grade) else contextlib.nullcontext():
            begin()
            return encode(_do(order, submission, release))
    except Exception as error:  # of any kind: hostile values break code in many ways
        return encode(failure_of(error, submission))


def _do(order: Order, submission: Submission, release: Release | None) -> Answer:
    match order:
        case Grade():
            return _grade(submission, release)
        case RunAgain():
            return _run_again(submission)
        case RenderPage(grades=grades):
            return _page(submission, grades)


def _grade(submission: Submission, release: Release) -> Graded:
    if not is_student_name(submission.student):
        raise BadSubmission(f"A folder can't be called {submission.student!r}. Rename it, then grade again.")
    timestamp = submission.timestamp()
    settings = replace(submission.assignment.course.settings, rerun=False)  # that comes when all are judged
    text = read_notebook_file(submission.notebook("submitted"))
    record = grade_submission(text, submission.data_files(), release, settings)
    return Graded(
        notebook=notebook_text(record.notebook),
        scores=record.scores,
        unanswered=record.unanswered,
        verdicts=record.verdicts,
        repairs=record.repairs,
        stopped=record.stopped,
        timestamp=timestamp,
        unchanged=unchanged_answers(record.notebook, submission.notebook("autograded")),
        is_rerun=outputs_origin(record.notebook) == RERUN,
    )


def _run_again(submission: Submission) -> Rerun:
    assignment = submission.assignment
    nb = read_release(submission.notebook("autograded"))
    rerun_outputs(nb, submission.data_files(), assignment.lesson, assignment.course.settings)
    return Rerun(notebook_text(nb))


def _page(submission: Submission, grades: Grades) -> Page:
    nb = read_release(submission.notebook("autograded"))
    try:
        with time_limit(PAGE_SECONDS):
            html = render_page(nb, grades, submission.assignment.lesson, submission.student)
    except OutOfTime as late:
        raise BadSubmission(
            f"Its marks are in the gradebook, but its feedback page takes more than {PAGE_SECONDS:g} s."
        ) from late
    return Page(html.encode("utf-8"))
