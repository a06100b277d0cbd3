"""Notes in a notebook: written, read again, and cleared."""

from nbformat.v4 import new_markdown_cell, new_notebook

from grader.classroom.grading_notes import (
    METADATA_KEY,
    clear_notes,
    note_cell,
    set_repairs,
    set_stopped,
    stopped,
)


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
