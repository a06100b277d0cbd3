"""Explains why answers are wrong: by one name, by two, or not at all.

A name is given only if it explains every case: a hypothesis predicts what the function answers, and the
prediction has to agree, to rounding, wherever the answer or the prediction differs from the reference. What
can't be predicted, such as a changed argument or an exception, is observed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.findings import Finding, Findings
from grader.diagnosis.observations import forbidden_use, is_stub
from grader.diagnosis.probes import Ask
from grader.diagnosis.stages import STAGES, Evidence
from grader.learner.forbidden_libraries import is_autodiff
from grader.lessons import Exercise

ON_SOME_CASES = frozenset({"numerically-unstable", "clipped", "hard-coded-size", "integer-truncation"})
"""Names of what some cases show only: of two findings, such a one comes second."""


def diagnose(exercise: Exercise, results: Sequence[CaseResult], ask: Ask) -> Findings:
    """Explain the wrong answers among `results` with one finding, two, or none.

    `ask(arguments)` calls the same function once more and returns its `Outcome`.
    """
    if used := forbidden_use(results):
        return (Finding("uses-autodiff" if is_autodiff(used) else "borrowed-solution", used),)
    if any(result.outcome.timed_out for result in results):
        return ()
    if all(is_stub(result) for result in results):
        return (Finding("not-implemented"),)
    found = () if all(r.values_right for r in results) else _explain(Evidence(exercise, results, ask))
    if not all(result.arguments_unchanged for result in results):
        if found and found[0].name == "raises" and all(r.values_right for r in results if r.answered):
            found = ()  # an array of integers that is changed in place raises
        found = (*found[:1], Finding("mutates-arguments"))
    return tuple(sorted(found, key=_rank))


def _rank(finding: Finding) -> int:
    """First a slip that shifts entries into each other's places, last what some cases show only."""
    if finding.name in ON_SOME_CASES:
        return 2
    return 0 if finding.slip and finding.name == "wrong-keys" else 1


def _explain(evidence: Evidence) -> Findings:
    """The findings of the first stage that has any."""
    for stage in STAGES:
        if found := stage(evidence):
            return tuple(_with_argument_names(finding, evidence) for finding in found)
    return ()


def _with_argument_names(finding: Finding, evidence: Evidence) -> Finding:
    """Add the names of the arguments to `ignores-argument` if they are missing."""
    if finding.name != "ignores-argument" or finding.detail:
        return finding
    return replace(finding, detail=", ".join(evidence.ignored_arguments))
