"""The feedback page as nbgrader's own command `nbgrader generate_feedback` makes it."""

from __future__ import annotations

from collections.abc import Mapping

from nbconvert.exporters import Exporter
from nbgrader.api import Grade, Gradebook

from grader.classroom.page.page import render_page
from grader.classroom.records import CellGrade, Grades


class FeedbackExporter(Exporter):
    """Turns an autograded notebook into the feedback page, with the grades that the gradebook has."""

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb, resources=None, **kw) -> tuple[str, dict]:
        """Return the page and the resources."""
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        names = resources["nbgrader"]
        return render_page(nb, _grades(names), names["assignment"], names["student"]), resources


def _grades(names: Mapping[str, str]) -> Grades:
    """Return what the gradebook has about the submission of `names`, which are nbgrader's own resources."""
    with Gradebook(names["db_url"]) as gradebook:
        found = gradebook.find_submission_notebook(names["notebook"], names["assignment"], names["student"])
        penalty = found.late_submission_penalty or 0.0
        return Grades(
            score=found.score - penalty,
            max_score=found.max_score,
            late_penalty=penalty,
            cells={
                grade.name: CellGrade(grade.score, grade.max_score, _is_waiting(grade), _is_to_remark(grade))
                for grade in found.grades
            },
            comments={comment.name: comment.comment for comment in found.comments if comment.comment},
            late_seconds=float(found.assignment.total_seconds_late),
        )


def _is_to_remark(grade: Grade) -> bool:
    return grade.needs_manual_grade and grade.manual_score is not None


def _is_waiting(grade: Grade) -> bool:
    return grade.needs_manual_grade and grade.auto_score is None and grade.manual_score is None
