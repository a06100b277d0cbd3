"""Relations between an answer and the right one, or one with a slip: names that need no declared slip."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.compare import RATIO_TOLERANCE
from grader.diagnosis.predictions import Answer, compute_answer
from grader.lessons import Exercise

FLOAT32_ERROR = 1e-5  # relative errors up to this size may come from computing in float32

Transform = Callable[[np.ndarray, Any, Mapping[str, int]], np.ndarray]
"""`transform(value, got, counts)` changes one part; `got` is the learner's value, `counts` are the case's."""


@dataclass(frozen=True)
class Relation:
    """A name, a detail such as "twice what it should be", and what the relation makes of an answer.

    `apply(result, base)` changes the parts of `base`, an answer to the result's case. A relation is not
    `combinable` with a slip or another relation if together they would explain too much. If
    `needs_all_parts`, it explains an answer only if all parts agree, also the right ones.
    """

    name: str
    detail: str
    apply: Callable[[CaseResult, Answer], Answer]
    combinable: bool = True
    needs_all_parts: bool = False


def candidate_relations(exercise: Exercise, results: Sequence[CaseResult]) -> Iterator[Relation]:
    """Yield the relations to look for, with constants such as a factor measured on the results."""
    yield from _swaps(exercise)
    yield Relation("transposed", "", _each_part(lambda value, got, counts: value.T))
    yield Relation("transposed", "", _each_part(_transpose_matrices))
    yield Relation("extra-axis", "", _each_part(_reshape_like_answer))
    yield Relation("wrong-sign", "", _each_part(lambda value, got, counts: -value))
    yield Relation("missing-mean", "", _each_part(lambda value, got, counts: value * counts.get("m", 1)))
    yield Relation(exercise.extra_mean, "", _each_part(lambda value, got, counts: value / counts.get("m", 1)))
    yield from _wrong_counts(exercise, results)
    yield Relation("factor-two", "twice what it should be", _scale(2.0))
    yield Relation("factor-two", "half of what it should be", _scale(0.5))
    factor = _constant_factor(results)
    if factor is not None:
        detail = f"{factor:.6g} times the right value"
        yield Relation("constant-factor", detail, _scale(factor), combinable=False)
    yield Relation("low-precision", "", _each_part(_float32_answer), combinable=False)
    yield Relation("low-precision", "", partial(_from_float32_arguments, exercise), combinable=False)
    yield Relation("low-precision", "", partial(_computed_in_float32, exercise), combinable=False)


def _each_part(transform: Transform):
    def apply(result: CaseResult, base: Answer) -> Answer:
        return {
            name: transform(np.asarray(value), result.got.get(name), result.case.counts)
            for name, value in base.items()
        }

    return apply


def _scale(factor: float):
    return _each_part(lambda value, got, counts: value * factor)


# --- Order and shape ----------------------------------------------------------------------------------


def _swaps(exercise: Exercise) -> Iterator[Relation]:
    """All orders of the parts of a tuple, or the counterparts of a dict in each other's places."""
    if exercise.parts:
        for order in list(permutations(exercise.parts))[1:]:
            new_names = dict(zip(exercise.parts, order, strict=True))
            yield Relation("swapped-outputs", "", _rename_parts(new_names), needs_all_parts=True)
    elif exercise.counterparts:
        yield Relation("swapped-outputs", "", _swap_counterparts)


def _rename_parts(new_names: Mapping[str, str]):
    """Give the parts of a tuple, and the entries of those that are dicts, each other's names."""

    def apply(result: CaseResult, base: Answer) -> Answer:
        heads = {name: name.partition("[")[0] for name in base}
        return {new_names.get(head, head) + name[len(head) :]: base[name] for name, head in heads.items()}

    return apply


def _swap_counterparts(result: CaseResult, base: Answer) -> Answer:
    """Swap the entries of a dict that are counterparts, such as `dW1` and `db1`."""
    others = {name: _counterpart(result.exercise, name) for name in base}
    return {name: base[other] if other in base else base[name] for name, other in others.items()}


def _counterpart(exercise: Exercise, name: str) -> str:
    """The part that `name` may be mistaken for, or `name` itself."""
    pairs = exercise.counterparts.items()
    return next((other + name.removeprefix(start) for start, other in pairs if name.startswith(start)), name)


def _transpose_matrices(value: np.ndarray, got: Any, counts: Mapping[str, int]) -> np.ndarray:
    """Transpose each matrix of a stack (more than two axes); anything else stays as it is."""
    return np.swapaxes(value, -1, -2) if value.ndim > 2 else value


