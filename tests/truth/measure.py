"""Puts to the judge all that is known to be wrong, and all that is known to be right, about one exercise."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from hypothesis import HealthCheck, given, settings

from grader import lessons
from grader.feedback.status import CORRECT
from grader.judge import judge
from grader.learner.call import Answers, answers_of, call, ends_calls
from grader.lessons import Exercise
from tests.conftest import solution_functions, solution_sources
from tests.corpus.entries import corpora
from tests.truth.arguments import drawn
from tests.truth.fixed_answer import in_styles
from tests.truth.mutants import HELPERS, Mutant, mutants, second_order
from tests.truth.properties import counts, holes
from tests.truth.right import (
    SECONDS,
    SOLUTION,
    SUBCLASSES,
    is_right,
    rewritten_functions,
    right_answers,
)

WRONG_SEEDS, RIGHT_SEEDS, DRAWN = 20, 200, 60
PAIRS = 200  # mutants with two changes an exercise has at most
STYLES = 5  # so many right answers an exercise has at least, beside the lesson's own
FORBIDDEN = {"uses-autodiff", "borrowed-solution"}


@dataclass(frozen=True)
class Measured:
    """What came of one exercise: numbers, and the names of whatever breaks a promise.

    `pairs` are mutants with two changes. `alike` are those of them that pass and that no drawn arguments tell
    from a right answer. `accepted_wrong` lists the other wrong answers that some seed lets pass,
    `not_equivalent` those that are listed as equivalent and rejected, no longer made, or wrong on drawn
    arguments, `refused_right` right answers that are refused, with the seed or the drawn arguments.
    `others` is how many of the wrong ones tests in other styles let pass (see `.fixed_answer`). `styles` are
    the right answers besides the lesson's own, `rewritten` those that are made of it mechanically.
    `properties` has in how many cases an argument has a property, `holes` those that no case has (see
    `.properties`).
    """

    lesson: str
    exercise: str
    mutants: int
    pairs: int
    slips: int
    equivalent: int
    alike: int
    accepted_wrong: tuple[str, ...]
    not_equivalent: tuple[str, ...]
    others: Mapping[str, int]
    styles: int
    rewritten: int
    verdicts: int
    drawn: int
    refused_right: tuple[str, ...]
    properties: Mapping[str, int]
    holes: tuple[str, ...]


def measure(lesson: str, name: str) -> Measured:
    """Measure one exercise of a lesson; the same result each time."""
    exercise = lessons.load(lesson).exercises[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = counts(exercise)
        return Measured(
            lesson=lesson,
            exercise=name,
            **measure_wrong(lesson, exercise),
            **measure_right(lesson, exercise),
            properties=found,
            holes=tuple(holes(exercise, found)),
        )


# --- Wrong answers ----------------------------------------------------------------------------------


def measure_wrong(lesson: str, exercise: Exercise) -> dict:
    """The fields of `Measured` that tell of wrong answers."""
    listed = {change for changes in exercise.equivalent.values() for change in changes}
    functions = mutant_functions(lesson, exercise.name)
    made = {mutant.change: function for mutant, function in functions}
    different = [mutant for mutant, _ in functions if mutant.change not in listed]
    twice = dict(_pairs(lesson, exercise.name, different))
    slips = {f"{slip.name} ({i})": _slipped(exercise, slip) for i, slip in enumerate(exercise.slips)}
    corpus = wrong_answers(lesson, exercise.name)
    passed = {name: seeds_passed(exercise, function) for name, function in (made | slips | corpus).items()}
    wrong = {name: f for name, f in (made | slips | corpus).items() if name not in listed}
    others = {style: sum(map(test.accepts, wrong.values())) for style, test in in_styles(exercise).items()}
    survivors = {name: function for name, function in twice.items() if seeds_passed(exercise, function)}
    alike = {name: f for name, f in made.items() if name in listed and passed[name] == WRONG_SEEDS}
    told_apart = wrong_somewhere(lesson, exercise, survivors | alike)
    return {
        "mutants": len(made),
        "pairs": len(twice),
        "alike": len(survivors.keys() - told_apart.keys()),
        "slips": len(slips) + len(corpus),
        "equivalent": len(listed),
        "accepted_wrong": (
            *(name for name, seeds in passed.items() if seeds and name not in listed),
            *(told_apart[name] for name in survivors.keys() & told_apart.keys()),
        ),
        "not_equivalent": (
            *sorted(name for name in listed if passed.get(name, 0) < WRONG_SEEDS),
            *(told_apart[name] for name in listed & told_apart.keys()),
        ),
        "others": others,
    }


def wrong_answers(lesson: str, name: str) -> dict[str, Callable]:
    """The wrong answers of the corpus, by their names, but for those that use what they may not."""
    return {
        entry.label: entry.function
        for corpus in corpora()
        if corpus.lesson == lesson
        for entry in corpus.entries
        if entry.exercise == name and not entry.is_right and not set(entry.names) & FORBIDDEN
    }


def mutant_functions(lesson: str, name: str) -> list[tuple[Mutant, Callable]]:
    """The mutants of an exercise's solution as functions."""
    namespace = solution_functions(lesson)[name].__globals__
    (source,) = [source for source in solution_sources(lesson) if f"def {name}(" in source]
    return [(mutant, _function(mutant, name, namespace)) for mutant in mutants(source)]


def _pairs(lesson: str, name: str, first: Sequence[Mutant]) -> Iterator[tuple[str, Callable]]:
    """Mutants with two changes, and their functions; the first change alone makes a difference."""
    namespace = solution_functions(lesson)[name].__globals__
    (source,) = [source for source in solution_sources(lesson) if f"def {name}(" in source]
    for mutant in second_order(source, first, PAIRS):
        yield f"twice: {mutant.change}", _function(mutant, name, namespace)


def wrong_somewhere(lesson: str, exercise: Exercise, functions: Mapping[str, Callable]) -> dict[str, str]:
    """Which of the functions are wrong on drawn arguments: by name, the name and what is said of it."""
    found = {}
    for name, function in functions.items():
        _, refused = refused_on_drawn_arguments(lesson, exercise, {name: answers_of(function)})
        if refused:
            found[name] = refused[0]
    return found


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
    return first + sum(is_right(exercise, function, seed) for seed in range(1, WRONG_SEEDS))


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
    rewritten = list(rewritten_functions(lesson, exercise.name))
    refused += [
        f"rewriting {number}, seed {seed}"
        for seed in range(seeds // 4)
        for number, function in enumerate(rewritten, start=1)
        if not is_right(exercise, function, seed)
    ]
    tried, refused_drawn = refused_on_drawn_arguments(lesson, exercise, answers)
    return {
        "styles": len(answers.keys() - {SOLUTION, SUBCLASSES}),
        "rewritten": len(rewritten),
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
        report_multiple_bugs=False,
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
