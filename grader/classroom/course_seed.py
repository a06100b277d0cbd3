"""The secret of a course: which cases its submissions are judged by."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path

FILE = ".grading.seed"


class SeedError(Exception):
    """The seed of a course can't be read; the message says what to do."""


def course_seed(folder: Path) -> int:
    """The seed that is kept in a course folder, beside the gradebook; made when it is first asked for.

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
    """Several may ask at once: the file appears whole, and once."""
    with tempfile.NamedTemporaryFile("w", dir=file.parent, prefix=FILE) as made:  # only its owner may read it
        made.write(f"{secrets.randbits(62)}\n")
        made.flush()
        with contextlib.suppress(FileExistsError):
            os.link(made.name, file)
