"""Short messages instead of tracebacks for unfinished exercises in IPython."""

from __future__ import annotations

import sys
import traceback


class NotAttempted(NotImplementedError):
    """An exercise is unfinished; IPython displays the message alone, without a traceback."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class _UnfinishedExerciseHandler:
    """Displays one line for an exception that an unfinished exercise causes, other exceptions as usual.

    An exercise is unfinished if its function raises `NotImplementedError`. A `NameError` of a cell is a
    consequence if an unfinished exercise came before it.
    """

    KINDS = (NotImplementedError, NameError)

    def __init__(self):
        self.unfinished = ""

    def __call__(self, shell, kind, error, trace, tb_offset=None):
        """Display an exception; the signature is that of `InteractiveShell.set_custom_exc`."""
        message = self._short_message(error, trace)
        if message is None:
            shell.showtraceback((kind, error, trace), tb_offset=tb_offset)
        else:
            shell.showtraceback((NotAttempted, NotAttempted(message), trace))
        return []

    def _short_message(self, error: BaseException, trace) -> str | None:
        *_, last = (frame for frame, _ in traceback.walk_tb(trace))
        if last.f_globals.get("__name__") != "__main__":
            return None
        name = last.f_code.co_name
        if isinstance(error, NameError):
            if self.unfinished and name == "<module>":
                return f"`{error.name}` is not defined yet: an earlier cell waits for {self.unfinished}."
            return None
        self.unfinished = f"the exercise `{name}`" if name.isidentifier() else "an exercise"
        return f"Not attempted yet: this cell needs {self.unfinished}."


def install_exception_handler() -> None:
    """In IPython, install the handler for unfinished exercises; elsewhere do nothing."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.set_custom_exc(_UnfinishedExerciseHandler.KINDS, _UnfinishedExerciseHandler())
