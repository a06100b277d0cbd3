"""The system call filter of a submission: which calls the kernel denies (`DENIED`), and why."""

from __future__ import annotations

import errno
import fcntl
import os
from functools import cache

PROCESSES = ("fork", "vfork", "execve", "execveat")
"""A submission is one process, so the limits of a process bound all its memory and processor time."""

NETWORK = ("socket", "connect", "bind", "listen", "accept", "accept4")
"""The sandbox has no network; without these calls there is no socket to look for one either."""

OTHER_PROCESSES = (
    *("ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "process_mrelease", "kcmp"),
    *("pidfd_open", "pidfd_getfd", "pidfd_send_signal"),
)
NAMESPACES_AND_MOUNTS = (
    *(
        "unshare",
        "setns",
        "chroot",
        "pivot_root",
        "mount",
        "umount",
        "umount2",
        "mount_setattr",
        "move_mount",
    ),
    *("open_tree", "fsopen", "fsconfig", "fsmount", "fspick", "name_to_handle_at", "open_by_handle_at"),
)
KERNEL = (
    *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("keyctl", "add_key", "request_key", "init_module", "finit_module", "delete_module", "kexec_load"),
    *("kexec_file_load", "reboot", "swapon", "swapoff", "syslog", "acct", "quotactl", "quotactl_fd", "iopl"),
    *("ioperm", "modify_ldt", "settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "stime"),
    *("sethostname", "setdomainname", "vhangup", "fanotify_init", "lookup_dcookie", "uselib", "vmsplice"),
)
UNCOUNTED_MEMORY = (
    *("memfd_create", "memfd_secret", "shmget", "shmat", "shmctl", "semget", "msgget", "mq_open"),
)
"""Memory that no limit of the process counts."""

COVERT_CHANNELS = ("flock", "inotify_init", "inotify_init1", "inotify_add_watch")
"""Sandboxes share read-only files. A lock or a watch on one of them would reach other sandboxes."""

DENIED = (
    *(*PROCESSES, *NETWORK, *OTHER_PROCESSES),
    *(*NAMESPACES_AND_MOUNTS, *KERNEL, *UNCOUNTED_MEMORY, *COVERT_CHANNELS),
)

_CLONE_THREAD = 0x10000


@cache
def program() -> bytes:
    """The filter in the kernel's form, a classic BPF program, for this machine's architecture.

    A denied call fails with EPERM. Raises `ImportError` or `RuntimeError` if pyseccomp or the system's
    libseccomp is missing. See seccomp(2).
    """
    import pyseccomp

    call_filter = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refuse = pyseccomp.ERRNO(errno.EPERM)
    for name in DENIED:
        _add(call_filter, refuse, name)
    # A clone is allowed if it makes a thread of the same process. clone3 takes its flags from memory, which a
    # filter cannot read; the C library falls back to clone if clone3 does not exist.
    _add(call_filter, refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0))
    _add(call_filter, pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    for command in (fcntl.F_SETLEASE, fcntl.F_NOTIFY):  # a lease makes others who open the file wait
        _add(call_filter, refuse, "fcntl", pyseccomp.Arg(1, pyseccomp.EQ, command))
    return _exported(call_filter)


def _add(call_filter, action: int, name: str, *arguments) -> None:
    try:
        call_filter.add_rule(action, name, *arguments)
    except OSError as error:
        if error.errno != errno.EINVAL:  # this libseccomp does not know the call
            raise


def _exported(call_filter) -> bytes:
    reading, writing = os.pipe()  # holds 64 KiB; the program has about 1 KiB
    with open(reading, "rb") as result:
        with open(writing, "wb") as sink:
            call_filter.export_bpf(sink)
        return result.read()
