"""Notebooks that nbformat or nbgrader could not read are read."""

import json

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader.classroom.errors import BadSubmission
from grader.classroom.repair.read_notebook import (
    ATTACHMENTS_LIMIT,
    CELLS_LIMIT,
    CONVERTED_LIMIT,
    ENTRIES_LIMIT,
    METADATA_LIMIT,
    TEXTS_LIMIT,
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
    ("attachments", "kept"),
    [
        ({"a.png": 3}, None),
        ({"a.png": {"image/png": 3}}, None),
        ({"a.png": {"image/png": ["x", "y"]}}, {"a.png": {"image/png": "xy"}}),
        ({"a.svg": {"image/svg+xml": "<svg/>"}, "a.html": {"text/html": "x"}}, None),
        ({"a.png": {"image/png": "no base64 <b>"}}, None),
    ],
)
def test_attachments(notebook, attachments, kept):
    notebook["cells"][0]["attachments"] = attachments
    assert read(notebook)["cells"][0].get("attachments") == kept


def test_more_attached_pictures_than_there_may_be_are_refused(notebook):
    pictures = {f"{number}.png": {"image/png": "aa"} for number in range(ATTACHMENTS_LIMIT)}
    notebook["cells"][0]["attachments"] = pictures
    assert len(read(notebook)["cells"][0]["attachments"]) == ATTACHMENTS_LIMIT
    pictures["another.png"] = {"image/png": "aa"}
    with pytest.raises(BadSubmission, match="has 201 pictures attached to its cells, more than 200"):
        read(notebook)


def test_more_text_than_there_may_be_is_refused(notebook):
    notebook["cells"][0]["source"], notebook["cells"][1]["source"] = "x" * (TEXTS_LIMIT - 1), "x"
    assert read(notebook)
    notebook["cells"][1]["source"] = "xx"
    with pytest.raises(BadSubmission, match="has 1048577 characters of text in its cells, more than 1048576"):
        read(notebook)


@pytest.mark.parametrize(
    "much",
    [
        {"keys": {f"k{number}": number for number in range(METADATA_LIMIT)}},
        {f"k{number}": number for number in range(METADATA_LIMIT)},
        {"text": "x" * METADATA_LIMIT},
        {"deep": [[[[[[1]]]]]]},
        {"no number": float("nan")},
        {"no number": [float("inf")]},
    ],
)
def test_of_much_metadata_labels_and_tags_are_kept(notebook, much):
    label = {"nbgrader": {"grade_id": "f", "points": 2}, "tags": ["a"]}
    notebook["cells"][0]["metadata"] = {**much, **label}
    assert read(notebook)["cells"][0]["metadata"] == label
    notebook["cells"][0]["metadata"] = {"nbgrader": much, "tags": ["x" * METADATA_LIMIT]}
    assert read(notebook)["cells"][0]["metadata"] == {}


@pytest.mark.parametrize("piece", ["[]", "{}", '"a"', "0"])
def test_a_notebook_of_very_many_entries_is_not_parsed(monkeypatch, notebook, piece):
    notebook["x"] = []
    text = json.dumps(notebook).replace('"x": []', f'"x": [{",".join([piece] * ENTRIES_LIMIT)}]')
    monkeypatch.setattr("grader.classroom.repair.read_notebook.json", None)
    with pytest.raises(BadSubmission, match="entries, more than 1000000"):
        read_notebook(text)


def test_a_large_notebook_of_an_old_format_is_not_converted(notebook):
    notebook |= {"nbformat": 3, "padding": "x" * CONVERTED_LIMIT}
    with pytest.raises(BadSubmission, match="of an old format, and large"):
        read_notebook(json.dumps(notebook))


def test_a_huge_number_of_a_cell_is_dropped(notebook):
    notebook["cells"][1]["execution_count"] = 10**4000
    assert read(notebook)["cells"][1]["execution_count"] is None


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
