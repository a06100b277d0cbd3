"""Whether a person is at work in this notebook, and what is kept of their work."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from grader.study.progress_file import Lessons, ProgressFile, default_file


def is_present() -> bool:
    """Whether a person runs this cell, in a front end that could ask them for input.

    A run for a grade, by nbgrader's Validate, by nbconvert or for a page allows no input, and a plain Python
    process has no kernel.
    """
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return bool(getattr(getattr(shell, "kernel", None), "_allow_stdin", False))


def after_this_cell(show: Callable[[], None]) -> None:
    """Call `show` once the cell that runs now has shown its result."""
    events = sys.modules["IPython"].get_ipython().events

    def once(*_) -> None:
        events.unregister("post_run_cell", once)
        show()

    events.register("post_run_cell", once)


def progress_file() -> ProgressFile:
    """The progress of the person at work; in memory for any other run."""
    return _own_file() if is_present() else _memory()


@cache
def _own_file() -> ProgressFile:
    try:
        return ProgressFile(default_file())
    except RuntimeError:  # no home folder
        return ProgressFile(None)


@cache
def _memory() -> ProgressFile:
    return ProgressFile(None)


def entry(lessons: Lessons, lesson: str, kind: str, name: str) -> dict[str, Any]:
    """The entry of this name, an empty one if there was none; `kind` is one of `KINDS`."""
    return lessons.setdefault(lesson, {}).setdefault(kind, {}).setdefault(name, {})


def change_entry(lesson: str, kind: str, name: str, edit: Callable[[dict[str, Any]], Any]) -> Any:
    """Keep what `edit` makes of one entry, and return what it returns."""

    def change(lessons: Lessons) -> Any:
        record = entry(lessons, lesson, kind, name)
        record["minutes"] = int(time.time() // 60)
        return edit(record)

    return progress_file().change(change)


def read_entry(lesson: str, kind: str, name: str) -> dict[str, Any]:
    """The entry of this name as it is kept, an empty one if there is none."""
    return entry(progress_file().read(), lesson, kind, name)
