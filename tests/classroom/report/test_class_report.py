"""The report counts what it says it counts."""

import math

import pytest

from grader.classroom.report.class_report import class_report, percent
from tests.classroom.report.conftest import LESSON, mark, row


def test_the_distribution_of_scores(report):
    assert report.distribution.counts == (1, 0, 0, 0, 0, 0, 3, 0, 22, 2)
    assert report.distribution.quartiles[1] == 80
    assert sum(report.distribution.counts) == len(report.graded) == 28


def test_percent_is_of_the_points_that_are_marked():
    assert percent(row("a")) == 100 and percent(row("a", waiting=20)) is None
    assert percent(row("a", waiting=0)) == 80


def test_exercises(report):
    results = {one.name: one for one in report.exercises}
    assert results["output_delta"].outcomes == {
        "correct": 24,
        "in part": 0,
        "incorrect": 3,
        "error": 0,
        "timeout": 0,
        "forbidden": 0,
        "missing": 1,
    }
    assert results["parameter_gradients"].outcomes["in part"] == 2
    assert results["output_delta"].pass_rate == 24 / 28
    assert math.isclose(results["parameter_gradients"].mean_share, 26 / 28)
    assert results["hidden_delta"].unexplained == 1 and results["backward"].unexplained == 0


def test_misconceptions_by_students(report):
    assert [(one.name, len(one.students)) for one in report.found] == [
        ("missing-mean", 3),
        ("bias-gradient-missing", 2),
        ("wrong-sign", 2),
        ("raises", 1),
    ]
    first = report.found[0]
    assert first.by_exercise == {"output_delta": 3, "backward": 3}
    assert (first.line_of, first.line) == ("output_delta", "return output_delta(<b>)")


def test_the_line_is_asked_of_those_who_have_it_there_first(rows):
    asked = {}
    class_report(LESSON, rows, lambda exercise, messages: asked.setdefault(exercise, messages) and "")
    assert asked["output_delta"] == dict.fromkeys(("sum0", "sum1", "sum2"), "It is wrong. Really.")
    assert "backward" not in asked


def test_which_go_together(report):
    [pair] = report.pairs
    assert (pair.first, pair.second, pair.count) == ("bias-gradient-missing", "wrong-sign", 2)
    assert pair.expected == 4 / 28


def test_changes_count_those_who_are_in_both(rows):
    sums = mark("output_delta", "incorrect", "missing-mean")
    earlier = [row("sum0", sums), row("right0", sums), row("right1"), row("gone", sums)]
    found = {one.name: one.change for one in changes(rows, earlier).found}
    change = found["missing-mean"]
    assert (change.before, change.now, change.both, change.total) == (2, 1, 1, 3)
    assert found["wrong-sign"].before == 0
    nobody = changes(rows, [row("gone", sums)])
    assert {one.change for one in nobody.found} == {None}


def changes(rows, earlier, lesson="02_forward_propagation"):
    return class_report(LESSON, rows, earlier=lesson, earlier_rows=earlier)


def test_what_only_one_of_two_lessons_can_show_has_not_changed(rows):
    earlier = [row("sum0", mark("output_delta", "incorrect", "missing-mean", "chain-cut", "wrong-one-hot"))]
    found = {one.name: one.change for one in changes(rows, earlier).found}
    assert found["missing-mean"] and found["raises"] and not found["bias-gradient-missing"]


def test_what_nobody_has_any_more(rows):
    cut = mark("output_delta", "incorrect", "hard-coded-size", "not-of-this-lesson")
    assert changes(rows, [row("sum0", cut), row("right0", cut), row("gone", cut)]).overcome == {
        "hard-coded-size": 2
    }
    assert changes(rows, []).overcome == {}


def test_who_needs_a_person(report):
    assert [one.student for one in report.failed] == ["<i>lost</i>\x1b[2J"]
    assert len(report.for_a_person) == 8
    assert report.stopped == {"It tried to open a socket.": ["odd"]}


@pytest.mark.parametrize("rows", [[], [row("one")]])
def test_a_class_of_none_and_of_one(rows):
    report = class_report(LESSON, rows)
    assert report.found == report.pairs == []
    assert bool(report.distribution) == bool(report.exercises) == bool(rows)
