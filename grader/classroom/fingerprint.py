"""Tells whether the files of a folder have changed."""

from __future__ import annotations

import hashlib
import stat
from itertools import islice
from pathlib import Path

from grader.classroom.repair.read_notebook import SIZE_LIMIT
from grader.classroom.run.submitted_files import FILES_LIMIT

RECEIPT_FILE = ".receipt.json"
"""The receipt beside an autograded notebook, which holds the fingerprint of its folder."""


def fingerprint(folder: Path) -> str:
    """Return a hash of the names and contents of all files in a folder.

    Of a file that is larger than any that is graded, or that comes after so much that none is, it takes the
    size and the time of the last change. All folders with far more files than are graded have one hash.
    """
    digest, left = hashlib.sha256(), 2 * SIZE_LIMIT
    files = list(islice(folder.rglob("*"), 2 * FILES_LIMIT))
    if len(files) == 2 * FILES_LIMIT:
        return f"more than {FILES_LIMIT} files"
    for file in sorted(files):
        about = file.lstat()
        if not stat.S_ISREG(about.st_mode) or file.name == RECEIPT_FILE or ".ipynb_checkpoints" in file.parts:
            continue
        digest.update(f"{file.relative_to(folder)}\0{about.st_size}\0".encode("utf-8", "surrogateescape"))
        is_large = about.st_size > min(SIZE_LIMIT, left)
        left -= 0 if is_large else about.st_size
        digest.update(str(about.st_mtime_ns).encode() if is_large else file.read_bytes())
    return digest.hexdigest()
