"""Instructors stay on stock nbgrader: its own commands work, and its own lists give the same score."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from grader.demo import LESSON, SampleSubmission
from grader.demo.submissions import FULL_SOLUTION, LOOPS_AND_EINSUM, MISSING_MEAN, RAISES
from tests.course_folder import ROOT, feedback, short_class, submitted

NBGRADER = Path(sys.executable).with_name("nbgrader")

NOISY = SampleSubmission(
    "noisy",
    answers={
        "output_delta": """
import os, sys, warnings

def output_delta(A, Y):
    warnings.warn("I am not sure about this")
    np.log(np.zeros(1))
    print("to stderr", file=sys.stderr)
    os.write(2, b"to file descriptor 2\\n")
    print("to stdout")
    return (A - Y) / len(A)
"""
    },
)


def nbgrader(*arguments, cwd, **environment):
    """Run a command of nbgrader from the folder `cwd`, as from a fresh terminal."""
    env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | environment
    done = subprocess.run(
        [NBGRADER, *arguments], cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def scores(course):
    """{student: {cell: (automatic score, waits for a person)}}, from the gradebook."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {
            submission.student.id: {
                grade.name: (grade.auto_score, grade.needs_manual_grade)
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in gradebook.assignment_submissions(LESSON)
        }


@pytest.fixture
def repository(tmp_path):
    """A copy of the repository as an instructor has it."""
    root = tmp_path / "repository"
    ignored = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
    for folder in ("grader", "utils", "solutions", "notebooks"):
        shutil.copytree(ROOT / folder, root / folder, ignore=ignored)
    shutil.copy(ROOT / "nbgrader_config.py", root)
    return root


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_commands_from_the_repository_root(repository):
    release = repository / "notebooks" / LESSON / f"{LESSON}.ipynb"
    solved = repository / "solutions" / LESSON / f"{LESSON}.ipynb"
    built = release.read_bytes()

    nbgrader("generate_assignment", LESSON, "--force", cwd=repository)
    assert release.read_bytes() == built

    assert "Success! Your notebook passes all the tests" in nbgrader("validate", solved, cwd=repository)
    # Seven tests, and the written answer.
    assert "FAILED ON 8 CELL(S)" in nbgrader("validate", release, cwd=repository)

    for name, notebook in (("solved", solved), ("untouched", release)):
        handed_in = submitted(repository, name)
        handed_in.parent.mkdir(parents=True)
        shutil.copy(notebook, handed_in)
    log = nbgrader("autograde", LESSON, cwd=repository)
    assert "Repaired" not in log and "Traceback" not in log

    nbgrader("generate_feedback", LESSON, cwd=repository)
    assert "output_delta: right" in feedback(repository, "solved").read_text()

    nbgrader("export", cwd=repository)
    with open(repository / "grades.csv", newline="") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert {name: (float(row["raw_score"]), float(row["max_score"])) for name, row in rows.items()} == {
        "solved": (16, 20),
        "untouched": (0, 20),
    }


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nbgraders_own_lists_give_the_same_scores(tmp_path):
    students = (FULL_SOLUTION, LOOPS_AND_EINSUM, MISSING_MEAN, RAISES, NOISY)
    ours = short_class(tmp_path / "ours", students)
    stock = tmp_path / "stock"
    shutil.copytree(ours, stock)
    lines = [
        "c = get_config()",
        'c.CourseDirectory.course_id = "backpropagation"',
        'c.CourseDirectory.source_directory = "solutions"',
        'c.CourseDirectory.release_directory = "notebooks"',
    ]
    (stock / "nbgrader_config.py").write_text("\n".join(lines))
    path = os.pathsep.join([str(NBGRADER.parent), os.environ["PATH"]])
    nbgrader("autograde", LESSON, cwd=stock, PYTHONPATH=str(ROOT), PATH=path)
    nbgrader("autograde", LESSON, cwd=ours)

    found = scores(ours)
    assert found == scores(stock)
    assert {name: sum(score or 0 for score, _ in cells.values()) for name, cells in found.items()} == {
        "full-solution": 16,
        "loops-and-einsum": 16,
        "missing-mean": 9,
        "raises": 7,
        "noisy": 16,
    }
    assert all(cells["answer"] == (None, True) for cells in found.values())


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_tampered_submission_is_graded_by_the_released_tests(tmp_path):
    course = short_class(
        tmp_path / "course", [SampleSubmission("tampered", is_untouched=True), FULL_SOLUTION]
    )
    nb = nbformat.read(submitted(course, "tampered"), as_version=4)
    cells = {cell.metadata.nbgrader.grade_id: cell for cell in nb.cells if "nbgrader" in cell.metadata}
    cells["test_backward"].metadata["tags"] = ["skip-execution"]
    cells["test_output_delta"].source = "1.0"
    cells["test_hidden_delta"].metadata.nbgrader["points"] = 1000
    cells["test_input_gradient"].metadata.nbgrader["grade_id"] = "test_output_delta"
    nb.cells.remove(cells["test_parameter_gradients"])
    nb.cells.insert(2, nbformat.v4.new_code_cell("def check(function): return None"))
    nb.cells.append(nbformat.v4.new_code_cell("import os\nos._exit(0)"))
    nbformat.write(nb, submitted(course, "tampered"))

    nbgrader("autograde", LESSON, cwd=course)
    found = scores(course)
    assert {score for score, _ in found["tampered"].values()} == {0}
    assert sum(score or 0 for score, _ in found["full-solution"].values()) == 16

    nbgrader("generate_feedback", LESSON, cwd=course)
    page = feedback(course, "tampered").read_text()
    assert "5 cells of this notebook were put back" in page
