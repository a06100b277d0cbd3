"""The worker that runs a learner's code and calls its functions, to judge them.

    python -m grader.isolation.inside.function_worker

It answers two kinds of requests. `{"run": uint8 array, "file": name, "seconds": limit or None, "is_cell":
bool, "lazy": bool}` runs a file or a cell of a notebook. `{"name": str, "arguments": tuple, "seconds":
limit}` calls a function.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grader.isolation.inside.code_runner import CodeRunner, InvalidSource
from grader.isolation.inside.preload import import_lesson_modules
from grader.isolation.inside.request_loop import serve
from grader.isolation.inside.wire import BODY_LIMIT, is_sent_one_way
from grader.learner.call import Outcome, OutOfTime, describe_exception, make_caller, time_limit
from grader.learner.plain_data import UnsupportedValue, printable

_NO_LIMIT = 10.0**6


class FunctionWorker:
    """Runs a submission's code and calls the functions that it defines."""

    def __init__(self, name: str = "submission"):
        self.runner = CodeRunner(name)
        self._callers: dict[str, tuple[Any, Callable[[tuple, float], Outcome]]] = {}

    def handle_request(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Run code or call a function; return the reply."""
        return self._run(request) if "run" in request else self._call(request)

    def _call(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        name = request["name"]
        self.runner.run_deferred({name})
        function = self.runner.module.__dict__[name]
        known, caller = self._callers.get(name, (None, None))
        if known is not function:
            caller = make_caller(function)
            self._callers[name] = (function, caller)
        return _outcome_as_data(caller(request["arguments"], request["seconds"]))

    def _run(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        reply = {"defined": [], "failure": None, "syntax_error": None}
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
        names = [name for name in self.runner.module.__dict__ if isinstance(name, str)]
        return {**reply, "defined": [name for name in names if not name.startswith("__")]}


def _outcome_as_data(outcome: Outcome) -> dict[str, Any]:
    """An outcome as a reply.

    Arguments that are sent one way become None. If value and arguments are too large to send, only a
    description of the value is sent.
    """
    entries = {name: getattr(outcome, name) for name in type(outcome).__dataclass_fields__}
    entries["raised"] = asdict(outcome.raised) if outcome.raised else None
    if _size(outcome.value) + _size(outcome.arguments) > BODY_LIMIT:
        too_large = UnsupportedValue(f"value of more than {BODY_LIMIT // 1024**2} MiB")
        return {**entries, "value": too_large, "arguments": None}
    entries["arguments"] = tuple(None if is_sent_one_way(given) else given for given in outcome.arguments)
    return entries


def _size(value: Any) -> int:
    """About how many bytes plain data takes in a message."""
    if isinstance(value, dict):
        return sum(16 + len(key) + _size(entry) for key, entry in value.items())
    if isinstance(value, (list, tuple)):
        return sum(map(_size, value))
    return getattr(value, "nbytes", 64 if not isinstance(value, str) else len(value))


preload = import_lesson_modules


def main() -> None:
    """Serve one submission over standard input and output."""
    sys.path.insert(0, str(Path.cwd()))
    serve(FunctionWorker("__main__").handle_request)


if __name__ == "__main__":
    main()
