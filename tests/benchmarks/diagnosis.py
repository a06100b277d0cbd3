"""Times verdicts on the wrong answers of the corpus: `python -m tests.benchmarks.diagnosis [LESSON]`.

The time is CPU time, with that of the answer itself. Warm is the better of two verdicts after a first one.
Cold is the first in a process, without the imports: nothing is computed yet of any slip. It is measured on
the answers of each exercise that are slowest when warm.
"""

import sys
import time
import warnings
from collections import defaultdict

import numpy as np
from rich import box
from rich.console import Console
from rich.table import Table

from grader import lessons
from grader.diagnosis import predictions, slip_pairs
from grader.judge import judge_function
from tests.corpus.entries import corpora

SLOWEST = 3
WANTED = {"warm": 0.15, "cold": 0.3}
"""The most that a verdict should take, in seconds."""


def cpu_seconds(exercise, function) -> float:
    """Seconds for one verdict."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        start = time.process_time()
        judge_function(exercise, function)
        return time.process_time() - start


def warm(exercise, function) -> float:
    """Seconds for a verdict after a first one."""
    cpu_seconds(exercise, function)
    return min(cpu_seconds(exercise, function) for _ in range(2))


def cold(exercise, function) -> float:
    """Seconds for a verdict with empty caches."""
    predictions.predicted_answer.cache_clear()
    predictions.slips_warn.cache_clear()
    slip_pairs.find_tables.cache_clear()
    return cpu_seconds(exercise, function)


def main() -> None:
    """Print the slowest verdicts of each exercise."""
    table = Table(
        "lesson", "exercise", "warm", "cold", "slowest", title="milliseconds of CPU", box=box.MARKDOWN
    )
    entries = defaultdict(list)
    for corpus in corpora():
        if corpus.lesson in (sys.argv[1:] or lessons.names()):
            for entry in corpus.entries:
                if not entry.is_right:
                    entries[corpus.lesson, entry.exercise].append(entry.function)
    most = []
    for (lesson, name), functions in entries.items():
        exercise = lessons.load(lesson).exercises[name]
        times = sorted(
            ((warm(exercise, function), function) for function in functions), key=lambda row: -row[0]
        )
        slowest = [function for _, function in times[:SLOWEST]]
        most.append((times[0][0], max(cold(exercise, function) for function in slowest)))
        table.add_row(lesson, name, *_milliseconds(most[-1]), slowest[0].__name__)
    table.add_row("all", "worst", *_milliseconds(map(max, zip(*most, strict=True))), style="bold")
    table.add_row("all", "wanted", *_milliseconds(WANTED.values()), style="bold")
    Console(width=140).print(table)


def _milliseconds(values) -> list[str]:
    return [f"{1000 * value:.0f}" for value in values]


if __name__ == "__main__":
    main()
