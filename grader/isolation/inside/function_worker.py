"""The worker that runs a learner's code and calls its functions, to judge them.

    python -m grader.isolation.inside.function_worker

It answers two kinds of requests. `{"code": [{"run": uint8 array, "file": name, "seconds": limit or None,
"is_cell": bool, "lazy": bool}, ...]}` runs files or cells of a notebook: one reply for each, then one with
the names that are defined. `{"name": str, "cases": [tuple, ...], "seconds": limit}` calls a function: one
reply for each call.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grader.isolation.inside.code_runner import CodeRunner, InvalidSource, prepare_cell
from grader.isolation.inside.request_loop import serve
from grader.isolation.inside.wire import ANSWER_LIMIT, HEADER_LIMIT, is_sent_one_way
from grader.learner.call import Answers, Outcome, OutOfTime, answers_of, describe_exception, time_limit
from grader.learner.plain_data import UnsupportedValue, printable

_NO_LIMIT = 10.0**6
_ENTRY_BYTES, _CHARACTER_BYTES = 64, 12
"""Bytes that an entry, and a character of a text, take at most in the header of a message."""


class FunctionWorker:
    """Runs a submission's code and calls the functions that it defines."""

    def __init__(self, name: str = "submission"):
        self.runner = CodeRunner(name)
        self._answers: dict[str, tuple[Any, Answers]] = {}

    def handle_request(self, request: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """Run code or call a function; yield the replies."""
        if "code" in request:
            yield from map(self._run, request["code"])
            yield {"defined": self.runner.defined()}
        else:
            yield from self._call(request["name"], request["cases"], request["seconds"])

    def _call(self, name: str, cases: Sequence[tuple], seconds: float) -> Iterator[Mapping[str, Any]]:
        self.runner.run_deferred({name})
        function = self.runner.module.__dict__[name]
        known, answers = self._answers.get(name, (None, None))
        if known is not function:
            answers = answers_of(function)
            self._answers[name] = (function, answers)
        return map(_outcome_as_data, answers(cases, seconds))

    def _run(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        reply = {"failure": None, "syntax_error": None}
        is_cell = request["is_cell"]
        try:
            with time_limit(request["seconds"] or _NO_LIMIT):
                text, file = request["run"].tobytes(), request["file"]
                failure = self.runner.run(text, file, is_cell=is_cell, lazy=request["lazy"])
            reply["failure"] = asdict(failure) if failure else None
        except OutOfTime as error:
            reply["failure"] = asdict(describe_exception(error))
        except InvalidSource as error:
            reply["syntax_error"] = {"line_number": error.line_number, "message": printable(str(error))}
        return reply


def _outcome_as_data(outcome: Outcome) -> dict[str, Any]:
    """An outcome as a reply.

    Arguments that are sent one way become None. If value and arguments are too large to send, only a
    description of the value is sent.
    """
    entries = {name: getattr(outcome, name) for name in type(outcome).__dataclass_fields__}
    entries["raised"] = asdict(outcome.raised) if outcome.raised else None
    if _body_size(outcome.value) + _body_size(outcome.arguments) > ANSWER_LIMIT:
        too_large = UnsupportedValue(f"value of more than {ANSWER_LIMIT // 1024**2} MiB")
        return {**entries, "value": too_large, "arguments": None}
    if _header_size(outcome.value) + _header_size(outcome.arguments) > HEADER_LIMIT:
        return {**entries, "value": UnsupportedValue("value with too much text"), "arguments": None}
    entries["arguments"] = tuple(None if is_sent_one_way(given) else given for given in outcome.arguments)
    return entries


def _body_size(value: Any) -> int:
    """How many bytes the arrays in plain data take in a message."""
    return sum(getattr(entry, "nbytes", 0) for entry in _leaves(value))


def _header_size(value: Any) -> int:
    """How many bytes plain data takes in the header of a message at most."""
    texts = (entry for entry in _leaves(value) if isinstance(entry, str))
    return sum(_ENTRY_BYTES for _ in _leaves(value)) + _CHARACTER_BYTES * sum(map(len, texts))


def _leaves(value: Any) -> Iterator[Any]:
    """Yield the keys of dicts in plain data, and whatever is no dict, list or tuple; names of other types."""
    if isinstance(value, dict):
        yield from value
    if isinstance(value, (dict, list, tuple)):
        for entry in value.values() if isinstance(value, dict) else value:
            yield from _leaves(entry)
    else:
        yield value.kind if isinstance(value, UnsupportedValue) else value


def preload() -> None:
    """Import what nearly all submissions need, which NumPy itself puts off.

    The global random generator is the same for all submissions.
    """
    for name in ("numpy.random", "numpy.linalg"):
        importlib.import_module(name)


def prepare(cells: Sequence[tuple[str, str]]) -> None:
    """Compile a lesson's own cells, each a text and its name, before there is a submission."""
    for text, name in cells:
        with contextlib.suppress(InvalidSource):  # it fails in the submission's run, too, and counts there
            prepare_cell(text.encode("utf-8", "replace"), name)


def main() -> None:
    """Serve one submission over standard input and output."""
    sys.path.insert(0, str(Path.cwd()))
    serve(FunctionWorker("__main__").handle_request)


if __name__ == "__main__":
    main()
