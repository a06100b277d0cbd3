"""The right answers to an exercise: the lesson's own, its variants in other styles, and the corpus's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import numpy as np

from grader import lessons
from grader.lessons.right_answers import Number
from tests.conftest import solution_functions
from tests.corpus.entries import corpora

SOLUTION, SUBCLASSES = "the lesson's solution", "the lesson's solution, its answer in subclasses"


def right_answers(lesson: str, exercise: str) -> dict[str, Callable]:
    """Every right answer by its name: the lesson's own, the same in subclasses, those in other styles."""
    own = solution_functions(lesson)[exercise]
    found = {SOLUTION: own, SUBCLASSES: lambda *arguments: in_subclasses(own(*arguments))}
    found |= {variant.__name__: variant for variant in lessons.load(lesson).exercises[exercise].right}
    for corpus in corpora():
        for entry in corpus.entries:
            if corpus.lesson == lesson and entry.exercise == exercise and entry.is_right:
                found[entry.function.__name__] = entry.function
    return found


class Array(np.ndarray):
    """An array with a name of its own."""


class List(list):
    """A list with a name of its own."""


def in_subclasses(value: Any) -> Any:
    """The same answer in other types: subclasses, arrays backwards in memory, dicts from their end."""
    if isinstance(value, dict):
        return OrderedDict((name, in_subclasses(value[name])) for name in reversed(value))
    if isinstance(value, (tuple, list)):
        kind = List if isinstance(value, list) else tuple
        return kind(map(in_subclasses, value))
    if isinstance(value, np.ndarray):
        return np.flip(np.flip(value).copy(order="F")).view(Array)
    return Number(value) if isinstance(value, float) else value
