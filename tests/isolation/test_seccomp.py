import errno
import types

import pytest

from grader.isolation import seccomp


def test_the_program_is_a_sequence_of_instructions():
    program = seccomp.program()
    assert len(program) % 8 == 0
    assert len(seccomp.DENIED) < len(program) // 8 < 4096  # BPF_MAXINSNS


def test_no_call_is_listed_twice():
    assert len(set(seccomp.DENIED)) == len(seccomp.DENIED)


def test_a_call_that_libseccomp_does_not_know_is_left_out_and_other_errors_are_not():
    def fail(number):
        def add_rule(*arguments):
            raise OSError(number, "")

        return types.SimpleNamespace(add_rule=add_rule)

    seccomp._add(fail(errno.EINVAL), 0, "unknown")
    with pytest.raises(OSError):
        seccomp._add(fail(errno.ENOMEM), 0, "fork")
