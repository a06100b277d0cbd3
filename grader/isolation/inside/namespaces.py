"""Separates a process from all others of its sandbox, before it is confined."""

from __future__ import annotations

import os

from grader.isolation.inside.libc import check, libc

SUBMISSION_FOLDER = "/submission"
"""The only folder that a submission may write to."""

DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "full", "random", "urandom"))
NULL_FILE = "/proc/self/cmdline"
"""Where /dev/null is mounted too, since TensorFlow looks up its arguments: there are none."""

_CLONE_NEWNS, _CLONE_NEWUTS, _CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
_CLONE_NEWPID, _CLONE_NEWNET = 0x20000000, 0x40000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT, _MS_BIND = 1, 2, 4, 8, 0x20, 0x1000
_MS_REC, _MS_PRIVATE = 0x4000, 0x40000


def unshare() -> None:
    """Enter new mount, UTS, IPC and network namespaces; the next child is pid 1 of a new pid namespace.

    The devices are mounted read-only there. Raises `OSError`. See unshare(2).
    """
    check(libc.unshare(_CLONE_NEWNS | _CLONE_NEWUTS | _CLONE_NEWIPC | _CLONE_NEWPID | _CLONE_NEWNET))
    check(libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None))
    for path in (*DEVICES, NULL_FILE):
        # All sandboxes share the devices. Whoever may write to a file may also set its times, which others
        # see, unless it is mounted read-only. What a device does is the same.
        flags = _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NOEXEC
        check(libc.mount(None, path.encode(), None, flags, None))


def mount_folder(size: int, files: int) -> None:
    """Mount an empty folder in memory, of at most `size` bytes, at `SUBMISSION_FOLDER` and change to it.

    It takes at most so many files and folders, each of which costs the kernel memory. Raises `OSError`.
    """
    options = f"size={size},nr_inodes={files + 1},mode=1777".encode()
    check(libc.mount(b"tmpfs", SUBMISSION_FOLDER.encode(), b"tmpfs", _MS_NOSUID | _MS_NODEV, options))
    os.chdir(SUBMISSION_FOLDER)
