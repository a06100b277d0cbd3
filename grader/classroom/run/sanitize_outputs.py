"""Makes the outputs of cells harmless, those that were handed in and those that a sandbox returns."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from grader.classroom.cells import Cell
from grader.classroom.run.sanitize_html import sanitize_html, sanitize_math
from grader.isolation.inside.output_limits import HTML_LIMIT, IMAGE_LIMIT, OUTPUTS_LIMIT, TEXT_LIMIT
from grader.isolation.inside.sanitize_text import sanitize_text

NOTEBOOK_OUTPUTS_LIMIT = 2_000
"""Outputs of a notebook; a lesson has some fifty."""
HTML_COST_LIMIT = 16_000_000
"""What the HTML of a notebook's outputs may cost to clean: about as many characters, in two seconds."""
_TAG_COST, _REFERENCE_COST = 200, 16
TOO_MUCH = ("TooMuchOutput", "What this cell shows is left out: the notebook shows too much.")
STREAM_LINES = 1000
_COUNT_LIMIT = 10**9
TRACEBACK_LINES = 100
"""As many lines as nbgrader's `LimitOutput` keeps by default."""
_SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_TRUNCATED = "... Output truncated ..."


def sanitize_notebook_outputs(outputs_by_cell: Iterable[Sequence[Any]]) -> Iterator[list[Cell]]:
    """Yield the outputs of a notebook's cells sanitized; an error in their place where all are too many.

    What is left out is not looked at, so that no notebook takes long.
    """
    count_left, cost_left = NOTEBOOK_OUTPUTS_LIMIT, HTML_COST_LIMIT
    for outputs in outputs_by_cell:
        shown = outputs[:OUTPUTS_LIMIT]
        count_left -= len(shown)
        cost_left -= sum(map(_html_cost, shown))
        is_too_much = shown and min(count_left, cost_left) < 0
        yield [error_output(*TOO_MUCH)] if is_too_much else sanitize_outputs(shown)


def _html_cost(output: Any) -> int:
    """Return what the HTML of an output costs: its characters, those that begin a tag or a reference more."""
    data = output.get("data") if isinstance(output, Mapping) else None
    html = _joined(data.get("text/html")) if isinstance(data, Mapping) else ""
    return len(html) + _TAG_COST * html.count("<") + _REFERENCE_COST * html.count("&")


def sanitize_outputs(outputs: Sequence[Any]) -> list[Cell]:
    """Return the outputs of one cell without what is malformed, active or too much.

    Texts may be lists of lines, and images bytes in base64 or arrays of bytes.
    """
    sanitized = (_output(one) for one in outputs[:OUTPUTS_LIMIT] if isinstance(one, Mapping))
    return _limit_stream_lines([output for output in sanitized if output is not None])


def error_output(name: str, text: str) -> Cell:
    """Return an output that says in one line what went wrong."""
    return {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}


def output_size(output: Cell) -> int:
    """Return about how many bytes an output takes; a sandbox's own account could be forged."""
    return len(str(output))


def _output(output: Mapping[str, Any]) -> Cell | None:
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": "stream", "name": name, "text": _text(output.get("text"))}
    if kind == "error":
        name, value = _text(output.get("ename"))[:100], _text(output.get("evalue"))
        lines = _text(output.get("traceback"), separator="\n").rstrip().splitlines()
        return {"output_type": "error", "ename": name, "evalue": value, "traceback": _limit_traceback(lines)}
    if kind in ("display_data", "execute_result") and isinstance(output.get("data"), Mapping):
        contents = {mime: _content(mime, value) for mime, value in output["data"].items()}
        data = {mime: content for mime, content in contents.items() if content is not None}
        count = {"execution_count": _count(output)} if kind == "execute_result" else {}
        return {"output_type": kind, "metadata": {}, "data": data, **count} if data else None
    return None


def _content(mime: str, value: Any) -> str | None:
    """Return what an output holds for a MIME type, made harmless; None for what pages do not show."""
    if mime in _SIGNATURES:
        picture = _picture(value)
        return base64.b64encode(picture).decode() if picture.startswith(_SIGNATURES[mime]) else None
    if mime == "text/html":
        return sanitize_html(_text(value, HTML_LIMIT))
    if mime == "text/latex":
        return sanitize_math(_text(value))  # pages hand it to MathJax as it is
    if mime in ("text/plain", "text/markdown"):
        return _text(value)
    return None


def _picture(value: Any) -> bytes:
    if isinstance(value, np.ndarray):
        return value.tobytes()
    text = _joined(value)
    try:
        return base64.b64decode(text) if len(text) <= IMAGE_LIMIT * 3 // 2 else b""
    except (binascii.Error, ValueError):
        return b""


def _text(value: Any, limit: int = TEXT_LIMIT, separator: str = "") -> str:
    return sanitize_text(_joined(value, separator), limit)


def _joined(value: Any, separator: str = "") -> str:
    """Return a text of a notebook, which may be a list of lines."""
    if isinstance(value, list):
        return separator.join(line for line in value if isinstance(line, str))
    return value if isinstance(value, str) else ""


def _count(output: Mapping[str, Any]) -> int | None:
    return valid_count(output.get("execution_count"))


def valid_count(count: Any) -> int | None:
    """Return the number that a kernel gave to a cell; None for anything else."""
    return count if type(count) is int and 0 <= count < _COUNT_LIMIT else None


def _limit_stream_lines(outputs: list[Cell]) -> list[Cell]:
    """Cut the streams of a cell to `STREAM_LINES` lines together."""
    left, kept = STREAM_LINES, []
    for output in outputs:
        if output["output_type"] == "stream":
            if left <= 0:
                continue
            lines = output["text"].split("\n")
            if len(lines) > left:
                output["text"] = "\n".join([*lines[: left - 1], _TRUNCATED])
            left -= len(lines)
        kept.append(output)
    return kept


def _limit_traceback(lines: list[str]) -> list[str]:
    if len(lines) <= TRACEBACK_LINES:
        return lines
    half = TRACEBACK_LINES // 2
    return [*lines[:half], "... Traceback truncated ...", *lines[-(half - 1) :]]
