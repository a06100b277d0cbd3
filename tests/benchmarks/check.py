"""Times the check: `python -m tests.benchmarks.check`, or `make bench`.

First come wall and CPU time in a fresh process. Cold is the first check there, after NumPy's import and with
that of `grader` and the verdict's HTML, of the first exercise of each lesson; live is the same with
references that TensorFlow computes then. Both are wall time. All others are medians of later checks in CPU
time, which other programs do not change much. Two slips are put into one answer in a few ways for each
exercise; unexplained is a right answer with noise.
"""

import json
import math
import statistics
import subprocess
import sys
import time
from itertools import combinations

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from grader.learner.library_code import ROOT

REPEATS = 15
FRESH_REPEATS = 5
PAIRS = 6
KINDS = ("cold", "live", "right", "wrong", "two slips", "worst", "unexplained")
WANTED = {"cold": 0.3, "right": 0.0017, "two slips": 0.0036}
"""The medians that are wanted, in seconds."""
WANTED_IN_FRESH_PROCESS = {"import numpy": math.nan, "import grader": 0.2, "with the first verdict": 0.3}


def cpu_seconds(function) -> float:
    start = time.process_time()
    function()
    return time.process_time() - start


def in_fresh_process(lesson: str, name: str, live: bool = False) -> list[list[float]]:
    """Wall and CPU seconds in a process of its own, in the order of `WANTED_IN_FRESH_PROCESS`.

    Those of `grader` and of the first verdict are without NumPy's.
    """
    code = f"""
import json, time
def now(): return [time.perf_counter(), time.process_time()]
moments = [now()]
import numpy
moments.append(now())
import grader
moments.append(now())
from grader import lessons
exercise = lessons.load({lesson!r}).exercises[{name!r}]
def right(*arguments): return exercise.answer(arguments)
right.__name__ = {name!r}
grader.check(right, lesson={lesson!r}, live={live})._repr_mimebundle_()
moments.append(now())
print(json.dumps(moments))
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    start, numpy, grader, verdict = np.array(json.loads(run.stdout))
    return [list(numpy - start), list(grader - numpy), list(verdict - numpy)]


def cold(lesson: str, name: str, live: bool) -> float:
    """Seconds for the first check in a process of its own, after NumPy's import."""
    return in_fresh_process(lesson, name, live)[-1][0]


def print_fresh_processes() -> None:
    """Print the medians over some processes for each lesson."""
    from grader import lessons

    first = [(lesson, next(iter(lessons.load(lesson).exercises))) for lesson in lessons.names()]
    medians = np.median([in_fresh_process(*one) for one in first for _ in range(FRESH_REPEATS)], axis=0)
    table = Table("", "wall", "CPU", "wanted", title="seconds in a fresh process", box=box.MARKDOWN)
    for (name, wanted), (wall, cpu) in zip(WANTED_IN_FRESH_PROCESS.items(), medians, strict=True):
        table.add_row(name, f"{wall:.2f}", f"{cpu:.2f}", "–" if math.isnan(wanted) else f"{wanted:g}")
    Console(width=140).print(table)


def right_and_wrong(exercise):
    """A right function for an exercise, and one that makes its first slip, under the exercise's name."""

    def right(*arguments):
        return exercise.answer(arguments)

    def wrong(*arguments):
        return exercise.answer(arguments, exercise.slips[:1])

    right.__name__ = wrong.__name__ = exercise.name
    return right, wrong


def with_two_slips(exercise):
    """Functions that make two slips each, of different names, drawn from all pairs there are."""
    pairs = [pair for pair in combinations(exercise.slips, 2) if pair[0].name != pair[1].name]
    chosen = np.random.default_rng(0).permutation(len(pairs))[:PAIRS]
    return [_named(exercise, lambda *a, pair=pairs[i]: exercise.answer(a, pair)) for i in chosen]


def unexplained(exercise):
    """A function whose answers are right but for noise."""
    return _named(exercise, lambda *arguments: _noisy(exercise.answer(arguments), np.random.default_rng(0)))


def _named(exercise, function):
    function.__name__ = exercise.name
    return function


def _noisy(value, rng):
    if isinstance(value, dict):
        return {name: _noisy(entry, rng) for name, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_noisy(entry, rng) for entry in value)
    if np.asarray(value).dtype.kind in "iu":
        return value + 1
    return value * (1 + 0.3 * rng.normal(size=np.shape(value))) + 0.01 * rng.normal(size=np.shape(value))


def warm(lesson: str, function, repeats: int = REPEATS) -> float:
    from grader import check

    with np.errstate(all="ignore"):
        check(function, lesson=lesson)
        return statistics.median(cpu_seconds(lambda: check(function, lesson=lesson)) for _ in range(repeats))


def main() -> None:
    """Print both tables, the second with the medians over the exercises of all lessons."""
    from grader import lessons

    print_fresh_processes()
    title = "check(), milliseconds, warm but for the first"
    table = Table("lesson", "exercise", *KINDS, title=title, box=box.MARKDOWN)
    rows = []
    for lesson in lessons.names():
        for place, exercise in enumerate(lessons.load(lesson).exercises.values()):
            right, wrong = right_and_wrong(exercise)
            first = [math.nan if place else cold(lesson, exercise.name, live) for live in (False, True)]
            pairs = [warm(lesson, function, 3) for function in with_two_slips(exercise)] or [math.nan]
            times = warm(lesson, right), warm(lesson, wrong), statistics.median(pairs), max(pairs)
            rows.append((*first, *times, warm(lesson, unexplained(exercise), 3)))
            table.add_row(lesson, exercise.name, *_milliseconds(rows[-1]))
    columns = [[value for value in column if not math.isnan(value)] for column in zip(*rows, strict=True)]
    medians = [statistics.median(column) for column in columns]
    table.add_row("all", "median", *_milliseconds(medians), style="bold")
    table.add_row("all", "worst", *_milliseconds(max(column) for column in columns), style="bold")
    wanted = [WANTED.get(kind, math.nan) for kind in KINDS]
    table.add_row("all", "wanted median", *_milliseconds(wanted), style="bold")
    Console(width=140).print(table)


def _milliseconds(values) -> list[str]:
    return ["–" if math.isnan(value) else f"{1000 * value:.1f}" for value in values]


if __name__ == "__main__":
    main()
