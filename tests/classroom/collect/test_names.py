"""Names as Canvas, Moodle, Blackboard, Brightspace and browsers give them."""

import datetime as dt

import pytest

from grader.classroom.collect.names import Origin, lesson_of_name, read_origins

LESSON = "03_backpropagation"
LESSONS = [LESSON, "02_forward_propagation"]
FILE = f"{LESSON}.ipynb"
UUID = "-0f8fad5b-d9cb-469f-a165-70867728950e"


def origin(path, *others):
    return read_origins([tuple(one.split("/")) for one in (path, *others)], LESSONS)[0]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"onestudent_17_9001_{FILE}", Origin(FILE, "17", name="onestudent", attempt=9001)),
        (
            f"onestudent_LATE_17_9001_{FILE}",
            Origin(FILE, "17", name="onestudent", attempt=9001, is_late=True),
        ),
        (f"王小明_17_9001_{FILE}", Origin(FILE, "17", name="王小明", attempt=9001)),
        (f"_17_9001_{FILE}", Origin(FILE, "17", attempt=9001)),
        (f"12345_17_9001_{FILE}", Origin(FILE, "17", name="12345", attempt=9001)),
        (f"12345_LATE_17_9001_{FILE}", Origin(FILE, "17", name="12345", attempt=9001, is_late=True)),
        (f"ada_17_9001_2026_{FILE}", Origin(f"2026_{FILE}", "17", name="ada", attempt=9001)),
        ("ada_17_9001_12_34_x.ipynb", Origin("12_34_x.ipynb", "17", name="ada", attempt=9001)),
        (f"Student One_1234_assignsubmission_file/{FILE}", "moodle"),
        (f"Student One_1234_assignsubmission_file_/{FILE}", "moodle"),
        (f"Student One_1234_assignsubmission_file_{FILE}", "moodle"),
        (f"all/Student One_1234_assignsubmission_file/src/{FILE}", "moodle"),
        (
            f"Lesson 3_student_1_attempt_2026-11-05-10-30-00_{FILE}",
            Origin(FILE, logins=("student_1", "1"), time=dt.datetime(2026, 11, 5, 10, 30)),
        ),
        (
            f"Lab_eve_attempt_2026-11-05-10-30-00_x_ada_attempt_2027-01-01-00-00-00_{FILE}",
            Origin(
                f"x_ada_attempt_2027-01-01-00-00-00_{FILE}",
                logins=("eve",),
                time=dt.datetime(2026, 11, 5, 10, 30),
            ),
        ),
        (
            f"20017-40021 - Student One - Nov 5, 2026 1030 AM/{FILE}",
            Origin(FILE, account="20017", name="Student One", time=dt.datetime(2026, 11, 5, 10, 30)),
        ),
    ],
)
def test_who_handed_in(path, expected):
    if expected == "moodle":
        expected = Origin(FILE, "1234", name="Student One", may_be_of_team=True)
    assert origin(path) == expected


def test_a_name_of_canvas_that_ends_in_a_number_is_read_in_two_ways():
    found = origin(f"student_1_17_9001_{FILE}")
    assert (found.name, found.number, found.other.name, found.other.number) == (
        "student",
        "1",
        "student_1",
        "17",
    )
    assert found.other.file == FILE and found.other.attempt == 9001


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        (f"LATE_anon_Ab3dE_9003_{FILE}", "without names"),
        (f"anon_12345_9003_{FILE}", "without names"),
        ("twostudent_18_text.html", "typed into the LMS"),
        ("twostudent_LATE_18_link.html", "typed into the LMS"),
        ("Student One_1234_assignsubmission_onlinetext/onlinetext.html", "typed into the LMS"),
        (f"Default team_assignsubmission_file/{FILE}", "team that has no number"),
        (f"Ada_7_assignsubmission_file__9_assignsubmission_file_/{FILE}", "twice"),
        ("Lesson 3_ada_attempt_2026-11-05-10-30-00.txt", "what Blackboard notes on an attempt"),
        (FILE, "no name of a student"),
        (f"Copy of {LESSON} (1).ipynb", "no name of a student"),
        (f"{LESSON}-Copy1.ipynb", "no name of a student"),
    ],
)
def test_nobody_can_be_told(path, problem):
    assert problem in origin(path).problem


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"ada/{FILE}", "ada"),
        (f"ada/{LESSON}/{FILE}", "ada"),
        (f"class/ada/{FILE}", "ada"),
        (f"Ada Lovelace - {FILE}", "Ada Lovelace"),
        (f"{LESSON}_ada_l.ipynb", "ada l"),
        (f"Copy of {LESSON} - ada (2).ipynb", "ada"),
        ("03_Backpropagation-ada.ipynb", "ada"),
    ],
)
def test_plain_folders_and_files(path, name):
    assert origin(path, "class/bob/x.ipynb", "eve/x.ipynb").name == name


def test_a_folder_that_all_files_are_in_is_nobodys():
    names = [one.name for one in read_origins([("down", "ada " + FILE), ("down", "bob " + FILE)], LESSONS)]
    assert names == ["ada", "bob"]
    names = [one.name for one in read_origins([("down", "ada", FILE), ("down", "bob", FILE)], LESSONS)]
    assert names == ["ada", "bob"]


@pytest.mark.parametrize("top", ["", "class/"])
@pytest.mark.parametrize("inside", ["", f"{LESSON}/"])
@pytest.mark.parametrize(
    "other", ["data.csv", "pictures/net.png", "02_forward_propagation.ipynb", "notes.ipynb"]
)
def test_the_folder_of_one_student_alone_is_the_students(top, inside, other):
    assert origin(f"{top}ada/{inside}{FILE}", f"{top}ada/{inside}{other}").name == "ada"


def test_a_folder_whose_notebooks_have_names_is_the_classs():
    assert origin(f"class/ada {FILE}", "class/data.csv").name == "ada"
    assert origin(f"class/ada {FILE}", "class/02_forward_propagation.ipynb").name == "ada"
    assert origin(f"class/ada {FILE}").name == "ada"
    assert [origin(f"class/{one}.ipynb", "class/eve.ipynb").name for one in ("ada", "bob")] == ["ada", "bob"]
    assert "no name" in origin(f"class/{FILE}", f"class/{LESSON} (1).ipynb").problem


def test_all_files_are_read_as_those_of_one_lms():
    found = read_origins([(f"ada_17_1_{FILE}",), (f"bob_18_2_{FILE}",), ("stray",)], LESSONS)
    assert [one.number for one in found] == ["17", "18", ""]
    assert found[2].problem == "its path is not like those of the other files"


@pytest.mark.parametrize(
    "file", [FILE, f"{LESSON}-1.ipynb", f"{LESSON}{UUID}.ipynb", f"Copy of {LESSON} (1).ipynb", FILE.upper()]
)
def test_renamed_notebooks_are_known(file):
    assert lesson_of_name(file, LESSONS) == LESSON


def test_a_name_of_two_lessons_is_of_none():
    assert lesson_of_name("01_a and 02_b.ipynb", ["01_a", "02_b"]) == ""
