"""Measures how long a function takes."""

import time


def seconds(action, times=1):
    """Call `action` so many `times` and return the shortest duration, in seconds of wall-clock time."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        action()
        best = min(best, time.perf_counter() - start)
    return best
