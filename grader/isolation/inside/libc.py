"""The C library, for system calls that Python does not wrap."""

from __future__ import annotations

import ctypes
import os
import signal

_PR_SET_PDEATHSIG = 1

libc = ctypes.CDLL(None, use_errno=True)


def check(status: int) -> None:
    """Raise `OSError` unless a call returned 0."""
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def end_with_parent() -> None:
    """Let the kernel end this process when the thread that started it has ended; only Linux can.

    A grader that is killed tells its workers nothing, and one in an endless loop does not look for it.
    """
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
