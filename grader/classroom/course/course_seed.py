"""The secret seed of a course, which decides on which cases its submissions are judged."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

FILE = ".grading.seed"


class SeedError(Exception):
    """The seed of a course cannot be read; the message says what to do."""


def course_seed(folder: Path) -> int:
    """Return the seed of the course in `folder`. The first call makes it and keeps it in a file there.

    Raises `SeedError` if the file does not hold a seed.
    """
    file = Path(folder) / FILE
    if not file.exists():
        _make(file)
    text = file.read_text().strip()
    if not text.isdecimal():
        raise SeedError(
            f"{file} does not hold a seed, a whole number. Put it back, or remove it and regrade."
        )
    return int(text)


def _make(file: Path) -> None:
    """Make the file in one step, since several processes may do so at once: the first one's seed stays."""
    with tempfile.NamedTemporaryFile(
        "w", dir=file.parent, prefix=FILE
    ) as draft:  # only its owner may read it
        draft.write(f"{secrets.randbits(62)}\n")
        draft.flush()
        with contextlib.suppress(FileExistsError):
            os.link(draft.name, file)
