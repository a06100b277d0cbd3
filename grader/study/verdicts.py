"""Keeps what the checks of a learner found, for hints and for the picture of their progress."""

from __future__ import annotations

from typing import Any

from grader.feedback.status import CORRECT
from grader.feedback.verdict import Verdict
from grader.study import learner_at_work

_last: dict[tuple[str, str], Verdict] = {}


def keep_verdict(lesson: str, verdict: Verdict) -> bool:
    """Keep a verdict, and return whether the exercise is right for the first time."""
    _last[lesson, verdict.name] = verdict

    def edit(entry: dict[str, Any]) -> bool:
        was_right = entry.get("status") == CORRECT
        entry["checks"] = entry.get("checks", 0) + 1
        entry["last"] = verdict.status
        entry["status"] = CORRECT if was_right else verdict.status
        return verdict.status == CORRECT and not was_right

    return learner_at_work.change_entry(lesson, "exercises", verdict.name, edit)


def last_verdict(lesson: str, name: str) -> Verdict | None:
    """The last verdict on an exercise in this kernel."""
    return _last.get((lesson, name))
