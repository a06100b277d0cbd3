"""What a finding is told with: sections that exist, and experiments in which the slip shows."""

import ast
import contextlib
import io
import re
import warnings
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest

from grader import lessons
from grader.diagnosis.possible_names import possible_names
from grader.feedback.explanation import explain
from grader.judge import judge_function
from grader.lessons.misconceptions import MISCONCEPTIONS
from tests.conftest import ROOT, solution_functions, solution_sources
from tests.test_corpus import ENTRIES

EXERCISES = [
    (lesson, exercise) for lesson in lessons.names() for exercise in lessons.load(lesson).exercises.values()
]
IDS = [f"{lesson[:2]}-{exercise.name}" for lesson, exercise in EXERCISES]
of_each_exercise = pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=IDS)


@cache
def source(lesson):
    return (ROOT / "solutions" / f"{lesson}.py").read_text(encoding="utf-8")


def headings(lesson):
    return re.findall(r"^# ##+ (.*)$", source(lesson), re.MULTILINE)


@of_each_exercise
def test_every_name_points_to_a_heading_of_the_lesson(lesson, exercise):
    found = headings(lesson)
    for name in possible_names(exercise):
        assert explain(exercise, name).section in found, name


@of_each_exercise
def test_hints_and_sections_are_for_names_that_occur(lesson, exercise):
    assert set(exercise.hints) <= set(possible_names(exercise))
    assert set(exercise.sections) <= set(MISCONCEPTIONS)


@pytest.mark.parametrize("lesson", lessons.names())
def test_every_section_is_for_a_name_that_occurs_in_the_lesson(lesson):
    exercises = lessons.load(lesson).exercises.values()
    pointed = {name for exercise in exercises for name in exercise.sections}
    assert pointed <= {name for exercise in exercises for name in possible_names(exercise)}


def test_names_that_learners_earn_are_among_those_of_the_exercise():
    """But for those that only another exercise can tell from others."""
    earned = [(lesson, entry, name) for lesson, entry in ENTRIES for name in entry.names]
    missed = [
        (entry.label, name)
        for lesson, entry, name in earned
        if name not in possible_names(lessons.load(lesson).exercises[entry.exercise])
    ]
    assert len(missed) <= 0.005 * len(earned), missed


def changed(change):
    """Answers changed as a whole, in each of their parts."""

    def of(value):
        if isinstance(value, dict):
            return {name: of(entry) for name, entry in value.items()}
        if isinstance(value, (tuple, list)):
            return type(value)(map(of, value))
        return change(np.asarray(value))

    return of


def swapped(value):
    """A pair, or the `dW` and `db` of each layer, in each other's places."""
    if isinstance(value, tuple):
        return value[::-1]
    partner = {"dW": "db", "db": "dW"}
    return {name: value[partner.get(name[:2], name[:2]) + name[2:]] for name in value}


RELATIONS = {
    "transposed": changed(np.transpose),
    "extra-axis": changed(lambda value: value[np.newaxis] if value.ndim else value),
    "not-a-scalar": changed(lambda value: value[np.newaxis]),
    "wrong-sign": changed(np.negative),
    "factor-two": changed(lambda value: 2 * value),
    "constant-factor": changed(lambda value: 0.3 * value),
    "swapped-outputs": swapped,
}


@of_each_exercise
def test_a_relation_applies_where_a_verdict_names_it(lesson, exercise):
    exercise = replace(exercise, fault=None)  # answers that are read already have another form
    slips, read = {slip.name for slip in exercise.slips}, exercise.read or (lambda answer: answer)
    for name, change in RELATIONS.items():
        if name in possible_names(exercise) and name not in slips:
            wrong = judge_function(exercise, lambda *given, c=change: c(read(exercise.answer(given))))
            assert name in wrong.diagnosis


# --- Experiments ------------------------------------------------------------------------------------


@cache
def notebook(lesson):
    """What an experiment finds in the notebook: NumPy, what the lesson imports, and right functions."""
    space = {"np": np}
    for node in ast.parse(source(lesson)).body:
        if isinstance(node, ast.ImportFrom) and node.module in ("utils.layers", "utils.network"):
            exec(ast.unparse(node), space)
    return space | solution_functions(lesson)


