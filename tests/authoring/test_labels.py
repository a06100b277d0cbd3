"""nbgrader's metadata follows from the cells, and a malformed cell is named with its place."""

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from grader.authoring.build import build
from grader.authoring.instructor_notebook import instructor_notebook
from grader.authoring.source import BuildError
from tests.authoring.conftest import TINY, labels


def test_labels_follow_from_what_a_cell_says(root):
    nb = instructor_notebook(root / "solutions" / "07_tiny.py")
    found = labels(nb)
    kinds = {name: (x["grade"], x["solution"], x["locked"], x.get("points")) for name, x in found.items()}
    assert kinds == {
        "setup": (False, False, True, None),
        "one": (False, True, False, None),
        "test_one": (True, False, True, 2),
        "two": (False, True, False, None),
        "test_two": (True, False, True, 0.5),
        "answer": (True, True, False, 4),
        "answer_2": (True, True, False, 1.5),
    }
    assert all(label["schema_version"] == 3 for label in found.values())
    MetadataValidator().validate_nb(nb)
    nbformat.validate(nb)
    assert nb.metadata.kernelspec.name == "python3"
    assert nb.cells[2].source == "%matplotlib inline\nx = 1"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#     display_name: Odd\n", "", "07_tiny.py: Jupytext cannot read this"),
        ('LESSON = "07_tiny"', "pass", r"07_tiny.py, cell 2, line 12: the first code cell .* LESSON = "),
        ('LESSON = "07_tiny"', 'x = 1\nLESSON = "07_tiny"', "has to begin with the line"),
        ('LESSON = "07_tiny"', 'LESSON = "08_other"', "LESSON is '08_other'"),
        ("def one(x)", "def three(x)", "cell 4, line 19: three is no exercise .* one, two"),
        ("def one(x)", "def one(x:", "cell 4, .*not Python"),
        ("def one(x):", "def helper(): ...\n\ndef one(x):", "one function, this one has: helper, one"),
        ("    ### END SOLUTION\n\n\n# %%\ncheck(one)", "# %%\ncheck(one)", "cell 4, .* in pairs"),
        ("    return 1\n", "    ### BEGIN SOLUTION\n    return 1\n", "in pairs"),
        ("    ### BEGIN SOLUTION\n    return 1\n", "    return 1\n", "in pairs"),
        ("check(one)", "x = 2", r"exercise one has no cell check\(one\)"),
        ("check(one)", "check(three)", "three is no exercise"),
        ("check(two)", "check(one)", "second cell for 'test_one'"),
        ("def two(x)", "def one(x)", "second cell for 'one'"),
        ("# %%\ncheck(one)\n\n", "", r"has no cell check\(one\)"),
        ("# %matplotlib inline\nx = 1", "check(one)", r"check\(one\) stands before"),
        (" (4 points)", "", r"cell 10, .*such as \(4 points\)"),
    ],
)
def test_a_malformed_source(root, old, new, message):
    assert old in TINY
    (root / "solutions" / "07_tiny.py").write_text(TINY.replace(old, new, 1))
    with pytest.raises(BuildError, match=message):
        build(root)
    assert not (root / "notebooks").exists()
