"""Processes of this machine for orders about submissions, and what any such pool offers."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import partial
from typing import Protocol

from grader.classroom.answers import Answer, Failure
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.grading_process import MEMORY, Order, Shared, answer_order, read_answer, read_files
from grader.classroom.process_pool import Ended, ProcessPool
from grader.classroom.run.grade_submission import Release
from grader.isolation.cgroups import ControlGroup, DelegatedGroup, GroupLimits

Tick = Callable[[str, float], None]
"""Is called at least every few seconds with the student whose submission takes longest, and its seconds."""
_TASKS = 32
"""Threads of a process itself and of what sets up a sandbox."""


class GradingPool(Protocol):
    """Carries out orders side by side, somewhere, within a `with` block."""

    def __enter__(self) -> GradingPool: ...

    def __exit__(self, *error) -> None: ...

    def results(
        self, orders: deque[Order], tick: Tick = lambda *longest: None
    ) -> Iterator[tuple[Order, Submission, Answer]]:
        """Take orders from the left of a queue until it is empty, and yield each with what came of it.

        They come in the order in which they are done. Meanwhile, further orders may be put into the queue.
        """
        ...


class GradingProcesses(ProcessPool[Order]):
    """A pool of `count` processes of this machine for orders about submissions for an assignment.

    Without a `release`, they can grade nothing. Each has, with its sandbox, a control group out of `groups`,
    as long as there are some.
    """

    def __init__(
        self,
        assignment: Assignment,
        count: int,
        release: Release | None = None,
        groups: DelegatedGroup | None = None,
    ):
        shared = Shared(assignment.lesson, assignment.course.settings, release)
        own = shared.run_limits
        self._group_limits = GroupLimits(MEMORY + own.memory + own.folder, own.tasks + _TASKS)
        self._assignment, self._groups = assignment, groups
        super().__init__(partial(_answer, assignment, shared), count, shared.order_limits, self._group_for)

    def _group_for(self, process: int) -> ControlGroup | None:
        """Put a process into a control group. Where Linux gives no more of them, the log says so once."""
        if not self._groups:
            return None
        try:
            group = self._groups.create(self._group_limits)
            group.add(process)
        except OSError as error:
            self._groups = None
            self._assignment.course.log.warning(
                "There are no more control groups (%s): from now on each process is limited alone.",
                error.strerror,
            )
            return None
        return group

    def results(
        self, orders: deque[Order], tick: Tick = lambda *longest: None
    ) -> Iterator[tuple[Order, Submission, Answer]]:
        """Carry out orders as `GradingPool.results` says."""
        for order, answer in self.answers(orders, lambda order, seconds: tick(order.student, seconds)):
            yield order, Submission(self._assignment, order.student), _decoded(order, answer)


def _decoded(order: Order, answer: bytes | Ended) -> Answer:
    if isinstance(answer, Ended):
        return failure_of_end(answer)
    try:
        return read_answer(order, answer)
    except ValueError as error:
        return Failure("The process that looked at it gave an answer that makes no sense.", str(error))


def failure_of_end(ended: Ended) -> Failure:
    """Return why there is no answer of a process that came to an end."""
    return Failure(ended.reason, may_be_the_machines=ended.may_be_the_machines)


def _answer(assignment: Assignment, shared: Shared, order: Order, begin: Callable[[], None]) -> bytes:
    submission = Submission(assignment, order.student)
    return answer_order(order, partial(read_files, order, submission), shared, begin)
