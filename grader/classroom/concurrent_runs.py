"""Grades submissions in threads, each of which waits for its sandbox."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@contextlib.contextmanager
def run_concurrently(
    function: Callable[[Item], Result], items: Iterable[Item], jobs: int | None = None
) -> Iterator[Iterator[tuple[Item, Future[Result]]]]:
    """Give an iterator over the items, with the future of `function(item)`, in the order in which calls end.

    `jobs` calls run at once, by default one for each core. At most twice as many results wait to be taken, so
    that memory does not grow with the class. Calls that have not begun at the end of the `with` block are
    cancelled.
    """
    jobs = jobs or os.cpu_count() or 1
    with ThreadPoolExecutor(jobs) as threads:
        try:
            yield _completed(threads, function, iter(items), 2 * jobs)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


def _completed(
    threads: ThreadPoolExecutor, function: Callable[[Item], Result], items: Iterator[Item], window: int
) -> Iterator[tuple[Item, Future[Result]]]:
    running = {threads.submit(function, item): item for item in islice(items, window)}
    while running:
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            yield running.pop(future), future  # removed, so that its result can be freed
            running |= {threads.submit(function, item): item for item in islice(items, 1)}
