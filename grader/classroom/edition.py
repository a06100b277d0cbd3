"""What names the course's code, and what it runs with: with all of it the same, verdicts are the same."""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from grader.learner.library_code import ROOT

_FOLDERS = ("grader", "utils")
_LEFT_OUT = frozenset({"__pycache__", "course_files"})


@cache
def edition() -> Mapping[str, str]:
    """Return the versions of the course's code and of what it runs with, as they were when first asked."""
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "NumPy": version("numpy"),
        "the course": _digest_of_code(),
    }


def _digest_of_code() -> str:
    """Return a hash of the course's code and of what lies beside it, such as the references of seed 0."""
    digest = sha256()
    for file in _files():
        digest.update(f"{file.relative_to(ROOT).as_posix()}\0{file.stat().st_size}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _files() -> Iterator[Path]:
    found = (file for folder in _FOLDERS for file in (ROOT / folder).rglob("*") if file.is_file())
    for file in sorted(found):
        parts = file.relative_to(ROOT).parts
        if _LEFT_OUT.isdisjoint(parts) and not any(part.startswith(".") for part in parts):
            yield file
