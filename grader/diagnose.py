"""Says why an answer is wrong: a name, a pair of names, or none.

A name is given only when it accounts for every case: an explanation predicts what the function
answers, and the prediction has to agree, to rounding, wherever the answer or the prediction
differs from the reference. What can't be predicted (a changed argument, an exception) is observed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, permutations
from typing import Any

import numpy as np

from grader.call import foreign_library
from grader.compare import agree, series
from grader.lessons import Exercise, Slip
from grader.lessons.misconceptions import FORWARD, RESULT
from grader.plain import copied, same
from grader.trial import Trial, taken_apart

Answer = Mapping[str, Any]
Ask = Callable[[tuple], Any]

LOW_PRECISION = 1e-5


@dataclass(frozen=True)
class Finding:
    """One name of the misconceptions, with what was measured ("8 times the right value"), if anything."""

    name: str
    detail: str = ""


def diagnose(exercise: Exercise, trials: Sequence[Trial], ask: Ask) -> tuple[Finding, ...]:
    """What explains the wrong answers among `trials`: one finding, two, or none.

    `ask(arguments)` puts one more call to the same function and returns its `Outcome`.
    """
    if library := _library(trials):
        return (Finding("uses-autodiff", library),)
    if any(trial.outcome.timed_out for trial in trials):
        return ()
    if all(_is_stub(trial) for trial in trials):
        return (Finding("not-implemented"),)
    found = () if all(t.values_right for t in trials) else _explain(exercise, trials, ask)
    if all(trial.unchanged for trial in trials):
        return found
    if found and found[0].name == "raises" and all(t.values_right for t in trials if t.answered):
        found = ()  # changing an array in place is what raises, where the array is one of integers
    return (*found[:1], Finding("mutates-arguments"))


def _explain(exercise: Exercise, trials: Sequence[Trial], ask: Ask) -> tuple[Finding, ...]:
    """The first explanation that holds, the specific ones before the general ones."""
    small_first = sorted(trials, key=lambda trial: sum(np.size(v) for v in trial.want.values()))
    known: dict = {}
    for explanation in (
        lambda: _slip(exercise, small_first, known),
        lambda: _where_it_fails(trials),
        lambda: _relation(exercise, small_first),
        lambda: _pair(exercise, small_first, known),
        lambda: _entries(trials),
        lambda: _ignored_argument(exercise, trials, ask),
        lambda: _exception(trials),
    ):
        if found := explanation():
            return tuple(_which(finding, exercise, trials, ask) for finding in found)
    return ()


def _which(finding: Finding, exercise: Exercise, trials: Sequence[Trial], ask: Ask) -> Finding:
    """A finding with the argument that is ignored, where it is one of those and has yet to say so."""
    if finding.name != "ignores-argument" or finding.detail:
        return finding
    (told,) = _ignored_argument(exercise, trials, ask) or (finding,)
    return told


# --- Observations -----------------------------------------------------------------------------------


def _library(trials) -> str:
    for trial in trials:
        values = (trial.outcome.value, *trial.got.values())
        if library := trial.outcome.forbidden or next(filter(None, map(foreign_library, values)), ""):
            return library
    return ""


def _is_stub(trial: Trial) -> bool:
    raised = trial.outcome.raised
    return raised.kind == "NotImplementedError" if raised else trial.outcome.value is None


def _exception(trials):
    raised = next((t.outcome.raised for t in trials if t.outcome.raised), None)
    return (Finding("raises", f"{raised.kind}: {raised.message}"),) if raised else ()


def _entries(trials):
    """Entries missing or None, misnamed or too many, where all that are there and asked for are right."""
    answered = [trial for trial in trials if trial.answered]
    wrong = [trial for trial in answered if _there(trial) != trial.want.keys()]
    are_right = all(map(_right_where_there, answered)) or all(map(_right_under_other_names, answered))
    return (Finding("wrong-keys"),) if wrong and are_right else ()


def _right_where_there(trial: Trial) -> bool:
    there = _there(trial)
    return all(part.ok for part in trial.parts if part.name in trial.want and part.name in there)


def _right_under_other_names(trial: Trial) -> bool:
    """Whether every right value came back, whatever it is called."""
    tolerance = trial.exercise.tolerance
    return all(any(agree(got, want, tolerance) for got in trial.got.values()) for want in trial.want.values())


def _there(trial: Trial) -> set[str]:
    """The names of what came back; of several parts, those that hold something."""
    return {name for name, value in trial.got.items() if value is not None or len(trial.want) == 1}


def _where_it_fails(trials):
    """Names that follow from *which* cases fail: the sizes, the integers, the saturated ones."""
    wrong = [trial for trial in trials if not trial.values_right]

    def only(tag) -> bool:
        return all(tag in trial.case.tags for trial in wrong)

    if _follows_size(trials, wrong):
        return (Finding("hard-coded-size"),)
    if only("integer") and all(trial.answered for trial in wrong):
        return (Finding("integer-truncation"),)
    if only("saturated"):
        return (Finding("clipped" if all(map(_finite, wrong)) else "numerically-unstable"),)
    return ()


def _follows_size(trials, wrong) -> bool:
    """Whether the lesson's sizes, or its depth, are right and all others wrong."""
    lesson = next((trial.case for trial in trials if "lesson" in trial.case.tags), None)
    if lesson is None or len(wrong) < 2:
        return False
    depths = {tag for tag in lesson.tags if tag.startswith("depth ")}
    return any([t for t in trials if not t.case.tags & own] == wrong for own in ({"lesson"}, depths) if own)


