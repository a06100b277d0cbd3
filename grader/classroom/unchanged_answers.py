"""Which answers of a submission are as they were when it was graded last, so that marks by hand hold."""

from __future__ import annotations

import json
from collections.abc import Iterator

from grader.classroom.cells import (
    Cell,
    Notebook,
    exercise_of,
    grade_id,
    is_answer,
    is_test,
    is_written_answer,
    label,
)
from grader.classroom.repair.read_notebook import parse_release


def unchanged_answers(nb: Notebook, graded_before: bytes | None) -> frozenset[str]:
    """Return the grade ids of cells whose mark by hand need not be given again.

    The answer is that of the autograded notebook of last time, out of as many points; that to an exercise has
    the same verdict, too. Without a notebook of last time there is none.
    """
    if not graded_before:
        return frozenset()
    try:
        before = dict(_marked(parse_release(graded_before)))
    except (ValueError, LookupError, TypeError):
        return frozenset()
    return frozenset(name for name, marked in _marked(nb) if before.get(name) == marked)


def _marked(nb: Notebook) -> Iterator[tuple[str, list]]:
    """Yield the grade id of each graded cell, and what a person has looked at who marked it."""
    answers = {grade_id(cell): cell["source"] for cell in nb["cells"] if is_answer(cell)}
    for cell in nb["cells"]:
        if is_written_answer(cell):
            yield grade_id(cell), [cell["source"], _points(cell)]
        elif is_test(cell) and exercise_of(cell) in answers:
            verdict = json.dumps([output.get("data", output) for output in cell["outputs"]], sort_keys=True)
            yield grade_id(cell), [answers[exercise_of(cell)], verdict, _points(cell)]


def _points(cell: Cell) -> float:
    return float(label(cell).get("points") or 0)
