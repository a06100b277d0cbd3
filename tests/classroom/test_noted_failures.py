"""Why a submission could not be graded is known until it, or the lesson, changes or is graded."""

import pytest

from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.course_folder import Course
from grader.classroom.noted_failures import note_failures, read_failures
from grader.demo import LESSON


@pytest.fixture
def submissions(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    assignment = Assignment(Course(tmp_path), LESSON)
    found = [Submission(assignment, student) for student in ("ada", "bob")]
    for one in found:
        one.folder("submitted").mkdir(parents=True)
        one.notebook("submitted").write_text("no notebook")
    return found


def test_a_failure_is_known_until_something_changes(submissions):
    ada, bob = submissions
    note_failures(ada.assignment, submissions, {ada: "It is empty.", bob: "It is late."}, "release")
    assert read_failures(ada.assignment, submissions, "release") == {ada: "It is empty.", bob: "It is late."}
    assert read_failures(ada.assignment, [ada], "release") == {ada: "It is empty."}
    assert read_failures(ada.assignment, submissions, "another") == {}
    bob.notebook("submitted").write_text("another")
    assert list(read_failures(ada.assignment, submissions, "release")) == [ada]


def test_others_are_kept_and_what_succeeds_is_forgotten(submissions):
    ada, bob = submissions
    note_failures(ada.assignment, submissions, {ada: "It is empty.", bob: "It is late."}, "release")
    note_failures(ada.assignment, [ada], {}, "release")
    assert read_failures(ada.assignment, submissions, "release") == {bob: "It is late."}
    note_failures(ada.assignment, [bob], {}, "release")
    assert not list(ada.assignment.course.root.glob(".grading.*"))


def test_a_damaged_note_says_nothing(submissions):
    ada, _ = submissions
    note_failures(ada.assignment, submissions, {ada: "It is empty."}, "release")
    [file] = ada.assignment.course.root.glob(".grading.failures.*")
    file.write_text("{")
    assert read_failures(ada.assignment, submissions, "release") == {}
