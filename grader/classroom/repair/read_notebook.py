"""Reads a submitted notebook even if its JSON does not follow the notebook format."""

from __future__ import annotations

import itertools
import json
import math
import re
from pathlib import Path

from grader.classroom.cells import Notebook
from grader.classroom.errors import BadSubmission
from grader.classroom.run.sanitize_outputs import sanitize_notebook_outputs, valid_count

SIZE_LIMIT = 64 * 1024**2
"""Characters of a submitted notebook."""
ENTRIES_LIMIT = 1_000_000
"""Commas and brackets in its JSON: what each begins may take a hundred bytes; a lesson has 5,000."""
CONVERTED_LIMIT = 1024**2
"""Characters of a notebook of an older format than 4, which takes long to convert."""
CELLS_LIMIT = 2_000
"""Cells of a submitted notebook; a lesson has less than a hundred."""
TEXTS_LIMIT = 1024**2
"""Characters of all cells' texts together; a lesson has less than a tenth of it."""
ATTACHMENTS_LIMIT = 200
"""Pictures that were dropped into the cells of a notebook."""
METADATA_LIMIT = 2_000
"""About how many characters the metadata of a cell may have, beyond which only labels and tags are kept."""
_METADATA_DEPTH = 4
_ENTRY_MARKS = (b",", b"[", b"{")
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_KERNEL_KEYS = {"kernelspec": {"name", "display_name"}, "language_info": {"name"}}
"""What names the kernel in a notebook's metadata, and what of it is required."""
_TAG = re.compile(r"[^,]+")
_KEPT_KEYS = ("nbgrader", "tags", "id")
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_BASE64 = re.compile(r"[A-Za-z0-9+/=\s]+")
_DISPLAY_KEYS = frozenset({"collapsed", "execution", "format", "jupyter", "name", "scrolled"})


class UnreadableNotebook(ValueError):
    """What was handed in is no notebook, or too large."""


def read_notebook(text: str | bytes) -> Notebook:
    """Return a submitted notebook with values of the wrong type replaced and valid, distinct cell ids.

    Its outputs are made harmless. Raises `UnreadableNotebook`, or `BadSubmission` for more cells, text,
    attached pictures or entries than there may be, and for a large one of an old format.
    """
    if len(text) > SIZE_LIMIT:
        raise UnreadableNotebook(f"the notebook has more than {SIZE_LIMIT // 1024**2} MiB")
    text = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
    _demand_at_most(ENTRIES_LIMIT, sum(map(text.count, _ENTRY_MARKS)), "entries")
    try:
        notebook = json.loads(text)
        if not isinstance(notebook, dict) or notebook.get("nbformat") != 4:
            notebook = _converted(text)
        if _SURROGATE.search(text):
            notebook = _encodable(notebook)
        return _normalized(notebook)
    except (ValueError, RecursionError) as error:
        raise UnreadableNotebook(f"the notebook cannot be read: {error}") from error


def read_release(file: Path) -> Notebook:
    """Return a notebook that nbgrader has written, a release or an autograded one.

    Raises `FileNotFoundError`.
    """
    return parse_release(file.read_bytes())


def parse_release(text: bytes) -> Notebook:
    """Return the notebook that such a file holds."""
    notebook = json.loads(text)
    for number, cell in enumerate(notebook["cells"]):
        cell["source"] = _text(cell["source"])
        cell["metadata"] = _without_display(cell["metadata"])
        cell.setdefault("id", f"released-{number}")  # an older Jupyter saves no ids
    return notebook


def _converted(text: bytes) -> dict:
    """Return a notebook of an older format as one of format 4. Raises `ValueError` for anything else."""
    if len(text) > CONVERTED_LIMIT:
        raise BadSubmission(
            "The notebook is of an old format, and large. Open and save it in Jupyter, then hand it in."
        )
    import nbformat

    try:
        return nbformat.reads(text.decode(), as_version=4)
    except Exception as error:  # of any kind: hostile values break the conversion in many ways
        raise UnreadableNotebook("it is not a notebook") from error


