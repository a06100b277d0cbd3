"""Grades a class with nbgrader: notebooks run side by side, one process writes the gradebook."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

import nbformat
from nbgrader.api import MissingEntry
from nbgrader.converters import GenerateAssignment, GenerateFeedback
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from grader import lessons
from grader.authoring import build
from grader.classroom import report
from grader.classroom.course_folder import CONFIG_FILE, ConversionFailed, Course
from grader.classroom.course_seed import SeedError
from grader.classroom.errors import BadSubmission
from grader.isolation import sandbox
from grader.isolation.inside.sanitize_text import sanitize_text
from grader.learner.call import OutOfTime, time_limit
from grader.learner.library_code import ROOT
from grader.lessons import UnknownLesson

LOG_FILE = "grading.log"
RECEIPT = ".receipt.json"
FEEDBACK_SECONDS = 60.0
NAMES_LIMIT = 500
CONFIG = f"c = get_config()\nload_subconfig({CONFIG_FILE!r}, path={str(ROOT)!r})\n"
"""The `nbgrader_config.py` of a course folder outside the repository."""


class ClassroomError(Exception):
    """A class cannot be graded; the message says what happened, where, and what to do."""


def grade(
    lesson: str,
    course: Path = Path("."),
    students: Iterable[str] | None = None,
    *,
    force: bool = False,
    jobs: int | None = None,
    console: Console | None = None,
    is_isolated: bool = True,
) -> list[report.Row]:
    """Grade the submissions for `lesson` in the course folder `course`, and give feedback.

    The lesson is released first if need be. A submission that was graded before, against the same
    release, is left alone unless `force` is set; one that fails is reported and stops no other.
    `jobs` notebooks run at once, by default one for each core; this process alone writes the
    gradebook. Submissions run in sandboxes, unless `is_isolated` is unset. Returns the class table's rows, of
    the `students` named or of all. Raises `ClassroomError`.
    """
    _demand_lesson(lesson)
    folder = _open(Path(course), is_isolated)
    if is_isolated:
        _demand_sandbox()
    with _only_writer(folder), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SQLAlchemy's and nbformat's, which nobody here can act on
        release(lesson, folder)
        wanted = _submitted(folder, lesson, students)
        todo = [student for student in wanted if force or not _is_graded(folder, lesson, student)]
        failures = _grade_all(folder, lesson, todo, jobs, console or Console())
    return report.rows(lesson, course, wanted, failures)


def release(lesson: str, folder: Course) -> None:
    """Let nbgrader release the lesson, unless release and gradebook are what the source gives."""
    source = folder.notebook("source", lesson)
    if not source.is_file():
        raise ClassroomError(
            f"{source}: there is no such notebook, and without it nothing can be released. "
            f"Run `make build` in the repository, or copy its solutions/{lesson}/ here."
        )
    with tempfile.TemporaryDirectory() as scratch:
        shutil.copytree(source.parent, Course(scratch, like=folder.root).folder("source", lesson))
        fresh = build.release(scratch, lesson, like=folder.root).read_bytes()
    released = folder.notebook("release", lesson)
    if released.is_file() and released.read_bytes() == fresh and _is_in_gradebook(folder, lesson, fresh):
        return
    try:
        folder.convert(GenerateAssignment, lesson)
    except ConversionFailed as failure:
        raise ClassroomError(
            f"{lesson} could not be released: {failure.reason} If the lesson has changed since its first "
            f"submissions were graded, move {folder.root}/gradebook.db out of the way and grade again."
        ) from failure


# --- Before anything is graded --------------------------------------------------------------------


def _demand_lesson(lesson: str) -> None:
    try:
        lessons.load(lesson)
    except UnknownLesson as unknown:
        raise ClassroomError(str(unknown)) from None


def _demand_sandbox() -> None:
    try:
        sandbox.demand()
    except sandbox.SandboxError as missing:
        raise ClassroomError(f"{missing}\n{sandbox.RISK}") from None


def _open(course: Path, is_isolated: bool) -> Course:
    if not (course / CONFIG_FILE).is_file():
        raise ClassroomError(
            f"{course.resolve()} has no {CONFIG_FILE}, so it is no course folder. "
            f"Go to one, or write this file:\n\n{CONFIG}"
        )
    return Course(course, log=course.resolve() / LOG_FILE, is_isolated=is_isolated)


def _submitted(folder: Course, lesson: str, students: Iterable[str] | None) -> list[str]:
    found = folder.students("submitted", lesson)
    if not found:
        where = folder.notebook("submitted", lesson, "STUDENT")
        raise ClassroomError(
            f"There are no submissions for {lesson}. Put each learner's notebook at {where}."
        )
    wanted = sorted(set(students or found))
    unknown = [student for student in wanted if student not in found]
    if unknown:
        raise ClassroomError(
            f"No submission for {lesson} from {', '.join(unknown)}. "
            f"There are submissions from: {', '.join(found)}."
        )
    return wanted


def _is_in_gradebook(folder: Course, lesson: str, release: bytes) -> bool:
    cells = nbformat.reads(release.decode(), as_version=4).cells
    wanted = {cell.metadata.nbgrader.grade_id for cell in cells if "nbgrader" in cell.metadata}
    with folder.gradebook() as gradebook:
        try:
            notebook = gradebook.find_notebook(lesson, lesson)
        except MissingEntry:
            return False
        locked = {cell.name: cell.checksum for cell in notebook.source_cells if cell.locked}
        known = {cell.name for cell in notebook.source_cells}
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    labels = [cell.metadata.nbgrader for cell in cells if "nbgrader" in cell.metadata]
    return (
        known == wanted
        and locked == {label.grade_id: label.checksum for label in labels if label.locked}
        and points == {label.grade_id: label.points for label in labels if label.grade}
    )


@contextlib.contextmanager
def _only_writer(folder: Course) -> Iterator[None]:
    """Nobody else may grade in this folder meanwhile; the system lifts the lock when a process dies."""
    try:
        import fcntl
    except ImportError:  # Windows
        yield
        return
    with open(folder.root / ".grading.lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ClassroomError(
                f"{folder.root} is being graded by another process. Wait until it has finished."
            ) from None
        yield


# --- Grading --------------------------------------------------------------------------------------


def _grade_all(
    folder: Course, lesson: str, students: list[str], jobs: int | None, console: Console
) -> dict[str, str]:
    """Run the notebooks in threads and record them here, as they come. Returns why each failure failed."""
    failures: dict[str, str] = {}
    if not students:
        console.print("Nothing new to grade.")
        return failures
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    progress = Progress(*columns, TimeElapsedColumn(), console=console)
    with progress, _finished(folder, lesson, students, jobs) as finished:
        bar = progress.add_task(f"Grading {lesson}", total=len(students))
        for student, executed in finished:
            try:
                _record(folder, lesson, student, executed.result())
            except Exception as failure:  # whatever it is, the others are still to be graded
                folder.log.error("%s: %s", student, failure, exc_info=failure)
                failures[student] = _reason(failure, folder, lesson, student)
            progress.advance(bar)
    return failures


@contextlib.contextmanager
def _finished(
    folder: Course, lesson: str, students: list[str], jobs: int | None
) -> Iterator[Iterator[tuple[str, Future]]]:
    """The submissions in the order in which they have run; each waits in a thread for its sandboxes."""
    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as threads:
        try:
            running = {threads.submit(folder.run, lesson, student): student for student in students}
            yield _as_they_finish(running)
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


def _as_they_finish(running: dict[Future, str]) -> Iterator[tuple[str, Future]]:
    while running:
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            yield running.pop(future), future


def _record(folder: Course, lesson: str, student: str, executed: nbformat.NotebookNode) -> None:
    folder.record(lesson, student, executed)
    _give_feedback(folder, lesson, student)
    receipt = folder.folder("autograded", lesson, student) / RECEIPT
    receipt.write_text(json.dumps(_receipt(folder, lesson, student)))


def _give_feedback(folder: Course, lesson: str, student: str) -> None:
    """Make the page, which must not keep the others waiting: what renders Markdown has slow corners."""
    try:
        with time_limit(FEEDBACK_SECONDS):
            folder.convert(GenerateFeedback, lesson, student)
    except OutOfTime as late:
        raise BadSubmission(
            f"Its marks are in the gradebook, but its feedback page takes more than {FEEDBACK_SECONDS:g} s."
        ) from late


def _is_graded(folder: Course, lesson: str, student: str) -> bool:
    """Whether this very submission was graded to the end against this very release."""
    receipt = folder.folder("autograded", lesson, student) / RECEIPT
    try:
        return json.loads(receipt.read_text()) == _receipt(folder, lesson, student)
    except (OSError, ValueError):
        return False


def _receipt(folder: Course, lesson: str, student: str) -> dict[str, str]:
    """What tells one grading from another: fingerprints of what went in and what came out.

    nbgrader removes the receipt with the rest of the folder when it grades the submission anew.
    """
    return {
        "release": _fingerprint(folder.folder("release", lesson)),
        "submitted": _fingerprint(folder.folder("submitted", lesson, student)),
        "autograded": _fingerprint(folder.folder("autograded", lesson, student)),
    }


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != RECEIPT and ".ipynb_checkpoints" not in file.parts:
            digest.update(f"{file.relative_to(folder)}\0{file.stat().st_size}\0".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def _reason(failure: Exception, folder: Course, lesson: str, student: str) -> str:
    submitted = folder.notebook("submitted", lesson, student)
    if not submitted.is_file():
        others = ", ".join(sorted(file.name for file in submitted.parent.iterdir())) or "nothing"
        others = sanitize_text(others, NAMES_LIMIT)  # a name may hold what no terminal can print
        return f"There is no {submitted.name} in the submission, but {others}. Rename or add the notebook."
    if isinstance(failure, ValueError | RecursionError | nbformat.reader.NotJSONError):
        return f"{submitted.name} is not a notebook that can be read. Ask for it again."
    if isinstance(failure, BadSubmission | SeedError | sandbox.SandboxError):
        return str(failure)
    if isinstance(failure, ConversionFailed):
        return f"{failure.reason} (details in {LOG_FILE})"
    return f"{type(failure).__name__}: {failure} (details in {LOG_FILE})"
