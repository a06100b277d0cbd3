"""A process beside a Dask worker that carries out orders.

A worker of Dask has threads, no limits and everybody's tasks. So a submission never comes into its process:
this one has a pool of one process, with the limits that there are without Dask. It ends with the worker.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from grader.classroom.answers import encode
from grader.classroom.cells import Notebook
from grader.classroom.cluster.worker import READY
from grader.classroom.failure_reasons import failure_of
from grader.classroom.grading_pool import failure_of_end
from grader.classroom.grading_process import Files, Order, Shared, answer_order
from grader.classroom.process_pool import ProcessPool
from grader.classroom.run.grade_submission import Release
from grader.classroom.run.settings import Settings
from grader.diagnosis.references import LIVE, References
from grader.isolation.submission import SubmissionProcess

IDLE_SECONDS = 600.0
"""A process without orders ends after this time: its client may have been killed."""
_TRY_SANDBOX = "try a sandbox"
_Order = tuple[Order, Files] | str


@dataclass(frozen=True)
class Setup:
    """What a grading sends each worker once: the release, the course's seed and its references.

    `references` are the bytes of their file, None if TensorFlow is to compute each when it is asked for.
    """

    lesson: str
    settings: Settings
    notebook: Notebook
    seed: int
    references: bytes | None

    def shared(self) -> Shared:
        """Return what all orders share. The references are kept in memory, in no file of this machine."""
        references = LIVE if self.references is None else References(_file_in_memory(self.references))
        return Shared(self.lesson, self.settings, Release(self.lesson, self.notebook, self.seed, references))


def _file_in_memory(content: bytes) -> Path:
    """Return the path of a file without a name, which forks of this process can read, too."""
    descriptor = os.memfd_create("references")
    with open(descriptor, "wb", closefd=False) as file:
        file.write(content)
    return Path(f"/proc/self/fd/{descriptor}")


def serve(connection: Connection) -> None:
    """Take a `Setup`, say whether a sandbox starts here, then carry out pickled orders with their files."""
    shared = pickle.loads(connection.recv_bytes()).shared()
    with ProcessPool(partial(_answer, shared), 1, shared.order_limits) as pool:

        def answer(order: _Order) -> bytes:
            [(_, given)] = pool.answers(deque([order]), lambda *longest: _end_without(connection))
            return given if isinstance(given, bytes) else encode(failure_of_end(given))

        connection.send_bytes(answer(_TRY_SANDBOX))
        while connection.poll(IDLE_SECONDS):
            try:
                order = connection.recv_bytes()
            except EOFError:
                return
            connection.send_bytes(answer(pickle.loads(order)))


def _answer(shared: Shared, order: _Order, begin: Callable[[], None]) -> bytes:
    if order == _TRY_SANDBOX:
        return _try_sandbox(shared, begin)
    what, files = order
    return answer_order(what, lambda: files, shared, begin)


def _try_sandbox(shared: Shared, begin: Callable[[], None]) -> bytes:
    """Start a sandbox and end it. What it has prepared is ready for the first submission."""
    begin()
    settings, lesson_cells = shared.settings, tuple(shared.release.lesson_cells.items())
    options = {"is_isolated": settings.is_isolated, "lesson_cells": lesson_cells}
    try:
        with SubmissionProcess(limits=settings.limits, **options):
            return READY
    except Exception as error:  # of any kind: nothing can be graded here
        return encode(failure_of(error, shared.lesson))


def _end_without(connection: Connection) -> None:
    """End this process, and with it its pool, if the worker has ended: it says nothing while it waits."""
    if connection.poll():
        os._exit(1)


if __name__ == "__main__":
    serve(Connection(int(sys.argv[1])))
