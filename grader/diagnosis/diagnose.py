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

from grader.diagnosis.case_results import Trial
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


def diagnose(exercise: Exercise, trials: Sequence[Trial], ask: Ask) -> Findings:
    """What explains the wrong answers among `trials`: one finding, two, or none.

    `ask(arguments)` puts one more call to the same function and returns its `Outcome`.
    """
    if used := library(trials):
        return (Finding("uses-autodiff", used),)
    if any(trial.outcome.timed_out for trial in trials):
        return ()
    if all(is_stub(trial) for trial in trials):
        return (Finding("not-implemented"),)
    found = () if all(t.values_right for t in trials) else _explain(exercise, trials, ask)
    if all(trial.unchanged for trial in trials):
        return found
    if found and found[0].name == "raises" and all(t.values_right for t in trials if t.answered):
        found = ()  # changing an array in place is what raises, where the array is one of integers
    return (*found[:1], Finding("mutates-arguments"))


@dataclass(frozen=True)
class _Explanation:
    """Findings and what they predict of each trial: of all its parts if `whole`, else of the wrong ones."""

    findings: Findings
    predict: Predict
    whole: bool = False

    def accounts_for(self, trials: Sequence[Trial]) -> bool:
        """To raise as predicted is a sign of a size that is written into the code, and of no other slip."""
        by_raising = [finding.name for finding in self.findings] == ["hard-coded-size"]
        return accounts_for(trials, self.predict, by_raising=by_raising, whole=self.whole)


def _explain(exercise: Exercise, trials: Sequence[Trial], ask: Ask) -> Findings:
    """The first explanation that holds, the specific ones before the general ones."""
    telling_first = sorted(trials, key=lambda t: (t.values_right, sum(np.size(v) for v in t.want.values())))
    found = list(relations(exercise, telling_first))
    constant = [relation for relation in found if relation.name == "constant-factor"]
    related = [relation for relation in found if relation not in constant]
    for explanation in (
        lambda: _first(exercise, telling_first, _slips(exercise)),
        lambda: _failing_somewhere(exercise, trials, RIGHT),
        lambda: _first(exercise, telling_first, _relations(telling_first, related)),
        lambda: _imprecise(exercise, trials, ask),
        lambda: _entries(trials, RIGHT),
        lambda: _first(exercise, telling_first, _pairs(exercise, telling_first, related)),
        lambda: _first(exercise, telling_first, _relations(telling_first, constant)),
        lambda: _one_and_what_is_left(exercise, trials, related),
        lambda: _misnamed(trials),
        lambda: _ignored(exercise, trials, related, ask),
        lambda: _exception(trials),
    ):
        if found := explanation():
            return tuple(_which(finding, exercise, trials, ask) for finding in found)
    return ()


def _which(finding: Finding, exercise: Exercise, trials: Sequence[Trial], ask: Ask) -> Finding:
    """A finding with the argument that is ignored, where it is one of those and has yet to say so."""
    if finding.name != "ignores-argument" or finding.detail:
        return finding
    return replace(finding, detail=", ".join(ignored_arguments(exercise, trials, ask)))


# --- One explanation for all cases --------------------------------------------------------------------


RIGHT = _Explanation((), lambda trial: trial.want)


def _first(exercise: Exercise, trials: Sequence[Trial], explanations: Iterator[_Explanation]) -> Findings:
    for explanation in explanations:
        if explanation.accounts_for(trials):
            return _with_warnings(exercise, trials, explanation.findings)
    return ()


def _with_warnings(exercise: Exercise, trials: Sequence[Trial], found: Findings) -> Findings:
    """The same findings and, if it is only one and does not come with them itself, what warnings say."""
    warned = [t for t in trials if t.unstable and not _warns_itself(exercise, t, found)]
    if not warned or len(found) > 1 or found[0].name in ("numerically-unstable", "clipped"):
        return found
    return (*found, Finding("numerically-unstable"))


def _slips(exercise: Exercise) -> Iterator[_Explanation]:
    for slip in by_group(exercise.slips):
        yield _of_slips(exercise, (slip,))


def _of_slips(exercise: Exercise, slips: tuple[Slip, ...]) -> _Explanation:
    findings = tuple(Finding(slip.name, slip.detail, slip) for slip in slips)
    return _Explanation(findings, predictor(exercise, slips))


def _relations(trials: Sequence[Trial], related: Sequence[Relation]) -> Iterator[_Explanation]:
    for relation in related:
        yield _related(trials, RIGHT, relation)


def _related(trials: Sequence[Trial], base: _Explanation, relation: Relation) -> _Explanation:
    """A relation to what another explanation predicts."""

    def predict(trial: Trial) -> Answer | None:
        prediction = base.predict(trial)
        return None if prediction is None else relation.apply(trial, prediction)

    name = _of_a_float(relation.name, trials)
    findings = (*base.findings, Finding(name, relation.detail))
    return _Explanation(findings, predict, base.whole or relation.whole)


def _of_a_float(name: str, trials: Sequence[Trial]) -> str:
    """An axis too many has another name where all that is wrong should be a float."""
    if name != "extra-axis":
        return name
    wrong = {part.name for trial in trials for part in trial.parts if not part.ok}
    shapes = {np.shape(value) for trial in trials for part, value in trial.want.items() if part in wrong}
    return "not-a-scalar" if shapes == {()} else name


