"""Says in a sentence or two why a submission could not be graded, and whether it is worth another try."""

from __future__ import annotations

import errno
import traceback

from grader.classroom.answers import Failure
from grader.classroom.course.course_folder import LOG_FILE
from grader.classroom.errors import REASON_LIMIT, BadSubmission, ClassroomError
from grader.classroom.repair.read_notebook import UnreadableNotebook
from grader.isolation.foreign_text import inert_line
from grader.isolation.process import UnusableFiles
from grader.isolation.sandbox import RISK, SandboxError, SlowStart

_SCARCE = frozenset({errno.EAGAIN, errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.ETIMEDOUT})


def failure_of(error: Exception, lesson: str) -> Failure:
    """Return why a submission for a lesson failed, in one line, with what to do if that is known."""
    if isinstance(error, SlowStart):
        return Failure("Its sandbox did not start in time.", str(error), may_be_the_machines=True)
    if isinstance(error, SandboxError):
        return Failure(f"{error}\n{RISK}", lacks_sandbox=True)
    details = "".join(traceback.format_exception(error))
    reason = inert_line(_reason(error, lesson), REASON_LIMIT)
    return Failure(reason, details, may_be_the_machines=_may_be_the_machines(error))


def _may_be_the_machines(error: Exception) -> bool:
    """Whether an error says that processes, files or time were short, which may be others' doing."""
    return isinstance(error, TimeoutError) or (isinstance(error, OSError) and error.errno in _SCARCE)


def _reason(failure: Exception, lesson: str) -> str:
    if isinstance(failure, UnreadableNotebook):
        return f"{lesson}.ipynb is not a notebook that can be read. Ask for it again."
    if isinstance(failure, BadSubmission | ClassroomError | UnusableFiles):
        return str(failure)
    if isinstance(failure, MemoryError):
        return "To read, to judge and to show it takes more memory than a submission may have."
    return f"{type(failure).__name__}: {failure} (details in {LOG_FILE})"
