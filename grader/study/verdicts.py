"""Keeps what the checks of a learner found, for hints and for the picture of their progress."""

from __future__ import annotations

from typing import Any

from grader.feedback.status import CORRECT
from grader.feedback.verdict import Verdict
from grader.study import learner_at_work

FINDING_FIELDS = ("advice", "experiment", "code", "section")
"""What is kept of the first finding of a verdict, for a hint."""
_is_right: dict[tuple[str, str], bool] = {}


def keep_verdict(lesson: str, verdict: Verdict) -> bool:
    """Keep a verdict, and return whether the exercise is right for the first time."""
    _is_right[lesson, verdict.name] = verdict.status == CORRECT

    def edit(entry: dict[str, Any]) -> bool:
        was_right = entry.get("status") == CORRECT
        entry["checks"] = entry.get("checks", 0) + 1
        entry["last"] = verdict.status
        entry["status"] = CORRECT if was_right else verdict.status
        take_finding(entry)
        for finding in verdict.findings[:1]:
            entry |= {field: getattr(finding, field) for field in FINDING_FIELDS}
        return verdict.status == CORRECT and not was_right

    return learner_at_work.change_entry(lesson, "exercises", verdict.name, edit)


def take_finding(entry: dict[str, Any]) -> dict[str, str]:
    """Remove what is kept of a finding from the entry of an exercise, and return it: {} if nothing is."""
    return {field: entry.pop(field) for field in FINDING_FIELDS if field in entry}


def is_right(lesson: str, name: str) -> bool:
    """Whether the last verdict on an exercise in this kernel said so."""
    return _is_right.get((lesson, name), False)


def is_shown(lesson: str, name: str) -> bool:
    """Whether a verdict on an exercise was shown in this kernel."""
    return (lesson, name) in _is_right
