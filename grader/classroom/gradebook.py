"""nbgrader's gradebook, read and written for many students at once without the slow import of nbgrader.

Rows come out as `nbgrader autograde` writes them. Marks and comments by hand are never touched.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import uuid4

from sqlalchemy import Boolean, and_, bindparam, case, func, insert, or_, select, update
from sqlalchemy.engine import Connection, Row
from sqlalchemy.sql.expression import ColumnClause, FromClause, Select, TableClause
from traitlets.config import Config

from grader.classroom import gradebook_database as db
from grader.classroom.errors import ClassroomError
from grader.classroom.gradebook_lesson import LessonRows, ReleasedCells, find_lesson, find_released_cells
from grader.classroom.records import CellGrade, Grades
from grader.classroom.slow_imports import without_address_grammar

_NO_RESPONSE = "No response."  # nbgrader's words


@dataclass(frozen=True)
class Entry:
    """What a grading writes for one student.

    `scores` and `unanswered` are as in `grader.classroom.records.Record`. `timestamp` is when the submission
    was handed in, in UTC and without a zone; without one, the gradebook keeps what it has. `unchanged` are
    grade ids of answers that are as they were last time: their marks by hand need not be given again.
    """

    student: str
    scores: Mapping[str, float | None]
    unanswered: frozenset[str]
    timestamp: dt.datetime | None = None
    unchanged: frozenset[str] = frozenset()


class Gradebook:
    """The gradebook at the address `db_url`; late submissions get the penalty that `config` names.

    nbgrader's messages about penalties go to `log`. Every method raises `ClassroomError` if the gradebook
    cannot be used.
    """

    def __init__(self, db_url: str, config: Config | None = None, log: logging.Logger | None = None):
        self._database = db.GradebookDatabase(db_url)
        self._config = config or Config()
        self._log = log or logging.getLogger(__name__)

    def record(self, lesson: str, entries: Sequence[Entry]) -> None:
        """Write the marks of several students in one transaction, then the penalties of late submissions.

        Raises `ClassroomError`, too, unless the gradebook has the lesson, its one notebook and every cell of
        the scores, and if a penalty cannot be found; then all marks are written, and all other penalties.
        """
        with self._database.connect(writes=True) as connection:
            late = _record(connection, find_lesson(connection, lesson), entries)
        if late:
            self._assign_late_penalties(lesson, late)

    def grades(self, lesson: str, students: Collection[str] | None = None) -> dict[str, Grades]:
        """Return what the gradebook has about the submissions of some students, or of all who have one.

        Raises `ClassroomError`, too, unless the gradebook has the lesson with one notebook.
        """
        with self._database.connect() as connection:
            return _grades(connection, find_lesson(connection, lesson), students)

    def released_cells(self, lesson: str) -> ReleasedCells | None:
        """Return the cells of a lesson's release; None if the lesson, or the gradebook, is not there yet."""
        try:
            with self._database.connect() as connection:
                return find_released_cells(connection, lesson)
        except db.GradebookMissing:
            return None

    def _assign_late_penalties(self, lesson: str, students: Iterable[str]) -> None:
        """Let nbgrader find and write the penalties, since a plug-in of the course may decide on them."""
        with without_address_grammar():
            from nbformat.v4 import new_notebook
            from nbgrader.preprocessors import AssignLatePenalties

        failures: dict[str, Exception] = {}
        names = {"notebook": lesson, "assignment": lesson, "db_url": self._database.url}
        for student in students:
            try:
                assign = AssignLatePenalties(config=self._config, log=self._log)
                assign(new_notebook(), {"nbgrader": {**names, "student": student}})
            except Exception as failure:  # of any kind: a plug-in may do anything
                self._log.error("%s: no late penalty", student, exc_info=failure)
                failures[student] = failure
        if failures:
            failure = next(iter(failures.values()))
            raise ClassroomError(
                f"The marks are in the gradebook, but not the late penalties of {', '.join(failures)}: "
                f"{type(failure).__name__}: {failure}. Correct c.AssignLatePenalties in nbgrader_config.py "
                "or its plug-in, then grade again."
            ) from failure


def _record(connection: Connection, lesson: LessonRows, entries: Sequence[Entry]) -> Sequence[str]:
    """Write the marks; return the students whose submissions are late."""
    _demand_cells(lesson, entries)
    _add_students(connection, [entry.student for entry in entries])
    submissions = _write_submissions(connection, lesson, entries)
    notebooks = _row_ids(
        connection,
        (db.submitted_notebook.c.notebook_id, [lesson.notebook_id]),
        (db.submitted_notebook.c.assignment_id, submissions.values()),
        flagged=False,
    )
    notebook_ids = {student: notebooks[lesson.notebook_id, row] for student, row in submissions.items()}
    _write_scores(connection, lesson, entries, notebook_ids)
    _write_comments(connection, lesson, entries, notebook_ids)
    late = _late_students(connection, lesson, submissions)
    on_time = [row for student, row in notebook_ids.items() if student not in late]
    submitted = db.submitted_notebook
    connection.execute(
        update(submitted).where(submitted.c.id.in_(on_time)).values(late_submission_penalty=None)
    )
    return late


