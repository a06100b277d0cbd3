"""One call of a submission's function, and what is left of who grades when it runs."""

import os

from grader.isolation.inside.confine import USER

_UNMAPPED = 65534


def call(process, name, arguments, seconds):
    """The outcome of a function on some arguments."""
    [outcome] = process.call(name, [arguments], seconds)
    return outcome


def groups_left() -> set[int]:
    """The groups that a submission may have: none if root grades.

    The kernel does not let an ordinary user's processes leave groups. Inside, they have other names.
    """
    return set() if os.geteuid() == 0 else {USER, _UNMAPPED}
