"""The command fills in what a teacher downloaded, sends only final marks, and says what it left out."""

import pytest
from click.testing import CliRunner

from grader import cli
from grader.classroom.lms.formats import FORMATS
from grader.demo import LESSON
from tests.classroom.lms.conftest import EXAMPLES

EXPECTED = {
    "canvas": 'Student,ID,SIS User ID,SIS Login ID,Section,Lesson 3 (501)\n"Ada, A",17,s-1,ada,Sec A,8.13\n',
    "moodle-worksheet": EXAMPLES["moodle-worksheet"].replace(
        'Submitted,,"10,00"', 'Submitted,"8,13","10,00"'
    ),
    "moodle-gradebook": "First name,Surname,Email address,Assignment: Lesson 3 (Real),"
    "Last downloaded from this course\nAda,A,ada@example.org,8.13,1700000000\n",
    "brightspace": "OrgDefinedId,Username,Lesson 3 Points Grade <Numeric MaxPoints:10 Weight:5>,"
    "End-of-Line Indicator\n#00017,#ada,8.13,#\n",
    "blackboard": '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t'
    '"Lesson 3 [Total Pts: 10 Score] |4711"\n"A"\t"Ada"\t"ada"\t"s-1"\t"8.13"\n',
}


def run(*options):
    done = CliRunner().invoke(cli.app, ["marks", LESSON, *options])
    assert done.exception is None or isinstance(done.exception, SystemExit)
    return done.exit_code, " ".join(done.output.split())


def test_the_command_offers_every_format():
    assert list(FORMATS) == list(cli._LMS_FORMATS)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_download_is_filled_in(marked_course, name):
    (marked_course / "in.csv").write_text(EXAMPLES[name])
    code, output = run("--into", "in.csv", "--out", "out.csv")
    assert (marked_course / "out.csv").read_text() == EXPECTED[name]
    assert (marked_course / "in.csv").read_text() == EXAMPLES[name]
    assert ("does not say of how many points" in output) == (name == "moodle-gradebook")
    assert code == 1 and FORMATS[name].title in output and FORMATS[name].advice in output
    assert "4 points are to be marked again by hand: cyd" in output
    assert "to be graded again: submission or lesson has changed: dan" in output
    assert "not graded yet: eve" in output
    assert "Handed in, but not in the file: fay" in output
    assert list(marked_course.glob(".*part")) == []


