"""What has to be the same on all machines that grade a class, so that all give the same marks."""

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
    """Return what names the course's code and what it runs with here, as it was when this was first asked."""
    return {
        "Python": ".".join(platform.python_version_tuple()[:2]),
        "NumPy": version("numpy"),
        "distributed": version("distributed"),
        "the course": _digest_of_code(),
    }


def difference(wanted: Mapping[str, str], found: Mapping[str, str]) -> str:
    """Return in words what of an edition is not as wanted, or ""."""
    others = [
        f"another version of {name}" if name == "the course" else f"{name} {found.get(name)}, not {value}"
        for name, value in wanted.items()
        if found.get(name) != value
    ]
    return f"It has {' and '.join(others)}." if others else ""


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
