"""The process that a learner's file runs in: loads the file, then answers calls until its input ends.

    python -m grader.isolation.worker

The first message it reads is the order: the file's text, and in a sandbox the limits and the filter to
accept before it runs. It writes `{"ready": True}` when it has accepted them, and what the file defines when
it has run.
"""

from __future__ import annotations
import __future__

import ast
import os
import sys
import types
from dataclasses import asdict, replace
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

from grader.autodiff import is_autodiff
from grader.call import answering, raised
from grader.isolation import absent, confine
from grader.isolation.wire import BODY_LIMIT, TooLarge, read_message, write_message
from grader.plain import Foreign, legible

FILE = "submission.py"
_DESCRIPTORS = 4096
_PROCESS, _NETWORK, _LIBRARY = "process", "network", "library"
TRIED = (_PROCESS, _NETWORK, _LIBRARY)
"""What a submission can be found to have tried; see `Tried`."""
_EVENTS = {
    **dict.fromkeys(
        ("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.system", "pty.spawn"), _PROCESS
    ),
    **dict.fromkeys(("subprocess.Popen", "_posixsubprocess.fork_exec"), _PROCESS),
    **dict.fromkeys(("socket.__new__", "socket.getaddrinfo", "socket.gethostbyname"), _NETWORK),
}


def main() -> None:
    """Serve one file over standard input and output."""
    source, replies = _take_over_standard_streams()
    order = read_message(source, is_trusted=True)
    if order["limits"] is not None:
        confine.confine(order["limits"], order["filter"].tobytes())
        absent.stand_in()
    write_message(replies, {"ready": True})
    _let_go_of_standard_error()
    tried = Tried()
    namespace = _run(order["source"].tobytes(), replies, tried)
    answer = cache(lambda name: answering(namespace[name]))
    while True:
        try:
            request = read_message(source, is_trusted=True)
        except EOFError:
            return
        outcome = answer(request["name"])(request["arguments"], request["seconds"])
        _reply(replies, outcome, tried)


def _run(text: bytes, replies: BinaryIO, tried: Tried) -> dict[str, Any]:
    """Run the file and say how it went."""
    file = Path(FILE).absolute()
    told = {"defined": [], "failure": None, "unreadable": None}
    namespace: dict[str, Any] = {}
    try:
        file.write_bytes(text)
        namespace, failure = load(file)
        told["defined"] = [name for name in namespace if isinstance(name, str) and not name.startswith("__")]
        told["failure"] = asdict(failure) if failure else None
    except Unreadable as error:
        told["unreadable"] = {"line_number": error.line_number, "message": legible(str(error))}
    write_message(replies, {**told, "tried": tried.found()})
    return namespace


class Unreadable(Exception):
    """A file is not Python; `line_number` says where, if that is known."""

    def __init__(self, message: str, line_number: int | None = None):
        super().__init__(message)
        self.line_number = line_number


def load(file: Path) -> tuple[dict[str, Any], Any]:
    """Run a file statement by statement; one that fails does not keep the later ones from running.

    Returns the names it defines and the first failure as a `Raised`, or None. What an exported
    notebook says at its top level (plots, magics) may well fail here; its functions count.
    Raises `Unreadable`.
    """
    module = types.ModuleType("submission")
    module.__file__ = str(file)
    sys.modules[module.__name__] = module  # where dataclasses and pickle look for it
    sys.path.insert(0, str(file.parent))
    failure, flags = None, 0
    for statement in _parsed(file):
        flags |= _future(statement)
        try:
            code = compile(ast.Module([statement], []), str(file), "exec", flags=flags, dont_inherit=True)
            exec(code, module.__dict__)
        except BaseException as error:  # noqa: BLE001 - sys.exit() at the top level is no end either
            failure = failure or raised(error)
    return module.__dict__, failure


def _parsed(file: Path) -> list[ast.stmt]:
    try:
        text = file.read_bytes()
        compile(text, str(file), "exec")  # finds more than the parser does
        return ast.parse(text, str(file)).body
    except SyntaxError as error:
        raise Unreadable(f"not Python ({error.msg})", error.lineno) from error
    except (ValueError, RecursionError, MemoryError) as error:
        raise Unreadable(f"Python can't compile it ({error or type(error).__name__})") from error


def _future(statement: ast.stmt) -> int:
    """The compiler flags that a `from __future__ import` asks for."""
    if not isinstance(statement, ast.ImportFrom) or statement.module != "__future__":
        return 0
    return sum(getattr(__future__, alias.name).compiler_flag for alias in statement.names)


class Tried:
    """Takes down what the submission tries that it can't have. A courtesy to whoever reads the marks, and no
    defence: what stops it is the kernel.
    """

    def __init__(self):
        self._found: set[str] = set()
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple) -> None:
        if event in _EVENTS:
            self._found.add(_EVENTS[event])
        elif event == "import" and is_autodiff(str(arguments[0])):
            self._found.add(_LIBRARY)

    def found(self) -> list[str]:
        """In alphabetical order."""
        return sorted(self._found)


def _take_over_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep standard input and output for messages; what the file prints goes nowhere."""
    os.closerange(3, _DESCRIPTORS)  # bubblewrap's, which were for setting up
    source, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nothing, descriptor)
    os.close(nothing)
    return source, replies


def _let_go_of_standard_error() -> None:
    """Until now, whoever started this process could be told why it could not go on."""
    os.dup2(0, 2)


def _reply(replies: BinaryIO, outcome, tried: Tried) -> None:
    """Send an outcome; a value that is too large is only named."""
    try:
        write_message(replies, _as_plain(outcome) | {"tried": tried.found()})
    except TooLarge:
        named = replace(
            outcome, value=Foreign(f"value of more than {BODY_LIMIT // 1024**2} MiB"), arguments=()
        )
        write_message(replies, _as_plain(named) | {"arguments": None, "tried": tried.found()})


def _as_plain(outcome) -> dict[str, Any]:
    """An outcome as plain data. Arguments that are functions can't have changed and stay behind."""
    entries = {name: getattr(outcome, name) for name in type(outcome).__dataclass_fields__}
    entries["arguments"] = tuple(None if _stays(given) else given for given in outcome.arguments)
    entries["raised"] = asdict(outcome.raised) if outcome.raised else None
    return entries


def _stays(argument: Any) -> bool:
    """Functions and generators of random numbers are not sent back."""
    return callable(argument) or type(argument).__name__ == "Generator"


if __name__ == "__main__":
    main()
