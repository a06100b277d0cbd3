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
from grader.isolation.inside.wire import BODY_LIMIT, is_sent_one_way
from grader.learner.call import Answers, Outcome, OutOfTime, answers_of, describe_exception, time_limit
from grader.learner.plain_data import UnsupportedValue, printable

_NO_LIMIT = 10.0**6


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
