"""Why a submission could not be graded, in a sentence or two."""

import errno

import pytest

from grader.classroom.errors import BadSubmission, ClassroomError
from grader.classroom.failure_reasons import failure_of
from grader.classroom.grading import grade
from grader.classroom.repair.read_notebook import UnreadableNotebook
from grader.demo import LESSON, SampleSubmission
from grader.isolation.sandbox import RISK, SandboxError, SlowStart
from tests.course_folder import short_class, submitted


@pytest.mark.parametrize(
    ("failure", "reason"),
    [
        (UnreadableNotebook("x"), f"{LESSON}.ipynb is not a notebook that can be read. Ask for it again."),
        (BadSubmission("data.txt is a link."), "data.txt is a link."),
        (ClassroomError("The gradebook is locked."), "The gradebook is locked."),
        (ValueError("x"), "ValueError: x (details in grading.log)"),
        (ZeroDivisionError("oh"), "ZeroDivisionError: oh (details in grading.log)"),
    ],
)
def test_the_reason_of_a_failure(failure, reason):
    assert failure_of(failure, LESSON).reason == reason


@pytest.mark.parametrize(
    ("error", "is_scarcity"),
    [
        (OSError(errno.ENOMEM, "Cannot allocate memory"), True),
        (OSError(errno.EAGAIN, "Resource temporarily unavailable"), True),
        (TimeoutError(), True),
        (SlowStart("late"), True),
        (OSError(errno.ENOENT, "No such file"), False),
        (MemoryError(), False),
        (ValueError("x"), False),
    ],
)
def test_scarcity_may_be_the_machines(error, is_scarcity):
    assert failure_of(error, LESSON).may_be_the_machines is is_scarcity


def test_without_a_sandbox_nothing_can_be_graded():
    failure = failure_of(SandboxError("no bwrap"), LESSON)
    assert failure.lacks_sandbox and failure.reason == f"no bwrap\n{RISK}"


def test_file_names_that_no_terminal_can_print_are_made_printable(tmp_path, quiet):
    course = short_class(tmp_path / "course", [SampleSubmission("ada")])
    handed_in = submitted(course, "ada")
    handed_in.rename(handed_in.parent / "mine\udcff\x1b[2J.ipynb")
    (row,) = grade(LESSON, course, console=quiet)
    assert "but mine?.ipynb" in row.failure
