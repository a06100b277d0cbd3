"""What a process that looks at a submission answers: bytes that the writer need not parse but for a header.

An answer is a line of JSON, which says what it is, and after it the bytes of a file: the autograded notebook
or the feedback page.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True)
class Graded:
    """What grading made of a submission.

    `notebook` is the text of the autograded notebook. `scores`, `unanswered`, `verdicts`, `repairs` and
    `stopped` are those of its `Record`, `timestamp` and `unchanged` those of its entry in the gradebook.
    `is_rerun` says whether its outputs are those of a run in grading. It took `seconds` in all, and each
    exercise those of `exercise_seconds`. `run_key` and `is_kept` are those of the record, too; `changes` says
    what has changed in the lesson since it was graded last, if that is why it is graded.
    """

    notebook: bytes
    scores: Mapping[str, float | None]
    unanswered: frozenset[str] = frozenset()
    verdicts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    timestamp: dt.datetime | None = None
    unchanged: frozenset[str] = frozenset()
    is_rerun: bool = False
    seconds: float = 0.0
    exercise_seconds: Mapping[str, float] = field(default_factory=dict)
    run_key: str = ""
    is_kept: bool = False
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rerun:
    """A graded notebook with the outputs of another run, as the text of its file."""

    notebook: bytes


@dataclass(frozen=True)
class Page:
    """A feedback page, as the text of its file."""

    html: bytes


@dataclass(frozen=True)
class Failure:
    """Why an order could not be done.

    `reason` is a sentence or two for the class table, `details` a traceback for the log.
    `may_be_the_machines` says that memory, processes or time were short, which may be others' doing,
    `lacks_sandbox` that there can be no sandbox, so nothing else can be graded either.
    """

    reason: str
    details: str = ""
    may_be_the_machines: bool = False
    lacks_sandbox: bool = False


Answer = Graded | Rerun | Page | Failure
_KINDS = {kind.__name__: kind for kind in (Graded, Rerun, Page, Failure)}
_BODIES = ("notebook", "html")
HEADER_LIMIT = 8 * 1024**2
"""Bytes of the line that says what an answer is; those of the worst submissions have a tenth of it."""
_READ = {
    **dict.fromkeys(("unanswered", "unchanged"), frozenset),
    **dict.fromkeys(("repairs", "stopped", "changes"), tuple),
}


def encode(answer: Answer) -> bytes:
    """Return an answer as bytes."""
    values = {one.name: getattr(answer, one.name) for one in fields(answer)}
    body = next((values.pop(name) for name in _BODIES if name in values), b"")
    return json.dumps([type(answer).__name__, values], default=_as_json).encode() + b"\n" + body


def decode(text: bytes) -> Answer:
    """Return the answer that bytes of `encode` hold. Raises `ValueError` for others."""
    header, _, body = text.partition(b"\n")
    if len(header) > HEADER_LIMIT:
        raise ValueError(f"an answer has a header of {len(header)} bytes")
    try:
        name, values = json.loads(header)
        kind = _KINDS[name]
        values = {key: _READ.get(key, lambda value: value)(value) for key, value in values.items()}
        if values.get("timestamp"):
            values["timestamp"] = dt.datetime.fromisoformat(values["timestamp"])
        names = {one.name for one in fields(kind)}
        return kind(**values, **{name: body for name in _BODIES if name in names})
    except (TypeError, LookupError, AttributeError, RecursionError) as error:
        raise ValueError("not an answer") from error


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.datetime) else sorted(value)
