"""The files in a zip file or a folder, listed and read without trust in their names and sizes."""

from __future__ import annotations

import contextlib
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from grader.classroom.errors import ClassroomError
from grader.classroom.repair.read_notebook import SIZE_LIMIT

FILES_LIMIT = 20_000
"""Files in an archive."""
TOTAL_LIMIT = 4 * 1024**3
"""Bytes that are read of an archive in all."""
NAME_LIMIT = 255
"""Characters of the name of a file or folder, as many as a file system has."""
RATIO_LIMIT = 250
"""How many times a file may grow when it is unpacked; text grows some ten times."""
_RATIO_FREE = 1024**2  # bytes that any file may grow to
_ENCRYPTED, _UTF8 = 0x1, 0x800  # flags of a file in a zip file
_IGNORED = frozenset({"__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints"})


class BadFile(Exception):
    """A file of an archive cannot be read; the message says why, as the end of a sentence."""


@dataclass(frozen=True)
class ArchivedFile:
    """A file by its path in the archive; `read` returns its bytes or raises `BadFile`."""

    path: str
    read: Callable[[], bytes]
    problem: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """The folders and the name."""
        return PurePosixPath(self.path).parts or (self.path,)


@contextlib.contextmanager
def open_archive(place: Path) -> Iterator[Sequence[ArchivedFile]]:
    """Give the files in a zip file or a folder, sorted by path; system files are left out.

    A file with a `problem` is a link, or has a path that leaves the archive, and cannot be read. Raises
    `ClassroomError` for something else than a zip file or a folder, and for too many files.
    """
    if place.is_dir():
        yield _limited(_files_of_folder(place), place)
        return
    try:
        with zipfile.ZipFile(place) as opened:
            yield _limited(_files_of_zip(opened), place)
    except OSError as error:
        raise ClassroomError(f"{place} cannot be read: {error.strerror}.") from error
    except (zipfile.BadZipFile, NotImplementedError, UnicodeError, ValueError) as error:
        raise ClassroomError(
            f"{place} is no zip file, or a damaged one. Download it again, or give a folder."
        ) from error


def _limited(files: Iterator[ArchivedFile], place: Path) -> list[ArchivedFile]:
    found = []
    for file in files:
        found.append(file)
        if len(found) > FILES_LIMIT:
            raise ClassroomError(f"{place} has more than {FILES_LIMIT} files. Give a smaller part of it.")
    return sorted((file for file in found if _IGNORED.isdisjoint(file.parts)), key=lambda file: file.path)


# --- Zip files ------------------------------------------------------------------------------------------


def _files_of_zip(opened: zipfile.ZipFile) -> Iterator[ArchivedFile]:
    budget = _Budget(TOTAL_LIMIT)
    for info in opened.infolist():
        if not info.is_dir():
            name = _name(info)
            yield ArchivedFile(name, lambda info=info: _unpack(opened, info, budget), _problem(name, info))


def _name(info: zipfile.ZipInfo) -> str:
    """Return the path of a file in UTF-8, as most programs write it, also without saying so."""
    if info.flag_bits & _UTF8:
        return info.filename
    try:
        return info.filename.encode("cp437").decode()
    except UnicodeError:
        return info.filename


def _problem(name: str, info: zipfile.ZipInfo) -> str:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
        return "its path leads out of the archive"
    if max(map(len, parts)) > NAME_LIMIT:
        return f"it has a name of more than {NAME_LIMIT} characters"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return "it is a link or no file"
    if info.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    return ""


def _unpack(opened: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget) -> bytes:
    size = max(info.file_size, 0)
    if size > _RATIO_FREE and size > RATIO_LIMIT * info.compress_size:
        raise BadFile(f"it would grow more than {RATIO_LIMIT} times when unpacked")
    try:
        with opened.open(info) as file:
            return _read(file, budget)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise BadFile("it is damaged, or packed in a way that Python cannot read") from error


class _Budget:
    """How many bytes may still be read."""

    def __init__(self, left: int):
        self.left = left


def _read(file, budget: _Budget) -> bytes:
    """Return the contents of a file, whatever size its archive says."""
    data = file.read(SIZE_LIMIT + 1)
    budget.left -= len(data)
    if len(data) > SIZE_LIMIT:
        raise BadFile(f"it has more than {SIZE_LIMIT // 1024**2} MiB")
    if budget.left < 0:
        raise BadFile(f"the archive has more than {TOTAL_LIMIT // 1024**3} GiB")
    return data


# --- Folders --------------------------------------------------------------------------------------------


def _files_of_folder(folder: Path) -> Iterator[ArchivedFile]:
    budget = _Budget(TOTAL_LIMIT)
    for parent, subfolders, names in os.walk(folder):
        subfolders.sort()
        linked = [name for name in subfolders if (Path(parent) / name).is_symlink()]
        for name in (*names, *linked):
            file = Path(parent) / name
            is_file = stat.S_ISREG(file.lstat().st_mode)
            path = file.relative_to(folder).as_posix()
            problem = "" if is_file else "it is a link or no file"
            yield ArchivedFile(path, lambda file=file: _read_file(file, budget), problem)


def _read_file(file: Path, budget: _Budget) -> bytes:
    try:
        with open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as opened:
            return _read(opened, budget)
    except OSError as error:
        raise BadFile(f"it cannot be read: {error.strerror}") from error
