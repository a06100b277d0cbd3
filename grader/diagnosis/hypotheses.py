"""Hypotheses about wrong answers: findings, with the answers that they predict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import combinations

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.findings import Finding, Findings
from grader.diagnosis.predictions import (
    MAX_CACHED_ANSWERS,
    Answer,
    Predict,
    Slips,
    compute_answer,
    is_as_predicted,
    is_none_or_zero,
    prediction_holds,
    predictor,
    slips_warn,
)
from grader.diagnosis.probes import replace_argument
from grader.diagnosis.references import ReferencedCase
from grader.diagnosis.relations import Relation
from grader.diagnosis.slip_pairs import likely_pairs, specific_first
from grader.lessons import Exercise

DEGENERATE = frozenset({"one unit", "constant", "saturated", "all saturated"})
"""The tags of cases on which many slips change nothing."""

SUBSTITUTES = (1, 0, 0.5, 0.1, 0.05, 0.01, 0.001)
"""Values that functions use instead of an argument: none, a neutral one, or a usual learning rate."""


@dataclass(frozen=True)
class Hypothesis:
    """Findings and the answers that they predict.

    If `needs_all_parts`, all parts of an answer have to be as predicted, else only the wrong ones.
    """

    findings: Findings
    predict: Predict
    needs_all_parts: bool = False

    def holds(self, results: Sequence[CaseResult]) -> bool:
        """Whether the prediction holds on all cases.

        A predicted exception is evidence for `hard-coded-size` only.
        """
        raising_counts = [finding.name for finding in self.findings] == ["hard-coded-size"]
        return prediction_holds(
            results, self.predict, raising_counts=raising_counts, needs_all_parts=self.needs_all_parts
        )

    def agrees(self, result: CaseResult) -> bool:
        """Whether one result is as predicted, and warns only if the slips do."""
        return not self.leaves_warning(result) and is_as_predicted(result, self.predict(result))

    def leaves_warning(self, result: CaseResult) -> bool:
        """Whether a result has a numerical warning that the slips do not cause."""
        slips = tuple(finding.slip for finding in self.findings if finding.slip)
        return result.unstable and not slips_warn(result.exercise, result.referenced, slips)


RIGHT = Hypothesis((), lambda result: result.want)
"""The hypothesis that the answers are right."""


# --- One finding --------------------------------------------------------------------------------------


def slip_hypotheses(exercise: Exercise) -> Iterator[Hypothesis]:
    """Yield one hypothesis for each slip of the exercise, the specific ones first."""
    for slip in specific_first(exercise.slips):
        yield _with_slips(exercise, (slip,))


def _with_slips(exercise: Exercise, slips: Slips) -> Hypothesis:
    findings = tuple(Finding(slip.name, slip.detail, slip) for slip in slips)
    return Hypothesis(findings, predictor(exercise, slips))


def relation_hypotheses(
    relations: Iterable[Relation], results: Sequence[CaseResult], base: Hypothesis = RIGHT
) -> Iterator[Hypothesis]:
    """Yield one hypothesis for each relation, applied to the answers that `base` predicts."""
    for relation in relations:
        yield _with_relation(base, relation, results)


def _with_relation(base: Hypothesis, relation: Relation, results: Sequence[CaseResult]) -> Hypothesis:
    def predict(result: CaseResult) -> Answer | None:
        prediction = base.predict(result)
        return None if prediction is None else relation.apply(result, prediction)

    finding = Finding(_name_of(relation, results), relation.detail)
    needs_all_parts = base.needs_all_parts or relation.needs_all_parts
    return Hypothesis((*base.findings, finding), predict, needs_all_parts)


def _name_of(relation: Relation, results: Sequence[CaseResult]) -> str:
    """The relation's name; an extra axis is called `not-a-scalar` if all wrong parts should be floats."""
    if relation.name != "extra-axis":
        return relation.name
    wrong = {part.name for result in results for part in result.parts if not part.ok}
    shapes = {np.shape(value) for result in results for part, value in result.want.items() if part in wrong}
    return "not-a-scalar" if shapes == {()} else relation.name


# --- Two findings -------------------------------------------------------------------------------------


def pair_hypotheses(
    exercise: Exercise, results: Sequence[CaseResult], relations: Sequence[Relation]
) -> Iterator[Hypothesis]:
    """Yield hypotheses of two slips, of a slip and a relation, and of two relations.

    There are none if all answers are empty or zero: two slips can cause that, but so can anything else.
    """
    if all(is_none_or_zero(value) for result in results for value in result.got.values()):
        return
    for pair in _likely_pairs(results):
        yield _with_slips(exercise, pair)
    combinable = [relation for relation in relations if relation.combinable]
    for slip in slip_hypotheses(exercise):
        others = [relation for relation in combinable if relation.name != slip.findings[0].name]
        yield from relation_hypotheses(others, results, slip)
    for first, second in combinations(combinable, 2):
        if first.name != second.name:
            yield _with_relation(_with_relation(RIGHT, first, results), second, results)


def _likely_pairs(results: Sequence[CaseResult]) -> list[Slips]:
    """The pairs of slips that fit one wrong answer; none if there is none to confirm them.

    It is the wrong answer with the fewest parts, such as that of a network of one layer, where the fewest
    slips show: the fewest pairs have to be computed. Of these it is the smallest, such as that of the
    shortest descent. Where there are others, it is none of a case on which a slip shows only beside another:
    over a single class, another base of the logarithm does nothing until the sum is over another axis.
    """
    wrong = [result for result in results if result.answered and any(not part.ok for part in result.parts)]
    return likely_pairs(min(wrong, key=_degeneracy_and_size)) if wrong else []


def _degeneracy_and_size(result: CaseResult) -> tuple[bool, int, int]:
    entries = sum(np.size(value) for value in result.want.values())
    return bool(result.case.tags & DEGENERATE), len(result.want), entries


# --- An argument replaced by a constant ---------------------------------------------------------------


def substitute_hypotheses(
    exercise: Exercise, results: Sequence[CaseResult], relations: Sequence[Relation], argument: str
) -> Iterator[Hypothesis]:
    """Yield hypotheses in which a constant replaces an argument: alone, then with one more slip or relation.

    Their findings leave out the argument itself, so those with the constant alone have none.
    """
    index = exercise.arguments.index(argument)
    predictors = [partial(_answer_with_constant, exercise, index, constant) for constant in SUBSTITUTES]
    alone = [Hypothesis((), partial(predict, ())) for predict in predictors]
    yield from alone
    combinable = [relation for relation in relations if relation.combinable]
    for right in alone:
        yield from relation_hypotheses(combinable, results, right)
    for slip in specific_first(exercise.slips):
        if slip.name != "ignores-argument":
            finding = Finding(slip.name, slip.detail)
            yield from (Hypothesis((finding,), partial(predict, (slip,))) for predict in predictors)


def _answer_with_constant(
    exercise: Exercise, index: int, constant: float, slips: Slips, result: CaseResult
) -> Answer | None:
    return _answer_with_substitute(exercise, index, constant, slips, result.referenced)


@lru_cache(maxsize=MAX_CACHED_ANSWERS)
def _answer_with_substitute(
    exercise: Exercise, index: int, constant: float, slips: Slips, referenced: ReferencedCase
) -> Answer | None:
    arguments = referenced.case.arguments
    if index >= len(arguments) or not isinstance(arguments[index], (np.ndarray, float, int)):
        return None
    substitute = np.full(np.shape(arguments[index]), constant)[()]
    return compute_answer(exercise, replace_argument(arguments, index, substitute), slips)
