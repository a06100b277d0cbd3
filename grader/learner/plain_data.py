"""Plain data: the only kind of value that an exercise takes and returns.

Plain data is None, bool, int, float, str, arrays of numbers, and lists, tuples and dicts (with str keys) of
plain data. Everything that a learner's function returns is converted before it is compared, so that methods
of a learner's own subclasses have no say in the comparison.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_DEPTH = 8
MAX_ENTRIES = 10_000
TEXT_LIMIT = 500
"""Characters of a text; the bounds on a cell's outputs are in `grader.isolation.inside.output_limits`."""


@dataclass(frozen=True)
class UnsupportedValue:
    """Stands for a value that is not plain data; `kind` is the name of its type or describes the value."""

    kind: str


class _TooManyEntries(Exception):
    """No right answer has so many entries, and comparing them would take long."""


def to_plain_data(value: Any) -> Any:
    """A copy of `value` as plain data, with an `UnsupportedValue` in place of anything else.

    A value with more than `MAX_ENTRIES` entries, counted over all levels, becomes one `UnsupportedValue`.
    """
    try:
        return _convert(value, 0, itertools.count())
    except _TooManyEntries:
        return UnsupportedValue(f"value with more than {MAX_ENTRIES} entries")


def _convert(value: Any, depth: int, seen: Iterator[int]) -> Any:
    if next(seen) > MAX_ENTRIES:
        raise _TooManyEntries
    if value is None or isinstance(value, (bool, np.bool_)):
        return value if value is None else bool(value)
    if isinstance(value, (int, float, str)) and not isinstance(value, np.generic):
        return _builtin_scalar(value)
    if isinstance(value, (np.ndarray, np.generic)):
        return _convert_array(value)
    if depth < MAX_DEPTH and isinstance(value, dict):
        entries = {_convert_key(key): _convert(entry, depth + 1, seen) for key, entry in dict.items(value)}
        return entries if len(entries) == dict.__len__(value) else UnsupportedValue("dict with a key twice")
    if depth < MAX_DEPTH and isinstance(value, list):
        return [_convert(entry, depth + 1, seen) for entry in list.__iter__(value)]
    if depth < MAX_DEPTH and isinstance(value, tuple):
        return tuple(_convert(entry, depth + 1, seen) for entry in tuple.__iter__(value))
    return UnsupportedValue(_type_name(value))


def _builtin_scalar(value: int | float | str) -> int | float | str | UnsupportedValue:
    """A number or a text as its built-in type, read with that type's own methods, not a subclass's."""
    if isinstance(value, str):
        return printable(str.__str__(value))
    if isinstance(value, float):
        return float.__float__(value)
    number = int.__int__(value)
    return number if -(2**63) <= number < 2**63 else UnsupportedValue("int of more than 64 bits")


def _convert_key(key: Any) -> str:
    """The key of a dict. A key that is no string is marked, so it can't imitate one."""
    return printable(str.__str__(key)) if isinstance(key, str) else f"<{_type_name(key)}>"


def printable(text: str) -> str:
    """The first `TEXT_LIMIT` characters of a text, with those replaced that UTF-8 can't encode."""
    return text[:TEXT_LIMIT].encode("utf-8", "replace").decode()


def _convert_array(value) -> np.ndarray | UnsupportedValue:
    if np.ma.is_masked(value):
        return UnsupportedValue("masked array")
    array = np.array(value, copy=True, subok=False)
    if array.dtype.kind in "biufc":
        return array
    return UnsupportedValue(f"numpy array of dtype {array.dtype.name}")


def _type_name(value) -> str:
    kind = type(value)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def identical(a: Any, b: Any) -> bool:
    """Whether two values are equal bit by bit, dtypes and shapes included."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(identical(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)) and type(a) is type(b):
        return len(a) == len(b) and all(map(identical, a, b))
    if isinstance(a, np.random.Generator) and isinstance(b, np.random.Generator):
        return True  # a function may draw from a generator
    return a is b or (type(a) is type(b) and a == b)


def copy_data(value: Any) -> Any:
    """A copy of an exercise's arguments that shares no memory with them; callables are not copied.

    An array that is stored by columns, as a transpose is, stays so.
    """
    if isinstance(value, np.ndarray):
        return value.copy(order="K")
    if isinstance(value, Mapping):
        return {key: copy_data(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(copy_data(entry) for entry in value)
    return copy.deepcopy(value) if isinstance(value, np.random.Generator) else value
