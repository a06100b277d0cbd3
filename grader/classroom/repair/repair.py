"""The step of nbgrader's autograding that undoes what a submission did to the cells of the release."""

from __future__ import annotations

from dataclasses import asdict

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.classroom.grading_notes import clear_notes, note_cell, set_repairs
from grader.classroom.repair.repair_messages import CellRepair, repair_messages, repair_summary
from grader.classroom.repair.restore_cells import insert_cell, restore_cells


class Repair(NbGraderPreprocessor):
    """Restores the tests and labels of a submission from the release. The answers are never changed."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        names = resources["nbgrader"]
        folders = self.parent.parent.coursedir
        folder = folders.format_path(folders.release_directory, ".", names["assignment"])
        try:
            release = nbformat.read(f"{folder}/{names['notebook']}.ipynb", as_version=4)
        except FileNotFoundError:
            self.log.warning("No released notebook in %s: nothing is repaired.", folder)
            return nb, resources
        for done in repair(nb, release):
            self.log.warning("Repaired (%s): %s", done.kind, done.cell)
        return nb, resources


def repair(nb: NotebookNode, release: NotebookNode) -> list[CellRepair]:
    """Repair the submission `nb` in place. Return what was repaired.

    Repairs are noted in the notebook's metadata and in a cell on top.
    """
    clear_notes(nb)
    repairs = restore_cells(nb, release)
    if repairs:
        set_repairs(nb, [asdict(one) | {"text": repair_messages([one])[0]} for one in repairs])
        insert_cell(nb, 0, note_cell(repair_summary(repairs), "repairs"), "repairs")
    return repairs
