"""What the cells of a lesson are, by the labels that nbgrader keeps in their metadata.

An exercise has an answer cell, whose grade id is the name of the exercise, and a test cell, whose grade id is
`test_` and that name. A written answer is marked by a person. The setup cell is the lesson's first code cell.
"""

from __future__ import annotations

import re
from typing import Any

Cell = dict[str, Any]
"""A cell of a notebook as JSON data, its source as one string."""
Notebook = dict[str, Any]
"""A notebook as JSON data of format 4.5."""

SETUP = "setup"
"""The grade id of the setup cell."""
_TEST = "test_"
_NUMBER = re.compile(r"^\d\d-(?=.)")


def label(cell: Cell) -> dict:
    """Return nbgrader's metadata of a cell; empty if the cell has none."""
    return cell["metadata"].get("nbgrader", {})


def grade_id(cell: Cell) -> str | None:
    """Return the grade id of a cell, by which nbgrader knows it."""
    return label(cell).get("grade_id")


def is_locked(cell: Cell) -> bool:
    """Whether learners must not change the cell."""
    return bool(label(cell).get("locked"))


def is_test(cell: Cell) -> bool:
    """Whether the cell is the test of an exercise."""
    return bool(cell["cell_type"] == "code" and label(cell).get("grade") and not label(cell).get("solution"))


def is_answer(cell: Cell) -> bool:
    """Whether the cell is for the function of an exercise, which its test cell marks."""
    return bool(label(cell).get("solution") and not label(cell).get("grade"))


def is_written_answer(cell: Cell) -> bool:
    """Whether the cell is for an answer that a person marks."""
    return bool(label(cell).get("solution") and label(cell).get("grade"))


def id_of_test(exercise: str) -> str:
    """Return the grade id of an exercise's test cell."""
    return f"{_TEST}{exercise}"


def exercise_of(test: Cell) -> str:
    """Return the name of the exercise that a test cell tests; "" if its id is of an ordinary test."""
    name = label(test)["grade_id"]
    return name.removeprefix(_TEST) if name.startswith(_TEST) else ""


def ids_of(original: Cell) -> set[str]:
    """Return the ids by which a cell of the release is known in a submission.

    They are its id and the one that earlier releases had, without the number of the lesson in front.
    """
    return {original["id"], _NUMBER.sub("", original["id"])}


def has_same_text(cell: Cell, other: Cell) -> bool:
    """Whether two cells have the same text, up to white space around it and at the ends of lines."""
    return _stripped_lines(cell) == _stripped_lines(other)


def _stripped_lines(cell: Cell) -> list[str]:
    return [line.rstrip() for line in cell["source"].strip().splitlines()]