def _reshape_like_answer(value: np.ndarray, got: Any, counts: Mapping[str, int]) -> np.ndarray:
    """Give `value` the shape of the answer if the two differ only in axes of length 1."""
    if isinstance(got, (np.ndarray, float, int)) and not isinstance(got, bool):
        long_axes = [n for n in np.shape(got) if n != 1]
        if long_axes == [n for n in value.shape if n != 1]:
            return value.reshape(np.shape(got))
    return value


# --- Counts and factors -------------------------------------------------------------------------------


def _wrong_counts(exercise: Exercise, results: Sequence[CaseResult]) -> Iterator[Relation]:
    """Dividing by another count of the case than m, or by one number in all cases."""
    counts_but_m = (name for result in results for name in result.case.counts if name != "m")
    for count in dict.fromkeys(counts_but_m):

        def divide_by_count(value, got, counts, count=count):
            return value * counts.get("m", 1) / counts.get(count, 1)

        yield Relation("mean-over-wrong-count", f"the number of {count}", _each_part(divide_by_count))
    yield Relation("mean-over-wrong-count", "one fewer than there are examples", _each_part(_over_one_fewer))
    divisor = _fixed_divisor(exercise, results)
    if divisor:

        def divide_by_constant(value, got, counts):
            return value * counts.get("m", 1) / divisor

        detail = f"{divisor}, however many examples there are"
        yield Relation("hard-coded-size", detail, _each_part(divide_by_constant))


def _over_one_fewer(value: np.ndarray, got: Any, counts: Mapping[str, int]) -> np.ndarray:
    """The mean over m - 1 in the place of m; a single example is divided by 1."""
    m = counts.get("m", 1)
    return value * m / max(m - 1, 1)


def _fixed_divisor(exercise: Exercise, results: Sequence[CaseResult]) -> int | None:
    """The whole number that the first wrong part seems to be divided by instead of m, if any.

    None if all cases have the same factor: a fixed divisor on top of another slip would say no more than
    `constant-factor`.
    """
    sizes = {result.case.counts.get("m") for result in results}
    if exercise.extra_mean != "double-mean" or None in sizes or len(sizes) < 2:
        return None
    if np.ptp([factor for factor in map(_factor, results) if factor] or [1.0]) < FLOAT32_ERROR:
        return None
    for result in results:
        factor = _factor(result)
        if factor:
            divisor = result.case.counts["m"] / factor
            whole = round(divisor) if 2.5 < divisor < 1e9 else 0
            return whole if whole and abs(divisor - whole) < RATIO_TOLERANCE * whole else None
    return None


def _constant_factor(results: Sequence[CaseResult]) -> float | None:
    """The factor between the first wrong part and its reference, None if it is 1."""
    factor = next(filter(None, map(_factor, results)), None)
    return factor if factor and abs(factor - 1) > FLOAT32_ERROR else None


def _factor(result: CaseResult) -> float | None:
    """The factor between a result's first wrong part and its reference, by least squares."""
    for part in result.parts:
        if not part.ok and part.error is not None and np.any(result.want[part.name]):
            want = np.ravel(result.want[part.name])
            return float(np.ravel(result.got[part.name]) @ want / (want @ want))
    return None


# --- Precision ----------------------------------------------------------------------------------------


def _float32_answer(value: np.ndarray, got: Any, counts: Mapping[str, int]) -> np.ndarray:
    """The learner's own value if it is close to `value` and float32 holds it exactly, else `value`."""
    if isinstance(got, (np.ndarray, float)) and np.shape(got) == value.shape and value.size:
        got = np.asarray(got)
        is_float32 = got.dtype.kind == "f" and np.array_equal(got, got.astype(np.float32))
        if is_float32 and np.abs(got - value).max() <= FLOAT32_ERROR * np.abs(value).max():
            return got
    return value


def _from_float32_arguments(exercise: Exercise, result: CaseResult, base: Answer) -> Answer:
    """The right answer to the arguments rounded to float32."""
    answer = compute_answer(exercise, as_float32(result.case.arguments))
    return base if answer is None else answer


def _computed_in_float32(exercise: Exercise, result: CaseResult, base: Answer) -> Answer:
    """The learner's own answer if it is close to the one computed in float32 throughout."""
    computed = compute_answer(exercise, as_float32(result.case.arguments, np.float32))
    return base if computed is None else _each_part(_float32_answer)(result, computed)


def as_float32(value: Any, dtype: type = np.float64) -> Any:
    """Round floating-point arrays, also those in dicts and tuples, to float32 and return them as `dtype`."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(np.float32).astype(dtype)
    if isinstance(value, Mapping):
        return {name: as_float32(entry, dtype) for name, entry in value.items()}
    return tuple(as_float32(entry, dtype) for entry in value) if isinstance(value, tuple) else value
