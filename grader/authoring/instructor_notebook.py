"""Makes the notebook with all answers from a lesson's source."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from grader import lessons
from grader.authoring.first_cell import BADGE_TAG, Release, colab_badge, first_cell, read_release
from grader.authoring.labels import label_cells
from grader.authoring.source import BuildError, SourceCell, read_cells
from grader.lessons import Lesson, UnknownLesson

_METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
_NEW_CELL = {
    "code": nbformat.v4.new_code_cell,
    "markdown": nbformat.v4.new_markdown_cell,
    "raw": nbformat.v4.new_raw_cell,
}


def instructor_notebook(source: Path) -> NotebookNode:
    """The notebook with all answers that the source of a lesson describes.

    The same source gives the same notebook, cell ids included. Raises `BuildError` if the source is malformed
    or belongs to no lesson.
    """
    lesson = _lesson_of(source)
    cells = read_cells(source)
    labels = label_cells(source, cells, lesson)
    ids = _cell_ids(lesson, cells, labels)
    release = read_release(source.parents[1])
    made = [_notebook_cell(*parts) for parts in zip(cells, labels, ids, strict=True)]
    setup = next(cell for cell in made if cell.cell_type == "code")
    setup.source = first_cell(lesson.name, imports=_after_first_line(setup.source), release=release)
    setup.metadata["jupyter"] = {"source_hidden": True}  # JupyterLab shows its first line, a click the rest
    notebook = nbformat.v4.new_notebook(cells=[*_badge(lesson, release), *made], metadata=_METADATA)
    notebook.nbformat_minor = 5
    return notebook


def _lesson_of(source: Path) -> Lesson:
    try:
        return lessons.load(source.stem)
    except UnknownLesson as unknown:
        raise BuildError(
            f"{source}: {unknown} Name the file after its lesson, or describe the lesson in grader/lessons/."
        ) from None


def _cell_ids(lesson: Lesson, cells: list[SourceCell], labels: list[dict]) -> list[str]:
    """Stable ids, unique over all lessons: the lesson's number, then the grade id or a hash of the content.

    Where content occurs again, a number follows.
    """
    ids, occurrences = [], Counter()
    for cell, label in zip(cells, labels, strict=True):
        digest = hashlib.sha256(f"{cell.kind}\n{cell.text}".encode()).hexdigest()[:12]
        occurrences[digest] += 1
        content_id = digest if occurrences[digest] == 1 else f"{digest}-{occurrences[digest]}"
        ids.append(_cell_id(lesson, label.get("grade_id") or content_id))
    return ids


def _cell_id(lesson: Lesson, name: str) -> str:
    return f"{lesson.name.partition('_')[0]}-{name}"


def _after_first_line(text: str) -> str:
    return text.partition("\n")[2].strip()


def _badge(lesson: Lesson, release: Release) -> list[NotebookNode]:
    """The cell above the title that opens the notebook in Colab, if Colab can find it."""
    badge = colab_badge(lesson.name, release)
    tags = {"tags": [BADGE_TAG]}
    return [_NEW_CELL["markdown"](badge, metadata=tags, id=_cell_id(lesson, "colab"))] if badge else []


def _notebook_cell(cell: SourceCell, label: dict, cell_id: str) -> NotebookNode:
    metadata = {"nbgrader": label} if label else {}
    if cell.tags:
        metadata["tags"] = cell.tags
    return _NEW_CELL[cell.kind](cell.text, metadata=metadata, id=cell_id)
