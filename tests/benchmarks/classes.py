"""Classes of any size, graded by this course and by plain nbgrader as their command lines do."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.demo import LESSON, make_class
from grader.demo.sample_class import hand_in
from grader.demo.submissions import FULL_SOLUTION, SampleSubmission
from grader.demo.variations import class_of
from grader.learner.library_code import ROOT
from tests.benchmarks.measure import Usage, measure

SCRIPTS = Path(sys.executable).parent
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "PATH": os.pathsep.join([str(SCRIPTS), os.environ["PATH"]]),
    "PYTHONPATH": str(ROOT),
}
GRADE = (sys.executable, "-m", "grader", "grade", LESSON)
STOCK = tuple((str(SCRIPTS / "nbgrader"), step, LESSON) for step in ("autograde", "generate_feedback"))
STOCK_CONFIG = """\
c = get_config()
c.CourseDirectory.course_id = "backpropagation"
c.CourseDirectory.source_directory = "solutions"
c.CourseDirectory.release_directory = "notebooks"
"""
Scores = dict[str, dict[str, float]]
"""Points by exercise, by student."""


@dataclass(frozen=True)
class Graded:
    """A class that was graded: its size, what that took, and its scores."""

    size: int
    usage: Usage
    scores: Scores


class Classes:
    """Makes classes in copies of a course folder that has the lesson released, and grades them.

    The course graded one submission before, so that the references of its seed are at hand; `first` is what
    that took.
    """

    def __init__(self, folder: Path):
        self._released, self._stock, self._copy = (folder / name for name in ("released", "stock", "copy"))
        make_class(self._released, [])
        shutil.copytree(self._released, self._stock)
        (self._stock / "nbgrader_config.py").write_text(STOCK_CONFIG)
        hand_in(self._released, [FULL_SOLUTION])
        self.first = run(self._released, GRADE)
        shutil.rmtree(self._released / "submitted")

    def make(self, size: int) -> Path:
        """Return a course folder in which a class has handed in; it is there until the next one is made."""
        return self._make(self._released, size)

    def grade(self, size: int, *options: str) -> Graded:
        """Grade a class as shipped. Raises `AssertionError` if a score is wrong."""
        return _graded(self.make(size), size, run(self._copy, (*GRADE, *options)))

    def grade_again(self) -> Usage:
        """Return what grading takes when there is nothing new in the last class."""
        return run(self._copy, GRADE)

    def grade_stock(self, size: int) -> Graded:
        """Grade a class with plain nbgrader. Raises `AssertionError` if a score is wrong."""
        course = self._make(self._stock, size)
        usages = [run(course, command) for command in STOCK]
        cpu, main, wall = (sum(getattr(one, name) for one in usages) for name in ("cpu", "main", "wall"))
        usage = Usage(cpu, main, wall, max(one.memory for one in usages))
        return _graded(course, size, usage, gives_back_tests=False)

    def _make(self, template: Path, size: int) -> Path:
        shutil.rmtree(self._copy, ignore_errors=True)
        shutil.copytree(template, self._copy)
        hand_in(self._copy, class_of(size))
        return self._copy


def run(course: Path, command: Sequence[str]) -> Usage:
    """Return what a command in a course folder takes."""
    return measure(command, cwd=course, env=ENVIRONMENT)


def _graded(course: Path, size: int, usage: Usage, gives_back_tests: bool = True) -> Graded:
    scores, submissions = _scores(course), class_of(size)
    full, of_kind = scores[submissions[0].name], {}
    for one in submissions:
        expected = {*one.expected, *(() if gives_back_tests else one.without_tests)}
        lost = {exercise for exercise in full if scores[one.name][exercise] < full[exercise]}
        assert lost == expected, f"{one.name} lost points in {lost or 'nothing'} instead of {expected}"
        like_others = of_kind.setdefault(_kind(one), scores[one.name])
        assert scores[one.name] == like_others, f"{one.name}: {scores[one.name]} instead of {like_others}"
    return Graded(size, usage, scores)


def _kind(submission: SampleSubmission) -> str:
    return submission.name.rpartition("-")[0]


def _scores(course: Path) -> Scores:
    """Return the scores in a gradebook, without those that a person gives."""
    query = """
        SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score
        FROM grade JOIN base_cell ON base_cell.id = grade.cell_id
        JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
        JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
        WHERE grade.auto_score IS NOT NULL"""
    found: Scores = {}
    with sqlite3.connect(course / "gradebook.db") as gradebook:
        for student, test, score in gradebook.execute(query):
            found.setdefault(student, {})[test.removeprefix("test_")] = score
    return found


def same_scores(ours: Graded, stock: Graded) -> int:
    """Return how many students have the same scores in both. Raises `AssertionError` if one has not.

    Those who deleted a test are left out: plain nbgrader gives them nothing for it.
    """
    students = [one.name for one in class_of(min(ours.size, stock.size)) if not one.without_tests]
    for student in students:
        assert ours.scores[student] == stock.scores[student], f"{student}: {ours.scores}, {stock.scores}"
    return len(students)
