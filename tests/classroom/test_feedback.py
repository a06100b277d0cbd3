"""A feedback page shows the picture of a widget, and loads nothing for it."""

import re
import shutil

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from nbgrader.converters import Autograde, GenerateAssignment, GenerateFeedback

from grader.classroom.course_folder import Course

WIDGET = """
import numpy as np
from utils.network import softmax
from utils.widgets import softmax_lab
softmax_lab(softmax, np.array([2.0, 1, 0]), 0)
"""


@pytest.mark.slow
def test_the_feedback_page_has_the_picture_and_no_script_of_a_widget(root, tmp_path):
    course = Course(tmp_path, like=root)
    source = course.notebook("source", "lesson")
    label = {"grade_id": "answer", "grade": True, "solution": True, "locked": False, "points": 1}
    label |= {"schema_version": 3, "task": False}
    cells = [new_code_cell(WIDGET), new_code_cell("answer = 1", metadata={"nbgrader": label})]
    source.parent.mkdir(parents=True)
    nbformat.write(new_notebook(cells=cells), source)
    course.convert(GenerateAssignment, "lesson")
    handed_in = course.notebook("submitted", "lesson", "student")
    shutil.copytree(course.folder("release", "lesson"), handed_in.parent)
    course.convert(Autograde, "lesson", "student")
    course.convert(GenerateFeedback, "lesson", "student")

    page = (course.folder("feedback", "lesson", "student") / "lesson.html").read_text()
    assert '<img alt="Bars: the logit, the probability' in page
    assert "jupyter-widgets" not in page and "widget-view" not in page
    loaded = re.findall(r"<(?:script|link|iframe)[^>]*(?:src|href)=[^>]*>", page)
    assert all("mathjax" in tag for tag in loaded)  # which nbgrader's own template loads
