import errno
import types

import pytest

from grader.isolation import seccomp

NEVER = (
    *("fork", "vfork", "execve", "ptrace", "process_vm_readv", "pidfd_open", "socket", "bind", "sendmsg"),
    *("unshare", "setns", "mount", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "keyctl"),
    *("memfd_create", "shmget", "msgget", "semget", "mq_open", "flock", "inotify_init1", "fanotify_init"),
    *(
        "sysinfo",
        "statfs",
        "fstatfs",
        "mincore",
        "io_setup",
        "pipe2",
        "socketpair",
        "seccomp",
        "syslog",
        "setpriority",
    ),
)


def test_the_program_is_a_sequence_of_instructions():
    program = seccomp.program()
    assert len(program) % 8 == 0
    assert len(seccomp.ALLOWED) < len(program) // 8 < 4096  # BPF_MAXINSNS


def test_no_call_is_listed_twice():
    listed = (*seccomp.ALLOWED, *seccomp.COMMANDS, "mmap", "clone", "futex")
    assert len(set(listed)) == len(listed)


def test_what_reaches_others_is_not_listed():
    assert not set(NEVER) & {*seccomp.ALLOWED, *seccomp.COMMANDS}


def test_a_call_that_libseccomp_does_not_know_is_left_out_and_other_errors_are_not():
    def fail(number):
        def add_rule(*arguments):
            raise OSError(number, "")

        return types.SimpleNamespace(add_rule=add_rule)

    seccomp._add(fail(errno.EINVAL), 0, "unknown")
    with pytest.raises(OSError):
        seccomp._add(fail(errno.ENOMEM), 0, "read")
