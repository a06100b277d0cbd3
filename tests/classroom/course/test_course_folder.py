"""A course folder has its own configuration or another folder's, and always its own gradebook."""

import pytest

from grader.classroom.course.course_folder import CONFIG_FILE, CONFIG_TEXT, Course


def test_a_folder_without_configuration_is_refused(tmp_path):
    with pytest.raises(FileNotFoundError, match=CONFIG_FILE):
        Course(tmp_path)


def test_the_written_configuration_is_the_repositorys(tmp_path):
    (tmp_path / CONFIG_FILE).write_text(CONFIG_TEXT)
    course = Course(tmp_path)
    assert course.config.CourseDirectory.course_id == "backpropagation"
    assert course.nbgrader_folders().root == str(tmp_path)


def test_the_gradebook_is_never_that_of_the_configurations_folder(root, tmp_path):
    course = Course(tmp_path, config_folder=root)
    assert course.nbgrader_folders().db_url == f"sqlite:///{tmp_path / 'gradebook.db'}"
    with course.gradebook() as gradebook:
        assert gradebook.students == []
    assert (tmp_path / "gradebook.db").exists()


def test_isolation_is_left_to_the_configuration_or_unset(root, tmp_path):
    assert "is_isolated" not in Course(tmp_path, config_folder=root).config.Run
    assert Course(tmp_path, config_folder=root, is_isolated=False).config.Run.is_isolated is False


def test_messages_go_to_the_log_file_and_nowhere_else(root, tmp_path, capfd):
    Course(tmp_path, config_folder=root).log.error("lost")
    Course(tmp_path, config_folder=root, log_file=tmp_path / "log").log.error("kept")
    assert (tmp_path / "log").read_text().endswith(" ERROR kept\n")
    assert capfd.readouterr() == ("", "")