def _finite(trial: Trial) -> bool:
    if not trial.answered or trial.unstable:
        return False
    numbers = [v for v in trial.got.values() if isinstance(v, (np.ndarray, float))]
    return all(np.all(np.isfinite(v)) for v in numbers)


def _ignored_argument(exercise: Exercise, trials, ask: Ask):
    """Change one argument at a time and see whether the answer ever takes notice."""
    probed = [trial for trial in trials if trial.answered and _finite(trial)]
    ignored = [
        name for place, name in enumerate(exercise.arguments) if _is_ignored(exercise, probed, place, ask)
    ]
    return (Finding("ignores-argument", ", ".join(ignored)),) if ignored else ()


def _is_ignored(exercise: Exercise, probed: Sequence[Trial], place: int, ask: Ask) -> bool:
    """Whether the answer stays the same, to the bit, when the argument at `place` becomes another.

    Only changes count with which the right answer does not.
    """
    told = False
    for trial in probed:
        for moved in _with_others(trial.case.arguments, place):
            if not _matters(exercise, trial, moved):
                continue
            if not (_same_answer(ask(moved), trial) or _draws_from_elsewhere(trial, place, ask)):
                return False
            told = True
    return told


def _draws_from_elsewhere(trial: Trial, place: int, ask: Ask) -> bool:
    """Whether an equal generator of random numbers leads to another answer."""
    given = trial.case.arguments
    return isinstance(given[place], np.random.Generator) and not _same_answer(ask(given), trial)


def _with_others(given: tuple, place: int) -> Iterator[tuple]:
    """The arguments with others in one place: in values alone, which may keep their signs, and in order."""
    if place < len(given):
        for moved in (_moved(given[place], np.random.default_rng(place)), _rolled(given[place])):
            if moved is not None:
                yield (*given[:place], moved, *given[place + 1 :])


def _matters(exercise: Exercise, trial: Trial, moved: tuple) -> bool:
    """Whether the right answer changes by more than the little that an answer's rounding may hide."""
    right, other = (_answer_with(exercise, arguments, ()) for arguments in (trial.case.arguments, moved))
    if right is None or other is None or right.keys() != other.keys():
        return True
    return not all(agree(other[name], value, LOW_PRECISION) for name, value in right.items())


def _same_answer(outcome, trial: Trial) -> bool:
    return not outcome.raised and same(outcome.value, trial.outcome.value)


