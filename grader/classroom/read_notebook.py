"""Reads a submission whatever a tool or a hand has done to its JSON."""

from __future__ import annotations

import json
import re

import nbformat
from nbconvert.exporters import NotebookExporter

SIZE_LIMIT = 64 * 1024**2
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class TolerantExporter(NotebookExporter):
    """nbgrader's exporter, which mends what would stop nbformat from reading a notebook."""

    def from_file(self, file_stream, resources=None, **kw):
        text = file_stream.read(SIZE_LIMIT + 1)
        if len(text) > SIZE_LIMIT:
            raise ValueError(f"the notebook has more than {SIZE_LIMIT // 1024**2} MiB")
        notebook = nbformat.reads(tidied(text), as_version=4)
        return self.from_notebook_node(notebook, resources=resources, **kw)


def tidied(text: str) -> str:
    """The JSON of a notebook with values of the wrong type replaced and missing cell ids added."""
    notebook = json.loads(text)
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        return text  # older formats are nbformat's to convert, other files nbformat's to refuse
    notebook["nbformat_minor"] = 5
    notebook["metadata"] = _notebook_metadata(notebook.get("metadata"))
    notebook["cells"] = [_cell(cell) for cell in _list(notebook.get("cells")) if isinstance(cell, dict)]
    _give_ids(notebook["cells"])
    return json.dumps(notebook)


def _notebook_metadata(metadata) -> dict:
    """What a run needs; all else is of another run (widgets), or for pages to show without being asked."""
    metadata = _dict(metadata)
    kept = {key: metadata.get(key) for key in ("kernelspec", "language_info")}
    return {key: value for key, value in kept.items() if isinstance(value, dict)}


def _cell(cell: dict) -> dict:
    kind = cell.get("cell_type")
    kind = kind if kind in ("code", "markdown", "raw") else "raw"
    made = {"cell_type": kind, "id": cell.get("id")}
    made |= {"metadata": _metadata(cell.get("metadata")), "source": _text(cell.get("source"))}
    if kind == "code":
        outputs = _list(cell.get("outputs"))
        made["outputs"] = outputs if all(map(_is_output, outputs)) else []
        count = cell.get("execution_count")
        made["execution_count"] = count if type(count) is int else None
    elif isinstance(cell.get("attachments"), dict):
        made["attachments"] = cell["attachments"]
    return made


def _metadata(metadata) -> dict:
    metadata = _dict(metadata)
    tags = metadata.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        del metadata["tags"]
    if not isinstance(metadata.get("nbgrader", {}), dict):
        del metadata["nbgrader"]
    return metadata


def _is_output(output) -> bool:
    try:
        nbformat.validator.validate(nbformat.from_dict(output), ref="output", version=4, version_minor=5)
    except Exception:  # whatever is wrong with it, it is the output of another run
        return False
    return True


def _give_ids(cells: list[dict]) -> None:
    """Every cell gets a valid id of its own; Colab keeps a cell's id in its metadata."""
    seen: set[str] = set()
    for number, cell in enumerate(cells):
        for candidate in (cell.get("id"), cell["metadata"].get("id"), f"cell-{number}", f"unnamed-{number}"):
            if isinstance(candidate, str) and _CELL_ID.fullmatch(candidate) and candidate not in seen:
                break
        cell["id"] = candidate
        seen.add(candidate)


def _dict(value) -> dict:
    return value if isinstance(value, dict) else {}


def _list(value) -> list:
    return value if isinstance(value, list) else []


def _text(value) -> str:
    if isinstance(value, list):
        return "".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) else ""
