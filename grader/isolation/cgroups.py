"""Control groups (cgroup v2): limits of Linux for a process and all that it starts, where they are to be had.

A process may divide the control group that it is in only if that is delegated to it: systemd does so for a
unit with `Delegate=yes` (`systemd-run --user --scope -p Delegate=yes COMMAND`; root goes without `--user`),
and within a container the topmost group may be writable. See
https://docs.kernel.org/admin-guide/cgroup-v2.html and systemd's CGROUP_DELEGATION.
"""

from __future__ import annotations

import contextlib
import errno
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

MOUNT = Path("/sys/fs/cgroup")
_CONTROLLERS = ("cpu", "memory", "pids")
_PREFIX = "grader-"
"""A grader's own group is called after its process, and those that it makes have a number in addition."""
_END_SECONDS = 5.0
"""How long processes may take to end once they are killed."""
_SYSTEMCTL_SECONDS = 10.0


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

    def add(self, process: int) -> None:
        """Move a process, with all that it will start, into the group. Raises `OSError`."""
        (self._folder / "cgroup.procs").write_text(str(process))

    def remove(self) -> None:
        """End whatever is left in the group, and remove it, if it is still there."""
        with contextlib.suppress(OSError):
            (self._folder / "cgroup.kill").write_text("1")
        deadline = time.monotonic() + _END_SECONDS
        while not _is_removed(self._folder) and time.monotonic() < deadline:
            time.sleep(0.01)  # those that were killed need a moment to end


class DelegatedGroup:
    """The control group of this process, divided: a part for what is in it, and others for what it starts.

    It is divided within the `with` block. To enter it raises `NoControlGroups` unless the group is delegated
    to this process, with controllers for processor time, memory and tasks.
    """

    def __init__(self, mount: Path = MOUNT):
        self._mount = mount
        self._groups: list[ControlGroup] = []

    def __enter__(self) -> DelegatedGroup:
        self._folder = _folder_to_divide(self._mount)
        self._own = self._folder / f"{_PREFIX}{os.getpid()}"
        _demand_delegation(self._folder, self._mount)
        try:
            self._own.mkdir(exist_ok=True)
            _clear_away(self._folder, self._own)
            # A group that gives controllers to others below it has no processes of its own.
            _move_all(self._folder, self._own)
            self._set_controllers("+")
        except OSError as error:
            self.__exit__()
            raise NoControlGroups(f"{self._folder} can't be divided: {error.strerror}") from error
        return self

    def __exit__(self, *error) -> None:
        for group in self._groups:
            group.remove()
        with contextlib.suppress(OSError):
            self._set_controllers("-")
        with contextlib.suppress(OSError):
            _move_all(self._own, self._folder)
            self._own.rmdir()

    def _set_controllers(self, sign: str) -> None:
        text = " ".join(f"{sign}{name}" for name in _CONTROLLERS)
        (self._folder / "cgroup.subtree_control").write_text(text)

    def create(self, limits: GroupLimits) -> ControlGroup:
        """Return a new group with limits. Raises `OSError`, for example if there may be no more groups."""
        folder = self._folder / f"{self._own.name}-{len(self._groups) + 1}"
        folder.mkdir()
        self._groups.append(ControlGroup(folder))
        for name, value in (
            ("memory.max", limits.memory),
            ("memory.oom.group", 1),  # memory that runs out ends all of the group, never half of it
            ("pids.max", limits.tasks),
        ):
            (folder / name).write_text(str(value))
        with contextlib.suppress(OSError):  # a kernel may count no swap
            (folder / "memory.swap.max").write_text("0")
        return self._groups[-1]


def _processes(folder: Path) -> list[str]:
    return (folder / "cgroup.procs").read_text().split()


def _move_all(source: Path, target: Path) -> None:
    moved: set[str] = set()
    while new := [process for process in _processes(source) if process not in moved]:  # they start others
        for process in new:
            with contextlib.suppress(ProcessLookupError):  # it has ended meanwhile
                (target / "cgroup.procs").write_text(process)
        moved.update(new)


def _is_removed(folder: Path) -> bool:
    """Remove the folder of a group; False if the group still has processes."""
    try:
        folder.rmdir()
    except OSError as error:
        return error.errno != errno.EBUSY
    return True


def _clear_away(folder: Path, own: Path) -> None:
    """Remove the groups of graders that were killed; what else was in one's own group goes to `own`."""
    for killed in sorted(folder.glob(f"{_PREFIX}*")):
        if killed != own and _is_killed(killed):
            for group in sorted(folder.glob(f"{killed.name}-*")):
                ControlGroup(group).remove()
            _move_all(killed, own)
            killed.rmdir()


def _is_killed(group: Path) -> bool:
    """Whether the group was a grader's own, and that grader is there no more."""
    pid = group.name.removeprefix(_PREFIX)
    try:
        return pid.isdecimal() and pid not in _processes(group)
    except OSError:
        return False


def _folder_to_divide(mount: Path) -> Path:
    """Return the folder of this process's group, or of the one that a grader has divided before.

    What is in the same group as a grader that is killed stays in the part that was its own.
    """
    folder = _own_folder(mount)
    if not folder.name.startswith(_PREFIX):
        return folder
    if not _is_killed(folder):
        raise NoControlGroups(f"{folder.parent} is divided by a grader that still runs")
    return folder.parent


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
    may_write = os.access(folder / "cgroup.subtree_control", os.W_OK)
    if not may_write or not (_is_container(mount) if folder == mount else _delegates(folder, mount)):
        user = "" if os.geteuid() == 0 else "--user "
        raise NoControlGroups(
            f"{folder} is not delegated to this process, as with systemd-run {user}--scope -p Delegate=yes"
        )


def _is_container(mount: Path) -> bool:
    """Whether the topmost group is that of a container: the machine's own has no type."""
    return (mount / "cgroup.type").is_file()


def _delegates(folder: Path, mount: Path) -> bool:
    """Whether systemd says that the group is that of a unit which is delegated.

    The manager of a user's units does not mark groups by extended attributes, as that of the system does.
    """
    path = folder.relative_to(mount)
    is_users = any(part.startswith("user@") for part in path.parts)
    manager = ["--user"] if is_users else []
    command = ["systemctl", *manager, "show", "--property=ControlGroup,Delegate", "--", path.name]
    try:
        shown = subprocess.run(
            command, capture_output=True, text=True, timeout=_SYSTEMCTL_SECONDS, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return False
    return {f"ControlGroup=/{path}", "Delegate=yes"} <= set(shown.splitlines())
