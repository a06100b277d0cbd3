"""`grader init` makes a folder in which `grader grade` works at once."""

import filecmp

import pytest
from click.testing import CliRunner

from grader import lessons
from grader.classroom.course.course_folder import Course
from grader.classroom.course.new_course import make_course_folder
from grader.classroom.errors import ClassroomError
from grader.classroom.grading import grade
from grader.cli import app
from grader.demo import LESSON, SampleSubmission
from grader.demo.sample_class import hand_in


@pytest.fixture
def init(monkeypatch, tmp_path):
    """Run `grader init` in an empty folder; returns its exit code and what it prints."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        done = CliRunner().invoke(app, ["init", *arguments])
        return done.exit_code, done.output

    return run


def test_it_holds_the_lessons_as_they_are_shipped(root, tmp_path):
    make_course_folder(tmp_path / "new" / "course")
    for folder in ("solutions", "notebooks"):
        files = [f"{name}/{name}.ipynb" for name in lessons.names()]
        written = tmp_path / "new" / "course" / folder
        same, _, _ = filecmp.cmpfiles(root / folder, written, files, shallow=False)
        assert same == files
        assert {path.name for path in written.iterdir()} == set(lessons.names())
    assert Course(tmp_path / "new" / "course").folders.source_directory == "solutions"


def test_what_is_handed_in_is_graded_there(tmp_path, quiet):
    make_course_folder(tmp_path)
    hand_in(tmp_path, [SampleSubmission("ada", is_untouched=True)])
    release = tmp_path / "notebooks" / LESSON / f"{LESSON}.ipynb"
    before = release.read_bytes()
    (row,) = grade(LESSON, tmp_path, console=quiet)
    assert (row.student, row.score, row.failure) == ("ada", 0, "")
    assert release.read_bytes() == before
    assert (tmp_path / "feedback" / "ada" / LESSON / f"{LESSON}.html").is_file()


def test_it_says_what_comes_next(init):
    code, output = init("a course")
    assert code == 0
    assert "  cd 'a course'\n  grader grade 01_logistic_regression\n" in output
    assert "submitted/ada/01_logistic_regression/01_logistic_regression.ipynb" in output


def test_the_current_folder_is_taken_if_none_is_named(init, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    code, output = init()
    assert code == 0 and "  cd " not in output
    assert Course(tmp_path).folders.release_directory == "notebooks"


@pytest.mark.parametrize("name", ["nbgrader_config.py", "solutions", "notebooks"])
def test_nothing_is_overwritten(init, tmp_path, name):
    (tmp_path / name).write_text("mine")
    code, output = init()
    assert code == 2
    assert f"{name} already" in output and "nothing is overwritten" in output
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, "mine")]


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ClassroomError, match="No course folder can be written at .*file"):
        make_course_folder(tmp_path / "file")
