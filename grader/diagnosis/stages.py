"""The stages of a diagnosis: each looks for one kind of explanation of wrong answers.

`STAGES` is their order. The first stage that finds something decides, so specific explanations come before
general ones, and those that predict every answer before those that only observe some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.findings import Finding, Findings
from grader.diagnosis.hypotheses import (
    RIGHT,
    Hypothesis,
    pair_hypotheses,
    relation_hypotheses,
    slip_hypotheses,
    substitute_hypotheses,
)
from grader.diagnosis.observations import (
    has_two_digits,
    name_by_failing_cases,
    no_entry_has_its_name,
    only_entries_differ,
)
from grader.diagnosis.predictions import is_as_predicted
from grader.diagnosis.probes import (
    Ask,
    ignored_arguments,
    imprecise_arguments,
    remembers_calls,
    results_for_other_numbers,
)
from grader.diagnosis.relations import Relation, candidate_relations
from grader.lessons import Exercise
from grader.lessons.misconceptions import MORE_SPECIFIC
from grader.lessons.slips import NAMES_AS_TEXT


@dataclass(frozen=True)
class Evidence:
    """What the stages examine: a function's results, and `ask(arguments)`, which calls it once more."""

    exercise: Exercise
    results: Sequence[CaseResult]
    ask: Ask

    @cached_property
    def wrong_first(self) -> list[CaseResult]:
        """The results with the wrong ones first, in each group the small ones first."""
        return sorted(self.results, key=lambda r: (r.values_right, sum(np.size(v) for v in r.want.values())))

    @cached_property
    def all_relations(self) -> list[Relation]:
        return list(candidate_relations(self.exercise, self.wrong_first))

    @cached_property
    def constant_factors(self) -> list[Relation]:
        return [relation for relation in self.all_relations if relation.name == "constant-factor"]

    @cached_property
    def relations(self) -> list[Relation]:
        """All relations but a constant factor."""
        return [relation for relation in self.all_relations if relation.name != "constant-factor"]

    @cached_property
    def ignored_arguments(self) -> list[str]:
        return ignored_arguments(self.exercise, self.results, self.ask)


def fault_of_form(evidence: Evidence) -> Findings:
    """What is wrong with the form of answers, and what explains the other wrong answers, if anything does.

    It comes first because values say little in an answer that breaks the rules of its form.
    """
    faults = [result.fault for result in evidence.results if result.fault]
    if not faults:
        return ()
    others = replace(evidence, results=[result for result in evidence.results if not result.fault])
    is_explainable = any("lesson" in result.case.tags for result in others.results)
    if not is_explainable or all(result.values_right for result in others.results):
        return (Finding(faults[0].name),)
    return (Finding(faults[0].name), *next(filter(None, (stage(others) for stage in STAGES)), ())[:1])


def one_slip(evidence: Evidence) -> Findings:
    """A slip of the exercise that predicts all answers.

    It comes first because a slip is specific to its exercise: swapped operands, say, are swapped outputs too.
    """
    return _first_that_holds(slip_hypotheses(evidence.exercise), evidence)


def state_that_calls_share(evidence: Evidence) -> Findings:
    """Answers that change when a call is repeated.

    It comes before `right_but_for_some_cases`: if only the first answer is right, which is that of the
    lesson's sizes, the reason looks like a size.
    """
    return (Finding("shared-state"),) if remembers_calls(evidence.results, evidence.ask) else ()


def right_but_for_some_cases(evidence: Evidence) -> Findings:
    """Right answers, except to cases that have something in common, such as integers or other sizes.

    It comes before `one_relation`, which holds by chance if it changes little on few wrong cases, and before
    `right_but_for_entries`, since entries are missing where a function has a fixed number of layers.
    """
    return _named_by_failing_cases(evidence, RIGHT) or _only_deep_networks_fail(evidence)


def one_relation(evidence: Evidence) -> Findings:
    """A relation to the right answer, such as a wrong sign or a transpose, that predicts all answers.

    It comes before `right_but_for_entries`, since swapped outputs are also entries with the wrong names, and
    before the pairs, which include a relation and one that changes nothing here.
    """
    return _first_that_holds(relation_hypotheses(evidence.relations, evidence.wrong_first), evidence)


