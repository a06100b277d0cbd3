"""Kills the grading of a class at many random moments, and looks at what is left: `python -m tests.kill`.

After each `kill -9` the same command goes on, and is killed again, until a class has seen five. Then
gradebook, notebooks and pages have to be those of a grading that nobody has killed; and five seconds after a
kill no process may be left of it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import psutil
from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from grader.classroom.journal import FOLDER
from grader.demo import LESSON
from grader.demo.variations import class_of
from grader.learner.library_code import ROOT
from tests.classroom.cluster.dask_processes import DaskProcesses
from tests.classroom.graded_class import files, marks

GRADE = (sys.executable, "-m", "grader", "grade", LESSON)
LEFT_SECONDS = 5.0
KILLS_OF_A_CLASS = 5
PARTS = 10
_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Kill:
    """What a kill has found, and left.

    `written` submissions were graded to their end, `kept` ones lay in the journal. `left_after` is how long
    the last process lived, None if longer than it may. `is_same` says whether all is as it should be, once
    the same command has ended.
    """

    written: int
    kept: int
    left_after: float | None
    is_same: bool = False


def start(course: Path, options: Sequence[str]) -> subprocess.Popen:
    """Start grading a class."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    output = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen([*GRADE, *options], cwd=course, env=environment, **output)


def kill_again_and_again(
    course: Path, options: Sequence[str], moments: Sequence[float], expected: tuple
) -> list[Kill]:
    """Grade a class, kill that after each of some seconds, let it end, and return what was found."""
    kills = [_kill(course, options, seconds) for seconds in moments]
    code = start(course, options).wait()
    is_same = code == 0 and (marks(course), files(course)) == expected and not (course / FOLDER).exists()
    return [replace(kill, is_same=is_same) for kill in kills]


def _kill(course: Path, options: Sequence[str], seconds: float) -> Kill:
    others = set(psutil.Process().children())
    grading = start(course, options)
    time.sleep(seconds)
    grading.send_signal(signal.SIGKILL)
    grading.wait()
    left_after = _wait_for_the_end_of_all_but(others)
    written = len(list(course.glob("autograded/*/*/.receipt.json")))
    kept = len([file for file in (course / FOLDER).glob("*") if not file.name.startswith(".")])
    return Kill(written, kept, left_after)


def _wait_for_the_end_of_all_but(others: set[psutil.Process]) -> float | None:
    """Wait for what a killed process has left to this one; return how long, None if it is too long."""
    begin = time.monotonic()
    while (seconds := time.monotonic() - begin) < LEFT_SECONDS:
        left = set(psutil.Process().children()) - others
        if not left:
            return seconds
        for process in left:
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process.pid, os.WNOHANG)
        time.sleep(0.02)
    return None


def print_kills(kills: Sequence[Kill], size: int, console: Console) -> None:
    """Print what was found, by the share of a class of a size that was graded to its end at the kill."""
    columns = ("written then", "kills", "in the journal", "same in the end", "last process, s")
    table = Table(*columns, box=box.MARKDOWN)
    for part in range(PARTS + 1):
        those = [one for one in kills if PARTS * one.written // size == part]
        if those:
            left = [one.left_after for one in those]
            table.add_row(
                _range([one.written for one in those]),
                str(len(those)),
                _range([one.kept for one in those]),
                str(sum(one.is_same for one in those)),
                "more than 5" if None in left else f"{max(left):.2f}",
            )
    console.print(table)
    good = sum(one.is_same and one.left_after is not None for one in kills)
    console.print(f"{good} of {len(kills)} kills left nothing behind, and nothing but what was to be done.")


def _range(numbers: Sequence[int]) -> str:
    return f"{min(numbers)} to {max(numbers)}"


@click.command()
@click.option("--times", default=200, show_default=True, help="How often to kill.")
@click.option("--size", default=60, show_default=True, help="Submissions of the class.")
@click.option("--dask", is_flag=True, help="Grade on a scheduler and two workers, and kill who grades.")
@click.option("--seed", default=1, show_default=True, help="Of the random moments.")
def main(times: int, size: int, dask: bool, seed: int) -> None:
    """Kill the grading of a class at random moments, and print what was left and what became of it."""
    from tests.course_folder import short_class  # it imports TensorFlow

    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    moments, console = random.Random(seed), Console(width=120)
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        template = short_class(folder / "template", class_of(size))
        options = ["--jobs", "2"]
        first = class_of(size)[0].name
        assert start(template, [*options, "--student", first]).wait() == 0  # makes the references
        for step in ("autograded", "feedback"):
            shutil.rmtree(template / step)
        if dask:
            processes = stack.enter_context(DaskProcesses(folder))
            for name in ("one", "two"):
                processes.start_worker(name)
            processes.wait_for_workers("one", "two")
            options = ["--scheduler", processes.address]
        course = shutil.copytree(template, folder / "course")
        begin = time.monotonic()
        assert start(course, options).wait() == 0
        whole, expected = time.monotonic() - begin, (marks(course), files(course))
        kills: list[Kill] = []
        for _ in track(range(0, times, KILLS_OF_A_CLASS), "Killing", console=Console(stderr=True)):
            shutil.rmtree(course)
            shutil.copytree(template, course)
            most = 2 * whole / KILLS_OF_A_CLASS
            seconds = [moments.uniform(0, most) for _ in range(min(KILLS_OF_A_CLASS, times - len(kills)))]
            kills += kill_again_and_again(course, options, seconds, expected)
        print_kills(kills, size, console)
        if not all(one.is_same and one.left_after is not None for one in kills):
            raise SystemExit(1)


if __name__ == "__main__":
    main()
