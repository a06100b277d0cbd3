"""A simulated class is the same each time, mixed, and what was put in is what grading finds."""

import io
import json
from collections import Counter

import nbformat
import pytest
from click.testing import CliRunner
from rich.console import Console

from grader.classroom.errors import ClassroomError
from grader.classroom.grading import grade
from grader.cli import app
from grader.demo.answer_bank import answer_bank
from grader.demo.sample_class import solutions
from grader.demo.simulated_class import RIGHT, UNATTEMPTED, UNNAMED, simulate, simulated_class
from tests.conftest import ROOT
from tests.course_folder import short_source

LESSON = "03_backpropagation"


@pytest.fixture(scope="module")
def solved():
    return solutions(nbformat.read(ROOT / "solutions" / LESSON / f"{LESSON}.ipynb", as_version=4))


@pytest.fixture(scope="module")
def bank(solved):
    return answer_bank(LESSON, solved)


@pytest.fixture(scope="module")
def students(solved, bank):
    return simulated_class(LESSON, solved, bank, 200, seed=3, copies=10)


def test_the_same_seed_gives_the_same_class(students, solved, bank):
    assert simulated_class(LESSON, solved, bank, 200, seed=3, copies=10) == students
    others = simulated_class(LESSON, solved, bank, 200, seed=4)
    assert [one.put_in for one in others] != [one.put_in for one in students]


def test_the_mixture(students):
    kinds = Counter(names for one in students for names in one.put_in.values())
    total = sum(kinds.values())
    assert 0.5 < kinds[RIGHT,] / total < 0.9
    assert all(kinds[kind] for kind in ((UNATTEMPTED,), (UNNAMED,), ("raises",)))
    assert any(len(names) == 2 for names in kinds)
    names = Counter(name for one in students for names in one.put_in.values() for name in names)
    frequent = [count for name, count in names.most_common() if name not in (RIGHT, UNATTEMPTED, UNNAMED)]
    assert frequent[0] > 5 * frequent[-1]
    assert any(not one.submission.has_labels for one in students)
    assert any(one.submission.without_tests for one in students)
    late = sum(one.submission.timestamp > "2026-03-01 12:00:00" for one in students)
    assert 0 < late < 40


def test_ability_is_a_students_own(students):
    """Who is right in the first exercises is right more often in the last ones."""
    right = [[names == (RIGHT,) for names in one.put_in.values()] for one in students]
    able = [sum(of_one[4:]) for of_one in right if all(of_one[:4])]
    others = [sum(of_one[4:]) for of_one in right if not all(of_one[:4])]
    assert sum(able) / len(able) > sum(others) / len(others) + 0.3


def test_copies_are_of_others_who_did_not_copy(students):
    by_name = {one.submission.name: one for one in students}
    copiers = [one for one in students if one.copied_from]
    assert len(copiers) == 10
    for one in copiers:
        owner = by_name[one.copied_from]
        assert not owner.copied_from and one.copied
        assert all(one.submission.answers[name] == owner.submission.answers[name] for name in one.copied)


@pytest.mark.slow
def test_what_was_put_in_is_found(tmp_path):
    course = tmp_path / "course"
    students = simulate(LESSON, course, 12, seed=5, source=short_source(tmp_path, LESSON))
    key = json.loads((course / f"simulated.{LESSON}.json").read_text())["students"]
    rows = {row.student: row for row in grade(LESSON, course, console=Console(file=io.StringIO()))}
    assert rows.keys() == key.keys() and not any(row.failure for row in rows.values())
    assert {row.student for row in rows.values() if row.late_seconds} == {
        one.submission.name for one in students if one.submission.timestamp > "2026-03-01 12:00:00"
    }
    first = {name: row.marks[0] for name, row in rows.items()}  # it calls no other exercise
    for one in students:
        [names, mark] = one.put_in["numerical_gradient"], first[one.submission.name]
        if names[0] not in (RIGHT, UNATTEMPTED, UNNAMED):
            assert mark.diagnosis == names
        assert mark.is_full == (names == (RIGHT,))
    with pytest.raises(ClassroomError, match="Name another folder"):
        simulate(LESSON, course, 2, seed=1, source=tmp_path / LESSON)


def test_the_command_says_where_the_key_is_and_how_to_go_on(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("grader.demo.simulated_class.simulate", lambda *arguments: ["ada", "bob"])
    said = {}
    for into in (".", "a class"):
        done = CliRunner().invoke(app, ["simulate", LESSON, "--into", into])
        said[into] = done.output
        assert done.exit_code == 0 and f"grader grade {LESSON}" in said[into]
    assert f"  simulated.{LESSON}.json\n" in said["."] and "cd" not in said["."]
    assert f"  a class/simulated.{LESSON}.json\n" in said["a class"] and "  cd 'a class'\n" in said["a class"]
