"""Reads the data files that a submission's notebook finds in its working folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

from grader.classroom.errors import BadSubmission
from grader.classroom.repair.read_notebook import SIZE_LIMIT
from grader.isolation.foreign_text import inert_line
from grader.isolation.limits import MIB

FILES_LIMIT = 1_000
"""Files and folders in a folder that is handed in."""
DEPTH_LIMIT = 20
"""Folders within each other in it."""
PATH_LIMIT = 1_000
"""Bytes of a path in it: grading writes the files again, where the path as a whole may be longer."""
NAMES_LIMIT = 500
"""Characters of the names of other files where the notebook is missing."""


def read_data_files(folders: Sequence[Path], ignored: Sequence[str], limit: int) -> dict[str, bytes]:
    """Return the contents of all files in `folders` by their relative paths; later folders take precedence.

    Notebooks are left out, and what fits one of the patterns `ignored`. Raises `BadSubmission` for a link,
    anything else that is no file, and for more than `FILES_LIMIT` files or `limit` bytes in a folder.
    """
    contents: dict[str, bytes] = {}
    for folder in folders:
        left = limit
        for file in (file for file in _files(folder) if not _is_ignored(file, ignored)):
            contents[str(file)] = _read(folder / file, left)
            left -= len(contents[str(file)])
            if left < 0:
                raise BadSubmission(f"There are more than {limit // MIB} MiB of files here: {folder}")
    return contents


def read_notebook_file(file: Path) -> bytes:
    """Return a submitted notebook's bytes, at most one more than are read as a notebook.

    Raises `BadSubmission` if it is no file.
    """
    try:
        if not stat.S_ISREG(file.lstat().st_mode):
            raise BadSubmission(f"{file.name} is a link or no file. Remove it, then grade again.")
        return _read(file, SIZE_LIMIT)
    except FileNotFoundError:
        others = ", ".join(sorted(other.name for other in file.parent.iterdir())) or "nothing"
        others = inert_line(others, NAMES_LIMIT)
        raise BadSubmission(
            f"There is no {file.name} in the submission, but {others}. Rename or add the notebook."
        ) from None


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files in a folder, relative to it. A link is refused, since it may lead anywhere."""
    if folder.is_symlink():
        raise BadSubmission(f"{folder} is a link. Put a folder there, then grade again.")
    for count, path in enumerate(entries(folder), 1):
        if count > FILES_LIMIT:
            raise BadSubmission(
                f"There are more than {FILES_LIMIT} files here: {folder}. Keep what the notebook needs."
            )
        name, mode = path.relative_to(folder), path.lstat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
            raise BadSubmission(f"{name} is a link or no file. Remove it, then grade again.")
        if len(name.parts) > DEPTH_LIMIT:
            raise BadSubmission(
                f"{name.parts[0]} holds files in more than {DEPTH_LIMIT} folders within each other. "
                "Move what the notebook needs out of them."
            )
        if len(os.fsencode(name)) > PATH_LIMIT:
            raise BadSubmission(
                f"There is a path of more than {PATH_LIMIT} characters here: {folder}. Give the folders "
                "in it shorter names."
            )
        if stat.S_ISREG(mode):
            yield name


def entries(folder: Path) -> Iterator[Path]:
    """Yield the files and folders in a folder and in those within it; follow no link.

    Of folders deeper than `DEPTH_LIMIT`, the outermost ones are the last.
    """
    waiting = [(folder, 0)] if folder.is_dir() else []
    while waiting:
        parent, depth = waiting.pop()
        with os.scandir(parent) as found:
            for entry in found:
                yield Path(entry.path)
                if depth < DEPTH_LIMIT and entry.is_dir(follow_symlinks=False):
                    waiting.append((Path(entry.path), depth + 1))


def _is_ignored(file: Path, patterns: Sequence[str]) -> bool:
    return any(fnmatch(part, pattern) for part in file.parts for pattern in ("*.ipynb", *patterns))


def _read(file: Path, limit: int) -> bytes:
    """Return the first bytes of a file, at most one more than `limit`."""
    with open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
        return opened.read(limit + 1)
