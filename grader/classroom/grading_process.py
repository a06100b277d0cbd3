"""What a process of a pool does with one submission: it grades it, runs it again, or renders its page.

What a learner has handed in is parsed and rendered nowhere else. It comes as bytes, so such a process may be
on another machine.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from time import monotonic

from grader.classroom.answers import Answer, Failure, Graded, Page, Rerun, decode, encode
from grader.classroom.course.assignment import Submission, is_student_name
from grader.classroom.errors import BadSubmission
from grader.classroom.failure_reasons import failure_of
from grader.classroom.grading_notes import RERUN, outputs_origin
from grader.classroom.notebook_files import notebook_text
from grader.classroom.page.page import render_page
from grader.classroom.process_pool import OrderLimits
from grader.classroom.records import Grades
from grader.classroom.release_changes import release_changes
from grader.classroom.repair.read_notebook import parse_release
from grader.classroom.run.earlier_run import EarlierRun
from grader.classroom.run.grade_submission import Release, grade_submission, rerun_outputs
from grader.classroom.run.settings import Settings
from grader.classroom.run.submitted_files import read_notebook_file
from grader.classroom.unchanged_answers import unchanged_answers
from grader.isolation import run_lock
from grader.isolation.limits import MIB, Limits
from grader.learner.call import OutOfTime, time_limit

PAGE_SECONDS = 60.0
"""How long the rendering of a feedback page may take: hostile Markdown may take very long."""
CPU_SECONDS = 90
MEMORY = 3072 * MIB
"""Processor time, in seconds, and bytes for all but the submission's own run, which has limits of its own."""
_START_SECONDS = 120.0
"""How long sandboxes may take to start, beyond the time in which a submission runs."""


@dataclass(frozen=True)
class Grade:
    """The order to grade a student's submission.

    It has been graded before in a run of the key `earlier_run`, "" if it has not; `has_lesson_changed` says
    that this was against another release.
    """

    student: str
    earlier_run: str = ""
    has_lesson_changed: bool = False


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


@dataclass(frozen=True)
class Files:
    """The bytes of the files that an order is about.

    `notebook` is the one that was handed in, for an order to grade it, else the autograded one. `data` are
    the data files beside it by name. `timestamp` is when they were handed in, and `graded_before` the
    autograded notebook of last time, if there is one.
    """

    notebook: bytes
    data: Mapping[str, bytes] = field(default_factory=dict)
    timestamp: dt.datetime | None = None
    graded_before: bytes | None = None


@dataclass(frozen=True)
class Shared:
    """What all orders about an assignment share. Without a `release`, nothing can be graded."""

    lesson: str
    settings: Settings
    release: Release | None = None

    @property
    def run_limits(self) -> Limits:
        """The limits of a submission's own run."""
        return self.settings.limits if self.release else self.settings.output_limits

    @property
    def order_limits(self) -> OrderLimits:
        """What one order may use, its submission's own run not counted but for the time by the clock."""
        seconds = self.run_limits.submission_seconds + PAGE_SECONDS + _START_SECONDS
        return OrderLimits(seconds, CPU_SECONDS, MEMORY)


def read_files(order: Order, submission: Submission) -> Files:
    """Return what an order is about, unparsed. Raises `BadSubmission` or `OSError`."""
    if isinstance(order, RenderPage):
        return Files(submission.notebook("autograded").read_bytes())
    if isinstance(order, RunAgain):
        return Files(submission.notebook("autograded").read_bytes(), submission.data_files())
    if not is_student_name(submission.student):
        raise BadSubmission(f"A folder can't be called {submission.student!r}. Rename it, then grade again.")
    notebook, graded_before = read_notebook_file(submission.notebook("submitted")), None
    with contextlib.suppress(OSError):
        graded_before = submission.notebook("autograded").read_bytes()
    return Files(notebook, submission.data_files(), submission.timestamp(), graded_before)


def read_answer(order: Order, answer: bytes) -> Answer:
    """Return the answer to an order. Raises `ValueError` if these bytes are none to this order."""
    decoded = decode(answer)
    if not isinstance(decoded, Failure | _ANSWERS[type(order)]):
        raise ValueError(f"{type(decoded).__name__} is no answer to {type(order).__name__}.")
    return decoded


def answer_order(
    order: Order, read: Callable[[], Files], shared: Shared, begin: Callable[[], None] = lambda: None
) -> bytes:
    """Carry out an order on the files that `read` returns, and return the answer, encoded.

    `begin` is called when there is nothing left to wait for.
    """
    try:
        with run_lock.shared() if isinstance(order, Grade) else contextlib.nullcontext():
            begin()
            return encode(_carry_out(order, read(), shared))
    except Exception as error:  # of any kind: hostile values break code in many ways
        return encode(failure_of(error, shared.lesson))


def _carry_out(order: Order, files: Files, shared: Shared) -> Answer:
    match order:
        case Grade():
            return _grade(order, files, shared)
        case RunAgain():
            return _run_again(files, shared)
        case RenderPage():
            return _page(order, files, shared)


def _grade(order: Grade, files: Files, shared: Shared) -> Graded:
    begin, release = monotonic(), shared.release
    settings = replace(shared.settings, rerun=False)  # that comes when all are judged
    earlier, changes = None, ()
    if order.earlier_run and files.graded_before:
        earlier = EarlierRun(order.earlier_run, parse_release(files.graded_before))
        changes = release_changes(release.notebook, earlier.notebook) if order.has_lesson_changed else ()
    record = grade_submission(files.notebook, files.data, release, settings, earlier)
    return Graded(
        notebook=notebook_text(record.notebook),
        scores=record.scores,
        unanswered=record.unanswered,
        verdicts=record.verdicts,
        repairs=record.repairs,
        stopped=record.stopped,
        timestamp=files.timestamp,
        unchanged=unchanged_answers(record.notebook, files.graded_before),
        is_rerun=outputs_origin(record.notebook) == RERUN,
        seconds=monotonic() - begin,
        exercise_seconds=record.seconds,
        run_key=record.run_key,
        is_kept=record.is_kept,
        changes=changes,
    )


def _run_again(files: Files, shared: Shared) -> Rerun:
    nb = parse_release(files.notebook)
    rerun_outputs(nb, files.data, shared.lesson, shared.settings)
    return Rerun(notebook_text(nb))


def _page(order: RenderPage, files: Files, shared: Shared) -> Page:
    nb = parse_release(files.notebook)
    try:
        with time_limit(PAGE_SECONDS):
            html = render_page(nb, order.grades, shared.lesson, order.student)
    except OutOfTime as late:
        raise BadSubmission(
            f"Its marks are in the gradebook, but its feedback page takes more than {PAGE_SECONDS:g} s."
        ) from late
    return Page(html.encode("utf-8"))
