"""What Dask calls on a worker. Scheduler and workers import this, so it imports nothing of weight."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from multiprocessing import Pipe
from queue import SimpleQueue
from typing import Any

READY = b"ready"
"""What a process that grades says first, if a sandbox has started and ended; else an encoded `Failure`."""
_START_SECONDS = 60.0
_teams: dict[str, Team] = {}
"""The processes of this worker by the gradings that they are for."""


class Team:
    """As many processes that grade as the worker has threads; each carries out one order at a time.

    `setup` is a pickled `grading_server.Setup`, `client` names who asked for them.
    """

    def __init__(self, setup: bytes, count: int, client: str):
        self.client = client
        self._servers = [_Server(setup) for _ in range(count)]
        self._idle: SimpleQueue[_Server] = SimpleQueue()

    def start(self) -> str:
        """Start the processes. Return why nothing can be graded here, or ""."""
        try:
            for server in self._servers:
                server.start()
            why = next(filter(None, [server.demand_ready() for server in self._servers]), "")
        except OSError as error:
            why = f"Its process that grades does not start: {error}."
        if why:
            self.end()
        for server in self._servers:
            self._idle.put(server)
        return why

    def answer(self, order: bytes) -> bytes:
        """Carry out a pickled order with its files. Raises `EOFError` or `OSError` if the process ends."""
        server = self._idle.get()
        try:
            return server.answer(order)
        finally:
            self._idle.put(server)

    def end(self) -> None:
        """End the processes, whatever they do."""
        for server in self._servers:
            server.end()


class _Server:
    """A process of `grading_server`, which is started again after it has ended."""

    def __init__(self, setup: bytes):
        self._setup = setup
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        self._connection, theirs = Pipe()
        with theirs:
            module = "grader.classroom.cluster.grading_server"
            command = [sys.executable, "-P", "-m", module, str(theirs.fileno())]
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
            )
        self._connection.send_bytes(self._setup)

    def demand_ready(self) -> str:
        """Return why nothing can be graded here, or ""."""
        from grader.classroom.answers import decode

        try:
            if not self._connection.poll(_START_SECONDS):
                return f"Its process that grades did not start in {_START_SECONDS:g} s."
            said = self._connection.recv_bytes()
        except (EOFError, OSError):
            return "Its process that grades does not start; the worker's log may say why."
        return "" if said == READY else decode(said).reason.partition("\n\n")[0]  # advice follows

    def answer(self, order: bytes) -> bytes:
        if self._process.poll() is not None:
            self.start()
            if why := self.demand_ready():
                raise EOFError(why)
        self._connection.send_bytes(order)
        return self._connection.recv_bytes()

    def end(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()


def edition() -> Mapping[str, str]:
    """Return what a machine grades with."""
    from grader.classroom.cluster.edition import edition

    return edition()


async def prepare(name: str, client: str, wanted: Mapping[str, str], setup: bytes, dask_worker: Any) -> str:
    """Make a worker ready for the grading `name`. Return why it cannot take part, or "".

    What is there for another client is ended: that one has been killed.
    """
    from grader.classroom.cluster.edition import difference

    if why := difference(wanted, edition()):
        return why
    if name in _teams and _teams[name].client == client:
        return ""
    dismiss(name)
    # From now on it can be dismissed, also while it starts.
    team = _teams[name] = Team(setup, dask_worker.state.nthreads, client)
    if (why := await asyncio.to_thread(team.start)) and _teams.get(name) is team:
        del _teams[name]
    return why


def carry_out(name: str, order: bytes) -> bytes | None:
    """Carry out a pickled order with its files. Return None if this worker has no part in the grading."""
    from grader.classroom.answers import Failure, encode

    if name not in _teams:
        return None
    try:
        return _teams[name].answer(order)
    except (EOFError, OSError):
        return encode(Failure("The process that looked at it came to an end.", may_be_the_machines=True))


def dismiss(name: str) -> None:
    """End a worker's part in a grading."""
    if team := _teams.pop(name, None):
        team.end()
