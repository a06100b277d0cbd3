import errno
import types

import pytest

from grader.isolation import seccomp
from grader.isolation.submission import SubmissionProcess
from tests.isolation.calls import call

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


WAITS = b"""
import ctypes, multiprocessing, threading, time
libc = ctypes.CDLL(None)
def for_a_semaphore():
    lock, held = multiprocessing.Lock(), []
    def hold():
        with lock:
            time.sleep(0.02)
            held.append(1)
    threads = [threading.Thread(target=hold) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(held)
def for_the_end_of_a_thread():
    ended, thread = [], ctypes.c_ulong()
    def sleep(_):
        time.sleep(0.1)
        ended.append(1)
    run = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(sleep)
    libc.pthread_create(ctypes.byref(thread), None, run, None)
    return [libc.pthread_join(thread, None), len(ended)]
"""


def test_what_waits_on_a_futex_that_may_be_shared_gets_on():
    with SubmissionProcess(WAITS) as process:
        assert call(process, "for_a_semaphore", (), 20).value == 5
        assert call(process, "for_the_end_of_a_thread", (), 20).value == [0, 1]
