"""The writer of a course folder: records marks, writes notebooks and feedback pages, leaves receipts."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

from grader.classroom.answers import Graded
from grader.classroom.course.assignment import Submission
from grader.classroom.gradebook import Entry, Gradebook


def record_marks(gradebook: Gradebook, lesson: str, graded: Mapping[Submission, Graded]) -> None:
    """Write the marks of submissions in one transaction. Raises `ClassroomError`."""
    entries = [
        Entry(submission.student, one.scores, one.unanswered, one.timestamp, one.unchanged)
        for submission, one in graded.items()
    ]
    if entries:
        gradebook.record(lesson, entries)


def write_notebook(submission: Submission, text: bytes) -> None:
    """Replace the autograded folder: the notebook, and the data files as from nbgrader.

    Raises `BadSubmission` for data files that cannot be taken.
    """
    files, is_shared = submission.data_files(), _is_shared(submission)
    notebook = submission.notebook("autograded")
    _empty(notebook.parent)
    notebook.write_bytes(text)
    _finish(notebook.parent, files, 0o664 if is_shared else 0o444)


def write_feedback(submission: Submission, html: bytes) -> None:
    """Replace the feedback folder: the page, and the data files as from nbgrader.

    Raises `BadSubmission` for data files that cannot be taken.
    """
    files, folder = submission.data_files(), submission.folder("feedback")
    _empty(folder)
    submission.page.write_bytes(html)
    _finish(folder, files, 0o664 if _is_shared(submission) else 0o644)


def _is_shared(submission: Submission) -> bool:
    return submission.assignment.course.folders.groupshared


def _empty(folder: Path) -> None:
    """Remove a folder with all that is in it and make it anew."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def _finish(folder: Path, files: Mapping[str, bytes], permissions: int) -> None:
    """Write data files into a folder and give all files of it their permissions."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    for file in folder.rglob("*"):
        if file.is_file():
            file.chmod(permissions)
