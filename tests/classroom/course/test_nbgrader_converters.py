"""nbgrader's converters run silently; a failure has the exception that nbgrader logged."""

import re
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback

from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.course_folder import Course
from grader.classroom.course.nbgrader_converters import ConversionFailed, convert, run_submission
from grader.classroom.errors import BadSubmission
from grader.classroom.grading import grade
from grader.demo import LESSON, SampleSubmission
from tests.course_folder import short_class

WIDGET = """
import numpy as np
from utils.network import softmax
from utils.widgets import softmax_lab
softmax_lab(softmax, np.array([2.0, 1, 0]), 0)
"""


def test_the_reason_is_the_exception_of_the_first_traceback():
    traceback = "Traceback (most recent call last):\n  File x, line 1\n    call()\nKeyError: 'x'\n\nmore"
    failure = ConversionFailed(["There was an error", traceback, "Traceback\n  File y\nOther: z"])
    assert failure.reason == "KeyError: 'x'"
    assert str(failure).startswith("There was an error\nTraceback")
    assert ConversionFailed([" no traceback \n", "more"]).reason == "no traceback"


def test_what_nbgrader_logs_as_an_error_is_in_the_exception(empty_course, capfd):
    assignment = Assignment(Course(empty_course), "99_magic")
    with pytest.raises(ConversionFailed, match="99_magic"):
        convert(GenerateAssignment, assignment)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("student", ["a*", "?da", "[a-z]da"])
def test_a_name_that_is_a_pattern_is_refused(empty_course, student):
    assignment = Assignment(Course(empty_course), LESSON)
    with pytest.raises(BadSubmission, match="Rename it"):
        convert(Autograde, assignment, student)
    with pytest.raises(BadSubmission, match="Rename it"):
        run_submission(Submission(assignment, student))


def test_folders_whose_names_are_patterns_count_for_nobody(tmp_path, quiet):
    patterns = ("a*", "?da", "[a-z]da")
    others = [SampleSubmission(f"zoe{number}", is_untouched=True) for number in range(len(patterns))]
    course = short_class(tmp_path / "course", [SampleSubmission("ada"), *others])
    for other, name in zip(others, patterns, strict=True):
        (course / "submitted" / other.name).rename(course / "submitted" / name)
    rows = {row.student: row for row in grade(LESSON, course, console=quiet)}
    assert rows["ada"].score == 16
    assert all("Rename it" in rows[name].failure for name in patterns)


@pytest.mark.slow
def test_the_feedback_page_has_the_picture_and_no_script_of_a_widget(root, tmp_path):
    assignment = Assignment(Course(tmp_path, config_folder=root), "lesson")
    source = assignment.notebook("source")
    label = {"grade_id": "answer", "grade": True, "solution": True, "locked": False, "points": 1}
    label |= {"schema_version": 3, "task": False}
    cells = [new_code_cell(WIDGET), new_code_cell("answer = 1", metadata={"nbgrader": label})]
    source.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells), source)
    convert(GenerateAssignment, assignment)
    handed_in = assignment.notebook("submitted", "student")
    shutil.copytree(assignment.folder("release"), handed_in.parent)
    convert(Autograde, assignment, "student")
    convert(GenerateFeedback, assignment, "student")

    page = (assignment.folder("feedback", "student") / "lesson.html").read_text()
    assert '<img alt="Bars: the logit, the probability' in page
    assert "jupyter-widgets" not in page and "widget-view" not in page
    loaded = re.findall(r"<(?:script|link|iframe)[^>]*(?:src|href)=[^>]*>", page)
    assert all("mathjax" in tag for tag in loaded)  # which nbgrader's own template loads