def test_the_summary_says_who_is_left_out(marked_course):
    (marked_course / "in.csv").write_text(EXAMPLES["canvas"])
    _, output = run("--into", "in.csv", "--out", "out.csv")
    assert "4 points wait to be marked by hand: bob" in output
    assert "nothing handed in: zoe (Zoe, Z); b1f0 (Student, Test)" in output
    assert "“Lesson 3 (501)”, of 10 points. Marks: 1. Students are known by “SIS Login ID”." in output


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (
            ("Lesson 3 (", "Lesson 4 ("),
            [],
            "line 1: there is no column of marks whose title is that of 03_back",
        ),
        (("Other (502)", "Lesson 3 (502)"), [], "there is 2 columns of marks"),
        (("Lesson 3 (", "Final Score Lesson 3 ("), ["--item", "501"], "Canvas ignores a column"),
        (("SIS User ID,", "SIS Name,"), [], "line 1: after ID Canvas expects"),
        (('"Ada, A",17', '"Ada, A",18'), [], "lines 4 and 5: ID is “18” twice"),
        (('"Ada, A",17', '"Ada, A",12abc'), [], "line 4: the ID is no number of Canvas"),
        (("s-1,ada", "s-1,bob"), ["--key", "SIS Login ID"], "lines 4 and 5: “SIS Login ID” is “bob” twice"),
        (("s-1,ada", "bob,ada"), [], "Say with --key which column has the names"),
        (("7.50", '"7,50"'), [], "in.csv has decimal points (line 4) and decimal commas (line 4)"),
        (("10.00,10.00", "20.00,10.00"), [], "is of 20 points, the lesson of 10. Correct it in the LMS"),
        (("", ""), ["--maximum", "20"], "is of 10 points, not of 20"),
        (("", ""), ["--key", "Login"], "there is no column “Login”"),
        (("Student,ID", "Name,Number"), [], "are those of no known format"),
        (("Student,ID", "Name,ID"), ["--format", "canvas"], "the first columns are not Student and ID"),
        (("s-1,ada,Sec A", "s-1,Sec A"), [], "line 4: the row has 7 cells, but there are 8 columns"),
    ],
)
def test_a_file_that_is_unclear_is_refused(marked_course, change, options, message):
    assert change[0] in EXAMPLES["canvas"]
    (marked_course / "in.csv").write_text(EXAMPLES["canvas"].replace(*change, 1))
    code, output = run("--into", "in.csv", "--out", "out.csv", *options)
    assert code == 2 and message in output
    assert "in.csv" in output and not (marked_course / "out.csv").exists()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ((',"10,00",Yes', ',"20,00",Yes'), "lines 2 and 3: the maxima differ"),
        (("Submitted,,", "Submitted,-,"), "line 2: the grade is “-”, which Moodle would take for 0"),
        (("Participant 17", "Participant17"), "line 2: the Identifier is not “Participant” and a number"),
        (("Grade,Maximum grade", "Grade,Scale"), "this assignment is graded in words"),
        (("Participant 18", "Participant 17"), "lines 2 and 3: Identifier is “Participant 17” twice"),
    ],
)
def test_a_worksheet_that_moodle_would_misread_is_refused(marked_course, change, message):
    (marked_course / "in.csv").write_text(EXAMPLES["moodle-worksheet"].replace(*change, 1))
    code, output = run("--into", "in.csv", "--out", "out.csv")
    assert code == 2 and message in output


def test_comments_that_moodle_guards_are_not_sent_back(marked_course):
    (marked_course / "in.csv").write_text(EXAMPLES["moodle-worksheet"].replace("<p>by hand</p>", "'=by hand"))
    run("--into", "in.csv", "--out", "out.csv")
    written = (marked_course / "out.csv").read_text()
    assert "comments" not in written and "by hand" not in written and '"8,13","10,00",Yes,-,-\n' in written


def test_marks_are_scaled_if_asked_to(marked_course):
    (marked_course / "in.csv").write_text(EXAMPLES["canvas"].replace("10.00,10.00", "20.00,10.00"))
    run("--into", "in.csv", "--out", "out.csv", "--scale")
    assert "Sec A,16.25\n" in (marked_course / "out.csv").read_text()


def test_the_downloaded_file_is_never_written(marked_course):
    (marked_course / "in.csv").write_text(EXAMPLES["canvas"])
    (marked_course / "link.csv").symlink_to("in.csv")
    for out in ("in.csv", "./in.csv", "link.csv"):
        code, output = run("--into", "in.csv", "--out", out)
        assert code == 2 and "is the downloaded file" in output
    assert (marked_course / "in.csv").read_text() == EXAMPLES["canvas"]


def test_without_a_mark_no_file_is_written(marked_course):
    rows = EXAMPLES["canvas"].replace("ada,Sec A,7.50", "ada,Sec A,EX")
    (marked_course / "in.csv").write_text(rows)
    code, output = run("--into", "in.csv", "--out", "out.csv")
    assert code == 1 and "excused in Canvas: ada" in output and "no file is written" in output
    assert not (marked_course / "out.csv").exists()


def test_files_that_cannot_be_used(marked_course):
    (marked_course / "in.csv").write_text(EXAMPLES["canvas"])
    assert run("--into", "none.csv", "--out", "out.csv")[1].startswith("none.csv cannot be read")
    assert "cannot be written" in run("--into", "in.csv", "--out", "none/out.csv")[1]
