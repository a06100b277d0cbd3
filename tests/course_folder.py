"""A course folder with one lesson, cut down to its graded cells: a submission runs in seconds."""

from pathlib import Path

import nbformat
import tensorflow  # noqa: F401 - else each course imports it in a process of its own, for its references

from grader.authoring.instructor_notebook import instructor_notebook
from grader.classroom.course.course_folder import Course
from grader.demo import LESSON, make_class
from grader.learner.library_code import ROOT


def short_source(folder: Path, lesson: str = LESSON) -> Path:
    """Write the instructor's notebook with nothing but graded cells and what they need."""
    nb = instructor_notebook(ROOT / "solutions" / f"{lesson}.py")
    imports = "import numpy as np\nfrom utils.network import *"
    graded = [cell for cell in nb.cells if "nbgrader" in cell.metadata]
    nb.cells = [graded[0], nbformat.v4.new_code_cell(imports, id="imports"), *graded[1:]]
    source = folder / lesson
    source.mkdir(parents=True)
    nbformat.write(nb, source / f"{lesson}.ipynb")
    return source


def short_class(course: Path, submissions, lesson: str = LESSON) -> Path:
    """A course folder in which `submissions` of the short lesson are handed in."""
    make_class(course, submissions, source=short_source(course.parent / f"{course.name}-source", lesson))
    return course


def submitted(course: Path, student: str) -> Path:
    return course / "submitted" / student / LESSON / f"{LESSON}.ipynb"


def feedback(course: Path, student: str) -> Path:
    return course / "feedback" / student / LESSON / f"{LESSON}.html"


def autograded(course: Path, student: str) -> Path:
    return course / "autograded" / student / LESSON / f"{LESSON}.ipynb"


def run_converter(converter, course: Course, student: str, lesson: str = LESSON) -> None:
    """Run a converter of nbgrader for a submission, as nbgrader's commands do with --force."""
    folders = course.nbgrader_folders(assignment_id=lesson, student_id=student)
    converter(coursedir=folders, config=course.config.copy(), log=course.log, force=True).start()
