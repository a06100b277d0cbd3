"""The right answers to an exercise: the lesson's own, also rewritten, and those in other styles."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader import lessons
from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.references import SHIPPED, References
from grader.learner.call import call
from grader.lessons import Exercise
from grader.lessons.right_answers import Number
from tests.conftest import solution_functions, solution_sources
from tests.corpus.entries import corpora
from tests.truth.rewritings import HELPERS, rewritings

SOLUTION, SUBCLASSES = "the lesson's solution", "the lesson's solution, its answer in subclasses"
REWRITINGS = 200  # of a solution
SECONDS = 1.0  # a right answer needs a hundredth of it


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


def rewritten_functions(lesson: str, name: str, count: int = REWRITINGS) -> Iterator[Callable]:
    """An exercise's solution in `count` other ways, or in as many as there are."""
    namespace = solution_functions(lesson)[name].__globals__
    (source,) = [source for source in solution_sources(lesson) if f"def {name}(" in source]
    for number, rewriting in enumerate(rewritings(source, count), start=1):
        changed = {**namespace, **HELPERS}
        exec(compile(rewriting, f"<rewriting {number}>", "exec"), changed)
        yield changed[name]


def is_right(exercise: Exercise, function: Callable, seed: int, references: References = SHIPPED) -> bool:
    """Whether a function is right on all cases of a seed; the first wrong one settles it."""
    return all(
        CaseResult(exercise, asked, call(function, asked.case.arguments, SECONDS)).right
        for asked in references.of(exercise, seed)
    )
