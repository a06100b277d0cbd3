"""What was graded to its end is known again, until anything of it changes."""

import shutil

import nbformat
import pytest

from grader.classroom import class_grading
from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.course_folder import Course
from grader.classroom.fingerprint import RECEIPT_FILE
from grader.classroom.grading import grade
from grader.classroom.receipts import (
    LastGrading,
    Receipt,
    last_grading,
    read_receipt,
    release_fingerprint,
    write_receipt,
)
from grader.demo import LESSON, SampleSubmission
from grader.demo.submissions import FULL_SOLUTION
from tests.course_folder import short_class

RECEIPT = Receipt(
    {"backward": {"status": "correct"}}, ("a repair",), ("a stop",), is_rerun=True, run_key="5f"
)


@pytest.fixture
def graded(tmp_path):
    """A submission with a receipt, as if it had been graded."""
    course = short_class(tmp_path / "course", [SampleSubmission("ada", is_untouched=True)])
    submission = Submission(Assignment(Course(course), LESSON), "ada")
    submission.folder("autograded").mkdir(parents=True)
    submission.notebook("autograded").write_text("graded")
    assert not is_graded(submission)
    write_receipt(submission, RECEIPT, release_fingerprint(submission.assignment))
    assert is_graded(submission)
    return submission


def is_graded(submission):
    return read_receipt(submission, release_fingerprint(submission.assignment)) is not None


def test_what_was_found_is_read_again(graded):
    receipt = read_receipt(graded, release_fingerprint(graded.assignment))
    assert receipt == RECEIPT


@pytest.mark.parametrize("step", ["release", "submitted", "autograded"])
def test_a_change_of_what_went_in_or_came_out_is_noticed(graded, step):
    assignment = graded.assignment
    folder = assignment.folder("release") if step == "release" else graded.folder(step)
    (folder / "data.txt").write_text("new")
    assert not is_graded(graded)
    (folder / "data.txt").unlink()
    assert is_graded(graded)
    (folder / ".ipynb_checkpoints").mkdir(exist_ok=True)
    (folder / ".ipynb_checkpoints" / "copy.ipynb").write_text("old")
    assert is_graded(graded)


def test_only_what_grading_depends_on_of_the_release_counts(graded):
    notebook = graded.assignment.notebook("release")
    nb = nbformat.read(notebook, as_version=4)
    nb.cells.append(nbformat.v4.new_markdown_cell("A better sentence.", id="sentence"))
    nbformat.write(nb, notebook)
    assert is_graded(graded)
    nb.cells[-1] = nbformat.v4.new_code_cell("shared = 1", id="shared")
    nbformat.write(nb, notebook)
    assert not is_graded(graded)


def test_a_copy_of_the_course_is_graded_too(graded, tmp_path):
    shutil.copytree(graded.assignment.course.root, tmp_path / "copy")
    assert is_graded(Submission(Assignment(Course(tmp_path / "copy"), LESSON), "ada"))


def test_what_was_graded_last_is_known_as_long_as_what_came_of_it_is_there(graded):
    release = release_fingerprint(graded.assignment)
    for step in ("release", "submitted"):
        (graded.assignment.folder("release") if step == "release" else graded.folder(step)).joinpath(
            "data.txt"
        ).write_text("new")
        assert last_grading(graded) == LastGrading("5f", release)
    graded.notebook("autograded").touch()
    assert last_grading(graded) == LastGrading("5f", release)
    graded.notebook("autograded").write_text("edited")
    assert last_grading(graded) is None


@pytest.mark.parametrize("text", ["", "[]", "no json", "{}", '{"receipt": {"odd": 1}}'])
def test_a_broken_receipt_is_none(graded, text):
    (graded.folder("autograded") / RECEIPT_FILE).write_text(text)
    assert not is_graded(graded)
    assert last_grading(graded) is None


@pytest.mark.slow
def test_a_grading_that_was_cut_off_is_done_again(tmp_path, quiet, monkeypatch):
    course = short_class(tmp_path / "course", [FULL_SOLUTION])
    with monkeypatch.context() as patch:
        patch.setattr(
            class_grading, "write_receipt", lambda *_: 1 / 0
        )  # the machine stops before the receipt
        [row] = grade(LESSON, course, console=quiet)
        assert "ZeroDivisionError" in row.failure
    [row] = grade(LESSON, course, console=quiet)
    assert (row.failure, row.score) == ("", 16)
