"""One process writes, and a submission that cannot be written to the end is reported."""

import sys
import threading

import pytest

from grader.classroom import grading_process
from grader.classroom.course.course_folder import Course
from grader.classroom.errors import ClassroomError
from grader.classroom.fingerprint import RECEIPT_FILE
from grader.classroom.grading import grade
from grader.classroom.writer_lock import only_writer
from grader.demo import LESSON, SampleSubmission
from grader.demo.submissions import FULL_SOLUTION
from tests.course_folder import autograded, feedback, short_class, submitted


@pytest.mark.slow
def test_a_locked_gradebook_is_reported_and_can_be_tried_again(tmp_path, quiet, locked_gradebook):
    course = short_class(tmp_path / "course", [FULL_SOLUTION])
    with locked_gradebook(course):
        [row] = grade(LESSON, course, console=quiet)
    assert "gradebook.db" in row.failure and "locked" in row.failure
    [row] = grade(LESSON, course, console=quiet)
    assert (row.failure, row.score) == ("", 16)


@pytest.mark.skipif(sys.platform == "win32", reason="no such lock there")
def test_only_one_writer(empty_course):
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with only_writer(Course(empty_course)):
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
    monkeypatch.setattr(grading_process, "PAGE_SECONDS", 1e-4)
    (row,) = grade(LESSON, course, console=quiet)
    assert "its feedback page takes more than" in row.failure


def test_a_time_stamp_that_is_none_costs_no_other_submission(tmp_path, quiet):
    course = short_class(tmp_path / "course", [SampleSubmission("ada"), SampleSubmission("bob")])
    (submitted(course, "ada").parent / "timestamp.txt").write_text("yesterday")
    (submitted(course, "bob").parent / "timestamp.txt").write_text("2026-01-31 23:59:00 UTC")
    ada, bob = grade(LESSON, course, console=quiet)
    assert "timestamp.txt" in ada.failure
    assert (bob.failure, bob.score) == ("", 16)


def test_no_file_that_is_handed_in_takes_the_place_of_one_that_grading_writes(tmp_path, quiet, monkeypatch):
    course = short_class(tmp_path / "course", [SampleSubmission("ada"), SampleSubmission("bob")])
    for name in (f"{LESSON}.html", RECEIPT_FILE, "data.html"):
        (submitted(course, "ada").parent / name).write_text("<script>alert(1)</script>")
    (submitted(course, "bob").parent / f"{LESSON}.html").mkdir()
    rows = grade(LESSON, course, console=quiet)
    assert [row.failure for row in rows] == ["", ""]
    page = feedback(course, "ada").read_text()
    assert "Feedback for ada" in page and "<script" not in page
    assert "<script" not in (autograded(course, "ada").parent / RECEIPT_FILE).read_text()
    assert (feedback(course, "ada").parent / "data.html").exists()
