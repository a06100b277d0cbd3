"""Times the grading of a class beside plain nbgrader's: `python -m tests.benchmarks.grading` or `make bench`.

Both grade variations of the sample class from outside, each as its command line does: `python -m grader
grade` as shipped, and `nbgrader autograde` with `nbgrader generate_feedback` under nbgrader's own
configuration. The time of a further submission is the difference between two sizes of the class; what is left
for a class of none is the fixed part. All scores have to be right, and those of both the same.
"""

from __future__ import annotations

import json
import os
import platform
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Table

from tests.benchmarks.classes import Classes, Graded, same_scores
from tests.benchmarks.main_process import seconds_by_place
from tests.benchmarks.measure import Usage, accounting

MIB = 2**20
MANY = 10_000
"""Submissions that are graded on paper."""


@dataclass(frozen=True)
class Line:
    """A line of the table: a value beside what is wanted and what plain nbgrader takes."""

    measure: str
    value: float
    unit: str = "s"
    wanted: str = ""
    stock: float | None = None


def further(one: Graded, other: Graded, name: str) -> float:
    """Return the seconds of a further submission between two sizes of a class."""
    return (getattr(other.usage, name) - getattr(one.usage, name)) / (other.size - one.size)


def fixed(one: Graded, other: Graded, name: str) -> float:
    """Return the seconds that a line through two sizes leaves for a class of none."""
    return getattr(one.usage, name) - one.size * further(one, other, name)


def lines_of_time(graded: Sequence[Graded], stock: Sequence[Graded]) -> Iterator[Line]:
    """A further submission at each step between sizes of the class, and the fixed part."""
    cpu_of_stock, wall_of_stock = (further(*stock, name) for name in ("cpu", "wall"))
    wanted = f"{cpu_of_stock / 60:.3f}, better {cpu_of_stock / 100:.3f}"
    for pair in pairwise(graded):
        what = f"a further submission, {pair[0].size} to {pair[1].size}"
        cpu, main = further(*pair, "cpu"), further(*pair, "main")
        yield Line(f"CPU time of {what}", cpu, wanted=wanted, stock=cpu_of_stock)
        yield Line("of it, the main process", main)
        yield Line("of it, workers and sandboxes", cpu - main)
        yield Line(f"wall time of {what}", further(*pair, "wall"), stock=wall_of_stock)
    yield Line("CPU time of the fixed part", fixed(*graded[:2], "cpu"), "s", "2.5", fixed(*stock, "cpu"))
    yield Line("wall time of the fixed part", fixed(*graded[:2], "wall"), stock=fixed(*stock, "wall"))


def lines_of_memory(graded: Sequence[Graded], stock: Sequence[Graded]) -> Iterator[Line]:
    """The highest memory of all processes."""
    by_stock = max(one.usage.memory for one in stock) / MIB
    for one in graded:
        yield Line(f"memory, class of {one.size}", one.usage.memory / MIB, "MiB", "400", by_stock)


def lines_of_jobs(size: int, measured: Sequence[tuple[int, Usage]]) -> Iterator[Line]:
    """One and two jobs; their efficiency is the share of both processors that a second job puts to use."""
    for jobs, usage in measured:
        yield Line(f"CPU time, class of {size}, {_jobs(jobs)}", usage.cpu)
        yield Line(f"wall time, class of {size}, {_jobs(jobs)}", usage.wall)
    (_, one), (_, two) = measured
    yield Line("efficiency of two jobs", one.wall / two.wall / 2, "")


@dataclass(frozen=True)
class Model:
    """What a class takes by the clock, from CPU seconds that were measured.

    A further submission takes `main` of the main process, which is one, and `workers` of the workers and
    their sandboxes, which are as many as there are jobs. Both go on side by side, so the slower one counts,
    or all of it where the cores are short. `fixed` is what a class of none takes.
    """

    fixed: float
    main: float
    workers: float

    @classmethod
    def of(cls, one: Graded, other: Graded) -> Model:
        """Return the model of a line through two sizes of a class."""
        main = further(one, other, "main")
        return cls(fixed(one, other, "cpu"), main, further(one, other, "cpu") - main)

    def wall(self, size: int, jobs: int, cores: int) -> float:
        """Return the seconds for a class of a size."""
        each = max(self.main, self.workers / jobs, (self.main + self.workers) / cores)
        return self.fixed + size * each


