"""Where the main process of `python -m grader grade` spends its time on a further submission."""

from __future__ import annotations

import pstats
import sys
import tempfile
from collections import Counter
from pathlib import Path

from grader.learner.library_code import ROOT
from tests.benchmarks.classes import GRADE, Classes, run

_PROFILED = """
import cProfile, runpy, sys, time
profile = cProfile.Profile(time.process_time)
file, sys.argv[:] = sys.argv[1], ["grader", *sys.argv[2:]]
try:
    profile.runcall(runpy.run_module, "grader", run_name="__main__", alter_sys=True)
finally:
    profile.dump_stats(file)
"""


def seconds_by_place(classes: Classes, size: int) -> Counter[str]:
    """Return the CPU seconds by module of this course, by package, and by built-in function.

    The profiler sees the main thread and makes calls dearer; what other threads take meanwhile counts for
    where the main thread waits.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = f"{folder}/profile"
        run(classes.make(size), [sys.executable, "-c", _PROFILED, file, *GRADE[3:]])
        calls = pstats.Stats(file).stats
    seconds: Counter[str] = Counter()
    for (path, _, function), (_, _, own, _, _) in calls.items():
        seconds[_place(path, function)] += own
    return seconds


def _place(path: str, function: str) -> str:
    if path == "~":
        return function
    file = Path(path)
    if file.is_relative_to(ROOT) and "site-packages" not in file.parts:
        return ".".join(file.relative_to(ROOT).with_suffix("").parts)
    above = next((folder for folder in file.parents if folder.name == "site-packages"), None)
    return file.relative_to(above).parts[0] if above else f"{file.stem} (Python)"
