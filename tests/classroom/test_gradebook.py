"""The gradebook has what nbgrader would write into it, row by row, for a whole class at once."""

import datetime as dt
import io
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import nbformat
import pytest
import sqlalchemy
from nbgrader import api
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.plugins import BasePlugin
from rich.console import Console
from traitlets.config import Config

from grader.classroom.cells import grade_id
from grader.classroom.course.assignment import Assignment
from grader.classroom.course.course_folder import CONFIG_FILE, Course
from grader.classroom.course.course_seed import course_seed
from grader.classroom.errors import ClassroomError
from grader.classroom.fingerprint import RECEIPT_FILE
from grader.classroom.gradebook import Entry, Gradebook
from grader.classroom.grading import grade
from grader.classroom.records import CellGrade
from grader.demo import LESSON, SampleSubmission, make_class
from grader.demo.submissions import MISSING_MEAN
from tests.classroom.conftest import DUE
from tests.course_folder import run_converter, short_source, submitted

TASK = {"grade_id": "task", "grade": False, "solution": False, "locked": True, "task": True, "points": 3}


class HalfPenalty(BasePlugin):
    """A penalty plug-in as an instructor may write one."""

    def late_submission_penalty(self, student_id, score, total_seconds_late):
        if student_id == "unknown":
            raise KeyError(student_id)
        return score / 2


PENALTIES = f"c.AssignLatePenalties.plugin_class = '{HalfPenalty.__module__}.HalfPenalty'\n"


def penalties():
    config = Config()
    config.AssignLatePenalties.plugin_class = HalfPenalty
    return config


# Against nbgrader itself, with the plug-ins of the course.


def course_with_task(folder):
    """A course folder with a lesson that has a task, due on a date; ada is known, cleo is late."""
    source = short_source(folder.parent / "source")
    file = source / f"{LESSON}.ipynb"
    nb = nbformat.read(file, as_version=4)
    metadata = {"nbgrader": TASK | {"schema_version": 3}}
    nb.cells.append(nbformat.v4.new_markdown_cell("Draw it.", id="task", metadata=metadata))
    nbformat.write(nb, file)
    students = [SampleSubmission("ada"), SampleSubmission("bob", is_untouched=True)]
    make_class(folder, [*students, SampleSubmission("cleo", answers=MISSING_MEAN.answers)], source=source)
    with open(folder / CONFIG_FILE, "a") as config:
        config.write(PENALTIES)
    with api.Gradebook(f"sqlite:///{folder / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_student("ada", first_name="Ada", email="ada@example.org")
        gradebook.update_or_create_assignment(LESSON, duedate=DUE)
    hand_in_at(folder, "ada", "2026-01-31 11:59:59.123456 UTC")
    hand_in_at(folder, "cleo", "2026-01-31 14:00:00 CET")  # an hour late
    return folder


def hand_in_at(course, student, time):
    (submitted(course, student).parent / "timestamp.txt").write_text(time)


def mark_by_hand(course):
    """What a person does after the first grading."""
    with api.Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        written = gradebook.find_grade("answer", LESSON, LESSON, "ada")
        written.manual_score, written.extra_credit, written.needs_manual_grade = 3, 0.5, False
        gradebook.find_grade("test_backward", LESSON, LESSON, "bob").manual_score = 1
        task = gradebook.find_grade("task", LESSON, LESSON, "ada")
        task.manual_score, task.needs_manual_grade = 2, False
        gradebook.find_comment("answer", LESSON, LESSON, "ada").manual_comment = "Well said."
        gradebook.find_comment("task", LESSON, LESSON, "bob").manual_comment = "Draw it, please."
        gradebook.find_submission_notebook(LESSON, LESSON, "ada").flagged = True
        gradebook.db.commit()
        gradebook.grant_extension(LESSON, "cleo", hours=2)


def hand_in_again(course):
    """bob answers something, too late; ada no longer answers the question in words."""
    shutil.copy(submitted(course, "cleo"), submitted(course, "bob"))
    hand_in_at(course, "bob", "2026-02-01 12:00:00 +0000")
    nb = nbformat.read(submitted(course, "ada"), as_version=4)
    release = nbformat.read(Assignment(Course(course), LESSON).notebook("release"), as_version=4)
    sources = {grade_id(cell): cell.source for cell in release.cells}
    for cell in nb.cells:
        if grade_id(cell) in ("answer", "backward"):
            cell.source = sources[grade_id(cell)]
    nbformat.write(nb, submitted(course, "ada"))


def grade_with_nbgrader(folder):
    course = Course(folder)
    for converter in (Autograde, GenerateFeedback):
        for student in ("ada", "bob", "cleo"):
            run_converter(converter, course, student)


def grade_with_ours(folder):
    rows = grade(LESSON, folder, force=True, console=Console(file=io.StringIO()))
    assert [row.failure for row in rows] == ["", "", ""]


def files(folder, step):
    """What a step leaves by the names of the files: contents, notebooks as nbformat reads them, rights."""
    kept = (file for file in (folder / step).rglob("*") if file.is_file() and file.name != RECEIPT_FILE)
    return {str(file.relative_to(folder)): (content(file), oct(file.stat().st_mode)) for file in kept}


def content(file):
    return nbformat.read(file, as_version=4) if file.suffix == ".ipynb" else file.read_text()


def tables(folder):
    """All rows of a gradebook, sorted, with the random ids of submissions replaced by what they stand for."""
    with closing(sqlite3.connect(folder / "gradebook.db")) as connection:
        connection.row_factory = sqlite3.Row
        names = [
            row["name"] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        rows = {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in names}
    stands_for = {}
    for name, keys in {
        "submitted_assignment": ("student_id", "assignment_id"),
        "submitted_notebook": ("assignment_id", "notebook_id"),
        "grade": ("notebook_id", "cell_id"),
        "comment": ("notebook_id", "cell_id"),
    }.items():
        for row in rows[name]:
            assert len(row["id"]) == 32 and int(row["id"], 16)
            stands_for[row["id"]] = "/".join([name, *(stands_for.get(row[key], row[key]) for key in keys)])
    return {
        name: sorted(
            [{key: stands_for.get(value, value) for key, value in row.items()} for row in found],
            key=lambda row: [str(value) for value in row.values()],
        )
        for name, found in rows.items()
    }


@pytest.mark.slow
def test_rows_notebooks_and_pages_are_as_nbgraders_commands_make_them(tmp_path):
    stock = course_with_task(tmp_path / "stock")
    course_seed(stock)  # both are graded on the same cases
    ours = tmp_path / "ours"
    shutil.copytree(stock, ours)

    grade_with_nbgrader(stock)
    grade_with_ours(ours)
    first = tables(ours)
    assert first == tables(stock)
    assert files(ours, "autograded") == files(stock, "autograded")
    assert files(ours, "feedback") == files(stock, "feedback")
    assert sum(row["late_submission_penalty"] is not None for row in first["submitted_notebook"]) == 1

    for course in (stock, ours):
        mark_by_hand(course)
        hand_in_again(course)
    grade_with_nbgrader(stock)
    grade_with_ours(ours)
    second = tables(ours)
    assert second == tables(stock)
    assert files(ours, "autograded") == files(stock, "autograded")
    assert files(ours, "feedback") == files(stock, "feedback")
    assert {row["extension"] is None for row in second["submitted_assignment"]} == {True, False}
    changed = [name for name in second if second[name] != first[name]]
    assert sorted(changed) == ["comment", "grade", "submitted_assignment", "submitted_notebook"]

    found = Gradebook(f"sqlite:///{ours / 'gradebook.db'}").grades(LESSON)
    with api.Gradebook(f"sqlite:///{stock / 'gradebook.db'}") as gradebook:
        for student in ("ada", "bob", "cleo"):
            notebook = gradebook.find_submission_notebook(LESSON, LESSON, student)
            grades = found.pop(student)
            assert grades.late_penalty == (notebook.late_submission_penalty or 0)
            assert grades.score == notebook.score - grades.late_penalty
            assert grades.max_score == notebook.max_score
            assert {name: (cell.score, cell.max_score) for name, cell in grades.cells.items()} == {
                grade.name: (grade.score, grade.max_score) for grade in notebook.grades
            }
            assert grades.comments == {one.name: one.comment for one in notebook.comments if one.comment}
    assert not found


# Without a course: a gradebook with one small assignment.


def entry(student, score=1.0, *, timestamp=None, unanswered=()):
    return Entry(student, {"test_f": score, "why": None}, frozenset(unanswered), timestamp)


def test_what_was_recorded_is_read(small_gradebook):
    gradebook = Gradebook(small_gradebook)
    assert gradebook.grades("ps") == {}
    gradebook.record("ps", [entry("ada", unanswered=["f"]), entry("bob", 0)])
    found = gradebook.grades("ps")
    assert sorted(found) == ["ada", "bob"]
    assert (found["ada"].score, found["ada"].max_score, found["ada"].late_penalty) == (1, 9, 0)
    assert found["ada"].comments == {"f": "No response."} and found["bob"].comments == {}
    assert found["bob"].cells == {
        "test_f": CellGrade(0, 2),
        "why": CellGrade(0, 4, is_waiting=True),
        "draw": CellGrade(0, 3, is_waiting=True),
    }
    assert gradebook.grades("ps", ["bob", "nobody"]) == {"bob": found["bob"]}
    assert gradebook.grades("ps", []) == {}


def test_a_mark_by_hand_of_an_earlier_version_is_to_be_given_again(small_gradebook):
    gradebook = Gradebook(small_gradebook)
    gradebook.record("ps", [entry("ada", 2)])
    mark("ada", small_gradebook, 3)
    assert gradebook.grades("ps")["ada"].cells["why"] == CellGrade(3, 4)
    gradebook.record("ps", [entry("ada", 2)])
    assert gradebook.grades("ps")["ada"].cells["why"] == CellGrade(3, 4, is_to_remark=True)
    mark("ada", small_gradebook, 1)
    assert gradebook.grades("ps")["ada"].cells["why"] == CellGrade(1, 4)


def test_a_mark_by_hand_of_an_unchanged_answer_stays(small_gradebook):
    gradebook = Gradebook(small_gradebook)
    unchanged = replace(entry("ada", 2), unchanged=frozenset({"why"}))
    gradebook.record("ps", [unchanged])
    assert gradebook.grades("ps")["ada"].cells["why"].is_waiting
    mark("ada", small_gradebook, 3)
    gradebook.record("ps", [unchanged])
    assert gradebook.grades("ps")["ada"].cells["why"] == CellGrade(3, 4)
    gradebook.record("ps", [entry("ada", 2)])
    gradebook.record("ps", [unchanged])  # the changed answer is still to be marked
    assert gradebook.grades("ps")["ada"].cells["why"] == CellGrade(3, 4, is_to_remark=True)


def mark(student, url, score):
    """Mark the written answer as formgrader does."""
    with api.Gradebook(url) as gradebook:
        written = gradebook.find_grade("why", "ps", "ps", student)
        written.manual_score, written.needs_manual_grade = score, False
        gradebook.db.commit()


def test_how_late_a_submission_is(small_gradebook):
    gradebook = Gradebook(small_gradebook)
    hour = dt.timedelta(hours=1)
    students = {"early": DUE - hour, "late": DUE + hour, "extended": DUE + hour, "unknown": None}
    gradebook.record("ps", [entry(student, timestamp=time) for student, time in students.items()])
    with api.Gradebook(small_gradebook) as stock:
        stock.grant_extension("ps", "extended", hours=2)
    found = {student: one.late_seconds for student, one in gradebook.grades("ps").items()}
    assert found == {"early": 0, "late": 3600, "extended": 0, "unknown": 0}


def test_nothing_to_record(small_gradebook):
    Gradebook(small_gradebook).record("ps", [])
    assert Gradebook(small_gradebook).grades("ps") == {}


def statements(action):
    """How many statements an action sends to a database."""
    seen = []

    def note(connection, cursor, statement, *others):
        seen.append(statement)

    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", note)
    try:
        action()
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", note)
    return len(seen)


def test_a_class_takes_as_many_statements_as_a_student(small_gradebook):
    gradebook = Gradebook(small_gradebook)
    on_time = DUE - dt.timedelta(days=1)
    gradebook.record("ps", [])  # it gets its write-ahead log
    one = statements(lambda: gradebook.record("ps", [entry("ada", timestamp=on_time)]))
    students = [f"student-{number}" for number in range(300)]
    entries = [entry(student, timestamp=on_time) for student in students]
    assert statements(lambda: gradebook.record("ps", entries)) == one
    assert statements(lambda: gradebook.grades("ps")) == statements(lambda: gradebook.grades("ps", ["ada"]))
    assert len(gradebook.grades("ps")) == 301


def test_a_penalty_that_cannot_be_found_stops_no_other(small_gradebook):
    late = DUE + dt.timedelta(seconds=1)
    gradebook = Gradebook(small_gradebook, penalties())
    students = ("ada", "unknown", "zoe")
    with pytest.raises(ClassroomError, match="late penalties of unknown: KeyError.*AssignLatePenalties"):
        gradebook.record("ps", [entry(student, timestamp=late) for student in students])
    found = gradebook.grades("ps")
    assert {student: (one.score, one.late_penalty) for student, one in found.items()} == {
        "ada": (0.5, 0.5),
        "unknown": (1, 0),
        "zoe": (0.5, 0.5),
    }


def test_all_or_nothing_is_recorded(small_gradebook):
    with pytest.raises(ClassroomError, match="no graded cell test_g.*Release the lesson"):
        Gradebook(small_gradebook).record("ps", [entry("ada"), Entry("bob", {"test_g": 1.0}, frozenset())])
    assert Gradebook(small_gradebook).grades("ps") == {}


def test_missing_rows_are_made(small_gradebook):
    gradebook = Gradebook(small_gradebook)
    gradebook.record("ps", [entry("ada")])
    with sqlalchemy.create_engine(small_gradebook).begin() as connection:
        for table in ("grade", "comment", "submitted_notebook"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    gradebook.record("ps", [entry("ada", 2, unanswered=["why"])])
    found = gradebook.grades("ps")["ada"]
    assert (found.score, len(found.cells), found.comments) == (2, 3, {"why": "No response."})
