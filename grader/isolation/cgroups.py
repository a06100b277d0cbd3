"""Control groups (cgroup v2): limits of Linux for a process and all that it starts, where they are to be had.

A process may divide the control group that it is in only if that is delegated to it: systemd does so for a
unit with `Delegate=yes` (`systemd-run --user --scope -p Delegate=yes COMMAND`), and within a container the
topmost group may be writable. See https://docs.kernel.org/admin-guide/cgroup-v2.html and systemd's
CGROUP_DELEGATION.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")
_CONTROLLERS = ("cpu", "memory", "pids")
_DELEGATED = ("user.delegate", "trusted.delegate")
"""Extended attributes by which systemd marks a group that is its user's own."""


class NoControlGroups(Exception):
    """There are no control groups to be had; the message says why."""


@dataclass(frozen=True)
class GroupLimits:
    """What all processes of a group may use together: bytes of memory, and processes with their threads.

    Groups that are side by side share the processors equally.
    """

    memory: int
    tasks: int


class ControlGroup:
    """A group that is this process's own, as a folder of the cgroup file system."""

    def __init__(self, folder: Path):
        self._folder = folder

    def enter(self) -> None:
        """Move this process, with all that it will start, into the group. Raises `OSError`."""
        (self._folder / "cgroup.procs").write_text(str(os.getpid()))

    def remove(self) -> None:
        """End whatever is left in the group, and remove it."""
        with contextlib.suppress(OSError):
            (self._folder / "cgroup.kill").write_text("1")
        with contextlib.suppress(OSError):
            self._folder.rmdir()


class DelegatedGroup:
    """The control group of this process, divided: a part for what is in it, and others for what it starts.

    It is divided within the `with` block. To enter it raises `NoControlGroups` unless the group is delegated
    to this process, with controllers for processor time, memory and tasks.
    """

    def __init__(self, mount: Path = MOUNT):
        self._mount = mount
        self._count = 0

    def __enter__(self) -> DelegatedGroup:
        self._folder = _own_folder(self._mount)
        self._own = self._folder / f"grader-{os.getpid()}"
        _demand_delegation(self._folder, self._mount)
        try:
            self._own.mkdir(exist_ok=True)
            # A group that gives controllers to others below it has no processes of its own.
            _move_all(self._folder, self._own)
            self._set_controllers("+")
        except OSError as error:
            self.__exit__()
            raise NoControlGroups(f"{self._folder} can't be divided: {error.strerror}") from error
        return self

    def __exit__(self, *error) -> None:
        with contextlib.suppress(OSError):
            self._set_controllers("-")
            _move_all(self._own, self._folder)
            self._own.rmdir()

    def _set_controllers(self, sign: str) -> None:
        text = " ".join(f"{sign}{name}" for name in _CONTROLLERS)
        (self._folder / "cgroup.subtree_control").write_text(text)

    def create(self, limits: GroupLimits) -> ControlGroup:
        """Return a new group with limits. Raises `OSError`."""
        self._count += 1
        folder = self._folder / f"grader-{os.getpid()}-{self._count}"
        folder.mkdir()
        for name, value in (
            ("memory.max", limits.memory),
            ("memory.oom.group", 1),  # memory that runs out ends all of the group, never half of it
            ("pids.max", limits.tasks),
        ):
            (folder / name).write_text(str(value))
        return ControlGroup(folder)


def _move_all(source: Path, target: Path) -> None:
    for process in (source / "cgroup.procs").read_text().split():
        (target / "cgroup.procs").write_text(process)


def _own_folder(mount: Path) -> Path:
    """Return the folder of the group that this process is in."""
    if not (mount / "cgroup.controllers").is_file():
        raise NoControlGroups(f"{mount} is no cgroup v2")
    lines = Path("/proc/self/cgroup").read_text().splitlines()
    own = next((line.removeprefix("0::/") for line in lines if line.startswith("0::/")), None)
    if own is None:
        raise NoControlGroups("this process is in no group of cgroup v2")
    return mount / own


def _demand_delegation(folder: Path, mount: Path) -> None:
    try:
        controllers = (folder / "cgroup.controllers").read_text().split()
    except OSError as error:
        raise NoControlGroups(f"{folder} can't be read: {error.strerror}") from error
    missing = [name for name in _CONTROLLERS if name not in controllers]
    if missing:
        raise NoControlGroups(f"{folder} has no controller for {', '.join(missing)}")
    is_delegated = folder == mount or any(_attribute(folder, name) == b"1" for name in _DELEGATED)
    if not is_delegated or not os.access(folder / "cgroup.subtree_control", os.W_OK):
        raise NoControlGroups(
            f"{folder} is not delegated to this process, as with systemd-run --user --scope -p Delegate=yes"
        )


def _attribute(folder: Path, name: str) -> bytes:
    try:
        return os.getxattr(folder, name)
    except (OSError, AttributeError):
        return b""
