"""A repaired notebook says on top and in its metadata what was repaired."""

from grader.classroom.grading_notes import METADATA_KEY, made_with
from grader.classroom.repair.repair import repair
from tests.classroom.tiny_lesson import assert_as_released, cell, remove


def test_the_notes_stand_on_top_and_in_the_metadata(handed_in, release):
    remove(handed_in, "test_one", "test_two")
    cell(handed_in, "mine")["metadata"]["tags"] = ["skip-execution"]
    repair(handed_in, release)
    top = handed_in["cells"][0]
    assert top["cell_type"] == "markdown" and "nbgrader" not in top["metadata"]
    assert "3 cells of this notebook were put back" in top["source"]
    assert "The test of `one` and the test of `two` had been deleted." in top["source"]
    records = handed_in["metadata"][METADATA_KEY]["repairs"]
    assert [record["kind"] for record in records] == ["deleted", "deleted", "tagged"]
    assert records[0]["text"] == "The test of `one` had been deleted."


def test_repairing_a_repaired_notebook_changes_nothing_but_takes_the_notes_away(handed_in, release):
    remove(handed_in, "test_one")
    repair(handed_in, release)
    assert repair(handed_in, release) == []
    assert_as_released(handed_in, release)
    assert METADATA_KEY not in handed_in["metadata"] and "put back" not in handed_in["cells"][0]["source"]


def test_the_version_of_python_is_noted_before_the_releases_takes_its_place(handed_in, release):
    handed_in["metadata"]["language_info"] = {"name": "python", "version": "3.12.4"}
    release["metadata"]["language_info"] = {"name": "python"}
    repair(handed_in, release)
    assert (
        made_with(handed_in, "Python") == "3.12" and "version" not in handed_in["metadata"]["language_info"]
    )
