"""A class is graded: resumable, one bad submission beside good ones, clear words when it cannot be."""

import io
import json
import sqlite3
import sys
import threading

import nbformat
import pytest
from rich.console import Console

from grader import lessons
from grader.classroom import grading
from grader.classroom.grading import ClassroomError, grade
from grader.demo import LESSON, Submission
from grader.demo.submissions import DELETED_TEST, FULL_SOLUTION, MISSING_MEAN
from tests.course_folder import autograded, feedback, short_class, submitted


@pytest.fixture
def quiet():
    return Console(file=io.StringIO())


@pytest.mark.slow
@pytest.mark.parametrize("lesson", lessons.names())
def test_the_solution_of_every_lesson_gets_full_marks(tmp_path, quiet, lesson):
    course = short_class(tmp_path / "course", [FULL_SOLUTION], lesson)
    (row,) = grade(lesson, course, console=quiet)
    assert not row.failure
    assert row.score == sum(exercise.points for exercise in lessons.load(lesson).exercises.values())
    assert row.waiting == 4


@pytest.mark.slow
def test_grading_resuming_and_forcing(tmp_path, quiet, capfd):
    course = short_class(tmp_path / "course", [FULL_SOLUTION, MISSING_MEAN, DELETED_TEST])
    no_json = submitted(course, "no-json")
    no_json.parent.mkdir(parents=True)
    no_json.write_text("<<<<<<< HEAD")
    misnamed = submitted(course, "misnamed")
    misnamed.parent.mkdir(parents=True)
    (misnamed.parent / "my homework.ipynb").write_text("{}")

    rows = {row.student: row for row in grade(LESSON, course, console=quiet)}

    assert capfd.readouterr() == ("", "")
    assert {name: row.score for name, row in rows.items() if not row.failure} == {
        "full-solution": 16,
        "missing-mean": 9,
        "deleted-test": 16,
    }
    assert rows["missing-mean"].marks[1].diagnosis == ("missing-mean",)
    assert rows["deleted-test"].repairs == ("The test of `hidden_delta` had been deleted.",)
    assert rows["full-solution"].waiting == 4
    assert "not a notebook that can be read" in rows["no-json"].failure
    assert "my homework.ipynb" in rows["misnamed"].failure
    assert "output_delta: not right yet" in feedback(course, "missing-mean").read_text()
    assert "put back" in feedback(course, "deleted-test").read_text()
    assert not feedback(course, "no-json").exists()

    before = {name: autograded(course, name).stat().st_mtime_ns for name in ("full-solution", "missing-mean")}
    notebook = nbformat.read(submitted(course, "deleted-test"), as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("Handed in again."))
    nbformat.write(notebook, submitted(course, "deleted-test"))
    again = {row.student: row for row in grade(LESSON, course, console=quiet)}
    assert again == rows
    assert "Handed in again." in autograded(course, "deleted-test").read_text()
    assert before == {name: autograded(course, name).stat().st_mtime_ns for name in before}

    [row] = grade(LESSON, course, ["missing-mean"], force=True, console=quiet)
    assert row == rows["missing-mean"]
    assert autograded(course, "missing-mean").stat().st_mtime_ns > before["missing-mean"]
    assert autograded(course, "full-solution").stat().st_mtime_ns == before["full-solution"]


@pytest.mark.slow
def test_a_grading_that_was_cut_off_is_done_again(tmp_path, quiet, monkeypatch):
    course = short_class(tmp_path / "course", [FULL_SOLUTION])
    with monkeypatch.context() as patch:
        patch.setattr(grading, "_receipt", lambda *_: 1 / 0)  # the machine stops before the receipt
        [row] = grade(LESSON, course, console=quiet)
        assert "ZeroDivisionError" in row.failure
    [row] = grade(LESSON, course, console=quiet)
    assert (row.failure, row.score) == ("", 16)


@pytest.mark.slow
def test_a_changed_lesson_is_released_again(tmp_path, quiet):
    course = short_class(tmp_path / "course", [FULL_SOLUTION])
    source = course / "solutions" / LESSON / f"{LESSON}.ipynb"
    nb = nbformat.read(source, as_version=4)
    nb.cells.append(nbformat.v4.new_markdown_cell("New in this edition.", id="new"))
    nbformat.write(nb, source)
    (course / "gradebook.db").unlink()
    grade(LESSON, course, console=quiet)
    assert "New in this edition." in (course / "notebooks" / LESSON / f"{LESSON}.ipynb").read_text()


