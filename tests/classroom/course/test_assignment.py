"""Where an assignment and its submissions lie in a course folder."""

from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.course_folder import Course


def test_paths_follow_nbgraders_configuration(root, tmp_path):
    assignment = Assignment(Course(tmp_path, config_folder=root), "lesson")
    assert assignment.notebook("source") == tmp_path / "solutions" / "lesson" / "lesson.ipynb"
    assert assignment.folder("release") == tmp_path / "notebooks" / "lesson"
    submission = Submission(assignment, "ada")
    assert submission.folder("submitted") == tmp_path / "submitted" / "ada" / "lesson"
    assert submission.notebook("autograded") == tmp_path / "autograded" / "ada" / "lesson" / "lesson.ipynb"


def test_students_are_those_with_a_folder_for_the_lesson(root, tmp_path):
    assignment = Assignment(Course(tmp_path, config_folder=root), "lesson")
    assert assignment.students("submitted") == []
    for path in ("zoe/lesson", "ada/lesson", "other/another lesson"):
        (tmp_path / "submitted" / path).mkdir(parents=True)
    (tmp_path / "submitted" / "no-folder").mkdir()
    (tmp_path / "submitted" / "no-folder" / "lesson").write_text("")
    assert assignment.students("submitted") == ["ada", "zoe"]
    assert assignment.students("autograded") == []
