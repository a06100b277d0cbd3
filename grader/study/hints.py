"""`hint`: the next of three for an exercise, after what the last verdict found."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from grader.lessons import Exercise
from grader.study import learner_at_work
from grader.study.called_exercise import find_exercise
from grader.study.note import Note
from grader.study.verdicts import is_right, take_finding


def hint(function: Callable, *, lesson: str | None = None) -> Note:
    """Give the next hint for one of a lesson's functions.

    If the last `check` found a slip, the first hint is about it, also after the kernel restarts. Then come
    three, from a question to the shape of the answer; after the last, all three again.
    """
    lesson, exercise = find_exercise(function, lesson, sys._getframe(1).f_globals, "hint")
    name = exercise.name
    if is_right(lesson, name):
        return Note(f"{name} is right.", (f"solution({name}) shows another way to write it.",))

    def take(entry: dict[str, Any]) -> dict[str, str] | int:
        """Either the finding that was not explained yet, or the number of hints given before."""
        if found := take_finding(entry):
            return found
        given = entry.get("hints", 0)
        entry["hints"] = min(given + 1, len(exercise.general_hints))
        return given

    taken = learner_at_work.change_entry(lesson, "exercises", name, take)
    return _general_hint(exercise, taken) if isinstance(taken, int) else _hint_on_slip(name, taken)


def _hint_on_slip(name: str, found: dict[str, str]) -> Note:
    said = tuple(filter(None, (found.get("advice"), found.get("experiment"))))
    return Note(f"{name}: a hint from the last check", said, found.get("code", ""), found.get("section", ""))


def _general_hint(exercise: Exercise, given: int) -> Note:
    hints, name = exercise.general_hints, exercise.name
    if given >= len(hints):
        numbered = tuple(f"{number}. {text}" for number, text in enumerate(hints, start=1))
        return Note(f"{name}: these were the three hints", (*numbered, _after_the_last(name)))
    is_last = given + 1 == len(hints)
    more = _after_the_last(name) if is_last else f"Try with this first; then hint({name}) has another."
    return Note(f"{name}: hint {given + 1} of {len(hints)}", (hints[given], more), section=exercise.reread)


def _after_the_last(name: str) -> str:
    return f"Run check({name}) on what you have, however little it is: the verdict has hints of its own."
