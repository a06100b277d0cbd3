"""Derives nbgrader's metadata from what a cell says; nobody writes it by hand.

- The first code cell, which begins with `LESSON = "..."`, is locked.
- A code cell with a `### BEGIN SOLUTION` region is the answer to the exercise whose function it defines.
- A code cell that is `check(name)` and nothing else is the test of that exercise.
- A Markdown cell with such a region is marked by hand, for the `(4 points)` that its text names.
- Any other cell is free for the learner to change, and has no such metadata.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

from grader.authoring.source import BuildError, SourceCell
from grader.classroom.cells import SETUP, id_of_test
from grader.lessons import Lesson

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
ANSWER = "answer"
_CHECK = re.compile(r"check\((\w+)\)")
_POINTS = re.compile(r"\((\d+(?:\.\d+)?) points?\)")
_LESSON = re.compile(r"LESSON = (['\"])(.*?)\1$", re.MULTILINE)


def label_cells(source: Path, cells: list[SourceCell], lesson: Lesson) -> list[dict]:
    """nbgrader's metadata for each cell of a source; empty for a cell that does not concern nbgrader.

    Raises `BuildError` where a cell is malformed, doubled or out of order, and where an exercise of the
    lesson has no answer cell or no test.
    """
    labels: list[dict] = []
    setup = next((cell for cell in cells if cell.kind == "code"), None)
    if setup is None:
        raise BuildError(f"{source}: there is no code cell in this lesson.")
    for cell in cells:
        label = _setup_label(cell, lesson) if cell is setup else _label(cell, lesson, labels)
        grade_id = label.get("grade_id")
        if grade_id in _grade_ids(labels):
            raise cell.error(f"this is the second cell for {grade_id!r}. Keep one of them.")
        labels.append(label)
    _require_every_exercise(source, lesson, labels)
    return labels


def _grade_ids(labels: list[dict]) -> list[str]:
    return [label["grade_id"] for label in labels if label]


def _label(cell: SourceCell, lesson: Lesson, earlier: list[dict]) -> dict:
    """The label of a cell after the setup; `earlier` are those of the cells above it."""
    has_solution = _has_solution(cell)
    if cell.kind == "markdown":
        return _manual_label(cell, earlier) if has_solution else {}
    if cell.kind != "code":
        return {}
    if has_solution:
        return _answer_label(cell, lesson)
    check = _CHECK.fullmatch(cell.text.strip())
    return _test_label(check[1], cell, lesson, earlier) if check else {}


def _setup_label(cell: SourceCell, lesson: Lesson) -> dict:
    found = _LESSON.match(cell.text)
    if not found:
        raise cell.error(f'the first code cell has to begin with the line LESSON = "{lesson.name}".')
    if found[2] != lesson.name:
        raise cell.error(f"LESSON is {found[2]!r} in the file of lesson {lesson.name!r}. Make them agree.")
    return _nbgrader(SETUP, locked=True)


def _answer_label(cell: SourceCell, lesson: Lesson) -> dict:
    functions = _defined_functions(cell)
    if len(functions) != 1:
        defined = ", ".join(functions) or "none"
        raise cell.error(f"an answer cell defines one function, this one has: {defined}. Split the cell.")
    _require_exercise(functions[0], cell, lesson)
    return _nbgrader(functions[0], solution=True)


def _test_label(name: str, cell: SourceCell, lesson: Lesson, earlier: list[dict]) -> dict:
    _require_exercise(name, cell, lesson)
    if name not in _grade_ids(earlier):
        raise cell.error(f"check({name}) stands before the answer cell of {name}. Move it below.")
    points = lesson.exercises[name].points
    return _nbgrader(id_of_test(name), grade=True, locked=True, points=points)


def _manual_label(cell: SourceCell, earlier: list[dict]) -> dict:
    found = _POINTS.search(cell.text.partition(BEGIN)[0])
    if not found:
        raise cell.error(f"say in the text above {BEGIN} what the answer is worth, such as (4 points).")
    number = 1 + sum(label["grade"] and label["solution"] for label in earlier if label)
    grade_id = ANSWER if number == 1 else f"{ANSWER}_{number}"
    return _nbgrader(grade_id, grade=True, solution=True, points=float(found[1]))


def _nbgrader(grade_id: str, grade=False, solution=False, locked=False, points=None) -> dict:
    label = {"grade": grade, "grade_id": grade_id, "locked": locked}
    label |= {"schema_version": 3, "solution": solution, "task": False}
    if points is not None:
        label["points"] = int(points) if float(points).is_integer() else float(points)
    return label


def _has_solution(cell: SourceCell) -> bool:
    """Whether the cell holds solution regions. Raises `BuildError` unless each of them is closed."""
    is_open = found = False
    for line in cell.text.splitlines():
        if BEGIN not in line and END not in line:
            continue
        if (BEGIN in line) == is_open:
            break
        is_open, found = not is_open, True
    else:
        if not is_open:
            return found
    raise cell.error(f"{BEGIN} and {END} do not come in pairs here. Close every region before the next.")


def _defined_functions(cell: SourceCell) -> list[str]:
    try:
        body = ast.parse(cell.text).body
    except SyntaxError as error:
        raise cell.error(f"this is not Python: {error.msg} (its line {error.lineno}).") from None
    return [node.name for node in body if isinstance(node, ast.FunctionDef)]


def _require_exercise(name: str, cell: SourceCell, lesson: Lesson) -> None:
    if name not in lesson.exercises:
        known = ", ".join(lesson.exercises)
        raise cell.error(f"{name} is no exercise of this lesson. Its exercises are: {known}.")


def _require_every_exercise(source: Path, lesson: Lesson, labels: list[dict]) -> None:
    grade_ids = _grade_ids(labels)
    for name in lesson.exercises:
        if name not in grade_ids:
            lacking = f"answer cell (def {name}, with {BEGIN})"
        elif id_of_test(name) not in grade_ids:
            lacking = f"cell check({name})"
        else:
            continue
        raise BuildError(f"{source}: the exercise {name} has no {lacking}. Add it.")
