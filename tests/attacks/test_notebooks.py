"""Hostile notebooks, graded with nbgrader as a class is, among honest ones."""

from __future__ import annotations

import pytest
from nbgrader.api import Gradebook

from grader.classroom import grading
from grader.demo import LESSON, SampleSubmission
from tests.attacks.attack import KINDS
from tests.attacks.hostile_class import problems_of_hostile_class
from tests.attacks.notebooks import ON_NOTEBOOKS
from tests.course_folder import short_class


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_attack_succeeds(tmp_path):
    assert problems_of_hostile_class(tmp_path) == {}


@pytest.mark.parametrize("name", ON_NOTEBOOKS)
def test_every_attack_says_what_it_tries(name):
    attack = ON_NOTEBOOKS[name]
    assert attack.description.endswith(".") and attack.kind in KINDS


def test_attacks_of_most_kinds_are_timed():
    assert {attack.kind for attack in ON_NOTEBOOKS.values()} == set(KINDS) - {"borrow", "tell"}
    assert sum(attack.worst_of_its_kind for attack in ON_NOTEBOOKS.values()) >= 10


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_regrade_gives_the_same_marks_to_the_bit(tmp_path):
    nearly = "def output_delta(A, Y):\n    return (A - Y) / len(A) * (1 + 1e-9)"
    course = short_class(tmp_path / "course", [SampleSubmission("ada", answers={"output_delta": nearly})])
    marks = []
    for _ in range(2):
        grading.grade(LESSON, course, force=True)
        with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
            grades = book.find_submission_notebook(LESSON, LESSON, "ada").grades
            marks.append({grade.name: grade.auto_score for grade in grades})
    assert marks[0] == marks[1]
