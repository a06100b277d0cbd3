"""Short messages instead of tracebacks in IPython, where an exercise is unfinished or TensorFlow missing."""

from __future__ import annotations

import sys
import traceback


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

    An exercise is unfinished if its function raises `NotImplementedError`. A `NameError` of a cell is a
    consequence if an unfinished exercise, or a cell that needs TensorFlow, came before it.
    """

    KINDS = (NotImplementedError, NameError, ModuleNotFoundError)

    def __init__(self):
        self.missing = ""

    def __call__(self, shell, kind, error, trace, tb_offset=None):
        """Display an exception; the signature is that of `InteractiveShell.set_custom_exc`."""
        short = self._short_error(error, trace)
        if short is None:
            shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        else:
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
            return self._of_name(error) if _is_cell(name) else None
        self.missing = f"the exercise `{name}`" if name.isidentifier() else "an exercise"
        return NotAttempted(f"Not attempted yet: this cell needs {self.missing}.")

    def _of_module(self, error: ModuleNotFoundError) -> TensorFlowMissing | None:
        if error.name not in ("tensorflow", "keras"):
            return None
        self.missing = "TensorFlow"
        return TensorFlowMissing(
            "This cell needs TensorFlow, which is not installed here. Every check works without it."
        )

    def _of_name(self, error: NameError) -> NotAttempted | None:
        if not self.missing:
            return None
        return NotAttempted(f"`{error.name}` is not defined yet: an earlier cell waits for {self.missing}.")


def _is_cell(name: str) -> bool:
    """Whether the frame of this name is a cell's own: IPython before 8.5 calls it `<cell line: 1>`."""
    return name == "<module>" or name.startswith("<cell line: ")


def install_exception_handler() -> None:
    """In IPython, install the handler; elsewhere do nothing."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.set_custom_exc(_ErrorHandler.KINDS, _ErrorHandler())
