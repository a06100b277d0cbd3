"""What all processes that run a learner's code have in common: messages, confinement, findings."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grader.isolation.inside import confine, missing_libraries
from grader.isolation.inside.audit import AttemptRecorder
from grader.isolation.inside.wire import read_message, write_message

_DESCRIPTORS = 4096


class Channel:
    """The way to whoever asks: standard input and output, which are taken from everybody else."""

    def __init__(self):
        os.closerange(3, _DESCRIPTORS)  # bubblewrap's, which were for setting up
        self._requests, self._replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1):
            os.dup2(nothing, descriptor)
        os.close(nothing)

    def set_up(self) -> AttemptRecorder:
        """Obey the order that comes first: lay out the files, accept the limits and the filter.

        Until then whoever started this process can read on standard error why it could not go on.
        """
        setup = read_message(self._requests, is_trusted=True)
        for name, data in setup["files"].items():
            _write(Path(name), data)
        if setup["limits"] is not None:
            confine.confine(setup["limits"], setup["filter"].tobytes())
        if setup["placeholders"]:
            missing_libraries.install_placeholders()
        self.reply({"ready": True})
        os.dup2(0, 2)
        return AttemptRecorder()

    def requests(self) -> Iterator[Mapping[str, Any]]:
        """The requests, until there are no more."""
        while True:
            try:
                yield read_message(self._requests, is_trusted=True)
            except EOFError:
                return

    def reply(self, value: Mapping[str, Any]) -> None:
        """Answer a request. Raises `TooLarge` before anything is sent."""
        write_message(self._replies, value)


def _write(place: Path, data: np.ndarray) -> None:
    """Lay out a file that the submission may change; it is somebody else's process that does."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data.tobytes())
    place.chmod(0o666)
    for folder in list(place.parents)[:-1]:
        folder.chmod(0o777)


def serve(handle: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
    """Accept the order, then answer every request with what `handle` makes of it."""
    channel = Channel()
    attempts = channel.set_up()
    for request in channel.requests():
        reply = handle(request)
        channel.reply({**reply, "attempts": attempts.found()})
