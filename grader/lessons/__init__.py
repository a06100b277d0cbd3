"""What each lesson asks. A lesson `NN_topic` is described by the module `topic` of this package."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from grader.lessons.exercise import TAGS, Case, Exercise, Hint, Invariant, Lesson, Slip, in_order

__all__ = [
    "TAGS",
    "Case",
    "Exercise",
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
    """There is no lesson of that name."""


@cache
def _lessons() -> dict[str, Lesson]:
    modules = (importlib.import_module(info.name) for info in _modules())
    found = {module.LESSON.name: module.LESSON for module in modules if hasattr(module, "LESSON")}
    return dict(sorted(found.items()))


def _modules():
    return pkgutil.iter_modules(__path__, prefix=f"{__name__}.")


def names() -> tuple[str, ...]:
    """The names of all lessons, in the order of the course."""
    return tuple(_lessons())


def load(name: str) -> Lesson:
    """The lesson called `name`, such as `03_backpropagation`.

    Raises `UnknownLesson`, whose message lists the lessons there are.
    """
    try:
        return _lessons()[name]
    except KeyError:
        known = ", ".join(names())
        raise UnknownLesson(f"There is no lesson {name!r}. The lessons are: {known}.") from None
