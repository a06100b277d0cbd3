"""`hint`: the next of three for an exercise, after what the last verdict found."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from grader.lessons import Exercise
from grader.study import learner_at_work
from grader.study.called_exercise import find_exercise
from grader.study.note import Note, show_sentence
from grader.study.verdicts import is_right, is_shown, take_finding

_offered: set[tuple[str, str]] = set()
"""The lessons and exercises for which help was offered in this kernel."""


def hint(function: Callable, *, lesson: str | None = None) -> Note:
    """Give the next hint for one of a lesson's functions.

    There are three, from a question to the shape of the answer; after the last, all three again. The hint of
    a slip that the last `check` found comes first: in its verdict, and after a restart of the kernel here.
    """
    lesson, exercise = find_exercise(function, lesson, sys._getframe(1).f_globals, "hint")
    name = exercise.name
    if is_right(lesson, name):
        return Note(f"{name} is right.", (f"solution({name}) shows another way to write it.",))

    def take(entry: dict[str, Any]) -> dict[str, str] | int:
        """Either what a verdict before this kernel found, or the number of hints given before."""
        found = take_finding(entry)
        if found and not is_shown(lesson, name):
            return found
        given = entry.get("hints", 0)
        entry["hints"] = min(given + 1, len(exercise.general_hints))
        return given

    taken = learner_at_work.change_entry(lesson, "exercises", name, take)
    return _general_hint(exercise, taken) if isinstance(taken, int) else _hint_on_slip(name, taken)


def offer_help_after_this_cell(lesson: str, name: str) -> None:
    """Once the cell has run and shown its verdict, say how to get help, the first time for an exercise."""
    if not learner_at_work.is_present() or (lesson, name) in _offered:
        return
    _offered.add((lesson, name))
    help_offered = f"Stuck? `hint({name})` gives the next of three hints, `solution({name})` a model answer."
    learner_at_work.after_this_cell(lambda: show_sentence(help_offered))


def _hint_on_slip(name: str, found: dict[str, str]) -> Note:
    said = tuple(filter(None, (found.get("advice"), found.get("experiment"))))
    return Note(f"{name}: a hint from the last check", said, found.get("code", ""), found.get("section", ""))


def _general_hint(exercise: Exercise, given: int) -> Note:
    hints, name = exercise.general_hints, exercise.name
    if given >= len(hints):
        numbered = tuple(f"{number}. {text}" for number, text in enumerate(hints, start=1))
        return Note(f"{name}: these were the three hints", (*numbered, _after_the_last(name)))
    is_last = given + 1 == len(hints)
    more = _after_the_last(name) if is_last else f"Try this first, then call hint({name}) again for another."
    return Note(f"{name}: hint {given + 1} of {len(hints)}", (hints[given], more), section=exercise.reread)


def _after_the_last(name: str) -> str:
    return f"Run check({name}) on what you have, however little it is: the verdict has hints of its own."