def _moved(value: Any, rng: np.random.Generator) -> Any:
    """Another legal argument of the same shape, no two entries moved alike; None if there is no telling."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind in "iu" or set(np.unique(value)) <= {0, 1}:
            return np.where(np.arange(value.size).reshape(value.shape) == 0, _other_label(value), value)
        return value * rng.uniform(0.5, 0.95, size=value.shape)
    if isinstance(value, np.random.Generator):
        return np.random.default_rng(rng.integers(2**32))
    if isinstance(value, Mapping):
        moved = {name: _moved(entry, rng) for name, entry in value.items()}
        found = {name: entry for name, entry in moved.items() if entry is not None}
        return {**value, **found} if found else None
    if isinstance(value, float):
        return value * 4 if value else 1.0
    if isinstance(value, int):
        return value // 2 if value > 1 else value + 1
    return None


def _rolled(value: Any) -> Any:
    """The rows of an array, or of all arrays in a dict, each in the place of the next; else None."""
    if isinstance(value, np.ndarray) and value.ndim:
        return np.roll(value, 1, axis=0)
    if isinstance(value, Mapping):
        rolled = {name: _rolled(entry) for name, entry in value.items()}
        found = {name: entry for name, entry in rolled.items() if entry is not None}
        return {**value, **found} if found else None
    return None


def _other_label(value: np.ndarray) -> np.ndarray:
    """Another class for each label, and another number for integers that can't be labels."""
    largest = value.max(initial=1)
    return (value + 1) % (largest + 1) if value.min(initial=0) >= 0 else 1 - value


# --- Predictions ------------------------------------------------------------------------------------


def _accounts_for(
    trials: Sequence[Trial], predict: Callable[[Trial], Answer | None], by_raising: bool = False
) -> bool:
    """Whether a prediction holds on every case, each part being right or as predicted.

    `predict` gives None where it says that the call raises. Wherever it is wrong, the answer has to
    be wrong too: otherwise the answer is right in a place where that slip can't be. To raise as predicted
    is a sign of the slip only where `by_raising` says so: there are too many reasons to raise.
    """
    seen = False
    for trial in trials:
        prediction = predict(trial)
        if prediction is None or not trial.answered:
            if prediction is not None or not trial.outcome.raised:
                return False
            seen = seen or by_raising
            continue
        if not _matches(trial, prediction):
            return False
        seen = seen or not trial.values_right
    return seen


def _matches(trial: Trial, prediction: Answer) -> bool:
    tolerance = max(trial.exercise.tolerance, 1e-9)
    if trial.got.keys() != prediction.keys():
        return False
    right = {part.name for part in trial.parts if part.ok}
    for name, got in trial.got.items():
        if name not in right and not agree(got, prediction[name], tolerance):
            return False
        if name not in right and _are_the_numbers(got, prediction[name], trial.want.get(name), tolerance):
            return False  # just no integers, or in a list: that is seen, not explained
    if len(right) < len(trial.parts):
        return True
    return all(agree(prediction[name], want, tolerance) for name, want in trial.want.items())


def _are_the_numbers(got: Any, prediction: Any, want: Any, tolerance: float) -> bool:
    """Whether the prediction is right, where integers are asked for, or an array and not a list."""
    in_a_list = isinstance(got, (list, tuple)) and not isinstance(want, list)
    integers = np.asarray(want).dtype.kind in "iu"
    return (in_a_list or integers) and agree(np.asarray(prediction), np.asarray(want), tolerance)


def _predictor(exercise: Exercise, slips: tuple[Slip, ...], known: dict):
    """Predict what an answer with these slips would be; answers are kept in `known`."""

    def predict(trial: Trial) -> Answer | None:
        key = (slips, trial.case.label)
        if key not in known:
            known[key] = _answer_with(exercise, trial.case.arguments, slips)
        return known[key]

    return predict


def _answer_with(exercise, arguments, slips) -> Answer | None:
    try:
        with np.errstate(all="ignore"):
            return taken_apart(exercise, exercise.answer(copied(arguments), slips))
    except Exception:  # noqa: BLE001 - shapes may not permit the slip: then a learner's code stops too
        return None


