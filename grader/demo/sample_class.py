"""Makes a course folder in which the sample class has handed in its notebooks."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader.authoring.labels import BEGIN, END
from grader.classroom.cells import Notebook, grade_id, id_of_test, is_answer, is_written_answer
from grader.classroom.course.assignment import TIMESTAMP_FILE, Assignment
from grader.classroom.course.course_folder import CONFIG_FILE, CONFIG_TEXT, LOG_FILE, Course
from grader.classroom.course.release import ensure_released
from grader.classroom.errors import ClassroomError
from grader.demo.submissions import CLASS, LESSON, WRITTEN_ANSWER, SampleSubmission
from grader.demo.variations import vary
from grader.lessons.shipped_files import SHIPPED

_SHORT_TIMEOUT = "c.Run.cell_seconds = 20  # an endless loop should not hold up the demonstration\n"
_REGION_MARK = re.compile(rf"^\s*({BEGIN}|{END})\n?", re.MULTILINE)


def make_class(
    course: Path,
    submissions: Iterable[SampleSubmission] = CLASS,
    source: Path = SHIPPED / "solutions" / LESSON,
) -> None:
    """Turn the empty folder `course` into a course folder with the lesson released and handed in.

    `source` is the folder with the instructor's notebook, named after the lesson. Raises `ClassroomError` if
    it is not there, or the lesson cannot be released.
    """
    release_lesson(course, source)
    hand_in(course, submissions, source.name)


def release_lesson(course: Path, source: Path) -> Assignment:
    """Make `course` a course folder, unless it is one, and release the lesson of `source` in it.

    Raises `ClassroomError` as `make_class` does.
    """
    if not source.is_dir():
        raise ClassroomError(f"{source} is not there. Run `make build` in {SHIPPED} first.")
    course.mkdir(parents=True, exist_ok=True)
    if not (course / CONFIG_FILE).exists():
        (course / CONFIG_FILE).write_text(CONFIG_TEXT + _SHORT_TIMEOUT)
    assignment = Assignment(Course(course, log_file=course / LOG_FILE), source.name)
    if not assignment.folder("source").exists():
        shutil.copytree(source, assignment.folder("source"))
    ensure_released(assignment)
    return assignment


def hand_in(course: Path, submissions: Iterable[SampleSubmission], lesson: str = LESSON) -> None:
    """Write the notebooks of the submissions into a course folder that has the lesson released."""
    assignment = Assignment(Course(course), lesson)
    released, solved = (
        nbformat.read(assignment.notebook(step), as_version=4) for step in ("release", "source")
    )
    for submission in submissions:
        submitted = assignment.notebook("submitted", submission.name)
        submitted.parent.mkdir(parents=True)
        nbformat.write(filled_in(deepcopy(released), solved, submission, lesson), submitted)
        if submission.timestamp:
            (submitted.parent / TIMESTAMP_FILE).write_text(submission.timestamp)


def filled_in(
    released: NotebookNode, solved: NotebookNode, submission: SampleSubmission, lesson: str = LESSON
) -> NotebookNode:
    """Change the release in place to what a learner hands in, and return it."""
    answers = {} if submission.is_untouched else {**solutions(solved), **submission.answers}
    for cell in released.cells:
        if is_answer(cell) and grade_id(cell) not in submission.unattempted:
            cell.source = answers.get(grade_id(cell), cell.source)
        elif is_written_answer(cell) and not submission.is_untouched:
            cell.source = WRITTEN_ANSWER
    deleted = {id_of_test(exercise) for exercise in submission.without_tests}
    released.cells = [cell for cell in released.cells if grade_id(cell) not in deleted]
    if submission.variation is not None:
        vary(released, submission, lesson)
    if not submission.has_labels:
        for cell in released.cells:
            cell.metadata.pop("nbgrader", None)
    return released


def solutions(solved: Notebook) -> dict[str, str]:
    """Return the lesson's solution of each exercise, without the marks of its solution regions."""
    cells = filter(is_answer, solved["cells"])
    return {grade_id(cell): _REGION_MARK.sub("", cell["source"]) for cell in cells}
