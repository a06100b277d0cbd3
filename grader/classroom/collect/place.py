"""Puts submissions where nbgrader looks for them: a later attempt replaces an earlier one, and it is said.

What belongs to an earlier attempt alone is removed. What a person has made or changed is never lost.
"""

from __future__ import annotations

import datetime as dt
import os
import stat
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from grader.classroom.collect.archive import ArchivedFile, BadFile
from grader.classroom.collect.plan import Handed
from grader.classroom.course.assignment import TIMESTAMP_FILE, read_timestamp
from grader.classroom.file_access import write_whole

NEW, REPLACED, UNCHANGED, OLDER = "new", "replaced", "unchanged", "older than what is there"
"""What became of a submission."""


@dataclass
class Placed:
    """What became of a submission, such as `NEW`, and of the files in its folder, by name.

    `removed` are files of an earlier attempt alone, `moved` those that a person made or changed and that the
    attempt has or an earlier one had. `changed` are files that a person has changed since this very attempt
    was collected, and `left` those of no attempt. `refused` says why data files are not placed, and `hashes`
    are those of the attempt's files.
    """

    outcome: str = UNCHANGED
    removed: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)


def place(
    handed: Handed,
    data: Mapping[str, ArchivedFile],
    folder: Path,
    before: Mapping[str, str],
    aside: Path,
    limit: int,
    *,
    is_dry: bool,
) -> Placed:
    """Write a student's notebook of a lesson, and `data` files by name, into the submission's folder.

    `before` are the hashes of what was last collected into it. What a person made is moved to the folder
    `aside` where it is in the way. Data files of more than `limit` bytes in all are refused. If it is known
    when it was handed in, nbgrader's file of the time says so, else there is none: that of an earlier attempt
    would make a late one punctual. With `is_dry`, nothing is written. Raises `BadFile`.
    """
    notebook = f"{handed.lesson}.ipynb"
    files = {notebook: handed.file.read()}
    _demand_kinds([(folder.parent, stat.S_ISDIR), (folder, stat.S_ISDIR), (folder / notebook, stat.S_ISREG)])
    time, old_time = handed.time and handed.time.astimezone(dt.UTC).replace(tzinfo=None), _read_time(folder)
    if time and old_time and time < old_time:
        return Placed(OLDER, hashes=dict(before))
    if time:
        files[TIMESTAMP_FILE] = f"{time:%Y-%m-%d %H:%M:%S} UTC\n".encode()
    done = Placed()
    files |= _read_data(data, folder, limit, done.refused)
    done.hashes = {name: _hash(content) for name, content in files.items()}
    there = _hashes_there(folder, {*files, *before, TIMESTAMP_FILE})
    new = [name for name, found in done.hashes.items() if there.get(name) != found]
    if done.hashes == before:
        done.changed = sorted(name for name in new if name in there)
        new, stale = [name for name in new if name not in there], []
    else:
        stale = sorted(name for name in before.keys() - files.keys() if name in there)
        if (new or stale) and TIMESTAMP_FILE in there.keys() - files.keys() - {*stale}:
            stale.append(TIMESTAMP_FILE)
        for name in (name for name in (*stale, *new) if name in there):
            if there[name] != before.get(name):
                done.moved.append(name)
            elif name in stale:
                done.removed.append(name)
        done.left = sorted(there.keys() - files.keys() - {*stale}) if new or stale else []
    if new or stale:
        done.outcome = REPLACED if notebook in there else NEW
    if not is_dry:
        _write_attempt(folder, aside, done, {name: files[name] for name in new})
    return done


def _write_attempt(folder: Path, aside: Path, done: Placed, files: Mapping[str, bytes]) -> None:
    for name in done.moved:
        _move(folder / name, aside / name)
    for name in done.removed:
        (folder / name).unlink()
    for name in (*done.moved, *done.removed):
        _remove_if_empty((folder / name).parent, folder)
    for name, content in files.items():
        _write(folder / name, content)


def _read_data(
    data: Mapping[str, ArchivedFile], folder: Path, limit: int, refused: dict[str, str]
) -> dict[str, bytes]:
    """Return the contents of data files of at most `limit` bytes in all; note why others are `refused`."""
    files: dict[str, bytes] = {}
    for name, file in sorted(data.items()):
        try:
            content = file.read()
            if len(content) > limit:
                raise BadFile("with it there would be more data in its files than a submission may have")
            parents = [one for one in (folder / name).parents if one.is_relative_to(folder)]
            _demand_kinds([*((one, stat.S_ISDIR) for one in parents), (folder / name, stat.S_ISREG)])
        except BadFile as reason:
            refused[name] = str(reason)
            continue
        files[name], limit = content, limit - len(content)
    return files


def _hashes_there(folder: Path, wanted: Container[str]) -> dict[str, str]:
    """Return the hashes of the `wanted` files in a submission's folder by name; those of others are ""."""
    found = {}
    for parent, subfolders, names in os.walk(folder):
        subfolders[:] = [one for one in subfolders if one != ".ipynb_checkpoints"]
        for file in (Path(parent) / name for name in names):
            name = file.relative_to(folder).as_posix()
            if stat.S_ISREG(file.lstat().st_mode):
                found[name] = _hash(file.read_bytes()) if name in wanted else ""
    return found


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()


def _demand_kinds(kinds: Iterable[tuple[Path, Callable[[int], bool]]]) -> None:
    """Raise `BadFile` if something that is there is not the file or folder that it has to be, but a link."""
    for path, is_kind in kinds:
        if os.path.lexists(path) and not is_kind(path.lstat().st_mode):
            raise BadFile(f"{path} is in the way: a link, or not a file or folder")


def _read_time(folder: Path) -> dt.datetime | None:
    """Return when what is there was handed in, in UTC and without a zone; None if nobody knows."""
    try:
        return read_timestamp(folder)
    except (OSError, ValueError, ArithmeticError):
        return None


def _move(file: Path, to: Path) -> None:
    _write(to, file.read_bytes())
    file.unlink()


def _remove_if_empty(folder: Path, top: Path) -> None:
    """Remove a folder in `top` if it is empty, and those around it that are then."""
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _write(file: Path, data: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, data)
    except OSError as error:
        raise BadFile(f"{file} cannot be written: {error.strerror}") from error
