"""The step of nbgrader's autograding that lets no test of an exercise earn points without a verdict."""

from __future__ import annotations

from nbformat import NotebookNode, from_dict
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.classroom.cells import label
from grader.classroom.run.judge_notebook import is_judged, judged_exercises
from grader.classroom.run.sanitize_outputs import error_output
from grader.feedback.render import MIME_TYPE


class DemandVerdict(NbGraderPreprocessor):
    """Gives an exercise's test without a valid verdict an error as its first output, so it earns no points.

    nbgrader gives full marks to a test cell whose last value is not a number. That is as it should be for an
    ordinary test, which is none of an exercise.
    """

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        if is_judged(cell, judged_exercises(resources["nbgrader"]["assignment"])):
            problem = _problem(cell)
            if problem:
                cell.outputs = [from_dict(error_output("NoVerdict", problem)), *cell.outputs]
        return cell, resources


def _problem(cell: NotebookNode) -> str | None:
    if any(output.output_type == "error" for output in cell.outputs):
        return None  # the cell earns nothing already
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    if not any(MIME_TYPE in result.data for result in results):
        return "This test gave no verdict."
    try:
        earned = float(results[0].data["text/plain"])
    except (KeyError, TypeError, ValueError):
        return "The verdict of this test has no score."
    if not 0 <= earned <= label(cell)["points"]:
        return f"The verdict of this test has a score of {earned:g}, which it cannot have."
    return None