def _demand_cells(lesson: LessonRows, entries: Iterable[Entry]) -> None:
    unknown = {name for entry in entries for name in entry.scores} - lesson.cell_ids("GradeCell").keys()
    if unknown:
        raise ClassroomError(
            f"The gradebook has no graded cell {', '.join(sorted(unknown))}, so it is of another edition of "
            "the lesson. Release the lesson anew, then grade again."
        )


def _add_students(connection: Connection, students: Collection[str]) -> None:
    known = connection.scalars(select(db.student.c.id).where(db.student.c.id.in_(students)))
    _insert(connection, db.student, [{"id": name} for name in sorted(set(students) - set(known))])


def _write_submissions(
    connection: Connection, lesson: LessonRows, entries: Sequence[Entry]
) -> dict[str, str]:
    """Write when the submissions were handed in; return the id of each student's submitted assignment."""
    submitted, students = db.submitted_assignment, [entry.student for entry in entries]
    ids = _row_ids(
        connection,
        (submitted.c.assignment_id, [lesson.assignment_id]),
        (submitted.c.student_id, students),
    )
    submissions = {student: ids[lesson.assignment_id, student] for student in students}
    handed_in = [
        {"row": submissions[entry.student], "handed_in": entry.timestamp}
        for entry in entries
        if entry.timestamp is not None
    ]
    _update(connection, submitted, handed_in, timestamp=bindparam("handed_in"))
    return submissions


def _write_scores(
    connection: Connection, lesson: LessonRows, entries: Iterable[Entry], notebook_ids: Mapping[str, str]
) -> None:
    """Write the scores of graded cells. The rows of tasks are made and left to a person."""
    grade, cells = db.grade, lesson.cell_ids("GradeCell")
    ids = _row_ids(
        connection,
        (grade.c.cell_id, lesson.cell_ids("GradeCell", "TaskCell").values()),
        (grade.c.notebook_id, notebook_ids.values()),
        needs_manual_grade=True,
    )
    scores = [
        {
            "row": ids[cells[name], notebook_ids[entry.student]],
            "score": score,
            "is_unmarked": score is None,
            "is_unchanged": name in entry.unchanged,
        }
        for entry in entries
        for name, score in entry.scores.items()
    ]
    # A mark by hand is to be looked at again, now that the answer has changed.
    is_by_hand = grade.c.manual_score.is_not(None)
    needs_person = case(
        (and_(is_by_hand, bindparam("is_unchanged", type_=Boolean)), grade.c.needs_manual_grade),
        else_=or_(is_by_hand, bindparam("is_unmarked", type_=Boolean)),
    )
    _update(connection, grade, scores, auto_score=bindparam("score"), needs_manual_grade=needs_person)


def _write_comments(
    connection: Connection, lesson: LessonRows, entries: Iterable[Entry], notebook_ids: Mapping[str, str]
) -> None:
    """Say for each answer whether there is one."""
    comment, cells = db.comment, lesson.cell_ids("SolutionCell", "TaskCell")
    ids = _row_ids(
        connection, (comment.c.cell_id, cells.values()), (comment.c.notebook_id, notebook_ids.values())
    )
    comments = [
        {
            "row": ids[cell_id, notebook_ids[entry.student]],
            "text": _NO_RESPONSE if name in entry.unanswered else None,
        }
        for entry in entries
        for name, cell_id in cells.items()
    ]
    _update(connection, comment, comments, auto_comment=bindparam("text"))


def _late_students(
    connection: Connection, lesson: LessonRows, submissions: Mapping[str, str]
) -> Sequence[str]:
    """Return the students who handed in late, extensions considered."""
    submitted = db.submitted_assignment.c
    columns = (submitted.student_id, submitted.timestamp, submitted.extension)
    rows = connection.execute(select(*columns).where(submitted.id.in_(submissions.values())))
    return sorted(
        student for student, timestamp, extension in rows if _late_seconds(lesson, timestamp, extension)
    )


def _late_seconds(lesson: LessonRows, timestamp: dt.datetime | None, extension: dt.timedelta | None) -> float:
    """Return by how much a submission is late, as nbgrader counts it; 0 if it is not, or nobody knows."""
    if timestamp is None or lesson.duedate is None:
        return 0.0
    return max(0.0, (timestamp - lesson.duedate - (extension or dt.timedelta())).total_seconds())


