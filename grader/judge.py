"""Calls a function on the cases of an exercise and turns its answers into a verdict."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.compare import Part
from grader.diagnosis.describe import (
    describe_example,
    describe_failure,
    describe_missing,
    describe_not_python,
    describe_warning,
    with_places,
)
from grader.diagnosis.diagnose import diagnose
from grader.diagnosis.error_carried_forward import following_parts
from grader.diagnosis.findings import Finding, Findings
from grader.diagnosis.measurements import measure
from grader.diagnosis.probes import Ask
from grader.diagnosis.references import SHIPPED, References
from grader.diagnosis.secret_cases import is_secret, without_secrets
from grader.feedback.explanation import explain
from grader.feedback.picture import Difference
from grader.feedback.status import CORRECT, ERROR, FORBIDDEN, INCORRECT, MISSING, TIMEOUT
from grader.feedback.verdict import Verdict
from grader.learner.call import LEAST_SECONDS, TIME_LIMIT, Answers, Outcome, answers_of
from grader.lessons import Exercise


def judge(
    exercise: Exercise,
    answers: Answers,
    seed: int = 0,
    *,
    references: References = SHIPPED,
    carried_forward: bool = False,
) -> Verdict:
    """Return the verdict on the function that `answers` calls, in this process or in another.

    All of its calls together have `TIME_LIMIT` seconds. If errors are `carried_forward`, they cost points
    once: a wrong part earns its points if it is right given the learner's own earlier parts. Of the cases of
    any seed but 0, the verdict quotes no long number (see `grader.diagnosis.secret_cases`).

    Raises `ReferencesMissing` if a reference has to be computed and TensorFlow is not installed.
    """
    seconds_left = TIME_LIMIT

    def outcomes_on(cases: Sequence[tuple]) -> list[Outcome]:
        nonlocal seconds_left
        outcomes = list(answers(cases, max(seconds_left, LEAST_SECONDS)))
        seconds_left -= sum(outcome.seconds for outcome in outcomes)
        outcomes = [_refused_if_borrowed(exercise, outcome) for outcome in outcomes]
        return list(map(without_secrets, outcomes)) if is_secret(seed) else outcomes

    def ask(arguments: tuple) -> Outcome:
        return outcomes_on([arguments])[0]

    cases = references.of(exercise, seed)
    outcomes = outcomes_on([referenced.case.arguments for referenced in cases])
    results = [CaseResult(exercise, *pair) for pair in zip(cases, outcomes, strict=False)]
    with np.errstate(all="ignore"):  # examining whatever numbers came back must not warn
        verdict = _verdict(exercise, results, diagnose(exercise, results, ask), ask, carried_forward)
        if verdict.status == INCORRECT and not is_secret(seed):
            return replace(verdict, example=describe_example(results))
    return verdict


def judge_function(
    exercise: Exercise,
    function: Callable,
    seed: int = 0,
    *,
    references: References = SHIPPED,
    carried_forward: bool = False,
) -> Verdict:
    """Return the verdict on a function of this process."""
    answers = answers_of(function)
    return judge(exercise, answers, seed, references=references, carried_forward=carried_forward)


def missing(exercise: Exercise) -> Verdict:
    """Return the verdict on a function that is not defined."""
    return Verdict(
        name=exercise.name,
        status=MISSING,
        score=0.0,
        max_score=float(exercise.points),
        observation=describe_missing(exercise.name),
        reread=exercise.reread,
    )


def not_python(exercise: Exercise, message: str, line_number: int | None, line: str) -> Verdict:
    """Return the verdict on a function whose cell is not Python, for what `message` and the line say."""
    return Verdict(
        name=exercise.name,
        status=ERROR,
        score=0.0,
        max_score=float(exercise.points),
        observation=describe_not_python(message, line_number, line),
        reread=exercise.reread,
    )


def _refused_if_borrowed(exercise: Exercise, outcome: Outcome) -> Outcome:
    """The outcome; without a value if the call used a function of the course that the exercise withholds."""
    borrowed = next((name for name in outcome.called if name in exercise.withheld), "")
    if not borrowed or outcome.forbidden:
        return outcome
    return replace(outcome, value=None, raised=None, timed_out=False, forbidden=f"utils.network.{borrowed}")


def _verdict(
    exercise: Exercise,
    results: Sequence[CaseResult],
    findings: Findings,
    ask: Ask,
    carried_forward: bool,
) -> Verdict:
    parts_by_result = {result: _parts(result, findings) for result in results}
    parts = _parts_of_all_cases(exercise, parts_by_result)
    status = _status(results, parts, findings)
    displayed = _displayed_result(results)
    displayed_parts = parts_by_result[displayed]
    has_measurement = status == INCORRECT and not findings
    are_entries_shifted = bool(findings) and findings[0].name == "wrong-keys"
    explained = with_places(findings, displayed, displayed_parts)
    return Verdict(
        name=exercise.name,
        status=status,
        score=_score(exercise, status, parts, carried_forward),
        max_score=float(exercise.points),
        parts=tuple(parts),
        findings=tuple(
            explain(exercise, finding.name, finding.detail, finding.slip, place)
            for finding, place in explained
        ),
        observation="" if status == CORRECT else describe_failure(displayed, parts_by_result, findings),
        case_label=displayed.case.label,
        measured=measure(results, displayed, displayed_parts, ask) if has_measurement else None,
        reread=exercise.reread,
        printed=displayed.outcome.printed,
        warning=describe_warning(results),
        difference=None if are_entries_shifted else _difference(displayed, displayed_parts),
    )


def _displayed_result(results: Sequence[CaseResult]) -> CaseResult:
    """The result that the verdict displays: the first wrong one, preferably with an answer."""
    wrong = [result for result in results if not result.right]
    return next((result for result in wrong if result.answered), wrong[0]) if wrong else results[0]


def _difference(result: CaseResult, parts: Sequence[Part]) -> Difference | None:
    """The first part that has the right shape and is wrong in itself, beside its reference."""
    for part in parts:
        if not part.ok and not part.follows and part.name in result.own:
            want = np.asarray(result.want[part.name], float)
            axes = result.exercise.axes_of(part.name, want.ndim)
            tolerance = result.exercise.tolerance
            return Difference(part.name, result.own[part.name], want, axes, tolerance)
    return None


# --- Status and score ---------------------------------------------------------------------------------


def _status(results: Sequence[CaseResult], parts: Sequence[Part], findings: Sequence[Finding]) -> str:
    names = {finding.name for finding in findings}
    if names & {"uses-autodiff", "borrowed-solution"}:
        return FORBIDDEN
    if "not-implemented" in names:
        return MISSING
    if any(result.outcome.timed_out for result in results):
        return TIMEOUT
    if results[0].outcome.raised:
        return ERROR
    return CORRECT if all(part.ok for part in parts) else INCORRECT


def _score(exercise: Exercise, status: str, parts: Sequence[Part], carried_forward: bool) -> float:
    """The points of the parts that are right, or that follow if errors are carried forward."""
    if status not in (CORRECT, INCORRECT):
        return 0.0
    points = exercise.points_of([part.name for part in parts])
    lost = [part.name for part in parts if not (part.ok or (carried_forward and part.follows))]
    score = float(exercise.points) - math.fsum(points[name] for name in lost)
    if any(name.startswith(exercise.carried_on) for name in lost):
        score = min(score, exercise.points / 2)
    return round(score, 9)


# --- Parts --------------------------------------------------------------------------------------------


def _parts(result: CaseResult, findings: Sequence[Finding]) -> list[Part]:
    """The parts of a result, with those that follow from earlier mistakes marked.

    No part is right without an answer, with changed arguments, or with a numerical warning that counts.
    """
    if not result.answered:
        problem = "could not be computed"
        return [replace(part, ok=False, error=None, problem=problem) for part in result.parts]
    if not result.arguments_unchanged:
        return _reject_right_parts(result.parts, "comes with changed arguments")
    if result.unstable:
        return _reject_right_parts(result.parts, f"comes with a warning ({result.outcome.warned[0]})")
    slips = [finding.slip for finding in findings]
    following = following_parts(result, slips if all(slips) else ())
    return [replace(part, follows=True) if part.name in following else part for part in result.parts]


def _reject_right_parts(parts: Sequence[Part], problem: str) -> list[Part]:
    return [replace(part, ok=False, problem=problem) if part.ok else part for part in parts]


def _parts_of_all_cases(exercise: Exercise, parts_by_result: Mapping[CaseResult, list[Part]]) -> list[Part]:
    """The parts over all cases, named as in the lesson's own network.

    Networks of other depths have other parts. Each counts for the part with the same role in the lesson's
    network, but only if all parts are right at the lesson's own depth, where mistakes are easiest to see.
    """
    at_lesson_depth = {
        result: parts
        for result, parts in parts_by_result.items()
        if all(exercise.alias(part.name, result.case) == part.name for part in parts)
    }
    merged = _merged(exercise, at_lesson_depth)
    return merged if any(not part.ok for part in merged) else _merged(exercise, parts_by_result)


def _merged(exercise: Exercise, parts_by_result: Mapping[CaseResult, list[Part]]) -> list[Part]:
    """One part for each name: the first wrong one if there is any, else with the largest error."""
    merged: dict[str, Part] = {}
    for result, parts in parts_by_result.items():
        for part in parts:
            name = exercise.alias(part.name, result.case)
            merged[name] = _worse(merged.get(name), part if part.name == name else replace(part, name=name))
    return list(merged.values())


def _worse(first: Part | None, second: Part) -> Part:
    if first is None or _badness(second) > _badness(first):
        return second
    if second.ok and first.ok and (second.error or 0.0) > (first.error or 0.0):
        return replace(first, error=second.error)
    return first


def _badness(part: Part) -> int:
    return 0 if part.ok else 1 if part.follows else 2
