"""Notebooks that nbformat or nbgrader could not read are read."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.classroom.errors import BadSubmission
from grader.classroom.repair.read_notebook import (
    CELLS_LIMIT,
    UnreadableNotebook,
    read_notebook,
    read_release,
)


def read(notebook):
    made = read_notebook(json.dumps(notebook).encode())
    nbformat.validate(nbformat.from_dict(made))
    return made


@pytest.fixture
def notebook():
    nb = new_notebook(cells=[new_markdown_cell("a", id="a"), new_code_cell("b = 1", id="b")])
    return json.loads(nbformat.writes(nb))


def test_a_sound_notebook_stays_as_it_is(notebook):
    assert read(notebook) == nbformat.reads(json.dumps(notebook), as_version=4)


@pytest.mark.parametrize("value", [None, [], "text", 3])
@pytest.mark.parametrize("key", ["metadata", "source", "outputs", "execution_count", "id", "attachments"])
def test_values_of_the_wrong_type(notebook, key, value):
    for cell in notebook["cells"]:
        cell[key] = value
    assert [cell["cell_type"] for cell in read(notebook)["cells"]] == ["markdown", "code"]


@pytest.mark.parametrize("key", ["metadata", "source", "outputs", "execution_count", "id"])
def test_missing_values(notebook, key):
    for cell in notebook["cells"]:
        cell.pop(key, None)
    assert [cell["cell_type"] for cell in read(notebook)["cells"]] == ["markdown", "code"]


@pytest.mark.parametrize(
    "metadata",
    [{"tags": "skip-execution"}, {"tags": [1]}, {"nbgrader": "mine"}, {"nbgrader": None}, {"nbgrader": []}],
)
def test_cell_metadata(notebook, metadata):
    for cell in notebook["cells"]:
        cell["metadata"] = metadata | {"mine": 1}
    assert all(cell["metadata"] == {"mine": 1} for cell in read(notebook)["cells"])


@pytest.mark.parametrize(
    "metadata", [None, [], {"kernelspec": "python"}, {"language_info": None}, {"widgets": []}]
)
def test_notebook_metadata(notebook, metadata):
    assert read(notebook | {"metadata": metadata})["metadata"] == {}


@pytest.mark.parametrize("outputs", [[None], [{}], [{"output_type": "odd"}]])
def test_outputs_that_are_none(notebook, outputs):
    notebook["cells"][1]["outputs"] = outputs
    assert read(notebook)["cells"][1]["outputs"] == []


def test_cells_that_are_none(notebook):
    notebook["cells"] = [None, 3, {"cell_type": "slide", "source": ["x\n", "y"]}, *notebook["cells"]]
    assert [(cell["cell_type"], cell["source"]) for cell in read(notebook)["cells"]][0] == ("raw", "x\ny")


@pytest.mark.parametrize("minor", [0, 4, None, "5", 99])
def test_minor_versions_and_ids(notebook, minor):
    notebook["nbformat_minor"] = minor
    for number, cell in enumerate(notebook["cells"]):
        cell |= {"id": "same", "metadata": {"id": f"colab-{number}"}}
    assert [cell["id"] for cell in read(notebook)["cells"]] == ["same", "colab-1"]


def test_an_older_format_is_left_to_nbformat():
    old = json.loads(nbformat.writes(new_notebook(cells=[new_code_cell("a = 1")]), version=3))
    assert read(old)["cells"][0]["source"] == "a = 1"


@pytest.mark.parametrize("key", sorted({"collapsed", "execution", "format", "jupyter", "name", "scrolled"}))
def test_metadata_of_the_display_is_dropped(notebook, key):
    for cell in notebook["cells"]:
        cell["metadata"] = {key: 3, "mine": 1}
    assert [cell["metadata"] for cell in read(notebook)["cells"]] == [{"mine": 1}] * 2


def test_tags_that_nbformat_would_refuse(notebook):
    notebook["cells"][1]["metadata"] = {"tags": ["a", "a", "b,c", "", 3, "d"]}
    assert read(notebook)["cells"][1]["metadata"] == {"tags": ["a", "d"]}


@pytest.mark.parametrize(
    "attachments", [{"a.png": 3}, {"a.png": {"image/png": 3}}, {"a.png": {"image/png": ["x"]}}]
)
def test_attachments(notebook, attachments):
    notebook["cells"][0]["attachments"] = attachments
    assert set(read(notebook)["cells"][0]["attachments"]["a.png"]) <= {"image/png"}


def test_outputs_are_made_harmless(notebook):
    html = {"text/html": ["<b>x</b>", "<script>alert(1)</script>"], "application/x-mine": {"a": 1}}
    notebook["cells"][1]["outputs"] = [{"output_type": "display_data", "data": html, "metadata": {}}]
    assert read(notebook)["cells"][1]["outputs"][0]["data"] == {"text/html": "<b>x</b>"}


@pytest.mark.parametrize("text", [b"", b"no json", b"[]", b"{}", b"null", b"\xff", b"[" * 100_000, "\ud800"])
def test_what_is_no_notebook_is_refused(text):
    with pytest.raises(UnreadableNotebook, match=r"."):
        read_notebook(text)


def test_an_enormous_notebook_is_refused(monkeypatch):
    monkeypatch.setattr("grader.classroom.repair.read_notebook.SIZE_LIMIT", 1000)
    with pytest.raises(UnreadableNotebook, match="more than"):
        read_notebook(b"{" * 2000)


def test_a_notebook_with_very_many_cells_is_refused(notebook):
    notebook["cells"] = [{}] * CELLS_LIMIT
    assert len(read(notebook)["cells"]) == CELLS_LIMIT
    notebook["cells"] += [{}]
    with pytest.raises(BadSubmission, match="has 2001 cells, more than 2000"):
        read(notebook)


def test_halves_of_surrogate_pairs_can_be_written(notebook):
    notebook["cells"][0] |= {"source": "a\ud800\U0001f600", "metadata": {"tags": ["\udfff"]}}
    first = read(notebook)["cells"][0]
    assert first["source"] == "a?\U0001f600"
    assert first["metadata"]["tags"] == ["?"]


def test_a_release_is_read_as_nbformat_reads_it(release, tmp_path):
    nbformat.write(release, tmp_path / "release.ipynb")
    assert read_release(tmp_path / "release.ipynb") == nbformat.read(tmp_path / "release.ipynb", as_version=4)
