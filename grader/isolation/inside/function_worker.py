"""The process that judges a learner's functions by calling them: runs code, then answers calls.

    python -m grader.isolation.inside.function_worker

It takes two kinds of requests. `{"run": text, "file": name, "seconds": limit or None, "is_cell": ...,
"waits": ...}` runs a file or a cell of a notebook, at once or as far as others need it. `{"name": ...,
"arguments": ..., "seconds": limit}` calls a function.
"""

from __future__ import annotations
import __future__

import ast
import asyncio
import inspect
import linecache
import sys
import types
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any

from grader.isolation.inside.lazy_cells import Deferred, Statement
from grader.isolation.inside.request_loop import import_for_lessons, serve
from grader.isolation.inside.wire import BODY_LIMIT
from grader.learner.autodiff import ForbiddenLibrary
from grader.learner.call import Outcome, OutOfTime, answering, raised, time_limit
from grader.learner.plain_data import UnsupportedValue, printable

_NO_LIMIT = 10.0**6


class Unreadable(Exception):
    """Text is not Python; `line_number` says where, if that is known."""

    def __init__(self, message: str, line_number: int | None = None):
        super().__init__(message)
        self.line_number = line_number


class Namespace:
    """What the code of a submission has defined so far."""

    def __init__(self, name: str = "submission"):
        self.module = types.ModuleType(name)
        self._lacks_a_library = False
        self._answering: dict[str, tuple[Any, Any]] = {}
        self._flags = 0
        self._deferred = Deferred()

    def answer(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Obey one request."""
        if "run" in request:
            return self._ran(request)
        self._provide({request["name"]})
        function = self.module.__dict__[request["name"]]
        known, answer = self._answering.get(request["name"], (None, None))
        if known is not function:
            answer = answering(function)
            self._answering[request["name"]] = (function, answer)
        return _as_plain(answer(request["arguments"], request["seconds"]))

    def _ran(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        told = {"defined": [], "failure": None, "unreadable": None}
        is_cell = request["is_cell"]
        try:
            with time_limit(request["seconds"] or _NO_LIMIT):
                text, file = request["run"].tobytes(), request["file"]
                failure = self.run(text, file, is_cell=is_cell, waits=request["waits"])
            told["failure"] = asdict(failure) if failure else None
        except OutOfTime as error:
            told["failure"] = asdict(raised(error))
        except Unreadable as error:
            told["unreadable"] = {"line_number": error.line_number, "message": printable(str(error))}
        names = [name for name in self.module.__dict__ if isinstance(name, str)]
        return {**told, "defined": [name for name in names if not name.startswith("__")]}

    def run(self, text: bytes, file: str, *, is_cell: bool = False, waits: bool = False) -> Any:
        """Run code statement by statement. Returns the first failure as a `Raised`, or None.

        In a file, a statement that fails does not keep the later ones from running: what an exported
        notebook says at its top level (plots, magics) may well fail here; its functions count. A cell ends
        where it fails, as in a notebook, unless what it lacks is a library that is not there. One that
        `waits` runs its definitions, and the rest as far as others need it.
        Raises `Unreadable`.
        """
        self._introduce(file, text)
        if is_cell:
            for name, value in _of_a_kernel(self).items():
                self.module.__dict__.setdefault(name, value)
        failure, flags = None, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if is_cell else 0
        for node in _parsed(text, file, is_cell):
            self._flags |= _future(node)
            statement = Statement(node, file, self._flags | flags)
            if waits and not statement.is_definition:
                self._deferred.add(statement, waits=True)
                continue
            self._provide((statement.needs if waits else statement.mentioned) | statement.changed)
            self._deferred.add(statement, waits=False)
            if error := self._execute(statement):
                failure = failure or error
                if is_cell and not self._lacks_a_library:
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
            self._lacks_a_library |= isinstance(error, ForbiddenLibrary)
            return raised(error)
        return None

    def _provide(self, names: Iterable[str]) -> None:
        """Run what was put off and these names depend on."""
        failed: set[str] = set()
        for statement in self._deferred.take(names):
            if statement.cell not in failed and self._execute(statement) and not self._lacks_a_library:
                failed.add(statement.cell)
                self._deferred.drop(statement.cell)

    def _introduce(self, file: str, text: bytes) -> None:
        """Let the module be found by dataclasses and pickle, and its lines by tracebacks."""
        sys.modules[self.module.__name__] = self.module
        self.module.__file__ = file
        lines = text.decode("utf-8", "replace").splitlines(keepends=True)
        linecache.cache[file] = (len(text), None, lines, file)


def _of_a_kernel(namespace: Namespace) -> dict[str, Any]:
    """The names that every notebook has; what cells have shown so far is not kept here."""
    from IPython.display import display

    kept = {"In": [""], "Out": {}, "_": "", "__": "", "___": ""}
    return {"get_ipython": lambda: _Magics(namespace), "display": display, **kept}


class _Magics:
    """IPython as far as cells with magics need it: those that run their cell do, others do nothing."""

    def __init__(self, namespace: Namespace):
        self._namespace = namespace

    def run_cell_magic(self, name: str, line: str, cell: str) -> None:
        """Run the cell of magics such as %%time."""
        if name in ("capture", "prun", "time"):
            self._namespace.run(cell.encode(), f"<cell of %%{name}>", is_cell=True)

    def run_line_magic(self, name: str, line: str, *args) -> None:
        """Run the statement of %time."""
        if name == "time":
            self._namespace.run(line.encode(), "<statement of %time>", is_cell=True)

    def getoutput(self, command: str, *args, **kwargs) -> list[str]:
        """What a program shows, of which there is none."""
        return []

    def __getattr__(self, name: str):
        return lambda *args, **kwargs: None


def _parsed(text: bytes, file: str, is_cell: bool) -> list[ast.stmt]:
    # A cell is text, whatever its first line says of an encoding.
    source = text.decode("utf-8", "replace") if is_cell else text
    flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if is_cell else 0
    try:
        compile(source, file, "exec", flags=flags, dont_inherit=True)  # finds more than the parser does
        return ast.parse(source, file).body
    except SyntaxError as error:
        if is_cell and (plain := _without_magics(text)) != text:
            return _parsed(plain, file, is_cell)
        raise Unreadable(f"not Python ({error.msg})", error.lineno) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"Python can't compile it ({error or type(error).__name__})") from error


def _without_magics(text: bytes) -> bytes:
    """A cell with IPython's own syntax put into Python's."""
    from IPython.core.inputtransformer2 import TransformerManager

    return TransformerManager().transform_cell(text.decode("utf-8", "replace")).encode()


def _future(statement: ast.stmt) -> int:
    """The compiler flags that a `from __future__ import` asks for."""
    if not isinstance(statement, ast.ImportFrom) or statement.module != "__future__":
        return 0
    return sum(getattr(__future__, alias.name).compiler_flag for alias in statement.names)


def load(file: Path) -> tuple[dict[str, Any], Any]:
    """Run a file. Returns the names it defines and the first failure. Raises `Unreadable`."""
    namespace = Namespace()
    failure = namespace.run(file.read_bytes(), str(file))
    return namespace.module.__dict__, failure


def _as_plain(outcome: Outcome) -> dict[str, Any]:
    """An outcome as plain data. Arguments that are functions can't have changed and stay behind; a value that
    is too large is only named.
    """
    entries = {name: getattr(outcome, name) for name in type(outcome).__dataclass_fields__}
    entries["raised"] = asdict(outcome.raised) if outcome.raised else None
    if _size(outcome.value) + _size(outcome.arguments) > BODY_LIMIT:
        too_large = UnsupportedValue(f"value of more than {BODY_LIMIT // 1024**2} MiB")
        return {**entries, "value": too_large, "arguments": None}
    entries["arguments"] = tuple(None if _stays(given) else given for given in outcome.arguments)
    return entries


def _size(value: Any) -> int:
    """About the bytes of plain data on their way."""
    if isinstance(value, dict):
        return sum(16 + len(key) + _size(entry) for key, entry in value.items())
    if isinstance(value, (list, tuple)):
        return sum(map(_size, value))
    return getattr(value, "nbytes", 64 if not isinstance(value, str) else len(value))


def _stays(argument: Any) -> bool:
    """Functions and generators of random numbers are not sent back."""
    return callable(argument) or type(argument).__name__ == "Generator"


prepare = import_for_lessons


def main() -> None:
    """Serve one submission over standard input and output."""
    sys.path.insert(0, str(Path.cwd()))
    serve(Namespace("__main__").answer)


if __name__ == "__main__":
    main()
