"""A class is graded in batches, in sandboxes or not at all."""

import errno

import pytest

from grader.classroom import class_grading
from grader.classroom.class_grading import batches, demand_sandbox
from grader.classroom.errors import ClassroomError
from grader.classroom.grading import grade
from grader.demo import LESSON, SampleSubmission
from grader.isolation import sandbox
from tests.course_folder import short_class


def test_without_a_sandbox_the_risk_is_named(monkeypatch):
    monkeypatch.setattr(sandbox, "_missing", lambda: "bubblewrap is not installed.")
    with pytest.raises(ClassroomError, match="(?s)bubblewrap is not installed.*") as error:
        demand_sandbox()
    assert str(error.value).endswith(sandbox.RISK)


@pytest.mark.parametrize("times", [1, 2])
def test_what_may_be_the_machines_failure_is_tried_once_more_alone(tmp_path, quiet, monkeypatch, times):
    course = short_class(tmp_path / "course", [SampleSubmission("ada"), SampleSubmission("bob")])
    grade_submission, tried = class_grading.grade_submission, []

    def fail_first(*arguments):
        tried.append(arguments)
        if len(tried) in (1, 3)[:times]:
            raise OSError(errno.ENOMEM, "Cannot allocate memory")
        return grade_submission(*arguments)

    monkeypatch.setattr(class_grading, "grade_submission", fail_first)
    rows = grade(LESSON, course, jobs=1, console=quiet)
    assert len(tried) == 3
    failed = ["Cannot allocate memory" in row.failure for row in rows]
    assert failed == [times == 2, False]
    assert rows[1].score == 16


def test_records_are_written_in_batches():
    taken = []

    def items():
        for number in range(120):
            taken.append(number)
            yield number

    first = next(batches(items()))
    assert first == taken == list(range(50))
    assert [len(batch) for batch in batches(range(120))] == [50, 50, 20]
    assert list(batches([])) == []
