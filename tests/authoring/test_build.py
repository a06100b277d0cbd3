"""One source gives both notebooks, to the byte; what is wrong in a source is said with its place."""

import re
import shutil
import subprocess
import sys
from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from grader.authoring import build as builder
from grader.authoring.build import BuildError, build, check_fresh, instructor_notebook
from tests.course_folder import ROOT

TINY = '''\
# ---
# jupyter:
#   kernelspec:
#     display_name: Odd
#     language: python
#     name: odd
# ---

# %% [markdown]
# # Tiny

# %%
LESSON = "07_tiny"

# %%
# %matplotlib inline
x = 1

# %%
def one(x):
    """Return 1."""
    ### BEGIN SOLUTION
    return 1
    ### END SOLUTION


# %%
check(one)

# %%
x = 1

# %%
x = 1

# %%
def two(x):
    ### BEGIN SOLUTION
    return 2
    ### END SOLUTION


# %%
check(two)

# %% [markdown]
# Why? (4 points)
#
# ### BEGIN SOLUTION
# Because.
# ### END SOLUTION

# %% [markdown]
# And then? (1.5 points)
#
# ### BEGIN SOLUTION
# The end.
# ### END SOLUTION
'''


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A repository with one small lesson."""
    exercises = {"one": SimpleNamespace(points=2), "two": SimpleNamespace(points=0.5)}
    lesson = SimpleNamespace(name="07_tiny", exercises=exercises)
    monkeypatch.setattr(builder.lessons, "load", {"07_tiny": lesson}.__getitem__)
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "07_tiny.py").write_text(TINY)
    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    return tmp_path


def labels(nb):
    return {c.id: c.metadata["nbgrader"] for c in nb.cells if "nbgrader" in c.metadata}


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


def test_ids_are_stable_and_unique(root):
    source = root / "solutions" / "07_tiny.py"
    ids = [cell.id for cell in instructor_notebook(source).cells]
    assert len(set(ids)) == len(ids)
    source.write_text(
        TINY.replace("# # Tiny", "# # Tiny, but longer").replace("x = 1", "x = 1\n\n# %%\nnew = 1", 1)
    )
    assert set(ids) - {ids[0]} <= {cell.id for cell in instructor_notebook(source).cells}


def test_the_release_has_no_answers(root):
    written = build(root)
    assert [str(file.relative_to(root)) for file in written] == [
        "solutions/07_tiny/07_tiny.ipynb",
        "notebooks/07_tiny/07_tiny.ipynb",
    ]
    release = nbformat.read(written[1], as_version=4)
    sources = {cell.id: cell.source for cell in release.cells}
    assert sources["one"].endswith("raise NotImplementedError()") and "Return 1." in sources["one"]
    assert sources["answer"] == "Why? (4 points)\n\nYOUR ANSWER HERE"
    assert not re.search("SOLUTION|Because|return 1", written[1].read_text())
    assert list(labels(release)) == ["setup", "one", "test_one", "two", "test_two", "answer", "answer_2"]
    assert not (root / "gradebook.db").exists()


def test_building_again_changes_nothing(root):
    build(root)
    assert build(root) == []
    check_fresh(root)


def test_data_files_go_along_and_a_misplaced_source_does_not(root):
    folder = root / "solutions" / "07_tiny"
    folder.mkdir()
    (folder / "data.csv").write_text("1,2\n")
    shutil.copy(root / "solutions" / "07_tiny.py", folder)
    build(root)
    assert sorted(f.name for f in (root / "notebooks" / "07_tiny").iterdir()) == ["07_tiny.ipynb", "data.csv"]


@pytest.mark.parametrize("kind", ["solutions", "notebooks"])
def test_a_stale_notebook_is_named_with_the_remedy(root, kind):
    build(root)
    stale = root / kind / "07_tiny" / "07_tiny.ipynb"
    stale.write_text(stale.read_text().replace("Tiny", "Teeny"))
    with pytest.raises(BuildError, match=f"{kind}/07_tiny/07_tiny.ipynb is not .*\n.*make build"):
        check_fresh(root)


def test_a_missing_notebook_and_one_without_source(root):
    build(root)
    (root / "notebooks" / "07_tiny" / "07_tiny.ipynb").unlink()
    (root / "notebooks" / "09_gone").mkdir()
    (root / "notebooks" / "09_gone" / "09_gone.ipynb").write_text("{}")
    with pytest.raises(BuildError, match="(?s)07_tiny.ipynb is not.*notebooks/09_gone has no source"):
        check_fresh(root)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("#     display_name: Odd\n", "", "07_tiny.py: Jupytext cannot read this"),
        ('LESSON = "07_tiny"', "pass", r"07_tiny.py, cell 2, line 12: the first code cell .* LESSON = "),
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


def test_an_unknown_lesson():
    with pytest.raises(BuildError, match="solutions/99_gone.py: there is no such file"):
        build(ROOT, ["99_gone"])


def test_a_source_without_a_lesson(tmp_path):
    source = tmp_path / "99_gone.py"
    source.write_text("# %%\nLESSON = '99_gone'\n")
    with pytest.raises(BuildError, match="99_gone.py: There is no lesson '99_gone'.*grader/lessons"):
        instructor_notebook(source)


def test_the_repository_is_fresh():
    check_fresh(ROOT)


def test_check_needs_neither_nbgrader_nor_tensorflow():
    code = (
        "import sys; from grader import check; print({'nbgrader', 'tensorflow', 'dask'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
