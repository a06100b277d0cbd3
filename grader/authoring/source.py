"""Reads the source of a lesson, `solutions/NN_topic.py`, as cells with their places."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import jupytext
from nbformat import NotebookNode

from grader.authoring.fold_results import fold_results

# Jupytext's own `comment_magics` takes not only "# %time" for a command, but also "# copy of W1".
_FORMAT = {"extension": ".py", "format_name": "percent", "comment_magics": False}
_COMMENTED_COMMAND = re.compile(r"^# (?=[%!]+[a-zA-Z])", re.MULTILINE)


class BuildError(Exception):
    """A lesson's source cannot be built; the message says what is wrong, where, and what to do."""


@dataclass(frozen=True)
class SourceCell:
    """A cell of a source with its place: its `number`, from 1, and the `line` of its marker, if known."""

    notebook_cell: NotebookNode
    file: Path
    number: int
    line: int | None

    @property
    def kind(self) -> str:
        """ "code", "markdown" or "raw"."""
        return self.notebook_cell.cell_type

    @property
    def text(self) -> str:
        """What the cell says."""
        return self.notebook_cell.source

    @property
    def tags(self) -> list[str]:
        """The tags that the cell has in its metadata."""
        return list(self.notebook_cell.metadata.get("tags", ()))

    def error(self, problem: str) -> BuildError:
        """The `problem` of this cell as an exception that names its place."""
        line = f", line {self.line}" if self.line else ""
        return BuildError(f"{self.file}, cell {self.number}{line}: {problem}")


def read_cells(source: Path) -> list[SourceCell]:
    """The cells of a source in Jupytext's percent format. Raises `BuildError` if Jupytext can't read it."""
    text = source.read_text(encoding="utf-8")
    cells = _parse(source, text)
    fold_results(cells)
    lines = [number for number, line in enumerate(text.splitlines(), 1) if line.startswith("# %%")]
    is_known = len(lines) == len(cells)
    return [SourceCell(cell, source, i + 1, lines[i] if is_known else None) for i, cell in enumerate(cells)]


def _parse(source: Path, text: str) -> list[NotebookNode]:
    try:
        cells = jupytext.reads(text, fmt=_FORMAT).cells
    except Exception as error:  # Jupytext raises exceptions of many types, such as YAML's for the header
        reason = str(error).strip().partition("\n")[0]
        raise BuildError(f"{source}: Jupytext cannot read this file: {reason}") from error
    for cell in cells:
        if cell.cell_type == "code":
            cell.source = _COMMENTED_COMMAND.sub("", cell.source)
    return cells
