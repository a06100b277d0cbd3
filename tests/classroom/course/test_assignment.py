"""Where an assignment and its submissions lie in a course folder, and when they were handed in."""

import datetime as dt

import pytest

from grader.classroom.course.assignment import Assignment, Submission
from grader.classroom.course.course_folder import Course
from grader.classroom.errors import BadSubmission


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


@pytest.fixture
def submission(root, tmp_path):
    """A submission with an empty folder."""
    submission = Submission(Assignment(Course(tmp_path, config_folder=root), "lesson"), "ada")
    submission.folder("submitted").mkdir(parents=True)
    return submission


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31 23:59:00.123456 UTC",
        "2026-01-31 23:59:00 Europe/Zurich",
        "2026-01-31 23:59:00 CET",
        "2026-01-31 23:59:00 Nowhere/AtAll",
        "2026-01-31 23:59:00 +0100",  # which nbgrader takes for 100 seconds
        "2026-01-31 23:59:00 -7200",
        "2026-01-31 23:59:00",
        "2026-01-31T23:59:00+02:00",
        "  2026-07-31T23:59:00Z\n",
        "31 January 2026 at noon",
        "",
    ],
)
def test_the_time_is_as_nbgrader_reads_it(submission, text):
    (submission.folder("submitted") / "timestamp.txt").write_text(text)
    folders = submission.assignment.course.nbgrader_folders()
    try:
        expected = folders.get_existing_timestamp(submission.folder("submitted"))
    except AttributeError:  # nbgrader means to say that the time is invalid
        with pytest.raises(BadSubmission):
            submission.timestamp()
    else:
        assert submission.timestamp() == expected


def test_the_time_is_in_utc_and_without_a_zone(submission):
    assert submission.timestamp() is None
    (submission.folder("submitted") / "timestamp.txt").write_text("2026-07-31 12:00:00 Europe/Zurich")
    assert submission.timestamp() == dt.datetime(2026, 7, 31, 10)


@pytest.mark.parametrize(
    "content",
    [
        b"yesterday",
        b"\xff\xfe",
        b"2026-99-99",
        b"1" * 50,
        b"1" * 1_000_000,
        b"0001-01-01T00:00+14:00",
        b"2026-01-31 12:00:00 99999999999",
        b"2026-01-31 12:00:00 /etc/hostname",
    ],
)
def test_a_file_without_a_time_is_explained(submission, content):
    (submission.folder("submitted") / "timestamp.txt").write_bytes(content)
    with pytest.raises(BadSubmission, match="timestamp.txt .* does not say when .* remove it"):
        submission.timestamp()
