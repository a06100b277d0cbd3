"""Short messages instead of tracebacks in IPython, where an exercise is unfinished or TensorFlow missing."""

from __future__ import annotations

import ast
import contextlib
import linecache
import sys
import traceback
from collections.abc import Iterator
from types import FrameType


class _ShortError(Exception):
    """IPython displays the message alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class NotAttempted(_ShortError, NotImplementedError):
    """A cell needs an exercise that is unfinished."""


class TensorFlowMissing(_ShortError, ImportError):
    """A cell needs TensorFlow, which is not installed."""


class _ErrorHandler:
    """Displays one line for an exception that something missing causes, other exceptions as usual.

    An exercise is unfinished if its function raises `NotImplementedError`. A `NameError` is a consequence if
    an unfinished exercise, or a cell that needs TensorFlow, came before it: in a cell itself always, in a
    function if such a cell would have defined the name.
    """

    KINDS = (NotImplementedError, NameError, ModuleNotFoundError)

    def __init__(self):
        self.missing = ""
        self._waiting: set[str] = set()  # names that cells would have defined

    def __call__(self, shell, kind, error, trace, tb_offset=None):
        """Display an exception; the signature is that of `InteractiveShell.set_custom_exc`."""
        short = self._short_error(error, trace)
        if short is None:
            shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        else:
            self._waiting |= _names_defined_by_cell(trace)
            shell.showtraceback((type(short), short, trace))
        return []

    def _short_error(self, error: BaseException, trace) -> Exception | None:
        if isinstance(error, ModuleNotFoundError):
            return self._of_module(error)
        *_, last = (frame for frame, _ in traceback.walk_tb(trace))
        if last.f_globals.get("__name__") != "__main__":
            return None
        name = last.f_code.co_name
        if isinstance(error, NameError):
            return self._of_name(error) if _is_cell(name) or error.name in self._waiting else None
        self.missing = f"the exercise `{name}`" if name.isidentifier() else "an exercise"
        return NotAttempted(f"Not attempted yet: this cell needs {self.missing}.")

    def _of_module(self, error: ModuleNotFoundError) -> TensorFlowMissing | None:
        if (error.name or "").partition(".")[0] not in ("tensorflow", "keras"):
            return None
        self.missing = "TensorFlow"
        return TensorFlowMissing(
            "This cell needs TensorFlow, which is not installed here. Every check works without it."
        )

    def _of_name(self, error: NameError) -> NotAttempted | None:
        if not self.missing:
            return None
        return NotAttempted(f"`{error.name}` is not defined yet: an earlier cell waits for {self.missing}.")


def _names_defined_by_cell(trace) -> set[str]:
    """The names that the cell in which an exception was raised would have defined."""
    frame = next((frame for frame, _ in traceback.walk_tb(trace) if _is_cell(frame.f_code.co_name)), None)
    return set(_names_defined(frame)) if frame else set()


def _names_defined(frame: FrameType) -> Iterator[str]:
    source = "".join(linecache.getlines(frame.f_code.co_filename, frame.f_globals))
    with contextlib.suppress(SyntaxError):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                yield node.name
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
            elif isinstance(node, ast.alias):
                yield node.asname or node.name.partition(".")[0]


def _is_cell(name: str) -> bool:
    """Whether the frame of this name is a cell's own: IPython before 8.5 calls it `<cell line: 1>`."""
    return name == "<module>" or name.startswith("<cell line: ")


def install_exception_handler() -> None:
    """In IPython, install the handler; elsewhere do nothing."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.set_custom_exc(_ErrorHandler.KINDS, _ErrorHandler())
