"""Measures that right is right: `python -m tests.truth [LESSON ...] [--json PATH]`, or `make truth`.

Prints a row for each exercise and a total. The exit code is 1 if a promise is broken.
"""

import argparse
import json
import multiprocessing
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import track
from rich.table import Table

from grader import lessons
from tests.truth.fixed_answer import STYLES as TEST_STYLES
from tests.truth.measure import RIGHT_SEEDS, STYLES, WRONG_SEEDS, Measured, measure

MUTANTS = 10_000  # at least, those with two changes included
PATH = Path("build/truth.json")


def main() -> int:
    """Measure the exercises, print the table and what breaks a promise, write the JSON."""
    parser = argparse.ArgumentParser(prog="python -m tests.truth", description="Measure that right is right.")
    parser.add_argument("lesson", nargs="*", help="one or more of the lessons, in place of all")
    parser.add_argument("--json", type=Path, default=PATH, help=f"where the data goes ({PATH})")
    chosen = parser.parse_args()
    found, failed = measured(chosen.lesson or lessons.names())
    chosen.json.parent.mkdir(parents=True, exist_ok=True)
    chosen.json.write_text(json.dumps(as_dict(found), indent=1) + "\n", encoding="utf-8")
    console = Console()
    console.print(table(found), table_of_others(found), table_of_holes(found))
    lines = broken(found) + failed
    made = sum(one.mutants + one.pairs for one in found)
    if made < MUTANTS and not chosen.lesson:
        lines.append(f"{made} mutants are made, not {MUTANTS}")
    for line in lines:
        console.print(line, style="red", markup=False)
    return 1 if lines else 0


def measured(chosen: Sequence[str]) -> tuple[list[Measured], list[str]]:
    """Every exercise of the chosen lessons, in their order, and a line for each that could not be measured.

    As many are measured at a time as there are processors.
    """
    asked = [(lesson, name) for lesson in chosen for name in lessons.load(lesson).exercises]
    context = multiprocessing.get_context("spawn")  # TensorFlow does not survive a fork
    with ProcessPoolExecutor(os.cpu_count(), mp_context=context) as pool:
        futures = [pool.submit(measure, *exercise) for exercise in asked]
        progress = track(futures, "measuring", console=Console(stderr=True), transient=True)
        errors = [future.exception() for future in progress]
    lines = [
        f"{lesson}/{name} could not be measured: {error!r}"
        for (lesson, name), error in zip(asked, errors, strict=True)
        if error
    ]
    return [future.result() for future, error in zip(futures, errors, strict=True) if not error], lines


def table(found: Sequence[Measured]) -> Table:
    """A row for each exercise, and their sum."""
    shown = Table(title="Right is right", caption=CAPTION, caption_justify="left", box=SIMPLE_HEAD)
    shown.padding, shown.pad_edge = 0, False  # so that eighty columns are enough
    shown.add_column("exercise", overflow="fold")
    for column in COLUMNS:
        shown.add_column(column, justify="right")
    for lesson in lessons.names():
        for one in found:
            if one.lesson == lesson:
                shown.add_row(f"{lesson[:2]} {one.exercise}", *map(str, numbers(one)))
        shown.add_section()
    shown.add_row("all", *map(str, totals(found)), style="bold")
    return shown


COLUMNS = ("once", "twice", "slips", "same", "pass", "hand", "made", "refused")
CAPTION = (
    f"Wrong answers, each with {WRONG_SEEDS} seeds: mutants, made by machine, with one change (once) and "
    "with two (twice), some of them the same as the right answer in all that counts, and slips, which have a "
    "name, with the wrong answers of the corpus. pass: so many are accepted.\n"
    f"Right answers, each with {RIGHT_SEEDS} seeds and on drawn arguments: the lesson's own and others, in "
    "so many styles (hand), and so many made by machine. refused: so many times one was not “correct”."
)


def table_of_others(found: Sequence[Measured]) -> Table:
    """A row for each style of tests: how many wrong answers they let pass, beside ours."""
    shown = Table(title="What other tests let pass", box=SIMPLE_HEAD)
    shown.add_column("tests")
    shown.add_column("pass", justify="right")
    for style, how in TEST_STYLES.items():
        shown.add_row(f"{style}, {how['count']} cases", str(sum(one.others[style] for one in found)))
    shown.add_row("the check", str(sum(len(one.accepted_wrong) for one in found)), style="bold")
    return shown


def table_of_holes(found: Sequence[Measured]) -> Table:
    """A row for each exercise: how many properties its cases have, and which ones they lack."""
    shown = Table(
        title="What arguments are like", caption=HOLES_CAPTION, caption_justify="left", box=SIMPLE_HEAD
    )
    shown.padding, shown.pad_edge = (0, 1), False
    shown.add_column("exercise", overflow="fold")
    shown.add_column("has", justify="right")
    shown.add_column("no case has")
    for one in found:
        has = sum(count > 0 for count in one.properties.values())
        shown.add_row(f"{one.lesson[:2]} {one.exercise}", str(has), ", ".join(one.holes))
    return shown


HOLES_CAPTION = (
    "has: so many properties of arguments (sizes, signs, scales, dtypes, order in memory, depth, repetition) "
    "some case has. The JSON has the number of cases for each property."
)


def numbers(one: Measured) -> tuple[int, ...]:
    """What the table shows of an exercise, column by column."""
    return (
        one.mutants,
        one.pairs,
        one.slips,
        one.equivalent + one.alike,
        len(one.accepted_wrong),
        one.styles,
        one.rewritten,
        len(one.refused_right),
    )


def totals(found: Sequence[Measured]) -> list[int]:
    """The sum of each column."""
    return [sum(column) for column in zip(*map(numbers, found), strict=True)]


def broken(found: Sequence[Measured]) -> list[str]:
    """A line for each promise that is broken."""
    lines = []
    for one in found:
        where = f"{one.lesson}/{one.exercise}"
        lines += [f"{where} accepts a wrong answer: {change}" for change in one.accepted_wrong]
        lines += [f"{where} rejects, or no longer has: {change}" for change in one.not_equivalent]
        lines += [f"{where} refuses a right answer: {name}" for name in one.refused_right]
        lines += [f"{where} has no case with this property of arguments: {name}" for name in one.holes]
        if one.styles < STYLES:
            lines.append(f"{where} has {one.styles} right answers beside the lesson's own, not {STYLES}")
    return lines


def as_dict(found: Sequence[Measured]) -> dict:
    """All that was measured as JSON data."""
    return {
        "wrong_seeds": WRONG_SEEDS,
        "right_seeds": RIGHT_SEEDS,
        "total": dict(zip(COLUMNS, totals(found), strict=True)),
        "verdicts": sum(one.verdicts + one.drawn for one in found),
        "exercises": [asdict(one) for one in found],
    }


if __name__ == "__main__":
    sys.exit(main())
