"""Puts an exercise's questions to a function and turns the answers into a verdict."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from grader.diagnosis.case_results import CaseResult, ReferencedCase, referenced_cases
from grader.diagnosis.compare import Part
from grader.diagnosis.diagnose import Finding, diagnose
from grader.diagnosis.error_carried_forward import following
from grader.diagnosis.measurements import measure
from grader.feedback.explanation import explain
from grader.feedback.picture import Difference
from grader.feedback.status import CORRECT, ERROR, FORBIDDEN, INCORRECT, MISSING, TIMEOUT
from grader.feedback.verdict import Verdict
from grader.learner.call import TIME_LIMIT, Outcome, answering
from grader.lessons import Exercise

Answer = Callable[[tuple, float], Outcome]

NAMED = 8  # so many parts that are right are told one by one


def judge(exercise: Exercise, answer: Answer, seed: int = 0, *, carried_forward: bool = False) -> Verdict:
    """The verdict on the function behind `answer(arguments, seconds)`, which says how one call went.

    The function may live in this process or in another: nothing here can tell. All of its calls
    together have `TIME_LIMIT` seconds. Errors `carried_forward` cost points once: a part that is wrong
    earns its points if it is right given the learner's own earlier parts.
    """
    left = TIME_LIMIT

    def ask(arguments: tuple) -> Outcome:
        nonlocal left
        outcome = answer(arguments, max(left, 0.01))
        left -= outcome.seconds
        return outcome

    results = _results(exercise, ask, referenced_cases(exercise, seed))
    with np.errstate(all="ignore"):  # whatever numbers came back, to look at them is no cause to warn
        return _verdict(exercise, results, diagnose(exercise, results, ask), carried_forward)


def _verdict(
    exercise: Exercise, results: Sequence[CaseResult], findings: tuple[Finding, ...], carried_forward: bool
) -> Verdict:
    told = {result: _parts(result, findings) for result in results}
    parts = _by_alias(exercise, told)
    status = _status(results, parts, findings)
    score = _score(exercise, status, parts, carried_forward)
    shown = _shown(results)
    return Verdict(
        name=exercise.name,
        status=status,
        score=score,
        max_score=float(exercise.points),
        parts=tuple(parts),
        findings=tuple(explain(exercise, finding.name, finding.detail, finding.slip) for finding in findings),
        observation="" if status == CORRECT else _seen(shown, status, told, findings),
        case_label=shown.case.label,
        measured=None if findings or status != INCORRECT else measure(results, shown, told[shown]),
        reread=exercise.reread,
        printed=shown.outcome.printed,
        difference=_difference(shown, told[shown]),
    )


def judge_function(
    exercise: Exercise, function: Callable, seed: int = 0, *, carried_forward: bool = False
) -> Verdict:
    """The verdict on a function of this process."""
    return judge(exercise, answering(function), seed, carried_forward=carried_forward)


def missing(exercise: Exercise) -> Verdict:
    """The verdict on a function that is not there."""
    return Verdict(
        name=exercise.name,
        status=MISSING,
        score=0.0,
        max_score=float(exercise.points),
        observation=f"There is no function called `{exercise.name}`.",
        reread=exercise.reread,
    )


def _results(
    exercise: Exercise, ask: Callable[[tuple], Outcome], asked: Sequence[ReferencedCase]
) -> list[CaseResult]:
    """Ask until the end, or until there is no use in going on."""
    results = []
    for referenced in asked:
        results.append(CaseResult(exercise, referenced, ask(referenced.case.arguments)))
        if results[-1].outcome.timed_out or results[-1].outcome.forbidden:
            break
    return results


def _shown(results: Sequence[CaseResult]) -> CaseResult:
    """The case to speak of: the first that went wrong, with an answer to show if there is one."""
    wrong = [result for result in results if not result.right]
    return next((t for t in wrong if t.answered), wrong[0]) if wrong else results[0]


def _status(results, parts, findings) -> str:
    if any(finding.name == "uses-autodiff" for finding in findings):
        return FORBIDDEN
    if any(finding.name == "not-implemented" for finding in findings):
        return MISSING
    if any(result.outcome.timed_out for result in results):
        return TIMEOUT
    if results[0].outcome.raised:
        return ERROR
    return CORRECT if all(part.ok for part in parts) else INCORRECT


def _score(exercise: Exercise, status: str, parts: Sequence[Part], carried_forward: bool) -> float:
    """The points times the share of the parts that are right, or follow where errors are carried forward."""
    if status not in (CORRECT, INCORRECT):
        return 0.0
    earned = sum(part.ok or (carried_forward and part.follows) for part in parts)
    return float(exercise.points) * earned / len(parts)


def _by_alias(exercise: Exercise, told: Mapping[CaseResult, list[Part]]) -> list[Part]:
    """The parts over all cases, under the names that they have in the lesson's own network.

    Networks of another depth have other parts. They count, for the part of the lesson's network that
    plays the same role, only where all is well at the lesson's depth: what is wrong there shows best there.
    """
    own = {t: p for t, p in told.items() if all(exercise.alias(part.name, t.case) == part.name for part in p)}
    parts = _merged(exercise, own)
    return parts if any(not part.ok for part in parts) else _merged(exercise, told)


def _merged(exercise: Exercise, told: Mapping[CaseResult, list[Part]]) -> list[Part]:
    """Each part as it is where it first went wrong, else where it is least exact."""
    merged: dict[str, Part] = {}
    for result, parts in told.items():
        for part in parts:
            name = exercise.alias(part.name, result.case)
            merged[name] = _worse(merged.get(name), replace(part, name=name))
    return list(merged.values())


def _parts(result: CaseResult, findings: Sequence[Finding]) -> list[Part]:
    """A result's parts and, of the wrong ones, which follow from others.

    None of them is right where the call broke a rule or did not come to an end.
    """
    if not result.answered:
        problem = "could not be computed"
        return [replace(part, ok=False, error=None, problem=problem) for part in result.parts]
    if not result.unchanged:
        return _spoilt(result.parts, "comes with changed arguments")
    if result.unstable:
        return _spoilt(result.parts, f"comes with a warning ({result.outcome.warned[0]})")
    slips = [finding.slip for finding in findings]
    follow = following(result, slips if all(slips) else ())
    return [replace(part, follows=part.name in follow) for part in result.parts]


def _spoilt(parts: Sequence[Part], problem: str) -> list[Part]:
    """The parts with right values made wrong, and why."""
    return [replace(part, ok=False, problem=problem) if part.ok else part for part in parts]


def _worse(known: Part | None, part: Part) -> Part:
    if known is None or _badness(part) > _badness(known):
        return part
    if part.ok and known.ok and (part.error or 0.0) > (known.error or 0.0):
        return replace(known, error=part.error)
    return known


def _badness(part: Part) -> int:
    return 0 if part.ok else 1 if part.follows else 2


def _seen(
    result: CaseResult, status: str, told: Mapping[CaseResult, list[Part]], findings: Sequence[Finding]
) -> str:
    """What went wrong on the case that is shown, in a sentence or two."""
    if status == MISSING:
        return "Not attempted yet." if result.outcome.raised else "It returns None."
    if status == TIMEOUT:
        return f"It was still running after {TIME_LIMIT:g} seconds on {result.case.label} and was stopped."
    if status == FORBIDDEN:
        return f"It uses {findings[0].detail}."
    raised = next((t for t in told if t.outcome.raised), None)
    if raised and (status == ERROR or not any(t.answered and not t.right for t in told)):
        return _what_was_raised(raised)
    sentence = _first_wrong_part(result, told[result])
    return f"{sentence} {_what_was_raised(raised)}" if raised else sentence


def _what_was_raised(result: CaseResult) -> str:
    raised = result.outcome.raised
    place = f" in line {raised.line_number}, `{raised.line}`" if raised.line else ""
    message = f": {raised.message}" if raised.message else ""
    return f"On {result.case.label} it raises {raised.kind}{message}{place}."


def _first_wrong_part(result: CaseResult, parts: Sequence[Part]) -> str:
    """Which part is the first that is wrong in itself, how, and what is not to blame."""
    wrong = [part for part in parts if not part.ok and not part.follows]
    if not wrong:
        return ""
    first, where = wrong[0], result.case.label
    right = [part.name for part in parts if part.ok]
    also = f" ({_listed(right, parts)} {'is' if len(right) == 1 else 'are'} right there)" if right else ""
    what = first.problem or _off_by(result, first)
    return f"On {where}, `{first.name}` {what}{also}.{_what_follows(parts, wrong)}"


def _what_follows(parts: Sequence[Part], wrong: Sequence[Part]) -> str:
    """The parts that are wrong only since an earlier one is, in a sentence."""
    follow = [part.name for part in parts if part.follows]
    if not follow:
        return ""
    own = " and ".join(f"`{part.name}`" for part in wrong) if len(wrong) <= 2 else "earlier parts"
    one = len(follow) == 1
    what = f"{_listed(follow, parts)} {'follows' if one else 'follow'} from that"
    return f" {what}: given your own {own}, {'it is' if one else 'they are'} right."


def _listed(names: Sequence[str], parts: Sequence[Part]) -> str:
    """Names one by one, or how many there are of them."""
    return (
        ", ".join(f"`{n}`" for n in names) if len(names) <= NAMED else f"{len(names)} of {len(parts)} parts"
    )


def _off_by(result: CaseResult, part: Part) -> str:
    got, want = np.asarray(result.got[part.name], float), np.asarray(result.want[part.name], float)
    ratio = got / want
    if not np.any(got):
        return "is zero everywhere"
    if np.all(np.isfinite(ratio)) and np.ptp(ratio) <= 1e-6 * np.abs(ratio).max() and part.error > 1e-3:
        return f"is {_times(ratio.flat[0])} the right value{' everywhere' if want.size > 1 else ''}"
    share = np.mean(np.abs(got - want) > result.exercise.tolerance * np.abs(want).max())
    return f"is off by up to {_share(part.error)} its largest entry, in {share:.0%} of its entries"


def _times(ratio: float) -> str:
    """Such as "12 times" or, for 0.08333, "1/12 of"."""
    if abs(ratio) < 0.9 and abs(1 / ratio - round(1 / ratio)) < 1e-6 * abs(1 / ratio):
        return f"{'-' if ratio < 0 else ''}1/{abs(round(1 / ratio))} of"
    return f"{ratio:.4g} times"


def _share(error: float) -> str:
    """Such as "12% of" or "40 times"."""
    if error >= 2:
        return f"{error:.3g} times"
    return f"{error:.0%} of" if error >= 0.01 else f"{error:.1e} of"


def _difference(result: CaseResult, parts: Sequence[Part]) -> Difference | None:
    """The first part that has the right shape and is wrong in itself."""
    for part in parts:
        if not part.ok and not part.follows and part.name in result.own:
            want = np.asarray(result.want[part.name], float)
            axes = result.exercise.axes_of(part.name, want.ndim)
            return Difference(part.name, result.own[part.name], want, axes)
    return None
