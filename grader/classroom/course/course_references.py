"""The references to the cases of a course's secret seed, computed once by TensorFlow and kept beside it."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from grader import lessons
from grader.diagnosis.references import References, StoredReferences, compute_all, save
from utils.tensorflow import silence

FOLDER = ".grading.references"
_LOCK = threading.Lock()  # of the threads that run submissions, one may use TensorFlow


def course_references(course: Path, lesson: str, seed: int) -> References:
    """Return the references to a lesson's cases of a seed, from a file of the course in the folder `course`.

    If the file does not have all of them, TensorFlow computes them and the file is written anew. Raises
    `ReferencesMissing` if TensorFlow is needed and not installed.
    """
    with _LOCK:
        return _references(Path(course), lesson, seed)


@cache
def _references(course: Path, lesson: str, seed: int) -> References:
    file = course / FOLDER / f"{lesson}.npz"
    exercises = lessons.load(lesson).exercises
    stored = StoredReferences(file)
    if not all(stored.has(exercise, seed) for exercise in exercises.values()):
        with silence():
            fresh = {f"{lesson}/{name}": compute_all(e, seed) for name, e in exercises.items()}
        save(file, fresh)
    return References(file)
