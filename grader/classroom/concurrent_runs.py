"""Runs submissions in threads, each of which waits for its sandboxes."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

from grader.classroom.course.assignment import Submission
from grader.classroom.course.nbgrader_converters import run_submission


@contextlib.contextmanager
def run_concurrently(
    submissions: Iterable[Submission], jobs: int | None = None
) -> Iterator[Iterator[tuple[Submission, Future]]]:
    """Give an iterator over the submissions in the order in which their runs end.

    The future of a submission has the executed notebook or the exception of its run. `jobs` run at once, by
    default one for each core. Runs that have not begun at the end of the `with` block are cancelled.
    """
    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as threads:
        try:
            running = {threads.submit(run_submission, submission): submission for submission in submissions}
            yield _completed(running)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


def _completed(running: dict[Future, Submission]) -> Iterator[tuple[Submission, Future]]:
    for future in as_completed(running):
        yield running.pop(future), future  # removed, so that its notebook can be freed
