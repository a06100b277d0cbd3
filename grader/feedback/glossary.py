"""The misconceptions as an instructor looks them up: what each name means and where it applies."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from grader import lessons
from grader.diagnosis.possible_names import possible_names
from grader.feedback.explanation import explain, heading_text
from grader.lessons import Exercise, Lesson
from grader.lessons.misconceptions import GROUPS, MISCONCEPTIONS


class UnknownName(ValueError):
    """There is no misconception of that name."""


def all_entries() -> list[dict[str, str]]:
    """All names with their meanings in the order of `misconceptions.py`, as JSON data."""
    return [
        {"name": name, "group": group, "meaning": misconception.meaning}
        for group, table in GROUPS.items()
        for name, misconception in table.items()
    ]


def entry(name: str) -> dict[str, Any]:
    """All about one name as JSON data: its words, and its words in each exercise where it can occur.

    Raises `UnknownName`, whose message suggests the nearest names.
    """
    if name not in MISCONCEPTIONS:
        near = get_close_matches(name, MISCONCEPTIONS, n=3, cutoff=0.4)
        advice = f"Did you mean {' or '.join(near)}?" if near else "`explain` without a name lists them."
        raise UnknownName(f"There is no misconception called {name!r}. {advice}")
    misconception = MISCONCEPTIONS[name]
    return {
        "name": name,
        "meaning": misconception.meaning,
        "explanation": misconception.explanation,
        "experiment": misconception.experiment,
        "applies": [
            {"lesson": lesson.name, "exercise": exercise.name, **_in_exercise(exercise, name)}
            for lesson, exercise in occurrences(name)
        ],
    }


def _in_exercise(exercise: Exercise, name: str) -> dict[str, str]:
    explanation = explain(exercise, name)
    return {
        "section": heading_text(explanation.section),
        "explanation": explanation.text,
        "experiment": explanation.experiment,
        "code": explanation.code,
    }


def occurrences(name: str) -> Iterator[tuple[Lesson, Exercise]]:
    """The exercises on which a verdict can give this name, in the order of the course."""
    for lesson in map(lessons.load, lessons.names()):
        for exercise in lesson.exercises.values():
            if name in possible_names(exercise):
                yield lesson, exercise
