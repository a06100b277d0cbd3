"""The code of answers without what says nothing of how they compute: layout, comments, names of their own."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass
from functools import cache
from itertools import count
from pathlib import Path

from grader import lessons
from grader.classroom.cells import grade_id, is_answer
from grader.classroom.course.assignment import Assignment
from grader.classroom.repair.read_notebook import read_release
from utils import network

SOURCE_LIMIT = 20_000
"""Characters of an answer that is looked at; a solution has less than 2,000."""


@dataclass(frozen=True)
class Statement:
    """A statement of an answer; of one that holds others, such as a loop, the first line.

    `text` is its code in standard layout. `normal` is the same with numbers for the names of the learner's
    own, and the lesson's names for the arguments. `written` are the lines of the cell that it is on.
    """

    text: str
    normal: str
    written: tuple[str, ...]


def read_answers(assignment: Assignment, students: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the code of the answers of graded students, by student and exercise.

    Raises `OSError` if an autograded notebook is not there.
    """
    return {student: _answers(assignment.notebook("autograded", student)) for student in students}


def _answers(notebook: Path) -> dict[str, str]:
    cells = (cell for cell in read_release(notebook)["cells"] if cell["cell_type"] == "code")
    return {grade_id(cell): cell["source"] for cell in cells if is_answer(cell)}


def statements(source: str, lesson: str, exercise: str) -> list[Statement]:
    """Return the statements of an answer in their order, without docstrings; none if it is not Python."""
    if len(source) > SOURCE_LIMIT:
        return []
    try:
        tree = ast.parse(source)
        arguments = lessons.load(lesson).exercises[exercise].arguments
        known, given = _known_names(lesson), _given_names(tree, exercise, arguments)
        lines = source.splitlines()
        return [_statement(node, lines, known, given) for node in _nodes(tree, exercise)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _nodes(tree: ast.AST, exercise: str) -> Iterator[ast.stmt]:
    """Yield what says something in the order of the text, not the head of the exercise's own function."""
    for node in ast.iter_child_nodes(tree):
        is_said = isinstance(node, ast.stmt) and not isinstance(node, ast.Pass | ast.Try)
        is_own = isinstance(node, ast.FunctionDef) and node.name == exercise
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if is_said and not is_own and not is_text:
            yield node
        if not isinstance(node, ast.expr):
            yield from _nodes(node, exercise)


def _given_names(tree: ast.Module, exercise: str, arguments: tuple[str, ...]) -> dict[str, str]:
    """Return the names that the answer has for its arguments, with those of the lesson."""
    own = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == exercise]
    return dict(zip((one.arg for one in own[-1].args.args), arguments, strict=False)) if own else {}


def _statement(
    node: ast.stmt, lines: Sequence[str], known: Collection[str], given: Mapping[str, str]
) -> Statement:
    body = getattr(node, "body", None)
    head = _head(node)
    text = _first_line(head)
    end = max(body[0].lineno - 1, node.lineno) if body else node.end_lineno
    written = tuple(line.strip() for line in lines[node.lineno - 1 : end])
    return Statement(text, _first_line(_Renaming(known, given).visit(head)), written)


def _head(node: ast.stmt) -> ast.stmt:
    """Return a copy of a statement, of one that holds others without them."""
    head = copy(node)
    for field, empty in (("body", [ast.Pass()]), ("orelse", []), ("decorator_list", [])):
        if hasattr(head, field):
            setattr(head, field, empty)
    return deepcopy(head)


def _first_line(statement: ast.stmt) -> str:
    return ast.unparse(statement).partition("\n")[0]


class _Renaming(ast.NodeTransformer):
    """Gives numbers, in the order in which they appear, to the names that are neither known nor given."""

    def __init__(self, known: Collection[str], given: Mapping[str, str]):
        self._known = known
        self._names = dict(given)
        self._own = count(1)

    def visit_Name(self, node: ast.Name) -> ast.Name:  # noqa: N802 - a name of `ast`
        node.id = self._renamed(node.id)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """Rename an argument, and drop its annotation."""
        return ast.arg(self._renamed(node.arg))

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:  # noqa: N802
        node.name, node.returns = self._renamed(node.name), None
        return self.generic_visit(node)

    def _renamed(self, name: str) -> str:
        if name not in self._names:
            self._names[name] = name if name in self._known else f"v{next(self._own)}"
        return self._names[name]


@cache
def _known_names(lesson: str) -> frozenset[str]:
    return frozenset({*dir(builtins), *dir(network), *lessons.load(lesson).exercises, "np", "math", "copy"})
