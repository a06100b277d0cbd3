"""Releases a lesson whose cells came or went after submissions were graded, and keeps the marks.

nbgrader itself refuses such a release, and without its gradebook all marks by hand would be lost.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine import make_url

from grader.classroom.course.assignment import Assignment
from grader.classroom.course.release import ensure_released, expected_release
from grader.classroom.preconditions import demand_lesson, open_course
from grader.classroom.writer_lock import writing

if TYPE_CHECKING:
    from nbgrader.api import Gradebook, Notebook


@dataclass(frozen=True)
class ChangedCells:
    """What a new release changed in the gradebook.

    `removed` and `added` are the grade ids of graded cells, `lost_marks` counts the marks by hand of those
    that were removed. `copy` is the copy of the gradebook as it was, if it is a file.
    """

    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    lost_marks: int = 0
    copy: Path | None = None


def release_changed_cells(lesson: str, course: Path = Path(".")) -> ChangedCells:
    """Release the lesson, after its cells in the gradebook have been made those of the release.

    Of cells that are gone, the marks go, too; all others stay. Raises `ClassroomError`.
    """
    demand_lesson(lesson)
    assignment = Assignment(open_course(Path(course)), lesson)
    with writing(assignment.course):
        changed = ChangedCells()
        if assignment.course.gradebook().released_cells(lesson) is not None:
            changed = _change_gradebook(assignment, json.loads(expected_release(assignment)))
        ensure_released(assignment)
    return changed


def _change_gradebook(assignment: Assignment, release: Mapping[str, Any]) -> ChangedCells:
    from nbgrader.api import Gradebook

    with Gradebook(assignment.course.folders.db_url) as gradebook:
        notebook = gradebook.find_notebook(assignment.lesson, assignment.lesson)
        wanted = _cells_by_kind(release)
        found = {kind: {cell.name: cell for cell in getattr(notebook, kind)} for kind in wanted}
        if all(found[kind].keys() == wanted[kind].keys() for kind in wanted):
            return ChangedCells()
        copy = _copy_gradebook(assignment)
        lost_marks = _remove(gradebook, wanted, found)
        _add(gradebook, notebook, wanted, found)
        gradebook.db.commit()
    before, after = found["grade_cells"], wanted["grade_cells"]
    removed, added = sorted(before.keys() - after.keys()), sorted(after.keys() - before.keys())
    return ChangedCells(tuple(removed), tuple(added), lost_marks, copy)


def _cells_by_kind(release: Mapping[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the labelled cells of a release as nbgrader's gradebook has them: by kind, then by grade id."""
    kinds: dict[str, dict] = {"grade_cells": {}, "solution_cells": {}, "task_cells": {}, "source_cells": {}}
    for cell in release["cells"]:
        label = cell["metadata"].get("nbgrader", {})
        name, points = label.get("grade_id"), label.get("points")
        if not any(label.get(key) for key in ("grade", "solution", "locked", "task")):
            continue
        marked = {"cell_type": cell["cell_type"], "max_score": float(points or 0)}
        if label.get("grade"):
            kinds["grade_cells"][name] = marked
        if label.get("solution"):
            kinds["solution_cells"][name] = {}
        if label.get("task"):
            kinds["task_cells"][name] = marked
        kinds["source_cells"][name] = {
            "cell_type": cell["cell_type"],
            "locked": bool(label.get("locked")),
            "source": "".join(cell["source"]),
            "checksum": label.get("checksum"),
        }
    return kinds


def _remove(gradebook: Gradebook, wanted: Mapping[str, Mapping], found: Mapping[str, Mapping]) -> int:
    """Remove the cells that the release does not have; return how many marks by hand go with them."""
    lost = 0
    for kind, cells in found.items():
        for cell in (cell for name, cell in cells.items() if name not in wanted[kind]):
            lost += sum(grade.manual_score is not None for grade in getattr(cell, "grades", ()))
            for row in (*getattr(cell, "grades", ()), *getattr(cell, "comments", ())):
                gradebook.db.delete(row)
            gradebook.db.delete(cell)
    return lost


def _add(
    gradebook: Gradebook, notebook: Notebook, wanted: Mapping[str, Mapping], found: Mapping[str, Mapping]
) -> None:
    """Add the cells that only the release has, with rows for those who handed in."""
    from nbgrader import api

    models = {"grade_cells": api.GradeCell, "solution_cells": api.SolutionCell}
    models |= {"task_cells": api.TaskCell, "source_cells": api.SourceCell}
    for kind, cells in wanted.items():
        for name, values in cells.items():
            if name in found[kind]:
                continue
            cell = models[kind](name=name, notebook=notebook, **values)
            gradebook.db.add(cell)
            for submitted in notebook.submissions:
                if kind in ("grade_cells", "task_cells"):
                    gradebook.db.add(api.Grade(cell=cell, notebook=submitted))
                if kind in ("solution_cells", "task_cells"):
                    gradebook.db.add(api.Comment(cell=cell, notebook=submitted))


def _copy_gradebook(assignment: Assignment) -> Path | None:
    url = make_url(assignment.course.folders.db_url)
    file = Path(url.database or "")
    if url.get_backend_name() != "sqlite" or not file.is_file():
        return None
    copy = file.with_name(f"{file.stem}-{dt.datetime.now():%Y%m%d-%H%M%S}{file.suffix}")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)  # a write-ahead log may hold a part of it
    return copy
