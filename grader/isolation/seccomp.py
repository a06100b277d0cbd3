"""The system calls that a submission does without, as a filter for the kernel."""

from __future__ import annotations

import errno
import fcntl
import os
from functools import cache

PROCESSES = ("fork", "vfork", "execve", "execveat")
"""A submission is one process. So its memory and its processor time are bounded by what bounds a process."""

NETWORK = ("socket", "connect", "bind", "listen", "accept", "accept4")
"""There is no network in the sandbox, and without these calls no socket with which to look for one."""

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
"""Sandboxes have files in common that nobody may write: who locks or watches them has a way to others."""

DENIED = (
    *(*PROCESSES, *NETWORK, *OTHER_PROCESSES),
    *(*NAMESPACES_AND_MOUNTS, *KERNEL, *UNCOUNTED_MEMORY, *COVERT_CHANNELS),
)

_CLONE_THREAD = 0x10000


@cache
def program() -> bytes:
    """The filter as the kernel takes it (classic BPF), for this machine's architecture.

    A denied call fails with EPERM. Raises `ImportError` or `RuntimeError` where pyseccomp or the system's
    libseccomp is missing.
    """
    import pyseccomp

    made = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    refuse = pyseccomp.ERRNO(errno.EPERM)
    for name in DENIED:
        _add(made, refuse, name)
    # A thread is a clone that shares its parent's process. What clone3 wants stands in memory, where no
    # filter can look; the C library falls back to clone where clone3 does not exist.
    _add(made, refuse, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0))
    _add(made, pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    for command in (fcntl.F_SETLEASE, fcntl.F_NOTIFY):  # a lease lets others wait who open the file
        _add(made, refuse, "fcntl", pyseccomp.Arg(1, pyseccomp.EQ, command))
    return _exported(made)


def _add(made, action: int, name: str, *arguments) -> None:
    try:
        made.add_rule(action, name, *arguments)
    except OSError as error:
        if error.errno != errno.EINVAL:  # this libseccomp has never heard of the call
            raise


def _exported(made) -> bytes:
    reading, writing = os.pipe()  # holds 64 KiB; the program has about one
    with open(reading, "rb") as result:
        with open(writing, "wb") as sink:
            made.export_bpf(sink)
        return result.read()
