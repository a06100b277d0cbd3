"""Notes that grading leaves in a notebook: in its metadata, and in cells that a learner reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from grader.classroom.cells import Cell, Notebook

METADATA_KEY = "backprop"
HANDED_IN, RERUN = "as handed in", "run again for grading"
"""Where the outputs of a graded notebook come from."""
_VERSION = re.compile(r"[0-9]{1,2}\.[0-9]{1,3}")
_ENVIRONMENT = re.compile(
    rf"^Python (?P<Python>{_VERSION.pattern})\S*, NumPy (?P<NumPy>{_VERSION.pattern})", re.MULTILINE
)
"""The line that `utils.environment` makes."""


def clear_notes(nb: Notebook) -> None:
    """Remove all notes: a learner may hand in a notebook that was graded before."""
    nb["metadata"].pop(METADATA_KEY, None)
    nb["cells"] = [cell for cell in nb["cells"] if METADATA_KEY not in cell["metadata"]]


def note_cell(text: str, kind: str) -> Cell:
    """Return a Markdown cell that `clear_notes` recognizes as a note; `kind` is its value in the metadata."""
    return {"id": kind, "cell_type": "markdown", "metadata": {METADATA_KEY: kind}, "source": text}


def set_repairs(nb: Notebook, records: list[dict[str, str]]) -> None:
    """Note the repairs of a submission; each record has at least the key `text`."""
    _add_note(nb, "repairs", records)


def set_stopped(nb: Notebook, stopped: Iterable[str]) -> None:
    """Note what the sandbox kept a submission from doing, a sentence each."""
    _add_note(nb, "stopped", list(stopped))


def set_made_with(nb: Notebook) -> None:
    """Note the versions of Python and NumPy with which the notebook was made, as far as it says them.

    Jupyter writes down that of Python, Colab does not. The output of the setup cell has both.
    """
    printed = next(filter(None, map(_ENVIRONMENT.search, _printed(nb))), None)
    python = _VERSION.match(nb["metadata"].get("language_info", {}).get("version", ""))
    if python or printed:
        _add_note(nb, "made with Python", python[0] if python else printed["Python"])
    if printed:
        _add_note(nb, "made with NumPy", printed["NumPy"])


def _printed(nb: Notebook) -> Iterator[str]:
    for cell in nb["cells"]:
        for output in cell.get("outputs", ()):
            if output["output_type"] == "stream":
                yield output["text"]


def made_with(nb: Notebook, what: str) -> str:
    """Return the version of Python or NumPy with which the notebook was made, such as "3.12", or ""."""
    return nb["metadata"].get(METADATA_KEY, {}).get(f"made with {what}", "")


def set_outputs_note(nb: Notebook, *, is_rerun: bool) -> None:
    """Note where the outputs of the notebook come from."""
    _add_note(nb, "outputs", RERUN if is_rerun else HANDED_IN)


def outputs_origin(nb: Notebook) -> str:
    """Return where the outputs of the notebook come from: `HANDED_IN` or `RERUN`."""
    return nb["metadata"].get(METADATA_KEY, {}).get("outputs", HANDED_IN)


def stopped(nb: Notebook) -> tuple[str, ...]:
    """Return what the sandbox kept the submission from doing, a sentence each."""
    return tuple(nb["metadata"].get(METADATA_KEY, {}).get("stopped", []))


def _add_note(nb: Notebook, name: str, value: list | str) -> None:
    nb["metadata"][METADATA_KEY] = {**nb["metadata"].get(METADATA_KEY, {}), name: value}
