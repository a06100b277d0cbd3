"""Receipts: what was graded to its end is not graded again.

A receipt lies beside the autograded notebook. nbgrader removes it with the folder when it grades anew.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from grader.classroom.course.assignment import Submission

RECEIPT_FILE = ".receipt.json"


def write_receipt(submission: Submission) -> None:
    """Write down that the submission, as it is now, has been graded to its end."""
    _file(submission).write_text(json.dumps(_receipt(submission)))


def is_graded(submission: Submission) -> bool:
    """Whether this very submission was graded to its end against this very release."""
    try:
        return json.loads(_file(submission).read_text()) == _receipt(submission)
    except (OSError, ValueError):
        return False


def _file(submission: Submission) -> Path:
    return submission.folder("autograded") / RECEIPT_FILE


def _receipt(submission: Submission) -> dict[str, str]:
    """Return fingerprints of what a grading takes and makes."""
    return {
        "release": _fingerprint(submission.assignment.folder("release")),
        "submitted": _fingerprint(submission.folder("submitted")),
        "autograded": _fingerprint(submission.folder("autograded")),
    }


def _fingerprint(folder: Path) -> str:
    """Return a hash of the names and contents of all files in a folder."""
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != RECEIPT_FILE and ".ipynb_checkpoints" not in file.parts:
            digest.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
