"""The writer of a course folder: records marks, writes notebooks and feedback pages, leaves receipts."""

from __future__ import annotations

import glob
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from grader.classroom.cells import Notebook
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.errors import BadSubmission, ClassroomError
from grader.classroom.fingerprint import RECEIPT_FILE
from grader.classroom.gradebook import Entry
from grader.classroom.grading_notes import RERUN, outputs_origin
from grader.classroom.notebook_files import write_notebook
from grader.classroom.page.page import render_page
from grader.classroom.receipts import Receipt, write_receipt
from grader.classroom.records import Grades, Record
from grader.classroom.repair.read_notebook import read_release
from grader.classroom.run.grade_submission import rerun_outputs
from grader.classroom.run.submitted_files import read_data_files
from grader.classroom.unchanged_answers import unchanged_answers
from grader.learner.call import OutOfTime, time_limit

FEEDBACK_SECONDS = 60.0


def write_records(
    assignment: Assignment, records: Mapping[Submission, Record], release: str
) -> dict[Submission, Receipt | Exception]:
    """Write the records of submissions: marks in one transaction, then the files of each, last its receipt.

    `release` is the fingerprint of the release. Returns the receipts and, where something went wrong, what.
    """
    gradebook = assignment.course.gradebook()
    entries, results = _entries(records)
    try:
        gradebook.record(assignment.lesson, list(entries.values()))
        grades = gradebook.grades(assignment.lesson, [submission.student for submission in entries])
    except ClassroomError as failure:
        return dict.fromkeys(records, failure)
    for submission in entries:
        record = records[submission]
        try:
            _write_files(submission, record.notebook, grades[submission.student])
            is_rerun = outputs_origin(record.notebook) == RERUN
            results[submission] = Receipt(record.verdicts, record.repairs, record.stopped, is_rerun)
            write_receipt(submission, results[submission], release)
        except Exception as failure:  # of any kind: the other submissions are still to be written
            results[submission] = failure
    return results


def _entries(
    records: Mapping[Submission, Record],
) -> tuple[dict[Submission, Entry], dict[Submission, Receipt | Exception]]:
    """Return what goes into the gradebook, and the failures of submissions without a valid time stamp."""
    entries: dict[Submission, Entry] = {}
    failures: dict[Submission, Receipt | Exception] = {}
    for submission, record in records.items():
        try:
            timestamp = submission.timestamp()
            unchanged = unchanged_answers(record.notebook, submission.notebook("autograded"))
            entries[submission] = Entry(
                submission.student, record.scores, record.unanswered, timestamp, unchanged
            )
        except BadSubmission as failure:
            failures[submission] = failure
    return entries, failures


def _write_files(submission: Submission, nb: Notebook, grades: Grades) -> None:
    """Replace the autograded folder and the feedback folder of a submission.

    Both get the data files of the submission and of the lesson, as from nbgrader. Raises `BadSubmission`.
    """
    files, is_shared = data_files(submission), submission.assignment.course.folders.groupshared
    notebook = submission.notebook("autograded")
    _empty(notebook.parent)
    write_notebook(nb, notebook)
    _finish(notebook.parent, files, 0o664 if is_shared else 0o444)
    page = render_feedback(submission, nb, grades)
    folder = submission.folder("feedback")
    _empty(folder)
    (folder / f"{submission.assignment.lesson}.html").write_text(page, encoding="utf-8")
    _finish(folder, files, 0o664 if is_shared else 0o644)


def render_feedback(submission: Submission, nb: Notebook, grades: Grades) -> str:
    """Return the feedback page, within a time limit: hostile Markdown may take very long to render."""
    try:
        with time_limit(FEEDBACK_SECONDS):
            return render_page(nb, grades, submission.assignment.lesson, submission.student)
    except OutOfTime as late:
        raise BadSubmission(
            f"Its marks are in the gradebook, but its feedback page takes more than {FEEDBACK_SECONDS:g} s."
        ) from late


def rerun_submission(submission: Submission, receipt: Receipt, release: str) -> Receipt:
    """Run a graded submission's notebook once more for its outputs; write it, its page and its new receipt.

    Raises `sandbox.SandboxError` or `BadSubmission`.
    """
    assignment, student = submission.assignment, submission.student
    nb = read_release(submission.notebook("autograded"))
    rerun_outputs(nb, data_files(submission), assignment.lesson, assignment.course.settings)
    grades = assignment.course.gradebook().grades(assignment.lesson, [student])[student]
    _write_files(submission, nb, grades)
    receipt = replace(receipt, is_rerun=True)
    write_receipt(submission, receipt, release)
    return receipt


def data_files(submission: Submission) -> dict[str, bytes]:
    """Return the data files of a submission, replaced by the lesson's own of the same names.

    What has the name of a file that grading writes beside them is left out. Raises `BadSubmission`.
    """
    course = submission.assignment.course
    folders = [submission.folder("submitted"), submission.assignment.folder("source")]
    ours = (RECEIPT_FILE, glob.escape(f"{submission.assignment.lesson}.html"))
    return read_data_files(folders, [*course.folders.ignore, *ours], course.settings.limits.files_size)


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
