"""Finds the pairs of slips that may have led to a wrong answer.

An exercise has hundreds of pairs, so their answers to a case are computed once and kept as tables of samples:
a look-up excludes nearly all pairs, and `predictions` decides about the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.compare import (
    agree,
    allowed_difference,
    list_to_array,
    prediction_tolerance,
    shape_of,
)
from grader.diagnosis.predictions import Answer, Slips, compute_answer, predicted_answer
from grader.diagnosis.references import ReferencedCase
from grader.lessons import Exercise, Slip
from grader.lessons.misconceptions import CONTRADICTIONS, FORWARD, RESULT

MAX_CACHED_TABLES = 32
MAX_SAMPLES = 16  # entries of a part that a table keeps
SAME = 1e-13  # relative differences up to this size are rounding


def specific_first(slips: Sequence[Slip]) -> list[Slip]:
    """Sort slips: names of the first two groups of misconceptions are more general and come last."""
    return sorted(slips, key=lambda slip: slip.name in RESULT or slip.name in FORWARD)


def slip_pairs(exercise: Exercise) -> Iterator[Slips]:
    """Yield all pairs of slips with different names, in both orders if they change the same step."""
    for first, second in combinations(specific_first(exercise.slips), 2):
        if first.name != second.name and not _contradict(first, second):
            yield first, second
            if _share_a_step(first, second):
                yield second, first


def _contradict(first: Slip, second: Slip) -> bool:
    return _share_a_step(first, second) and frozenset((first.name, second.name)) in CONTRADICTIONS


def _share_a_step(first: Slip, second: Slip) -> bool:
    return not first.steps.keys().isdisjoint(second.steps)


def likely_pairs(result: CaseResult) -> list[Slips]:
    """The pairs of slips that may have led to a wrong answer; no other pair can have."""
    wrong = _as_arrays(result.got, [p.name for p in result.parts if not p.ok and p.name in result.got])
    if wrong is None or not (_has_predictable_parts(result) and _has_predictable_lengths(result)):
        return []
    pairs, tables = find_tables(result.exercise, result.referenced)
    tolerance = prediction_tolerance(result.exercise.tolerance)
    fitting = [table for table in tables if table.shapes.keys() == result.got.keys()]
    return [pairs[index] for index in sorted(i for table in fitting for i in table.find(wrong, tolerance))]


def _has_predictable_parts(result: CaseResult) -> bool:
    """Whether the right answer, or one with a single slip, has parts of the names that the answer has."""
    return any(
        answer is not None and answer.keys() == result.got.keys()
        for answer in _alone(result.exercise, result.referenced).values()
    )


def _has_predictable_lengths(result: CaseResult) -> bool:
    """Whether two slips can lead to the lengths of the lists in an answer, such as a history.

    A list whose length no slip changes alone keeps it with two; a slip that raises alone may change any.
    """
    alone = _alone(result.exercise, result.referenced).values()
    if None in alone:
        return True
    lists = {name: np.shape(want) for name, want in result.want.items() if isinstance(want, list)}
    return not any(
        shape_of(list_to_array(result.got.get(name))) != shape
        and all(shape_of(list_to_array(answer.get(name))) == shape for answer in alone)
        for name, shape in lists.items()
    )


def _alone(exercise: Exercise, referenced: ReferencedCase) -> dict[Slips, Answer | None]:
    """The right answer to a case, and the answers with one slip each."""
    choices = [(), *((slip,) for slip in exercise.slips)]
    return {slips: predicted_answer(exercise, referenced, slips) for slips in choices}


@dataclass(frozen=True)
class _Table:
    """Answers whose parts have the same shapes, one answer a row.

    `indices` are the places of each answer's pairs among all pairs, `shapes` the shapes of the parts,
    `samples` the sampled entries of each part (n, samples), `scales` the largest absolute value of each part
    (n, 1).
    """

    indices: Sequence[Sequence[int]]
    shapes: Mapping[str, tuple[int, ...]]
    samples: Mapping[str, np.ndarray]
    scales: Mapping[str, np.ndarray]

    def find(self, wrong: Mapping[str, np.ndarray], tolerance: float) -> Iterator[int]:
        """Yield the indices of the pairs whose samples agree with the wrong parts of an answer."""
        if any(part.shape != self.shapes[name] for name, part in wrong.items()):
            return
        agrees = np.ones(len(self.indices), bool)
        for name, part in wrong.items():
            off = np.abs(self.samples[name] - _sample(part))
            agrees &= ~np.any(off > allowed_difference(self.scales[name], tolerance), axis=1)
        for row in np.flatnonzero(agrees):
            yield from self.indices[row]


def _sample(part: np.ndarray) -> np.ndarray:
    """At most `MAX_SAMPLES` entries of a part, evenly spaced."""
    flat = np.ravel(part)
    return flat[:: max(1, -(-flat.size // MAX_SAMPLES))]


def _as_arrays(answer: Answer, names: Iterable[str]) -> dict[str, np.ndarray] | None:
    """Parts of an answer as arrays of real numbers; None if one of them is something else."""
    parts: dict[str, Any] = {name: list_to_array(answer[name]) for name in names}
    if not all(isinstance(part, (np.ndarray, np.generic, int, float)) for part in parts.values()):
        return None
    arrays = {name: np.asarray(part) for name, part in parts.items()}
    return arrays if all(array.dtype.kind in "biuf" for array in arrays.values()) else None


@lru_cache(maxsize=MAX_CACHED_TABLES)
def find_tables(exercise: Exercise, referenced: ReferencedCase) -> tuple[list[Slips], list[_Table]]:
    """All pairs of slips, and tables of the answers of those that do not raise."""
    pairs, rows_by_shapes = list(slip_pairs(exercise)), {}
    for slips, indices in _by_slips_that_show(exercise, referenced, pairs).items():
        answer = compute_answer(exercise, referenced.case.arguments, slips)
        if answer is not None and (parts := _as_arrays(answer, answer)) is not None:
            shapes = tuple((name, part.shape) for name, part in sorted(parts.items()))
            rows_by_shapes.setdefault(shapes, []).append((indices, parts))
    return pairs, [_table(dict(shapes), rows) for shapes, rows in rows_by_shapes.items()]


def _by_slips_that_show(
    exercise: Exercise, referenced: ReferencedCase, pairs: Sequence[Slips]
) -> dict[Slips, list[int]]:
    """The indices of the pairs by those of their slips that change the answer to this case.

    Some change nothing there: a missing mean over one example, say. So few of the pairs have to be computed.
    """
    alone = _alone(exercise, referenced)
    show = {slip for slips, answer in alone.items() for slip in slips if not _is_same(answer, alone[()])}
    indices = defaultdict(list)
    for index, pair in enumerate(pairs):
        indices[tuple(slip for slip in pair if slip in show)].append(index)
    return indices


def _is_same(answer: Answer | None, right: Answer | None) -> bool:
    """Whether an answer is the right one but for rounding."""
    if answer is None or right is None or answer.keys() != right.keys():
        return False
    return all(agree(answer[name], value, SAME) for name, value in right.items())


def _table(
    shapes: Mapping[str, tuple[int, ...]], rows: Sequence[tuple[Sequence[int], dict[str, np.ndarray]]]
) -> _Table:
    samples = {name: np.stack([_sample(parts[name]) for _, parts in rows]) for name in shapes}
    scales = {
        name: np.array([[np.abs(parts[name]).max(initial=0.0)] for _, parts in rows]) for name in shapes
    }
    return _Table([indices for indices, _ in rows], shapes, samples, scales)
