"""Reads files within a limit, and writes files whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from grader.classroom.errors import ClassroomError

_WAYS_OUT = {
    errno.ENOSPC: "Make room on the disk",
    errno.EDQUOT: "Make room: your share of the disk is used up",
    errno.EROFS: "Have the file system mounted so that it can be written",
    errno.EACCES: "See that you may write it and its folder",
    errno.EPERM: "See that you may write it and its folder",
    errno.EIO: "See what the system's log says of the disk",
}
_OF_ALL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO})


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
    """Return where `whole_file` writes a file before it takes its place."""
    return file.with_name(f".{file.name}.part")


def write_whole(file: Path, data: bytes) -> None:
    """Write a file in one step, as `whole_file` does. Raises `OSError`."""
    with whole_file(file) as opened:
        opened.write(data)


@contextlib.contextmanager
def whole_file(file: Path) -> Iterator[BinaryIO]:
    """A file to write to, which takes the place of `file` in one step when the block ends without an error.

    So `file` is never there in part, and it is on the disk then. A link stays one; a pipe or a terminal, as
    behind /dev/stdout, is written to as it is. Raises `OSError`.
    """
    if file.exists() and not file.is_file():
        with file.open("wb") as opened:
            yield opened
        return
    file = file.resolve()
    draft = draft_of(file)
    try:
        with draft.open("wb") as opened:
            yield opened
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)


@contextlib.contextmanager
def demand_written(file: Path) -> Iterator[None]:
    """Raise `ClassroomError` that names `file` where the block can't write it."""
    try:
        yield
    except OSError as error:
        raise ClassroomError(f"{file} cannot be written: {error.strerror}.") from error


@contextlib.contextmanager
def naming_what_cannot_be_written() -> Iterator[None]:
    """Raise `ClassroomError` with a way out where the disk is full, or a file may not be read or written."""
    try:
        yield
    except OSError as error:
        if error.errno not in _WAYS_OUT:
            raise
        place = error.filename or "A file of the course folder"
        raise ClassroomError(
            f"{place} cannot be read or written: {error.strerror}. {_WAYS_OUT[error.errno]}, then give the "
            "same command again. What was graded is kept."
        ) from error


def is_of_the_disk(error: Exception) -> bool:
    """Whether an error says that nothing more can be written, for whichever submission."""
    return isinstance(error, OSError) and error.errno in _OF_ALL
