"""Whatever was handed in becomes a valid notebook with all cells of the release, or is refused."""

import contextlib
import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from grader.classroom.cells import is_locked, label
from grader.classroom.errors import BadSubmission
from grader.classroom.grading_notes import METADATA_KEY
from grader.classroom.notebook_files import notebook_text
from grader.classroom.repair.read_notebook import UnreadableNotebook, read_notebook
from grader.classroom.repair.repair import repair
from tests.classroom.page.conftest import released
from tests.fuzz.profiles import fuzzed
from tests.fuzz.strategies import ANY_JSON, changed_notebooks, doubled_json, tampered

REFUSED = (UnreadableNotebook, BadSubmission)
RELEASE = released()
SMALL = RELEASE | {"cells": [one for one in RELEASE["cells"] if label(one)]}


def assert_readable(nb):
    """The notebook can be written, is of the notebook format, and its cells read as they are."""
    assert read_notebook(notebook_text(nb))["cells"] == nb["cells"]


def assert_repaired(nb, handed_in):
    """All labelled cells are there once, as released if locked, and nothing that a learner wrote is lost."""
    labels = [label(cell) for cell in nb["cells"] if label(cell)]
    ids = [one["grade_id"] for one in labels]
    for original in SMALL["cells"]:
        found = [c for c in nb["cells"] if label(c).get("grade_id") == label(original)["grade_id"]]
        if not found:  # the function is defined beside other things
            assert not is_locked(original)
            continue
        [cell] = found
        assert (cell["metadata"]["nbgrader"], cell["cell_type"]) == (label(original), original["cell_type"])
        if is_locked(original):
            assert cell["source"].split() == original["source"].split()
    assert len(ids) == len(set(ids)) <= len(SMALL["cells"])
    kept = "\n".join(cell["source"] for cell in nb["cells"])
    assert [
        c["source"]
        for c in handed_in["cells"]
        if METADATA_KEY not in c["metadata"] and c["source"].strip() not in kept
    ] == []


@fuzzed
@given(
    st.binary(max_size=60) | doubled_json().map(str.encode) | ANY_JSON.map(lambda v: json.dumps(v).encode())
)
def test_any_bytes(text):
    with contextlib.suppress(*REFUSED):
        assert_readable(read_notebook(text))


@fuzzed
@given(ANY_JSON, st.sampled_from(("cells", "metadata", "nbformat", "nbformat_minor")))
def test_any_values(value, key):
    with contextlib.suppress(*REFUSED):
        assert_readable(read_notebook(json.dumps(copy.deepcopy(SMALL) | {key: value})))


@fuzzed
@given(changed_notebooks(SMALL))
def test_values_changed_anywhere(nb):
    with contextlib.suppress(*REFUSED):
        read = read_notebook(json.dumps(nb))
        handed_in = copy.deepcopy(read)
        repair(read, RELEASE)
        assert_repaired(read, handed_in)
        assert_readable(read)


@fuzzed
@given(tampered(SMALL))
def test_cells_tampered_with(nb):
    read = read_notebook(json.dumps(nb))
    handed_in = copy.deepcopy(read)
    repair(read, RELEASE)
    assert_repaired(read, handed_in)
    assert_readable(read)
