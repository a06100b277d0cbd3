"""Tells whether the files of a folder have changed."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

from grader.classroom.repair.read_notebook import SIZE_LIMIT

RECEIPT_FILE = ".receipt.json"
"""The receipt beside an autograded notebook, which holds the fingerprint of its folder."""


def fingerprint(folder: Path) -> str:
    """Return a hash of the names and contents of all files in a folder.

    Of a file that is larger than any that is graded, it takes the size and the time of the last change.
    """
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        about = file.lstat()
        if not stat.S_ISREG(about.st_mode) or file.name == RECEIPT_FILE or ".ipynb_checkpoints" in file.parts:
            continue
        digest.update(f"{file.relative_to(folder)}\0{about.st_size}\0".encode("utf-8", "surrogateescape"))
        is_large = about.st_size > SIZE_LIMIT
        digest.update(str(about.st_mtime_ns).encode() if is_large else file.read_bytes())
    return digest.hexdigest()
