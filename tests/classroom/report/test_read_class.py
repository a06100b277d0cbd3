"""The report on a class that was graded, from what grading left in its folder."""

import pytest

from grader.classroom.course.assignment import Assignment
from grader.classroom.course.course_folder import Course
from grader.classroom.errors import ClassroomError
from grader.classroom.grading import grade
from grader.classroom.report.read_class import report_on_class
from grader.classroom.report.write_report import write_report
from grader.demo import LESSON
from grader.demo.submissions import FULL_SOLUTION, MISSING_MEAN, RAISES
from tests.course_folder import short_class, submitted


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    from rich.console import Console

    folder = short_class(tmp_path_factory.mktemp("class") / "course", [FULL_SOLUTION, MISSING_MEAN, RAISES])
    lost = submitted(folder, "lost")
    lost.parent.mkdir(parents=True)
    lost.write_text("no notebook")
    grade(LESSON, folder, console=Console(quiet=True))
    return folder


def test_what_was_found(course):
    report = report_on_class(LESSON, course)
    lines = {one.name: one.line for one in report.found}
    assert lines["missing-mean"] == "return A - Y"
    assert lines["raises"] == "db = np.sum(name1, axis=0)"
    assert {row.student: row.failure for row in report.failed} == {
        "lost": f"{LESSON}.ipynb is not a notebook that can be read. Ask for it again."
    }
    assert report.earlier == "" and len(report.for_a_person) == 3


def test_the_page_links_to_the_feedback_pages_that_are_there(course):
    file = course / "some where" / "page.html"
    write_report(report_on_class(LESSON, course), file, course)
    html = file.read_text()
    assert f'<a href="../feedback/raises/{LESSON}/{LESSON}.html">' in html
    assert html.count("feedback/lost") == 0


def test_a_lesson_without_grades(course, empty_course):
    with pytest.raises(ClassroomError, match="There are no submissions for 01_logistic_regression"):
        report_on_class(LESSON, course, since="01_logistic_regression")
    with pytest.raises(ClassroomError, match="There are no submissions"):
        report_on_class(LESSON, empty_course)


def test_a_class_that_waits_to_be_graded(tmp_path):
    course = short_class(tmp_path / "course", [FULL_SOLUTION])
    with pytest.raises(ClassroomError, match="Grade them first"):
        report_on_class(LESSON, course)
    Assignment(Course(course), LESSON).notebook("release").unlink()
    with pytest.raises(ClassroomError, match="Grade them first"):
        report_on_class(LESSON, course)


def test_a_file_that_cannot_be_written(course):
    (course / "file").write_text("")
    with pytest.raises(ClassroomError, match="cannot be written"):
        write_report(report_on_class(LESSON, course), course / "file" / "page.html", course)
