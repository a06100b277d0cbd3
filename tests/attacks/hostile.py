"""What the attacks aim at: a host with secrets and listening ears, and honest students in the same batch."""

from __future__ import annotations

import os
import select
import socket
import sqlite3
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from grader.isolation import sandbox
from tests.conftest import ROOT

FILES = Path(__file__).with_name("files")
SECRET = "the secret of the host"


@dataclass
class Host:
    """Places on this machine that no submission may reach; `names` are what the attacks call them."""

    folder: Path
    ears: list[socket.socket] = field(default_factory=list)

    def __post_init__(self):
        self.home, self.canary = self.folder / "home", self.folder / "canary"
        self.home.mkdir()
        self.canary.write_text(SECRET)
        self.gradebook = self.folder / "gradebook.db"
        with sqlite3.connect(self.gradebook) as book:
            book.execute("CREATE TABLE grade (auto_score REAL)")
            book.execute("INSERT INTO grade VALUES (1)")
        tcp = self._ear(socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        self.port = tcp.getsockname()[1]
        self._ear(socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", self.port))
        self._ear(socket.AF_UNIX, socket.SOCK_STREAM, str(self.folder / "socket"))
        self._ear(socket.AF_UNIX, socket.SOCK_STREAM, f"\0attack-{os.getpid()}")
        for place in (self.folder, self.home, self.canary, self.gradebook, self.folder / "socket"):
            place.chmod(0o777)

    def _ear(self, family: int, kind: int, address) -> socket.socket:
        ear = socket.socket(family, kind)
        ear.bind(address)
        ear.setblocking(False)
        if kind == socket.SOCK_STREAM:
            ear.listen()
        self.ears.append(ear)
        return ear

    def names(self, neighbour: Path) -> Mapping[str, str]:
        """The words between at signs in the text of an attack, and what they stand for."""
        return {
            "@ROOT@": str(ROOT),
            "@SITE@": sysconfig.get_path("purelib"),
            "@HOME@": str(self.home),
            "@CANARY@": str(self.canary),
            "@GRADEBOOK@": str(self.gradebook),
            "@NEIGHBOUR@": str(neighbour),
            "@PORT@": str(self.port),
            "@SOCKET@": str(self.folder / "socket"),
            "@ABSTRACT@": f"attack-{os.getpid()}",
        }

    def heard(self) -> list[str]:
        """Which ears heard something."""
        return [str(ear.getsockname()) for ear in self.ears if _hears(ear)]

    def touched(self) -> list[str]:
        """What is not as it was."""
        with sqlite3.connect(self.gradebook) as book:
            scheme = book.execute("SELECT type, name FROM sqlite_master").fetchall()
            marks = book.execute("SELECT auto_score FROM grade").fetchall()
        found = [str(path) for path in self.home.rglob("*")]
        if not self.canary.exists() or self.canary.read_text() != SECRET:
            found.append("the canary")
        if scheme != [("table", "grade")] or marks != [(1.0,)]:
            found.append("the gradebook")
        return found

    def close(self) -> None:
        """Stop listening."""
        for ear in self.ears:
            ear.close()


def _hears(ear: socket.socket) -> bool:
    try:
        ear.accept() if ear.type == socket.SOCK_STREAM else ear.recv(100)
    except BlockingIOError:
        return False
    return True


def attacks() -> list[str]:
    """The names of the hostile files."""
    return sorted(file.stem for file in FILES.glob("*.py"))


def text_of(name: str, names: Mapping[str, str]) -> str:
    """A hostile file as it is handed in on this host."""
    text = (FILES / f"{name}.py").read_text()
    for word, place in names.items():
        text = text.replace(word, place)
    return text


@contextmanager
def watched() -> Iterator[list[int]]:
    """Collects a descriptor of the first process of every submission; no other of it outlives it."""
    first, fork = [], sandbox.ForkServer.fork

    def forked(server, limits):
        made = fork(server, limits)
        first.append(os.dup(made._process))
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox.ForkServer, "fork", forked)
        yield first
    for descriptor in first:
        os.close(descriptor)


def alive(first: list[int]) -> int:
    """How many of the submissions still have a process."""
    ended, _, _ = select.select(first, [], [], 0)
    return len(first) - len(ended)
