"""Processes for orders about submissions go on with what Linux gives them."""

import errno
import os
from collections import deque

import pytest

from grader.classroom.answers import Failure
from grader.classroom.course.assignment import Assignment
from grader.classroom.course.course_folder import CONFIG_FILE
from grader.classroom.grading_pool import GradingProcesses
from grader.classroom.grading_process import RunAgain
from grader.classroom.preconditions import open_course
from grader.demo import LESSON


class FewGroups:
    """Control groups of which Linux refuses one at some step."""

    def __init__(self, refused):
        self._refused, self.asked = refused, []

    def _do(self, step):
        self.asked.append(step)
        if step == self._refused:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def create(self, limits):
        self._do("create")
        return self

    def add(self, process):
        self._do("add")


@pytest.mark.parametrize(("refused", "asked"), [("create", ["create"]), ("add", ["create", "add"])])
def test_where_there_are_no_more_control_groups_the_processes_go_on(tmp_path, refused, asked):
    (tmp_path / CONFIG_FILE).touch()
    assignment = Assignment(open_course(tmp_path), LESSON)
    groups = FewGroups(refused)
    with GradingProcesses(assignment, 2, groups=groups) as pool:
        found = [answer for _, _, answer in pool.results(deque([RunAgain("ada"), RunAgain("bob")]))]
    assert [type(answer) for answer in found] == [Failure, Failure]  # their notebooks are not there
    assert not any("came to an end" in answer.reason for answer in found)
    assert groups.asked == asked
    assert (tmp_path / "grading.log").read_text().count("no more control groups (No space left") == 1
