"""The system call filter of a submission: which calls the kernel allows.

The list has what Python and the libraries of the lessons need in one process without a network. All else
fails with EPERM: among it whatever could carry something from one sandbox to another on purpose, since all
share a kernel and read-only files. A lock, a lease, a watch or a hint on such a file would reach others, and
so would a futex in memory that is mapped from it. Nor are there counters of the whole machine (sysinfo,
statfs, and pipes: see `inside.pipes`), or memory that no limit of a process counts (memfd_create, shmget).
"""

from __future__ import annotations

import errno
import fcntl
import os
import stat
from functools import cache

_FILES = (
    *("read", "readv", "pread64", "write", "writev", "pwrite64", "lseek", "sendfile", "close", "close_range"),
    *("open", "openat", "creat", "access", "faccessat", "faccessat2", "readlink", "readlinkat"),
    *("stat", "fstat", "lstat", "newfstatat", "getdents", "getdents64"),
    *("getcwd", "chdir", "fchdir", "mkdir", "mkdirat", "rmdir", "unlink", "unlinkat", "link", "linkat"),
    *("rename", "renameat", "renameat2", "symlink", "symlinkat", "chmod", "fchmod", "fchmodat", "fchmodat2"),
    *("truncate", "ftruncate", "fallocate", "fsync", "fdatasync", "umask", "dup", "dup2", "dup3"),
    *("utime", "utimes", "futimesat", "utimensat"),
)
"""What may be changed is up to the mounts: all that sandboxes share is read-only (`inside.namespaces`)."""

_WAITING = (
    *("poll", "ppoll", "select", "pselect6", "epoll_create", "epoll_create1", "epoll_ctl", "epoll_wait"),
    *("epoll_pwait", "eventfd2", "pause", "nanosleep"),
    *("clock_nanosleep", "restart_syscall", "sched_yield"),
)
_TIME = (
    *("clock_gettime", "clock_getres", "gettimeofday", "time", "times", "alarm", "getitimer", "setitimer"),
    *("getrusage",),
)
_SIGNALS = (
    *("rt_sigaction", "rt_sigprocmask", "rt_sigpending", "rt_sigreturn", "rt_sigsuspend", "rt_sigtimedwait"),
    *("sigaltstack", "kill", "tkill", "tgkill"),
)
"""A submission sees no process but its own: it is alone in a pid namespace."""

_MEMORY = ("brk", "munmap", "mremap", "mprotect", "msync")
_THREADS = ("set_robust_list", "get_robust_list", "rseq", "sched_getaffinity", "getcpu", "exit", "exit_group")
_IDENTITY = (
    *("getpid", "getppid", "gettid", "getpgid", "getpgrp", "getsid", "wait4", "waitid"),
    *("getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid", "getgroups", "capget"),
    *("uname", "getrandom", "getrlimit", "setrlimit"),
)
ALLOWED = (*_FILES, *_WAITING, *_TIME, *_SIGNALS, *_MEMORY, *_THREADS, *_IDENTITY)
"""The calls that are allowed with whatever arguments. A call that this machine does not have is left out."""

_DESCRIPTOR = (fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD)
_FLAGS = (fcntl.F_GETFL, fcntl.F_SETFL)
_TCGETS, _TIOCGWINSZ, _FIONREAD = 0x5401, 0x5413, 0x541B
_FIONBIO, _FIONCLEX, _FIOCLEX = 0x5421, 0x5450, 0x5451
_MADVICE = (
    *(0, 1, 2, 3, 4, 8),  # MADV_NORMAL, _RANDOM, _SEQUENTIAL, _WILLNEED, _DONTNEED, _FREE
    *(10, 11, 14, 15, 16, 17),  # _DONTFORK, _DOFORK, _HUGEPAGE, _NOHUGEPAGE, _DONTDUMP, _DODUMP
)
_PRCTL = (
    *(3, 15, 16),  # PR_GET_DUMPABLE, _SET_NAME, _GET_NAME
    *(21, 23, 39),  # PR_GET_SECCOMP, _CAPBSET_READ, _GET_NO_NEW_PRIVS
)
COMMANDS = {
    "fcntl": (1, (*_DESCRIPTOR, *_FLAGS)),
    "ioctl": (1, (_TCGETS, _TIOCGWINSZ, _FIONREAD, _FIONBIO, _FIONCLEX, _FIOCLEX)),
    "madvise": (2, _MADVICE),
    "prctl": (0, _PRCTL),
    "prlimit64": (0, (0,)),  # of this process
}
"""The calls that are allowed if one argument, given by its place, has one of these values."""

