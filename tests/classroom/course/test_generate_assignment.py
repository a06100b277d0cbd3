"""nbgrader's converters run silently; a failure has the exception that nbgrader logged."""

import pytest

from grader.classroom.course.assignment import Assignment
from grader.classroom.course.course_folder import Course
from grader.classroom.course.generate_assignment import ConversionFailed, generate_assignment


def test_the_reason_is_the_exception_of_the_first_traceback():
    traceback = "Traceback (most recent call last):\n  File x, line 1\n    call()\nKeyError: 'x'\n\nmore"
    failure = ConversionFailed(["There was an error", traceback, "Traceback\n  File y\nOther: z"])
    assert failure.reason == "KeyError: 'x'"
    assert str(failure).startswith("There was an error\nTraceback")
    assert ConversionFailed([" no traceback \n", "more"]).reason == "no traceback"


def test_what_nbgrader_logs_as_an_error_is_in_the_exception(empty_course, capfd):
    assignment = Assignment(Course(empty_course), "99_magic")
    with pytest.raises(ConversionFailed, match="99_magic"):
        generate_assignment(assignment)
    assert capfd.readouterr() == ("", "")
