"""The notebook of another lesson, or of nobody's, is refused in a sentence."""

import copy
import json

import pytest
from nbformat.v4 import new_code_cell

from grader.classroom.errors import BadSubmission
from grader.classroom.repair.lesson_of_notebook import demand_same_lesson
from grader.classroom.repair.read_notebook import read_notebook, read_release
from grader.learner.library_code import ROOT


def released(lesson):
    return read_release(ROOT / "notebooks" / lesson / f"{lesson}.ipynb")


RELEASE = released("03_backpropagation")


@pytest.mark.parametrize("lesson", ["02_forward_propagation", "04_softmax_cross_entropy"])
@pytest.mark.parametrize("has_labels", [True, False])
def test_another_lesson(lesson, has_labels):
    nb = released(lesson)
    if not has_labels:
        for number, cell in enumerate(nb["cells"]):
            cell |= {"metadata": {}, "id": f"c{number}"}
    with pytest.raises(BadSubmission, match=rf"This is lesson {int(lesson[:2])}'s notebook, {lesson}\."):
        demand_same_lesson(nb, RELEASE)


@pytest.mark.parametrize("sources", [[], ["print('week 2')"], ["def backward(x): return x"]])
def test_nobodys_notebook(sources):
    with pytest.raises(BadSubmission, match="another notebook: no cell of it is from lesson 3"):
        demand_same_lesson({"cells": [new_code_cell(source, id="own") for source in sources]}, RELEASE)


def test_a_submission_that_lost_nearly_all_is_still_one():
    nb = copy.deepcopy(RELEASE)
    nb["cells"] = nb["cells"][:1]
    demand_same_lesson(nb, RELEASE)
    names = ("backward", "hidden_delta", "output_delta", "input_gradient")
    cells = [new_code_cell(f"def {name}(): pass", id=name) for name in names]
    demand_same_lesson({"cells": cells}, RELEASE)


def test_an_ordinary_assignment_is_none_of_our_business(handed_in, release):
    demand_same_lesson({"cells": []}, release)


def test_a_byte_order_mark_and_odd_metadata_are_read():
    nb = json.loads((ROOT / "notebooks/03_backpropagation/03_backpropagation.ipynb").read_text())
    nb["cells"][2]["metadata"]["collapsed"] = "true"
    demand_same_lesson(read_notebook(b"\xef\xbb\xbf" + json.dumps(nb).encode()), RELEASE)


def test_a_release_of_an_older_jupyter_gets_ids(tmp_path):
    nb = json.loads((ROOT / "notebooks/03_backpropagation/03_backpropagation.ipynb").read_text())
    for cell in nb["cells"]:
        del cell["id"]
    file = tmp_path / "old.ipynb"
    file.write_text(json.dumps(nb))
    ids = [cell["id"] for cell in read_release(file)["cells"]]
    assert len(set(ids)) == len(ids)
