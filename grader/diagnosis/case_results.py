"""One call of a learner's function, with the case and its reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from grader.diagnosis.compare import Part, compare, list_to_array, split_into_parts
from grader.diagnosis.references import ReferencedCase
from grader.learner.call import Outcome
from grader.learner.plain_data import identical
from grader.lessons import Case, Exercise, Fault


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

    @cached_property
    def fault(self) -> Fault | None:
        """What is wrong with the form of a wrong answer, as its exercise sees it."""
        is_wrong = self.answered and not all(part.ok for part in self.parts)
        return (
            self.exercise.fault(self.case, self.outcome.value) if self.exercise.fault and is_wrong else None
        )

    @property
    def right_in_all_but_values(self) -> bool:
        """Whether nothing but the parts can be wrong."""
        return self.answered and not self.unstable and self.arguments_unchanged

    @property
    def right(self) -> bool:
        return self.values_right and self.arguments_unchanged
