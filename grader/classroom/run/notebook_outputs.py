"""Runs a notebook in a sandbox with TensorFlow for the outputs that feedback shows; they earn no points."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from grader.classroom.run.sanitize_html import sanitize_html, sanitize_math
from grader.isolation import packages, run_lock
from grader.isolation.inside.output_limits import HTML_LIMIT, OUTPUTS_LIMIT, TEXT_LIMIT
from grader.isolation.inside.sanitize_text import sanitize_text
from grader.isolation.limits import Limits
from grader.isolation.process import GRACE_SECONDS, ProcessEnded, WorkerProcess

Output = dict[str, Any]
"""An output of a cell, as in a notebook's JSON."""

_SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_FAILURES = {
    ProcessEnded: (
        "DeadKernelError",
        "Python ended while this cell ran. It ran out of memory, or the code made it stop.",
    ),
    TimeoutError: ("CellTimeoutError", "This cell ran too long, and could not be interrupted."),
}
_TOO_MUCH = ("TooMuchOutput", "What this cell shows is left out: the notebook shows too much.")
_TOO_LATE = ("CellTimeoutError", "This cell was not run: the notebook had used up its time.")
_NOT_RUN = ("NotRun", "This cell was not run: an earlier cell ended or blocked Python.")


def outputs_of_cells(
    cells: Sequence[str], limits: Limits, files: Mapping[str, bytes], *, is_isolated: bool = True
) -> list[list[Output]]:
    """Run the cells one after the other and return the outputs of each.

    `files` lie in the working folder. No submission is judged meanwhile. Raises `sandbox.SandboxError`.
    """
    process = WorkerProcess(
        "notebook_worker",
        limits,
        is_isolated=is_isolated,
        files=files,
        distributions=packages.WITH_TENSORFLOW,
        text_limit=HTML_LIMIT,
    )
    with run_lock.exclusive():
        process.start()
        try:
            return _run_cells(process, cells, limits)
        finally:
            process.stop()


def _run_cells(process: WorkerProcess, cells: Sequence[str], limits: Limits) -> list[list[Output]]:
    all_outputs, left, deadline = [], limits.outputs, time.monotonic() + limits.submission_seconds
    for cell in cells:
        if not process.is_running or time.monotonic() >= deadline:
            all_outputs.append([error_output(*(_TOO_LATE if process.is_running else _NOT_RUN))])
            continue
        seconds = max(0.1, min(limits.cell_seconds, deadline - time.monotonic()))
        try:
            outputs = _run_cell(process, cell, seconds, limits.output)
        except (ProcessEnded, TimeoutError) as failure:
            all_outputs.append([error_output(*_FAILURES[type(failure)])])
            continue
        size = sum(map(_size, outputs))
        left -= size
        all_outputs.append(outputs if size <= limits.output and left >= 0 else [error_output(*_TOO_MUCH)])
    return all_outputs


def _run_cell(process: WorkerProcess, cell: str, seconds: float, limit: int) -> list[Output]:
    text = np.frombuffer(cell.encode("utf-8", "replace"), np.uint8)
    request = {"run": text, "seconds": seconds, "output": limit}
    process.send(request, seconds + GRACE_SECONDS)
    return _outputs(process.receive(seconds + GRACE_SECONDS))


def error_output(name: str, text: str) -> Output:
    """Return an output that says in one line what went wrong."""
    return _error(name, text, [f"{name}: {text}"])


def _error(name: str, text: str, traceback: list[str]) -> Output:
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": traceback}


def _outputs(reply: Mapping[str, Any]) -> list[Output]:
    """Return the outputs in a reply of the sandbox, without those that are malformed."""
    listed = reply.get("outputs")
    listed = listed[:OUTPUTS_LIMIT] if isinstance(listed, list) else []
    outputs = [_output(one) for one in listed if isinstance(one, dict)]
    return [output for output in outputs if output is not None]


def _size(output: Output) -> int:
    """Return about how many bytes an output takes; the sandbox's own account could be forged."""
    return len(str(output))


def _output(reply: Mapping[str, Any]) -> Output | None:
    kind = reply.get("output_type")
    if kind == "stream":
        name = "stderr" if reply.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _text(reply.get("text"))}
    if kind == "error":
        name, value = _text(reply.get("ename"))[:100], _text(reply.get("evalue"))
        lines = _text(reply.get("traceback")).splitlines()
        return _error(name, value, lines)
    if kind in ("display_data", "execute_result") and isinstance(reply.get("data"), dict):
        contents = {mime: _content(mime, value) for mime, value in reply["data"].items()}
        data = {mime: content for mime, content in contents.items() if content is not None}
        number = {"execution_count": None} if kind == "execute_result" else {}
        return {"output_type": kind, "metadata": {}, "data": data, **number} if data else None
    return None


def _content(mime: str, value: Any) -> str | None:
    """Return what an output holds for a MIME type, made harmless; None for what pages do not show."""
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
