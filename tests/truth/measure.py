"""Puts to the judge all that is known to be wrong, and all that is known to be right, about one exercise."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from hypothesis import HealthCheck, given, settings

from grader import lessons
from grader.diagnosis.case_results import CaseResult
from grader.diagnosis.references import SHIPPED
from grader.feedback.status import CORRECT
from grader.judge import judge
from grader.learner.call import Answers, answers_of, call, ends_calls
from grader.lessons import Exercise
from tests.conftest import solution_functions, solution_sources
from tests.truth.arguments import drawn
from tests.truth.fixed_answer import FixedAnswer
from tests.truth.mutants import HELPERS, Mutant, mutants
from tests.truth.right import SOLUTION, SUBCLASSES, right_answers

WRONG_SEEDS, RIGHT_SEEDS, DRAWN = 20, 200, 60
STYLES = 5  # so many right answers an exercise has at least, beside the lesson's own
SECONDS = 1.0  # a right answer needs a hundredth of it


@dataclass(frozen=True)
class Measured:
    """What came of one exercise: numbers, and the names of whatever breaks a promise.

    `accepted_wrong` lists the wrong answers that some seed lets pass, `not_equivalent` those that are listed
    as equivalent and either rejected or no longer made, `refused_right` right answers that are refused, with
    the seed or the drawn arguments. `fixed_answer` is how many of the wrong ones a fixed-answer test lets
    pass. `styles` are the right answers besides the lesson's own.
    """

    lesson: str
    exercise: str
    mutants: int
    slips: int
    equivalent: int
    accepted_wrong: tuple[str, ...]
    not_equivalent: tuple[str, ...]
    fixed_answer: int
    styles: int
    verdicts: int
    drawn: int
    refused_right: tuple[str, ...]


def measure(lesson: str, name: str) -> Measured:
    """Measure one exercise of a lesson; the same result each time."""
    exercise = lessons.load(lesson).exercises[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Measured(
            lesson=lesson, exercise=name, **measure_wrong(lesson, exercise), **measure_right(lesson, exercise)
        )


# --- Wrong answers ----------------------------------------------------------------------------------


def measure_wrong(lesson: str, exercise: Exercise) -> dict:
    """The fields of `Measured` that tell of wrong answers."""
    listed = {change for changes in exercise.equivalent.values() for change in changes}
    made = {mutant.change: function for mutant, function in mutant_functions(lesson, exercise.name)}
    slips = {f"{slip.name} ({i})": _slipped(exercise, slip) for i, slip in enumerate(exercise.slips)}
    passed = {name: seeds_passed(exercise, function) for name, function in (made | slips).items()}
    fixed = FixedAnswer(exercise)
    let_pass = [n for n, f in (made | slips).items() if fixed.accepts(call(f, fixed.arguments, SECONDS))]
    return {
        "mutants": len(made),
        "slips": len(slips),
        "equivalent": len(listed),
        "accepted_wrong": tuple(name for name, seeds in passed.items() if seeds and name not in listed),
        "not_equivalent": tuple(sorted(name for name in listed if passed.get(name, 0) < WRONG_SEEDS)),
        "fixed_answer": len([name for name in let_pass if name not in listed]),
    }


def mutant_functions(lesson: str, name: str) -> list[tuple[Mutant, Callable]]:
    """The mutants of an exercise's solution as functions."""
    namespace = solution_functions(lesson)[name].__globals__
    (source,) = [source for source in solution_sources(lesson) if f"def {name}(" in source]
    return [(mutant, _function(mutant, name, namespace)) for mutant in mutants(source)]


def _function(mutant: Mutant, name: str, namespace: Mapping) -> Callable:
    changed = {**namespace, **HELPERS}
    exec(compile(mutant.source, f"<{mutant.change}>", "exec"), changed)
    return changed[name]


def _slipped(exercise: Exercise, slip) -> Callable:
    return lambda *arguments: exercise.answer(arguments, (slip,))


def seeds_passed(exercise: Exercise, function: Callable) -> int:
    """With how many of the seeds a function is accepted.

    The first is put to the judge itself, who need not say why. With the others, what counts is whether all
    cases are right, which the judge asks too: but here the first wrong one settles it.
    """

    def answer(arguments):
        return call(function, arguments, SECONDS)

    def answers(cases, seconds):
        for outcome in map(answer, cases):
            yield outcome
            if ends_calls(outcome):
                return

    first = judge(_undiagnosed(exercise), answers).status == CORRECT
    others = range(1, WRONG_SEEDS)
    return first + sum(
        all(CaseResult(exercise, q, answer(q.case.arguments)).right for q in SHIPPED.of(exercise, seed))
        for seed in others
    )


@cache
def _undiagnosed(exercise: Exercise) -> Exercise:
    return replace(exercise, slips=())


# --- Right answers ----------------------------------------------------------------------------------


def measure_right(lesson: str, exercise: Exercise, seeds: int | None = None) -> dict:
    """The fields of `Measured` that tell of right answers, on `RIGHT_SEEDS` seeds or on so many."""
    seeds = seeds or RIGHT_SEEDS
    answers = {name: answers_of(f) for name, f in right_answers(lesson, exercise.name).items()}
    refused = [
        f"{name}, seed {seed}"
        for seed in range(seeds)
        for name, answer in answers.items()
        if judge(exercise, answer, seed).status != CORRECT
    ]
    tried, refused_drawn = refused_on_drawn_arguments(lesson, exercise, answers)
    return {
        "styles": len(answers.keys() - {SOLUTION, SUBCLASSES}),
        "verdicts": seeds * len(answers),
        "drawn": tried,
        "refused_right": (*refused, *refused_drawn),
    }


def refused_on_drawn_arguments(lesson: str, exercise: Exercise, answers: Mapping[str, Answers]):
    """How many verdicts were asked for on drawn arguments, and the simplest one that is not "correct"."""
    tried = 0

    @settings(
        derandomize=True,
        database=None,
        deadline=None,
        max_examples=DRAWN,
        suppress_health_check=list(HealthCheck),
    )
    @given(drawn(lesson, exercise.name))
    def all_are_accepted(case):
        nonlocal tried
        asked = replace(exercise, cases=lambda rng: [case], slips=())
        for name, answer in answers.items():
            tried += 1
            verdict = judge(asked, answer)
            assert verdict.status == CORRECT, f"{name}: {verdict.message}"

    try:
        all_are_accepted()
    except AssertionError as refused:
        return tried, [str(refused)]
    return tried, []
