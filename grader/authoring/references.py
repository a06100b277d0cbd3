"""The references of seed 0: computed by TensorFlow when the project is built, and shipped as data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from grader import lessons
from grader.authoring.source import BuildError
from grader.diagnosis.references import SHIPPED_FILE, Draw, Parts, StoredReferences, compute_all, save
from utils.tensorflow import silence

Fresh = Mapping[str, tuple[Draw, Sequence[Parts]]]
SAME = 1e-13
"""Versions of TensorFlow agree to this, relative to the largest value of a part."""


def computed() -> Fresh:
    """The references of every exercise, by `LESSON/EXERCISE`, from the TensorFlow at hand."""
    with silence():
        return {
            f"{lesson.name}/{exercise.name}": compute_all(exercise, seed=0)
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


def stale(file: Path, fresh: Fresh) -> list[str]:
    """The exercises of which a file has not, or not only, the `fresh` references."""
    stored = StoredReferences(file)
    differ = [key for key, both in fresh.items() if not _has(stored, key.partition("/")[2], *both)]
    return [*differ, *sorted(stored.keys - fresh.keys())]


def _has(stored: StoredReferences, name: str, drawn: Draw, wants: Sequence[Parts]) -> bool:
    for place, want in enumerate(wants):
        parts = stored.find(name, drawn, place)
        if parts is None or not _same(parts, want):
            return False
    return True


def _same(stored: Mapping[str, Any], fresh: Mapping[str, Any]) -> bool:
    return list(stored) == list(fresh) and all(_agree(stored[name], fresh[name]) for name in fresh)


def _agree(stored: Any, fresh: Any) -> bool:
    old, new = np.asarray(stored), np.asarray(fresh)
    is_same_kind = isinstance(stored, list) == isinstance(fresh, list)
    if not is_same_kind or (old.dtype, old.shape) != (new.dtype, new.shape):
        return False
    return bool(np.abs(old - new).max(initial=0) <= SAME * np.abs(new).max(initial=0))
