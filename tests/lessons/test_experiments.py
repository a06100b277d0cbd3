"""Every *Try this*, run on the right function and on wrong ones: what it prints tells them apart.

`tests/feedback/test_explanation.py` sees that the code of an experiment runs. Here it runs on every slip
and on every wrong answer of the corpus, and what the sentence says is looked for in the results.
"""

import contextlib
import io
import re
import warnings
from functools import partial

import numpy as np
import pytest

from grader.diagnosis.compare import split_into_parts
from grader.diagnosis.possible_names import possible_names
from grader.feedback.explanation import explain
from grader.judge import judge_function
from grader.learner.plain_data import copy_data
from grader.lessons.misconceptions import MISCONCEPTIONS
from grader.lessons.slips import NAMES_AS_TEXT
from tests.feedback.test_explanation import EXERCISES, IDS, headings, notebook
from tests.test_corpus import ENTRIES

of_each_exercise = pytest.mark.parametrize(("lesson", "exercise"), EXERCISES, ids=IDS)
CASE_ONLY = "raises"  # its sentence says what to do where the few numbers go through


def wrong_answers(lesson, exercise):
    """Each wrong answer to an exercise as `(name, explanation, function, label)`."""
    for number, slip in enumerate(exercise.slips, start=1):
        answer = partial(lambda slip, *arguments: exercise.answer(copy_data(arguments), (slip,)), slip)
        yield slip.name, explain(exercise, slip.name, slip=slip), answer, f"slip {number}, {slip.name}"
    for _, entry in ENTRIES:
        if entry.exercise == exercise.name and not entry.is_right and _ == lesson:
            for name in entry.names:
                yield name, explain(exercise, name), entry.function, f"{entry.label}, {name}"


def _in_order(function):
    """The function with its dicts sorted by name, since learners may return them in any order."""

    def sorted_dicts(value):
        if isinstance(value, dict):
            return {name: sorted_dicts(value[name]) for name in sorted(value, key=str)}
        return tuple(map(sorted_dicts, value)) if isinstance(value, tuple) else value

    return lambda *arguments: sorted_dicts(function(*arguments))


def shown(lesson, code, **functions):
    """What a learner sees: the printed text, the warnings, and the exception, if any."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            exec(code, notebook(lesson) | functions)
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
    text = re.sub(r"<function .*?>", "<function>", printed.getvalue())
    return text, sorted({str(warning.message) for warning in caught})


@of_each_exercise
def test_a_wrong_answer_shows_in_its_experiment(lesson, exercise):
    right = {}
    for name, told, answer, label in wrong_answers(lesson, exercise):
        if told.code and name != CASE_ONLY:
            if told.code not in right:
                own = notebook(lesson)[exercise.name]
                right[told.code] = shown(lesson, told.code, **{exercise.name: _in_order(own)})
            differs = right[told.code] != shown(lesson, told.code, **{exercise.name: _in_order(answer)})
            assert differs or _is_about_names_as_text(exercise, name, answer), label


def _is_about_names_as_text(exercise, name, answer):
    """Whether the verdict leads to an experiment that needs no function: how Python sorts names."""
    findings = judge_function(exercise, answer).findings
    code = NAMES_AS_TEXT.hint.code
    return name == NAMES_AS_TEXT.name and any(found.code == code for found in findings)


def results(lesson, exercise, code, answer):
    """The answers to an experiment's `tiny`, `tiny_twice` and `tiny_wide` as dicts; None if one raises."""
    space = notebook(lesson) | {exercise.name: answer}
    with contextlib.redirect_stdout(io.StringIO()), np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(code, space)
            names = [name for name in ("tiny", "tiny_twice", "tiny_wide") if name in space]
            return [split_into_parts(exercise, answer(*copy_data(space[name]))) for name in names]
        except Exception:
            return None


def changes(first, *others):
    """What becomes of each part in the other answers: its shape, and the ratio of its first entries."""
    found = []
    for other in others:
        for name, value in first.items():
            before, after = np.asarray(value, float), np.asarray(other[name], float)
            rows = tuple(map(slice, before.shape)) if after.ndim == before.ndim else ...
            same = after[rows] if np.shape(after[rows]) == before.shape else np.full(before.shape, np.nan)
            with np.errstate(all="ignore"):
                found.append((name, after.shape, (same / before).round(6).tolist()))
    return repr(found)


@of_each_exercise
def test_a_wrong_count_shows_in_what_becomes_of_the_answer(lesson, exercise):
    """The learner compares answers of one function, and these relate otherwise than the right ones do."""
    for _, told, answer, label in wrong_answers(lesson, exercise):
        if "tiny_twice" in told.code:
            right = results(lesson, exercise, told.code, notebook(lesson)[exercise.name])
            wrong = results(lesson, exercise, told.code, answer)
            assert not (right and wrong) or changes(*right) != changes(*wrong), label


@of_each_exercise
def test_a_changed_argument_shows_before_and_after(lesson, exercise):
    for name, told, answer, label in wrong_answers(lesson, exercise):
        if name == "mutates-arguments":
            lines = shown(lesson, told.code, **{exercise.name: answer})[0].splitlines()
            half = len(lines) // 2
            assert lines[:half] != lines[half:], label
            lines = shown(lesson, told.code)[0].splitlines()
            assert lines[: len(lines) // 2] == lines[len(lines) // 2 :]


@of_each_exercise
def test_no_verdict_sends_a_learner_to_what_comes_later(lesson, exercise):
    found = headings(lesson)
    own = next(place for place, heading in enumerate(found) if f"`{exercise.name}` (" in heading)
    for name in possible_names(exercise):
        section = explain(exercise, name).section
        assert found.index(section) < own, f"{name} points to {section}"


@of_each_exercise
def test_rows_add_up_where_the_experiment_adds_them(lesson, exercise):
    for name, told, answer, label in wrong_answers(lesson, exercise):
        if name == "off-diagonal-sign":
            sums = (shown(lesson, told.code, **f)[0] for f in ({}, {exercise.name: answer}))
            right, wrong = (
                np.abs([float(n) for n in re.findall(r"-?\d+\.\d*", text)]).max() for text in sums
            )
            assert right < 1e-8 < wrong, label


@pytest.mark.parametrize("name", ["no-bias-correction", "step-off-by-one"])
def test_a_first_step_of_adam_is_as_long_as_the_learning_rate(name):
    """The sentence says so of the right function, and the wrong one's step or its `t` is another."""
    lesson, exercise = next((lesson, e) for lesson, e in EXERCISES if e.name == "adam_step")
    assert "as long as the learning rate, here 0.1" in MISCONCEPTIONS[name].experiment
    for found, told, answer, label in wrong_answers(lesson, exercise):
        if found == name:
            space = dict(notebook(lesson))
            with contextlib.redirect_stdout(io.StringIO()):
                exec(told.code, space)
            assert _first_step_is_a_tenth(space["adam_step"], space["tiny"])
            assert not _first_step_is_a_tenth(answer, space["tiny"]), label


def _first_step_is_a_tenth(adam_step, arguments):
    try:
        moved, state = adam_step(*copy_data(arguments))
        lengths = [np.abs(moved[name] - value) for name, value in arguments[0].items()]
    except (ArithmeticError, KeyError):
        return False
    return state["t"] == 1 and all(np.allclose(length, 0.1, rtol=1e-3) for length in lengths)
