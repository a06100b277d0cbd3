"""The code of answers without what says nothing of how they compute: layout, comments, names of their own."""

from __future__ import annotations

import ast
import builtins
import json
import os
import warnings
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy, deepcopy
from dataclasses import astuple, dataclass
from functools import cache, partial
from itertools import count
from pathlib import Path

from grader import lessons
from grader.classroom.cells import grade_id, is_answer
from grader.classroom.course.assignment import Assignment
from grader.classroom.process_pool import Ended, OrderLimits, ProcessPool
from grader.classroom.repair.read_notebook import read_release
from grader.isolation.limits import MIB
from utils import network

SOURCE_LIMIT = 20_000
"""Characters of an answer that is looked at; a solution has less than 2,000."""
_LINE_LIMIT = 200
"""Characters of a written line that are kept: a verdict quotes no more."""
_READING = OrderLimits(seconds=30.0, cpu_seconds=20, memory=2048 * MIB)
"""What reading the answers of one student may use."""


@dataclass(frozen=True)
class Statement:
    """A statement of an answer; of one that holds others, such as a loop, the first line.

    `text` is its code in standard layout. `normal` is the same with numbers for the names of the learner's
    own, and the lesson's names for the arguments. `written` are the lines of the cell that it is on.
    """

    text: str
    normal: str
    written: tuple[str, ...]


@dataclass(frozen=True)
class AnswerCode:
    """A student's answer to an exercise: its code, and the statements of it."""

    source: str = ""
    statements: Sequence[Statement] = ()


def read_answers(assignment: Assignment, students: Iterable[str]) -> dict[str, dict[str, AnswerCode]]:
    """Return the answers of graded students, by student and exercise.

    Processes with limits read them. Of a student whose answers exceed the limits, or are not there, it
    returns none.
    """
    students = list(students)
    processes = max(1, min(os.cpu_count() or 1, len(students)))
    with ProcessPool(partial(_read, assignment), processes, _READING) as pool:
        found = {student: _decoded(answer) for student, answer in pool.answers(deque(students))}
    return {student: found[student] for student in students}


def _read(assignment: Assignment, student: str, begin: Callable[[], None]) -> bytes:
    """Return a student's answers as JSON. It runs in a process of the pool."""
    begin()
    lesson = assignment.lesson
    exercises = lessons.load(lesson).exercises
    try:
        sources = _sources(assignment.notebook("autograded", student))
        found = {
            name: [source, list(map(astuple, statements(source, lesson, name)))]
            for name, source in sources.items()
            if name in exercises
        }
    except Exception:  # of any kind: hostile values break code in many ways
        found = {}
    return json.dumps(found).encode()


def _sources(notebook: Path) -> dict[str, str]:
    cells = (cell for cell in read_release(notebook)["cells"] if cell["cell_type"] == "code")
    return {grade_id(cell): cell["source"] for cell in cells if is_answer(cell)}


def _decoded(answer: bytes | Ended) -> dict[str, AnswerCode]:
    if isinstance(answer, Ended):
        return {}
    return {
        name: AnswerCode(source, [Statement(text, normal, tuple(written)) for text, normal, written in found])
        for name, (source, found) in json.loads(answer).items()
    }


def statements(source: str, lesson: str, exercise: str) -> list[Statement]:
    """Return the statements of an answer in their order, without docstrings; none if it is not Python."""
    if len(source) > SOURCE_LIMIT:
        return []
    try:
        with warnings.catch_warnings():  # Python warns of an odd escape in a text, in the words of the text
            warnings.simplefilter("ignore")
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
    written = tuple(line.strip()[:_LINE_LIMIT] for line in lines[node.lineno - 1 : end])
    return Statement(text, _first_line(_Renaming(known, given).visit(head)), written)


_REST = ("orelse", "handlers", "finalbody", "cases", "decorator_list")
"""What a statement may hold of others beside its body."""


def _head(node: ast.stmt) -> ast.stmt:
    """Return a copy of a statement, of one that holds others without them."""
    head = copy(node)
    for field in ("body", *_REST):
        if hasattr(head, field):
            setattr(head, field, [ast.Pass()] if field == "body" else [])
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
