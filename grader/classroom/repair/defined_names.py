"""Which names a code cell defines."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from functools import lru_cache

from grader.classroom.cells import Cell
from grader.classroom.repair.read_notebook import CELLS_LIMIT


def defines(cell: Cell, name: str) -> bool:
    """Whether the cell is a code cell that binds `name` at its top level.

    A cell that is not valid Python is searched for text that looks like a definition.
    """
    if cell["cell_type"] != "code":
        return False
    names = _bound_names(cell["source"])
    if names is None:
        return bool(re.search(rf"^(def\s+{name}\s*\(|{name}\s*=[^=])", cell["source"], re.MULTILINE))
    return name in names


def syntax_error(source: str) -> tuple[str, int | None, str] | None:
    """Return why a cell's text is not Python: the message, the number of the line and the line; else None."""
    try:
        ast.parse(_without_magics(source))
    except SyntaxError as error:
        return error.msg, error.lineno, (error.text or "").strip()
    except (ValueError, RecursionError, MemoryError) as error:
        return str(error) or type(error).__name__, None, ""
    return None


@lru_cache(2 * CELLS_LIMIT)
def _bound_names(source: str) -> frozenset[str] | None:
    """Return the names that are bound at the top level; None if the source is not valid Python."""
    try:
        body = ast.parse(_without_magics(source)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return frozenset(name for statement in body for name in _names_bound_by(statement))


def _without_magics(source: str) -> str:
    # `\s` would match across blank lines: the time for a cell of blank lines would grow with their square.
    return re.sub(r"^[^\S\n]*[%!?].*$", "", source, flags=re.MULTILINE)


def _names_bound_by(statement: ast.stmt) -> Iterable[str]:
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name for alias in statement.names]
    nodes = ast.walk(statement)
    return [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
