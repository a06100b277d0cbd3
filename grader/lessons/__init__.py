"""The content of the lessons: what each exercise asks, what is right, and how learners go wrong.

Each package in here is a lesson. The package `topic` describes the lesson `NN_topic` in its `LESSON`, and any
package that has a `LESSON` is found. It has a module with an `EXERCISE` for each exercise, `sections` for the
headings that exercises point to, and modules for what its exercises share.

Modules beside the packages serve several lessons: `exercise` has the types; `cases`, `draws` and `networks`
make cases; `withheld` says what no answer may call; `tensors` computes references; `slips` and
`misconceptions` describe what goes wrong; `invariants` and `error_signals` help to diagnose it;
`right_answers` serves the lists that `tests/truth` checks.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from grader.lessons.exercise import TAGS, Case, Exercise, Fault, Hint, Invariant, Lesson, Slip, in_order

__all__ = [
    "TAGS",
    "Case",
    "Exercise",
    "Fault",
    "Hint",
    "Invariant",
    "Lesson",
    "Slip",
    "UnknownLesson",
    "in_order",
    "load",
    "names",
]


class UnknownLesson(ValueError):
    """No lesson has this name."""


@cache
def _lessons() -> dict[str, Lesson]:
    found = [importlib.import_module(package) for package in _packages()]
    found = [package.LESSON for package in found if hasattr(package, "LESSON")]
    return {lesson.name: lesson for lesson in sorted(found, key=lambda lesson: lesson.name)}


@cache
def _packages() -> tuple[str, ...]:
    return tuple(info.name for info in pkgutil.iter_modules(__path__, f"{__name__}.") if info.ispkg)


def names() -> tuple[str, ...]:
    """The names of all lessons in the order of the course."""
    return tuple(_lessons())


def load(name: str) -> Lesson:
    """The lesson called `name`, such as `03_backpropagation`.

    Raises `UnknownLesson`, whose message lists all lessons.
    """
    package = f"{__name__}.{name.partition('_')[2]}"
    if package in _packages():  # importing it imports no lesson that it does not need
        lesson = getattr(importlib.import_module(package), "LESSON", None)
        if lesson and lesson.name == name:
            return lesson
    known = ", ".join(names())
    raise UnknownLesson(f"There is no lesson {name!r}. The lessons are: {known}.")
