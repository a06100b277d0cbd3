"""Which cell of a submission is which cell of the release, and which of several counts."""

import pytest
from nbformat.v4 import new_code_cell

from grader.classroom.cells import grade_id, label
from grader.classroom.repair.match_cells import is_same_cell, match_cells
from tests.classroom.tiny_lesson import ORDER, cell, copy_of, remove


@pytest.fixture
def match(handed_in, release):
    """Match the submission as it is by now."""
    return lambda: match_cells([one for one in release["cells"] if label(one)], handed_in["cells"])


def test_every_labelled_cell_of_an_honest_submission_is_found(handed_in, match):
    matches = match()
    assert sorted(matches) == sorted(ORDER)
    assert all(matches[name] is cell(handed_in, name) for name in ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_a_cell_is_found_by_its_id_or_by_its_label(handed_in, match, name):
    found = cell(handed_in, name)
    found["id"] = "changed"
    assert match()[name] is found
    found["id"] = name
    del found["metadata"]["nbgrader"]
    assert match()[name] is found


@pytest.mark.parametrize("name", ORDER)
def test_a_cell_is_found_by_the_id_that_it_had_in_an_earlier_release(handed_in, release, match, name):
    cell(release, name)["id"] = f"03-{name}"
    found = cell(handed_in, name)
    del found["metadata"]["nbgrader"]
    assert match()[name] is found


@pytest.mark.parametrize("name", ["setup", "one", "test_one", "two", "test_two"])
def test_a_cell_with_neither_is_found_by_what_it_holds(handed_in, match, name):
    found = cell(handed_in, name)
    found["id"] = "changed"
    del found["metadata"]["nbgrader"]
    assert match()[name] is found


def test_what_is_not_there_is_not_found(handed_in, match):
    remove(handed_in, "test_one", "answer")
    assert sorted(match()) == sorted(set(ORDER) - {"test_one", "answer"})


def test_what_an_answer_cell_defines_counts_more_than_its_label(handed_in, match):
    one, two = cell(handed_in, "one"), cell(handed_in, "two")
    one["metadata"], two["metadata"] = two["metadata"], one["metadata"]
    one["id"], two["id"] = two["id"], one["id"]
    assert (match()["one"], match()["two"]) == (one, two)


def test_of_several_setup_cells_the_first_counts(handed_in, match):
    handed_in["cells"].append(copy_of(cell(handed_in, "setup")))
    assert match()["setup"] is cell(handed_in, "setup")


def test_of_several_written_answers_the_last_that_was_written_counts(handed_in, release, match):
    written = copy_of(cell(handed_in, "answer"), source="Because of that.")
    handed_in["cells"] += [written, copy_of(cell(release, "answer"), id="untouched")]
    assert match()["answer"] is written


def test_of_several_answers_the_last_above_the_test_counts(handed_in, match):
    better = copy_of(cell(handed_in, "one"))
    handed_in["cells"].insert(handed_in["cells"].index(cell(handed_in, "test_one")), better)
    handed_in["cells"].append(copy_of(cell(handed_in, "one"), id="late"))
    assert match()["one"] is better
    assert grade_id(better) == "one"


def test_a_cell_without_a_label_is_known_by_its_id_or_text(release):
    imports = cell(release, "imports")
    assert is_same_cell(imports, new_code_cell("import os", id="imports"))
    assert is_same_cell(imports, new_code_cell("import numpy as np  \n"))
    assert not is_same_cell(imports, new_code_cell("import os"))
    imports["id"] = "03-imports"
    assert is_same_cell(imports, new_code_cell("import os", id="imports"))
