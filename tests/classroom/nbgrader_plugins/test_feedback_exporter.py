"""nbgrader's own command makes the page that `render_page` makes."""

import json

import pytest
from nbgrader.api import Gradebook
from nbgrader.converters import GenerateFeedback

from grader.classroom.course.course_folder import Course
from grader.classroom.grading import grade
from grader.classroom.page.page import render_page
from grader.classroom.records import CellGrade, Grades
from grader.classroom.repair.read_notebook import read_release
from grader.demo import LESSON, SampleSubmission
from tests.classroom.page.html_structure import assert_harmless
from tests.course_folder import autograded, feedback, run_converter, short_class

pytestmark = pytest.mark.slow


def read_outputs(path):
    """An autograded notebook as plain data, its outputs not split into lines either."""
    notebook = read_release(path)
    for output in (one for cell in notebook["cells"] for one in cell.get("outputs", [])):
        joined = {k: "".join(v) if isinstance(v, list) else v for k, v in output.get("data", {}).items()}
        output |= {"data": joined} if joined else {}
        output |= {"text": "".join(output["text"])} if "text" in output else {}
    return json.loads(json.dumps(notebook))


def test_the_command_makes_the_page_with_the_grades_of_the_gradebook(tmp_path, quiet):
    course = short_class(tmp_path / "course", [SampleSubmission("ada")])
    grade(LESSON, course, console=quiet)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.find_grade("test_hidden_delta", LESSON, LESSON, "ada").manual_score = 1
        gradebook.find_comment("answer", LESSON, LESSON, "ada").manual_comment = "Well <said>."
        gradebook.db.commit()
    run_converter(GenerateFeedback, Course(course), "ada")

    page = feedback(course, "ada").read_text(encoding="utf-8")
    text = assert_harmless(page).text
    assert "15 of 20 points so far" in text and "Well <said>." in text and "by hand" in text
    points = {"numerical_gradient": 2, "output_delta": 1, "parameter_gradients": 2, "hidden_delta": 2}
    points |= {"backward": 4, "per_example_gradients": 3, "input_gradient": 2}
    cells = {f"test_{name}": CellGrade(float(score), float(score)) for name, score in points.items()}
    cells |= {"test_hidden_delta": CellGrade(1.0, 2.0), "answer": CellGrade(0.0, 4.0, is_waiting=True)}
    grades = Grades(15.0, 20.0, cells=cells, comments={"answer": "Well <said>."})
    assert page == render_page(read_outputs(autograded(course, "ada")), grades, LESSON, "ada")
