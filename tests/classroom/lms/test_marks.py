"""A mark is final if it is of what is handed in now, and if nobody is still to give a part of it."""

import os

import pytest

from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.course_folder import Course
from grader.classroom.lms.marks import Mark, read_marks
from grader.classroom.noted_failures import note_failures
from grader.classroom.receipts import Receipt, release_fingerprint, write_receipt
from grader.demo import LESSON
from tests.course_folder import submitted

STALE = "to be graded again: submission or lesson has changed"


@pytest.fixture
def assignment(marked_course):
    return Assignment(Course(marked_course), LESSON)


def not_final(assignment):
    return {mark.student: mark.not_final for mark in read_marks(assignment)}


def test_why_marks_are_not_final(assignment):
    assert not_final(assignment) == {
        "ada": "",
        "bob": "4 points wait to be marked by hand",
        "cyd": "4 points are to be marked again by hand",
        "dan": STALE,
        "eve": "not graded yet",
        "fay": "",
    }
    assert read_marks(assignment)[0] == Mark("ada", 8.125, 10)


def test_a_receipt_says_what_was_graded(assignment, marked_course):
    release = assignment.notebook("release")
    release.parent.mkdir(parents=True)
    release.write_text('{"cells": []}')
    for student in ("ada", "fay"):
        write_receipt(Submission(assignment, student), Receipt(), release_fingerprint(assignment))
    assert not_final(assignment)["ada"] == not_final(assignment)["fay"] == ""
    submitted(marked_course, "ada").write_text('{"cells": []}')
    os.utime(submitted(marked_course, "ada"), (1, 1))
    assert (not_final(assignment)["ada"], not_final(assignment)["fay"]) == (STALE, "")
    release.write_text('{"cells": [], "metadata": {}}')
    assert not_final(assignment)["fay"] == ""
    cell = '{"cell_type": "code", "source": "x", "metadata": {}}'
    release.write_text(f'{{"cells": [{cell}]}}')
    assert not_final(assignment)["fay"] == STALE


def test_a_submission_without_a_graded_notebook_is_to_be_graded(assignment):
    assignment.notebook("autograded", "ada").unlink()
    assert not_final(assignment)["ada"] == STALE
    submission = assignment.notebook("submitted", "ada")
    submission.unlink()
    submission.parent.rmdir()
    assert not_final(assignment)["ada"] == ""


def test_why_a_submission_could_not_be_graded(assignment):
    eve, ada = Submission(assignment, "eve"), Submission(assignment, "ada")
    note_failures(assignment, [eve, ada], {eve: "It is empty.", ada: "It was late."}, "")
    found = not_final(assignment)
    assert (found["eve"], found["ada"]) == ("could not be graded: It is empty", "")
