"""What a process in a sandbox has given up, as the process itself sees it."""

import resource
from dataclasses import asdict

import pytest

from grader.isolation.inside import confine
from grader.isolation.limits import Limits
from grader.isolation.submission import SubmissionProcess
from tests.isolation.calls import call, groups_left

INSIDE = """
import ctypes, os, resource, signal
libc = ctypes.CDLL(None, use_errno=True)
def identity():
    return [[*os.getresuid(), *os.getresgid()], os.getgroups()]
def capabilities():
    header, held = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    return [libc.capget(header, held), *held]
def limits(kinds):
    return [list(resource.getrlimit(kind)) for kind in kinds]
def raise_limit():
    resource.setrlimit(resource.RLIMIT_NPROC, (10**6, 10**6))
def ignores_file_size_signal():
    return signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN
def errors(calls):
    failed = []
    for call in calls:
        ctypes.set_errno(0)
        failed.append([getattr(libc, call)(0, 0, 0, 0, 0, 0), ctypes.get_errno()])
    return failed
"""
LIMITS = Limits(memory=1536 * 1024**2, cpu_seconds=77, file_size=1024**2, open_files=99, tasks=33)


@pytest.fixture(scope="module")
def process():
    with SubmissionProcess(INSIDE.encode(), LIMITS) as running:
        yield running


def test_it_is_not_root_and_has_no_groups_but_those_that_cannot_be_given_up(process):
    user, groups = call(process, "identity", (), 5).value
    assert user == [confine.USER] * 6
    assert set(groups) <= groups_left()


def test_it_has_no_capabilities(process):
    assert call(process, "capabilities", (), 5).value == [0] * 7


def test_the_limits_are_in_force_and_cannot_be_raised(process):
    wanted = confine._resources(asdict(LIMITS))
    assert call(process, "limits", (list(map(int, wanted)),), 5).value == [[n, n] for n in wanted.values()]
    assert wanted[resource.RLIMIT_NPROC] == 33
    assert call(process, "raise_limit", (), 5).raised.kind in ("ValueError", "PermissionError")


def test_a_write_past_the_limit_is_an_error_and_no_signal(process):
    assert call(process, "ignores_file_size_signal", (), 5).value is True


def test_denied_system_calls_fail_with_eperm(process):
    calls = ["fork", "socket", "unshare", "flock", "memfd_create", "shmget"]
    assert call(process, "errors", (calls,), 5).value == [[-1, 1]] * len(calls)
