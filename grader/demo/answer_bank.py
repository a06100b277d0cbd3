"""Answers to the exercises of a lesson, right and wrong, each judged, for simulated classes.

The wrong ones are the lesson's solutions with a small change or two, so every lesson has them without a list.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import random
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from grader import lessons
from grader.classroom.repair.read_notebook import read_release
from grader.demo.sample_class import solutions
from grader.demo.small_changes import small_changes
from grader.demo.styles import restyled
from grader.demo.submissions import CLASS, ENDLESS_LOOP, LESSON
from grader.feedback.status import CORRECT, ERROR, INCORRECT
from grader.judge import judge_function
from grader.learner.library_code import ROOT
from grader.lessons import Exercise
from utils import network

PAIRS_TRIED = 30
"""So many answers with two changes are judged, for an exercise, to find some with two misconceptions."""

STYLES = 40
"""So many times right answers to an exercise are written in other ways."""

Namespace = dict[str, Any]
"""What a notebook has defined before an answer runs."""


@dataclass(frozen=True)
class JudgedAnswer:
    """The code of an answer, without a docstring, the status of its verdict and the names of its slips."""

    source: str
    status: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Answers:
    """Answers to one exercise.

    `right` are in many styles. `slips` has wrong ones by their one misconception, `pairs` those with
    two. `unnamed` are wrong in a way that has no name, `errors` raise an exception.
    """

    right: tuple[str, ...]
    slips: Mapping[str, tuple[JudgedAnswer, ...]]
    pairs: tuple[JudgedAnswer, ...]
    unnamed: tuple[JudgedAnswer, ...]
    errors: tuple[JudgedAnswer, ...]


def answer_bank(lesson: str, solved: Mapping[str, str]) -> dict[str, Answers]:
    """Return the answers to each exercise of a lesson; `solved` has the code of the lesson's own."""
    exercises = lessons.load(lesson).exercises
    plain = {name: _without_docstring(solved[name]) for name in exercises if name in solved}
    namespace: Namespace = {**vars(network), "np": np, "__name__": "answers"}
    for source in plain.values():
        exec(source, namespace)
    samples = _samples() if lesson == LESSON else {}
    return {
        name: _answers(exercises[name], source, samples.get(name, ()), namespace)
        for name, source in plain.items()
    }


def natural_answers(lesson: str) -> dict[str, list[str]]:
    """Return the code of answers that come naturally, by exercise: right ones, and single slips."""
    notebook = read_release(ROOT / "solutions" / lesson / f"{lesson}.ipynb")
    return {
        name: [*answers.right, *(one.source for found in answers.slips.values() for one in found)]
        for name, answers in answer_bank(lesson, solutions(notebook)).items()
    }


def with_docstring(source: str, solution: str) -> str:
    """Return the code of an answer with the docstring that the solution has."""
    documented, answer = ast.parse(solution).body[-1], ast.parse(source)
    text = ast.get_docstring(documented, clean=False)
    if text is not None:
        answer.body[-1].body.insert(0, ast.Expr(ast.Constant(text)))
    return ast.unparse(ast.fix_missing_locations(answer))


def _answers(exercise: Exercise, solution: str, samples: Iterable[str], namespace: Namespace) -> Answers:
    others = _judged([*_right_variants(exercise), *samples], exercise, namespace)
    changed = _judged((source for _, source in small_changes(solution)), exercise, namespace)
    slips = defaultdict(tuple)
    for answer in (*others, *changed):
        if len(answer.names) == 1 and answer.names != ("raises",):
            slips[answer.names[0]] += (answer,)
    twice = chain.from_iterable(small_changes(one.source) for found in slips.values() for one in found)
    twice = sorted({source for _, source in twice})
    rng = random.Random(exercise.name)
    right = [solution, *(one.source for one in others if one.status == CORRECT)]
    styled = [restyled(right[number % len(right)], rng) for number in range(STYLES)]
    drawn = _judged(rng.sample(twice, min(PAIRS_TRIED, len(twice))), exercise, namespace)
    return Answers(
        right=tuple(one.source for one in _judged(styled, exercise, namespace) if one.status == CORRECT),
        slips=dict(slips),
        pairs=tuple(one for one in (*changed, *drawn) if len(one.names) == 2),
        unnamed=tuple(one for one in changed if one.status == INCORRECT and not one.names),
        errors=tuple(one for one in changed if one.status == ERROR and one.names == ("raises",)),
    )


def _judged(sources: Iterable[str], exercise: Exercise, namespace: Namespace) -> list[JudgedAnswer]:
    """Return those answers that are Python, each once, with what the verdict of seed 0 says of them."""
    found = []
    for source in dict.fromkeys(sources):
        own = dict(namespace)
        with warnings.catch_warnings(), np.errstate(all="ignore"), contextlib.suppress(SyntaxError):
            warnings.simplefilter("ignore")
            exec(source, own)
            verdict = judge_function(exercise, own[exercise.name])
            found.append(JudgedAnswer(source, verdict.status, verdict.diagnosis))
    return found


def _samples() -> dict[str, list[str]]:
    """Return the answers of the sample class, those that end, by exercise."""
    found = defaultdict(list)
    for submission in CLASS:
        for exercise, source in submission.answers.items() if submission is not ENDLESS_LOOP else ():
            found[exercise].append(source)
    return found


def _right_variants(exercise: Exercise) -> Iterator[str]:
    """Yield the right variants of an exercise that need nothing of the module that they are in."""
    for function in exercise.right:
        tree = ast.parse(inspect.getsource(function))
        defined = tree.body[0]
        if isinstance(defined, ast.FunctionDef) and not _needs_its_module(function):
            defined.name = exercise.name
            yield _without_docstring(ast.unparse(tree))


def _needs_its_module(function) -> bool:
    names = set(inspect.getclosurevars(function).globals)
    return bool(names - {"np"} - set(vars(network)))


def _without_docstring(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)
