"""The references of seed 0: computed by TensorFlow when the project is built, and shipped as data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grader import lessons
from grader.authoring.source import BuildError
from grader.diagnosis.references import LIVE, SHIPPED_FILE, ReferencedCase, StoredReferences, save
from utils.tensorflow import silence

SAME = 1e-13
"""Versions of TensorFlow agree to this, relative to the largest value of a part."""


def computed() -> dict[str, tuple[ReferencedCase, ...]]:
    """The references of every exercise, by `LESSON/EXERCISE`, from the TensorFlow at hand."""
    with silence():
        return {
            f"{lesson.name}/{exercise.name}": LIVE.of(exercise)
            for lesson in map(lessons.load, lessons.names())
            for exercise in lesson.exercises.values()
        }


def build(file: Path = SHIPPED_FILE) -> list[Path]:
    """Write the references to a file, and return it, unless it has them already."""
    fresh = computed()
    if not stale(file, fresh):
        return []
    save(file, fresh)
    file.chmod(0o644)  # unlike the references of a course, these are no secret
    return [file]


def check_fresh(file: Path = SHIPPED_FILE) -> None:
    """Raise `BuildError` if a file does not have the references that TensorFlow computes now."""
    differ = stale(file, computed())
    if differ:
        raise BuildError(
            f"{file}: the references of {', '.join(differ)} are not what TensorFlow computes. "
            "Run `make build` and commit what it changes."
        )


def stale(file: Path, fresh: Mapping[str, tuple[ReferencedCase, ...]]) -> list[str]:
    """The exercises of which a file has not, or not only, the `fresh` references."""
    stored = StoredReferences(file)
    differ = [key for key, cases in fresh.items() if not _has(stored, key.partition("/")[2], cases)]
    return [*differ, *sorted(stored.keys - fresh.keys())]


def _has(stored: StoredReferences, name: str, cases: tuple[ReferencedCase, ...]) -> bool:
    for place, fresh in enumerate(cases):
        parts = stored.find(name, place, fresh.case.arguments)
        if parts is None or not _same(parts, fresh.want):
            return False
    return True


def _same(stored: Mapping[str, Any], fresh: Mapping[str, Any]) -> bool:
    return list(stored) == list(fresh) and all(_agree(stored[name], fresh[name]) for name in fresh)


def _agree(stored: Any, fresh: Any) -> bool:
    old, new = np.asarray(stored), np.asarray(fresh)
    if (old.dtype, old.shape) != (new.dtype, new.shape) or isinstance(stored, list) != isinstance(
        fresh, list
    ):
        return False
    return bool(np.abs(old - new).max(initial=0) <= SAME * np.abs(new).max(initial=0))
