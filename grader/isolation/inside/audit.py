"""What a submission tries that a sandbox refuses."""

from __future__ import annotations

import socket
import sys

from grader.learner.autodiff import is_autodiff

_PROCESS, _NETWORK, _LIBRARY = "process", "network", "library"
ATTEMPTS = (_PROCESS, _NETWORK, _LIBRARY)
"""What a submission can be found to have tried; see `AttemptRecorder`."""
_EVENTS = {
    **dict.fromkeys(
        ("os.fork", "os.forkpty", "os.exec", "os.posix_spawn", "os.system", "pty.spawn"), _PROCESS
    ),
    **dict.fromkeys(("subprocess.Popen", "_posixsubprocess.fork_exec"), _PROCESS),
    **dict.fromkeys(("socket.__new__", "socket.getaddrinfo", "socket.gethostbyname"), _NETWORK),
}
_HARMLESS_PROGRAMS = (("fc-list",), ("uname",))
"""Matplotlib asks for fonts, `platform` for the processor; they do without these programs."""


class AttemptRecorder:
    """Takes down what the submission tries that it can't have. A courtesy to whoever reads the marks, and no
    defence: what stops it is the kernel.
    """

    def __init__(self):
        self._found: set[str] = set()
        sys.addaudithook(self._record)

    def _record(self, event: str, arguments: tuple) -> None:
        if event == "socket.__new__" and arguments[1] == socket.AF_UNIX:
            return  # asyncio's own, a pair that leads nowhere, looks like one that would
        if event in _EVENTS and arguments[:1] not in _HARMLESS_PROGRAMS:
            self._found.add(_EVENTS[event])
        elif event == "import" and is_autodiff(str(arguments[0])):
            self._found.add(_LIBRARY)

    def found(self) -> list[str]:
        """In alphabetical order."""
        return sorted(self._found)
