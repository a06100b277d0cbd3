"""The workers of a Dask cluster as a pool for orders about submissions.

Workers get bytes and give bytes; they share no folder with this machine, and nothing is written but here. A
worker takes part if it has the same edition of the course and a sandbox starts there. What a worker's end
interrupts is done by another one, and if that goes wrong, too, here and alone (`may_be_the_machines`).
"""

from __future__ import annotations

import logging
import pickle
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from time import monotonic

import dask.config
from distributed import Client, Future, as_completed
from rich.console import Console

from grader.classroom.answers import Answer, Failure
from grader.classroom.cluster import worker
from grader.classroom.cluster.edition import edition
from grader.classroom.cluster.grading_server import Setup
from grader.classroom.cluster.scheduler import Scheduler
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.course_references import references_file
from grader.classroom.errors import ClassroomError
from grader.classroom.failure_reasons import failure_of
from grader.classroom.grading_pool import Tick
from grader.classroom.grading_process import Order, Shared, read_answer, read_files
from grader.classroom.run.grade_submission import Release
from grader.isolation.foreign_text import inert_line

CONNECT_SECONDS = 10.0
WORKERS_SECONDS = 60.0
"""How long to wait for a worker that can take part."""
_PREPARE_SECONDS = 90.0
_REFRESH_SECONDS = 2.0
_TICK_SECONDS = 0.1
_END_SECONDS = 1.0
_AHEAD = 2
"""Orders for each thread of a worker, so that none waits for this machine."""
_LINE_LIMIT = 300
_GO_ON = "What was graded is kept. The same command goes on, also without --scheduler on this machine."


@dataclass(frozen=True)
class _Running:
    order: Order
    future: Future
    workers: frozenset[str]
    since: float


