"""Where a class cannot be graded, the message says what to do."""

import pytest

from grader.classroom.course.assignment import Assignment
from grader.classroom.course.course_folder import LOG_FILE, Course
from grader.classroom.errors import ClassroomError
from grader.classroom.grading import grade
from grader.classroom.preconditions import demand_shipped_steps, find_submissions, open_course
from grader.demo import LESSON, SampleSubmission
from tests.course_folder import short_class


def test_unknown_lesson(tmp_path):
    with pytest.raises(ClassroomError, match=f"99_magic.*{LESSON}"):
        grade("99_magic", tmp_path)


def test_no_course_folder(tmp_path):
    with pytest.raises(ClassroomError, match="has no nbgrader_config.py.*grader init"):
        grade(LESSON, tmp_path)


def test_no_submissions(empty_course, quiet):
    with pytest.raises(ClassroomError, match="no submissions for .*submitted/STUDENT"):
        grade(LESSON, empty_course, console=quiet)


def test_unknown_student(tmp_path, quiet):
    course = short_class(tmp_path / "course", [SampleSubmission("somebody", is_untouched=True)])
    with pytest.raises(ClassroomError, match="from nobody.*somebody"):
        grade(LESSON, course, ["nobody"], console=quiet)


def test_submissions_are_found_by_student(tmp_path):
    students = [SampleSubmission(name, is_untouched=True) for name in ("zoe", "ada")]
    assignment = Assignment(Course(short_class(tmp_path / "course", students)), LESSON)
    assert [one.student for one in find_submissions(assignment)] == ["ada", "zoe"]
    assert [one.student for one in find_submissions(assignment, ["zoe", "zoe"])] == ["zoe"]


def test_an_open_course_logs_in_its_folder(empty_course):
    course = open_course(empty_course, is_isolated=False)
    course.log.error("something")
    assert "ERROR something" in (empty_course / LOG_FILE).read_text()
    assert course.config.Run.is_isolated is False
    assert "is_isolated" not in open_course(empty_course).config.Run


def test_the_shipped_steps_are_taken(empty_course):
    demand_shipped_steps(Course(empty_course))


@pytest.mark.parametrize(
    "line",
    [
        "c.Autograde.autograde_preprocessors = ['nbgrader.preprocessors.Execute']",
        "c.Autograde.sanitize_preprocessors.append('mine.Step')",
        "c.Autograde.create_student = False",
        "c.IgnorePattern.pattern = 'x'",
    ],
)
def test_steps_that_grade_would_not_take_are_refused(empty_course, line, quiet):
    with open(empty_course / "nbgrader_config.py", "a") as file:
        file.write(line + "\n")
    with pytest.raises(ClassroomError, match=f"{line[:14]}.*nbgrader autograde"):
        grade(LESSON, empty_course, console=quiet)
