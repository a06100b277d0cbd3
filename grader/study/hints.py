"""`hint`: the next of three for an exercise, which a wrong verdict offers."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from grader.feedback.status import CORRECT
from grader.lessons import Exercise
from grader.study import learner_at_work
from grader.study.called_exercise import find_exercise
from grader.study.note import Note, show_note
from grader.study.verdicts import last_verdict

_offered: set[tuple[str, str]] = set()
"""The lessons and exercises for which help was offered in this kernel."""


def hint(function: Callable, *, lesson: str | None = None) -> Note:
    """Give the next hint for one of a lesson's functions.

    There are three, from a question to the shape of the answer; after the last, all three again. What a
    `check` found stands in its verdict.
    """
    lesson, exercise = find_exercise(function, lesson, sys._getframe(1).f_globals, "hint")
    name = exercise.name
    verdict = last_verdict(lesson, name)
    if verdict is not None and verdict.status == CORRECT:
        return Note(f"{name} is right.", (f"solution({name}) shows another way to write it.",))
    return _next_hint(lesson, exercise)


def offer_help_after_this_cell(lesson: str, name: str) -> None:
    """Once the cell has run and shown its verdict, say how to get help, the first time for an exercise."""
    if not learner_at_work.is_present() or (lesson, name) in _offered:
        return
    _offered.add((lesson, name))
    help_offered = f"Stuck? `hint({name})` gives the next of three hints, `solution({name})` a model answer."
    learner_at_work.after_this_cell(lambda: show_note(Note("", (help_offered,))))


def _next_hint(lesson: str, exercise: Exercise) -> Note:
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
    more = _after_the_last(name) if is_last else f"Try this first, then call hint({name}) again for another."
    return Note(f"{name}: hint {given + 1} of {len(hints)}", (hints[given], more), section=exercise.reread)


def _after_the_last(name: str) -> str:
    return f"Run check({name}) on what you have, however little it is: the verdict has hints of its own."
