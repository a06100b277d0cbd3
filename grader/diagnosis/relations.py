"""Relations between an answer and a right, or a slipped, one: names that need no slip to be declared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.predictions import Answer, answer_with
from grader.lessons import Exercise

LOW_PRECISION = 1e-5


@dataclass(frozen=True)
class Relation:
    """A name, what was measured, and `apply(result, base)`: what the relation makes of a base answer.

    What is `alone` holds of right answers only: on top of a slip it would explain too much. What is `whole`
    holds of all parts at once, and not of some of them.
    """

    name: str
    detail: str
    apply: Callable[[CaseResult, Answer], Answer]
    alone: bool = False
    whole: bool = False


def relations(exercise: Exercise, results: Sequence[CaseResult]) -> Iterator[Relation]:
    """The relations that an answer to the exercise may have, their constants taken from the results."""
    if exercise.parts:
        for order in list(permutations(exercise.parts))[1:]:
            places = dict(zip(exercise.parts, order, strict=True))
            yield Relation("swapped-outputs", "", _in_other_places(places), whole=True)
    elif exercise.counterparts:
        yield Relation("swapped-outputs", "", _swapped)
    yield Relation("transposed", "", _each(lambda value, got, counts: value.T))
    yield Relation("transposed", "", _each(_stack_transposed))
    yield Relation("extra-axis", "", _each(_reshaped))
    yield Relation("wrong-sign", "", _each(lambda value, got, counts: -value))
    yield Relation("missing-mean", "", _each(lambda value, got, counts: value * counts.get("m", 1)))
    yield Relation(exercise.extra_mean, "", _each(lambda value, got, counts: value / counts.get("m", 1)))
    yield from _wrong_counts(exercise, results)
    for factor, words in ((2.0, "twice"), (0.5, "half")):
        yield Relation("factor-two", f"{words} the right value", _scaled(factor))
    factor = _constant_factor(results)
    if factor is not None:
        yield Relation("constant-factor", f"{factor:.6g} times the right value", _scaled(factor), alone=True)
    yield Relation("low-precision", "", _each(_float32), alone=True)
    yield Relation("low-precision", "", partial(_of_float32_arguments, exercise), alone=True)
    yield Relation("low-precision", "", partial(_in_float32, exercise), alone=True)


def _each(transform):
    """Apply `transform(value, got, counts)` to every part."""

    def apply(result: CaseResult, base: Answer) -> Answer:
        return {
            name: transform(np.asarray(value), result.got.get(name), result.case.counts)
            for name, value in base.items()
        }

    return apply


def _scaled(factor: float):
    return _each(lambda value, got, counts: value * factor)


def _swapped(result: CaseResult, base: Answer) -> Answer:
    """A dict with the entries of counterparts, such as `dW1` and `db1`, in each other's places."""
    others = {name: _counterpart(result.exercise, name) for name in base}
    return {name: base[other] if other in base else base[name] for name, other in others.items()}


def _counterpart(exercise: Exercise, name: str) -> str:
    """The name of the part that `name` may be mistaken for, `name` itself if there is none."""
    pairs = exercise.counterparts.items()
    return next((other + name.removeprefix(start) for start, other in pairs if name.startswith(start)), name)


def _in_other_places(order: Mapping[str, str]):
    """The parts of a tuple in each other's places: `order` says which one stands for which."""

    def apply(result: CaseResult, base: Answer) -> Answer:
        heads = {name: name.partition("[")[0] for name in base}
        return {order.get(head, head) + name[len(head) :]: base[name] for name, head in heads.items()}

    return apply


def _stack_transposed(value, got, counts):
    """Each matrix of a stack transposed, and nothing else."""
    return np.swapaxes(value, -1, -2) if value.ndim > 2 else value


def _reshaped(value, got, counts):
    """`value` in the shape of the answer, where the two differ only in axes of length 1."""
    if isinstance(got, (np.ndarray, float, int)) and not isinstance(got, bool):
        long_axes = [n for n in np.shape(got) if n != 1]
        if long_axes == [n for n in value.shape if n != 1]:
            return value.reshape(np.shape(got))
    return value


# --- Counts and factors -------------------------------------------------------------------------------


def _wrong_counts(exercise: Exercise, results: Sequence[CaseResult]) -> Iterator[Relation]:
    """Dividing by another size of the case where m is right, or by one number whatever m is."""
    for count in {name: None for t in results for name in t.case.counts if name != "m"}:

        def other(value, got, counts, count=count):
            return value * counts.get("m", 1) / counts.get(count, 1)

        yield Relation("mean-over-wrong-count", f"the number of {count}", _each(other))
    fixed = _fixed_count(exercise, results)
    if fixed:

        def always(value, got, counts):
            return value * counts.get("m", 1) / fixed

        yield Relation("hard-coded-size", f"{fixed}, however many examples there are", _each(always))


def _fixed_count(exercise: Exercise, results: Sequence[CaseResult]) -> int | None:
    """The whole number that the first wrong part seems to be divided by in the place of m, if any.

    None where one factor tells all cases: a fixed count on top of another slip would only say the same.
    """
    sizes = {result.case.counts.get("m") for result in results}
    if exercise.extra_mean != "double-mean" or None in sizes or len(sizes) < 2:
        return None
    if np.ptp([factor for factor in map(_factor, results) if factor] or [1.0]) < LOW_PRECISION:
        return None
    for result in results:
        factor = _factor(result)
        if factor:
            divisor = result.case.counts["m"] / factor
            whole = round(divisor) if 2.5 < divisor < 1e9 else 0
            return whole if whole and abs(divisor - whole) < 1e-6 * whole else None
    return None


def _constant_factor(results: Sequence[CaseResult]) -> float | None:
    """The factor between the first wrong part and its reference."""
    factor = next(filter(None, map(_factor, results)), None)
    return factor if factor and abs(factor - 1) > LOW_PRECISION else None


def _factor(result: CaseResult) -> float | None:
    """The factor between a result's first wrong part and its reference, by least squares."""
    for part in result.parts:
        if not part.ok and part.error is not None and np.any(result.want[part.name]):
            want = np.ravel(result.want[part.name])
            return float(np.ravel(result.got[part.name]) @ want / (want @ want))
    return None


# --- Precision ----------------------------------------------------------------------------------------


def _float32(value, got, counts):
    """The answer itself, where it is close to `value` and every number of it is one of float32."""
    if isinstance(got, (np.ndarray, float)) and np.shape(got) == value.shape and value.size:
        got = np.asarray(got)
        is_float32 = got.dtype.kind == "f" and np.array_equal(got, got.astype(np.float32))
        if is_float32 and np.abs(got - value).max() <= LOW_PRECISION * np.abs(value).max():
            return got
    return value


def _of_float32_arguments(exercise: Exercise, result: CaseResult, base: Answer) -> Answer:
    """What comes of arguments that were rounded to float32 on their way in."""
    answer = answer_with(exercise, as_float32(result.case.arguments))
    return base if answer is None else answer


def _in_float32(exercise: Exercise, result: CaseResult, base: Answer) -> Answer:
    """The answer itself, where it is what comes of computing in float32 throughout."""
    computed = answer_with(exercise, as_float32(result.case.arguments, np.float32))
    return base if computed is None else _each(_float32)(result, computed)


def as_float32(value: Any, dtype: type = np.float64) -> Any:
    """Arguments rounded to float32, and kept as `dtype`."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(np.float32).astype(dtype)
    if isinstance(value, Mapping):
        return {name: as_float32(entry, dtype) for name, entry in value.items()}
    return tuple(as_float32(entry, dtype) for entry in value) if isinstance(value, tuple) else value
