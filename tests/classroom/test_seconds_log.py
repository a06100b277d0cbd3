"""How long exercises took is added to a table, a row at a time, which no spreadsheet runs."""

import csv
import os

import pytest

from grader.classroom.answers import Failure, Graded
from grader.classroom.errors import ClassroomError
from grader.classroom.grading import grade
from grader.classroom.seconds_log import COLUMNS, SecondsLog
from grader.demo import LESSON, SampleSubmission
from grader.lessons import load
from tests.course_folder import short_class, submitted

GRADED = Graded(
    b"{}",
    {"test_f": 1.0},
    verdicts={"f": {"status": "correct", "score": 1.0, "max_score": 2.0}, "g": {}},
    seconds=0.25,
    exercise_seconds={"f": 0.125},
)


def rows(file):
    with file.open(newline="") as opened:
        return [tuple(row.values())[2:] for row in csv.DictReader(opened)]


def test_rows_of_what_is_graded_and_of_what_is_not(tmp_path):
    file = tmp_path / "log.csv"
    SecondsLog(file, LESSON).add("=HYPERLINK(1)", GRADED)
    log = SecondsLog(file, LESSON)  # it goes on
    log.add("bob\n,x", Failure("No."), is_tried_again=True)
    log.add("bob", Failure("No."))
    assert file.read_text().splitlines()[0] == ",".join(COLUMNS)
    assert rows(file) == [
        ("'=HYPERLINK(1)", "f", "correct", "1.0", "2.0", "0.125"),
        ("'=HYPERLINK(1)", "g", "", "", "", ""),
        ("'=HYPERLINK(1)", "", "graded", "", "", "0.250"),
        ("bob ,x", "", "tried again", "", "", ""),
        ("bob", "", "failed", "", "", ""),
    ]


def test_nothing_is_added_to_another_file(tmp_path):
    file = tmp_path / "grades.csv"
    file.write_text("student,grade\n")
    with pytest.raises(ClassroomError, match="is no log of a grading"):
        SecondsLog(file, LESSON)
    assert file.read_text() == "student,grade\n"


def test_a_line_that_is_not_written_whole_is_an_error(tmp_path, monkeypatch):
    log = SecondsLog(tmp_path / "log.csv", LESSON)
    monkeypatch.setattr(os, "write", lambda descriptor, lines: 1)
    with pytest.raises(OSError, match="No space left"):
        log.add("ada", GRADED)


@pytest.mark.slow
def test_a_class_that_is_graded_leaves_its_seconds(tmp_path, quiet):
    course = short_class(tmp_path / "course", [SampleSubmission("ada"), SampleSubmission("bob")])
    submitted(course, "bob").write_text("no notebook")
    grade(LESSON, course, console=quiet, log=tmp_path / "log.csv")
    found = rows(tmp_path / "log.csv")
    assert ("bob", "", "failed", "", "", "") in found
    of_ada = {row[1]: row[2:] for row in found if row[0] == "ada"}
    assert of_ada.keys() == {*load(LESSON).exercises, ""}
    assert {values[0] for name, values in of_ada.items() if name} == {"correct"}
    assert 0 < sum(float(values[3]) for name, values in of_ada.items() if name) < float(of_ada[""][3])
