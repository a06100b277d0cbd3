"""What a process in the sandbox gives up for good before it runs a learner's code."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from collections.abc import Mapping

from grader.isolation.inside.libc import check, libc

USER = 1000
"""The user id and group id of a submission inside its sandbox."""

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_CAPABILITY_VERSION_3 = 0x20080522


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def confine(limits: Mapping[str, int], call_filter: bytes) -> None:
    """Drop root and all capabilities, apply the resource limits, then the system call filter.

    `limits` are the fields of `grader.isolation.limits.Limits`, `call_filter` is a BPF program (see
    `grader.isolation.seccomp`). Raises `OSError` if any step fails.
    """
    _drop_identity()
    _drop_capabilities()
    for kind, most in _resources(limits).items():
        resource.setrlimit(kind, (most, most))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # a write past the limit raises OSError
    _filter_system_calls(call_filter)


def lift_soft_limits() -> None:
    """Undo the limits that the grader has for itself: a process has those that are set for it."""
    for kind in (resource.RLIMIT_DATA, resource.RLIMIT_CPU):
        most = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (most, most))


def _drop_identity() -> None:
    """Leave root for good: a sandbox that root started begins as root of its own user namespace."""
    if os.getuid() != USER:
        os.setgroups([])
        os.setresgid(USER, USER, USER)
        os.setresuid(USER, USER, USER)


def _drop_capabilities() -> None:
    """Drop what the fork server needed to separate this process from others. See capset(2)."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    none, left = (ctypes.c_uint32 * 6)(), (ctypes.c_uint32 * 6)()
    check(libc.capset(header, none))
    check(libc.capget(header, left))
    if any(left):
        raise OSError("capabilities are left that should have been dropped")


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


def _filter_system_calls(call_filter: bytes) -> None:
    program = _Program(len(call_filter) // 8, call_filter)  # an instruction has eight bytes
    check(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    check(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0))
