"""The process that judges a learner's functions by calling them: runs code, then answers calls.

    python -m grader.isolation.inside.function_worker

It takes two kinds of requests. `{"run": text, "file": name, "seconds": limit or None, "is_cell": ...,
"lazy": ...}` runs a file or a cell of a notebook, at once or as far as others need it. `{"name": ...,
"arguments": ..., "seconds": limit}` calls a function.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grader.isolation.inside.code_runner import CodeRunner, InvalidSource
from grader.isolation.inside.preload import import_lesson_modules
from grader.isolation.inside.request_loop import serve
from grader.isolation.inside.wire import BODY_LIMIT
from grader.learner.call import Outcome, OutOfTime, describe_exception, make_caller, time_limit
from grader.learner.plain_data import UnsupportedValue, printable

_NO_LIMIT = 10.0**6


class FunctionWorker:
    """Runs a submission's code and calls the functions that it defines."""

    def __init__(self, name: str = "submission"):
        self.runner = CodeRunner(name)
        self._callers: dict[str, tuple[Any, Any]] = {}

    def handle_request(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Obey one request."""
        if "run" in request:
            return self._run(request)
        self.runner.run_deferred({request["name"]})
        function = self.runner.module.__dict__[request["name"]]
        known, answer = self._callers.get(request["name"], (None, None))
        if known is not function:
            answer = make_caller(function)
            self._callers[request["name"]] = (function, answer)
        return _outcome_as_data(answer(request["arguments"], request["seconds"]))

    def _run(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        told = {"defined": [], "failure": None, "syntax_error": None}
        is_cell = request["is_cell"]
        try:
            with time_limit(request["seconds"] or _NO_LIMIT):
                text, file = request["run"].tobytes(), request["file"]
                failure = self.runner.run(text, file, is_cell=is_cell, lazy=request["lazy"])
            told["failure"] = asdict(failure) if failure else None
        except OutOfTime as error:
            told["failure"] = asdict(describe_exception(error))
        except InvalidSource as error:
            told["syntax_error"] = {"line_number": error.line_number, "message": printable(str(error))}
        names = [name for name in self.runner.module.__dict__ if isinstance(name, str)]
        return {**told, "defined": [name for name in names if not name.startswith("__")]}


def _outcome_as_data(outcome: Outcome) -> dict[str, Any]:
    """An outcome as plain data. Arguments that are functions can't have changed and stay behind; a value that
    is too large is only named.
    """
    entries = {name: getattr(outcome, name) for name in type(outcome).__dataclass_fields__}
    entries["raised"] = asdict(outcome.raised) if outcome.raised else None
    if _size(outcome.value) + _size(outcome.arguments) > BODY_LIMIT:
        too_large = UnsupportedValue(f"value of more than {BODY_LIMIT // 1024**2} MiB")
        return {**entries, "value": too_large, "arguments": None}
    entries["arguments"] = tuple(
        None if _is_callable_or_generator(given) else given for given in outcome.arguments
    )
    return entries


def _size(value: Any) -> int:
    """About the bytes of plain data on their way."""
    if isinstance(value, dict):
        return sum(16 + len(key) + _size(entry) for key, entry in value.items())
    if isinstance(value, (list, tuple)):
        return sum(map(_size, value))
    return getattr(value, "nbytes", 64 if not isinstance(value, str) else len(value))


def _is_callable_or_generator(argument: Any) -> bool:
    """Functions and generators of random numbers are not sent back."""
    return callable(argument) or type(argument).__name__ == "Generator"


preload = import_lesson_modules


def main() -> None:
    """Serve one submission over standard input and output."""
    sys.path.insert(0, str(Path.cwd()))
    serve(FunctionWorker("__main__").handle_request)


if __name__ == "__main__":
    main()