def lines_of_model(model: Model, size: int, measured: Sequence[tuple[int, Usage]]) -> Iterator[Line]:
    """The model beside the measured walls of a class of one size, and on paper for many more."""
    for jobs, usage in measured:
        expected = model.wall(size, jobs, os.cpu_count() or 1)
        yield Line(f"model, class of {size}, {_jobs(jobs)}", expected)
        yield Line(f"measured, as a multiple of it, {_jobs(jobs)}", usage.wall / expected, "")
    for cores in (1, 2, 16, 64):
        yield Line(f"model, class of {MANY:,}, {_cores(cores)}", model.wall(MANY, cores, cores))
    enough = (model.main + model.workers) / model.main
    yield Line("cores beyond which the main process is the slower part", enough, "")


def _jobs(count: int) -> str:
    return "one job" if count == 1 else f"{count} jobs"


def _cores(count: int) -> str:
    return "one core" if count == 1 else f"{count} cores"


def lines_of_main_process(classes: Classes, sizes: Sequence[int], count: int = 15) -> Iterator[Line]:
    """The places that take most of a further submission in the main process, under a profiler."""
    less, more = (seconds_by_place(classes, size) for size in sizes[:2])
    more.subtract(less)
    for place, seconds in more.most_common(count):
        yield Line(place, seconds / (sizes[1] - sizes[0]))


def print_table(lines: Sequence[Line], title: str, console: Console) -> None:
    """Print the lines as a table in Markdown."""
    table = Table("measure", "here", "wanted", "plain nbgrader", "share of it", box=box.MARKDOWN, title=title)
    for line in lines:
        by_stock = () if line.stock is None else (_text(line.stock, line.unit), _share(line))
        table.add_row(line.measure, _text(line.value, line.unit), line.wanted, *by_stock)
    console.print(table)


def _text(value: float, unit: str) -> str:
    return f"{value:.0f} {unit}" if unit == "MiB" else f"{value:.3f} {unit}".strip()


def _share(line: Line) -> str:
    if line.value <= 0:
        return ""
    return f"1/{line.stock / line.value:.1f}" if line.value < line.stock else f"{line.value / line.stock:.1f}"


@click.command()
@click.option("--sizes", default="10,100,1000", help="Of the class, two or more.")
@click.option("--stock", "stock_sizes", default="4,10", help="Two sizes for plain nbgrader.")
@click.option("--profile", is_flag=True, help="Also where the main process spends its time.")
@click.option("--json", "json_file", type=Path, help="Write all figures there, too.")
def main(sizes: str, stock_sizes: str, profile: bool, json_file: Path | None) -> None:
    """Print how long this course and plain nbgrader take to grade the same submissions."""
    of_class, of_stock = ([int(size) for size in text.split(",")] for text in (sizes, stock_sizes))
    status = Console(stderr=True).status("Grading classes, which takes some minutes ...")
    with status, tempfile.TemporaryDirectory() as folder:
        classes = Classes(Path(folder))
        stock = [classes.grade_stock(size) for size in of_stock]
        graded = [classes.grade(size) for size in of_class[:2]]
        again = classes.grade_again().cpu
        nothing_new = Line(f"CPU time, nothing new, class of {of_class[1]}", again, wanted="0.6")
        graded += [classes.grade(size) for size in of_class[2:]]
        lines = [*lines_of_time(graded, stock), nothing_new, *lines_of_memory(graded, stock)]
        size = of_class[1]
        measured = [(jobs, classes.grade(size, "--jobs", str(jobs)).usage) for jobs in (1, 2)]
        lines += [*lines_of_jobs(size, measured), *lines_of_model(Model.of(*graded[-2:]), size, measured)]
        lines.append(Line("CPU time of a course's first submission, with its references", classes.first.cpu))
        places = list(lines_of_main_process(classes, of_class)) if profile else []
    same = max(same_scores(one, other) for one in graded for other in stock)
    machine = f"{os.cpu_count()} processors, Python {platform.python_version()}"
    console = Console(width=140)
    print_table(lines, f"Grading of a class, {machine}, CPU time by {accounting()}", console)
    if places:
        print_table(places, "Main process, a further submission, under a profiler", console)
    console.print(f"All scores are right; those of {same} students were compared with plain nbgrader's.")
    if json_file:
        figures = {"machine": machine, "accounting": accounting(), "lines": lines, "main_process": places}
        json_file.write_text(json.dumps(figures, default=asdict, indent=1))


if __name__ == "__main__":
    main()
