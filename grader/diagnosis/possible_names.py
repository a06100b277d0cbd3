"""The names that a diagnosis of an exercise can give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.compare import split_into_parts
from grader.diagnosis.references import ReferencedCase
from grader.diagnosis.relations import Relation, candidate_relations
from grader.learner.call import Outcome
from grader.lessons import Exercise
from grader.lessons.misconceptions import MISCONCEPTIONS, MORE_SPECIFIC

ALWAYS_POSSIBLE = frozenset(
    {"not-implemented", "raises", "ignores-argument", "hard-coded-size", "uses-autodiff"}
    | {"borrowed-solution", "shared-state"}
)


@cache
def possible_names(exercise: Exercise) -> tuple[str, ...]:
    """The names that a verdict on this exercise can give, in the order of the misconceptions.

    These are the names of its slips, of the relations that change a right answer, and of what can be observed
    with its cases and answers. A general name is left out if a specific one replaces it.
    """
    results = _right_results(exercise)
    found = ALWAYS_POSSIBLE | {slip.name for slip in exercise.slips}
    found |= _names_of_relations(exercise, results)
    found |= _names_of_numbers(results) | _names_of_entries(exercise) | _names_of_cases(results)
    found -= {general for general, specific in MORE_SPECIFIC.items() if specific in found}
    return tuple(name for name in MISCONCEPTIONS if name in found)


def _right_results(exercise: Exercise) -> list[CaseResult]:
    """A right result for each case, computed by the exercise's NumPy solution instead of TensorFlow."""
    results = []
    for case in exercise.cases(np.random.default_rng(0)):
        answer = exercise.answer(case.arguments)
        referenced = ReferencedCase(case, split_into_parts(exercise, answer))
        results.append(CaseResult(exercise, referenced, Outcome(value=answer, arguments=case.arguments)))
    return results


def _names_of_relations(exercise: Exercise, results: Sequence[CaseResult]) -> set[str]:
    """The names of the relations that make a wrong answer of a right one.

    Precision is left to `_names_of_numbers`: a label may change with its rounded arguments, but it has none.
    """
    return {
        relation.name
        for relation in candidate_relations(exercise, results)
        if relation.name != "low-precision" and any(_changes_answer(relation, r) for r in results)
    }


def _changes_answer(relation: Relation, result: CaseResult) -> bool:
    canonical = result.exercise.canonical or np.asarray
    changed = relation.apply(result, result.want)
    return changed.keys() != result.want.keys() or not all(
        np.array_equal(canonical(np.asarray(changed[name])), value) for name, value in result.want.items()
    )


def _names_of_numbers(results: Sequence[CaseResult]) -> set[str]:
    """The names of the relations that take their shape, factor or precision from a wrong answer."""
    values = [np.asarray(value) for result in results for value in result.want.values()]
    found = {"extra-axis" if any(value.ndim for value in values) else "not-a-scalar"}
    if any(value.dtype.kind == "f" for value in values):
        found |= {"constant-factor", "low-precision"}
    return found


def _names_of_entries(exercise: Exercise) -> set[str]:
    """A dict or tuple can have other entries than it should; a single array can't."""
    return {"wrong-keys"} if len(exercise.parts) != 1 else set()


def _names_of_cases(results: Sequence[CaseResult]) -> set[str]:
    """The names that need integers, saturated inputs, or arguments that can be changed in place."""
    tags = {tag for result in results for tag in result.case.tags}
    arguments = [argument for result in results for argument in result.case.arguments]
    found = {"integer-truncation"} if "integer" in tags else set()
    if "saturated" in tags:
        found |= {"numerically-unstable", "clipped"}
    if any(isinstance(argument, (np.ndarray, list, Mapping)) for argument in arguments):
        found.add("mutates-arguments")
    return found
