"""Reads a submitted notebook even if its JSON does not follow the notebook format."""

from __future__ import annotations

import json
import re

import nbformat
from nbconvert.exporters import NotebookExporter

SIZE_LIMIT = 64 * 1024**2
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


class TolerantExporter(NotebookExporter):
    """nbgrader's exporter, with the notebook normalized before nbformat reads it."""

    def from_file(self, file_stream, resources=None, **kw):
        """Read a notebook from an open file. Raises `ValueError` or `NotJSONError` if it cannot be read."""
        text = file_stream.read(SIZE_LIMIT + 1)
        if len(text) > SIZE_LIMIT:
            raise ValueError(f"the notebook has more than {SIZE_LIMIT // 1024**2} MiB")
        notebook = nbformat.reads(normalize_json(text), as_version=4)
        return self.from_notebook_node(notebook, resources=resources, **kw)


def normalize_json(text: str) -> str:
    """Return a notebook's JSON with values of the wrong type replaced and valid, distinct cell ids.

    Raises `ValueError` if the text is not JSON, and `RecursionError` if it is nested too deeply.
    """
    notebook = json.loads(text)
    if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
        return text  # nbformat converts older formats and refuses anything else
    notebook["nbformat_minor"] = 5
    notebook["metadata"] = _notebook_metadata(notebook.get("metadata"))
    notebook["cells"] = [_cell(cell) for cell in _list(notebook.get("cells")) if isinstance(cell, dict)]
    _give_ids(notebook["cells"])
    return json.dumps(notebook)


def _notebook_metadata(metadata) -> dict:
    """Keep what a run needs; anything else belongs to an earlier run (widgets) or would appear on pages."""
    metadata = _dict(metadata)
    kept = {key: metadata.get(key) for key in ("kernelspec", "language_info")}
    return {key: value for key, value in kept.items() if isinstance(value, dict)}


def _cell(cell: dict) -> dict:
    kind = cell.get("cell_type")
    kind = kind if kind in ("code", "markdown", "raw") else "raw"
    normalized = {"cell_type": kind, "id": cell.get("id")}
    normalized |= {"metadata": _cell_metadata(cell.get("metadata")), "source": _text(cell.get("source"))}
    if kind == "code":
        outputs = _list(cell.get("outputs"))
        normalized["outputs"] = outputs if all(map(_is_output, outputs)) else []
        count = cell.get("execution_count")
        normalized["execution_count"] = count if type(count) is int else None
    elif isinstance(cell.get("attachments"), dict):
        normalized["attachments"] = cell["attachments"]
    return normalized


def _cell_metadata(metadata) -> dict:
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
    except Exception:  # of any kind: hostile values break the validator in many ways
        return False
    return True


def _give_ids(cells: list[dict]) -> None:
    """Give every cell a valid id of its own; Colab keeps a cell's id in its metadata."""
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
