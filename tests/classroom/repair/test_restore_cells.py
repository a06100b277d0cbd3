"""What is restored in a submission, and what is left alone."""

import copy

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from grader.classroom.repair.restore_cells import restore_cells
from tests.classroom.tiny_lesson import (
    ORDER,
    assert_as_released,
    cell,
    copy_of,
    kinds_and_cells,
    labelled,
    order,
    remove,
)


def test_an_honest_submission_is_left_alone(handed_in, release):
    before = copy.deepcopy(handed_in)
    assert restore_cells(handed_in, release) == []
    assert handed_in == before


def test_what_a_front_end_writes_into_metadata_is_no_tampering(handed_in, release):
    for number, one in enumerate(handed_in["cells"]):
        one["metadata"] |= {"execution": {"iopub.status.busy": "2026"}, "collapsed": True}
        one["metadata"] |= {"id": f"colab{number}"}
        one["metadata"] |= {"jupyter": {"source_hidden": True}, "editable": True, "deletable": True}
    before = copy.deepcopy(handed_in)
    assert restore_cells(handed_in, release) == []
    assert handed_in == before


def test_white_space_at_line_ends_is_no_edit(handed_in, release):
    cell(handed_in, "test_one")["source"] += "  \n\n"
    assert restore_cells(handed_in, release) == []


def test_deleted_test_comes_back_below_its_answer(handed_in, release):
    remove(handed_in, "test_one", "test_two")
    repairs = restore_cells(handed_in, release)
    assert_as_released(handed_in, release)
    assert kinds_and_cells(repairs) == {("deleted", "the test of `one`"), ("deleted", "the test of `two`")}
    position = handed_in["cells"].index(labelled(handed_in, "one"))
    assert handed_in["cells"][position + 1]["source"] == "check(one)"


def test_everything_deleted_comes_back_in_order(handed_in, release):
    handed_in["cells"] = []
    restore_cells(handed_in, release)
    assert_as_released(handed_in, release)


def test_an_answer_with_the_id_of_its_deleted_test_stays_an_answer(handed_in, release):
    remove(handed_in, "test_one")
    cell(handed_in, "one")["id"] = "test_one"
    restore_cells(handed_in, release)
    assert_as_released(handed_in, release)
    assert labelled(handed_in, "one")["source"] == "def one(x):\n    return 1"


@pytest.mark.parametrize("gone", ["setup", "one", "test_one", "two", "test_two", "answer"])
def test_any_single_deleted_cell_comes_back(handed_in, release, gone):
    remove(handed_in, gone)
    assert [repair.kind for repair in restore_cells(handed_in, release)] == ["deleted"]
    assert_as_released(handed_in, release)


def test_deleted_answer_is_no_stub_where_the_function_is_defined_elsewhere(handed_in, release):
    remove(handed_in, "two")
    cell(handed_in, "one")["source"] += "\n\ndef two(x):\n    return 2"
    assert restore_cells(handed_in, release) == []
    assert not any("NotImplementedError" in one["source"] for one in handed_in["cells"])


def test_test_of_a_merged_answer_comes_back_below_it(handed_in, release):
    remove(handed_in, "two", "test_two")
    cell(handed_in, "one")["source"] += "\n\ntwo = lambda x: 2"
    restore_cells(handed_in, release)
    sources = [one["source"] for one in handed_in["cells"]]
    assert sources.index("check(two)") > next(i for i, s in enumerate(sources) if "two = lambda" in s)


def test_edited_test_is_restored_and_the_text_kept(handed_in, release):
    cell(handed_in, "test_one")["source"] = "def precious(): ...\n2.0 # ```"
    repairs = restore_cells(handed_in, release)
    assert_as_released(handed_in, release)
    assert kinds_and_cells(repairs) == {("edited", "the test of `one`")}
    kept = handed_in["cells"][handed_in["cells"].index(labelled(handed_in, "test_one")) + 1]
    assert (
        kept["cell_type"] == "markdown"
        and "def precious(): ..." in kept["source"]
        and "````" in kept["source"]
    )


def test_edited_setup_is_restored(handed_in, release):
    cell(handed_in, "setup")["source"] += "\ncheck = lambda f: 2.0"
    assert kinds_and_cells(restore_cells(handed_in, release)) == {("edited", "the setup cell")}
    assert_as_released(handed_in, release)


