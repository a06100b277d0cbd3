"""A gradebook that cannot be used is named, with the way out."""

import re
import sqlite3
from contextlib import closing, contextmanager

import pytest
import sqlalchemy
from nbgrader.api import Base

from grader.classroom import gradebook_database
from grader.classroom.errors import ClassroomError
from grader.classroom.gradebook_database import GradebookDatabase


@pytest.fixture
def file(tmp_path):
    """An empty gradebook."""
    file = tmp_path / "gradebook.db"
    Base.metadata.create_all(sqlalchemy.create_engine(f"sqlite:///{file}"))
    return file


def reason(url, writes=False, command="SELECT 1"):
    """The sentence for what goes wrong when a command is sent."""
    with pytest.raises(ClassroomError) as raised, GradebookDatabase(url).connect(writes) as connection:
        connection.exec_driver_sql(command)
    assert "sqlalche" not in str(raised.value).lower()
    return str(raised.value)


def test_no_file_is_made(tmp_path):
    file = tmp_path / "gradebook.db"
    assert f"{file} is not there. `nbgrader generate_assignment`" in reason(f"sqlite:///{file}")
    assert not file.exists()


def test_an_empty_file(tmp_path):
    file = tmp_path / "gradebook.db"
    file.touch()
    assert f"{file} is empty. `nbgrader generate_assignment`" in reason(f"sqlite:///{file}")


def test_another_version(file):
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("ALTER TABLE grade DROP COLUMN extra_credit")
        connection.execute("DROP TABLE task_cells")
    said = reason(f"sqlite:///{file}")
    assert f"{file} is of another version of nbgrader" in said and "`nbgrader db upgrade`" in said
    assert "grade.extra_credit, task_cells.id, task_cells.max_score" in said


def test_a_locked_gradebook(file, monkeypatch):
    monkeypatch.setattr(gradebook_database, "BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for writes in (False, True):
            assert f"{file} is in use by another program. Close formgrader" in reason(
                f"sqlite:///{file}", writes
            )
        other.execute("ROLLBACK")
        other.execute("BEGIN IMMEDIATE")
        assert "is in use" in reason(f"sqlite:///{file}", writes=True)
        with GradebookDatabase(f"sqlite:///{file}").connect() as connection:  # reading needs not wait
            assert connection.exec_driver_sql("SELECT count(*) FROM grade").scalar() == 0


def journal_mode(file):
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("PRAGMA journal_mode").fetchone()[0]


@contextmanager
def reader(file):
    """Another program that reads, and is not done."""
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM student").fetchall()
        yield


@pytest.mark.parametrize(("file_system", "mode"), [("ext4", "wal"), ("nfs4", "delete"), ("", "delete")])
def test_who_reads_and_who_writes_wait_for_each_other_on_a_network_alone(
    file, monkeypatch, file_system, mode
):
    monkeypatch.setattr(gradebook_database, "_file_system", lambda file: file_system)
    monkeypatch.setattr(gradebook_database, "BUSY_SECONDS", 0.05)
    url, insert = f"sqlite:///{file}", "INSERT INTO student (id) VALUES ('{}')"
    with reader(file):  # so the file cannot change its way now
        assert "is in use" in reason(url, True, insert.format("ada"))
    with GradebookDatabase(url).connect(writes=True) as connection:
        connection.exec_driver_sql(insert.format("bob"))
    with reader(file):
        if mode == "delete":
            assert "is in use" in reason(url, True, insert.format("cleo"))
        else:
            with GradebookDatabase(url).connect(writes=True) as connection:
                connection.exec_driver_sql(insert.format("cleo"))
    assert journal_mode(file) == mode
    assert [one.name for one in file.parent.iterdir()] == [file.name]  # nothing is left beside it


def test_the_file_system_of_a_file(file, monkeypatch):
    assert gradebook_database._file_system(file)
    lines = ["/dev/a / ext4 rw", f"server:/home {file.parent} nfs4 rw", "none /elsewhere tmpfs rw"]
    monkeypatch.setattr(gradebook_database.Path, "read_text", lambda *_, **__: "\n".join(lines))
    assert gradebook_database._file_system(file) == "nfs4"
    assert gradebook_database._file_system(file.parent.parent / "x") == "ext4"


def test_a_gradebook_that_cannot_be_written(file):
    url = f"sqlite:///file:{file}?mode=ro&uri=true"
    said = reason(url, writes=True, command="INSERT INTO student (id) VALUES ('ada')")
    assert f"{file} cannot be written." in said


def test_no_gradebook_at_all(file):
    file.write_bytes(b"<<<<<<< HEAD\n" * 100)
    assert f"{file} is no SQLite database, or it is damaged." in reason(f"sqlite:///{file}")
    assert re.search("cannot be opened", reason(f"sqlite:///file:{file}.none?mode=ro&uri=true"))


def test_other_failures_keep_the_databases_words(file):
    said = reason(f"sqlite:///{file}", command="SELECT * FROM pages")
    assert f"{file} cannot be used: no such table: pages" in said


@pytest.mark.parametrize("url", ["", "gradebook.db", "nonsense://me:secret@host/gradebook"])
def test_no_address(url):
    said = reason(url)
    assert "db_url" in said and "sqlite:////" in said and "secret" not in said


def test_a_missing_driver():
    said = reason("mysql+mysqldb://me:secret@localhost/gradebook")
    assert "needs the Python package MySQLdb" in said and "secret" not in said
