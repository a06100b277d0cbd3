"""A stopwatch for the lessons."""

import time


def seconds(action, times=1):
    """Return how long `action()` takes in seconds, the fastest of several `times`."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best
