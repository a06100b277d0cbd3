"""The references to the cases of a course's secret seed, computed once by TensorFlow and kept beside it."""

from __future__ import annotations

import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
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
_LOCK = threading.Lock()  # of the threads of one process, one computes them


def open_references(course: Path, assignment: str, seed: int, *, is_live: bool = False) -> References:
    """Return the references to a lesson's cases of a seed, from a file of the course in the folder `course`.

    If the file does not have all of them, TensorFlow computes them and the file is written anew. If they are
    to be live, TensorFlow computes each when it is asked for. An assignment that is no lesson needs none.
    Raises `ReferencesMissing` if TensorFlow is needed and not installed.
    """
    if is_live:
        return LIVE
    try:
        lessons.load(assignment)
    except lessons.UnknownLesson:
        return SHIPPED
    with _LOCK:
        return _references(Path(course), assignment, seed)


def references_file(course: Path, lesson: str) -> Path:
    """Return the file with the references to a lesson's cases of the course's seed."""
    return course / FOLDER / f"{lesson}.npz"


@cache
def _references(course: Path, lesson: str, seed: int) -> References:
    file = references_file(course, lesson)
    exercises = lessons.load(lesson).exercises
    stored = References(file)
    if all(stored.has(exercise, seed) for exercise in exercises.values()):
        return stored
    if "tensorflow" in sys.modules:
        _compute(file, lesson, seed)
    else:  # in a process of its own, since TensorFlow has threads, and who grades will fork
        with ProcessPoolExecutor(1, mp_context=get_context("fork")) as process:
            process.submit(_compute, file, lesson, seed).result()
    return References(file)


def _compute(file: Path, lesson: str, seed: int) -> None:
    """Let TensorFlow compute the references, and write them."""
    with silence():
        fresh = {
            f"{lesson}/{name}": compute_all(e, seed) for name, e in lessons.load(lesson).exercises.items()
        }
    save(file, fresh)
