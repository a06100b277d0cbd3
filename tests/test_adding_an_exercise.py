"""The guide to adding an exercise works: it is followed step by step in a copy of the repository."""

import re
import shutil
import subprocess
import sys

import pytest

from tests.conftest import ROOT

GUIDE = (ROOT / "docs" / "adding_an_exercise.md").read_text(encoding="utf-8")
IGNORED = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", "build", ".hypothesis")


def run(folder, *arguments):
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=280)


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)


def applied(text, diff):
    """`text` with the hunks of a diff, whose places are found by their context."""
    for hunk in re.split(r"^@@\n", diff, flags=re.MULTILINE)[1:]:
        lines = hunk.splitlines()
        before, after = ("\n".join(line[1:] for line in lines if line[:1] != sign) for sign in "+-")
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


@pytest.fixture(scope="module")
def followed(tmp_path_factory):
    """A copy of the repository in which the steps of the guide have been taken."""
    folder = tmp_path_factory.mktemp("guide") / "course"
    shutil.copytree(ROOT, folder, ignore=IGNORED)
    (module,) = re.findall(r"^`(grader/\S+)`$", GUIDE, re.MULTILINE)
    (folder / module).write_text(blocks("python")[0], encoding="utf-8")
    for diff in blocks("diff"):
        file = folder / re.match(r"--- a/(\S+)", diff)[1]
        file.write_text(applied(file.read_text(encoding="utf-8"), diff), encoding="utf-8")
    built = run(folder, "-m", "grader", "build")
    assert built.returncode == 0, built.stdout + built.stderr
    return folder


@pytest.mark.slow
def test_the_exercise_of_the_guide_passes_every_check(followed):
    checked = run(followed, "-m", "tests.exercise", "tanh")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count("✓") > 15


@pytest.mark.slow
def test_the_code_of_the_guide_has_the_projects_style(followed):
    for command in (["check"], ["format", "--check"]):
        done = run(followed, "-m", "ruff", *command, "grader", "solutions")
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_all_else_follows(followed):
    released = (followed / "notebooks/02_forward_propagation/02_forward_propagation.ipynb").read_text("utf-8")
    assert '"check(tanh)"' in released
    assert "np.tanh(z)" not in released
    assert "`glorot_uniform` `tanh` |" in (followed / "README.md").read_text(encoding="utf-8")
    answer = followed / "answer.py"
    answer.write_text("from utils.network import sigmoid\n\ndef tanh(z):\n    return sigmoid(z)\n")
    check = run(followed, "-m", "grader", "check", "02_forward_propagation", "answer.py")
    assert "Which limits does this activation keep" in check.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("grader/lessons/forward_propagation/__init__.py", "        tanh.EXERCISE,\n", "", "list it in"),
        ("solutions/02_forward_propagation.py", "# %%\ncheck(tanh)\n", "", "has no cell check(tanh)"),
        ("grader/lessons/forward_propagation/tanh.py", "        tanh_by_a_loop,\n", "", "has 4 right"),
        (
            "grader/lessons/forward_propagation/tanh.py",
            "np.asarray(z) * 1.0",
            "np.asarray(z) * 0.0",
            "predicts nothing but zeros",
        ),
    ],
)
def test_what_is_missing_is_said_in_a_sentence(followed, tmp_path, file, old, new, said):
    folder = tmp_path / "course"
    shutil.copytree(followed, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    checked = run(folder, "-m", "tests.exercise", "tanh")
    assert checked.returncode in (1, 2)
    assert said in " ".join(checked.stdout.split())
