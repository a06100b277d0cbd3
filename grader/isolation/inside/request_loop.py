"""What all workers share: the setup message that confines them, then requests and replies."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grader.isolation.inside import confine, missing_libraries
from grader.isolation.inside.audit import AttemptRecorder
from grader.isolation.inside.libc import end_with_parent
from grader.isolation.inside.pipes import replace_pipes
from grader.isolation.inside.wire import read_message, write_message

_DESCRIPTORS = 4096


class Channel:
    """The pipes to the grader: standard input and output, hidden from all other code of the process."""

    def __init__(self):
        os.closerange(3, _DESCRIPTORS)  # bubblewrap's own, which were for setting up
        self._requests, self._replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1):
            os.dup2(null, descriptor)
        os.close(null)

    def set_up(self) -> AttemptRecorder:
        """Read the setup message: write its files, then apply its limits and its filter.

        Until this is done, the grader can read errors of this process on standard error.
        """
        setup = read_message(self._requests, is_trusted=True)
        problem = _write_files(setup["files"])
        if setup["limits"] is not None:
            confine.confine(setup["limits"], setup["filter"].tobytes())
            replace_pipes()
        else:
            confine.lift_soft_limits()
            end_with_parent()
        if setup["placeholders"]:
            missing_libraries.install_placeholders()
        self.reply({"problem": problem})
        os.dup2(0, 2)
        return AttemptRecorder()

    def requests(self) -> Iterator[Mapping[str, Any]]:
        """The requests, until the grader closes the pipe."""
        while True:
            try:
                yield read_message(self._requests, is_trusted=True)
            except EOFError:
                return

    def reply(self, value: Mapping[str, Any]) -> None:
        """Answer a request. Raises `TooLarge` before anything is sent."""
        write_message(self._replies, value)


def _write_files(files: Mapping[str, np.ndarray]) -> str:
    """Write data files; return what is wrong with them, or ""."""
    for name, data in files.items():
        try:
            _write_file(Path(name), data)
        except (OSError, ValueError) as error:
            return f"{name}: {getattr(error, 'strerror', None) or error}"
    return ""


def _write_file(path: Path, data: np.ndarray) -> None:
    """Write a file and let the submission, which runs as another user, change it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.tobytes())
    path.chmod(0o666)
    for folder in list(path.parents)[:-1]:
        folder.chmod(0o777)


def serve(replies_to: Callable[[Mapping[str, Any]], Iterable[Mapping[str, Any]]]) -> None:
    """Set up the process, then answer every request with what `replies_to` yields for it."""
    channel = Channel()
    attempts = channel.set_up()
    for request in channel.requests():
        for reply in replies_to(request):
            channel.reply({**reply, "attempts": attempts.found()})
