"""The database of nbgrader's gradebook: its tables as far as grading needs them, and what can be wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from sqlalchemy import (
    Boolean,
    DateTime,
    Float,
    Interval,
    NullPool,
    String,
    column,
    create_engine,
    inspect,
    table,
)
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.sql.expression import TableClause

from grader.classroom.errors import ClassroomError

BUSY_SECONDS = 30.0
"""How long to wait for another program that uses an SQLite gradebook."""


def _table(table_name: str, **types: type) -> TableClause:
    """Return a table with an id and other columns."""
    return table(table_name, column("id", String), *(column(key, kind) for key, kind in types.items()))


student = _table("student")
assignment = _table("assignment", name=String, duedate=DateTime)
notebook = _table("notebook", name=String, assignment_id=String)
base_cell = _table("base_cell", name=String, notebook_id=String, type=String)
grade_cells = _table("grade_cells", max_score=Float)
task_cells = _table("task_cells", max_score=Float)
source_cell = _table("source_cell", name=String, notebook_id=String, locked=Boolean, checksum=String)
submitted_assignment = _table(
    "submitted_assignment", assignment_id=String, student_id=String, timestamp=DateTime, extension=Interval
)
submitted_notebook = _table(
    "submitted_notebook",
    notebook_id=String,
    assignment_id=String,  # of the submitted assignment
    flagged=Boolean,
    late_submission_penalty=Float,
)
grade = _table(
    "grade",
    cell_id=String,
    notebook_id=String,  # of the submitted notebook, as for comments
    auto_score=Float,
    manual_score=Float,
    extra_credit=Float,
    needs_manual_grade=Boolean,
)
comment = _table("comment", cell_id=String, notebook_id=String, auto_comment=String, manual_comment=String)

_TABLES = (
    student,
    assignment,
    notebook,
    base_cell,
    grade_cells,
    task_cells,
    source_cell,
    submitted_assignment,
    submitted_notebook,
    grade,
    comment,
)
_IN_USE = "is in use by another program. Close formgrader and whatever else has it open, then try again."
_DAMAGED = "is no SQLite database, or it is damaged. Put back a copy of it, or move it out of the way."
_SQLITE_FAILURES = {
    "SQLITE_BUSY": _IN_USE,
    "SQLITE_LOCKED": _IN_USE,
    "SQLITE_READONLY": "cannot be written. See that you may write the file and its folder, then try again.",
    "SQLITE_CANTOPEN": "cannot be opened. See that you may write the file and its folder, then try again.",
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_FULL": "cannot grow, since the disk is full. Make room, then try again.",
}


class GradebookMissing(ClassroomError):
    """There is no gradebook yet: nbgrader makes it with the first release."""


class GradebookDatabase:
    """The gradebook at an address as SQLAlchemy has them, `sqlite:///gradebook.db` for one.

    A connection lives no longer than it is used, so that processes may fork and the file may be replaced.
    """

    def __init__(self, url: str):
        self.url = url

    @contextlib.contextmanager
    def connect(self, writes: bool = False) -> Iterator[Connection]:
        """Give a connection in a transaction, which is rolled back if an exception leaves the `with` block.

        With `writes`, no other program may write to an SQLite gradebook meanwhile.
        Raises `GradebookMissing`, and `ClassroomError` for one that cannot be used or is of another version.
        """
        if self._is_file and not Path(self._engine.url.database or "").is_file():  # connecting would make one
            raise GradebookMissing(
                f"{self.place} is not there. `nbgrader generate_assignment` or the first `grader grade` "
                "makes it."
            )
        try:
            with self._engine.begin() as connection:
                if self._is_sqlite:  # Python's driver begins late; then SQLite may not wait for its lock
                    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
                self._demand_tables(connection)
                yield connection
        except SQLAlchemyError as failure:
            raise ClassroomError(f"{self.place} {_reason(failure)}") from failure

    @property
    def place(self) -> str:
        """The file or the address of the gradebook, for messages; without a password."""
        url = self._engine.url
        return f"The gradebook {(self._is_sqlite and url.database) or url.render_as_string()}"

    @property
    def _is_sqlite(self) -> bool:
        return self._engine.dialect.name == "sqlite"

    @property
    def _is_file(self) -> bool:
        """Whether the address names a file as a path, not as a URI of SQLite's."""
        return self._is_sqlite and "uri" not in self._engine.url.query

    @cached_property
    def _engine(self) -> Engine:
        try:
            url = make_url(self.url)
            options = {"timeout": BUSY_SECONDS} if url.get_backend_name() == "sqlite" else {}
            return create_engine(url, poolclass=NullPool, connect_args=options)
        except ArgumentError as failure:
            raise ClassroomError(
                "c.CourseDirectory.db_url of nbgrader_config.py is no address of a database. "
                "One of a file is sqlite:////home/me/course/gradebook.db."
            ) from failure
        except ImportError as failure:
            raise ClassroomError(
                f"c.CourseDirectory.db_url of nbgrader_config.py needs the Python package {failure.name}, "
                "which is not installed."
            ) from failure

    def _demand_tables(self, connection: Connection) -> None:
        """Raise `ClassroomError` unless all columns are there, `GradebookMissing` if no table is."""
        names = [one.name for one in _TABLES]
        found = inspect(connection).get_multi_columns(filter_names=names)
        columns = {name: {one["name"] for one in described} for (_, name), described in found.items()}
        if not columns:
            raise GradebookMissing(f"{self.place} is empty. `nbgrader generate_assignment` fills it.")
        missing = [
            f"{one.name}.{key}" for one in _TABLES for key in set(one.c.keys()) - columns.get(one.name, set())
        ]
        if missing:
            raise ClassroomError(
                f"{self.place} is of another version of nbgrader: it lacks {', '.join(sorted(missing))}. "
                "Make a copy of it, then run `nbgrader db upgrade` in the course folder."
            )


def _reason(failure: SQLAlchemyError) -> str:
    """Return what is wrong with a gradebook and what to do, as the end of a sentence."""
    original = getattr(failure, "orig", None) or failure
    name = getattr(original, "sqlite_errorname", "")
    for start, reason in _SQLITE_FAILURES.items():
        if name.startswith(start):
            return reason
    words = str(original).strip() or type(original).__name__
    return f"cannot be used: {words.splitlines()[0]}"
