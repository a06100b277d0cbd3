"""Pairs that copied are found, chance names few others, and what everybody writes counts for nothing."""

import io
import random

import numpy as np
import pytest
from rich.console import Console

from grader.classroom.answer_code import Statement
from grader.classroom.errors import ClassroomError
from grader.classroom.similar_answers import similar_answers, similar_in_class
from grader.classroom.similar_view import NOTICE, similar_lines

EXERCISES = ("a", "b", "c", "d", "e")
STUDENTS = [f"s{number:02}" for number in range(60)]


def answer(*lines):
    return tuple(Statement(line, line, (line,)) for line in lines)


def natural_class(seed):
    """Everybody writes the first line, and each exercise's other lines in one of 12 ways, some more often."""
    rng = random.Random(seed)
    ways = range(12)
    weights = [1 / (way + 1) for way in ways]
    return {
        name: {
            student: answer("import", f"x = {rng.choices(ways, weights)[0]}", f"y = {rng.choice(ways)}")
            for student in STUDENTS
        }
        for name in EXERCISES
    }


def names(similar):
    return [(pair.first, pair.second) for pair in similar.pairs]


def test_a_copy_is_found_with_what_is_rare_in_it():
    answers = natural_class(0)
    for name in EXERCISES[:4]:
        answers[name]["s01"] = answers[name]["s02"] = answer("import", f"x = {name}1", f"y = {name}2")
    similar = similar_answers(answers, {})
    assert names(similar)[0] == ("s01", "s02")
    pair = similar.pairs[0]
    assert pair.surprise > similar.usual
    first = pair.exercises[0]
    assert first.is_same and first.lines[-1] == "import" and first.others == (0, 0, 58)
    assert "e" not in {one.exercise for one in pair.exercises if one.is_same}


def test_chance_names_half_a_pair_on_average():
    found = [len(similar_answers(natural_class(seed), {}).pairs) for seed in range(1, 31)]
    assert 0.2 < np.mean(found) < 1


def test_what_comes_naturally_is_less_surprising():
    """Two who share what only they have in the class, and what the background is full of."""
    answers = natural_class(2)
    for name in EXERCISES:
        answers[name]["s01"] = answers[name]["s02"] = answer("x = natural")
        answers[name]["s03"] = answers[name]["s04"] = answer("x = odd")
    background = {name: [answer("x = natural"), answer("x = other")] * 100 for name in EXERCISES}
    assert ("s01", "s02") in names(similar_answers(answers, {}))
    found = names(similar_answers(answers, background))
    assert ("s01", "s02") not in found and ("s03", "s04") in found


def test_nothing_is_alike_where_all_write_the_same_or_nothing():
    same = {name: dict.fromkeys(STUDENTS, answer("x = 1")) for name in EXERCISES}
    nothing = {name: dict.fromkeys(STUDENTS, ()) for name in EXERCISES}
    assert similar_answers(same, {}).pairs == similar_answers(nothing, {}).pairs == ()


def printed(similar):
    file = io.StringIO()
    console = Console(file=file, width=300, color_system=None)
    for line in similar_lines(similar):
        console.print(line)
    return file.getvalue()


def test_what_is_printed_says_that_it_is_no_finding():
    answers = natural_class(0)
    for name in EXERCISES:
        answers[name]["s01"] = answers[name]["s02"] = answer("import", f"x = {name}1")
    text = printed(similar_answers(answers, {}))
    assert "s01 and s02: " in text and "5 answers are the same up to names" in text
    assert "x = a1   (nobody else)" in text and "import   (58 others)" in text
    assert NOTICE in text and "If nobody copied, 0.5 pairs" in text
    text = printed(similar_answers({"a": dict.fromkeys(STUDENTS, ())}, {}))
    assert "No two have" in text and NOTICE in text


def test_a_class_that_is_not_graded(empty_course):
    with pytest.raises(ClassroomError, match="0 submissions for 03_backpropagation are graded"):
        similar_in_class("03_backpropagation", empty_course)