def _row_ids(
    connection: Connection,
    first: tuple[ColumnClause, Collection[str]],
    second: tuple[ColumnClause, Collection[str]],
    **defaults: Any,
) -> dict[tuple[str, str], str]:
    """Return the id of the row for each pair of values of two columns; make missing rows, with `defaults`.

    `first` and `second` are two columns of a table and their values. The pair is unique in the table.
    """
    (one, ones), (other, others) = first, second
    made = one.table
    rows = connection.execute(select(one, other, made.c.id).where(one.in_(ones), other.in_(others)))
    found = {(row[0], row[1]): row[2] for row in rows}
    new = {pair: uuid4().hex for pair in product(ones, others) if pair not in found}
    _insert(
        connection,
        made,
        [{"id": row, one.name: pair[0], other.name: pair[1], **defaults} for pair, row in new.items()],
    )
    return found | new


def _insert(connection: Connection, table: TableClause, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _update(
    connection: Connection, table: TableClause, rows: Sequence[Mapping[str, Any]], **values: Any
) -> None:
    """Set `values`, which may hold parameters, in the table's rows whose ids are "row" of `rows`."""
    if rows:
        connection.execute(update(table).where(table.c.id == bindparam("row")).values(**values), rows)


def _grades(
    connection: Connection, lesson: LessonRows, students: Collection[str] | None
) -> dict[str, Grades]:
    max_scores = {cell.id: cell.max_score for cell in lesson.cells}
    cells: dict[str, dict[str, CellGrade]] = defaultdict(dict)
    for row in connection.execute(_of_students(_grade_rows(), lesson, students)):
        cells[row.student_id][row.name] = _cell_grade(row, max_scores[row.cell_id])
    comments: dict[str, dict[str, str]] = defaultdict(dict)
    for row in connection.execute(_of_students(_comment_rows(), lesson, students)):
        comments[row.student_id][row.name] = row.text
    return {
        student: Grades(
            score=sum(cell.score for cell in cells[student].values()) - (penalty or 0),
            max_score=sum(max_scores.values()),
            late_penalty=penalty or 0.0,
            cells=cells[student],
            comments=comments[student],
            late_seconds=_late_seconds(lesson, timestamp, extension),
        )
        for student, timestamp, extension, penalty in connection.execute(
            _of_students(_submission_rows(), lesson, students)
        )
    }


def _of_students(query: Select, lesson: LessonRows, students: Collection[str] | None) -> Select:
    """Return a query of submitted notebooks for one lesson and some students, or all."""
    query = query.where(db.submitted_notebook.c.notebook_id == lesson.notebook_id)
    return query if students is None else query.where(db.submitted_assignment.c.student_id.in_(students))


def _submitted_notebooks() -> FromClause:
    submitted, notebook = db.submitted_assignment, db.submitted_notebook
    return submitted.join(notebook, notebook.c.assignment_id == submitted.c.id)


def _submitted_cells(table: TableClause) -> FromClause:
    """Return the rows of `table`, grades or comments, with their submitted notebooks and cells."""
    cell, notebook = db.base_cell, db.submitted_notebook
    with_notebooks = _submitted_notebooks().join(table, table.c.notebook_id == notebook.c.id)
    return with_notebooks.join(cell, cell.c.id == table.c.cell_id)


def _submission_rows() -> Select:
    submitted, penalty = db.submitted_assignment.c, db.submitted_notebook.c.late_submission_penalty
    columns = (submitted.student_id, submitted.timestamp, submitted.extension, penalty)
    return select(*columns).select_from(_submitted_notebooks())


def _grade_rows() -> Select:
    grade = db.grade.c
    scores = (grade.auto_score, grade.manual_score, grade.extra_credit, grade.needs_manual_grade)
    columns = (db.submitted_assignment.c.student_id, db.base_cell.c.name, grade.cell_id, *scores)
    return select(*columns).select_from(_submitted_cells(db.grade))


def _comment_rows() -> Select:
    """Return a query of the comments that say something; one by hand goes before an automatic one."""
    comment = db.comment.c
    text = func.coalesce(comment.manual_comment, comment.auto_comment)
    columns = (db.submitted_assignment.c.student_id, db.base_cell.c.name, text.label("text"))
    return select(*columns).select_from(_submitted_cells(db.comment)).where(text != "")


def _cell_grade(row: Row, max_score: float) -> CellGrade:
    """Return a cell's points as nbgrader counts them: a mark by hand goes before an automatic one."""
    given = row.auto_score if row.manual_score is None else row.manual_score
    if given is None:
        return CellGrade(0.0, max_score, is_waiting=row.needs_manual_grade)
    is_to_remark = row.manual_score is not None and row.needs_manual_grade
    return CellGrade(given + (row.extra_credit or 0), max_score, is_to_remark=bool(is_to_remark))