def _by_group(slips: Sequence[Slip]) -> list[Slip]:
    """Names of a later group of the misconceptions before those of the first, which are more general."""
    return sorted(slips, key=lambda slip: slip.name in RESULT or slip.name in FORWARD)


def _slip(exercise: Exercise, trials, known: dict):
    for slip in _by_group(exercise.slips):
        if _accounts_for(trials, _predictor(exercise, (slip,), known), slip.name == "hard-coded-size"):
            return (Finding(slip.name, slip.detail),)
    return ()


def _relation(exercise: Exercise, trials):
    for name, detail, relate in _relations(exercise, trials):
        if _accounts_for(trials, lambda trial, relate=relate: relate(trial, trial.want)):
            return (Finding(_of_a_float(name, trials), detail),)
    return ()


def _of_a_float(name: str, trials) -> str:
    scalar = all(np.shape(value) == () for trial in trials for value in trial.want.values())
    return "not-a-scalar" if scalar and name == "extra-axis" else name


def _pair(exercise: Exercise, trials, known: dict):
    """Two slips in one answer, or a slip and a relation on top of it."""
    if all(_is_nothing(value) for trial in trials for value in trial.got.values()):
        return ()  # two slips may well leave nothing, but nothing is no sign of just these two
    slips = _by_group(exercise.slips)
    for pair in combinations(slips, 2):
        if pair[0].name != pair[1].name:
            apart = pair[0].steps.keys().isdisjoint(pair[1].steps)
            for order in (pair,) if apart else (pair, pair[::-1]):
                if _accounts_for(trials, _predictor(exercise, order, known)):
                    return tuple(Finding(slip.name, slip.detail) for slip in pair)
    relations = list(_relations(exercise, trials))
    for slip in slips:
        predict = _predictor(exercise, (slip,), known)
        for name, detail, relate in relations:
            if name in (slip.name, "constant-factor", "low-precision"):
                continue

            def both(trial, predict=predict, relate=relate):
                base = predict(trial)
                return None if base is None else relate(trial, base)

            if _accounts_for(trials, both):
                return (Finding(slip.name, slip.detail), Finding(_of_a_float(name, trials), detail))
    return _pair_of_relations(trials, relations)


def _is_nothing(value: Any) -> bool:
    """Whether a part of an answer is None, or nothing but zeros."""
    value = series(value)
    return value is None or (isinstance(value, (np.ndarray, int, float)) and not np.any(value))


def _pair_of_relations(trials, relations):
    """Two relations, one on top of the other, such as a transpose of the wrong sign."""
    plain = [relation for relation in relations if relation[0] not in ("constant-factor", "low-precision")]
    for first, second in combinations(plain, 2):
        if first[0] != second[0] and _accounts_for(
            trials, lambda t, f=first, s=second: s[2](t, f[2](t, t.want))
        ):
            return tuple(Finding(_of_a_float(name, trials), detail) for name, detail, _ in (first, second))
    return ()


# --- Relations between an answer and a right (or slipped) one -----------------------------------------


def _relations(exercise: Exercise, trials) -> Iterator[tuple[str, str, Callable]]:
    """Names of the first group that are a relation: name, detail, and what it makes of a base answer."""
    if exercise.parts:
        for order in list(permutations(exercise.parts))[1:]:
            yield "swapped-outputs", "", _in_other_places(dict(zip(exercise.parts, order, strict=True)))
    else:
        yield "swapped-outputs", "", _swapped
    yield "transposed", "", _each(lambda value, got, counts: value.T)
    yield "transposed", "", _each(_stack_transposed)
    yield "extra-axis", "", _each(_reshaped)
    yield "wrong-sign", "", _each(lambda value, got, counts: -value)
    yield "missing-mean", "", _each(lambda value, got, counts: value * counts.get("m", 1))
    yield exercise.extra_mean, "", _each(lambda value, got, counts: value / counts.get("m", 1))
    yield from _wrong_counts(exercise, trials)
    for factor, words in ((2.0, "twice"), (0.5, "half")):
        yield "factor-two", f"{words} the right value", _scaled(factor)
    factor = _constant_factor(trials)
    if factor is not None:
        yield "constant-factor", f"{factor:.6g} times the right value", _scaled(factor)
    yield "low-precision", "", _each(_float32)
    yield "low-precision", "", partial(_of_float32_arguments, exercise)
    yield "low-precision", "", partial(_in_float32, exercise)


