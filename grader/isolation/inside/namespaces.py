"""Parts a process from all others of its sandbox, before it is confined."""

from __future__ import annotations

import ctypes
import os

SUBMISSION_FOLDER = "/submission"
"""Where a submission may write."""

_MOUNTS, _NAMES, _IPC, _PROCESSES, _NETWORK = 0x20000, 0x4000000, 0x8000000, 0x20000000, 0x40000000
_MS_NOSUID, _MS_NODEV, _MS_REC, _MS_PRIVATE = 2, 4, 0x4000, 0x40000
_libc = ctypes.CDLL(None, use_errno=True)


def unshare() -> None:
    """Give this process mounts, messages, names and a network of its own, and its next child a new pid 1.

    Raises `OSError`.
    """
    _demand(_libc.unshare(_MOUNTS | _NAMES | _IPC | _PROCESSES | _NETWORK))
    _demand(_libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None))


def mount_folder(size: int) -> None:
    """Lay an empty folder of at most `size` bytes, in memory, over the one that is there, and go into it.

    Raises `OSError`.
    """
    options = f"size={size},mode=1777".encode()
    _demand(_libc.mount(b"tmpfs", SUBMISSION_FOLDER.encode(), b"tmpfs", _MS_NOSUID | _MS_NODEV, options))
    os.chdir(SUBMISSION_FOLDER)


def _demand(status: int) -> None:
    if status != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
