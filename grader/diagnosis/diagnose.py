"""Says why an answer is wrong: a name, a pair of names, or none.

A name is given only when it accounts for every case: an explanation predicts what the function
answers, and the prediction has to agree, to rounding, wherever the answer or the prediction
differs from the reference. What can't be predicted (a changed argument, an exception) is observed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import combinations

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.observations import (
    Ask,
    entries_differ,
    ignored_arguments,
    imprecise_arguments,
    is_stub,
    library,
    nothing_asked_for,
    where_it_fails,
    with_argument,
)
from grader.diagnosis.predictions import (
    Answer,
    Predict,
    accounts_for,
    answer_with,
    by_group,
    fits,
    is_nothing,
    pairs_like,
    predictor,
    warns,
)
from grader.diagnosis.relations import Relation, relations
from grader.lessons import Exercise, Slip


@dataclass(frozen=True)
class Finding:
    """One name of the misconceptions, with what was measured ("8 times the right value"), if anything.

    `slip` is the slip that predicts the answers, where that is what was found.
    """

    name: str
    detail: str = ""
    slip: Slip | None = field(default=None, compare=False, repr=False)


Findings = tuple[Finding, ...]


def diagnose(exercise: Exercise, results: Sequence[CaseResult], ask: Ask) -> Findings:
    """What explains the wrong answers among `results`: one finding, two, or none.

    `ask(arguments)` puts one more call to the same function and returns its `Outcome`.
    """
    if used := library(results):
        return (Finding("uses-autodiff", used),)
    if any(result.outcome.timed_out for result in results):
        return ()
    if all(is_stub(result) for result in results):
        return (Finding("not-implemented"),)
    found = () if all(t.values_right for t in results) else _explain(exercise, results, ask)
    if all(result.unchanged for result in results):
        return found
    if found and found[0].name == "raises" and all(t.values_right for t in results if t.answered):
        found = ()  # changing an array in place is what raises, where the array is one of integers
    return (*found[:1], Finding("mutates-arguments"))


@dataclass(frozen=True)
class _Explanation:
    """Findings and what they predict of each result: of all its parts if `whole`, else of the wrong ones."""

    findings: Findings
    predict: Predict
    whole: bool = False

    def accounts_for(self, results: Sequence[CaseResult]) -> bool:
        """To raise as predicted is a sign of a size that is written into the code, and of no other slip."""
        by_raising = [finding.name for finding in self.findings] == ["hard-coded-size"]
        return accounts_for(results, self.predict, by_raising=by_raising, whole=self.whole)


def _explain(exercise: Exercise, results: Sequence[CaseResult], ask: Ask) -> Findings:
    """The first explanation that holds, the specific ones before the general ones."""
    telling_first = sorted(results, key=lambda t: (t.values_right, sum(np.size(v) for v in t.want.values())))
    found = list(relations(exercise, telling_first))
    constant = [relation for relation in found if relation.name == "constant-factor"]
    related = [relation for relation in found if relation not in constant]
    for explanation in (
        lambda: _first(exercise, telling_first, _slips(exercise)),
        lambda: _failing_somewhere(exercise, results, RIGHT),
        lambda: _first(exercise, telling_first, _relations(telling_first, related)),
        lambda: _imprecise(exercise, results, ask),
        lambda: _entries(results, RIGHT),
        lambda: _first(exercise, telling_first, _pairs(exercise, telling_first, related)),
        lambda: _first(exercise, telling_first, _relations(telling_first, constant)),
        lambda: _one_and_what_is_left(exercise, results, related),
        lambda: _misnamed(results),
        lambda: _ignored(exercise, results, related, ask),
        lambda: _exception(results),
    ):
        if found := explanation():
            return tuple(_which(finding, exercise, results, ask) for finding in found)
    return ()


def _which(finding: Finding, exercise: Exercise, results: Sequence[CaseResult], ask: Ask) -> Finding:
    """A finding with the argument that is ignored, where it is one of those and has yet to say so."""
    if finding.name != "ignores-argument" or finding.detail:
        return finding
    return replace(finding, detail=", ".join(ignored_arguments(exercise, results, ask)))


# --- One explanation for all cases --------------------------------------------------------------------


RIGHT = _Explanation((), lambda result: result.want)


def _first(
    exercise: Exercise, results: Sequence[CaseResult], explanations: Iterator[_Explanation]
) -> Findings:
    for explanation in explanations:
        if explanation.accounts_for(results):
            return _with_warnings(exercise, results, explanation.findings)
    return ()


def _with_warnings(exercise: Exercise, results: Sequence[CaseResult], found: Findings) -> Findings:
    """The same findings and, if it is only one and does not come with them itself, what warnings say."""
    warned = [t for t in results if t.unstable and not _warns_itself(exercise, t, found)]
    if not warned or len(found) > 1 or found[0].name in ("numerically-unstable", "clipped"):
        return found
    return (*found, Finding("numerically-unstable"))


def _slips(exercise: Exercise) -> Iterator[_Explanation]:
    for slip in by_group(exercise.slips):
        yield _of_slips(exercise, (slip,))


def _of_slips(exercise: Exercise, slips: tuple[Slip, ...]) -> _Explanation:
    findings = tuple(Finding(slip.name, slip.detail, slip) for slip in slips)
    return _Explanation(findings, predictor(exercise, slips))


def _relations(results: Sequence[CaseResult], related: Sequence[Relation]) -> Iterator[_Explanation]:
    for relation in related:
        yield _related(results, RIGHT, relation)


def _related(results: Sequence[CaseResult], base: _Explanation, relation: Relation) -> _Explanation:
    """A relation to what another explanation predicts."""

    def predict(result: CaseResult) -> Answer | None:
        prediction = base.predict(result)
        return None if prediction is None else relation.apply(result, prediction)

    name = _of_a_float(relation.name, results)
    findings = (*base.findings, Finding(name, relation.detail))
    return _Explanation(findings, predict, base.whole or relation.whole)


def _of_a_float(name: str, results: Sequence[CaseResult]) -> str:
    """An axis too many has another name where all that is wrong should be a float."""
    if name != "extra-axis":
        return name
    wrong = {part.name for result in results for part in result.parts if not part.ok}
    shapes = {np.shape(value) for result in results for part, value in result.want.items() if part in wrong}
    return "not-a-scalar" if shapes == {()} else name


def _pairs(
    exercise: Exercise, results: Sequence[CaseResult], related: Sequence[Relation]
) -> Iterator[_Explanation]:
    """Two slips, a slip and a relation on top of it, or two relations.

    None where nothing came back: two slips may well leave nothing, but nothing is no sign of just these two.
    """
    if all(is_nothing(value) for result in results for value in result.got.values()):
        return
    for pair in _likely_pairs(results):
        yield _of_slips(exercise, pair)
    on_top = [relation for relation in related if not relation.alone]
    for slip in _slips(exercise):
        for relation in on_top:
            if relation.name != slip.findings[0].name:
                yield _related(results, slip, relation)
    for first, second in combinations(on_top, 2):
        if first.name != second.name:
            yield _related(results, _related(results, RIGHT, first), second)


def _likely_pairs(results: Sequence[CaseResult]) -> Iterator[tuple[Slip, ...]]:
    """The pairs of slips that fit the case which tells most, the smallest that was answered wrong."""
    wrong = [result for result in results if any(not part.ok for part in result.parts)]
    if wrong:
        yield from pairs_like(next((result for result in wrong if result.answered), wrong[0]))


# --- An explanation for some cases, and what is seen on the others ------------------------------------


def _failing_somewhere(exercise: Exercise, results: Sequence[CaseResult], base: _Explanation) -> Findings:
    """The base explanation, and a name for the cases on which it fails."""
    wrong = [result for result in results if not _is_explained(exercise, result, base)]
    name = where_it_fails(results, wrong) if wrong else ""
    if name == "raises":
        return (*base.findings, *_exception(wrong))
    return (*base.findings, Finding(name)) if name else ()


def _is_explained(exercise: Exercise, result: CaseResult, base: _Explanation) -> bool:
    if result.unstable and not _warns_itself(exercise, result, base.findings):
        return False
    return fits(result, base.predict(result))


def _warns_itself(exercise: Exercise, result: CaseResult, found: Findings) -> bool:
    return warns(exercise, result.referenced, tuple(finding.slip for finding in found if finding.slip))


def _entries(results: Sequence[CaseResult], base: _Explanation) -> Findings:
    """The base explanation, and that the entries have other names or are not all there."""
    differ = entries_differ(results, base.predict)
    return (*base.findings, Finding("wrong-keys")) if differ else ()


def _misnamed(results: Sequence[CaseResult]) -> Findings:
    return (Finding("wrong-keys"),) if nothing_asked_for(results) else ()


def _one_and_what_is_left(
    exercise: Exercise, results: Sequence[CaseResult], related: Sequence[Relation]
) -> Findings:
    """A slip or a relation, with what is seen of the cases, or of the entries, that it leaves over."""
    bases = (*_slips(exercise), *_relations(results, related))
    if any(result.answered and result.got.keys() != result.want.keys() for result in results):
        for base in bases:
            if found := _if_two(_entries(results, base)):
                return found
    lesson = next(result for result in results if "lesson" in result.case.tags)
    for base in bases:
        fits_lesson = _is_explained(exercise, lesson, base) and _shows(results, base)
        if fits_lesson and (found := _if_two(_failing_somewhere(exercise, results, base))):
            return found
    return ()


def _shows(results: Sequence[CaseResult], base: _Explanation) -> bool:
    """Whether an answer that is wrong is so as predicted."""
    wrong = [result for result in results if result.answered and not result.values_right]
    return any(fits(result, base.predict(result)) for result in wrong)


def _if_two(found: Findings) -> Findings:
    """Findings that say two things: to be unstable and to be clipped are one."""
    names = {finding.name for finding in found}
    return found if len(names) == 2 and names != {"clipped", "numerically-unstable"} else ()


def _imprecise(exercise: Exercise, results: Sequence[CaseResult], ask: Ask) -> Findings:
    found = imprecise_arguments(exercise, results, ask)
    return (Finding("low-precision", ", ".join(found)),) if found else ()


def _ignored(
    exercise: Exercise, results: Sequence[CaseResult], related: Sequence[Relation], ask: Ask
) -> Findings:
    """The arguments that an answer takes no notice of and, if it is one, what else is wrong without it."""
    ignored = ignored_arguments(exercise, results, ask)
    if not ignored:
        return ()
    found = Finding("ignores-argument", ", ".join(ignored))
    if len(ignored) > 1:
        return (found,)
    place = exercise.arguments.index(ignored[0])
    for stand_in in STAND_INS:
        for other in _without(exercise, results, related, place, stand_in):
            if other.accounts_for(results):
                return (found, *other.findings)
    return (found,)


# What takes the place of an argument that is left out, or of a rate that is written into the code.
STAND_INS = (1, 0, 0.5, 0.1, 0.05, 0.01, 0.001)


def _without(
    exercise: Exercise,
    results: Sequence[CaseResult],
    related: Sequence[Relation],
    place: int,
    stand_in: float,
) -> Iterator[_Explanation]:
    """What is right, and what comes of a slip or a relation, with an argument's place taken by a constant."""

    def answer(slips, result: CaseResult) -> Answer | None:
        given = result.case.arguments
        if place >= len(given) or not isinstance(given[place], (np.ndarray, float, int)):
            return None
        other = np.full(np.shape(given[place]), stand_in)[()]
        return answer_with(exercise, with_argument(given, place, other), slips)

    right = _Explanation((), partial(answer, ()))
    yield right
    for slip in by_group(exercise.slips):
        if slip.name != "ignores-argument":
            yield _Explanation((Finding(slip.name, slip.detail),), partial(answer, (slip,)))
    for relation in related:
        if not relation.alone:
            yield _related(results, right, relation)


def _exception(results: Sequence[CaseResult]) -> Findings:
    raised = next((t.outcome.raised for t in results if t.outcome.raised), None)
    return (Finding("raises", f"{raised.kind}: {raised.message}"),) if raised else ()
