"""Says in a sentence or two why a submission could not be graded."""

from __future__ import annotations

import errno
import os

from grader.classroom.course.assignment import Submission
from grader.classroom.course.course_folder import LOG_FILE
from grader.classroom.errors import REASON_LIMIT, BadSubmission, ClassroomError
from grader.classroom.repair.read_notebook import UnreadableNotebook
from grader.isolation.foreign_text import inert_line
from grader.isolation.process import UnusableFiles

NAMES_LIMIT = 500
_SCARCE = frozenset({errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ETIMEDOUT})


def failure_reason(failure: BaseException, submission: Submission) -> str:
    """Return in one line why the grading of a submission failed, with what to do if that is known."""
    return inert_line(_reason(failure, submission), REASON_LIMIT)


def may_be_the_machines(failure: BaseException | None) -> bool:
    """Whether a failure says that memory, processes, files or time were short, which may be others' doing."""
    is_scarce = isinstance(failure, OSError) and failure.errno in _SCARCE
    return is_scarce or isinstance(failure, MemoryError | TimeoutError)


def _reason(failure: BaseException, submission: Submission) -> str:
    notebook = submission.notebook("submitted")
    if not os.path.lexists(notebook):
        others = ", ".join(sorted(file.name for file in notebook.parent.iterdir())) or "nothing"
        others = inert_line(others, NAMES_LIMIT)
        return f"There is no {notebook.name} in the submission, but {others}. Rename or add the notebook."
    if isinstance(failure, UnreadableNotebook):
        return f"{notebook.name} is not a notebook that can be read. Ask for it again."
    if isinstance(failure, BadSubmission | ClassroomError | UnusableFiles):
        return str(failure)
    return f"{type(failure).__name__}: {failure} (details in {LOG_FILE})"
