"""The references to the cases of a course's secret seed, computed once by TensorFlow and kept beside it."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from grader import lessons
from grader.diagnosis.references import (
    LIVE,
    SHIPPED,
    References,
    compute_all,
    save,
)
from utils.tensorflow import silence

FOLDER = ".grading.references"
_LOCK = threading.Lock()  # of the threads that run submissions, one may use TensorFlow


def open_references(course: Path, assignment: str, seed: int, *, is_live: bool = False) -> References:
    """Return the references to a lesson's cases of a seed, from a file of the course in the folder `course`.

    If the file does not have all of them, TensorFlow computes them and the file is written anew. If they are
    to be live, TensorFlow computes them in this process. An assignment that is no lesson needs none. Raises
    `ReferencesMissing` if TensorFlow is needed and not installed.
    """
    if is_live:
        return LIVE
    try:
        lessons.load(assignment)
    except lessons.UnknownLesson:
        return SHIPPED
    with _LOCK:
        return _references(Path(course), assignment, seed)


@cache
def _references(course: Path, lesson: str, seed: int) -> References:
    file = course / FOLDER / f"{lesson}.npz"
    exercises = lessons.load(lesson).exercises
    stored = References(file)
    if all(stored.has(exercise, seed) for exercise in exercises.values()):
        return stored
    with silence():
        fresh = {f"{lesson}/{name}": compute_all(e, seed) for name, e in exercises.items()}
    save(file, fresh)
    return References(file)
