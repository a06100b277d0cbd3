"""What the `right` and the `equivalent` answers of several exercises share.

A change of a solution is written as `tests/truth/mutants.py` does it: the old line, " -> ", the new line.
`each(function, value)` stands for an array, or every array of a tuple, list or dict.
"""

from __future__ import annotations


class Number(float):
    """A float of a learner's own class, which `+` and `*` keep."""

    def __add__(self, other):
        return Number(float(self) + float(other))

    def __mul__(self, other):
        return Number(float(self) * float(other))

    __radd__, __rmul__ = __add__, __mul__


ONE_AXIS = "A transpose, a flattening or `.T` changes nothing in an array of one axis."
IMMUTABLE = "A number, or a function, can't be changed in place: there is nothing to spoil."
LAST_AXIS = "The last axis of a matrix is axis 1."
SINGLE_ROW = "Of a single row, or column, the first is the last."
SAME_FLOAT = (
    "A float may be returned as a Python float, a NumPy scalar or a 0-d array: these are the same number."
)
SAME_LIST = "An array of the same floats does for the list: it has the same entries in the same order."
SAME_INTEGER = "A NumPy integer, or a 0-d array of integers, is as good as a Python integer."
ROUNDED_INTEGER = "To round an integer changes nothing."
FILLED = "Every entry of the array is filled in before it is read."
"""Reasons that several exercises have."""

TRANSPOSE, RAVEL, SQUEEZE = "np.transpose", "np.ravel", "np.squeeze"
TO_LIST = "lambda value: np.asarray(value).tolist()"


def wrapped(value: str, *functions: str, line: str = "return {}") -> tuple[str, ...]:
    """The changes of `value` into `each(function, value)`, in a `line` with `{}` in the place of `value`."""
    return tuple(f"{line.format(value)} -> {line.format(f'each({f}, {value})')}" for f in functions)


def other_floats(value: str, line: str = "return {}") -> tuple[str, ...]:
    """The changes of `float(value)` into other types of the same number."""
    without = f"{line.format(f'float({value})')} -> {line.format(value)}"
    return without, *wrapped(f"float({value})", TRANSPOSE, SQUEEZE, TO_LIST, line=line)
