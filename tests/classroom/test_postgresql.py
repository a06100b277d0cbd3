"""A gradebook in PostgreSQL has the rows that one in a file has, from the first release to marks by hand."""

import contextlib
import datetime as dt
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from sqlalchemy import create_engine, text

from grader.classroom.errors import ClassroomError
from grader.classroom.feedback_pages import remake_feedback
from grader.classroom.gradebook_database import GradebookDatabase
from grader.classroom.grading import grade
from grader.demo import LESSON, SampleSubmission
from tests.course_folder import feedback, short_class, submitted

PROGRAMS = max(Path("/usr/lib/postgresql").glob("*/bin"), default=None)
ROWS = """
    SELECT student_id, base_cell.name, auto_score, manual_score, needs_manual_grade, timestamp,
        late_submission_penalty
    FROM grade JOIN submitted_notebook ON grade.notebook_id = submitted_notebook.id
    JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
    JOIN base_cell ON grade.cell_id = base_cell.id
"""
COMMENTS = """
    SELECT student_id, base_cell.name, auto_comment, manual_comment
    FROM comment JOIN submitted_notebook ON comment.notebook_id = submitted_notebook.id
    JOIN submitted_assignment ON submitted_notebook.assignment_id = submitted_assignment.id
    JOIN base_cell ON comment.cell_id = base_cell.id
"""


@pytest.fixture(scope="module")
def server():
    """The address of a server of our own: as an ordinary user, at a socket in a folder."""
    pytest.importorskip("psycopg")
    if PROGRAMS is None:
        pytest.skip("needs PostgreSQL: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    as_user, user = [], pwd.getpwuid(os.geteuid()).pw_name
    if os.geteuid() == 0:  # it runs as no administrator
        as_user, user = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"], "nobody"
        shutil.chown(folder, "nobody")

    def run(program, *arguments):
        command = [*as_user, PROGRAMS / program, "-D", folder / "data", *arguments]
        subprocess.run(command, cwd="/", check=True, stdout=subprocess.DEVNULL)

    run("initdb", "-A", "trust", "--no-sync", "-E", "UTF8")
    options = f"-c listen_addresses='' -c fsync=off -k {folder}"
    run("pg_ctl", "-w", "-l", folder / "log", "-o", options, "start")
    try:
        yield f"postgresql+psycopg://{user}@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def rows(url):
    with contextlib.closing(create_engine(url).connect()) as connection:
        found = [sorted(map(tuple, connection.execute(text(query)))) for query in (ROWS, COMMENTS)]
    return [[tuple(map(_as_in_a_file, row)) for row in table] for table in found]


def _as_in_a_file(value):
    """A time is a text in SQLite."""
    return value.isoformat(" ", "microseconds") if isinstance(value, dt.datetime) else value


def term(course: Path, url: str) -> list:
    """Grade a class, mark by hand, grade what has changed, and return what the gradebook has."""
    students = [SampleSubmission("ada"), SampleSubmission("bob", timestamp="2026-02-01 12:00:00 UTC")]
    short_class(course, [*students, SampleSubmission("cleo", is_untouched=True)])
    if not url.startswith("sqlite"):
        (course / "gradebook.db").unlink()
    with open(course / "nbgrader_config.py", "a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
    assert [row.failure for row in grade(LESSON, course)] == [""] * 3
    with Gradebook(url) as gradebook:
        for student in ("ada", "bob"):
            found = gradebook.find_grade("answer", LESSON, LESSON, student)
            found.manual_score, found.needs_manual_grade = 3.0, False
        gradebook.find_comment("answer", LESSON, LESSON, "ada").manual_comment = "Nearly."
        gradebook.db.commit()
    made, _ = remake_feedback(LESSON, course)
    assert made == ["ada", "bob"] and "Nearly." in feedback(course, "ada").read_text()
    notebook = submitted(course, "bob")
    notebook.write_text(notebook.read_text().replace("Only the output has a cost.", "It has no cost."))
    assert [row.score for row in grade(LESSON, course)] == [19, 19, 0]
    return rows(url)


@pytest.mark.slow
def test_the_rows_of_a_term_are_those_of_sqlite(server, tmp_path):
    expected = term(tmp_path / "file", f"sqlite:///{tmp_path}/file/gradebook.db")
    assert term(tmp_path / "server", server) == expected
    assert len(expected[0]) == 3 * 8


@pytest.mark.slow
def test_what_a_server_refuses_is_said_in_a_sentence(server):
    with create_engine(server).begin() as connection:
        connection.execute(text("CREATE ROLE reader LOGIN"))
    refused = re.sub("//.*@/postgres", "//reader@/nothing", server)
    for url, words in [
        (server.replace("host=/tmp", "host=/nowhere"), "cannot be reached: "),
        (refused, 'database "nothing" does not exist'),
    ]:
        with pytest.raises(ClassroomError) as raised, GradebookDatabase(url).connect():
            pass
        assert words in str(raised.value) and "sqlalche" not in str(raised.value).lower()
        assert len(str(raised.value).splitlines()) == 1
