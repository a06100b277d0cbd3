"""One call of a learner's function beside the reference: what everything that judges looks at."""

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
    """A case and its reference, taken apart: `want` maps the name of each part to its right value.

    That is an array, or a list where a list is asked for.
    """

    case: Case
    want: Mapping[str, Any]


def split_into_parts(exercise: Exercise, answer: Any) -> dict[str, Any]:
    """The parts of an answer, in the form in which they are compared."""
    parts = parts_of(answer, exercise.parts)
    if exercise.canonical is None:
        return parts
    return {n: exercise.canonical(v) if isinstance(v, np.ndarray) else v for n, v in parts.items()}


@lru_cache(maxsize=1024)
def referenced_cases(exercise: Exercise, seed: int = 0) -> tuple[ReferencedCase, ...]:
    """The cases of an exercise that a seed stands for, with their references; made once and kept.

    The same seed gives the same arguments, to the bit, on every run.
    """
    rng = np.random.default_rng([seed, crc32(exercise.name.encode())])
    return tuple(
        ReferencedCase(case, split_into_parts(exercise, exercise.reference(case)))
        for case in exercise.cases(rng)
    )


@dataclass(frozen=True, eq=False)
class CaseResult:
    """What a learner's function answered to one referenced."""

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
        """Whether the call came to an end with a value."""
        outcome = self.outcome
        return not (outcome.raised or outcome.timed_out or outcome.forbidden)

    @cached_property
    def got(self) -> dict[str, Any]:
        """The answer taken apart; empty where there is none. Needless entries of open dicts are left out."""
        opened = tuple(f"{name}[" for name in self.exercise.open_dicts)
        return {n: v for n, v in self.returned.items() if n in self.want or not n.startswith(opened)}

    @cached_property
    def returned(self) -> dict[str, Any]:
        """The whole answer taken apart, needless entries too; empty where there is none."""
        return split_into_parts(self.exercise, self.outcome.value) if self.answered else {}

    @cached_property
    def parts(self) -> list[Part]:
        """Every part beside its reference."""
        return compare(self.got, self.want, self.exercise.tolerance)

    @cached_property
    def own(self) -> dict[str, np.ndarray]:
        """The parts that are numbers of the right shape, as float64, be they right or wrong."""
        return {
            part.name: np.asarray(list_to_array(self.got[part.name]), np.float64)
            for part in self.parts
            if part.error is not None
        }

    @cached_property
    def unchanged(self) -> bool:
        """Whether the arguments came back as they were."""
        return identical(tuple(self.case.arguments), tuple(self.outcome.arguments))

    @property
    def unstable(self) -> bool:
        """Whether an exercise that must be stable warned of overflow, division or invalid values."""
        return self.exercise.stable and bool(self.outcome.warned)

    @cached_property
    def values_right(self) -> bool:
        return self.answered and not self.unstable and all(part.ok for part in self.parts)

    @property
    def right_in_all_but_values(self) -> bool:
        return self.answered and not self.unstable and self.unchanged

    @property
    def right(self) -> bool:
        return self.values_right and self.unchanged
