"""What the attacks aim at: a host with secrets and listening ears, and honest students in the same batch."""

from __future__ import annotations

import os
import re
import socket
import sqlite3
import sysconfig
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

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


class Watched:
    """The first processes of submissions, in a file, since forks of this process have some started, too.

    No other process of a submission outlives its first one.
    """

    def __init__(self, file: Path):
        self._file = file
        file.touch()

    def add(self, descriptor: int) -> None:
        """Add the process of a pidfd."""
        about = Path(f"/proc/self/fdinfo/{descriptor}").read_text()
        process = re.search(r"^Pid:\s*(\d+)", about, re.MULTILINE)[1]
        with self._file.open("a") as opened:
            opened.write(f"{process} {_begun(process)}\n")

    def __iter__(self) -> Iterator[list[str]]:
        return map(str.split, self._file.read_text().splitlines())

    def __len__(self) -> int:
        return len(list(self))


@contextmanager
def watched() -> Iterator[Watched]:
    """Collects the first process of every submission."""
    fork = sandbox.ForkServer.fork

    def forked(server, limits):
        made = fork(server, limits)
        found.add(made._process)
        return made

    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        found = Watched(Path(folder, "processes"))
        patch.setattr(sandbox.ForkServer, "fork", forked)
        yield found


def alive(submissions: Watched) -> int:
    """How many of the submissions still have a process."""
    return sum(_begun(process) == begun for process, begun in submissions)


def _begun(process: str) -> str:
    """When a process began, in ticks of the clock; "" if it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if fields[0] in "ZX" else fields[19]
