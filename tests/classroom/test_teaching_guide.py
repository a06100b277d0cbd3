"""The page for instructors: its example works, and its commands exist."""

import datetime as dt
import re

import pytest
from nbgrader.api import Gradebook

from grader.classroom.grading import grade
from grader.cli import app
from grader.demo import LESSON, SampleSubmission
from grader.learner.library_code import ROOT
from tests.course_folder import feedback, short_class, submitted

GUIDE = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_penalty_of_the_example(tmp_path, quiet):
    course = short_class(tmp_path / "course", [SampleSubmission("ada"), SampleSubmission("bob")])
    grade(LESSON, course, console=quiet)
    [example] = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    with open(course / "nbgrader_config.py", "a") as config:
        config.write(example)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(LESSON, duedate=dt.datetime(2026, 1, 31, 12))
    for student, time in (("ada", "2026-02-02 12:00:00 UTC"), ("bob", "2026-01-31 12:00:00 UTC")):
        (submitted(course, student).parent / "timestamp.txt").write_text(time)
    ada, bob = grade(LESSON, course, console=quiet)
    assert (ada.score, bob.score) == (pytest.approx(16 * 0.8), 16)
    assert "2 days late" in feedback(course, "ada").read_text()


def command_lines():
    """The command lines of `grader` in the guide, each as the command and what follows."""
    return re.findall(r"(?:^|`|Delegate=yes )grader ([a-z]+)([^`\n]*)", GUIDE, re.MULTILINE)


def test_its_commands_and_options_exist():
    assert len(command_lines()) > 10
    for command, rest in command_lines():
        known = {name for parameter in app.commands[command].params for name in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, command
