"""A lesson in nbgrader's gradebook: its assignment, its one notebook and the cells of its release."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Row

from grader.classroom import gradebook_database as db
from grader.classroom.errors import ClassroomError


@dataclass(frozen=True)
class LessonRows:
    """The ids of a lesson's assignment and notebook, when it is due, and its cells with a grade or a comment.

    A cell has id, name, type and max_score. A written answer has two, one graded and one a solution.
    """

    assignment_id: str
    notebook_id: str
    duedate: dt.datetime | None
    cells: Sequence[Row]

    def cell_ids(self, *types: str) -> dict[str, str]:
        """Return the ids of the cells of some of nbgrader's types, by the cells' names."""
        return {cell.name: cell.id for cell in self.cells if cell.type in types}


@dataclass(frozen=True)
class ReleasedCells:
    """What the gradebook knows of a lesson's release.

    `names` are the grade ids of all labelled cells, `checksums` those of locked cells, `points` the points of
    graded cells, tasks left out.
    """

    names: frozenset[str]
    checksums: Mapping[str, str | None]
    points: Mapping[str, float]


def find_lesson(connection: Connection, lesson: str) -> LessonRows:
    """Return a lesson's rows. Raises `ClassroomError` unless its assignment has one notebook, of its name."""
    notebooks = _notebooks(connection, lesson)
    if lesson not in {notebook.name for notebook in notebooks}:
        raise ClassroomError(
            f"{lesson} is not in the gradebook. `nbgrader generate_assignment {lesson}` puts it there."
        )
    if len(notebooks) > 1:
        raise ClassroomError(
            f"The assignment {lesson} has {len(notebooks)} notebooks in the gradebook; only {lesson}.ipynb "
            f"can be graded here. Grade the assignment with `nbgrader autograde {lesson}`."
        )
    [notebook] = notebooks
    return LessonRows(notebook.assignment_id, notebook.id, notebook.duedate, _cells(connection, notebook.id))


def find_released_cells(connection: Connection, lesson: str) -> ReleasedCells | None:
    """Return the cells of a lesson's release; None if the lesson was never released."""
    notebook = next((one for one in _notebooks(connection, lesson) if one.name == lesson), None)
    if not notebook:
        return None
    cell = db.source_cell.c
    columns = (cell.name, cell.locked, cell.checksum)
    sources = connection.execute(select(*columns).where(cell.notebook_id == notebook.id)).all()
    return ReleasedCells(
        names=frozenset(source.name for source in sources),
        checksums={source.name: source.checksum for source in sources if source.locked},
        points={
            cell.name: cell.max_score for cell in _cells(connection, notebook.id) if cell.type == "GradeCell"
        },
    )


def _notebooks(connection: Connection, lesson: str) -> Sequence[Row]:
    notebook, assignment = db.notebook, db.assignment
    return connection.execute(
        select(notebook.c.id, notebook.c.name, notebook.c.assignment_id, assignment.c.duedate)
        .select_from(notebook.join(assignment, assignment.c.id == notebook.c.assignment_id))
        .where(assignment.c.name == lesson)
    ).all()


def _cells(connection: Connection, notebook_id: str) -> Sequence[Row]:
    cell, graded, task = db.base_cell, db.grade_cells, db.task_cells
    joined = cell.outerjoin(graded, graded.c.id == cell.c.id).outerjoin(task, task.c.id == cell.c.id)
    max_score = func.coalesce(graded.c.max_score, task.c.max_score, 0.0).label("max_score")
    return connection.execute(
        select(cell.c.id, cell.c.name, cell.c.type, max_score)
        .select_from(joined)
        .where(cell.c.notebook_id == notebook_id)
    ).all()