def arguments_in_low_precision(evidence: Evidence) -> Findings:
    """Nearly right answers that come of rounding some of the arguments to float32.

    It comes after `one_relation`, which finds float32 throughout without calling the function again.
    """
    names = imprecise_arguments(evidence.exercise, evidence.results, evidence.ask)
    return (Finding("low-precision", ", ".join(names)),) if names else ()


def right_but_for_entries(evidence: Evidence) -> Findings:
    """Right values, but entries are missing, misnamed or too many.

    It comes before the pairs and remainders, which find a second reason where this one is enough.
    """
    return _with_wrong_entries(evidence, RIGHT)


def two_slips_or_relations(evidence: Evidence) -> Findings:
    """Two slips, a slip and a relation, or two relations that predict all answers.

    It comes before `constant_factor`: a wrong sign and a logarithm to another base, say, make one factor.
    """
    hypotheses = pair_hypotheses(evidence.exercise, evidence.wrong_first, evidence.relations)
    return _first_that_holds(hypotheses, evidence)


def constant_factor(evidence: Evidence) -> Findings:
    """One factor between all answers and the right ones.

    It comes last of all explanations that predict every answer, because it says least.
    """
    return _first_that_holds(relation_hypotheses(evidence.constant_factors, evidence.wrong_first), evidence)


def one_finding_and_a_remainder(evidence: Evidence) -> Findings:
    """A slip or relation, and a name for the cases or entries on which its prediction fails.

    It comes after the stages that predict every answer, and before those that explain no values.
    """
    return next(filter(None, map(_if_two_findings, _remainders(evidence))), ())


def no_entry_by_its_name(evidence: Evidence) -> Findings:
    """Answers in which no entry has its name, with whatever values.

    It comes before `arguments_ignored`: a function that returns an empty dict also ignores its arguments.
    """
    return (Finding("wrong-keys"),) if no_entry_has_its_name(evidence.results) else ()


def arguments_ignored(evidence: Evidence) -> Findings:
    """Arguments that the answers do not depend on and, if it is only one, what else is wrong.

    It comes late because many slips drop an argument, and because it calls the function many times.
    """
    ignored = evidence.ignored_arguments
    if not ignored:
        return ()
    found = Finding("ignores-argument", ", ".join(ignored))
    if len(ignored) > 1:
        return (found,)
    results = evidence.wrong_first
    hypotheses = substitute_hypotheses(evidence.exercise, results, evidence.relations, ignored[0])
    holding = next((other for other in hypotheses if other.holds(results)), RIGHT)
    return (found, *(_specific(finding, evidence.exercise) for finding in holding.findings))


def exception_raised(evidence: Evidence) -> Findings:
    """The first exception, if it comes first or most wrong cases end in one.

    It comes last because an earlier stage may have found its cause.
    """
    wrong = [result for result in evidence.results if not result.values_right]
    raising = [result for result in wrong if result.outcome.raised]
    is_reason = bool(evidence.results[0].outcome.raised) or 2 * len(raising) > len(wrong)
    return _first_exception(raising) if is_reason else ()


Stage = Callable[[Evidence], Findings]

STAGES: tuple[Stage, ...] = (
    fault_of_form,
    one_slip,
    state_that_calls_share,
    right_but_for_some_cases,
    one_relation,
    arguments_in_low_precision,
    right_but_for_entries,
    two_slips_or_relations,
    constant_factor,
    one_finding_and_a_remainder,
    no_entry_by_its_name,
    arguments_ignored,
    exception_raised,
)


# --- What stages share --------------------------------------------------------------------------------


def _first_that_holds(hypotheses: Iterable[Hypothesis], evidence: Evidence) -> Findings:
    for hypothesis in hypotheses:
        if hypothesis.holds(evidence.wrong_first):
            return _with_warnings(hypothesis, evidence.results)
    return ()


def _with_warnings(hypothesis: Hypothesis, results: Sequence[CaseResult]) -> Findings:
    """Add `numerically-unstable` to a single finding that does not explain the numerical warnings."""
    found = hypothesis.findings
    explains_warnings = found[0].name in ("numerically-unstable", "clipped")
    if len(found) > 1 or explains_warnings or not any(map(hypothesis.leaves_warning, results)):
        return found
    return (*found, Finding("numerically-unstable"))