def _encodable(notebook: dict) -> dict:
    """Return a notebook with "?" for halves of surrogate pairs, which no file and no page can hold."""
    return json.loads(json.dumps(notebook, ensure_ascii=False).encode("utf-8", "replace"))


def _normalized(notebook: dict) -> Notebook:
    given = _list(notebook.get("cells"))
    _demand_at_most(CELLS_LIMIT, len(given), "cells")
    cells = [_cell(cell) for cell in given if isinstance(cell, dict)]
    characters = sum(len(cell["source"]) for cell in cells)
    _demand_at_most(TEXTS_LIMIT, characters, "characters of text in its cells")
    attached = sum(len(cell.get("attachments", ())) for cell in cells)
    _demand_at_most(ATTACHMENTS_LIMIT, attached, "pictures attached to its cells")
    _sanitize_outputs(cells)
    _give_ids(cells)
    metadata = _notebook_metadata(notebook.get("metadata"))
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _sanitize_outputs(cells: list[dict]) -> None:
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    for cell, outputs in zip(code, sanitize_notebook_outputs(c["outputs"] for c in code), strict=True):
        cell["outputs"] = outputs


def _demand_at_most(limit: int, count: int, what: str) -> None:
    if count > limit:
        raise BadSubmission(f"The notebook has {count} {what}, more than {limit}. Ask for it with fewer.")


def _notebook_metadata(metadata) -> dict:
    """Keep what a run needs; anything else belongs to an earlier run (widgets) or would appear on pages."""
    metadata = _dict(metadata)
    kept = {}
    for key, required in _KERNEL_KEYS.items():
        texts = {name: text for name, text in _dict(metadata.get(key)).items() if isinstance(text, str)}
        if required <= set(texts) and _size(texts) <= METADATA_LIMIT:
            kept[key] = texts
    return kept


def _cell(cell: dict) -> dict:
    kind = cell.get("cell_type")
    kind = kind if kind in ("code", "markdown", "raw") else "raw"
    normalized = {"cell_type": kind, "id": cell.get("id")}
    normalized |= {"metadata": _cell_metadata(cell.get("metadata")), "source": _text(cell.get("source"))}
    if kind == "code":
        normalized["outputs"] = _list(cell.get("outputs"))
        normalized["execution_count"] = valid_count(cell.get("execution_count"))
    elif attachments := _attachments(cell.get("attachments")):
        normalized["attachments"] = attachments
    return normalized


def _cell_metadata(metadata) -> dict:
    """Drop what says how a cell was displayed, and what is no tag; where there is much, all but labels."""
    kept = _without_display(_dict(metadata))
    if _size(kept) > METADATA_LIMIT:
        kept = {key: kept[key] for key in _KEPT_KEYS if key in kept and _size(kept[key]) <= METADATA_LIMIT}
    tags = [tag for tag in _list(kept.pop("tags", None)) if isinstance(tag, str) and _TAG.fullmatch(tag)]
    if tags:
        kept["tags"] = list(dict.fromkeys(tags))
    if not isinstance(kept.get("nbgrader", {}), dict):
        del kept["nbgrader"]
    return kept


def _without_display(metadata: dict) -> dict:
    return {key: value for key, value in metadata.items() if key not in _DISPLAY_KEYS}


def _size(value, depth: int = _METADATA_DEPTH) -> float:
    """Return about how many characters a JSON value takes; infinity for one too deep, and for inf and nan."""
    if isinstance(value, dict | list):
        inner = itertools.chain(*value.items()) if isinstance(value, dict) else value
        return len(value) + sum(_size(one, depth - 1) for one in inner) if depth else math.inf
    return math.inf if isinstance(value, float) and not math.isfinite(value) else len(str(value))


def _attachments(attachments) -> dict:
    """Keep the pictures that were dropped into a Markdown cell, and nothing of another kind."""
    found = {name: _pictures(_dict(bundle)) for name, bundle in _dict(attachments).items()}
    return {name: pictures for name, pictures in found.items() if pictures}


def _pictures(bundle: dict) -> dict:
    texts = {mime: _text(bundle.get(mime)) for mime in _PICTURES}
    return {mime: text for mime, text in texts.items() if _BASE64.fullmatch(text)}


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
