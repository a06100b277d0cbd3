"""The cells of a lesson with two exercises and a written answer, and what tests of its repair ask of them."""

import copy

import nbformat
from nbformat.v4 import new_code_cell


def label(grade_id, grade=False, solution=False, locked=False, points=None):
    made = {"grade_id": grade_id, "grade": grade, "solution": solution, "locked": locked, "task": False}
    made |= {"schema_version": 3, "checksum": "c", "cell_type": "code"}
    return made | ({"points": points} if points is not None else {})


def answer_cell(name):
    source = f"def {name}(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
    return new_code_cell(source, id=name, metadata={"nbgrader": label(name, solution=True)})


def test_cell(name):
    metadata = {"nbgrader": label(f"test_{name}", grade=True, locked=True, points=2)}
    return new_code_cell(f"check({name})", id=f"test_{name}", metadata=metadata)


test_cell.__test__ = False


def cell(nb, cell_id):
    return next(cell for cell in nb["cells"] if cell["id"] == cell_id)


def labelled(nb, grade_id):
    [found] = [
        cell for cell in nb["cells"] if cell["metadata"].get("nbgrader", {}).get("grade_id") == grade_id
    ]
    return found


def order(nb):
    return [
        cell["metadata"]["nbgrader"]["grade_id"] for cell in nb["cells"] if "nbgrader" in cell["metadata"]
    ]


def remove(nb, *cell_ids):
    nb["cells"] = [cell for cell in nb["cells"] if cell["id"] not in cell_ids]


def kinds_and_cells(repairs):
    return {(repair.kind, repair.cell) for repair in repairs}


ORDER = ["setup", "one", "test_one", "two", "test_two", "answer"]


def assert_as_released(nb, release):
    """All labelled cells are there, in order, with the release's labels and tests."""
    assert order(nb) == ORDER
    for original in release["cells"]:
        if "nbgrader" in original["metadata"]:
            found = labelled(nb, original["metadata"]["nbgrader"]["grade_id"])
            assert found["metadata"]["nbgrader"] == original["metadata"]["nbgrader"]
            assert found["cell_type"] == original["cell_type"]
            if original["metadata"]["nbgrader"]["locked"]:
                assert found["source"] == original["source"]
                assert found["metadata"].get("tags", []) == original["metadata"].get("tags", [])
    nbformat.validate(nb)


def copy_of(original, **changes):
    made = copy.deepcopy(original)
    made.update({"id": f"{original['id']}-copy"} | changes)
    return made
