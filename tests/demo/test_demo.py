"""The demonstration class is graded as it was made to be: full marks, or exactly the slip's points lost."""

import io
import subprocess

import pytest
from rich.console import Console

from grader import lessons
from grader.classroom.report import Mark, Row
from grader.demo import CLASS, LESSON, run, surprises
from grader.demo.submissions import LOOPS_AND_EINSUM
from grader.feedback.status import STATUSES
from grader.lessons.misconceptions import MISCONCEPTIONS
from tests.course_folder import ROOT


def test_submissions_speak_of_what_there_is():
    exercises = set(lessons.load(LESSON).exercises)
    assert len({submission.name for submission in CLASS}) == len(CLASS) == 14
    for submission in CLASS:
        assert set(submission.answers) | set(submission.finds) | set(submission.without_tests) <= exercises
        assert set(submission.finds.values()) <= {*MISCONCEPTIONS, *STATUSES}
    assert set(LOOPS_AND_EINSUM.answers) == exercises


def test_a_class_graded_otherwise_is_a_surprise():
    def row(student, score=1.0, diagnosis=(), **other):
        return Row(student, marks=(Mark("output_delta", score, 1, "incorrect", diagnosis),), **other)

    by_name = {submission.name: submission for submission in CLASS}
    slip, full = by_name["missing-mean"], by_name["full-solution"]
    assert surprises([row("missing-mean", 0, ("missing-mean",))], [slip]) == []
    assert surprises([row("missing-mean", 0, ("wrong-sign",))], [slip])
    assert surprises([row("missing-mean")], [slip])
    assert surprises([row("full-solution", 0)], [full])
    assert surprises([row("full-solution", repairs=("x",))], [full])
    assert surprises([row("deleted-test")], [by_name["deleted-test"]])
    assert surprises([Row("full-solution", failure="x")], [full])
    assert surprises([], [full])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_whole_demonstration(tmp_path, monkeypatch, capfd):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    file = io.StringIO()
    before = _state()
    assert run(Console(file=file, width=100, color_system=None)) == []
    assert _state() == before
    assert capfd.readouterr() == ("", "")
    [course] = tmp_path.glob("backpropagation-class-*")
    text = file.getvalue()
    assert "Every slip was found and named" in text
    for word in (f"cd {course}", "gradebook.db", "nbgrader export", f"{LESSON}.html"):
        assert word in text
    assert (course / "feedback" / "missing-mean" / LESSON / f"{LESSON}.html").is_file()


def _state():
    """The files of the repository that are neither caches nor another test's."""
    command = ["git", "status", "--porcelain", "--ignored", "--untracked-files=all"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [line for line in done.stdout.splitlines() if "cache" not in line and ".venv" not in line]
