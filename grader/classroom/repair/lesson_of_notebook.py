"""Tells a notebook of another lesson, or of none, from a submission that lost cells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader import lessons
from grader.classroom.cells import (
    Cell,
    Notebook,
    exercise_of,
    grade_id,
    has_same_text,
    ids_of,
    is_test,
    label,
)
from grader.classroom.errors import BadSubmission
from grader.classroom.repair.defined_names import defines

_LESSON = re.compile(r"^LESSON = \"(\w+)\"", re.MULTILINE)  # as the setup cell of a lesson has it


def demand_same_lesson(nb: Notebook, release: Notebook) -> None:
    """Raise `BadSubmission` if the submission `nb` is of another lesson than `release`, or of none.

    A notebook with cells of at least half of the exercises is of this lesson, whatever else it lost. Other
    assignments than lessons are left alone.
    """
    lesson = _lesson_of(release)
    tests = [cell for cell in release["cells"] if is_test(cell) and exercise_of(cell)]
    if not lesson or not tests or 2 * sum(_is_there(test, nb) for test in tests) >= len(tests):
        return
    other = _lesson_of(nb)
    if other and other != lesson:
        raise BadSubmission(
            f"This is {_words(other)}'s notebook, {other}. Ask for {_words(lesson)}'s, {lesson}."
        )
    if not any(_is_own(cell, release) for cell in nb["cells"]):
        raise BadSubmission(
            f"This is another notebook: no cell of it is from {_words(lesson)}. Ask for {lesson}."
        )


def _lesson_of(nb: Notebook) -> str:
    """Return the lesson that a code cell of the notebook names; "" if none does."""
    return next((name for name in _named_lessons(nb) if name in lessons.names()), "")


def _named_lessons(nb: Notebook) -> Iterator[str]:
    for cell in nb["cells"]:
        if cell["cell_type"] == "code":
            yield from _LESSON.findall(cell["source"])


def _is_there(test: Cell, nb: Notebook) -> bool:
    """Whether the submission has an exercise: its test by label or text, or a definition of its function."""
    is_test_there = any(grade_id(cell) == grade_id(test) or has_same_text(cell, test) for cell in nb["cells"])
    return is_test_there or any(defines(cell, exercise_of(test)) for cell in nb["cells"])


def _is_own(cell: Cell, release: Notebook) -> bool:
    return any(
        (label(cell) and grade_id(cell) == grade_id(one))
        or cell["id"] in ids_of(one)
        or (cell["source"].strip() and has_same_text(cell, one))
        for one in release["cells"]
    )


def _words(lesson: str) -> str:
    return f"lesson {int(lesson[:2])}"
