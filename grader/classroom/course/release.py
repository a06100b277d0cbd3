"""Releases a lesson: nbgrader makes the learner's notebook out of the instructor's."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import GenerateAssignment

from grader.classroom.cells import label
from grader.classroom.course.assignment import Assignment
from grader.classroom.course.course_folder import Course
from grader.classroom.course.nbgrader_converters import ConversionFailed, convert
from grader.classroom.errors import ClassroomError


def generate_release(root: Path, lesson: str, config_folder: Path) -> Path:
    """Let nbgrader release `lesson` in the folder `root` with the configuration of `config_folder`.

    Returns the path of the released notebook. Raises `ConversionFailed`.
    """
    assignment = Assignment(Course(root, config_folder), lesson)
    convert(GenerateAssignment, assignment)
    return assignment.notebook("release")


def ensure_released(assignment: Assignment) -> None:
    """Let nbgrader release the lesson, unless release and gradebook are up to date with its source.

    Raises `ClassroomError`.
    """
    source = assignment.notebook("source")
    if not source.is_file():
        raise ClassroomError(
            f"{source}: there is no such notebook, and without it nothing can be released. "
            f"Run `make build` in the repository, or copy its solutions/{assignment.lesson}/ here."
        )
    if _is_up_to_date(assignment):
        return
    try:
        convert(GenerateAssignment, assignment)
    except ConversionFailed as failure:
        raise ClassroomError(
            f"{assignment.lesson} could not be released: {failure.reason} If the lesson has changed since "
            f"its first submissions were graded, move {assignment.course.root}/gradebook.db out of the way "
            "and grade again."
        ) from failure


def _is_up_to_date(assignment: Assignment) -> bool:
    expected = _expected_release(assignment)
    released = assignment.notebook("release")
    return (
        released.is_file()
        and released.read_bytes() == expected
        and _is_in_gradebook(assignment, nbformat.reads(expected.decode(), as_version=4))
    )


def _expected_release(assignment: Assignment) -> bytes:
    """Return the notebook that a release of the source gives, made in a temporary course folder."""
    root, lesson = assignment.course.root, assignment.lesson
    with tempfile.TemporaryDirectory() as scratch:
        copy = Assignment(Course(scratch, config_folder=root), lesson)
        shutil.copytree(assignment.folder("source"), copy.folder("source"))
        try:
            return generate_release(scratch, lesson, config_folder=root).read_bytes()
        except ConversionFailed as failure:
            raise ClassroomError(f"{lesson} could not be released: {failure.reason}") from failure


def _is_in_gradebook(assignment: Assignment, release: nbformat.NotebookNode) -> bool:
    """Whether the gradebook has the labelled cells of the release, with their points and checksums."""
    with Gradebook(assignment.course.folders.db_url, assignment.course.folders.course_id) as gradebook:
        try:
            notebook = gradebook.find_notebook(assignment.lesson, assignment.lesson)
        except MissingEntry:
            return False
        known = {cell.name for cell in notebook.source_cells}
        checksums = {cell.name: cell.checksum for cell in notebook.source_cells if cell.locked}
        points = {cell.name: cell.max_score for cell in notebook.grade_cells}
    labels = [label(cell) for cell in release.cells if label(cell)]
    return (
        known == {one.grade_id for one in labels}
        and checksums == {one.grade_id: one.checksum for one in labels if one.locked}
        and points == {one.grade_id: one.points for one in labels if one.grade}
    )
