"""Times the way to the first verdict in Colab's runtimes: `python -m tests.benchmarks.colab [NAME ...]`.

It makes the runtimes of these names (see `tests/colab/worlds.py`; "now" if none is named) from PyPI. For each
lesson a kernel starts in an empty folder; the first cell clones the course from a git repository on this
machine; then all cells run up to the check of the first exercise, which is answered right.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import psutil
from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpec
from nbformat import NotebookNode
from rich import box
from rich.console import Console
from rich.table import Table

from grader import lessons
from grader.feedback.render import MIME_TYPE
from tests.colab.worlds import WORLDS, Release, World, kernel_command, make_release

REPEATS = 3
WANTED = 10.0
"""The seconds that are wanted from the start of the kernel to the verdict, without the clone."""


@dataclass(frozen=True)
class Seconds:
    """What the way to a verdict takes: `kernel` is its start, `first_cell` is without the clone.

    `whole` is all but the clone; `cpu` is the processor time of the kernel and of git.
    """

    kernel: float
    first_cell: float
    next_cells: float
    check: float
    whole: float
    cpu: float
    clone: float


def cells_to_first_check(notebook: NotebookNode) -> list[str]:
    """The code cells of a solved lesson, up to the first one that checks an exercise."""
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    place = next(i for i, source in enumerate(sources) if source.startswith("check("))
    return sources[: place + 1]


@contextmanager
def running_kernel(command: list[str], folder: Path) -> Iterator[KernelManager]:
    """A kernel that is started in a folder and ended afterwards."""
    manager = KernelManager(kernel_name="python3")
    manager._kernel_spec = KernelSpec(argv=command, language="python")
    manager.start_kernel(cwd=str(folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield manager
    finally:
        manager.shutdown_kernel(now=True)


def way_to_first_verdict(sources: list[str], python: Path, folder: Path) -> Seconds:
    """Run cells in a new folder, and return what they take. Raises `RuntimeError` if the verdict is wrong."""
    folder.mkdir(parents=True)
    home, trace = folder.with_name(f"{folder.name} home"), folder.with_name(f"{folder.name} git")
    home.mkdir()
    began = time.perf_counter()
    with running_kernel(kernel_command(python, home, GIT_TRACE2_EVENT=str(trace)), folder) as manager:
        client = manager.client()
        client.start_channels()
        client.wait_for_ready(timeout=60)
        moments, shown = [began, time.perf_counter()], []
        for source in sources:
            client.execute_interactive(source, allow_stdin=False, timeout=120, output_hook=shown.append)
            moments.append(time.perf_counter())
        used = psutil.Process(manager.provisioner.pid).cpu_times()
        client.stop_channels()
    _demand_right(shown)
    clone = _seconds_of_git(trace)
    start, first, *between, check = (end - start for start, end in zip(moments, moments[1:], strict=False))
    whole = moments[-1] - began - clone
    return Seconds(start, first - clone, sum(between), check, whole, sum(used[:4]), clone)


def _demand_right(messages: list) -> None:
    shown = [one["content"]["data"] for one in messages if one["msg_type"] == "execute_result"]
    statuses = [data[MIME_TYPE]["status"] for data in shown if MIME_TYPE in data]
    if statuses != ["correct"]:
        raise RuntimeError(f"the verdicts are {statuses}: {messages}")


def _seconds_of_git(trace: Path) -> float:
    """The seconds from the start of git's first process to its end; those of others have a / in their id."""
    events = map(json.loads, trace.read_text().splitlines())
    return sum(event["t_abs"] for event in events if event["event"] == "exit" and "/" not in event["sid"])


def times(release: Release, python: Path, scratch: Path) -> dict[str, Seconds]:
    """For each lesson the medians of some runs, after one that writes the libraries' bytecode."""
    found = {}
    for lesson in lessons.names():
        sources = cells_to_first_check(release.notebook("solutions", lesson))
        runs = [way_to_first_verdict(sources, python, scratch / f"{lesson} {i}") for i in range(REPEATS + 1)]
        columns = zip(*map(astuple, runs[1:]), strict=True)
        found[lesson] = Seconds(*map(statistics.median, columns))
    return found


def print_times(world: World, found: dict[str, Seconds]) -> None:
    """Print a table, and the largest number beside the one that is wanted."""
    names = [field.name.replace("_", " ") for field in fields(Seconds)]
    versions = ", ".join(map(" ".join, world.packages.items()))
    table = Table("lesson", *names, title=f"seconds to the first verdict, {world.name}", box=box.MARKDOWN)
    for lesson, seconds in found.items():
        table.add_row(lesson, *(f"{value:.2f}" for value in astuple(seconds)))
    console = Console(width=140)
    console.print(f"{world.python}, {versions}")
    console.print(table)
    slowest = max(seconds.whole for seconds in found.values())
    console.print(f"The slowest takes {slowest:.2f} s without the clone; at most {WANTED:g} s are wanted.")


def main(names: list[str]) -> None:
    """Measure each runtime of these names."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        release = make_release(scratch / "server")
        for name in names or ["now"]:
            try:
                python = WORLDS[name].make(scratch / name)
            except FileNotFoundError:
                print(f"{name} is not tried: there is no {WORLDS[name].python} here")
            else:
                print_times(WORLDS[name], times(release, python, scratch / f"{name} runs"))


if __name__ == "__main__":
    main(sys.argv[1:])
