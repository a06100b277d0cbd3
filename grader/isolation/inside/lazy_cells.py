"""Lazy execution: defers the statements of a lesson's own cells until a learner's code depends on them.

A notebook trains networks and draws plots, which judging its functions does not need. The learner's own code
runs as it stands; before it, the deferred statements that it refers to run, in the order of the notebook.
"""

from __future__ import annotations

import ast
import dis
from collections.abc import Iterable, Iterator
from functools import cached_property
from types import CodeType

_REACH_ANY_NAME = {
    *("globals", "locals", "vars", "dir", "eval", "exec", "compile", "get_ipython", "__import__"),
    *("importlib", "inspect", "sys", "gc", "builtins", "__main__"),
}
"""Code that uses one of these may reach any name without referring to it."""
_ANY_NAME = "globals"
_REACH_ANY_NAME_AS_ATTRIBUTE = {
    *("__globals__", "__builtins__", "__dict__", "f_globals", "f_locals", "f_builtins", "f_back"),
    *("modules", "importlib", "inspect", "sys", "gc", "builtins"),
}
_IMPORTS = (ast.Import, ast.ImportFrom)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Statement:
    """One statement of a cell that can be compiled.

    `changed` are the names that it assigns or changes, `references` the names that it depends on, and
    `immediate_references` those that it depends on before any of its functions is called. `cell` names its
    cell. A definition or an import is deferrable if it does the same later.
    """

    def __init__(self, node: ast.stmt, cell: str, flags: int):
        self.cell = cell
        self.changed = frozenset(_changed_names(node))
        self.is_definition = isinstance(node, (*_IMPORTS, *_FUNCTIONS, ast.ClassDef))
        self.is_deferrable = not self.is_definition or _does_the_same_later(node)
        self._node, self._flags = node, flags

    @cached_property
    def code(self) -> CodeType:
        module = ast.Module([self._node], [])
        return compile(module, self.cell, "exec", flags=self._flags, dont_inherit=True)

    def compile(self) -> None:
        """Find out now what is otherwise found out when it is needed."""
        _ = self.code, self.references, self.immediate_references

    @cached_property
    def references(self) -> frozenset[str]:
        return frozenset(_referenced_names(self.code))

    @cached_property
    def immediate_references(self) -> frozenset[str]:
        is_class = isinstance(self._node, ast.ClassDef)
        return self.references if is_class else frozenset(_loaded_names(self.code))


def _does_the_same_later(definition: ast.stmt) -> bool:
    if isinstance(definition, _FUNCTIONS):
        parts = (definition.args, definition.returns, *definition.decorator_list)
        return not any(isinstance(node, ast.Name) for part in parts if part for node in ast.walk(part))
    return isinstance(definition, _IMPORTS) and all(alias.name != "*" for alias in definition.names)


class DeferredStatements:
    """The statements of a notebook so far, and which of them are still deferred."""

    def __init__(self):
        self._statements: list[Statement] = []
        self._deferred: list[Statement] = []

    def add(self, statement: Statement, lazy: bool) -> None:
        """Add a statement that has run or, if `lazy`, is deferred."""
        self._statements.append(statement)
        if lazy:
            self._deferred.append(statement)

    def pop_needed(self, names: Iterable[str]) -> list[Statement]:
        """Remove and return the deferred statements that these names depend on, directly or not."""
        if not self._deferred:
            return []
        wanted = self._with_dependencies(set(names))
        found = [s for s in self._deferred if s.changed & wanted or wanted & _REACH_ANY_NAME]
        self._deferred = [statement for statement in self._deferred if statement not in found]
        return found

    def defined(self) -> set[str]:
        """The names that deferred definitions and imports define."""
        return {name for statement in self._deferred if statement.is_definition for name in statement.changed}

    def drop(self, cell: str) -> None:
        """Remove the deferred statements of a cell, which has failed, but not its definitions."""
        self._deferred = [s for s in self._deferred if s.cell != cell or s.is_definition]

    def _with_dependencies(self, wanted: set[str]) -> set[str]:
        while more := {n for s in self._statements if s.changed & wanted for n in s.references} - wanted:
            wanted |= more
        return wanted


def _referenced_names(code: CodeType) -> Iterator[str]:
    """The global names that code loads, at once or when its functions are called."""
    yield from _loaded_names(code)
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _referenced_names(inner)


def _loaded_names(code: CodeType) -> Iterator[str]:
    """The global names that code itself uses, and the top-level packages that it imports."""
    for instruction in dis.get_instructions(code):
        if instruction.opname in _USE_OF_NAME:
            yield instruction.argval
        elif instruction.opname == "IMPORT_NAME":
            yield instruction.argval.partition(".")[0]
        elif instruction.opname in _USE_OF_ATTRIBUTE and instruction.argval in _REACH_ANY_NAME_AS_ATTRIBUTE:
            yield _ANY_NAME
    if ("*",) in code.co_consts:  # it imports all names of a module
        yield _ANY_NAME


_USE_OF_NAME = {"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS", "STORE_GLOBAL", "DELETE_GLOBAL"}
_USE_OF_ATTRIBUTE = {"LOAD_ATTR", "LOAD_METHOD", "IMPORT_FROM"}


def _changed_names(node: ast.AST) -> Iterator[str]:
    """Global names that are assigned, get an entry or an attribute, or have a method called."""
    if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
        yield node.name
        return
    if isinstance(node, _IMPORTS):
        yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        return
    if isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name
    elif isinstance(node, (ast.Name, ast.Attribute, ast.Subscript)) and not isinstance(node.ctx, ast.Load):
        yield from _root_name(node)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield from _root_name(node.value.func) if isinstance(node.value.func, ast.Attribute) else ()
    for inner in ast.iter_child_nodes(node):
        if not isinstance(inner, _WITHOUT_NAMES):
            yield from _changed_names(inner)


_WITHOUT_NAMES = (ast.Constant, ast.expr_context, ast.operator, ast.cmpop)


def _root_name(node: ast.AST) -> Iterator[str]:
    """The name `a` of an expression such as `a.b[0].c`."""
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id