@pytest.mark.parametrize("tag", ["skip-execution", "raises-exception"])
@pytest.mark.parametrize("where", ["setup", "one", "test_one", "mine"])
def test_tags_that_change_execution_go(handed_in, release, where, tag):
    cell(handed_in, where)["metadata"]["tags"] = [tag]
    assert [repair.kind for repair in restore_cells(handed_in, release)] == ["tagged"]
    assert_as_released(handed_in, release)
    assert not any("tags" in one["metadata"] for one in handed_in["cells"])


def test_harmless_tags_of_the_learner_stay(handed_in, release):
    cell(handed_in, "mine")["metadata"]["tags"] = ["todo", "skip-execution"]
    restore_cells(handed_in, release)
    assert cell(handed_in, "mine")["metadata"]["tags"] == ["todo"]


def test_a_tag_of_the_release_stays(handed_in, release):
    for nb in (handed_in, release):
        cell(nb, "try-two")["metadata"]["tags"] = ["raises-exception"]
    assert restore_cells(handed_in, release) == []


@pytest.mark.parametrize("change", ["renamed", "emptied", "removed", "unlocked", "points", "old"])
@pytest.mark.parametrize("where", ["setup", "one", "test_one", "two", "test_two", "answer"])
def test_labels_come_back(handed_in, release, where, change):
    metadata = cell(handed_in, where)["metadata"]
    if change == "removed":
        del metadata["nbgrader"]
    else:
        metadata["nbgrader"] |= {
            "renamed": {"grade_id": "something_else"},
            "emptied": {"grade_id": None},
            "unlocked": {"locked": not metadata["nbgrader"]["locked"]},
            "points": {"points": 1000},
            "old": {"schema_version": 0, "grade": "yes"},
        }[change]
    kind = "other points" if change == "points" else "label lost"
    assert [repair.kind for repair in restore_cells(handed_in, release)] == [kind]
    assert_as_released(handed_in, release)
    assert labelled(handed_in, "one")["source"] == "def one(x):\n    return 1"
    assert labelled(handed_in, "answer")["source"] == "Because."


def test_swapped_labels_are_untangled(handed_in, release):
    one, two = cell(handed_in, "test_one"), cell(handed_in, "test_two")
    one["metadata"]["nbgrader"], two["metadata"]["nbgrader"] = (
        two["metadata"]["nbgrader"],
        one["metadata"]["nbgrader"],
    )
    restore_cells(handed_in, release)
    assert_as_released(handed_in, release)


def test_all_labels_and_ids_lost(handed_in, release):
    for number, one in enumerate(handed_in["cells"]):
        one["metadata"].clear()
        one["id"] = f"cell-{number}"
    restore_cells(handed_in, release)
    assert_as_released(handed_in, release)
    assert labelled(handed_in, "two")["source"].startswith("def helper")
    assert labelled(handed_in, "answer")["source"] == "Because."


def test_a_written_answer_that_is_not_found_waits_for_a_person(handed_in, release):
    remove(handed_in, "answer")
    restore_cells(handed_in, release)
    assert "a person looks for it" in labelled(handed_in, "answer")["source"]


def test_a_written_answer_without_label_and_id_that_was_left_as_released_is_no_answer(handed_in, release):
    answer = cell(handed_in, "answer")
    answer["source"] = cell(release, "answer")["source"]
    answer["id"] = "changed"
    del answer["metadata"]["nbgrader"]
    restore_cells(handed_in, release)
    assert labelled(handed_in, "answer") is answer


def test_answers_below_their_tests_are_pointed_at_and_left_there(handed_in, release):
    for name in ("one", "two"):
        answer, test = cell(handed_in, name), cell(handed_in, f"test_{name}")
        own = new_code_cell(answer["source"], id=f"own-{name}")
        handed_in["cells"].insert(handed_in["cells"].index(test) + 1, own)
        answer["source"] = cell(release, name)["source"]
    repairs = restore_cells(handed_in, release)
    assert kinds_and_cells(repairs) == {
        ("answer below", "the answer cell of `one`"),
        ("answer below", "the answer cell of `two`"),
    }
    assert labelled(handed_in, "one")["source"].endswith("raise NotImplementedError()")


