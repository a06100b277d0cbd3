"""How the widgets write names, numbers and shapes, and how they call a learner's function."""

import re
import warnings
from contextlib import contextmanager

import numpy as np

from utils.plots.widgets import number

_SUBSCRIPTS = str.maketrans("0123456789", "\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089")


def with_subscripts(text):
    """Return `text` with the digits of names such as dZ2 as subscripts."""
    return re.sub(r"\b(d?[ZAWbwz\u03b8])(\d+)", lambda name: name[0].translate(_SUBSCRIPTS), text)


def counted(count, noun):
    """Return such as "1 step" or "2 steps"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def four_digits(value):
    """Return `value` as text with four significant digits."""
    return number(value, 4)


@contextmanager
def ignored_warnings():
    """Let a learner's function overflow without a warning; the picture shows the result."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield
