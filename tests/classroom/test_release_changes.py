"""What has changed in a lesson is said in words."""

import copy

import pytest

from grader.classroom.release_changes import FollowedChange, describe_changes, release_changes
from tests.classroom.tiny_lesson import cell, test_cell


def give_points(release, name, points):
    cell(release, name)["metadata"]["nbgrader"] |= {"points": points, "checksum": "another"}


def rewrite(release, name):
    cell(release, name)["source"] += "\n# More."
    cell(release, name)["metadata"]["nbgrader"]["checksum"] = "another"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda release: give_points(release, "test_one", 9), "the points of `one`"),
        (lambda release: give_points(release, "answer", 9), "the points of `answer`"),
        (lambda release: rewrite(release, "test_one"), "the test of `one`"),
        (lambda release: rewrite(release, "one"), "the answer cell of `one`"),
        (lambda release: rewrite(release, "setup"), "the setup cell"),
        (lambda release: rewrite(release, "answer"), "the written answer `answer`"),
        (lambda release: release["cells"].append(test_cell("three")), "the test of `three`"),
        (lambda release: release["cells"].pop(2), "its code or its files"),
    ],
)
def test_what_has_changed_is_named(release, handed_in, change, words):
    change(release)
    assert release_changes(release, handed_in) == (words,)


def test_an_answer_in_another_cell_is_no_change(release, handed_in):
    before = copy.deepcopy(handed_in)
    before["cells"] = [one for one in before["cells"] if one["id"] != "one"]
    give_points(release, "test_two", 9)
    assert release_changes(release, before) == ("the points of `two`",)


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ([True], "1 graded submission follows it; none ran again."),
        ([True, True], "2 graded submissions follow it; none ran again."),
        ([True, False, True], "3 graded submissions follow it; 1 ran again."),
        ([False, False], "2 graded submissions follow it; all ran again."),
    ],
)
def test_how_many_follow_is_said(kept, words):
    followed = [FollowedChange(("the setup cell",), is_kept) for is_kept in kept]
    assert describe_changes("03", followed) == f"Changed in 03: the setup cell. {words}"


def test_many_changes_are_counted():
    followed = [FollowedChange([f"the test of `f{number}`" for number in range(9)], True)]
    assert describe_changes("03", followed).startswith("Changed in 03: 9 things. 1 ")
