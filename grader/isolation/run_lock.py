"""Keeps sandboxes apart that must not live at the same time, over all processes of one user.

The filter for system calls (`grader.isolation.seccomp`) leaves two runs at a time a clock and the machine's
caches to tell each other something. So submissions are judged under the shared lock, and a notebook runs for
its outputs, with TensorFlow, under the exclusive one.

The lock is fair: everybody first takes a turn, which one holds at a time, and keeps it until the lock is
theirs. So whoever comes after a waiting run waits behind it. A process that ends releases its locks. Where
Python has no `fcntl` there are no sandboxes, and no locks.
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from collections.abc import Iterator

from grader.isolation import packages, sandbox

try:
    import fcntl
except ImportError:
    fcntl = None

FOLDER = "/tmp/backpropagation-{user}"
"""A private folder, the same for all processes of a user, whatever their environment says."""


class _Held(threading.local):
    """What this thread holds; it may take the same lock again."""

    is_exclusive = False
    times = 0
    descriptor: int | None = None


_held = _Held()


@contextlib.contextmanager
def shared() -> Iterator[None]:
    """Hold the lock that excludes `exclusive`, and nobody else.

    Raises `sandbox.SandboxError` if its folder is not private, `RuntimeError` within `exclusive`.
    """
    with _lock(is_exclusive=False):
        yield


@contextlib.contextmanager
def exclusive() -> Iterator[None]:
    """Hold the lock that excludes all others. Fork servers with TensorFlow are stopped before it is released.

    Raises `sandbox.SandboxError` if its folder is not private, `RuntimeError` within `shared`.
    """
    with _lock(is_exclusive=True):
        try:
            yield
        finally:
            if _held.times == 1:
                sandbox.stop_idle_servers(packages.WITH_TENSORFLOW)


@contextlib.contextmanager
def _lock(is_exclusive: bool) -> Iterator[None]:
    if _held.times and _held.is_exclusive != is_exclusive:
        raise RuntimeError("a thread that waits for itself would wait for ever")
    if not _held.times:
        _held.descriptor, _held.is_exclusive = _acquire(is_exclusive), is_exclusive
    _held.times += 1
    try:
        yield
    finally:
        _held.times -= 1
        if not _held.times and _held.descriptor is not None:
            _release(_held.descriptor)


def _acquire(is_exclusive: bool) -> int | None:
    """Wait for the lock and return the descriptor that holds it."""
    if fcntl is None:
        return None
    turn, lock = _open_files("turn", "lock")
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        fcntl.flock(lock, fcntl.LOCK_EX if is_exclusive else fcntl.LOCK_SH)
    except BaseException:
        _release(lock)
        raise
    finally:
        _release(turn)
    return lock


def _release(descriptor: int) -> None:
    fcntl.flock(descriptor, fcntl.LOCK_UN)  # a process that has been forked meanwhile has the descriptor, too
    os.close(descriptor)


def _open_files(*names: str) -> list[int]:
    """Open files of the private folder. Raises `sandbox.SandboxError` if it may be somebody else's."""
    user = os.geteuid()
    path = FOLDER.format(user=user)
    try:
        with contextlib.suppress(FileExistsError):
            os.mkdir(path, 0o700)
        folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise _not_private(path) from error
    try:
        found = os.fstat(folder)
        if found.st_uid != user or stat.S_IMODE(found.st_mode) & 0o077:
            raise _not_private(path)
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW
        return [os.open(name, flags, 0o600, dir_fd=folder) for name in names]
    except OSError as error:
        raise _not_private(path) from error
    finally:
        os.close(folder)


def _not_private(path: str) -> sandbox.SandboxError:
    return sandbox.SandboxError(
        f"{path} keeps runs of submissions apart. It has to be a folder of yours that nobody else can enter. "
        "Remove it, then try again."
    )
