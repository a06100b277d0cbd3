"""`hint`: the next of three for an exercise, after what the last verdict found."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from grader.feedback.status import CORRECT
from grader.lessons import Exercise
from grader.study import learner_at_work
from grader.study.called_exercise import find_exercise
from grader.study.note import Note
from grader.study.verdicts import last_verdict

_explained: dict[tuple[str, str], object] = {}
"""By lesson and exercise, the verdict whose finding has been a hint already."""


def hint(function: Callable, *, lesson: str | None = None) -> Note:
    """Give the next hint for one of a lesson's functions.

    If the last `check` in this kernel found a slip, the first hint is about it. Then come three, from a
    question to the shape of the answer; after the last, all three again.
    """
    lesson, exercise = find_exercise(function, lesson, sys._getframe(1).f_globals, "hint")
    name = exercise.name
    verdict = last_verdict(lesson, name)
    if verdict is not None and verdict.status == CORRECT:
        return Note(f"{name} is right.", (f"solution({name}) shows another way to write it.",))
    if verdict is not None and verdict.findings and _explained.get((lesson, name)) is not verdict:
        _explained[lesson, name] = verdict
        found = verdict.findings[0]
        said = tuple(filter(None, (found.advice, found.experiment)))
        return Note(f"{name}: a hint from the last check", said, found.code, found.section)
    return _general_hint(lesson, exercise)


def _general_hint(lesson: str, exercise: Exercise) -> Note:
    hints, name = exercise.general_hints, exercise.name

    def count(entry: dict[str, Any]) -> int:
        given = entry.get("hints", 0)
        entry["hints"] = min(given + 1, len(hints))
        return given

    given = learner_at_work.change_entry(lesson, "exercises", name, count)
    if given >= len(hints):
        numbered = tuple(f"{number}. {text}" for number, text in enumerate(hints, start=1))
        return Note(f"{name}: these were the three hints", (*numbered, _after_the_last(name)))
    is_last = given + 1 == len(hints)
    more = _after_the_last(name) if is_last else f"Try with this first; then hint({name}) has another."
    return Note(f"{name}: hint {given + 1} of {len(hints)}", (hints[given], more), section=exercise.reread)


def _after_the_last(name: str) -> str:
    return f"Run check({name}) on what you have, however little it is: the verdict has hints of its own."
