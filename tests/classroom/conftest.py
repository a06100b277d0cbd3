"""A tiny lesson as it is released, and an honest submission of it."""

import copy

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.classroom.tiny_lesson import answer_cell, cell, label, test_cell


@pytest.fixture
def release():
    setup = new_code_cell('LESSON = "x"', id="setup", metadata={"nbgrader": label("setup", locked=True)})
    written = label("answer", grade=True, solution=True, points=4) | {"cell_type": "markdown"}
    cells = [
        new_markdown_cell("# Lesson", id="title"),
        setup,
        new_code_cell("import numpy as np", id="imports"),
        answer_cell("one"),
        test_cell("one"),
        new_markdown_cell("Now the second.", id="between"),
        answer_cell("two"),
        new_code_cell("print(two(3))", id="try-two"),
        test_cell("two"),
        new_markdown_cell("Why?\n\nYOUR ANSWER HERE", id="answer", metadata={"nbgrader": written}),
        new_markdown_cell("The end.", id="end"),
    ]
    return new_notebook(cells=cells)


@pytest.fixture
def handed_in(release):
    """An honest submission."""
    nb = copy.deepcopy(release)
    cell(nb, "one").source = "def one(x):\n    return 1"
    cell(nb, "two").source = "def helper(x):\n    return x\n\ndef two(x):\n    return helper(2)"
    cell(nb, "answer").source = "Because."
    nb.cells.insert(3, new_code_cell("mine = 1", id="mine"))
    return nb
