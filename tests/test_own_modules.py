"""A learner's own `utils` or `grader`, imported before the lesson's first cell, does not get in the way."""

import os
import subprocess
import sys

import nbformat
import pytest

from grader import lessons
from tests.conftest import ROOT

CHECKED = "\nimport grader, utils; from utils.network import sigmoid; print(grader.__file__, utils.__file__)"
EXPECTED = f"{ROOT / 'grader' / '__init__.py'} {ROOT / 'utils' / '__init__.py'}\n"


def first_cell(lesson):
    """The first code cell of the released notebook, but for the line that it prints."""
    cells = nbformat.read(ROOT / "notebooks" / lesson / f"{lesson}.ipynb", as_version=4).cells
    source = next(cell.source for cell in cells if cell.cell_type == "code")
    return source.removesuffix("print(environment())")


def run(code, folder, **variables):
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | variables
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)


@pytest.fixture
def notebook_folder():
    """A folder below the repository, as that of a notebook, which Python has on its path."""
    return ROOT / "notebooks" / "03_backpropagation"


@pytest.fixture
def mine(tmp_path):
    """Write modules of a learner's own; returns the option that puts them on Python's path."""

    def write(files):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        return {"PYTHONPATH": str(tmp_path)}

    return write


@pytest.mark.parametrize("lesson", lessons.names())
def test_a_lesson_begins_the_same_without_any(notebook_folder, lesson):
    done = run(first_cell(lesson) + CHECKED, notebook_folder)
    assert (done.stdout, done.stderr) == (EXPECTED, "")


@pytest.mark.parametrize("name", ["utils.py", "utils/__init__.py"])
def test_utils_that_were_imported(notebook_folder, mine, name):
    path = mine({name: "mine = 1"})
    done = run(f"import utils\n{first_cell(lessons.names()[0])}{CHECKED}", notebook_folder, **path)
    assert done.stdout == EXPECTED, done.stderr
    assert "Give yours another name to use both" in done.stderr
    assert "Traceback" not in done.stderr


def test_utils_that_were_imported_still_serve_who_has_them(notebook_folder, mine):
    path = mine({"utils.py": "def double(x): return 2 * x"})
    code = f"from utils import double\n{first_cell('03_backpropagation')}\nprint(double(21))"
    assert run(code, notebook_folder, **path).stdout == "42\n"


def test_utils_that_come_first_on_the_path(mine, tmp_path):
    path = mine({"utils.py": "mine = 1"})
    path["PYTHONPATH"] += f"{os.pathsep}{ROOT}"
    done = run("from grader import check" + CHECKED, tmp_path, **path)
    assert (done.stdout, done.stderr) == (EXPECTED, "")


@pytest.mark.parametrize("name", ["grader.py", "grader/__init__.py"])
def test_grader_that_was_imported(notebook_folder, mine, name):
    path = mine({name: "mine = 1", "grader/lessons.py": ""})
    imported = "import grader" if name == "grader.py" else "import grader.lessons"
    done = run(f"{imported}\n{first_cell('03_backpropagation')}{CHECKED}", notebook_folder, **path)
    assert (done.stdout, done.stderr) == (EXPECTED, "")


def test_a_grader_between_a_notebook_and_the_course_is_passed_by(mine, tmp_path):
    for name in ("grader", "utils"):
        (tmp_path / name).symlink_to(ROOT / name)
    mine({"term/grader/__init__.py": "mine = 1", "term/week3/data.csv": ""})
    done = run(first_cell("03_backpropagation") + CHECKED, tmp_path / "term" / "week3")
    assert done.stdout.startswith(str(tmp_path / "grader")), done.stderr
