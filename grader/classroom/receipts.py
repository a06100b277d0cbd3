"""Receipts: what was graded to its end is not graded again.

A receipt lies beside the autograded notebook and holds what the class table says of the submission. nbgrader
removes it with the folder when it grades anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from grader.classroom.cells import Cell, label
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.fingerprint import RECEIPT_FILE, file_states, fingerprint
from grader.classroom.repair.read_notebook import read_release


@dataclass(frozen=True)
class Receipt:
    """What was found about a submission: its verdicts by exercise, and sentences for the class table.

    `is_rerun` says whether its notebook was run again for its outputs, `run_key` is the key of the run that
    was judged (see `run.earlier_run`).
    """

    verdicts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    is_rerun: bool = False
    run_key: str = ""


def write_receipt(submission: Submission, receipt: Receipt, release: str) -> None:
    """Write down that the submission, as it is now, has been graded to its end against a release."""
    content = _fingerprints(submission, release) | {"states": _states(submission, release)}
    content["receipt"] = vars(receipt)
    _file(submission).write_text(json.dumps(content))


def read_receipt(submission: Submission, release: str) -> Receipt | None:
    """Return the receipt if this very submission was graded to its end against this very release."""
    try:
        content = json.loads(_file(submission).read_text())
        receipt, states = _receipt(**content.pop("receipt")), content.pop("states")
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    is_same = states == _states(submission, release) or content == _fingerprints(submission, release)
    return receipt if is_same else None


@dataclass(frozen=True)
class LastGrading:
    """What the receipt says of a grading that is out of date: the key of its run, and its release."""

    run_key: str
    release: str


def last_grading(submission: Submission) -> LastGrading | None:
    """Return what was graded to its end last, if what came of it is as it was then."""
    folder = submission.folder("autograded")
    try:
        content = json.loads(_file(submission).read_text())
        last = LastGrading(content["receipt"]["run_key"], content["release"])
        *_, states = content["states"]
        is_there = states == file_states(folder) or content["autograded"] == fingerprint(folder)
    except (OSError, ValueError, TypeError, LookupError):
        return None
    return last if is_there else None


def read_receipts(submissions: Iterable[Submission], release: str) -> dict[Submission, Receipt]:
    """Return the receipts of those submissions that were graded to their end against this very release."""
    found = ((one, read_receipt(one, release)) for one in submissions)
    return {one: receipt for one, receipt in found if receipt}


def release_fingerprint(assignment: Assignment) -> str:
    """Return a hash of the release, by which `write_receipt` and `read_receipt` know it.

    Texts that learners read and no grading depends on are left out: a changed sentence regrades nobody.
    """
    notebook = assignment.notebook("release")
    parts = [_what_counts(cell) for cell in read_release(notebook)["cells"]]
    digest = sha256(json.dumps(list(filter(None, parts)), sort_keys=True).encode())
    return digest.hexdigest() + fingerprint(assignment.folder("release"), without=notebook)


def _what_counts(cell: Cell) -> list[Any] | None:
    """Return what a grading can depend on of a released cell; None of a text without a label."""
    if cell["cell_type"] != "code" and not label(cell):
        return None
    return [cell["cell_type"], cell["source"], label(cell), cell["metadata"].get("tags", [])]


def _receipt(
    verdicts: dict, repairs: list[str], stopped: list[str], is_rerun: bool, run_key: str = ""
) -> Receipt:
    return Receipt(verdicts, tuple(repairs), tuple(stopped), is_rerun, run_key)


def _file(submission: Submission) -> Path:
    return submission.folder("autograded") / RECEIPT_FILE


def _fingerprints(submission: Submission, release: str) -> dict[str, str]:
    return {
        "release": release,
        "submitted": fingerprint(submission.folder("submitted")),
        "autograded": fingerprint(submission.folder("autograded")),
    }


def _states(submission: Submission, release: str) -> list[str]:
    """Return what says that nothing has changed, without reading all files."""
    return [release, *(file_states(submission.folder(step)) for step in ("submitted", "autograded"))]
