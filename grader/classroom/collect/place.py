"""Puts submissions where nbgrader looks for them: a later attempt replaces an earlier one, and it is said."""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from grader.classroom.collect.archive import ArchivedFile, BadFile
from grader.classroom.collect.plan import Handed
from grader.classroom.course.assignment import TIMESTAMP_FILE, read_timestamp
from grader.classroom.file_access import write_whole

NEW, REPLACED, UNCHANGED, OLDER = "new", "replaced", "unchanged", "older than what is there"
"""What became of a submission."""


def place(handed: Handed, folder: Path, *, is_dry: bool) -> str:
    """Write a student's notebook of a lesson into its folder; return what that is, such as `NEW`.

    If it is known when it was handed in, nbgrader's file of the time says so, else there is none: that of an
    earlier attempt would make a late one punctual. With `is_dry`, nothing is written. Raises `BadFile`.
    """
    data, notebook = handed.file.read(), folder / f"{handed.lesson}.ipynb"
    _demand_no_links(folder, notebook)
    time, old_time = handed.time and handed.time.astimezone(dt.UTC).replace(tzinfo=None), _read_time(folder)
    if not notebook.exists():
        outcome = NEW
    elif time and old_time and time < old_time:
        return OLDER
    elif notebook.read_bytes() == data and time in (None, old_time):
        return UNCHANGED
    else:
        outcome = REPLACED
    if not is_dry:
        _write(notebook, data)
        if time:
            _write(folder / TIMESTAMP_FILE, f"{time:%Y-%m-%d %H:%M:%S} UTC\n".encode())
        else:
            (folder / TIMESTAMP_FILE).unlink(missing_ok=True)
    return outcome


def place_data(file: ArchivedFile, to: Path, folder: Path, left: int, *, is_dry: bool) -> tuple[bool, int]:
    """Write a data file of at most `left` bytes into a submission's folder, or into a folder in it.

    Return whether that changes anything, and the size of the file. Raises `BadFile`.
    """
    data = file.read()
    if len(data) > left:
        raise BadFile("with it there would be more data in its files than a submission may have")
    parents = [one for one in to.parents if one.is_relative_to(folder)]
    _demand_kinds([*((one, stat.S_ISDIR) for one in parents), (to, stat.S_ISREG)])
    if os.path.lexists(to) and to.read_bytes() == data:
        return False, len(data)
    if not is_dry:
        _write(to, data)
    return True, len(data)


def _demand_no_links(folder: Path, notebook: Path) -> None:
    """Raise `BadFile` if one of the two folders of a submission, or its notebook, is no folder or file."""
    _demand_kinds([(folder.parent, stat.S_ISDIR), (folder, stat.S_ISDIR), (notebook, stat.S_ISREG)])


def _demand_kinds(kinds: Iterable[tuple[Path, Callable[[int], bool]]]) -> None:
    for path, is_kind in kinds:
        if os.path.lexists(path) and not is_kind(path.lstat().st_mode):
            raise BadFile(f"{path} is in the way: a link, or not a file or folder")


def _read_time(folder: Path) -> dt.datetime | None:
    """Return when what is there was handed in, in UTC and without a zone; None if nobody knows."""
    try:
        return read_timestamp(folder)
    except (OSError, ValueError, ArithmeticError):
        return None


def _write(file: Path, data: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, data)
    except OSError as error:
        raise BadFile(f"{file} cannot be written: {error.strerror}") from error
