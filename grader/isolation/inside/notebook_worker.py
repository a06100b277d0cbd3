"""The worker that runs a learner's notebook in IPython and returns the outputs of its cells, for feedback.

    python -m grader.isolation.inside.notebook_worker

A request is `{"run": uint8 array, "seconds": limit, "output": bytes}` and runs one cell. Outputs earn no
points.
"""

from __future__ import annotations

import base64
import binascii
import importlib
import io
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

from grader.isolation.inside.output_limits import HTML_LIMIT, IMAGE_LIMIT, OUTPUTS_LIMIT, TEXT_LIMIT
from grader.isolation.inside.preload import import_lesson_modules
from grader.isolation.inside.request_loop import serve
from grader.learner import ipython_errors
from grader.learner.call import OutOfTime, time_limit

_TEXTS = ("text/plain", "text/markdown", "text/latex")
_IMAGES = ("image/png", "image/jpeg")


class Outputs:
    """The outputs of the running cell, in order and up to `limit` bytes."""

    def __init__(self):
        self.limit = 0
        self.found: list[dict[str, Any]] = []
        self._size = 0
        self._is_to_clear = False

    def add(self, output: dict[str, Any], size: int) -> None:
        """Keep an output of about `size` bytes, if there is room."""
        if self._is_to_clear:
            self.clear()
        if len(self.found) < OUTPUTS_LIMIT and self._size + size <= self.limit:
            self._size += size
            self.found.append(output)

    def write(self, name: str, text: str) -> None:
        """Add to the text of a stream, up to `TEXT_LIMIT` characters each."""
        last = self.found[-1] if self.found and not self._is_to_clear else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text[: max(0, TEXT_LIMIT - len(last["text"]))]
        else:
            self.add({"output_type": "stream", "name": name, "text": text[:TEXT_LIMIT]}, TEXT_LIMIT // 10)

    def add_display(self, kind: str, data: Mapping[str, Any]) -> None:
        """Add a displayed object or a result; `data` maps MIME types to its representations."""
        kept = {mime: form for mime, value in data.items() if (form := _converted(mime, value)) is not None}
        if kept:
            self.add({"output_type": kind, "data": kept}, sum(map(len, kept.values())))

    def clear(self, wait: bool = False) -> None:
        """Remove all outputs, at once or, with `wait`, when the next one is added."""
        self._is_to_clear = wait
        if not wait:
            self.found.clear()
            self._size = 0


def _converted(mime: str, value: Any) -> str | np.ndarray | None:
    """One representation of an output, ready to send; None if it is not supported or too large."""
    if mime in _TEXTS and isinstance(value, str):
        return value[:TEXT_LIMIT]
    if mime == "text/html" and isinstance(value, str) and len(value) <= HTML_LIMIT:
        return value
    if mime in _IMAGES:
        try:
            data = value if isinstance(value, bytes) else base64.b64decode(value)
        except (binascii.Error, TypeError, ValueError):
            return None
        return np.frombuffer(data, np.uint8) if len(data) <= IMAGE_LIMIT else None
    return None


class _Stream(io.TextIOBase):
    def __init__(self, name: str, outputs: Outputs):
        self._name, self._outputs = name, outputs

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.write(self._name, text)
        return len(text)


class _DisplayPublisher(DisplayPublisher):
    def publish(self, data, metadata=None, *, update=False, **kwargs):
        self.shell.outputs.add_display("display_data", data)

    def clear_output(self, wait=False):
        self.shell.outputs.clear(wait)


class _DisplayHook(DisplayHook):
    def write_output_prompt(self):
        """Write nothing: the notebook has prompts of its own."""

    def write_format_data(self, format_dict, md_dict=None):
        self.shell.outputs.add_display("execute_result", format_dict)


class Shell(InteractiveShell):
    """IPython that collects its outputs, without history and colours."""

    displayhook_class = Type(_DisplayHook)
    display_pub_class = Type(_DisplayPublisher)

    def __init__(self, **kwargs):
        self.outputs = Outputs()
        super().__init__(**kwargs)

    def init_history(self):
        super().init_history()
        self.history_manager.enabled = False

    def enable_gui(self, gui=None):
        """Do nothing: there is no screen."""

    def _showtraceback(self, etype, evalue, stb):
        texts = [str(line) for line in (stb if isinstance(stb, list) else [stb])]
        error = {
            "output_type": "error",
            "ename": getattr(etype, "__name__", "Error"),
            "evalue": _message(evalue),
        }
        if issubclass(etype, OutOfTime):
            error |= {"ename": "CellTimeoutError", "evalue": _TOO_LONG}
            texts = [f"CellTimeoutError: {_TOO_LONG}"]
        kept = "\n".join(texts)[-TEXT_LIMIT:]
        self.outputs.add({**error, "traceback": kept}, len(kept))

    def handle_request(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Run a cell; return its outputs."""
        self.outputs.clear()
        self.outputs.limit = request["output"]
        sys.stdout, sys.stderr = _Stream("stdout", self.outputs), _Stream("stderr", self.outputs)
        try:
            with time_limit(request["seconds"]):
                self.run_cell(request["run"].tobytes().decode("utf-8", "replace"), store_history=True)
        except OutOfTime as late:
            self._showtraceback(OutOfTime, late, [])
        except BaseException as error:  # noqa: BLE001 - the next cell is still to run
            self._showtraceback(type(error), error, [type(error).__name__])
        return {"outputs": list(self.outputs.found)}


_TOO_LONG = "This cell ran too long and was stopped. Look for a loop that never ends."


def _message(error: BaseException) -> str:
    try:
        return str(error)[:TEXT_LIMIT]
    except Exception:  # noqa: BLE001 - an exception of the learner's may not be printable
        return ""


@cache
def _shell() -> Shell:
    os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"  # figures become outputs
    config = Config()
    config.InteractiveShell.colors = "nocolor"
    config.HistoryManager.enabled = False
    config.Completer.use_jedi = False
    return Shell.instance(config=config)


def preload() -> None:
    """Import what the notebooks of lessons import, TensorFlow included."""
    _shell()
    import_lesson_modules()
    importlib.import_module("tensorflow")


def main() -> None:
    """Serve one notebook over standard input and output."""
    sys.path.insert(0, str(Path.cwd()))
    shell = _shell()
    sys.modules["__main__"] = shell.user_module
    ipython_errors.install_exception_handler()
    serve(lambda request: [shell.handle_request(request)])


if __name__ == "__main__":
    main()
