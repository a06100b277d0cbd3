"""Assignments that are no lessons, in the same course, get the same marks as from stock nbgrader."""

import os
import shutil
from pathlib import Path

import nbgrader.docs
import pytest
from nbgrader.api import Gradebook

from grader.classroom.course.course_folder import CONFIG_TEXT
from tests.classroom.test_stock_nbgrader import NBGRADER
from tests.classroom.test_stock_nbgrader import nbgrader as command

EXAMPLE = Path(nbgrader.docs.__path__[0]) / "source" / "user_guide"
STOCK = 'c = get_config()\nc.CourseDirectory.source_directory = "solutions"\n'


def graded(course, config):
    """Release and grade nbgrader's example in a new course folder: {(student, notebook, cell): score}."""
    course.mkdir()
    (course / "nbgrader_config.py").write_text(config)
    shutil.copytree(EXAMPLE / "source" / "ps1", course / "solutions" / "ps1")
    shutil.copytree(EXAMPLE / "submitted", course / "submitted")
    shutil.copytree(EXAMPLE / "source" / "ps1", course / "submitted" / "solved" / "ps1")
    path = os.pathsep.join([str(NBGRADER.parent), os.environ["PATH"]])
    for step in ("generate_assignment", "autograde", "generate_feedback"):
        command(step, "ps1", cwd=course, PATH=path)
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            (submission.student.id, notebook.name, grade.name): (grade.auto_score, grade.needs_manual_grade)
            for submission in gradebook.assignment_submissions("ps1")
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nbgraders_example_course_gets_the_same_marks(tmp_path):
    ours, stock = graded(tmp_path / "ours", CONFIG_TEXT), graded(tmp_path / "stock", STOCK)
    assert ours == stock
    assert {student for student, *_ in ours} == {"bitdiddle", "hacker", "solved"}
    assert len({score for score, _ in ours.values()}) > 2  # none, some and all points
