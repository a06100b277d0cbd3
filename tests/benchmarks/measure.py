"""Measures a command with all processes that come of it: `python -m tests.benchmarks.measure COMMAND ...`.

CPU time is what a control group (cgroup v2) accounts, which no process leaves. Where none can be made, it is
what the system adds up of the processes that end and are waited for, and here orphans are waited for, too;
that misses processes that die unwaited for, as some do with the namespace of a sandbox.
Memory is the sum of the processes' proportional shares (PSS), looked at twice a second from outside: more
often, looking would itself keep a tenth of a core busy.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import resource
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import psutil

INTERVAL = 0.5
_PR_SET_CHILD_SUBREAPER = 36
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


@dataclass(frozen=True)
class Usage:
    """What a command took: seconds, and bytes at the highest.

    `cpu` is of all processes, `main` of the one that was started alone.
    """

    cpu: float
    main: float
    wall: float
    memory: int


class CommandFailed(Exception):
    """A measured command ended with another exit code than 0; the message has what it printed."""


def accounting() -> str:
    """Return in words how CPU time is measured here."""
    return "a control group" if can_group() else "waiting for all processes (no control group can be made)"


def measure(command: Sequence[str | os.PathLike], *, grouped: bool | None = None, **options) -> Usage:
    """Run a command to its end, with options of `subprocess.Popen`, and return what it took.

    Processes that it leaves behind are killed. This process must have no other children. With `grouped=False`
    there is no control group. Raises `CommandFailed`.
    """
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    account = _group if (can_group() if grouped is None else grouped) else _waiting
    with tempfile.TemporaryFile() as output, account() as (enter, cpu_seconds):
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, preexec_fn=enter, **options
        )
        try:
            memory = _watch(process.pid)
            wall, main = time.perf_counter() - start, _own_seconds(process.pid)
            code = process.wait()
        finally:
            _end_orphans()
        if code:
            output.seek(0)
            raise CommandFailed(f"{command} ended with {code}: {output.read().decode(errors='replace')}")
        return Usage(cpu_seconds(), main, wall, memory)


Account = tuple[Callable[[], None] | None, Callable[[], float]]
"""What a new process calls to be accounted, and what gives the CPU seconds so far."""


@contextlib.contextmanager
def _group() -> Iterator[Account]:
    """Make a control group below this process's own. Raises `OSError` or `StopIteration` if that can't be."""
    mounts = (line.split() for line in Path("/proc/self/mounts").read_text().splitlines())
    root = next(Path(mount[1]) for mount in mounts if mount[2] == "cgroup2")
    own = next(line for line in Path("/proc/self/cgroup").read_text().splitlines() if line.startswith("0::/"))
    group = root / own.removeprefix("0::/") / f"benchmark-{os.getpid()}"
    group.mkdir()
    try:
        yield (
            lambda: (group / "cgroup.procs").write_text(str(os.getpid())),
            lambda: int((group / "cpu.stat").read_text().split()[1]) / 1e6,
        )
    finally:
        group.rmdir()


@contextlib.contextmanager
def _waiting() -> Iterator[Account]:
    def seconds() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    before = seconds()
    yield None, lambda: seconds() - before


@cache
def can_group() -> bool:
    """Whether this process may make a control group and start a process in it."""
    try:
        with _group() as (enter, _):
            subprocess.run(["true"], preexec_fn=enter, check=True)
    except (OSError, StopIteration, subprocess.SubprocessError):
        return False
    return True


def _watch(pid: int) -> int:
    """Wait for the end of a child, leaving it to be waited for, and return the highest memory seen."""
    highest, ends = 0, select.poll()
    ends.register(descriptor := os.pidfd_open(pid), select.POLLIN)
    while not ends.poll(1000 * INTERVAL):
        highest = max(highest, sum(map(_memory, psutil.Process().children(recursive=True))))
    os.close(descriptor)
    return highest


def _memory(process: psutil.Process) -> int:
    try:
        found = _PSS.search(Path(f"/proc/{process.pid}/smaps_rollup").read_text())
        return int(found[1]) * 1024 if found else 0
    except OSError:  # it has ended
        return 0


def _own_seconds(pid: int) -> float:
    """Return the CPU seconds of a process that has ended, its children's left out."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _end_orphans() -> None:
    """Kill what a command has left behind, and wait for all of it."""
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


if __name__ == "__main__":
    print(json.dumps(asdict(measure(sys.argv[1:]))))