class GradingCluster:
    """A pool of the workers that a scheduler has. They may come and go meanwhile.

    Raises `ClassroomError` on entry, and while results are awaited, if there is no scheduler, or no worker
    that can take part.
    """

    def __init__(self, assignment: Assignment, release: Release, scheduler: Scheduler, console: Console):
        self._assignment, self._scheduler, self._console = assignment, scheduler, console
        self._shared = Shared(assignment.lesson, assignment.course.settings, release)
        self._setup = pickle.dumps(_setup(assignment, release))
        self._edition = edition()
        self._name = sha256(repr(self._edition).encode() + self._setup).hexdigest()
        self._running: dict[str, _Running] = {}
        self._threads: dict[str, int] = {}  # of the workers that take part, by their addresses
        self._refused: dict[str, str] = {}
        self._refreshed_at = float("-inf")

    def __enter__(self) -> GradingCluster:
        _log_to(self._assignment.course.log)
        address = self._scheduler.address
        dask.config.set({"distributed.admin.large-graph-warning-threshold": "1 GiB"})
        try:
            security = self._scheduler.client_security()
            self._client = Client(address, security=security, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:  # TypeError: TLS is half configured
            raise ClassroomError(
                f"No scheduler answers at {address}: {inert_line(str(error), _LINE_LIMIT)}. See that it runs "
                "and that this machine reaches it; for TLS, that its certificate is of the same authority."
            ) from error
        try:
            self._demand_course_at_scheduler()
            self._completed = as_completed(with_results=True, raise_errors=False, loop=self._client.loop)
            self._wait_for_workers()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error) -> None:
        for running in self._running.values():
            running.future.cancel()
        with suppress(OSError, TimeoutError, ValueError):
            self._client.run(worker.dismiss, self._name, on_error="ignore", callback_timeout=_END_SECONDS)
        self._client.close(timeout=_END_SECONDS)

    def results(
        self, orders: deque[Order], tick: Tick = lambda *longest: None
    ) -> Iterator[tuple[Order, Submission, Answer]]:
        """Carry out orders as `grading_pool.GradingPool.results` says."""
        while orders or self._running:
            self._wait_for_workers()
            self._take_back(orders)
            yield from self._hand_out(orders)
            for future, result in self._completed.next_batch(block=False):
                running = self._running.pop(future.key, None)
                if running is None:  # it was taken back
                    continue
                answer = self._answer(running.order, future, result)
                future.release()
                if answer is None:
                    orders.appendleft(running.order)
                else:
                    yield running.order, self._submission(running.order), answer
            yield from self._give_up()
            if self._running:
                longest = min(self._running.values(), key=lambda running: running.since)
                tick(longest.order.student, monotonic() - longest.since)
            if self._running or orders:
                with self._completed.thread_condition:
                    if not self._completed.has_ready():
                        self._completed.thread_condition.wait(_TICK_SECONDS)

    def _submission(self, order: Order) -> Submission:
        return Submission(self._assignment, order.student)

    def _hand_out(self, orders: deque[Order]) -> Iterator[tuple[Order, Submission, Answer]]:
        """Give the workers orders; yield those whose files cannot be read."""
        while orders and len(self._running) < _AHEAD * sum(self._threads.values()):
            order = orders.popleft()
            submission = self._submission(order)
            try:
                task = pickle.dumps((order, read_files(order, submission)))
            except Exception as error:  # of any kind: it is a stranger's folder
                yield order, submission, failure_of(error, self._assignment.lesson)
                continue
            workers = frozenset(self._threads)
            # All that the answer depends on is in the key: another task of the same key is the same task.
            key = f"grade-{sha256(self._name.encode() + task).hexdigest()}"
            future = self._client.submit(
                worker.carry_out, self._name, task, key=key, workers=sorted(workers), retries=0
            )
            self._running[key] = _Running(order, future, workers, monotonic())
            self._completed.add(future)

    def _answer(self, order: Order, future: Future, result: object) -> Answer | None:
        """Return what came of an order; None if its worker had no part in the grading."""
        if future.status in ("cancelled", "lost"):
            raise self._scheduler_is_gone()
        if future.status != "finished":
            cause = result[1] if isinstance(result, tuple) else result
            return Failure(
                f"Its worker came to an end ({type(cause).__name__}).", str(cause), may_be_the_machines=True
            )
        if result is None:
            self._threads.clear()  # whoever it was; `_refresh` finds out
            self._refreshed_at = float("-inf")
            return None
        try:
            answer = read_answer(order, result)
        except (TypeError, ValueError):
            return Failure("Its worker answered nothing that can be read.", may_be_the_machines=True)
        if isinstance(answer, Failure) and answer.lacks_sandbox:  # there: here may be one
            return replace(answer, lacks_sandbox=False, may_be_the_machines=True)
        return answer

    def _take_back(self, orders: deque[Order]) -> None:
        """Put what waits for workers that are gone back into the queue: Dask would wait for ever."""
        for key, running in list(self._running.items()):
            if running.workers.isdisjoint(self._threads):
                del self._running[key]
                running.future.cancel()
                orders.appendleft(running.order)

    def _give_up(self) -> Iterator[tuple[Order, Submission, Answer]]:
        """Yield orders that have been away for much longer than they can take."""
        most = (1 + _AHEAD) * self._shared.order_limits.seconds
        for key, running in list(self._running.items()):
            if monotonic() - running.since > most:
                del self._running[key]
                running.future.cancel()
                reason = f"The cluster did not answer in {most:.0f} s."
                yield running.order, self._submission(running.order), Failure(reason, "", True)

    # --- Workers ------------------------------------------------------------------------------------

    def _demand_course_at_scheduler(self) -> None:
        """Raise `ClassroomError` unless the scheduler can read tasks, which name a module of the course."""
        try:
            self._client.run_on_scheduler(worker.edition, callback_timeout=CONNECT_SECONDS)
        except ImportError as error:
            raise ClassroomError(
                f"The scheduler at {self._scheduler.address} lacks the course ({error}). Start it from an "
                "environment with the same edition of the course as here."
            ) from error
        except (OSError, TimeoutError) as error:
            raise self._scheduler_is_gone() from error

    def _wait_for_workers(self) -> None:
        """See which workers there are, now and then, and wait for one that can take part."""
        if monotonic() - self._refreshed_at < _REFRESH_SECONDS:
            return
        begin, has_said = monotonic(), False
        while True:
            self._refresh()
            if self._threads:
                return
            all_refused = self._present and self._present <= self._refused.keys()
            if all_refused or monotonic() - begin > WORKERS_SECONDS:
                break
            if not has_said:
                self._console.print(f"Waiting for workers at {self._scheduler.address}.")
                has_said = True
            with self._completed.thread_condition:
                self._completed.thread_condition.wait(_REFRESH_SECONDS / 4)
        place = f"the scheduler at {self._scheduler.address}"
        if self._present:
            raise ClassroomError(f"No worker of {place} can grade.\n{_GO_ON}")
        raise ClassroomError(f"In {WORKERS_SECONDS:g} s no worker has come to {place}.\n{_GO_ON}")

    def _refresh(self) -> None:
        """Learn which workers are there, and let new ones prepare themselves."""
        try:
            identity = self._client.sync(
                self._client.scheduler.identity, n_workers=-1, callback_timeout=CONNECT_SECONDS
            )
        except (OSError, TimeoutError) as error:
            raise self._scheduler_is_gone() from error
        threads = {address: about["nthreads"] for address, about in identity["workers"].items()}
        self._present = threads.keys()
        self._threads = {place: count for place, count in self._threads.items() if place in threads}
        new = [place for place in threads if place not in self._threads and place not in self._refused]
        for place, why in self._prepare(new).items():
            if why:
                self._refused[place] = why
                self._console.print(f"The worker {place} grades nothing. {why}", markup=False)
            else:
                self._threads[place] = threads[place]
        self._refreshed_at = monotonic()

    def _prepare(self, workers: list[str]) -> Mapping[str, str]:
        """Let workers prepare themselves; return why each cannot take part, or ""."""
        if not workers:
            return {}
        arguments = (worker.prepare, self._name, self._client.id, self._edition, self._setup)
        options = {"workers": workers, "on_error": "return", "callback_timeout": _PREPARE_SECONDS}
        try:
            found = self._client.run(*arguments, **options)
        except TimeoutError:
            return dict.fromkeys(workers, f"It was not ready in {_PREPARE_SECONDS:g} s.")
        except OSError as error:
            raise self._scheduler_is_gone() from error
        # One that ends meanwhile comes again, under another address.
        return {place: _in_words(why) for place, why in found.items() if not isinstance(why, OSError)}

    def _scheduler_is_gone(self) -> ClassroomError:
        return ClassroomError(
            f"The scheduler at {self._scheduler.address} is gone, or cannot be reached.\n{_GO_ON}"
        )


def _setup(assignment: Assignment, release: Release) -> Setup:
    course, lesson = assignment.course, assignment.lesson
    is_live = course.settings.live_references
    references = None if is_live else references_file(course.root, lesson).read_bytes()
    return Setup(lesson, course.settings, release.notebook, release.seed, references)


def _in_words(why: str | Exception) -> str:
    """Return why a worker cannot take part, in one line."""
    if "No module named 'grader" in str(why):  # Dask may have wrapped what was raised
        return "It lacks the course."
    if isinstance(why, Exception):
        return inert_line(f"{type(why).__name__}: {why}", _LINE_LIMIT)
    return inert_line(why, _LINE_LIMIT)


def _log_to(log: logging.Logger) -> None:
    """Let Dask write its messages to the course's log, not to the terminal."""
    for name in list(logging.root.manager.loggerDict):
        if name.partition(".")[0] in ("distributed", "tornado"):
            is_top = "." not in name  # the others hand on what they have to say
            logger = logging.getLogger(name)
            logger.handlers, logger.propagate = list(log.handlers) if is_top else [], not is_top
