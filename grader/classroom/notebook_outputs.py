"""Runs a notebook for what it shows: outputs for the feedback, which earn nothing."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping, Sequence
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode

from grader.classroom.sanitize_html import sanitize_html, sanitize_math
from grader.isolation import packages
from grader.isolation.inside.output_limits import HTML_LIMIT, OUTPUTS_LIMIT, TEXT_LIMIT
from grader.isolation.inside.sanitize_text import sanitize_text
from grader.isolation.limits import Limits
from grader.isolation.process import GRACE_SECONDS, ProcessEnded, WorkerProcess

_SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_LOST = {
    ProcessEnded: (
        "DeadKernelError",
        "Python ended while this cell ran. It ran out of memory, or the code made it stop.",
    ),
    TimeoutError: ("CellTimeoutError", "This cell ran too long, and could not be interrupted."),
}
_TOO_MUCH = ("TooMuchOutput", "What this cell shows is left out: the notebook shows too much.")
_TOO_LATE = ("CellTimeoutError", "This cell was not run: the notebook had used up its time.")
_NOT_RUN = ("NotRun", "This cell was not run: an earlier cell ended or blocked Python.")


def show(
    cells: Sequence[str], limits: Limits, files: Mapping[str, bytes], *, is_isolated: bool = True
) -> list[list[NotebookNode]]:
    """The outputs of each cell, after all cells before it.

    TensorFlow is there. Raises `sandbox.SandboxError`.
    """
    process = WorkerProcess(
        "notebook_worker",
        limits,
        is_isolated=is_isolated,
        files=files,
        distributions=packages.WITH_TENSORFLOW,
        text_limit=HTML_LIMIT,
    )
    process.start()
    try:
        return _shown(process, cells, limits)
    finally:
        process.stop()


def _shown(process: WorkerProcess, cells: Sequence[str], limits: Limits) -> list[list[NotebookNode]]:
    found, left, deadline = [], limits.outputs, time.monotonic() + limits.submission_seconds
    for cell in cells:
        if not process.is_running or time.monotonic() >= deadline:
            found.append([error_output(*(_TOO_LATE if process.is_running else _NOT_RUN))])
            continue
        text = np.frombuffer(cell.encode("utf-8", "replace"), np.uint8)
        seconds = max(0.1, min(limits.cell_seconds, deadline - time.monotonic()))
        try:
            request = {"run": text, "seconds": seconds, "output": limits.output}
            reply = process.exchange(request, seconds + GRACE_SECONDS)
            outputs = _outputs(reply)
            size = sum(map(_size, outputs))
            left -= size
            found.append(outputs if size <= limits.output and left >= 0 else [error_output(*_TOO_MUCH)])
        except (ProcessEnded, TimeoutError) as lost:
            found.append([error_output(*_LOST[type(lost)])])
    return found


def error_output(name: str, text: str) -> NotebookNode:
    """An output that says in one line what went wrong."""
    return nbformat.v4.new_output("error", ename=name, evalue=text, traceback=[f"{name}: {text}"])


def _outputs(reply: Mapping[str, Any]) -> list[NotebookNode]:
    """What a stranger says a cell showed, as far as it has the form of outputs."""
    listed = reply.get("outputs")
    listed = listed[:OUTPUTS_LIMIT] if isinstance(listed, list) else []
    made = [_output(one) for one in listed if isinstance(one, dict)]
    return [one for one in made if one is not None]


def _size(output: NotebookNode) -> int:
    """About the bytes that an output takes; what the other side says of it is no limit."""
    return len(str(output))


def _output(told: Mapping[str, Any]) -> NotebookNode | None:
    kind = told.get("output_type")
    if kind == "stream":
        name = "stderr" if told.get("name") == "stderr" else "stdout"
        return nbformat.v4.new_output("stream", name=name, text=_text(told.get("text")))
    if kind == "error":
        lines = _text(told.get("traceback")).splitlines()
        return nbformat.v4.new_output(
            "error", ename=_text(told.get("ename"))[:100], evalue=_text(told.get("evalue")), traceback=lines
        )
    if kind in ("display_data", "execute_result") and isinstance(told.get("data"), dict):
        data = {
            mime: form for mime, value in told["data"].items() if (form := _form(mime, value)) is not None
        }
        return nbformat.v4.new_output(kind, data) if data else None
    return None


def _form(mime: str, value: Any) -> str | None:
    if mime in _SIGNATURES and isinstance(value, np.ndarray):
        picture = value.tobytes()
        return base64.b64encode(picture).decode() if picture.startswith(_SIGNATURES[mime]) else None
    if mime == "text/html":
        return sanitize_html(_text(value, HTML_LIMIT))
    if mime == "text/latex":
        return sanitize_math(_text(value))  # pages hand it to MathJax as it is
    if mime in ("text/plain", "text/markdown"):
        return _text(value)
    return None


def _text(value: Any, limit: int = TEXT_LIMIT) -> str:
    return sanitize_text(value, limit) if isinstance(value, str) else ""
