"""Runs a submission to its end, and lets no test earn points without a verdict."""

from __future__ import annotations

import os
import subprocess

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from nbgrader.preprocessors.execute import UnresponsiveKernelError
from nbgrader.utils import is_grade, is_solution
from traitlets import Unicode

from grader.verdict import MIME_TYPE

_LOST = {
    DeadKernelError: "Python ended while this cell ran. It ran out of memory, or the code made it stop.",
    CellTimeoutError: "This cell ran too long, and could not be interrupted.",
    UnresponsiveKernelError: "This cell ran too long, and could not be interrupted.",
}


class Run(Execute):
    """nbgrader's Execute, but what a lost kernel leaves unrun is marked so and the rest is graded."""

    kernel_log = Unicode(help="File for what a kernel itself says on stderr; by default it is shown.").tag(
        config=True
    )

    def start_new_kernel(self, **kwargs):
        """As nbgrader has it, also when several notebooks run at once and share one environment."""
        kwargs.setdefault("env", os.environ | {"NBGRADER_EXECUTION": "autograde"})
        if not self.kernel_log:
            return super().start_new_kernel(**kwargs)
        with open(self.kernel_log, "ab") as log:
            return super().start_new_kernel(stderr=log, stdin=subprocess.DEVNULL, **kwargs)

    def preprocess(self, nb: NotebookNode, resources: dict, km=None) -> tuple[NotebookNode, dict]:
        self._kernel_is_lost = False
        return super().preprocess(nb, resources, km)

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        if self._kernel_is_lost:
            _show_error(cell, "NotRun", "This cell was not run: an earlier cell ended or blocked Python.")
            return cell, resources
        try:
            return super().preprocess_cell(cell, resources, index)
        except tuple(_LOST) as lost:
            self._kernel_is_lost = True
            _show_error(cell, type(lost).__name__, _LOST[type(lost)])
            return cell, resources


class DemandVerdict(NbGraderPreprocessor):
    """A test cell earns points by the verdict it shows: without one, it shows an error and earns none."""

    def preprocess_cell(self, cell: NotebookNode, resources: dict, index: int) -> tuple[NotebookNode, dict]:
        if cell.cell_type == "code" and is_grade(cell) and not is_solution(cell):
            problem = _problem(cell)
            if problem:
                _show_error(cell, "NoVerdict", problem)
        return cell, resources


def _problem(cell: NotebookNode) -> str | None:
    if any(output.output_type == "error" for output in cell.outputs):
        return None  # nothing is earned already
    results = [output for output in cell.outputs if output.output_type == "execute_result"]
    if not any(MIME_TYPE in result.data for result in results):
        return "This test gave no verdict. Has your notebook given the name `check` to something else?"
    try:
        earned = float(results[0].data["text/plain"])
    except (KeyError, TypeError, ValueError):
        return "The verdict of this test has no score."
    if not 0 <= earned <= cell.metadata.nbgrader["points"]:
        return f"The verdict of this test has a score of {earned:g}, which it cannot have."
    return None


def _show_error(cell: NotebookNode, name: str, text: str) -> None:
    """Show an error before all other outputs, because nbgrader counts what comes first."""
    if cell.cell_type == "code":
        error = new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])
        cell.outputs = [error, *cell.outputs]
