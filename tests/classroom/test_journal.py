"""What is graded and not yet written is not lost, and not graded again."""

import os
import signal
import subprocess
import sys
import time

import pytest
from click.testing import CliRunner

from grader.classroom import class_grading, grading_process
from grader.classroom.answers import Graded
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.course_folder import Course
from grader.classroom.file_access import draft_of
from grader.classroom.grading import grade
from grader.classroom.journal import FOLDER, Journal
from grader.cli import app
from grader.demo import LESSON, SampleSubmission
from grader.learner.library_code import ROOT
from tests.classroom.graded_class import files, marks
from tests.course_folder import short_class, submitted

GRADED = Graded(b"{}", {"test_f": 1.0}, verdicts={"f": {"status": "correct"}})
NAMES = ("ada", "bob", "cleo")


@pytest.fixture
def course(tmp_path):
    return short_class(tmp_path / "course", [SampleSubmission(name) for name in NAMES])


@pytest.fixture
def submissions(course):
    assignment = Assignment(Course(course), LESSON)
    return [Submission(assignment, name) for name in NAMES]


def test_what_is_kept_is_found_until_it_is_removed(course, submissions):
    ada, bob, _ = submissions
    Journal(course, "release").add(ada, GRADED)
    assert Journal(course, "release").find(submissions) == {ada: GRADED}
    assert Journal(course, "another release").find(submissions) == {}
    Journal(course, "release").remove(bob)
    Journal(course, "release").remove(ada)
    assert not (course / FOLDER).exists()


def test_what_is_of_another_submission_is_not_found(course, submissions):
    journal = Journal(course, "release")
    journal.add(submissions[0], GRADED)
    with open(submitted(course, "ada"), "a") as opened:
        opened.write("\n")
    assert journal.find(submissions) == {}


@pytest.mark.parametrize("cut", [0, 10, -10])
def test_what_is_damaged_is_not_found(course, submissions, cut):
    journal = Journal(course, "release")
    journal.add(submissions[0], GRADED)
    [file] = (course / FOLDER).iterdir()
    file.write_bytes(file.read_bytes()[:cut].replace(b'["Graded"', b'["Other"'))
    assert journal.find(submissions) in ({}, {submissions[0]: GRADED}) or cut == -10


def test_what_is_written_to_its_end_is_tidied_away(course, submissions):
    ada, bob, _ = submissions
    journal = Journal(course, "release")
    for submission in (ada, bob):
        journal.add(submission, GRADED)
    draft_of(course / FOLDER / "half").write_bytes(b"half")
    journal.tidy([ada])
    assert journal.find(submissions) == {bob: GRADED}
    journal.tidy([bob])
    assert not (course / FOLDER).exists()


@pytest.mark.slow
def test_a_locked_gradebook_costs_no_grading(course, quiet, monkeypatch, locked_gradebook):
    with locked_gradebook(course):
        assert all("in use" in row.failure for row in grade(LESSON, course, console=quiet))
    assert len(list((course / FOLDER).iterdir())) == 3
    with monkeypatch.context() as patch:
        patch.setattr(grading_process, "grade_submission", lambda *_: 1 / 0)
        assert [(row.failure, row.score) for row in grade(LESSON, course, console=quiet)] == [("", 16)] * 3
    assert not (course / FOLDER).exists()


@pytest.mark.slow
def test_an_interrupt_says_how_to_go_on(course, monkeypatch):
    monkeypatch.chdir(course)
    grade_submission, begun = grading_process.grade_submission, course / "begun"

    def wait_at_the_second(*arguments):
        if begun.exists():
            time.sleep(60)
        begun.touch()
        return grade_submission(*arguments)

    def interrupt(*_):
        if (course / FOLDER).exists():
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(grading_process, "grade_submission", wait_at_the_second)
        patch.setattr(class_grading, "BATCH_SECONDS", 1000)
        patch.setattr(class_grading.GradingProgress, "refresh", lambda self, *longest: interrupt(*longest))
        result = CliRunner().invoke(app, ["grade", LESSON, "--jobs", "1"])
    assert result.exit_code == 130
    assert "Interrupted: 0 of 3 are graded and written. Nothing is lost." in result.output
    assert len(list((course / FOLDER).iterdir())) == 1
    result = CliRunner().invoke(app, ["grade", LESSON])
    assert result.exit_code == 0


def running(course):
    command = [sys.executable, "-m", "grader", "grade", LESSON, "--jobs", "2"]
    return subprocess.Popen(command, cwd=course, env={**os.environ, "PYTHONPATH": str(ROOT)})


@pytest.mark.slow
def test_a_grader_that_is_killed_loses_nothing(tmp_path):
    students = [SampleSubmission(f"student-{number:02}") for number in range(12)]
    course = short_class(tmp_path / "course", students)
    assert running(course).wait() == 0
    expected = marks(course), files(course)
    for seconds in (0.4, 1.2, 1.6, 2.0, 2.4):
        for name in ("autograded", "feedback"):
            for folder in (course / name).iterdir():
                subprocess.run(["rm", "-rf", folder], check=True)
        grader = running(course)
        time.sleep(seconds)
        grader.send_signal(signal.SIGKILL)
        grader.wait()
        assert running(course).wait() == 0
        assert (marks(course), files(course)) == expected
        assert not (course / FOLDER).exists()
