"""Compares an answer with its reference, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.learner.plain_data import UnsupportedValue

ABSOLUTE_TOLERANCE = 1e-12
EXTRA_LIMIT = 20


@dataclass(frozen=True)
class Part:
    """One part of an answer beside its reference.

    `error` is the largest difference over the reference's largest absolute value, None where the two
    can't be compared (missing, another shape, not finite); `problem` says in words what is wrong
    with it, "" for a right part or one that is merely off. A part that is not `ok` but `follows` is right
    given the learner's own earlier parts.
    """

    name: str
    ok: bool
    error: float | None
    got_shape: tuple[int, ...] | None
    want_shape: tuple[int, ...] | None
    problem: str = ""
    follows: bool = False


def parts_of(answer: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Take an answer apart: one name for an array, several for a tuple, none for a dict.

    A part that is a dict becomes one part an entry, such as `cache['Z1']`. An answer of another kind
    comes back as the single entry `"answer"`.
    """
    if len(names) == 1:
        return _flat({names[0]: answer})
    if names and isinstance(answer, (list, tuple)) and len(answer) == len(names):
        return _flat(dict(zip(names, answer, strict=True)))
    if not names and isinstance(answer, Mapping):
        return _flat(answer)
    return {"answer": answer}


def _flat(parts: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in parts.items():
        if isinstance(value, Mapping):
            flat |= _flat({f"{name}[{key!r}]": entry for key, entry in value.items()})
        else:
            flat[name] = value
    return flat


def series(value: Any) -> Any:
    """A list or tuple of numbers as an array of one axis; anything else as it is."""
    if isinstance(value, (list, tuple)) and all(map(_is_number, value)):
        return np.array(value)
    return value


def _is_number(value: Any) -> bool:
    return shape_of(value) == () and np.asarray(value).dtype.kind in "iuf"


def compare(got: Mapping[str, Any], want: Mapping[str, Any], tolerance: float) -> list[Part]:
    """Compare all parts, those of the reference first and in its order, then those nobody asked for.

    A list in the reference asks for a list of numbers, integers in it for integers.
    """
    parts = [_part(name, got.get(name, _MISSING), want[name], tolerance) for name in want]
    extra = [name for name in got if name not in want][:EXTRA_LIMIT]
    return parts + [_extra(name, got[name], want, got) for name in extra]


_MISSING = UnsupportedValue("missing")


def _extra(name: str, value: Any, want: Mapping[str, Any], got: Mapping[str, Any]) -> Part:
    instead_of_a_dict = any(entry.startswith(f"{name}[") for entry in want)
    entry = bool(want.keys() & got.keys()) and not instead_of_a_dict
    problem = "is an entry that nobody asked for" if entry else f"is {describe(value)}"
    return Part(name, False, None, shape_of(value), None, problem)


def _part(name: str, got: Any, want: Any, tolerance: float) -> Part:
    if isinstance(want, list):
        got = series(got)
        if isinstance(got, (list, tuple)):
            return Part(name, False, None, None, np.shape(want), "has entries that are no single numbers")
    want = np.asarray(want)
    shape = shape_of(got)
    problem = "is missing" if got is _MISSING else _unusable(got, want)
    if problem:
        return Part(name, False, None, shape, want.shape, problem)
    error, within = difference(got, want, tolerance)
    imprecise = isinstance(got, np.ndarray) and got.dtype.kind == "f" and got.dtype.itemsize < 8
    problem = f"has dtype {got.dtype}, where float64 is asked for" if imprecise else ""
    return Part(name, within and not imprecise, error, shape, want.shape, problem)


def _unusable(got: Any, want: np.ndarray) -> str:
    """Why `got` can't be compared with `want`, or ""."""
    if isinstance(got, bool) or not isinstance(got, (np.ndarray, int, float)):
        return f"is {describe(got)}, not {'an array of float64' if want.shape else 'a number'}"
    integers = want.dtype.kind in "iu"
    if np.asarray(got).dtype.kind not in ("iu" if integers else "iuf"):
        asked = "integers are" if integers else "float64 is"
        return f"has dtype {np.asarray(got).dtype}, where {asked} asked for"
    if shape_of(got) != want.shape:
        return f"has shape {shape_of(got)}, not {want.shape}"
    if not np.all(np.isfinite(got)):
        return "holds inf or nan"
    return ""


def difference(got: Any, want: np.ndarray, tolerance: float) -> tuple[float, bool]:
    """The largest difference over the reference's largest absolute value, and whether it is small.

    Small is `tolerance` of that value plus 1e-12. Where the reference is all zeros the
    difference is absolute.
    """
    with np.errstate(all="ignore"):
        got, want = np.asarray(got, dtype=np.float64), np.asarray(want, dtype=np.float64)
        if want.size == 0:
            return 0.0, True
        scale = float(np.abs(want).max())
        off = np.abs(got - want).max()
        share = min(off / (scale or 1.0), np.finfo(np.float64).max)
    return float(share), bool(off <= tolerance * scale + ABSOLUTE_TOLERANCE)


def agree(got: Any, want: Any, tolerance: float) -> bool:
    """Whether two values, neither of them above the other, are the same to rounding, shape included."""
    got, want = series(got), series(want)
    if isinstance(got, bool) or not isinstance(got, (np.ndarray, int, float)):
        return False
    if not isinstance(want, (np.ndarray, np.generic, int, float)):
        return False
    got, want = np.asarray(got), np.asarray(want)
    if got.shape != want.shape or got.dtype.kind not in "iuf" or want.dtype.kind not in "iuf":
        return False
    finite = np.isfinite(want)
    if not np.array_equal(np.isfinite(got), finite):
        return False
    return difference(got[finite], want[finite], tolerance)[1]


def shape_of(value: Any) -> tuple[int, ...] | None:
    """The shape of a number or array, None for anything else."""
    return np.shape(value) if isinstance(value, (np.ndarray, int, float)) else None


def describe(value: Any) -> str:
    """A value in a few words, such as "a tuple of 3" or "a tensorflow...EagerTensor"."""
    if value is None:
        return "None"
    if isinstance(value, UnsupportedValue):
        return f"a {value.kind}"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, (list, tuple)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, Mapping):
        return "a dict with " + (", ".join(map(repr, list(value)[:8])) or "no entries")
    article = "an" if isinstance(value, int) and not isinstance(value, bool) else "a"
    return f"{article} {type(value).__name__}"
