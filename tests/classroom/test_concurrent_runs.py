"""Runs come in the order in which they end, and what has not begun is cancelled."""

import threading

import pytest

from grader.classroom import concurrent_runs
from grader.classroom.concurrent_runs import run_concurrently
from grader.classroom.course.assignment import Submission


def submissions(*students):
    return [Submission(None, student) for student in students]


def test_the_first_to_end_comes_first(monkeypatch):
    second_is_done = threading.Event()

    def run(submission):
        if submission.student == "first":
            second_is_done.wait(30)
            raise ValueError("of the first")
        return f"notebook of {submission.student}"

    monkeypatch.setattr(concurrent_runs, "run_submission", run)
    with run_concurrently(submissions("first", "second"), jobs=2) as runs:
        submission, executed = next(runs)
        assert (submission.student, executed.result()) == ("second", "notebook of second")
        second_is_done.set()
        submission, executed = next(runs)
        assert submission.student == "first"
        with pytest.raises(ValueError, match="of the first"):
            executed.result()
        assert list(runs) == []


def test_what_has_not_begun_is_cancelled(monkeypatch):
    begun, may_end = [], threading.Event()

    def run(submission):
        begun.append(submission.student)
        may_end.wait(30)

    monkeypatch.setattr(concurrent_runs, "run_submission", run)
    with pytest.raises(KeyboardInterrupt), run_concurrently(submissions("a", "b", "c"), jobs=1):
        threading.Timer(0.2, may_end.set).start()
        raise KeyboardInterrupt
    assert begun == ["a"]
