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
from grader.classroom.cells import grade_id, id_of_test, is_answer, is_written_answer
from grader.classroom.course.assignment import Assignment
from grader.classroom.course.course_folder import CONFIG_FILE, CONFIG_TEXT, LOG_FILE, Course
from grader.classroom.course.release import ensure_released
from grader.classroom.course.shipped_files import SHIPPED
from grader.classroom.errors import ClassroomError
from grader.demo.submissions import CLASS, LESSON, WRITTEN_ANSWER, SampleSubmission
from grader.demo.variations import vary

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
    lesson = source.name
    if not source.is_dir():
        raise ClassroomError(f"{source} is not there. Run `make build` in {SHIPPED} first.")
    course.mkdir(parents=True, exist_ok=True)
    (course / CONFIG_FILE).write_text(CONFIG_TEXT + _SHORT_TIMEOUT)
    shutil.copytree(source, course / "solutions" / lesson)
    assignment = Assignment(Course(course, log_file=course / LOG_FILE), lesson)
    ensure_released(assignment)
    hand_in(course, submissions, lesson)


def hand_in(course: Path, submissions: Iterable[SampleSubmission], lesson: str = LESSON) -> None:
    """Write the notebooks of the submissions into a course folder that has the lesson released."""
    assignment = Assignment(Course(course), lesson)
    released, solved = (
        nbformat.read(assignment.notebook(step), as_version=4) for step in ("release", "source")
    )
    for submission in submissions:
        submitted = assignment.notebook("submitted", submission.name)
        submitted.parent.mkdir(parents=True)
        nbformat.write(filled_in(deepcopy(released), solved, submission), submitted)


def filled_in(released: NotebookNode, solved: NotebookNode, submission: SampleSubmission) -> NotebookNode:
    """Change the release in place to what a learner hands in, and return it."""
    answers = {} if submission.is_untouched else {**_solutions(solved), **submission.answers}
    for cell in released.cells:
        if is_answer(cell):
            cell.source = answers.get(grade_id(cell), cell.source)
        elif is_written_answer(cell) and not submission.is_untouched:
            cell.source = WRITTEN_ANSWER
    deleted = {id_of_test(exercise) for exercise in submission.without_tests}
    released.cells = [cell for cell in released.cells if cell.id not in deleted]
    if submission.variation is not None:
        vary(released, submission)
    return released


def _solutions(solved: NotebookNode) -> dict[str, str]:
    """Return the model solution of each exercise, without the marks of its solution regions."""
    return {grade_id(cell): _REGION_MARK.sub("", cell.source) for cell in solved.cells if is_answer(cell)}