def shown(lesson, code, **functions):
    """What the code prints, up to an exception and with it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(code, notebook(lesson) | functions)
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
    return printed.getvalue()


@cache
def experiments(exercise):
    """The names that come with code, each with its code."""
    told = {name: explain(exercise, name).code for name in possible_names(exercise)}
    return {name: code for name, code in told.items() if code}


@of_each_exercise
def test_the_right_function_comes_through_every_experiment(lesson, exercise):
    for code in set(experiments(exercise).values()):
        printed = shown(lesson, code)
        assert printed and not re.search(r"Error\b|\bnan\b|\binf\b", printed), printed
        assert max(map(len, code.splitlines())) <= 110 and len(code.splitlines()) <= 7


@of_each_exercise
def test_a_slip_shows_in_its_experiment(lesson, exercise):
    codes = experiments(exercise)
    found = {}
    for slip in exercise.slips:
        if slip.name in codes:
            slipped = partial(lambda slip, *arguments: exercise.answer(arguments, (slip,)), slip)
            code = codes[slip.name]
            differs = shown(lesson, code) != shown(lesson, code, **{exercise.name: slipped})
            found.setdefault(slip.name, []).append(differs)
    assert all(map(any, found.values())), [name for name, differs in found.items() if not any(differs)]
    assert sum(map(sum, found.values())) >= 0.8 * sum(map(len, found.values()))


def test_slips_of_all_exercises_come_with_code():
    """But for float32, which does not show in eight digits."""
    pairs = {(exercise.name, slip.name) for _, exercise in EXERCISES for slip in exercise.slips}
    without = {
        slip.name
        for _, exercise in EXERCISES
        for slip in exercise.slips
        if slip.name not in experiments(exercise)
    }
    assert without == {"low-precision"} and len(pairs) > 400


NO_ANSWERS = {"not-implemented": lambda value: None, "wrong-keys": lambda value: {"d": value}}


@of_each_exercise
def test_a_relation_shows_in_its_experiment(lesson, exercise):
    right = notebook(lesson)[exercise.name]
    for name, change in (RELATIONS | NO_ANSWERS).items():
        if name in experiments(exercise):
            code = experiments(exercise)[name]
            wrong = {exercise.name: lambda *arguments, change=change: change(right(*arguments))}
            assert shown(lesson, code) != shown(lesson, code, **wrong), name


@of_each_exercise
def test_changed_arguments_show_in_their_experiment(lesson, exercise):
    def spoil(value):
        if isinstance(value, dict):
            value.pop(next(iter(value)))
        elif isinstance(value, (np.ndarray, list)) and np.shape(value):
            value[0] = value[-1] * 0 + 7 if isinstance(value, np.ndarray) else "7"

    def spoiling(*arguments):
        for argument in arguments:
            spoil(argument)

    if "mutates-arguments" in experiments(exercise):
        code = experiments(exercise)["mutates-arguments"]
        before, after = (shown(lesson, code, **{exercise.name: f}) for f in (lambda *a: None, spoiling))
        assert before != after


@pytest.mark.parametrize("lesson", lessons.names())
def test_an_experiment_leaves_the_notebooks_names_alone(lesson):
    def assigned(tree):
        return {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        }

    tree = ast.parse(source(lesson))
    taken = assigned(tree) | {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for exercise in lessons.load(lesson).exercises.values():
        for code in experiments(exercise).values():
            inside = {name for node in ast.walk(ast.parse(code)) for name in _own_names(node)}
            assert not (assigned(ast.parse(code)) - inside) & taken, code


def _own_names(node):
    """The names that live in a comprehension only."""
    if isinstance(node, ast.comprehension):
        return [target.id for target in ast.walk(node.target) if isinstance(target, ast.Name)]
    return []


@pytest.mark.parametrize("lesson", lessons.names())
def test_no_experiment_holds_a_line_of_the_solution(lesson):
    solutions = "\n".join(
        text
        for cell in solution_sources(lesson)
        for text in re.findall(r"BEGIN SOLUTION(.*?)### END", cell, re.DOTALL)
    )
    answers = [line.strip().removeprefix("return ") for line in solutions.splitlines()]
    answers = [line for line in answers if len(line) > 8]
    assert answers
    for exercise in lessons.load(lesson).exercises.values():
        for code in experiments(exercise).values():
            assert not [line for line in answers if line in code]
