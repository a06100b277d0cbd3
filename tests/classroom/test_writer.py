"""One process writes, and a submission that cannot be written to the end is reported."""

import sqlite3
import sys
import threading

import pytest

from grader.classroom import writer
from grader.classroom.course.course_folder import Course
from grader.classroom.errors import ClassroomError
from grader.classroom.grading import grade
from grader.demo import LESSON, SampleSubmission
from grader.demo.submissions import FULL_SOLUTION
from tests.course_folder import short_class


@pytest.mark.slow
def test_a_locked_gradebook_is_reported_and_can_be_tried_again(tmp_path, quiet, monkeypatch):
    course = short_class(tmp_path / "course", [FULL_SOLUTION])
    record_run = writer.record_run

    def record_while_locked(*arguments):
        with sqlite3.connect(course / "gradebook.db") as other:
            other.execute("BEGIN EXCLUSIVE")
            record_run(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(writer, "record_run", record_while_locked)
        [row] = grade(LESSON, course, console=quiet)
    assert "database is locked" in row.failure
    [row] = grade(LESSON, course, console=quiet)
    assert (row.failure, row.score) == ("", 16)


@pytest.mark.skipif(sys.platform == "win32", reason="no such lock there")
def test_only_one_writer(empty_course):
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with writer.only_writer(Course(empty_course)):
            entered.set()
            leave.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(30)
    try:
        with pytest.raises(ClassroomError, match="another process"):
            grade(LESSON, empty_course)
    finally:
        leave.set()
        holder.join()


def test_a_page_that_takes_too_long_is_given_up(tmp_path, quiet, monkeypatch):
    course = short_class(tmp_path / "course", [SampleSubmission("ada")])
    monkeypatch.setattr(writer, "FEEDBACK_SECONDS", 0.05)
    (row,) = grade(LESSON, course, console=quiet)
    assert "its feedback page takes more than" in row.failure
