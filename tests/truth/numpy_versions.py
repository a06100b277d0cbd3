"""Tries right answers with the NumPy that is installed: `python -m tests.truth.numpy_versions [LESSON ...]`.

These are the solutions, in their own form and as `.rewritings` has them, and the others that `.right` finds.
What TensorFlow makes of the seeds is written once, and read with any NumPy, where TensorFlow is not needed:

    python -m tests.truth.numpy_versions --write
    python3.11 -m venv /tmp/numpy
    /tmp/numpy/bin/pip install numpy==2.0.2 jinja2 jupytext pytest rich scipy
    /tmp/numpy/bin/python -m tests.truth.numpy_versions

The exit code is 1 if a right answer is refused.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import track
from rich.table import Table

from grader import lessons
from grader.diagnosis.references import References, compute_all, save
from tests.truth.right import is_right, rewritten_functions, right_answers

SEEDS = 50
FOLDER = Path("build/references")


@dataclass(frozen=True)
class Tried:
    """How many right answers to an exercise were tried, and which were refused, each with the seed."""

    lesson: str
    exercise: str
    hand: int
    made: int
    refused: tuple[str, ...]


def main() -> int:
    """Write the references; or try the right answers, and print a table and what was refused."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.truth.numpy_versions", description="Try right answers with this NumPy."
    )
    parser.add_argument("lesson", nargs="*", help="one or more of the lessons, in place of all")
    parser.add_argument("--write", action="store_true", help=f"write the references to {FOLDER}")
    parser.add_argument("--seeds", type=int, default=SEEDS, help=f"so many seeds ({SEEDS})")
    asked = parser.parse_args()
    chosen = asked.lesson or lessons.names()
    console = Console()
    if asked.write:
        for lesson in track(chosen, "writing", console=Console(stderr=True), transient=True):
            write(lesson, asked.seeds)
        return 0
    exercises = [(lesson, name) for lesson in chosen for name in lessons.load(lesson).exercises]
    progress = track(exercises, "trying", console=Console(stderr=True), transient=True)
    found = [tried(*exercise, asked.seeds) for exercise in progress]
    console.print(table(found, asked.seeds))
    for one in found:
        for refused in one.refused:
            console.print(f"{one.lesson}/{one.exercise} refuses {refused}", style="red", markup=False)
    return 1 if any(one.refused for one in found) else 0


def write(lesson: str, seeds: int) -> None:
    """Write the references to what each of so many seeds draws for a lesson's exercises."""
    exercises = lessons.load(lesson).exercises
    for seed in range(seeds):
        computed = {f"{lesson}/{name}": compute_all(e, seed) for name, e in exercises.items()}
        save(_file(lesson, seed), computed)


def tried(lesson: str, name: str, seeds: int) -> Tried:
    """Try the right answers to an exercise on so many seeds, one after the other."""
    exercise = lessons.load(lesson).exercises[name]
    by_hand = right_answers(lesson, name)
    made = {f"rewriting {i}": f for i, f in enumerate(rewritten_functions(lesson, name), start=1)}
    refused = []
    for seed in range(seeds):
        references = References(_file(lesson, seed))
        refused += [
            f"{answer}, seed {seed}"
            for answer, function in (by_hand | made).items()
            if not is_right(exercise, function, seed, references)
        ]
    return Tried(lesson, name, len(by_hand), len(made), tuple(refused))


def table(found: Sequence[Tried], seeds: int) -> Table:
    """A row for each exercise, and their sum."""
    shown = Table(title=f"NumPy {np.__version__}, {seeds} seeds", box=SIMPLE_HEAD)
    shown.add_column("exercise")
    for column in ("hand", "made", "refused"):
        shown.add_column(column, justify="right")
    rows = [(one.hand, one.made, len(one.refused)) for one in found]
    for one, row in zip(found, rows, strict=True):
        shown.add_row(f"{one.lesson[:2]} {one.exercise}", *map(str, row))
    shown.add_section()
    shown.add_row("all", *(str(sum(column)) for column in zip(*rows, strict=True)), style="bold")
    return shown


def _file(lesson: str, seed: int) -> Path:
    return FOLDER / lesson / f"{seed}.npz"


if __name__ == "__main__":
    sys.exit(main())
