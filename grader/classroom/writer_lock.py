"""The lock of a course folder, for one process that writes."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator

from grader.classroom.course.course_folder import Course
from grader.classroom.errors import ClassroomError

LOCK_FILE = ".grading.lock"


@contextlib.contextmanager
def writing(course: Course) -> Iterator[None]:
    """Be the only writer of this folder, without warnings of nbgrader's. Raises what `only_writer` does."""
    with only_writer(course), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of nbgrader and dateutil; an instructor cannot act on them
        yield


@contextlib.contextmanager
def only_writer(course: Course) -> Iterator[None]:
    """Keep other processes from grading in this folder. The system lifts the lock when the process dies.

    Raises `ClassroomError` if another process grades there. Windows has no such lock.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    with open(course.root / LOCK_FILE, "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ClassroomError(
                f"{course.root} is being graded by another process. Wait until it has finished."
            ) from None
        yield
