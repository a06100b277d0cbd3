"""nbgrader's exporter reads what nbformat would refuse."""

import io
import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.classroom.nbgrader_plugins import TolerantExporter
from grader.classroom.repair.read_notebook import UnreadableNotebook


def exported(text):
    return TolerantExporter().from_file(io.StringIO(text), {})[0]


def test_a_notebook_with_values_of_the_wrong_type():
    nb = new_notebook(cells=[new_markdown_cell("a"), new_code_cell("b = 1")])
    notebook = json.loads(nbformat.writes(nb))
    for cell in notebook["cells"]:
        cell |= {"metadata": None, "outputs": 3}
    made = nbformat.reads(exported(json.dumps(notebook)), as_version=4)
    nbformat.validate(made)
    assert [cell.source for cell in made.cells] == ["a", "b = 1"]


def test_an_enormous_notebook_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr("grader.classroom.repair.read_notebook.SIZE_LIMIT", 1000)
    monkeypatch.setattr("grader.classroom.nbgrader_plugins.exporter.SIZE_LIMIT", 1000)
    with pytest.raises(UnreadableNotebook, match="more than"):
        exported("{" * 2000)
