"""A lesson is released if need be, and only then."""

import json
import shutil

import nbformat
import pytest
from nbgrader.api import Gradebook

from grader.classroom.cells import grade_id
from grader.classroom.course import release as module
from grader.classroom.course.assignment import Assignment
from grader.classroom.course.course_folder import Course
from grader.classroom.course.generate_assignment import ConversionFailed
from grader.classroom.course.release import STATE_FILE, ensure_released, generate_release
from grader.classroom.errors import ClassroomError
from grader.classroom.grading import grade
from grader.demo import LESSON, SampleSubmission
from grader.demo.submissions import FULL_SOLUTION
from tests.course_folder import short_class


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


def test_no_source(empty_course, quiet):
    (empty_course / "solutions" / LESSON / f"{LESSON}.ipynb").unlink()
    with pytest.raises(ClassroomError, match="make build"):
        grade(LESSON, empty_course, console=quiet)


def test_cells_added_after_the_first_grading_are_explained(tmp_path, quiet):
    course = short_class(tmp_path / "course", [SampleSubmission("somebody", is_untouched=True)])
    with Gradebook(Course(course).folders.db_url) as gradebook:
        gradebook.update_or_create_student("somebody")
        gradebook.update_or_create_submission(LESSON, "somebody")
    source = course / "solutions" / LESSON / f"{LESSON}.ipynb"
    nb = nbformat.read(source, as_version=4)
    nb.cells = [cell for cell in nb.cells if grade_id(cell) != "answer"]
    nbformat.write(nb, source)
    with pytest.raises(ClassroomError, match=f"could not be released.*grader rerelease {LESSON}"):
        grade(LESSON, course, console=quiet)


def test_release_is_left_alone_when_nothing_changed(empty_course, monkeypatch):
    release = empty_course / "notebooks" / LESSON / f"{LESSON}.ipynb"
    before = release.stat().st_mtime_ns
    (empty_course / STATE_FILE).unlink()
    ensure_released(Assignment(Course(empty_course), LESSON))  # nbgrader makes it again, to compare
    assert release.stat().st_mtime_ns == before
    with monkeypatch.context() as patch:
        patch.setattr(module, "generate_release", None)
        ensure_released(Assignment(Course(empty_course), LESSON))  # nothing has changed since: no need
    (empty_course / "gradebook.db").unlink()
    ensure_released(Assignment(Course(empty_course), LESSON))
    assert release.stat().st_mtime_ns > before
    assert json.loads(release.read_text())["nbformat"] == 4


@pytest.mark.parametrize("step", ["source", "release"])
def test_a_change_of_source_or_release_is_noticed(empty_course, step):
    assignment = Assignment(Course(empty_course), LESSON)
    ensure_released(assignment)
    before = assignment.notebook("release").read_bytes()
    nb = nbformat.read(assignment.notebook(step), as_version=4)
    nb.cells.append(nbformat.v4.new_markdown_cell("More.", id="more"))
    nbformat.write(nb, assignment.notebook(step))
    ensure_released(Assignment(Course(empty_course), LESSON))
    assert (assignment.notebook("release").read_bytes() == before) == (step == "release")


@pytest.mark.parametrize("text", ["", "[]", "no json", f'{{"{LESSON}": 3}}'])
def test_a_broken_state_is_none(empty_course, text):
    (empty_course / STATE_FILE).write_text(text)
    ensure_released(Assignment(Course(empty_course), LESSON))
    assert LESSON in json.loads((empty_course / STATE_FILE).read_text())


def test_a_release_in_another_folder_touches_no_gradebook(empty_course, tmp_path):
    gradebook = (empty_course / "gradebook.db").read_bytes()
    shutil.copytree(empty_course / "solutions", tmp_path / "other" / "solutions")
    released = generate_release(tmp_path / "other", LESSON, config_folder=empty_course)
    assert released.read_bytes() == (empty_course / "notebooks" / LESSON / f"{LESSON}.ipynb").read_bytes()
    assert not (tmp_path / "other" / "gradebook.db").exists()
    assert (empty_course / "gradebook.db").read_bytes() == gradebook


def test_a_source_that_nbgrader_cannot_release_is_explained(empty_course):
    source = empty_course / "solutions" / LESSON / f"{LESSON}.ipynb"
    nb = nbformat.read(source, as_version=4)
    twice = next(cell for cell in nb.cells if grade_id(cell) == "test_backward")
    nb.cells.append(nbformat.from_dict({**twice, "id": "again"}))
    nbformat.write(nb, source)
    with pytest.raises(ConversionFailed, match="Duplicate"):
        generate_release(empty_course, LESSON, config_folder=empty_course)
    with pytest.raises(ClassroomError, match=f"{LESSON} could not be released: .*"):
        ensure_released(Assignment(Course(empty_course), LESSON))
