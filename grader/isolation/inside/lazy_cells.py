"""Puts off the statements of a lesson's own cells until a learner's code needs what they define.

A notebook trains networks and draws pictures; its functions are judged without. What a learner has written
runs as it stands, and so does everything that it mentions, in the order of the notebook.
"""

from __future__ import annotations

import ast
import dis
from collections.abc import Iterable, Iterator
from types import CodeType

_REACH_ANY_NAME = {
    *("globals", "locals", "vars", "dir", "eval", "exec", "compile", "get_ipython", "__import__"),
    *("importlib", "inspect", "sys", "gc", "builtins", "__main__"),
}
"""Who uses these may need a name without mentioning it."""
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


class Statement:
    """One statement of a cell, compiled.

    `changed` are the names that it gives a value or changes, `mentioned` those that it depends on; of these,
    `needs` count before any of its functions is called. Raises what `compile` does.
    """

    def __init__(self, node: ast.stmt, cell: str, flags: int):
        self.cell = cell
        self.code = compile(ast.Module([node], []), cell, "exec", flags=flags, dont_inherit=True)
        self.is_definition = isinstance(node, _DEFINITIONS)
        self.changed = frozenset(_changed_names(node))
        self.references = frozenset(_referenced_names(self.code))
        self.immediate_references = (
            self.references if isinstance(node, ast.ClassDef) else frozenset(_loaded_names(self.code))
        )


class DeferredStatements:
    """The statements of a notebook so far, those that wait among them."""

    def __init__(self):
        self._known: list[Statement] = []
        self._waiting: list[Statement] = []

    def add(self, statement: Statement, lazy: bool) -> None:
        """Take note of a statement that has run, or waits."""
        self._known.append(statement)
        if lazy:
            self._waiting.append(statement)

    def pop_needed(self, names: Iterable[str]) -> list[Statement]:
        """The statements that these names depend on, directly or not; they wait no longer."""
        if not self._waiting:
            return []
        wanted = self._closure(set(names))
        found = [s for s in self._waiting if s.changed & wanted or wanted & _REACH_ANY_NAME]
        self._waiting = [statement for statement in self._waiting if statement not in found]
        return found

    def drop(self, cell: str) -> None:
        """Forget what waits of a cell that has failed."""
        self._waiting = [statement for statement in self._waiting if statement.cell != cell]

    def _closure(self, wanted: set[str]) -> set[str]:
        while more := {n for s in self._known if s.changed & wanted for n in s.references} - wanted:
            wanted |= more
        return wanted


def _referenced_names(code: CodeType) -> Iterator[str]:
    """The names outside of functions that code asks for, now or when its functions are called."""
    yield from _loaded_names(code)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _referenced_names(inner)


def _loaded_names(code: CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"):
            yield step.argval
        elif step.opname == "IMPORT_NAME":
            yield step.argval.partition(".")[0]


def _changed_names(node: ast.AST) -> Iterator[str]:
    """Names outside of functions that get a value, an entry or an attribute, or have a method called."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
        return
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
    elif isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
        yield from _root_name(node)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield from _root_name(node.value.func) if isinstance(node.value.func, ast.Attribute) else ()
    for inner in ast.iter_child_nodes(node):
        yield from _changed_names(inner)


def _root_name(node: ast.AST) -> Iterator[str]:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
