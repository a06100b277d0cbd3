"""Compares an answer with its reference, part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.learner.plain_data import UnsupportedValue
from grader.lessons import Exercise

ABSOLUTE_TOLERANCE = 1e-12  # differences up to this size are rounding, whatever the reference's scale
MIN_PREDICTION_TOLERANCE = 1e-9
RATIO_TOLERANCE = 1e-6  # ratios with a smaller relative difference count as equal
MISSING, NOT_FINITE = "is missing", "holds inf or nan"
"""Two of the problems that a part may have."""
MAX_EXTRA_PARTS = 5  # an answer may hold thousands of entries that were not asked for


@dataclass(frozen=True)
class Part:
    """One part of an answer beside its reference.

    `error` is the largest difference over the reference's largest absolute value, None if the two can't be
    compared (missing, another shape, not finite). `problem` describes what is wrong; it is "" for a right
    part and for one that only differs in value. A part that is not `ok` but `follows` is right given the
    learner's own earlier parts.
    """

    name: str
    ok: bool
    error: float | None
    got_shape: tuple[int, ...] | None
    want_shape: tuple[int, ...] | None
    problem: str = ""
    follows: bool = False


def split_into_parts(exercise: Exercise, answer: Any) -> dict[str, Any]:
    """Split an answer into its parts, in the form in which they are compared."""
    parts = parts_of(exercise.read(answer) if exercise.read else answer, exercise.parts)
    if exercise.canonical is None:
        return parts
    return {n: exercise.canonical(v) if isinstance(v, np.ndarray) else v for n, v in parts.items()}


def parts_of(answer: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """Split an answer into named parts: one name for an array, several for a tuple, none for a dict.

    A part that is a dict is split into its entries, such as `cache['Z1']`. An answer of another kind becomes
    the single part `"answer"`.
    """
    if len(names) == 1:
        return _flatten({names[0]: answer})
    if names and isinstance(answer, (list, tuple)) and len(answer) == len(names):
        return _flatten(dict(zip(names, answer, strict=True)))
    if not names and isinstance(answer, Mapping):
        return _flatten(answer)
    return {"answer": answer}


def _flatten(parts: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for name, value in parts.items():
        if isinstance(value, Mapping):
            flat |= _flatten({f"{name}[{key!r}]": entry for key, entry in value.items()})
        else:
            flat[name] = value
    return flat


def list_to_array(value: Any) -> Any:
    """Return a list or tuple of n numbers as an array of shape `(n,)`, any other value unchanged."""
    is_sequence = isinstance(value, (list, tuple))
    if is_sequence and ({int, float}.issuperset(map(type, value)) or all(map(_is_number, value))):
        return np.array(value)
    return value


def _is_number(value: Any) -> bool:
    if type(value) in (int, float):  # nearly all; the rest takes longer
        return True
    return shape_of(value) == () and np.asarray(value).dtype.kind in "iuf"


def compare(got: Mapping[str, Any], want: Mapping[str, Any], tolerance: float) -> list[Part]:
    """Compare all parts: first those of the reference in its order, then those that were not asked for.

    A list in the reference requires a list of numbers, integers in the reference require integers, any other
    array float64.
    """
    parts = [_compare_part(name, got.get(name, _MISSING), want[name], tolerance) for name in want]
    extra = [name for name in got if name not in want][:MAX_EXTRA_PARTS]
    return parts + [_extra_part(name, got[name], want, got) for name in extra]


_MISSING = UnsupportedValue("missing")


def _extra_part(name: str, value: Any, want: Mapping[str, Any], got: Mapping[str, Any]) -> Part:
    replaces_a_dict = any(entry.startswith(f"{name}[") for entry in want)
    is_entry = bool(want.keys() & got.keys()) and not replaces_a_dict
    problem = "is an entry that nobody asked for" if is_entry else f"is {describe_value(value)}"
    return Part(name, False, None, shape_of(value), None, problem)


def is_of_wrong_type(part: Part) -> bool:
    """Whether a part is no array of the numbers that are asked for, so that its `problem` is the reason."""
    is_array_of_shape = part.got_shape == part.want_shape
    is_known = part.problem in ("", MISSING, NOT_FINITE)
    return not is_known and part.want_shape is not None and (part.got_shape is None or is_array_of_shape)


def _compare_part(name: str, got: Any, want: Any, tolerance: float) -> Part:
    if isinstance(want, list):
        got = list_to_array(got)
        if isinstance(got, (list, tuple)):
            return Part(name, False, None, None, np.shape(want), "has entries that are no single numbers")
    want = np.asarray(want)
    shape = shape_of(got)
    problem = MISSING if got is _MISSING else _why_not_comparable(got, want)
    if problem:
        return Part(name, False, None, shape, want.shape, problem)
    error, is_within = relative_error(got, want, tolerance)
    imprecise = isinstance(got, np.ndarray) and got.dtype.kind == "f" and got.dtype.itemsize < 8
    problem = f"has dtype {got.dtype}, where float64 is asked for" if imprecise else ""
    return Part(name, is_within and not imprecise, error, shape, want.shape, problem)


def _why_not_comparable(got: Any, want: np.ndarray) -> str:
    """What keeps `got` from being compared with `want`, or ""."""
    if isinstance(got, bool) or not isinstance(got, (np.ndarray, int, float)):
        asked = "an array of float64" if want.shape else "a number"
        remedy = " (`np.array` makes one of it)" if want.shape and isinstance(got, (list, tuple)) else ""
        return f"is {describe_value(got)}, not {asked}{remedy}"
    integers = want.dtype.kind in "iu"
    if np.asarray(got).dtype.kind not in ("iu" if integers else "iuf"):
        asked = "integers are" if integers else "float64 is"
        return f"has dtype {np.asarray(got).dtype}, where {asked} asked for"
    if shape_of(got) != want.shape:
        return f"has shape {shape_of(got)}, not {want.shape}"
    if not np.all(np.isfinite(got)):
        return NOT_FINITE
    return ""


def relative_error(got: Any, want: np.ndarray, tolerance: float) -> tuple[float, bool]:
    """The largest difference over the reference's largest absolute value, and whether it is allowed.

    Both arrays are finite and have the same shape. If the reference is all zeros, the error is absolute.
    """
    with np.errstate(all="ignore"):
        got, want = np.asarray(got, dtype=np.float64), np.asarray(want, dtype=np.float64)
        if want.size == 0:
            return 0.0, True
        scale = float(np.abs(want).max())
        largest = np.abs(got - want).max()
        error = min(largest / (scale or 1.0), np.finfo(np.float64).max)
    return float(error), bool(largest <= allowed_difference(scale, tolerance))


def allowed_difference(scale: Any, tolerance: float) -> Any:
    """How far an entry may be from its reference, whose largest absolute value is `scale`."""
    return tolerance * scale + ABSOLUTE_TOLERANCE


def entries_off(got: np.ndarray, want: np.ndarray, tolerance: float) -> np.ndarray:
    """A mask, of the shape of both arrays, of the entries that are further off than allowed."""
    return np.abs(got - want) > allowed_difference(np.abs(want).max(initial=0), tolerance)


def constant_ratio(got: np.ndarray, want: np.ndarray) -> float | None:
    """The ratio of two arrays, None if it varies. Entries near 0 have no ratio: both have to be near 0."""
    is_large = np.abs(want) > RATIO_TOLERANCE * np.abs(want).max(initial=0)
    if not np.any(is_large) or np.any(np.abs(got[~is_large]) > RATIO_TOLERANCE * np.abs(got).max(initial=0)):
        return None
    ratios = got[is_large] / want[is_large]
    if not np.ptp(ratios) <= RATIO_TOLERANCE * np.abs(ratios).max():
        return None
    return float(ratios.flat[0])


def prediction_tolerance(tolerance: float) -> float:
    """The tolerance between an answer and a prediction, given that of the exercise.

    A prediction is computed by the exercise's NumPy solution, whose operations round in another order than
    the learner's. That matters where an exercise's own tolerance is tighter than 1e-9.
    """
    return max(tolerance, MIN_PREDICTION_TOLERANCE)


def agree(got: Any, want: Any, tolerance: float) -> bool:
    """Whether two values have the same shape and are equal within the tolerance.

    Unlike `compare`, it accepts inf and nan where both have them, and integers or float32 for floats.
    """
    got, want = list_to_array(got), list_to_array(want)
    if isinstance(got, bool) or not isinstance(got, (np.ndarray, int, float)):
        return False
    if not isinstance(want, (np.ndarray, np.generic, int, float)):
        return False
    got, want = np.asarray(got), np.asarray(want)
    if got.shape != want.shape or got.dtype.kind not in "iuf" or want.dtype.kind not in "iuf":
        return False
    finite, got_finite = np.isfinite(want), np.isfinite(got)
    if not (finite.all() and got_finite.all()):
        if not np.array_equal(got_finite, finite):
            return False
        got, want = got[finite], want[finite]
    return relative_error(got, want, tolerance)[1]


def shape_of(value: Any) -> tuple[int, ...] | None:
    """The shape of a number or array, None for anything else."""
    return np.shape(value) if isinstance(value, (np.ndarray, int, float)) else None


def describe_value(value: Any) -> str:
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
