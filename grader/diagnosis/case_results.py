"""One call of a learner's function, with the case and its reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from zlib import crc32

import numpy as np

from grader.diagnosis.compare import Part, compare, list_to_array, parts_of
from grader.learner.call import Outcome
from grader.learner.plain_data import identical
from grader.lessons import Case, Exercise


@dataclass(frozen=True, eq=False)
class ReferencedCase:
    """A case and its reference: `want` maps the name of each part to its right value.

    That is an array, or a list if the exercise asks for a list.
    """

    case: Case
    want: Mapping[str, Any]


def split_into_parts(exercise: Exercise, answer: Any) -> dict[str, Any]:
    """Split an answer into its parts, in the form in which they are compared."""
    parts = parts_of(answer, exercise.parts)
    if exercise.canonical is None:
        return parts
    return {n: exercise.canonical(v) if isinstance(v, np.ndarray) else v for n, v in parts.items()}


@lru_cache(maxsize=1024)
def referenced_cases(exercise: Exercise, seed: int = 0) -> tuple[ReferencedCase, ...]:
    """The cases that a seed generates for an exercise, with their references; cached.

    The same seed gives the same arguments, to the bit, on every run.
    """
    rng = np.random.default_rng([seed, crc32(exercise.name.encode())])
    return tuple(
        ReferencedCase(case, split_into_parts(exercise, exercise.reference(case)))
        for case in exercise.cases(rng)
    )


@dataclass(frozen=True, eq=False)
class CaseResult:
    """What a learner's function did on one case."""

    exercise: Exercise
    referenced: ReferencedCase
    outcome: Outcome

    @property
    def case(self) -> Case:
        return self.referenced.case

    @property
    def want(self) -> Mapping[str, Any]:
        return self.referenced.want

    @property
    def answered(self) -> bool:
        """Whether the call returned a value, be it None."""
        outcome = self.outcome
        return not (outcome.raised or outcome.timed_out or outcome.forbidden)

    @cached_property
    def got(self) -> dict[str, Any]:
        """The parts of the answer without the extra entries that open dicts may have; empty if none."""
        open_entries = tuple(f"{name}[" for name in self.exercise.open_dicts)
        return {n: v for n, v in self.returned.items() if n in self.want or not n.startswith(open_entries)}

    @cached_property
    def returned(self) -> dict[str, Any]:
        """All parts of the answer, with extra entries; empty without an answer."""
        return split_into_parts(self.exercise, self.outcome.value) if self.answered else {}

    @cached_property
    def parts(self) -> list[Part]:
        """The comparison of each part with its reference."""
        return compare(self.got, self.want, self.exercise.tolerance)

    @cached_property
    def own(self) -> dict[str, np.ndarray]:
        """The learner's own parts, right or wrong, that are numbers of the right shape; as float64."""
        return {
            part.name: np.asarray(list_to_array(self.got[part.name]), np.float64)
            for part in self.parts
            if part.error is not None
        }

    @cached_property
    def arguments_unchanged(self) -> bool:
        """Whether the call left its arguments as they were, to the bit."""
        return identical(tuple(self.case.arguments), tuple(self.outcome.arguments))

    @property
    def unstable(self) -> bool:
        """Whether an exercise that has to be stable warned of overflow, division or invalid values."""
        return self.exercise.stable and bool(self.outcome.warned)

    @cached_property
    def values_right(self) -> bool:
        """Whether all parts are right and the call caused no warning that counts."""
        return self.answered and not self.unstable and all(part.ok for part in self.parts)

    @property
    def right_in_all_but_values(self) -> bool:
        """Whether nothing but the parts can be wrong."""
        return self.answered and not self.unstable and self.arguments_unchanged

    @property
    def right(self) -> bool:
        return self.values_right and self.arguments_unchanged
