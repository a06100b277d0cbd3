"""The secret of a course: which cases its submissions are judged by."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

FILE = ".grading.seed"


def course_seed(folder: Path) -> int:
    """The seed that is kept in a course folder, beside the gradebook; made when it is first asked for.

    Raises `ValueError` if the file does not hold a seed.
    """
    file = Path(folder) / FILE
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(descriptor, "w") as made:
            made.write(f"{secrets.randbits(62)}\n")
    text = file.read_text().strip()
    if not text.isdecimal():
        raise ValueError(
            f"{file} does not hold a seed, a whole number. Put it back, or remove it and regrade."
        )
    return int(text)
