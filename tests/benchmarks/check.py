"""Times the check: `python -m tests.benchmarks.check`, or `make bench`.

Cold is the first check in a process, TensorFlow's import apart; warm is the median of later ones.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

REPEATS = 15
ROOT = Path(__file__).resolve().parents[2]


def seconds(function, *arguments) -> float:
    start = time.perf_counter()
    function(*arguments)
    return time.perf_counter() - start


def cold(lesson: str, name: str) -> tuple[float, float]:
    """Seconds for TensorFlow's import and for the first check, in a process of its own."""
    code = f"""
import time
from tests.benchmarks.check import right_and_wrong, seconds
from grader import check, lessons
from utils.tensorflow import import_tensorflow
right, _ = right_and_wrong(lessons.load({lesson!r}).exercises[{name!r}])
print(seconds(import_tensorflow), seconds(lambda: check(right, lesson={lesson!r})))
"""
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    first, second = run.stdout.split()
    return float(first), float(second)


def right_and_wrong(exercise):
    """A right function for an exercise, and one that makes its first slip, under the exercise's name."""

    def right(*arguments):
        return exercise.answer(arguments)

    def wrong(*arguments):
        return exercise.answer(arguments, exercise.slips[:1])

    right.__name__ = wrong.__name__ = exercise.name
    return right, wrong


def warm(lesson: str, function) -> float:
    from grader import check

    check(function, lesson=lesson)
    return statistics.median(seconds(lambda: check(function, lesson=lesson)) for _ in range(REPEATS))


def main() -> None:
    """Print the table and the median over the exercises of all lessons."""
    from grader import lessons

    table = Table("lesson", "exercise", "cold", "warm, right", "warm, wrong", title="check(), milliseconds")
    rows = []
    for lesson in lessons.names():
        for exercise in lessons.load(lesson).exercises.values():
            right, wrong = right_and_wrong(exercise)
            imported, first = cold(lesson, exercise.name)
            rows.append((first, warm(lesson, right), warm(lesson, wrong), imported))
            table.add_row(lesson, exercise.name, *(f"{1000 * value:.1f}" for value in rows[-1][:3]))
    medians = [statistics.median(column) for column in zip(*rows, strict=True)]
    table.add_row("all", "median", *(f"{1000 * value:.1f}" for value in medians[:3]), style="bold")
    Console().print(table, f"TensorFlow's import, apart from cold: {medians[3]:.1f} s (median)")


if __name__ == "__main__":
    main()
