"""The model answers of a lesson, read from its solved notebook."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from grader.lessons.shipped_files import SHIPPED

_BEGIN, _END = "### BEGIN SOLUTION", "### END SOLUTION"
_MARKER = re.compile(r"\*For the marker, [^*]*\*\s*")
_POINT = re.compile(r"\(\d\)\s+")


class NoModelAnswer(LookupError):
    """There is no model answer to be had; the message says why and where to look."""


@dataclass(frozen=True)
class WrittenAnswer:
    """The model answer to a question in words, as Markdown, and the points to compare one's own with."""

    text: str
    points: tuple[str, ...]


def code_answer(lesson: str, name: str) -> str:
    """The code of the model answer to an exercise. Raises `NoModelAnswer`."""
    lines = _cell(lesson, name).splitlines()
    return "\n".join(line for line in lines if line.strip() not in (_BEGIN, _END))


def written_answer(lesson: str, name: str) -> WrittenAnswer:
    """The model answer to the question in words whose cell is called `name`. Raises `NoModelAnswer`."""
    text = _cell(lesson, name).partition(_BEGIN)[2].partition(_END)[0]
    model, *marker = _MARKER.split(text, maxsplit=1)
    said = " ".join(" ".join(marker).split()).partition(" Any wording")[0]
    return WrittenAnswer(model.strip(), tuple(point.strip(" ;.") for point in _POINT.split(said)[1:]))


def _cell(lesson: str, name: str) -> str:
    cells = _solution_cells(lesson)
    if name not in cells:
        raise NoModelAnswer(f"{lesson} has no answer called {name!r}. Its answers are: {', '.join(cells)}.")
    return cells[name][1]


@cache
def _solution_cells(lesson: str) -> dict[str, tuple[str, str]]:
    """The kind and the source of the cells with a solution, by name."""
    file = SHIPPED / "solutions" / lesson / f"{lesson}.ipynb"
    found = {}
    for cell in _cells(file):
        label = cell.get("metadata", {}).get("nbgrader", {})
        source = cell.get("source", "")
        source = source if isinstance(source, str) else "".join(source)
        if label.get("solution") and _BEGIN in source:
            found[label["grade_id"]] = cell["cell_type"], source
    return found


def _cells(file: Path) -> list[dict]:
    try:
        return json.loads(file.read_text(encoding="utf-8"))["cells"]
    except FileNotFoundError:
        raise NoModelAnswer(
            f"The solved notebook is not here: {file} is missing. It comes with a clone of the course; your "
            "course may have left it out on purpose."
        ) from None
    except (OSError, ValueError, KeyError) as error:
        raise NoModelAnswer(f"{file} cannot be read as a notebook: {error}") from error
