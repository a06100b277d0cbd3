"""The misconceptions as an instructor looks them up: what each name means and where it applies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any

import numpy as np

from grader import lessons
from grader.diagnosis.case_results import split_into_parts
from grader.feedback.explanation import explain, heading_text
from grader.lessons import Exercise, Lesson
from grader.lessons.misconceptions import GROUPS, MISCONCEPTIONS

GIVEN_INSTEAD = {
    # general name: a specific one that describes the same answers, where an exercise knows it
    "factor-two": "difference-step-error",
    "swapped-outputs": "operands-swapped",
}


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
            if name in names(exercise):
                yield lesson, exercise


@cache
def names(exercise: Exercise) -> tuple[str, ...]:
    """The names that a verdict on this exercise can give, in the order of the table.

    Those of its slips, and those of the first group that its answers and cases permit.
    """
    cases = exercise.cases(np.random.default_rng(0))
    answers = [split_into_parts(exercise, exercise.answer(case.arguments)) for case in cases]
    found = {slip.name for slip in exercise.slips}
    found |= {"not-implemented", "raises", "ignores-argument", "hard-coded-size", "uses-autodiff"}
    found |= _of_cases(exercise, cases) | _of_answers(exercise, answers)
    found -= {general for general, specific in GIVEN_INSTEAD.items() if specific in found}
    return tuple(name for name in MISCONCEPTIONS if name in found)


def _of_cases(exercise: Exercise, cases) -> set[str]:
    """What arguments permit: integers, saturated ones, counts to divide by, arrays that can be changed."""
    tags = {tag for case in cases for tag in case.tags}
    counts = {count for case in cases for count in case.counts}
    arguments = [argument for case in cases for argument in case.arguments]
    found = {"integer-truncation"} if "integer" in tags else set()
    if "saturated" in tags:
        found |= {"numerically-unstable", "clipped"}
    if "m" in counts:
        found |= {"missing-mean", exercise.extra_mean}
    if counts - {"m"}:
        found.add("mean-over-wrong-count")
    if any(isinstance(argument, (np.ndarray, list, Mapping)) for argument in arguments):
        found.add("mutates-arguments")
    return found


def _of_answers(exercise: Exercise, answers: list[Mapping[str, Any]]) -> set[str]:
    """What results permit, by their parts and shapes."""
    values = [np.asarray(value) for answer in answers for value in answer.values()]
    arrays = [value for value in values if value.ndim]
    found = {"factor-two", "extra-axis" if arrays else "not-a-scalar"}
    if any(value.dtype.kind == "f" for value in values):
        found |= {"constant-factor", "low-precision"}
    canonical = exercise.canonical or np.asarray
    if not all(np.array_equal(canonical(-value), value) for value in values):
        found.add("wrong-sign")
    if len(exercise.parts) != 1:
        found.add("wrong-keys")
    if len(exercise.parts) > 1 or exercise.counterparts:
        found.add("swapped-outputs")
    if any(array.ndim > 1 and not np.array_equal(array, array.T) for array in arrays):
        found.add("transposed")
    return found
