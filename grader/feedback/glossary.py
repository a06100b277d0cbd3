"""The names of the misconceptions as an instructor looks them up: what each means and where it applies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from itertools import groupby
from textwrap import indent
from typing import Any

import numpy as np
from rich.console import Console, Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

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


def everything() -> list[dict[str, str]]:
    """All names in the order of the table, as JSON data."""
    return [
        {"name": name, "group": group, "meaning": known.meaning}
        for group, table in GROUPS.items()
        for name, known in table.items()
    ]


def entry(name: str) -> dict[str, Any]:
    """All that is known of one name, as JSON data.

    Raises `UnknownName`, whose message suggests the nearest names.
    """
    if name not in MISCONCEPTIONS:
        near = get_close_matches(name, MISCONCEPTIONS, n=3, cutoff=0.4)
        advice = f"Did you mean {' or '.join(near)}?" if near else "`explain` without a name lists them."
        raise UnknownName(f"There is no misconception called {name!r}. {advice}")
    known = MISCONCEPTIONS[name]
    return {
        "name": name,
        "meaning": known.meaning,
        "explanation": known.explanation,
        "experiment": known.experiment,
        "applies": [
            {"lesson": lesson.name, "exercise": exercise.name, **_told(exercise, name)}
            for lesson, exercise in where(name)
        ],
    }


def _told(exercise: Exercise, name: str) -> dict[str, str]:
    told = explain(exercise, name)
    words = {"explanation": told.text, "experiment": told.experiment, "code": told.code}
    return {"section": heading_text(told.section), **words}


def where(name: str) -> Iterator[tuple[Lesson, Exercise]]:
    """The exercises in which a verdict can give this name, in the order of the course."""
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


# --- For a terminal ---------------------------------------------------------------------------------


def show_all(console: Console) -> None:
    """Print all names in their groups, one line each; at a terminal a long line ends in dots."""
    fits = {"no_wrap": True, "overflow": "ellipsis"} if console.is_terminal else {"soft_wrap": True}
    for group, table in GROUPS.items():
        console.print(Text(group, style="bold"), **fits)
        for name, known in table.items():
            console.print(Text(f"  {name:31}{known.meaning}"), **fits)


def show(name: str, console: Console) -> None:
    """Print all that is known of one name, 80 columns wide or more. Raises `UnknownName`."""
    found = entry(name)
    console.print(Text(name, style="bold"))
    console.print(Text(f"The answer {found['meaning']}.\n"))
    console.print(Text(f"{found['explanation']}\n"))
    console.print(Text(f"Try this: {found['experiment']}"))
    example = next((place for place in found["applies"] if place["code"]), None)
    if example:
        code = f"# {example['exercise']}\n{example['code']}"
        console.print(Text(indent(code, "    "), style="dim"), soft_wrap=True)  # to be copied as it is
    console.print(Text("\nWhere it applies", style="bold"))
    console.print(_places(name))


def _places(name: str) -> Table:
    """The exercises, lesson by lesson, with their sections, and what one tells in words of its own."""
    made = Table.grid(padding=(0, 2))
    made.add_column(no_wrap=True)
    made.add_column(overflow="fold")
    for lesson, places in groupby(where(name), key=lambda place: place[0].name):
        made.add_row(Text(lesson, style="italic"))
        for _, exercise in places:
            hint = exercise.hint(name)
            own = [
                Padding(Text(words, "dim"), (0, 0, 0, 2)) for words in (hint.advice, hint.experiment) if words
            ]
            section = Text(heading_text(explain(exercise, name).section))
            made.add_row(Text(f"  {exercise.name}"), Group(section, *own))
    return made