@pytest.mark.slow
def test_a_locked_gradebook_is_reported_and_can_be_tried_again(tmp_path, quiet, monkeypatch):
    course = short_class(tmp_path / "course", [FULL_SOLUTION])
    record = grading.Course.record

    def record_while_locked(*arguments):
        with sqlite3.connect(course / "gradebook.db") as other:
            other.execute("BEGIN EXCLUSIVE")
            record(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(grading.Course, "record", record_while_locked)
        [row] = grade(LESSON, course, console=quiet)
    assert "database is locked" in row.failure
    [row] = grade(LESSON, course, console=quiet)
    assert (row.failure, row.score) == ("", 16)


@pytest.fixture
def empty_course(tmp_path):
    return short_class(tmp_path / "course", [])


def test_unknown_lesson(tmp_path):
    with pytest.raises(ClassroomError, match=f"99_magic.*{LESSON}"):
        grade("99_magic", tmp_path)


def test_no_course_folder(tmp_path):
    with pytest.raises(ClassroomError, match="(?s)has no nbgrader_config.py.*load_subconfig"):
        grade(LESSON, tmp_path)


def test_no_submissions(empty_course, quiet):
    with pytest.raises(ClassroomError, match="no submissions for .*submitted/STUDENT"):
        grade(LESSON, empty_course, console=quiet)


def test_unknown_student(tmp_path, quiet):
    course = short_class(tmp_path / "course", [Submission("somebody", is_untouched=True)])
    with pytest.raises(ClassroomError, match="from nobody.*somebody"):
        grade(LESSON, course, ["nobody"], console=quiet)


def test_no_source(empty_course, quiet):
    (empty_course / "solutions" / LESSON / f"{LESSON}.ipynb").unlink()
    with pytest.raises(ClassroomError, match="make build"):
        grade(LESSON, empty_course, console=quiet)


def test_cells_added_after_the_first_grading_are_explained(tmp_path, quiet):
    course = short_class(tmp_path / "course", [Submission("somebody", is_untouched=True)])
    folder = grading.Course(course)
    with folder.gradebook() as gradebook:
        gradebook.update_or_create_student("somebody")
        gradebook.update_or_create_submission(LESSON, "somebody")
    source = course / "solutions" / LESSON / f"{LESSON}.ipynb"
    nb = nbformat.read(source, as_version=4)
    nb.cells = [cell for cell in nb.cells if cell.id != "answer"]
    nbformat.write(nb, source)
    with pytest.raises(ClassroomError, match="(?s)could not be released.*gradebook.db"):
        grade(LESSON, course, console=quiet)


@pytest.mark.skipif(sys.platform == "win32", reason="no such lock there")
def test_only_one_writer(empty_course):
    folder = grading.Course(empty_course)
    entered, leave = threading.Event(), threading.Event()

    def hold():
        with grading._only_writer(folder):
            entered.set()
            leave.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    entered.wait(30)
    try:
        with pytest.raises(ClassroomError, match="another process"):
            grade(LESSON, empty_course)
    finally:
        leave.set()
        holder.join()


def test_release_is_left_alone_when_nothing_changed(empty_course):
    release = empty_course / "notebooks" / LESSON / f"{LESSON}.ipynb"
    before = release.stat().st_mtime_ns
    grading.release(LESSON, grading.Course(empty_course))
    assert release.stat().st_mtime_ns == before
    (empty_course / "gradebook.db").unlink()
    grading.release(LESSON, grading.Course(empty_course))
    assert release.stat().st_mtime_ns > before
    assert json.loads(release.read_text())["nbformat"] == 4


def test_folders_whose_names_are_patterns_count_for_nobody(tmp_path, quiet):
    patterns = ("a*", "?da", "[a-z]da")
    others = [Submission(f"zoe{number}", is_untouched=True) for number in range(len(patterns))]
    course = short_class(tmp_path / "course", [Submission("ada"), *others])
    for other, name in zip(others, patterns, strict=True):
        (course / "submitted" / other.name).rename(course / "submitted" / name)
    rows = {row.student: row for row in grade(LESSON, course, console=quiet)}
    assert rows["ada"].score == 16
    assert all("Rename it" in rows[name].failure for name in patterns)


def test_a_page_that_takes_too_long_is_given_up(tmp_path, quiet, monkeypatch):
    course = short_class(tmp_path / "course", [Submission("ada")])
    monkeypatch.setattr(grading, "FEEDBACK_SECONDS", 0.05)
    (row,) = grade(LESSON, course, console=quiet)
    assert "its feedback page takes more than" in row.failure


def test_file_names_that_no_terminal_can_print_are_told_all_the_same(tmp_path, quiet):
    course = short_class(tmp_path / "course", [Submission("ada")])
    handed_in = submitted(course, "ada")
    handed_in.rename(handed_in.parent / "mine\udcff\x1b[2J.ipynb")
    (row,) = grade(LESSON, course, console=quiet)
    assert "but mine?.ipynb" in row.failure
