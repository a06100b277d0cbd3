"""A disk that is full, or cannot be written, is named in a sentence; with room, the same command goes on."""

import os
import shutil
import subprocess
import sys

import pytest

from grader.classroom.journal import FOLDER
from grader.demo import LESSON, SampleSubmission
from grader.learner.library_code import ROOT
from tests.course_folder import short_class

GRADE = f"{sys.executable} -m grader grade {LESSON} 2>&1"
SCRIPT = f"""
mount -t tmpfs none "$2" && cp -a "$1" "$2/course" && cd "$2/course" || exit 77
mount -o remount,ro "$2" && {GRADE}; echo "exit code $?"
mount -o remount,rw,size=$(($(du -sk "$2" | cut -f1) + 300))k "$2"
{GRADE}; echo "exit code $?"
mount -o remount,size=64m "$2"
{GRADE}; echo "exit code $?"
ls -a; ls feedback
"""


@pytest.mark.slow
def test_a_full_disk_costs_nothing_that_is_graded(tmp_path):
    if os.geteuid() != 0 or not shutil.which("unshare"):
        pytest.skip("needs root and unshare (util-linux)")
    course = short_class(tmp_path / "course", [SampleSubmission(name) for name in ("ada", "bob", "cleo")])
    (tmp_path / "disk").mkdir()
    command = ["unshare", "--mount", "sh", "-c", SCRIPT, "sh", course, tmp_path / "disk"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "400"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode == 77:
        pytest.skip(f"no mount namespaces here: {done.stderr}")
    said = done.stdout
    assert said.count("exit code 2") == 2 and said.count("exit code 0") == 1, said
    assert "Read-only file system. Have" in said
    assert "Make room" in said and "Traceback" not in said
    assert said.splitlines()[-3:] == ["ada", "bob", "cleo"] and FOLDER not in said.splitlines()
