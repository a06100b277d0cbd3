"""Records which functions of the course are called, for `check` to see whose work an answer is.

This is a module of its own, so that a second copy of `utils/network.py` records its calls in the same place.
"""

import contextlib
import functools

_recorders = []


@contextlib.contextmanager
def recorded_calls():
    """Collect the names of the `recorded` functions called in the block, in the order of their calls.

    The names are the keys of a dict. Of blocks inside each other, only the innermost collects.
    """
    names, outer = {}, len(_recorders)
    _recorders.append(names)
    try:
        yield names
    finally:
        del _recorders[outer:]


def recorded(function):
    """Let `recorded_calls` know of the calls of a function."""

    @functools.wraps(function)
    def call(*args, **kwargs):
        if _recorders:
            _recorders[-1].setdefault(function.__name__)
        return function(*args, **kwargs)

    return call