@pytest.mark.parametrize("where", ["setup", "one", "test_one"])
def test_cell_type_comes_back(handed_in, release, where):
    index = handed_in["cells"].index(cell(handed_in, where))
    old = handed_in["cells"][index]
    handed_in["cells"][index] = new_markdown_cell(old["source"], id=old["id"], metadata=old["metadata"])
    assert [repair.kind for repair in restore_cells(handed_in, release)] == ["turned into another type"]
    assert_as_released(handed_in, release)


def test_written_answer_turned_into_code(handed_in, release):
    index = handed_in["cells"].index(cell(handed_in, "answer"))
    old = handed_in["cells"][index]
    handed_in["cells"][index] = new_code_cell(old["source"], id=old["id"], metadata=old["metadata"])
    restore_cells(handed_in, release)
    assert_as_released(handed_in, release)
    assert labelled(handed_in, "answer")["source"] == "Because."


def test_answer_retyped_to_text_beside_a_new_one_is_not_brought_to_life(handed_in, release):
    old = cell(handed_in, "one")
    index = handed_in["cells"].index(old)
    handed_in["cells"][index : index + 1] = [
        new_code_cell("def one(x):\n    return 'new'", id="new"),
        new_markdown_cell(old["source"], id=old["id"], metadata=old["metadata"]),
    ]
    restore_cells(handed_in, release)
    assert labelled(handed_in, "one")["source"].endswith("'new'")
    assert_as_released(handed_in, release)


def test_of_two_answers_the_last_above_the_test_counts(handed_in, release):
    old = cell(handed_in, "one")
    index = handed_in["cells"].index(old)
    handed_in["cells"].insert(index + 1, copy_of(old, source="def one(x):\n    return 'better'"))
    handed_in["cells"].append(copy_of(old, id="late", source="def one(x):\n    return 'late'"))
    repairs = restore_cells(handed_in, release)
    assert kinds_and_cells(repairs) == {("several answers", "the answer cell of `one`")}
    assert_as_released(handed_in, release)
    assert labelled(handed_in, "one")["source"].endswith("'better'")
    assert [one["source"][-6:-1] for one in handed_in["cells"] if one["source"].startswith("def one")][
        -1
    ] == "'late"


def test_a_copied_answer_cell_used_for_another_function(handed_in, release):
    remove(handed_in, "two")
    index = handed_in["cells"].index(cell(handed_in, "between"))
    handed_in["cells"].insert(index + 1, copy_of(cell(handed_in, "one"), source="def two(x):\n    return 2"))
    restore_cells(handed_in, release)
    assert_as_released(handed_in, release)
    assert labelled(handed_in, "two")["source"] == "def two(x):\n    return 2"


def test_of_two_tests_one_keeps_the_label(handed_in, release):
    handed_in["cells"].append(copy_of(cell(handed_in, "test_one")))
    assert kinds_and_cells(restore_cells(handed_in, release)) == {("duplicated", "the test of `one`")}
    assert sorted(order(handed_in)) == sorted(ORDER)


def test_an_edited_copy_of_a_test_is_the_learners_own(handed_in, release):
    handed_in["cells"].append(copy_of(cell(handed_in, "test_one"), source="print(one(3))"))
    restore_cells(handed_in, release)
    assert_as_released(handed_in, release)
    assert handed_in["cells"][-1]["source"] == "print(one(3))"


def test_a_test_above_its_answer_moves_below(handed_in, release):
    moved = cell(handed_in, "test_two")
    handed_in["cells"].remove(moved)
    handed_in["cells"].insert(3, moved)
    assert kinds_and_cells(restore_cells(handed_in, release)) == {("moved", "the test of `two`")}
    assert_as_released(handed_in, release)


def test_labels_of_other_courses_go(handed_in, release):
    cell(handed_in, "mine")["metadata"]["nbgrader"] = {"grade_id": 7, "schema_version": 99, "grade": True}
    restore_cells(handed_in, release)
    assert "nbgrader" not in cell(handed_in, "mine")["metadata"]
    assert_as_released(handed_in, release)


@pytest.mark.timeout(20)
def test_a_cell_of_blank_lines_takes_no_longer_than_any_other(handed_in, release):
    handed_in["cells"].insert(0, nbformat.v4.new_code_cell("\n" * 1_000_000 + "x = 1"))
    assert restore_cells(handed_in, release) == []
