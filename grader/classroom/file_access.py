"""Reads files within a limit, and writes files whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from grader.classroom.errors import ClassroomError


def read_limited(file: Path, limit: int, what: str) -> bytes:
    """Return the bytes of a file of at most `limit` bytes; `what` is what a larger one is not.

    Raises `ClassroomError`.
    """
    try:
        with file.open("rb") as opened:
            data = opened.read(limit + 1)
    except OSError as error:
        raise ClassroomError(f"{file} cannot be read: {error.strerror}.") from error
    if len(data) > limit:
        raise ClassroomError(f"{file} has more than {limit // 1024**2} MiB, so it is no {what}.")
    return data


def draft_of(file: Path) -> Path:
    """Return where `write_whole` writes a file before it takes its place."""
    return file.with_name(f".{file.name}.part")


def write_whole(file: Path, data: bytes) -> None:
    """Write a file in one step, so that it is never there in part; it is on the disk when this returns.

    Raises `OSError`.
    """
    draft = draft_of(file)
    try:
        with draft.open("wb") as opened:
            opened.write(data)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)
