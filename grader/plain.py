"""Plain data: the only kind of value that an exercise takes and gives back.

Plain are None, bool, int, float, str, arrays of numbers, and lists, tuples and dicts of plain
data. Everything that a learner's function returns is made plain before it is looked at, so that
array subclasses and the like cannot answer for themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_DEPTH = 8


@dataclass(frozen=True)
class Foreign:
    """Stands for a value that is not plain data; `kind` is the name of its type, with its module."""

    kind: str


def plain(value: Any, depth: int = 0) -> Any:
    """A copy of `value` as plain data, with a `Foreign` in place of whatever is not."""
    if value is None or isinstance(value, (bool, np.bool_)):
        return value if value is None else bool(value)
    if isinstance(value, (int, float, str)) and not isinstance(value, np.generic):
        return _base(value)
    if isinstance(value, (np.ndarray, np.generic)):
        return _array(value)
    if depth < MAX_DEPTH and isinstance(value, Mapping):
        return {str(key): plain(entry, depth + 1) for key, entry in value.items()}
    if depth < MAX_DEPTH and isinstance(value, (list, tuple)):
        entries = [plain(entry, depth + 1) for entry in value]
        return tuple(entries) if isinstance(value, tuple) else entries
    return Foreign(_kind(value))


def _base(value: int | float | str) -> int | float | str:
    """The same value without a subclass's ideas about it."""
    return next(base(value) for base in (int, float, str) if isinstance(value, base))


def _array(value) -> np.ndarray | Foreign:
    array = np.array(value, copy=True, subok=False)
    if array.dtype.kind in "biufc":
        return array
    return Foreign(f"numpy array of dtype {array.dtype}")


def _kind(value) -> str:
    kind = type(value)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def same(a: Any, b: Any) -> bool:
    """Whether two pieces of data are equal to the last bit, dtypes included."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)) and type(a) is type(b):
        return len(a) == len(b) and all(map(same, a, b))
    return a is b or (type(a) is type(b) and a == b)


def copied(value: Any) -> Any:
    """A copy of an exercise's arguments that shares no memory with them; callables stay themselves."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, Mapping):
        return {key: copied(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(copied(entry) for entry in value)
    return value
