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
from sqlalchemy.exc import ArgumentError, OperationalError, SQLAlchemyError
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
_LOCAL_FILE_SYSTEMS = frozenset({"ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "tmpfs", "overlay"})
_IN_USE = "is in use by another program. Close formgrader and whatever else has it open, then try again."
_DAMAGED = "is no SQLite database, or it is damaged. Put back a copy of it, or move it out of the way."
_SQLITE_FAILURES = {
    "SQLITE_BUSY": _IN_USE,
    "SQLITE_LOCKED": _IN_USE,
    "SQLITE_READONLY": "cannot be written. See that you may write the file and its folder, then try again.",
    "SQLITE_CANTOPEN": "cannot be opened. See that you may write the file and its folder, then try again.",
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_IOERR": "cannot be written: its disk is full, or fails. Make room, then try again.",
    "SQLITE_FULL": "cannot grow, since the disk is full. Make room, then try again.",
}
# PostgreSQL's own codes, https://www.postgresql.org/docs/current/errcodes-appendix.html.
_SERVER_FAILURES = {
    "25006": "cannot be written: its server allows reading only. Ask who runs it, or wait, then try again.",
    "42501": "may not be written by this user. Ask who runs the server for the right to, then try again.",
    "53100": "cannot grow, since its server's disk is full. Make room there, then try again.",
    "53300": "has too many connections. Close formgrader and whatever else uses it, then try again.",
}


class GradebookMissing(ClassroomError):
    """There is no gradebook yet: nbgrader makes it with the first release."""


class GradebookDatabase:
    """The gradebook at an address as SQLAlchemy has them, `sqlite:///gradebook.db` for one.

    A connection lives no longer than it is used, so that processes may fork and the file may be replaced.
    """

    def __init__(self, url: str):
        self.url = url
        self._has_tables = False  # as far as it has been looked at, which takes a while

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
                    if writes:
                        self._write_ahead(connection)
                    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
                if not self._has_tables:
                    self._demand_tables(connection)
                    self._has_tables = True
                yield connection
        except SQLAlchemyError as failure:
            raise ClassroomError(f"{self.place} {_reason(failure)}") from failure

    def _write_ahead(self, connection: Connection) -> None:
        """Let an SQLite gradebook have a write-ahead log, so that who reads and who writes do not wait.

        The file keeps this. The log needs memory that all programs share, so a network file system keeps
        SQLite's own way, in which they wait for each other.
        """
        if not self._is_file or _file_system(Path(self._engine.url.database)) not in _LOCAL_FILE_SYSTEMS:
            return
        if connection.exec_driver_sql("PRAGMA journal_mode").scalar() != "wal":
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            with contextlib.suppress(SQLAlchemyError):  # another program has it open: next time
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(1000 * BUSY_SECONDS)}")

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
    if server := _SERVER_FAILURES.get(getattr(original, "sqlstate", None) or ""):
        return server
    name = getattr(original, "sqlite_errorname", "")
    for start, reason in _SQLITE_FAILURES.items():
        if name.startswith(start):
            return reason
    words = str(original).strip() or type(original).__name__
    is_unreachable = isinstance(failure, OperationalError) and not name
    return f"cannot be {'reached' if is_unreachable else 'used'}: {words.splitlines()[0]}"


def _file_system(file: Path) -> str:
    """Return the type of the file system that a file is on, as Linux names it, or ""."""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    mounts = [line.split()[1:3] for line in lines]
    above = {str(file.resolve()), *map(str, file.resolve().parents)}
    found = {place: kind for place, kind in mounts if place.replace("\\040", " ") in above}
    return found[max(found, key=len)] if found else ""
