"""The process that a learner's file runs in: loads the file, then answers calls until its input ends.

    python -m grader.isolation.worker FILE

The first message it writes tells how the file loaded: `{"defined": [names], "stopped": line or None}`.
"""

from __future__ import annotations
import __future__

import ast
import os
import sys
import types
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from grader.call import answering, raised
from grader.isolation.wire import read_message, write_message


def main(file: str) -> None:
    """Serve one file over standard input and output."""
    source, replies = _take_over_standard_streams()
    namespace, failure = load(Path(file))
    defined = [name for name in namespace if not name.startswith("__")]
    write_message(replies, {"defined": defined, "failure": asdict(failure) if failure else None})
    answer = cache(lambda name: answering(namespace[name]))
    while True:
        try:
            request = read_message(source)
        except EOFError:
            return
        outcome = answer(request["name"])(request["arguments"], request["seconds"])
        write_message(replies, _as_plain(outcome))


def load(file: Path) -> tuple[dict[str, Any], Any]:
    """Run a file statement by statement; one that fails does not keep the later ones from running.

    Returns the names it defines and the first failure as a `Raised`, or None. What an exported
    notebook says at its top level (plots, magics) may well fail here; its functions count.
    """
    module = types.ModuleType("submission")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module  # where dataclasses and pickle look for it
    sys.path.insert(0, str(file.parent))
    failure, flags = None, 0
    for statement in ast.parse(file.read_bytes(), str(file)).body:
        flags |= _future(statement)
        code = compile(ast.Module([statement], []), str(file), "exec", flags=flags, dont_inherit=True)
        try:
            exec(code, module.__dict__)
        except BaseException as error:  # noqa: BLE001 - sys.exit() at the top level is no end either
            failure = failure or raised(error)
    return module.__dict__, failure


def _future(statement: ast.stmt) -> int:
    """The compiler flags that a `from __future__ import` asks for."""
    if not isinstance(statement, ast.ImportFrom) or statement.module != "__future__":
        return 0
    return sum(getattr(__future__, alias.name).compiler_flag for alias in statement.names)


def _take_over_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep standard input and output for messages; what the file prints goes nowhere."""
    source, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    return source, replies


def _as_plain(outcome) -> dict[str, Any]:
    """An outcome as plain data. Arguments that are functions can't have changed and stay behind."""
    entries = {name: getattr(outcome, name) for name in type(outcome).__dataclass_fields__}
    entries["raised"] = asdict(outcome.raised) if outcome.raised else None
    return entries


if __name__ == "__main__":
    main(sys.argv[1])
