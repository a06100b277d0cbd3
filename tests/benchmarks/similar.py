"""Measures on simulated classes how many planted copies `similar` finds, and how many others it names.

    python -m tests.benchmarks.similar

Who copies takes 85 of 100 exercises from another's notebook and changes names, comments and layout.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.classroom.answer_code import Statement, statements
from grader.classroom.repair.read_notebook import read_release
from grader.classroom.similar_answers import similar_answers
from grader.demo.answer_bank import answer_bank
from grader.demo.sample_class import solutions
from grader.demo.simulated_class import SimulatedStudent, simulated_class
from grader.demo.variations import with_other_names
from grader.learner.library_code import ROOT

LESSONS = ("01_logistic_regression", "03_backpropagation", "05_matching_keras")
STUDENTS, COPIES, CLASSES = 100, 6, 5


@dataclass(frozen=True)
class Found:
    """How many copies were planted in all classes, how many were found, and how many other pairs named."""

    planted: int
    found: int
    others: int


def measure(lesson: str, classes: int = CLASSES) -> Found:
    """Return what is found in so many classes, of seeds from 0."""
    solved = solutions(read_release(ROOT / "solutions" / lesson / f"{lesson}.ipynb"))
    bank = answer_bank(lesson, solved)
    background = {
        name: [statements(source, lesson, name) for source in answers.right] for name, answers in bank.items()
    }
    planted = found = others = 0
    for seed in range(classes):
        students = simulated_class(lesson, solved, bank, STUDENTS, seed, copies=COPIES)
        copies = {frozenset((one.submission.name, one.copied_from)) for one in students if one.copied_from}
        pairs = similar_answers(_answers(lesson, list(bank), students), background).pairs
        named = {frozenset((pair.first, pair.second)) for pair in pairs}
        planted, found = planted + len(copies), found + len(copies & named)
        others += len(named - copies)
    return Found(planted, found, others)


def _answers(
    lesson: str, exercises: Sequence[str], students: Sequence[SimulatedStudent]
) -> Mapping[str, Mapping[str, Sequence[Statement]]]:
    return {
        name: {one.submission.name: _statements(lesson, name, one) for one in students} for name in exercises
    }


def _statements(lesson: str, exercise: str, student: SimulatedStudent) -> Sequence[Statement]:
    submission = student.submission
    if submission.is_untouched or exercise in submission.unattempted:
        return []
    rng = random.Random(f"{submission.name} {exercise}")
    return statements(with_other_names(submission.answers[exercise], rng), lesson, exercise)


if __name__ == "__main__":
    print(f"classes of {STUDENTS} with {COPIES} copies, {CLASSES} of each lesson")
    for lesson in sys.argv[1:] or LESSONS:
        result = measure(lesson)
        print(f"{lesson}: {result.found} of {result.planted} found, {result.others} other pairs named")
