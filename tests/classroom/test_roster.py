"""A roster is read as schools write it, and says who has not handed in."""

import pytest
from click.testing import CliRunner

from grader.classroom.errors import ClassroomError
from grader.classroom.roster import compare_with_roster, read_roster
from grader.cli import app
from grader.demo import LESSON
from tests.classroom.lms.conftest import EXAMPLES

EXPECTED = {"ada": "Ada Lovelace", "bob": "Bob Ross"}


@pytest.mark.parametrize(
    "text",
    [
        "id,first_name,last_name,email\nada,Ada,Lovelace,a@x.org\nbob,Bob,Ross,\n",  # as nbgrader imports it
        "\ufeffName;Username\r\nAda Lovelace;ada\r\n;\r\nBob Ross;bob\r\n",  # a spreadsheet in Europe
        "SIS Login ID\tStudent Name\nada\tAda Lovelace\nbob\tBob Ross",
        'student,name\nada,"Ada Lovelace"\n\nbob,Bob Ross\n',
        "Surname,Given name,Login\nLovelace,Ada,ada\nRoss,Bob,bob\n",
    ],
)
def test_columns_are_recognized(tmp_path, text):
    file = tmp_path / "roster.csv"
    file.write_bytes(text.encode())
    names = read_roster(file)
    assert {student: set(name.split()) for student, name in names.items()} == {
        student: set(name.split()) for student, name in EXPECTED.items()
    }


def test_columns_are_named(tmp_path):
    file = tmp_path / "roster.csv"
    file.write_text("Matrikel,Wer\n17,Ada\n")
    assert read_roster(file, "matrikel", "Wer") == {"17": "Ada"}
    with pytest.raises(ClassroomError, match="no column number. It has: Matrikel, Wer"):
        read_roster(file, "number")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"id,name\n", "no students"),
        (b"Matrikel,Wer\n17,Ada\n", "--id-column"),
        (b"id,name\n,Ada\n", "row 2 has no id"),
        (b"id,name\nada,A\nada,B\n", "ada is there twice, again in row 3"),
        (b"PK\x03\x04\xff\xfe", "no CSV file in UTF-8"),
        ("id,name\nada,J\xfcrgen\n".encode("latin-1"), "save it as CSV"),
    ],
)
def test_a_bad_file_is_explained(tmp_path, content, message):
    file = tmp_path / "roster.csv"
    file.write_bytes(content)
    with pytest.raises(ClassroomError, match=message):
        read_roster(file)


def test_no_file(tmp_path):
    with pytest.raises(ClassroomError, match="cannot be read: No such file"):
        read_roster(tmp_path / "none.csv")


def test_who_has_not_handed_in(tmp_path, monkeypatch):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    for student in ("ada", "zoe"):
        (tmp_path / "submitted" / student / LESSON).mkdir(parents=True)
    (tmp_path / "class.csv").write_text("id,first_name,last_name\nada,Ada,Lovelace\nbob,Bob,Ross\n")
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["roster", LESSON, "class.csv"])
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"1 of 2 handed in {LESSON}.",
        "Not handed in:",
        "  bob  Bob Ross",
        "Handed in, but not in the roster:",
        "  zoe",
    ]
    result = CliRunner().invoke(app, ["roster", LESSON, "none.csv"])
    assert result.exit_code == 2 and "cannot be read" in result.output


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_file_of_an_lms_is_a_roster(tmp_path, kind):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    for student in ("ada", "eve"):
        (tmp_path / "submitted" / student / LESSON).mkdir(parents=True)
    (tmp_path / "class.csv").write_text(EXAMPLES[kind])
    found = compare_with_roster(LESSON, tmp_path / "class.csv", tmp_path)
    assert list(found.there) == ["ada"] and found.unknown == ["eve"]
    if kind == "canvas":
        assert found.missing == {
            "bob": "Bob, B",
            "cyd": "Cyd, C",
            "dan": "Dan, D",
            "zoe": "Zoe, Z",
            "b1f0": "Student, Test",
        }


def test_a_table_with_titles_as_in_canvas_is_a_roster(tmp_path):
    (tmp_path / "nbgrader_config.py").write_text("c = get_config()\n")
    (tmp_path / "submitted" / "ada" / LESSON).mkdir(parents=True)
    (tmp_path / "class.csv").write_text("Student,ID\nAda L,ada\nBob R,bob\n")
    assert compare_with_roster(LESSON, tmp_path / "class.csv", tmp_path).missing == {"bob": ""}
