"""Which files were collected into which submission last, so that they can be told from those of a person."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path

from grader.classroom.file_access import demand_written, write_whole

FILE = ".grading.collected"

CollectedFiles = dict[str, dict[str, str]]
"""The hashes of files by their names, by the submission as in `STUDENT/LESSON`."""


@contextlib.contextmanager
def collected_files(folder: Path, *, is_dry: bool) -> Iterator[CollectedFiles]:
    """Give what was collected last, as noted in a file of the folder; note what it is when the block ends.

    Without such a file nothing was collected. Raises `ClassroomError` if it cannot be written.
    """
    file = folder / FILE
    noted = _read(file)
    before = json.dumps(noted)
    try:
        yield noted
    finally:
        if not is_dry and json.dumps(noted) != before:
            _write(file, noted)


def _read(file: Path) -> CollectedFiles:
    try:
        noted = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    is_sound = isinstance(noted, dict) and all(isinstance(files, dict) for files in noted.values())
    return noted if is_sound else {}


def _write(file: Path, noted: CollectedFiles) -> None:
    with demand_written(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps(noted, sort_keys=True).encode())
