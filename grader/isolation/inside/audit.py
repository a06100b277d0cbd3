"""Records what a submission attempts although a sandbox refuses it."""

from __future__ import annotations

import socket
import sys

from grader.learner.forbidden_libraries import is_autodiff

_PROCESS, _NETWORK, _LIBRARY = "process", "network", "library"
ATTEMPTS = (_PROCESS, _NETWORK, _LIBRARY)
"""The kinds of attempts that `AttemptRecorder` reports."""
_EVENTS = {
    **dict.fromkeys(
        ("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.system", "pty.spawn"), _PROCESS
    ),
    **dict.fromkeys(("subprocess.Popen", "_posixsubprocess.fork_exec"), _PROCESS),
    **dict.fromkeys(("socket.__new__", "socket.getaddrinfo", "socket.gethostbyname"), _NETWORK),
}
_HARMLESS_PROGRAMS = (("fc-list",), ("uname",))
"""Matplotlib asks for fonts, `platform` for the processor; both do without these programs."""


class AttemptRecorder:
    """An audit hook that records refused attempts, to inform the instructor.

    It is no defence: learner's code could remove its records. The kernel is what refuses.
    """

    def __init__(self):
        self._found: set[str] = set()
        sys.addaudithook(self._record)

    def _record(self, event: str, arguments: tuple) -> None:
        if event == "socket.__new__" and arguments[1] == socket.AF_UNIX:
            return  # asyncio makes a socket pair for itself, which looks the same and leads nowhere
        if event in _EVENTS and arguments[:1] not in _HARMLESS_PROGRAMS:
            self._found.add(_EVENTS[event])
        elif event == "import" and is_autodiff(str(arguments[0])):
            self._found.add(_LIBRARY)

    def found(self) -> list[str]:
        """The kinds of attempts so far, in alphabetical order."""
        return sorted(self._found)
