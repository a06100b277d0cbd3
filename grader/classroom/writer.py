"""The one writer of a course folder: records marks, makes feedback pages and leaves receipts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from nbformat import NotebookNode
from nbgrader.converters import GenerateFeedback

from grader.classroom.course.assignment import Submission
from grader.classroom.course.course_folder import Course
from grader.classroom.course.nbgrader_converters import convert, record_run
from grader.classroom.errors import BadSubmission, ClassroomError
from grader.classroom.receipts import write_receipt
from grader.learner.call import OutOfTime, time_limit

FEEDBACK_SECONDS = 60.0
LOCK_FILE = ".grading.lock"


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


def write_grading(submission: Submission, executed: NotebookNode) -> None:
    """Write what comes of a submission's run: the marks, the feedback page and, last, the receipt.

    Raises `ConversionFailed` or `BadSubmission`.
    """
    record_run(submission, executed)
    _write_feedback(submission)
    write_receipt(submission)


def _write_feedback(submission: Submission) -> None:
    """Make the feedback page, within a time limit: hostile Markdown may take very long to render."""
    try:
        with time_limit(FEEDBACK_SECONDS):
            convert(GenerateFeedback, submission.assignment, submission.student)
    except OutOfTime as late:
        raise BadSubmission(
            f"Its marks are in the gradebook, but its feedback page takes more than {FEEDBACK_SECONDS:g} s."
        ) from late
