"""Notes in a notebook: written, read again, and cleared."""

import platform

import numpy as np
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from grader.classroom.grading_notes import (
    METADATA_KEY,
    clear_notes,
    made_with,
    note_cell,
    set_made_with,
    set_repairs,
    set_stopped,
    stopped,
)
from utils.environment import environment


def test_notes_are_read_as_they_were_set():
    nb = new_notebook()
    assert stopped(nb) == ()
    set_repairs(nb, [{"kind": "edited", "text": "It had been edited."}])
    set_stopped(nb, ("It tried to reach a network.",))
    assert nb["metadata"][METADATA_KEY]["repairs"] == [{"kind": "edited", "text": "It had been edited."}]
    assert stopped(nb) == ("It tried to reach a network.",)


def test_clearing_takes_metadata_and_cells():
    nb = new_notebook(cells=[note_cell("put back", "repairs"), new_markdown_cell("mine")])
    set_stopped(nb, ["It tried to reach a network."])
    clear_notes(nb)
    assert METADATA_KEY not in nb["metadata"]
    assert [cell["source"] for cell in nb["cells"]] == ["mine"]


def test_the_versions_that_the_setup_cell_shows_are_noted():
    outputs = [new_output("stream", text="Cloning\n"), new_output("stream", text=environment())]
    nb = new_notebook(cells=[new_code_cell("setup", outputs=outputs)])
    set_made_with(nb)
    assert platform.python_version().startswith(f"{made_with(nb, 'Python')}.")
    assert np.__version__.startswith(f"{made_with(nb, 'NumPy')}.")
    nb = new_notebook(cells=[new_markdown_cell("Python 3.12.1, NumPy 2.1.0"), new_code_cell("x")])
    set_made_with(nb)
    assert (made_with(nb, "Python"), made_with(nb, "NumPy")) == ("", "")