_ALL_BITS = 0xFFFFFFFF
_THREAD_FLAGS, _CLONE_DETACHED = 0x3D0F00, 0x400000
_MAP_HUGETLB = 0x40000
_FILE_TYPE = 0o170000
_FUTEX_COMMAND, _FUTEX_PRIVATE = 0x7F, 0x80
_SHARED_FUTEX = {0: errno.EAGAIN, 9: errno.EAGAIN, 1: 0, 10: 0}
"""What FUTEX_WAIT, _WAIT_BITSET, _WAKE and _WAKE_BITSET answer where memory may be shared.

The C library waits so for the end of a thread and for a semaphore. It looks, tries again, and so gets on.
"""

_REPLACED = ("clone3", "statx", "epoll_pwait2", "openat2", "futex_waitv")
"""Calls for which the C library or a program uses an older one if they do not exist."""
_EXTENDED_ATTRIBUTES = tuple(
    prefix + kind + "xattr" for kind in ("get", "set", "list", "remove") for prefix in ("", "l", "f")
)


@cache
def program() -> bytes:
    """The filter in the kernel's form, a classic BPF program, for this machine's architecture.

    A denied call fails with EPERM. Raises `ImportError` or `RuntimeError` if pyseccomp or the system's
    libseccomp is missing. See seccomp(2).
    """
    import pyseccomp

    call_filter = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    for name in ALLOWED:
        _add(call_filter, pyseccomp.ALLOW, name)
    for name, (place, values) in COMMANDS.items():
        for value in values:
            _add(call_filter, pyseccomp.ALLOW, name, pyseccomp.Arg(place, pyseccomp.EQ, value))
    for name in _REPLACED:
        _add(call_filter, pyseccomp.ERRNO(errno.ENOSYS), name)
    for name in _EXTENDED_ATTRIBUTES:  # shutil.copy2 does without them
        _add(call_filter, pyseccomp.ERRNO(errno.ENOTSUP), name)
    for name, place in (("mknod", 1), ("mknodat", 2)):  # FIFOs alone: see `inside.pipes`
        _add_masked(call_filter, pyseccomp.ALLOW, name, place, _FILE_TYPE, stat.S_IFIFO)
    # Huge pages come from a pool of the whole machine.
    _add_masked(call_filter, pyseccomp.ALLOW, "mmap", 3, _MAP_HUGETLB, 0)
    # A clone is allowed if it makes a thread of the same process, with the flags of the C library. clone3
    # takes its flags from memory, which a filter cannot read.
    _add_masked(call_filter, pyseccomp.ALLOW, "clone", 0, _ALL_BITS ^ _CLONE_DETACHED, _THREAD_FLAGS)
    # A futex of this process alone is allowed. One in memory that may be shared could be another sandbox's.
    _add_masked(call_filter, pyseccomp.ALLOW, "futex", 1, _FUTEX_PRIVATE, _FUTEX_PRIVATE)
    for command, answer in _SHARED_FUTEX.items():
        mask = _FUTEX_COMMAND | _FUTEX_PRIVATE
        _add_masked(call_filter, pyseccomp.ERRNO(answer), "futex", 1, mask, command)
    return _exported(call_filter)


def _add_masked(call_filter, action: int, name: str, place: int, mask: int, value: int) -> None:
    """Add a rule for the calls whose argument at `place` has this value in the bits of `mask`."""
    import pyseccomp

    _add(call_filter, action, name, pyseccomp.Arg(place, pyseccomp.MASKED_EQ, mask, value))


def _add(call_filter, action: int, name: str, *arguments) -> None:
    try:
        call_filter.add_rule(action, name, *arguments)
    except OSError as error:
        if error.errno != errno.EINVAL:  # this libseccomp does not know the call
            raise


def _exported(call_filter) -> bytes:
    reading, writing = os.pipe()  # holds 64 KiB; the program has about 3 KiB
    with open(reading, "rb") as result:
        with open(writing, "wb") as sink:
            call_filter.export_bpf(sink)
        return result.read()
