"""The step of nbgrader's autograding that undoes what a submission did to the cells of the release."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from grader.classroom.repair.read_notebook import read_release
from grader.classroom.repair.repair import repair


class Repair(NbGraderPreprocessor):
    """Restores the tests and labels of a submission from the release. The answers are never changed."""

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        names = resources["nbgrader"]
        folders = self.parent.parent.coursedir
        folder = folders.format_path(folders.release_directory, ".", names["assignment"])
        try:
            release = read_release(Path(folder) / f"{names['notebook']}.ipynb")
        except FileNotFoundError:
            self.log.warning("No released notebook in %s: nothing is repaired.", folder)
            return nb, resources
        for done in repair(nb, release):
            self.log.warning("Repaired (%s): %s", done.kind, done.cell)
        return nbformat.from_dict(nb), resources
