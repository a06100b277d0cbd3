"""Runs a learner's code, a file or the cells of a notebook, statement by statement."""

from __future__ import annotations
import __future__

import ast
import asyncio
import inspect
import linecache
import sys
import types
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from grader.isolation.inside.lazy_cells import DeferredStatements, Statement
from grader.learner.call import OutOfTime, Raised, describe_exception
from grader.learner.forbidden_libraries import ForbiddenLibrary


class InvalidSource(Exception):
    """The text is not Python; `line_number` says where, if that is known."""

    def __init__(self, message: str, line_number: int | None = None):
        super().__init__(message)
        self.line_number = line_number


class CodeRunner:
    """Runs code in a module of its own; `module` holds what the code has defined so far."""

    def __init__(self, name: str = "submission"):
        self.module = types.ModuleType(name)
        self._used_missing_library = False
        self._flags = 0
        self._deferred = DeferredStatements()

    def run(self, text: bytes, file: str, *, is_cell: bool = False, lazy: bool = False) -> Raised | None:
        """Run code statement by statement. Return the first failure, or None. Raises `InvalidSource`.

        A file goes on after a statement that fails: the top-level code of an exported notebook (plots,
        magics) may well fail here, and only its functions count. A cell ends at its first failure, as in a
        notebook, unless the code has used a missing library. A `lazy` cell defers its statements until code
        depends on them.
        """
        self._register_source(file, text)
        if is_cell:
            for name, value in self._kernel_names.items():
                self.module.__dict__.setdefault(name, value)
        failure = None
        for statement in self._statements(text, file, is_cell):
            if lazy and statement.is_deferrable:
                self._deferred.add(statement, lazy=True)
                continue
            names = statement.immediate_references if lazy else statement.references
            self.run_deferred(names | statement.changed)
            self._deferred.add(statement, lazy=False)
            if error := self._execute(statement):
                failure = failure or error
                if is_cell and not self._used_missing_library:
                    break
        return failure

    def _statements(self, text: bytes, file: str, is_cell: bool) -> Iterator[Statement]:
        """Yield the statements of a text. Raises `InvalidSource` before the first one."""
        if not self._flags and (text, file) in _prepared:
            yield from _prepared[text, file]
            return
        for node in _parse(text, file, is_cell):
            self._flags |= _future_flags(node)
            yield Statement(node, file, self._flags | _flags(is_cell))

    def run_deferred(self, names: Iterable[str]) -> None:
        """Run the deferred statements that these names depend on."""
        failed: set[str] = set()
        for statement in self._deferred.pop_needed(names):
            if statement.cell in failed and not statement.is_definition:
                continue
            if self._execute(statement) and not self._used_missing_library:
                failed.add(statement.cell)
                self._deferred.drop(statement.cell)

    def defined(self) -> list[str]:
        """The names that have a value, and those that a deferred definition or import gives one."""
        names = [name for name in self.module.__dict__ if isinstance(name, str)]
        names += self._deferred.defined() - set(names)
        return [name for name in names if not name.startswith("__")]

    @cached_property
    def _kernel_names(self) -> dict[str, Any]:
        """The names that IPython defines in every notebook; the history of outputs stays empty."""
        history = {"In": [""], "Out": {}, "_": "", "__": "", "___": ""}
        return {"get_ipython": lambda: _Magics(self), "display": _display, **history}

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        return asyncio.new_event_loop()

    def _execute(self, statement: Statement) -> Raised | None:
        """Run a statement. Return its failure, or None."""
        try:
            result = eval(statement.code, self.module.__dict__)
            if inspect.iscoroutine(result):  # a cell may await at its top level
                self._loop.run_until_complete(result)
        except OutOfTime:
            raise
        except BaseException as error:  # noqa: BLE001 - sys.exit() at the top level does not end the run
            self._used_missing_library |= isinstance(error, ForbiddenLibrary)
            return describe_exception(error)
        return None

    def _register_source(self, file: str, text: bytes) -> None:
        """Let dataclasses and pickle find the module, and tracebacks its lines."""
        sys.modules[self.module.__name__] = self.module
        self.module.__file__ = file
        lines = text.decode("utf-8", "replace").splitlines(keepends=True)
        linecache.cache[file] = (len(text), None, lines, file)


def _display(*objects, **options) -> None:
    """Print objects, as IPython's `display` does outside of its shell."""
    print(*objects)


class _Magics:
    """A stand-in for IPython's shell: magics that run code run it, all others do nothing."""

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
        """Return no lines: no other program can run here."""
        return []

    def __getattr__(self, name: str):
        return lambda *args, **kwargs: None


_prepared: dict[tuple[bytes, str], list[Statement]] = {}


def prepare_cell(text: bytes, file: str) -> None:
    """Compile a cell once for all submissions that have it. Raises `InvalidSource`."""
    statements = [Statement(node, file, _flags(is_cell=True)) for node in _parse(text, file, is_cell=True)]
    for statement in statements:
        statement.compile()
    _prepared[text, file] = statements


def _flags(is_cell: bool) -> int:
    return ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if is_cell else 0


def _parse(text: bytes, file: str, is_cell: bool) -> list[ast.stmt]:
    # A cell is text, whatever encoding its first line declares.
    source = text.decode("utf-8", "replace") if is_cell else text
    try:
        tree = ast.parse(source, file)
        compile(tree, file, "exec", flags=_flags(is_cell), dont_inherit=True)  # finds more errors
        return tree.body
    except SyntaxError as error:
        if is_cell and (plain := _transform_magics(text)) != text:
            return _parse(plain, file, is_cell)
        raise InvalidSource(f"not Python ({error.msg})", error.lineno) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise InvalidSource(f"Python can't compile it ({error or type(error).__name__})") from error


def _transform_magics(text: bytes) -> bytes:
    """A cell with IPython's own syntax turned into Python."""
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(text.decode("utf-8", "replace")).encode()


def _future_flags(statement: ast.stmt) -> int:
    """The compiler flags that a `from __future__ import` turns on."""
    if not isinstance(statement, ast.ImportFrom) or statement.module != "__future__":
        return 0
    return sum(getattr(__future__, alias.name).compiler_flag for alias in statement.names)
