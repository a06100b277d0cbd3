"""The demonstration class is graded as it was made to be: full marks, or exactly the slip's points lost."""

import io
import subprocess

import pytest
from rich.console import Console

from grader.demo import LESSON, run
from tests.course_folder import ROOT


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
    others = ("cache", ".venv", ".hypothesis/", "build/")  # which tests that run at the same time write
    return [line for line in done.stdout.splitlines() if not any(name in line for name in others)]
