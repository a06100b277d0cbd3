"""What can be measured of a wrong answer that no name explains: never a guess, only what the numbers show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.compare import Part, entries_off

SAME = 1e-6  # ratios that differ by less are one


@dataclass(frozen=True)
class Measured:
    """The first part that is wrong in itself, on the case that is shown.

    `axes` names the axes of what is asked for. `ratio` says over what the ratio to the right values is the
    same ("everywhere", "each row", "each column"), "" if over nothing, `factor` is its value where it is the
    same everywhere, `offset` the difference where that is. `places` says in which of its entries the part is
    wrong, `cases` on which cases the function is, "" if there is no pattern; `lacks` are the sentences of the
    invariants that the answer breaks.
    """

    case: str
    part: str
    got_shape: tuple[int, ...] | None
    want_shape: tuple[int, ...] | None
    axes: tuple[str, ...] = ()
    ratio: str = ""
    factor: float | None = None
    offset: float | None = None
    places: str = ""
    cases: str = ""
    lacks: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The same as JSON data."""
        entries = asdict(self)
        shapes = {k: entries[k] and list(entries[k]) for k in ("got_shape", "want_shape")}
        return {**entries, **shapes, "axes": list(self.axes), "lacks": list(self.lacks)}

    @property
    def sentences(self) -> list[str]:
        """What was measured, for a person, beyond what is told of every wrong part."""
        said = []
        if self.got_shape not in (None, self.want_shape) and any(self.axes):
            said.append(f"It should have {_asked(self.axes)}.")
        if self.factor:
            said.append("The factor is not the same on all cases.")
        if self.offset is not None:
            said.append(f"It is off by the same amount everywhere, {self.offset:.4g}.")
        if self.ratio.startswith("each"):
            said.append(f"Its ratio to the right values is one number in {self.ratio}.")
        if self.places:
            said.append(f"It is wrong only {self.places}.")
        if self.cases:
            said.append(f"The function goes wrong only {self.cases}.")
        return [*said, *self.lacks]


def measure(results: Sequence[CaseResult], shown: CaseResult, parts: Sequence[Part]) -> Measured | None:
    """What there is to see of the first of the `parts` of a result that is wrong in itself."""
    wrong = next((part for part in parts if not part.ok and not part.follows), None)
    if wrong is None or not shown.answered:
        return None
    numbers = _of_numbers(shown, wrong.name) if wrong.name in shown.own else {}
    return Measured(
        case=shown.case.label,
        part=wrong.name,
        got_shape=wrong.got_shape,
        want_shape=wrong.want_shape,
        axes=shown.exercise.axes_of(wrong.name, len(wrong.want_shape or ())),
        cases=_cases(results),
        lacks=_lacks(shown),
        **numbers,
    )


def _asked(axes: Sequence[str]) -> str:
    """Such as "a row for each example and a column for each unit"."""
    lines = {1: ("an entry",), 2: ("a row", "a column"), 3: ("a matrix", "a row of it", "a column")}[
        len(axes)
    ]
    return " and ".join(f"{line} for each {axis}" for line, axis in zip(lines, axes, strict=True))


# --- Of the numbers -----------------------------------------------------------------------------------


def _of_numbers(result: CaseResult, name: str) -> dict[str, Any]:
    got, want = result.own[name], np.asarray(result.want[name], np.float64)
    off = entries_off(got, want, result.exercise.tolerance)
    axes = result.exercise.axes_of(name, want.ndim)
    factor, offset = _one_number(got, want), _one_number(got - want, np.ones_like(want))
    along = _ratio_along(got, want, axes) if want.ndim == 2 else ""
    several = want.size > 1 and factor is None
    return {
        "ratio": along if factor is None else "everywhere",
        "factor": factor,
        "offset": offset if several else None,
        "places": _places(off, axes) if offset is None else "",
    }


def _one_number(got: np.ndarray, want: np.ndarray) -> float | None:
    """The ratio of two arrays, where it is the same in all entries that tell."""
    telling = np.abs(want) > SAME * np.abs(want).max(initial=0)
    if not np.any(telling) or np.any(np.abs(got[~telling]) > SAME * np.abs(got).max(initial=0)):
        return None
    ratios = got[telling] / want[telling]
    if not np.ptp(ratios) <= SAME * np.abs(ratios).max():
        return None
    return float(ratios.flat[0])


def _ratio_along(got: np.ndarray, want: np.ndarray, axes: Sequence[str]) -> str:
    """Over the rows or the columns of a matrix, if either has more than one entry and a ratio of its own."""
    for kind, axis, a, b in (("row", axes[0], got, want), ("column", axes[1], got.T, want.T)):
        if a.shape[1] > 1 and all(_one_number(*both) is not None for both in zip(a, b, strict=True)):
            return f"each {kind}{_named(axis)}"
    return ""


def _named(axis: str) -> str:
    return f", that is for each {axis}" if axis else ""


def _places(off: np.ndarray, axes: Sequence[str]) -> str:
    """A pattern in the entries that are off; "" for all of them, or for none that can be told in words."""
    if off.all() or off.ndim not in (1, 2):
        return ""
    if off.ndim == 2 and off.shape[0] == off.shape[1] > 1:
        diagonal = np.eye(len(off), dtype=bool)
        if np.array_equal(off, diagonal):
            return "on the diagonal"
        if np.array_equal(off, ~diagonal):
            return "off the diagonal"
    for axis, kind in enumerate(("row", "column") if off.ndim == 2 else ("entry",)):
        lines = np.flatnonzero(off.any(axis=1 - axis) if off.ndim == 2 else off)
        if len(lines) < off.shape[axis]:
            return _lines(lines, off.shape[axis], f"{axes[axis] or kind}")
    return ""


def _lines(lines: np.ndarray, count: int, kind: str) -> str:
    """Such as "for the first example" or "for 3 of 12 examples"."""
    if len(lines) > 1:
        return f"for {len(lines)} of {count} {_plural(kind)}"
    (line,) = lines
    ordinal = {0: "first", count - 1: "last"}.get(line)
    return f"for the {ordinal} {kind}" if ordinal else f"for {kind} {line} (counted from 0)"


def _plural(kind: str) -> str:
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}es" if kind.endswith("s") else f"{kind}s"


# --- Of the cases -------------------------------------------------------------------------------------

PATTERNS = (
    ("where inputs are saturated", lambda case: "saturated" in case.tags),
    ("where inputs are not saturated", lambda case: "saturated" not in case.tags),
    ("with integers", lambda case: "integer" in case.tags),
    ("with a single example", lambda case: "one example" in case.tags),
    ("with more than one example", lambda case: "one example" not in case.tags),
    ("with square matrices", lambda case: "square" in case.tags),
    ("where no matrix is square", lambda case: "square" not in case.tags),
    ("with layers of one unit", lambda case: "one unit" in case.tags),
    ("with more than one unit", lambda case: "one unit" not in case.tags),
)


def _cases(results: Sequence[CaseResult]) -> str:
    """What the cases that go wrong, and no others, have in common."""
    wrong = {result for result in results if not result.right}
    if len(wrong) == len(results):
        return ""
    return next((words for words, has in PATTERNS if wrong == {t for t in results if has(t.case)}), "")


def _lacks(result: CaseResult) -> tuple[str, ...]:
    """The sentences of the invariants that a result's answer breaks."""
    own: Mapping[str, np.ndarray] = result.own
    if not own.keys() >= result.want.keys():
        return ()
    with np.errstate(all="ignore"):
        return tuple(i.sentence for i in result.exercise.invariants if not i.holds(result.case, own))