def _named_by_failing_cases(evidence: Evidence, base: Hypothesis) -> Findings:
    """The findings of `base` and a name for the cases on which it fails; none if these have no name."""
    failing = [result for result in evidence.results if not base.agrees(result)]
    name = name_by_failing_cases(evidence.results, failing) if failing else ""
    if name == "hard-coded-size" and not _is_about_sizes(base, evidence):
        return ()
    if name == "raises":
        return (*base.findings, *_first_exception(failing))
    return (*base.findings, Finding(name)) if name else ()


def _specific(finding: Finding, exercise: Exercise) -> Finding:
    """The finding under the more specific name that the exercise has a slip of, if any."""
    name = MORE_SPECIFIC.get(finding.name, "")
    return replace(finding, name=name) if any(s.name == name for s in exercise.slips) else finding


def _only_deep_networks_fail(evidence: Evidence) -> Findings:
    """Networks of ten layers and more fail, and no others: the names of layers were taken for text."""
    wrong = [result.case for result in evidence.results if not result.values_right]
    if wrong and all(has_two_digits(case) for case in wrong):
        return (Finding("hard-coded-size", "networks of fewer than ten layers", NAMES_AS_TEXT),)
    return ()


def _is_about_sizes(base: Hypothesis, evidence: Evidence) -> bool:
    """Whether the same sizes are right, and no others, when all numbers are drawn anew.

    That tells a fixed size from an error that does not show in some numbers. It is taken for granted where
    `base` has a relation, which can't be applied to other arguments.
    """
    slips = tuple(finding.slip for finding in base.findings if finding.slip)
    if len(slips) < len(base.findings):
        return True
    draws = results_for_other_numbers(evidence.exercise, slips, evidence.ask)
    return all(
        name_by_failing_cases(draw, [r for r in draw if not r.values_right]) == "hard-coded-size"
        for draw in draws
    )


def _with_wrong_entries(evidence: Evidence, base: Hypothesis) -> Findings:
    """The findings of `base` and `wrong-keys`, if `base` predicts all but which entries there are."""
    differ = only_entries_differ(evidence.results, base.predict)
    return (*base.findings, Finding("wrong-keys")) if differ else ()


def _remainders(evidence: Evidence) -> Iterator[Findings]:
    """Yield what each slip or relation leaves over: wrong entries first, then cases on which it fails.

    A fixed size goes before both, since entries are missing where a function has a fixed number of layers.
    """
    bases = (
        *slip_hypotheses(evidence.exercise),
        *relation_hypotheses(evidence.relations, evidence.results),
    )
    if any(result.answered and result.got.keys() != result.want.keys() for result in evidence.results):
        yield from (found for found in _by_cases(bases, evidence) if found[-1].name == "hard-coded-size")
        for base in bases:
            yield _with_wrong_entries(evidence, base)
    yield from _by_cases(bases, evidence)


def _by_cases(bases: Iterable[Hypothesis], evidence: Evidence) -> Iterator[Findings]:
    """Yield the findings of each base that holds on the lesson's case, and a name for those that it fails."""
    lesson = next(result for result in evidence.results if "lesson" in result.case.tags)
    holding = (b for b in bases if b.agrees(lesson) and _predicts_a_wrong_answer(b, evidence.results))
    yield from filter(None, (_named_by_failing_cases(evidence, base) for base in holding))


def _predicts_a_wrong_answer(base: Hypothesis, results: Sequence[CaseResult]) -> bool:
    wrong = [result for result in results if result.answered and not result.values_right]
    return any(is_as_predicted(result, base.predict(result)) for result in wrong)


def _if_two_findings(found: Findings) -> Findings:
    """The findings if they have two names; being clipped and being unstable count as one."""
    names = {finding.name for finding in found}
    return found if len(names) == 2 and names != {"clipped", "numerically-unstable"} else ()


def _first_exception(results: Sequence[CaseResult]) -> Findings:
    raised = next((result.outcome.raised for result in results if result.outcome.raised), None)
    return (Finding("raises", f"{raised.kind}: {raised.message}"),) if raised else ()