def _pairs(
    exercise: Exercise, trials: Sequence[Trial], related: Sequence[Relation]
) -> Iterator[_Explanation]:
    """Two slips, a slip and a relation on top of it, or two relations.

    None where nothing came back: two slips may well leave nothing, but nothing is no sign of just these two.
    """
    if all(is_nothing(value) for trial in trials for value in trial.got.values()):
        return
    for pair in _likely_pairs(trials):
        yield _of_slips(exercise, pair)
    on_top = [relation for relation in related if not relation.alone]
    for slip in _slips(exercise):
        for relation in on_top:
            if relation.name != slip.findings[0].name:
                yield _related(trials, slip, relation)
    for first, second in combinations(on_top, 2):
        if first.name != second.name:
            yield _related(trials, _related(trials, RIGHT, first), second)


def _likely_pairs(trials: Sequence[Trial]) -> Iterator[tuple[Slip, ...]]:
    """The pairs of slips that fit the case which tells most, the smallest that was answered wrong."""
    wrong = [trial for trial in trials if any(not part.ok for part in trial.parts)]
    if wrong:
        yield from pairs_like(next((trial for trial in wrong if trial.answered), wrong[0]))


# --- An explanation for some cases, and what is seen on the others ------------------------------------


def _failing_somewhere(exercise: Exercise, trials: Sequence[Trial], base: _Explanation) -> Findings:
    """The base explanation, and a name for the cases on which it fails."""
    wrong = [trial for trial in trials if not _is_explained(exercise, trial, base)]
    name = where_it_fails(trials, wrong) if wrong else ""
    if name == "raises":
        return (*base.findings, *_exception(wrong))
    return (*base.findings, Finding(name)) if name else ()


def _is_explained(exercise: Exercise, trial: Trial, base: _Explanation) -> bool:
    if trial.unstable and not _warns_itself(exercise, trial, base.findings):
        return False
    return fits(trial, base.predict(trial))


def _warns_itself(exercise: Exercise, trial: Trial, found: Findings) -> bool:
    return warns(exercise, trial.question, tuple(finding.slip for finding in found if finding.slip))


def _entries(trials: Sequence[Trial], base: _Explanation) -> Findings:
    """The base explanation, and that the entries have other names or are not all there."""
    differ = entries_differ(trials, base.predict)
    return (*base.findings, Finding("wrong-keys")) if differ else ()


def _misnamed(trials: Sequence[Trial]) -> Findings:
    return (Finding("wrong-keys"),) if nothing_asked_for(trials) else ()


def _one_and_what_is_left(
    exercise: Exercise, trials: Sequence[Trial], related: Sequence[Relation]
) -> Findings:
    """A slip or a relation, with what is seen of the cases, or of the entries, that it leaves over."""
    bases = (*_slips(exercise), *_relations(trials, related))
    if any(trial.answered and trial.got.keys() != trial.want.keys() for trial in trials):
        for base in bases:
            if found := _if_two(_entries(trials, base)):
                return found
    lesson = next(trial for trial in trials if "lesson" in trial.case.tags)
    for base in bases:
        fits_lesson = _is_explained(exercise, lesson, base) and _shows(trials, base)
        if fits_lesson and (found := _if_two(_failing_somewhere(exercise, trials, base))):
            return found
    return ()


def _shows(trials: Sequence[Trial], base: _Explanation) -> bool:
    """Whether an answer that is wrong is so as predicted."""
    wrong = [trial for trial in trials if trial.answered and not trial.values_right]
    return any(fits(trial, base.predict(trial)) for trial in wrong)


def _if_two(found: Findings) -> Findings:
    """Findings that say two things: to be unstable and to be clipped are one."""
    names = {finding.name for finding in found}
    return found if len(names) == 2 and names != {"clipped", "numerically-unstable"} else ()


def _imprecise(exercise: Exercise, trials: Sequence[Trial], ask: Ask) -> Findings:
    found = imprecise_arguments(exercise, trials, ask)
    return (Finding("low-precision", ", ".join(found)),) if found else ()


def _ignored(exercise: Exercise, trials: Sequence[Trial], related: Sequence[Relation], ask: Ask) -> Findings:
    """The arguments that an answer takes no notice of and, if it is one, what else is wrong without it."""
    ignored = ignored_arguments(exercise, trials, ask)
    if not ignored:
        return ()
    found = Finding("ignores-argument", ", ".join(ignored))
    if len(ignored) > 1:
        return (found,)
    place = exercise.arguments.index(ignored[0])
    for stand_in in STAND_INS:
        for other in _without(exercise, trials, related, place, stand_in):
            if other.accounts_for(trials):
                return (found, *other.findings)
    return (found,)


# What takes the place of an argument that is left out, or of a rate that is written into the code.
STAND_INS = (1, 0, 0.5, 0.1, 0.05, 0.01, 0.001)


def _without(
    exercise: Exercise, trials: Sequence[Trial], related: Sequence[Relation], place: int, stand_in: float
) -> Iterator[_Explanation]:
    """What is right, and what comes of a slip or a relation, with an argument's place taken by a constant."""

    def answer(slips, trial: Trial) -> Answer | None:
        given = trial.case.arguments
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
            yield _related(trials, right, relation)


def _exception(trials: Sequence[Trial]) -> Findings:
    raised = next((t.outcome.raised for t in trials if t.outcome.raised), None)
    return (Finding("raises", f"{raised.kind}: {raised.message}"),) if raised else ()
