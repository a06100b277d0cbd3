"""A course folder has its own configuration or another folder's, and always its own gradebook."""

import re
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from grader.classroom.course.course_folder import CONFIG_FILE, CONFIG_TEXT, Course
from grader.classroom.errors import ClassroomError
from tests.conftest import ROOT


def test_a_folder_without_configuration_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=CONFIG_FILE):
        Course(tmp_path)


def test_the_written_configuration_is_the_repositorys(tmp_path):
    (tmp_path / CONFIG_FILE).write_text(CONFIG_TEXT)
    course = Course(tmp_path)
    assert course.config.CourseDirectory.course_id == "backpropagation"
    assert course.nbgrader_folders().root == str(tmp_path)


def test_a_configuration_that_loads_the_courses_from_where_it_is_not_is_refused(tmp_path):
    (tmp_path / CONFIG_FILE).write_text(f"load_subconfig({CONFIG_FILE!r}, path='/gone')")
    with pytest.raises(ClassroomError, match=f"loads /gone/{CONFIG_FILE}") as refused:
        Course(tmp_path)
    assert CONFIG_TEXT.splitlines()[-1] in str(refused.value)
    (tmp_path / CONFIG_FILE).write_text(f"{CONFIG_TEXT}load_subconfig('local.py')")
    assert Course(tmp_path).config.CourseDirectory.course_id == "backpropagation"


def test_the_gradebook_is_never_that_of_the_configurations_folder(root, tmp_path):
    course = Course(tmp_path, config_folder=root)
    assert course.folders.db_url == f"sqlite:///{tmp_path / 'gradebook.db'}"
    with pytest.raises(ClassroomError, match=re.escape(str(tmp_path / "gradebook.db"))):
        course.gradebook().grades("lesson")


CONFIGURATIONS = {
    "default": "",
    "ours": CONFIG_TEXT,
    "custom": """
c.CourseDirectory.course_id = " course "
c.CourseDirectory.directory_structure = "work/{assignment_id}/{nbgrader_step}/{student_id}"
c.CourseDirectory.source_directory = "a"
c.CourseDirectory.release_directory = "b"
c.CourseDirectory.submitted_directory = "c"
c.CourseDirectory.autograded_directory = "d"
c.CourseDirectory.feedback_directory = "e"
c.CourseDirectory.root = "/elsewhere"
c.CourseDirectory.groupshared = True
c.CourseDirectory.ignore.append("*.zip")
""",
    "a server": 'c.CourseDirectory.db_url = "postgresql://ada:secret@localhost/course"',
    "absolute": 'c.CourseDirectory.directory_structure = "/srv/{nbgrader_step}/{student_id}/{assignment_id}"',
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_folders_are_as_nbgrader_reads_them(tmp_path, name):
    (tmp_path / CONFIG_FILE).write_text(f"c = get_config()\n{CONFIGURATIONS[name]}")
    course = Course(tmp_path)
    folders, expected = course.folders, course.nbgrader_folders()
    for setting, value in asdict(folders).items():
        found = getattr(expected, setting)
        assert value == (tuple(found) if isinstance(found, list) else found), setting
    for step in ("source", "release", "submitted", "autograded", "feedback"):
        directory = getattr(expected, f"{step}_directory")
        for student in (".", "ada", "*"):
            path = expected.format_path(directory, student, "lesson")
            assert folders.path(step, student, "lesson") == Path(path)


def test_nbgrader_is_not_imported_before_it_is_needed():
    """Its import takes longer than the grading of several submissions."""
    modules = ("grader.classroom.course.course_folder", "grader.classroom.course.assignment")
    program = f"import sys, {', '.join(modules)}, grader.classroom.gradebook; print(*sys.modules)"
    printed = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True
    ).stdout
    packages = {name.partition(".")[0] for name in printed.decode().split()}
    assert packages.isdisjoint({"nbgrader", "nbformat", "nbconvert", "jsonschema", "dateutil", "tornado"})


def test_isolation_is_left_to_the_configuration_or_unset(root, tmp_path):
    assert "is_isolated" not in Course(tmp_path, config_folder=root).config.Run
    assert Course(tmp_path, config_folder=root, is_isolated=False).config.Run.is_isolated is False


def test_messages_go_to_the_log_file_and_nowhere_else(root, tmp_path, capfd):
    Course(tmp_path, config_folder=root).log.error("lost")
    Course(tmp_path, config_folder=root, log_file=tmp_path / "log").log.error("kept")
    assert (tmp_path / "log").read_text().endswith(" ERROR kept\n")
    assert capfd.readouterr() == ("", "")
