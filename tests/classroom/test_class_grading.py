"""A class is graded in sandboxes or not at all, and what one submission does costs no other."""

import errno
import os
import signal

import pytest

from grader.classroom import class_grading, grading_process
from grader.classroom.class_grading import demand_sandbox
from grader.classroom.errors import ClassroomError
from grader.classroom.grading import grade
from grader.demo import LESSON, SampleSubmission
from grader.isolation import sandbox
from grader.isolation.limits import MIB
from tests.course_folder import short_class


@pytest.fixture
def course(tmp_path):
    return short_class(tmp_path / "course", [SampleSubmission(name) for name in ("ada", "bob", "cleo")])


@pytest.fixture
def before_grading(monkeypatch, tmp_path):
    """Has a function called with the number of the try before each submission is graded, in its process."""

    def install(function):
        grade_submission, tries = grading_process.grade_submission, tmp_path / "tries"
        tries.touch()

        def grade_after(*arguments):
            with tries.open("a") as opened:
                opened.write("x")
            function(len(tries.read_text()))
            return grade_submission(*arguments)

        monkeypatch.setattr(grading_process, "grade_submission", grade_after)
        return lambda: len(tries.read_text())

    return install


def test_without_a_sandbox_the_risk_is_named(monkeypatch):
    monkeypatch.setattr(sandbox, "_missing", lambda: "bubblewrap is not installed.")
    with pytest.raises(ClassroomError, match="(?s)bubblewrap is not installed.*") as error:
        demand_sandbox()
    assert str(error.value).endswith(sandbox.RISK)


@pytest.mark.parametrize("failing", [{1}, {1, 4}])
def test_what_may_be_the_machines_failure_is_tried_once_more_alone(course, quiet, before_grading, failing):
    def lack_memory(number):
        if number in failing:
            raise OSError(errno.ENOMEM, "Cannot allocate memory")

    tries = before_grading(lack_memory)
    ada, bob, cleo = grade(LESSON, course, jobs=1, console=quiet)
    assert tries() == 4
    assert ("Cannot allocate memory" in ada.failure) == (failing == {1, 4})
    assert (bob.score, cleo.score) == (16, 16)


def exhaust_memory(number):
    kept = []
    while number == 1:
        kept.append(bytearray(2**26))


def spin(number):
    while number == 1:
        pass


def die(number):
    if number == 1:
        os.kill(os.getpid(), signal.SIGUSR1)


@pytest.mark.parametrize(
    ("misdeed", "reason"),
    [(exhaust_memory, "more memory than"), (spin, "more than 5 s of processor time"), (die, "(SIGUSR1)")],
)
def test_what_exceeds_a_limit_costs_that_submission_alone(
    course, quiet, before_grading, monkeypatch, misdeed, reason
):
    monkeypatch.setattr(grading_process, "CPU_SECONDS", 5)
    monkeypatch.setattr(grading_process, "MEMORY", 512 * MIB)
    before_grading(misdeed)
    ada, bob, cleo = grade(LESSON, course, jobs=1, console=quiet)
    assert reason in ada.failure
    assert [(one.failure, one.score) for one in (bob, cleo)] == [("", 16), ("", 16)]


def test_without_a_sandbox_the_grading_stops_and_keeps_what_is_graded(course, quiet, before_grading):
    def lack_sandbox(number):
        if number == 2:
            raise sandbox.SandboxError("no user namespaces")

    tries = before_grading(lack_sandbox)
    with pytest.raises(ClassroomError, match="no user namespaces"):
        grade(LESSON, course, jobs=1, console=quiet)
    assert tries() == 3  # the third was under way
    ada, *_ = grade(LESSON, course, students=["ada"], console=quiet)
    assert tries() == 3 and ada.score == 16


def test_marks_are_written_in_batches(course, quiet, monkeypatch):
    sizes, record_marks = [], class_grading.record_marks

    def record(gradebook, lesson, graded):
        sizes.append(len(graded))
        record_marks(gradebook, lesson, graded)

    monkeypatch.setattr(class_grading, "record_marks", record)
    monkeypatch.setattr(class_grading, "BATCH", 2)
    assert [row.score for row in grade(LESSON, course, jobs=1, console=quiet)] == [16, 16, 16]
    assert sizes == [2, 1]