def _each(transform):
    """Apply `transform(value, got, counts)` to every part."""

    def relate(trial: Trial, base: Answer) -> Answer:
        return {
            name: transform(np.asarray(value), trial.got.get(name), trial.case.counts)
            for name, value in base.items()
        }

    return relate


def _scaled(factor: float):
    return _each(lambda value, got, counts: value * factor)


def _swapped(trial: Trial, base: Answer) -> Answer:
    """A dict with `dW` and `db` in each other's places."""
    partner = {"dW": "db", "db": "dW"}
    others = {name: partner.get(name[:2], name[:2]) + name[2:] for name in base}
    return {name: base[other] if other in base else base[name] for name, other in others.items()}


def _in_other_places(order: Mapping[str, str]):
    """The parts of a tuple in each other's places: `order` says which one stands for which."""

    def relate(trial: Trial, base: Answer) -> Answer:
        heads = {name: name.partition("[")[0] for name in base}
        return {order.get(head, head) + name[len(head) :]: base[name] for name, head in heads.items()}

    return relate


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


def _float32(value, got, counts):
    """The answer itself, where it is close to `value` and every number of it is one of float32."""
    if isinstance(got, (np.ndarray, float)) and np.shape(got) == value.shape and value.size:
        got = np.asarray(got)
        is_float32 = got.dtype.kind == "f" and np.array_equal(got, got.astype(np.float32))
        if is_float32 and np.abs(got - value).max() <= LOW_PRECISION * np.abs(value).max():
            return got
    return value


def _of_float32_arguments(exercise: Exercise, trial: Trial, base: Answer) -> Answer:
    """What comes of arguments that were rounded to float32 on their way in."""
    answer = _answer_with(exercise, _as_float32(trial.case.arguments), ())
    return base if answer is None else answer


def _in_float32(exercise: Exercise, trial: Trial, base: Answer) -> Answer:
    """The answer itself, where it is what comes of computing in float32 throughout."""
    computed = _answer_with(exercise, _as_float32(trial.case.arguments, np.float32), ())
    return base if computed is None else _each(_float32)(trial, computed)


def _as_float32(value: Any, dtype: type = np.float64) -> Any:
    """Arguments rounded to float32, and kept as `dtype`."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(np.float32).astype(dtype)
    if isinstance(value, Mapping):
        return {name: _as_float32(entry, dtype) for name, entry in value.items()}
    return tuple(_as_float32(entry, dtype) for entry in value) if isinstance(value, tuple) else value


def _wrong_counts(exercise: Exercise, trials):
    """Dividing by another size of the case where m is right."""
    for count in {name: None for t in trials for name in t.case.counts if name != "m"}:

        def transform(value, got, counts, count=count):
            return value * counts.get("m", 1) / counts.get(count, 1)

        yield "mean-over-wrong-count", f"the number of {count}", _each(transform)


def _is_a_pair(factor: float) -> bool:
    """Whether a factor is better told as two findings: twice or half, and of the wrong sign."""
    return any(abs(factor - known) < LOW_PRECISION for known in (-2.0, -0.5))


def _constant_factor(trials) -> float | None:
    """The factor between the first wrong part and its reference, by least squares."""
    for trial in trials:
        for part in trial.parts:
            if not part.ok and part.error is not None and np.any(trial.want[part.name]):
                want = np.ravel(trial.want[part.name])
                factor = float(np.ravel(trial.got[part.name]) @ want / (want @ want))
                return (
                    factor if factor and abs(factor - 1) > LOW_PRECISION and not _is_a_pair(factor) else None
                )
    return None
