"""Tells whether the files of a folder have changed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from grader.classroom.repair.read_notebook import SIZE_LIMIT
from grader.classroom.run.submitted_files import FILES_LIMIT, entries

RECEIPT_FILE = ".receipt.json"
"""The receipt beside an autograded notebook, which holds the fingerprint of its folder."""


def fingerprint(folder: Path, without: Path | None = None) -> str:
    """Return a hash of the names and contents of all files in a folder, save the file `without`.

    Of a file that is larger than any that is graded, or that comes after so much that none is, it takes the
    size and the time of the last change. All folders with far more files than are graded have one hash.
    """
    digest, left = hashlib.sha256(), 2 * SIZE_LIMIT
    for file, about in _files(folder):
        if file == without:
            continue
        digest.update(_name(file, folder) + b"%d\0" % about.st_size)
        is_large = about.st_size > min(SIZE_LIMIT, left)
        left -= 0 if is_large else about.st_size
        digest.update(b"%d" % about.st_mtime_ns if is_large else file.read_bytes())
    return digest.hexdigest()


def file_states(folder: Path) -> str:
    """Return a hash of the names, sizes, inodes and times of change of all files in a folder.

    It is found without reading the files. If it is the same, they are; a copy of the folder has another.
    """
    digest = hashlib.sha256()
    for file, about in _files(folder):
        digest.update(_name(file, folder) + b"%d %d %d\0" % (about.st_size, about.st_ino, about.st_ctime_ns))
    return digest.hexdigest()


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield the files that count, sorted; none of a folder with far more files than are graded."""
    files = list(islice(entries(folder), 2 * FILES_LIMIT))
    for file in sorted(files) if len(files) < 2 * FILES_LIMIT else ():
        about = file.lstat()
        is_other = file.name == RECEIPT_FILE or ".ipynb_checkpoints" in file.parts
        if stat.S_ISREG(about.st_mode) and not is_other:
            yield file, about


def _name(file: Path, folder: Path) -> bytes:
    return f"{file.relative_to(folder)}\0".encode("utf-8", "surrogateescape")
