"""What a process inside the sandbox gives up for good before it runs a learner's first line."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from collections.abc import Mapping

USER = 1000
"""Who a submission is inside its sandbox, as user and as group."""

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2


_CAPABILITY_VERSION_3 = 0x20080522
_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def confine(limits: Mapping[str, int], filtered: bytes) -> None:
    """Become nobody in particular, accept the limits, and do without the system calls that `filtered` denies.

    Raises `OSError` if any of it fails.
    """
    _drop_identity()
    _drop_capabilities()
    for kind, most in _resources(limits).items():
        resource.setrlimit(kind, (most, most))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write past the limit raises OSError
    _filter_system_calls(filtered)


def _drop_identity() -> None:
    """The administrator's sandbox starts as its own root, to be left for good here."""
    if os.getuid() != USER:
        os.setgroups([])
        os.setresgid(USER, USER, USER)
        os.setresuid(USER, USER, USER)


def _drop_capabilities() -> None:
    """What the fork server needed to part this process from others; see capset(2)."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    none, left = (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()
    _demand(_libc.capset(header, none))
    _demand(_libc.capget(header, left))
    if any(left):
        raise OSError("rights are left that should have been given up")


def _resources(limits: Mapping[str, int]) -> dict[int, int]:
    return {
        resource.RLIMIT_AS: limits["memory"],
        resource.RLIMIT_CPU: limits["cpu_seconds"],
        resource.RLIMIT_FSIZE: limits["file_size"],
        resource.RLIMIT_NOFILE: limits["open_files"],
        resource.RLIMIT_NPROC: limits["tasks"],
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_SIGPENDING: 256,
    }


def _filter_system_calls(filtered: bytes) -> None:
    program = _Program(len(filtered) // 8, filtered)  # an instruction has eight bytes
    _demand(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    _demand(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0))


def _demand(status: int) -> None:
    if status != 0:
        raise OSError(ctypes.get_errno(), "the system calls could not be restricted")
