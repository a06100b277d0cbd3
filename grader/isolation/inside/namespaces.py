"""Separates a process from all others of its sandbox, before it is confined."""

from __future__ import annotations

import os

from grader.isolation.inside.libc import check, libc

SUBMISSION_FOLDER = "/submission"
"""The only folder that a submission may write to."""

_CLONE_NEWNS, _CLONE_NEWUTS, _CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
_CLONE_NEWPID, _CLONE_NEWNET = 0x20000000, 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_REC, _MS_PRIVATE = 2, 4, 0x4000, 0x40000


def unshare() -> None:
    """Enter new mount, UTS, IPC and network namespaces; the next child is pid 1 of a new pid namespace.

    Raises `OSError`. See unshare(2).
    """
    check(libc.unshare(_CLONE_NEWNS | _CLONE_NEWUTS | _CLONE_NEWIPC | _CLONE_NEWPID | _CLONE_NEWNET))
    check(libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None))


def mount_folder(size: int) -> None:
    """Mount an empty folder in memory, of at most `size` bytes, at `SUBMISSION_FOLDER` and change to it.

    Raises `OSError`.
    """
    options = f"size={size},mode=1777".encode()
    check(libc.mount(b"tmpfs", SUBMISSION_FOLDER.encode(), b"tmpfs", _MS_NOSUID | _MS_NODEV, options))
    os.chdir(SUBMISSION_FOLDER)
