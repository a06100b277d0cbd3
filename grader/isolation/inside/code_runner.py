"""Runs a learner's code."""

from __future__ import annotations
import __future__

import ast
import asyncio
import inspect
import linecache
import sys
import types
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from grader.isolation.inside.lazy_cells import DeferredStatements, Statement
from grader.learner.autodiff import ForbiddenLibrary
from grader.learner.call import OutOfTime, describe_exception


class InvalidSource(Exception):
    """Text is not Python; `line_number` says where, if that is known."""

    def __init__(self, message: str, line_number: int | None = None):
        super().__init__(message)
        self.line_number = line_number


class CodeRunner:
    """What the code of a submission has defined so far."""

    def __init__(self, name: str = "submission"):
        self.module = types.ModuleType(name)
        self._used_missing_library = False
        self._flags = 0
        self._deferred = DeferredStatements()

    def run(self, text: bytes, file: str, *, is_cell: bool = False, lazy: bool = False) -> Any:
        """Run code statement by statement. Returns the first failure as a `Raised`, or None.

        In a file, a statement that fails does not keep the later ones from running: what an exported
        notebook says at its top level (plots, magics) may well fail here; its functions count. A cell ends
        where it fails, as in a notebook, unless what it lacks is a library that is not there. One that
        `waits` runs its definitions, and the rest as far as others need it.
        Raises `InvalidSource`.
        """
        self._register_source(file, text)
        if is_cell:
            for name, value in _kernel_names(self).items():
                self.module.__dict__.setdefault(name, value)
        failure, flags = None, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if is_cell else 0
        for node in _parse(text, file, is_cell):
            self._flags |= _future_flags(node)
            statement = Statement(node, file, self._flags | flags)
            if lazy and not statement.is_definition:
                self._deferred.add(statement, lazy=True)
                continue
            self.run_deferred(
                (statement.immediate_references if lazy else statement.references) | statement.changed
            )
            self._deferred.add(statement, lazy=False)
            if error := self._execute(statement):
                failure = failure or error
                if is_cell and not self._used_missing_library:
                    break
        return failure

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.new_event_loop()

    def _execute(self, statement: Statement) -> Any:
        """Run a statement. Returns its failure as a `Raised`, or None."""
        try:
            waiting = eval(statement.code, self.module.__dict__)
            if inspect.iscoroutine(waiting):  # a cell may await at its top level
                self._loop.run_until_complete(waiting)
        except OutOfTime:
            raise
        except BaseException as error:  # noqa: BLE001 - sys.exit() at the top level is no end either
            self._used_missing_library |= isinstance(error, ForbiddenLibrary)
            return describe_exception(error)
        return None

    def run_deferred(self, names: Iterable[str]) -> None:
        """Run what was put off and these names depend on."""
        failed: set[str] = set()
        for statement in self._deferred.pop_needed(names):
            if statement.cell not in failed and self._execute(statement) and not self._used_missing_library:
                failed.add(statement.cell)
                self._deferred.drop(statement.cell)

    def _register_source(self, file: str, text: bytes) -> None:
        """Let the module be found by dataclasses and pickle, and its lines by tracebacks."""
        sys.modules[self.module.__name__] = self.module
        self.module.__file__ = file
        lines = text.decode("utf-8", "replace").splitlines(keepends=True)
        linecache.cache[file] = (len(text), None, lines, file)


def _kernel_names(runner: CodeRunner) -> dict[str, Any]:
    """The names that every notebook has; what cells have shown so far is not kept here."""
    from IPython.display import display

    kept = {"In": [""], "Out": {}, "_": "", "__": "", "___": ""}
    return {"get_ipython": lambda: _Magics(runner), "display": display, **kept}


class _Magics:
    """IPython as far as cells with magics need it: those that run their cell do, others do nothing."""

    def __init__(self, runner: CodeRunner):
        self._runner = runner

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """Run the cell of magics such as %%time."""
        if name in ("capture", "prun", "time"):
            self._runner.run(cell.encode(), f"<cell of %%{name}>", is_cell=True)

    def run_line_magic(self, name: str, line: str, *args) -> None:
        """Run the statement of %time."""
        if name == "time":
            self._runner.run(line.encode(), "<statement of %time>", is_cell=True)

    def getoutput(self, command: str, *args, **kwargs) -> list[str]:
        """What a program shows, of which there is none."""
        return []

    def __getattr__(self, name: str):
        return lambda *args, **kwargs: None


def _parse(text: bytes, file: str, is_cell: bool) -> list[ast.stmt]:
    # A cell is text, whatever its first line says of an encoding.
    source = text.decode("utf-8", "replace") if is_cell else text
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if is_cell else 0
    try:
        compile(source, file, "exec", flags=flags, dont_inherit=True)  # finds more than the parser does
        return ast.parse(source, file).body
    except SyntaxError as error:
        if is_cell and (plain := _transform_magics(text)) != text:
            return _parse(plain, file, is_cell)
        raise InvalidSource(f"not Python ({error.msg})", error.lineno) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise InvalidSource(f"Python can't compile it ({error or type(error).__name__})") from error


def _transform_magics(text: bytes) -> bytes:
    """A cell with IPython's own syntax put into Python's."""
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(text.decode("utf-8", "replace")).encode()


def _future_flags(statement: ast.stmt) -> int:
    """The compiler flags that a `from __future__ import` asks for."""
    if not isinstance(statement, ast.ImportFrom) or statement.module != "__future__":
        return 0
    return sum(getattr(__future__, alias.name).compiler_flag for alias in statement.names)
