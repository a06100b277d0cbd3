"""The C library, for system calls that Python does not wrap."""

from __future__ import annotations

import ctypes
import os

libc = ctypes.CDLL(None, use_errno=True)


def check(status: int) -> None:
    """Raise `OSError` unless a call returned 0."""
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
