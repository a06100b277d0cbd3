"""Pipes whose inode numbers tell nothing about the machine.

The inode number of an ordinary pipe or socket is the next of a counter of the whole machine. Whoever makes
many advances it, and whoever makes one sees where it is. So a sandbox has FIFOs in its own folder instead,
and no call for pipes and sockets.
"""

from __future__ import annotations

import os
import socket

from grader.isolation.inside.namespaces import SUBMISSION_FOLDER


def pipe() -> tuple[int, int]:
    """Return the descriptors to read from and to write to, as `os.pipe` does."""
    path = f"{SUBMISSION_FOLDER}/{os.urandom(8).hex()}"
    os.mkfifo(path, 0o600)
    reading = -1
    try:
        reading = os.open(path, os.O_RDONLY | os.O_NONBLOCK)  # does not wait for a writer
        writing = os.open(path, os.O_WRONLY)
    except OSError:
        if reading >= 0:
            os.close(reading)
        raise
    finally:
        os.unlink(path)
    os.set_blocking(reading, True)
    return reading, writing


class _End:
    """One end of a pipe, with the methods of a socket by which asyncio wakes itself."""

    def __init__(self, descriptor: int):
        self._descriptor = descriptor

    def fileno(self) -> int:
        return self._descriptor

    def setblocking(self, flag: bool) -> None:
        os.set_blocking(self._descriptor, flag)

    def recv(self, size: int) -> bytes:
        return os.read(self._descriptor, size)

    def send(self, data: bytes) -> int:
        return os.write(self._descriptor, data)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _one_way_pair() -> tuple[_End, _End]:
    """Stand in for `socket.socketpair`: what is sent to the second end can be received at the first."""
    reading, writing = pipe()
    return _End(reading), _End(writing)


def replace_pipes() -> None:
    """Let `os.pipe` and `socket.socketpair` of this process do without the calls that the filter denies."""
    os.pipe, socket.socketpair = pipe, _one_way_pair
