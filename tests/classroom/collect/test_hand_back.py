"""Pages go back under names by which the LMS gives each student their own, and only when marks are final."""

import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from grader.classroom.collect.hand_back import describe_handed_back, hand_back
from grader.classroom.errors import ClassroomError
from grader.cli import app
from grader.demo import LESSON
from tests.classroom.collect.test_collect import packed
from tests.classroom.lms.conftest import EXAMPLES, marked_course  # noqa: F401 - a fixture
from tests.course_folder import feedback

FILE, PAGE = f"{LESSON}.ipynb", f"{LESSON}.html"


@pytest.fixture
def course(marked_course):  # noqa: F811
    for student in ("ada", "bob", "cyd"):
        page = feedback(marked_course, student)
        page.parent.mkdir(parents=True)
        page.write_text(f"the page of {student}")
    return marked_course


def packed_pages(archive, out, **options):
    """What is said of the pages packed for an archive."""
    found = hand_back(LESSON, archive, Path(out), **options)
    return " ".join(describe_handed_back(found, Path(out)))


def canvas_reads(name):
    """The numbers of the student and of the submitted file, as Canvas finds them, and the page's name."""
    parts = [part for part in name.split("_") if part != "LATE"]
    assert parts[0] != "anon"  # what comes then is not read as numbers
    user, attachment = [place for place, part in enumerate(parts) if part.isdigit()][:2]
    return parts[user], parts[attachment], "_".join(parts[attachment + 1 :])


def moodle_reads(path):
    """The number of the participant and the plug-in, as Moodle finds them in some part of a path."""
    for part in path.split("/"):
        pieces = part.split("_", 4)
        if len(pieces) >= 4 and pieces[1].isdigit():
            return pieces[1], f"{pieces[2]}_{pieces[3]}"
    return None


def contents(zipped):
    with zipfile.ZipFile(zipped) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}


def test_canvas(course):
    (course / "grades.csv").write_text(EXAMPLES["canvas"])
    names = (f"adaa_LATE_17_9001_{LESSON}-1.ipynb", f"bobb_18_9002_{FILE}", f"zoez_21_9003_{FILE}")
    zipped = packed(course / "a.zip", dict.fromkeys(names, "{}"))
    said = packed_pages(zipped, "back.zip", roster=Path("grades.csv"))
    [(name, page)] = contents("back.zip").items()
    assert canvas_reads(name) == ("17", "9001", PAGE) and page == "the page of ada"
    assert "Left out, 4 points wait to be marked by hand: bob" in said
    assert "Left out, not handed in here: zoe" in said and "upload a file once" in said


@pytest.mark.parametrize("name", ["99", "student_1", ""])
def test_a_name_that_canvas_could_take_for_a_number_is_not_sent(course, name):
    (course / "grades.csv").write_text(EXAMPLES["canvas"])
    zipped = packed(course / "a.zip", {f"{name}_17_9001_{FILE}": "{}"})
    packed_pages(zipped, "back.zip", roster=Path("grades.csv"))
    assert {canvas_reads(one): page for one, page in contents("back.zip").items()} == {
        ("17", "9001", PAGE): "the page of ada"
    }


def test_moodle(course):
    assert moodle_reads(f"Ada_A_17_assignsubmission_file/{FILE}") is None  # why the name is left out
    worksheet = EXAMPLES["moodle-worksheet"].replace("@example.org", "").replace("Email address", "Username")
    (course / "work.csv").write_text(worksheet)
    folders = (f"{one}_assignsubmission_file" for one in ("Ada A_17", "Team 1_18"))
    zipped = packed(course / "a.zip", {f"{folder}/{FILE}": "{}" for folder in folders})
    said = packed_pages(zipped, "back.zip", roster=Path("work.csv"))
    [(path, page)] = contents("back.zip").items()
    assert moodle_reads(path) == ("17", "assignsubmission_file") and path.endswith(f"/{PAGE}")
    assert page == "the page of ada" and "“Feedback files”" in said
    with pytest.raises(ClassroomError, match="Say with --roster who is who"):
        packed_pages(zipped, "other.zip")
    assert not (course / "other.zip").exists()


@pytest.mark.parametrize(
    ("archive", "out", "message"),
    [
        ("a.zip", "a.zip", "is the downloaded archive"),
        ("b.zip", "c.zip", "named as Canvas or Moodle name them"),
        ("a.zip", "none/c.zip", "cannot be written"),
    ],
)
def test_what_cannot_be_packed(course, archive, out, message):
    (course / "grades.csv").write_text(EXAMPLES["canvas"])
    packed(course / "a.zip", {f"adaa_17_9001_{FILE}": "{}"})
    packed(course / "b.zip", {f"ada/{FILE}": "{}"})
    with pytest.raises(ClassroomError, match=message):
        packed_pages(course / archive, course / out, roster=Path("grades.csv"))


def test_no_page_is_final(course):
    said = packed_pages(packed(course / "a.zip", {f"bobb_18_2_{FILE}": "{}"}), "b.zip")
    assert "No file is written." in said and not (course / "b.zip").exists()


def test_a_file_to_upload_is_named_with_the_one_that_was_downloaded(course):
    done = CliRunner().invoke(app, ["feedback", LESSON, "--for", "a.zip"])
    assert done.exit_code == 2 and "--for and --out go together" in done.output
