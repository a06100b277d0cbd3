"""Says in a sentence or two why a submission could not be graded."""

from __future__ import annotations

from grader.classroom.course.assignment import Submission
from grader.classroom.course.course_folder import LOG_FILE
from grader.classroom.errors import BadSubmission, ClassroomError
from grader.classroom.repair.read_notebook import UnreadableNotebook
from grader.isolation.inside.sanitize_text import sanitize_text
from grader.isolation.sandbox import SandboxError

NAMES_LIMIT = 500


def failure_reason(failure: BaseException, submission: Submission) -> str:
    """Return why the grading of a submission failed, with what to do if that is known."""
    notebook = submission.notebook("submitted")
    if not notebook.is_file():
        others = ", ".join(sorted(file.name for file in notebook.parent.iterdir())) or "nothing"
        others = sanitize_text(others, NAMES_LIMIT)  # a file name may hold control characters
        return f"There is no {notebook.name} in the submission, but {others}. Rename or add the notebook."
    if isinstance(failure, UnreadableNotebook):
        return f"{notebook.name} is not a notebook that can be read. Ask for it again."
    if isinstance(failure, BadSubmission | ClassroomError | SandboxError):
        return str(failure)
    return f"{type(failure).__name__}: {failure} (details in {LOG_FILE})"
