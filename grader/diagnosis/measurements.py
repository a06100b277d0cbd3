"""Measures a wrong answer that no name explains. Measurements are facts about its numbers, never guesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.compare import Part, constant_ratio, entries_off
from grader.diagnosis.probes import Ask, fails_on_one_label
from grader.diagnosis.relations import FLOAT32_ERROR


@dataclass(frozen=True)
class Measurement:
    """Measurements of the first part that is wrong in itself, on the case that the verdict displays.

    `axes` are the names of the reference's axes. `ratio` is "everywhere", "each row ..." or "each column ..."
    if the ratio to the right values is constant there, else "". `factor` is that ratio if it is the same
    everywhere, `offset` the difference if that is. `places` describes the entries that are wrong, `cases` the
    cases on which the function is; both are "" without a pattern. `lacks` are the sentences of the invariants
    that the answer breaks.
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
        """The measurements as JSON data."""
        entries = asdict(self)
        shapes = {k: entries[k] and list(entries[k]) for k in ("got_shape", "want_shape")}
        return {**entries, **shapes, "axes": list(self.axes), "lacks": list(self.lacks)}

    @property
    def sentences(self) -> list[str]:
        """The measurements in sentences, without those that a verdict makes of any wrong part."""
        sentences = []
        if self.got_shape not in (None, self.want_shape) and any(self.axes):
            sentences.append(f"It should have {_lines_and_axes(self.axes)}.")
        if self.factor:
            sentences.append("The factor is not the same on all cases.")
        if self.offset is not None:
            sentences.append(f"It is off by the same amount everywhere, {self.offset:.4g}.")
        if self.ratio.startswith("each"):
            sentences.append(f"Its ratio to the right values is one number in {self.ratio}.")
        if self.places:
            sentences.append(f"It is wrong only {self.places}.")
        if self.cases:
            sentences.append(f"The function goes wrong only {self.cases}.")
        return [*sentences, *self.lacks]


def measure(
    results: Sequence[CaseResult], displayed: CaseResult, parts: Sequence[Part], ask: Ask
) -> Measurement | None:
    """Measure the first of the `parts` of the displayed result that is wrong in itself.

    `ask(arguments)` calls the function once more. None if there is no such part, or no answer.
    """
    wrong = next((part for part in parts if not part.ok and not part.follows), None)
    if wrong is None or not displayed.answered:
        return None
    # Values that are right but for rounding are not measured: the type is wrong, or a warning counts.
    is_close = wrong.error is not None and wrong.error <= FLOAT32_ERROR and bool(wrong.problem)
    has_numbers = wrong.name in displayed.own and not is_close
    numbers = _measure_numbers(displayed, wrong.name) if has_numbers else {}
    return Measurement(
        case=displayed.case.label,
        part=wrong.name,
        got_shape=wrong.got_shape,
        want_shape=wrong.want_shape,
        axes=displayed.exercise.axes_of(wrong.name, len(wrong.want_shape or ())),
        cases=_pattern_of_wrong_cases(results, ask),
        lacks=() if is_close else _broken_invariants(displayed),
        **numbers,
    )


def _lines_and_axes(axes: Sequence[str]) -> str:
    """A description of a shape, such as "a row for each example and a column for each unit"."""
    lines = {1: ("an entry",), 2: ("a row", "a column"), 3: ("a matrix", "a row of it", "a column")}[
        len(axes)
    ]
    return " and ".join(f"{line} for each {axis}" for line, axis in zip(lines, axes, strict=True))


# --- Numbers ------------------------------------------------------------------------------------------


def _measure_numbers(result: CaseResult, name: str) -> dict[str, Any]:
    """The fields of a measurement that depend on the values of a part of the right shape."""
    got, want = result.own[name], np.asarray(result.want[name], np.float64)
    off = entries_off(got, want, result.exercise.tolerance)
    axes = result.exercise.axes_of(name, want.ndim)
    factor = constant_ratio(got, want)
    offset = constant_ratio(got - want, np.ones_like(want))
    ratio = _lines_with_constant_ratio(got, want, axes) if want.ndim == 2 else ""
    has_several = want.size > 1 and factor is None
    return {
        "ratio": ratio if factor is None else "everywhere",
        "factor": factor,
        "offset": offset if has_several else None,
        "places": _pattern_of_wrong_entries(off, axes) if offset is None else "",
    }


def _lines_with_constant_ratio(got: np.ndarray, want: np.ndarray, axes: Sequence[str]) -> str:
    """Return "each row ..." or "each column ..." if all of these have a constant ratio, else ""."""
    for kind, axis, a, b in (("row", axes[0], got, want), ("column", axes[1], got.T, want.T)):
        if a.shape[1] > 1 and all(constant_ratio(*lines) is not None for lines in zip(a, b, strict=True)):
            return f"each {kind}, that is for each {axis}" if axis else f"each {kind}"
    return ""


def _pattern_of_wrong_entries(off: np.ndarray, axes: Sequence[str]) -> str:
    """A description of the entries that are off; "" for all of them, or without a pattern."""
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
            return _describe_lines(lines, off.shape[axis], axes[axis] or kind)
    return ""


def _describe_lines(lines: np.ndarray, count: int, kind: str) -> str:
    """Describe rows or columns, such as "for the first example" or "for 3 of 12 examples"."""
    if len(lines) > 1:
        return f"for {len(lines)} of {count} {_plural(kind)}"
    (line,) = lines
    ordinal = {0: "first", count - 1: "last"}.get(line)
    return f"for the {ordinal} {kind}" if ordinal else f"for {kind} {line} (counted from 0)"


def _plural(kind: str) -> str:
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}es" if kind.endswith("s") else f"{kind}s"


# --- Cases --------------------------------------------------------------------------------------------

CASE_PATTERNS = {
    # tag of a case: descriptions of the cases that have it, and of those that don't ("" if of no interest)
    "saturated": ("where inputs are saturated", "where inputs are not saturated"),
    "integer": ("with integers", ""),
    "one example": ("with a single example", "with more than one example"),
    "square": ("with square matrices", "where no matrix is square"),
    "one unit": ("with layers of one unit", "with more than one unit"),
    "one class": ("with a single class", ""),
}


ONE_LABEL = "where all examples have the same label"


def _pattern_of_wrong_cases(results: Sequence[CaseResult], ask: Ask) -> str:
    """A description of the wrong cases that fits no other; "" if all are wrong, or without a pattern."""
    wrong = {result for result in results if not result.right}
    if len(wrong) == len(results):
        return ""
    for tag, (words_with, words_without) in CASE_PATTERNS.items():
        tagged = {result for result in results if tag in result.case.tags}
        if wrong == tagged:
            is_of_label = tag == "one example" and all(fails_on_one_label(result, ask) for result in wrong)
            return ONE_LABEL if is_of_label else words_with
        if words_without and wrong == set(results) - tagged:
            return words_without
    return ""


def _broken_invariants(result: CaseResult) -> tuple[str, ...]:
    """The sentences of the invariants that a complete answer breaks."""
    if not result.own.keys() >= result.want.keys():
        return ()
    with np.errstate(all="ignore"):
        broken = [i for i in result.exercise.invariants if not i.holds(result.case, result.own)]
    return tuple(invariant.sentence for invariant in broken)
