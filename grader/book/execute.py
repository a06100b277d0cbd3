"""Runs a notebook and keeps what it made, until something that it depends on changes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from grader.book.errors import BookError
from grader.classroom.file_access import write_whole
from grader.learner.library_code import ROOT

CELL_SECONDS = 300
"""How long a cell may take; the longest of the lessons takes some ten seconds."""
_NOT_IN_A_NOTEBOOK = ("authoring", "book", "classroom", "course_files", "demo", "isolation", "cli.py")
_LIBRARIES = ("ipython", "keras", "matplotlib", "numpy", "scikit-learn", "tensorflow")
_FIRST_CELL = "from grader.book.kernel_widgets import use_static_widgets; use_static_widgets()"


def executed_notebook(file: Path, cache: Path) -> NotebookNode:
    """Return the notebook in `file` with its outputs, from the folder `cache` if it is there.

    Raises `BookError` with the notebook and the cell if a cell fails.
    """
    lesson, notebook = file.stem, read_notebook(file)
    kept = cache / f"{lesson}-{_digest(notebook)}.ipynb"
    if kept.is_file():
        return nbformat.read(kept, as_version=4)
    _execute(notebook, lesson, file.parent)
    cache.mkdir(parents=True, exist_ok=True)
    for old in cache.glob(f"{lesson}-*.ipynb"):
        old.unlink()
    write_whole(kept, nbformat.writes(notebook).encode())
    return notebook


def read_notebook(file: Path) -> NotebookNode:
    """Return the notebook in `file`. Raises `BookError` if it is not there."""
    try:
        return nbformat.read(file, as_version=4)
    except FileNotFoundError:
        raise BookError(f"{file} is not there. `grader build` makes it from the lesson's source.") from None


def _execute(notebook: NotebookNode, lesson: str, folder: Path) -> None:
    """Run all cells in a kernel of their own, in which the widgets are such as work without it."""
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        store_widget_state=False,
    )
    paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}  # not what cells print
    with client.setup_kernel(env={**os.environ, "PYTHONPATH": paths}, **quiet):
        notebook.cells.insert(0, nbformat.v4.new_code_cell(_FIRST_CELL))
        for number, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, number, store_history=number > 0)
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                raise _failure(error, lesson, number, cell) from None
        del notebook.cells[0]


def _failure(error: Exception, lesson: str, number: int, cell: NotebookNode) -> BookError:
    reason = (
        f"{error.ename}: {error.evalue}"
        if isinstance(error, CellExecutionError)
        else f"it took more than {CELL_SECONDS} seconds"
        if isinstance(error, CellTimeoutError)
        else "the kernel died"
    )
    first = next((line for line in cell.source.splitlines() if line.strip()), "")
    return BookError(f"{lesson}: cell {number}, which begins with `{first}`, fails: {reason}")


def _digest(notebook: NotebookNode) -> str:
    """A hash of all that the outputs depend on: the cells, the course's code and the libraries."""
    digest = hashlib.sha256(json.dumps([[c.cell_type, c.source] for c in notebook.cells]).encode())
    for file in _code_in_a_notebook():
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    digest.update(json.dumps([[name, _version(name)] for name in _LIBRARIES]).encode())
    return digest.hexdigest()[:16]


def _code_in_a_notebook() -> Iterator[Path]:
    """The files of the course that a running lesson may use."""
    parts = [path for path in (ROOT / "grader").iterdir() if path.name not in _NOT_IN_A_NOTEBOOK]
    for part in sorted([ROOT / "utils", ROOT / "grader" / "book" / "kernel_widgets.py", *parts]):
        files = sorted(part.rglob("*.*")) if part.is_dir() else [part]
        yield from (file for file in files if file.is_file() and "__pycache__" not in file.parts)


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
